/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** One person's picture with their name on a solid strip, or a shared screen. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { everybody } from "../../core/hearing.js";
import { t } from "../../core/i18n/hearing.js";
import type { Person, State } from "../../core/messages.js";
import { define, View } from "../common/base.js";
import { icon } from "../common/icons.js";
import { nameWithYou, roleOf } from "../common/names.js";

class Tile extends View {
  static override properties = {
    participant: {},
    kind: {},
    place: {},
    pinned: { attribute: false },
    pin: { attribute: false },
  };
  declare participant: string;
  declare kind: "video" | "screen";
  declare place: "first" | "second" | "strip";
  /** The person wanted this one big. */
  declare pinned: boolean;
  /** Called when the person wants this one big, or no more; absent where it makes no sense. */
  declare pin: (() => void) | null;

  constructor() {
    super();
    this.participant = "";
    this.kind = "video";
    this.place = "strip";
    this.pinned = false;
    this.pin = null;
  }

  readonly #sizes = new ResizeObserver(() => this.#tellSize());
  readonly #sight = new IntersectionObserver(
    ([entry]) => {
      this.#inSight = entry?.isIntersecting ?? true;
      this.#tellSize();
    },
    { rootMargin: "200px" }, // a picture that is scrolled to is there already
  );
  #inSight = true;

  /** Moved to another place of the page: the picture stands still until it is told to go on. */
  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
    this.#sight.observe(this);
    const video = this.querySelector("video");
    if (video?.srcObject) void video.play().catch(() => undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
    this.#sight.disconnect();
    this.app.media.wishes.hide(this);
  }

  #tellSize(): void {
    const picture = this.querySelector(".oyer-tile__picture");
    const height = this.#inSight && picture ? picture.clientHeight * devicePixelRatio : 0;
    this.app.media.wishes.show(this, `${this.participant}-${this.kind}`, height);
  }

  protected override render(): TemplateResult | typeof nothing {
    const state = this.app.hearing.state;
    const person = state && everybody(state).find((one) => one.id === this.participant);
    if (!state || !person) return nothing;
    const track = this.#track();
    const self = person.id === state.you.id;
    const speaking = this.app.hearing.speaker === person.id && this.kind === "video";
    return html`<figure
      class="oyer-tile oyer-tile--${this.place} ${speaking ? "oyer-tile--speaking" : ""}"
      data-test="tile"
      data-participant=${person.id}
      data-kind=${this.kind}
      data-place=${this.place}
      data-speaking=${speaking ? "true" : "false"}
      data-picture=${track ? "true" : "false"}
      data-pinned=${this.pinned ? "true" : "false"}
    >
      <div class="oyer-tile__picture">
        <video
          class=${self && this.kind === "video" ? "oyer-tile__video oyer-tile__video--self" : "oyer-tile__video"}
          autoplay
          playsinline
          aria-hidden="true"
          tabindex="-1"
          .muted=${true}
          ?hidden=${!track}
        ></video>
        ${track ? nothing : this.#absent(person)}
      </div>
      <figcaption class="oyer-tile__strip">${this.#caption(person, state, speaking)}</figcaption>
      ${this.pin
        ? html`<button
            class="oyer-tile__pin"
            type="button"
            data-test="pin"
            aria-label=${this.pinned
              ? `${t("tile.unpin")} ${person.name}`
              : t("tile.pin", { name: person.name })}
            @click=${this.pin}
          >
            ${this.pinned
              ? html`<span class="oyer-tile__unpin" aria-hidden="true">${icon("no")}${t("tile.unpin")}</span>`
              : nothing}
          </button>`
        : nothing}
    </figure>`;
  }

  protected override updated(): void {
    this.#tellSize();
    const video = this.querySelector("video");
    if (!video) return;
    const track = this.#track();
    const now = video.srcObject instanceof MediaStream ? video.srcObject.getTracks()[0] : null;
    if ((now ?? null) === track) return;
    video.srcObject = track ? new MediaStream([track]) : null;
    if (track) void video.play().catch(() => undefined);
  }

  #track(): MediaStreamTrack | null {
    const { media, hearing } = this.app;
    if (this.participant === hearing.state?.you.id) {
      const own = this.kind === "screen" ? media.devices.screen : media.devices.camera;
      return media.cameraOn || this.kind === "screen" ? own : null;
    }
    const track = media.tracks.get(this.participant)?.[this.kind] ?? null;
    const person = hearing.state?.people.find((one) => one.id === this.participant);
    return track && person?.sending.includes(this.kind) !== false ? track : null;
  }

  #absent(person: Person): TemplateResult {
    const held =
      person.sending.includes("video") && !this.app.media.accepts(person.id, this.kind);
    return html`<div class="oyer-tile__none">
      <span class="oyer-tile__initial" aria-hidden="true">${person.name.slice(0, 1)}</span>
      ${this.place === "strip"
        ? nothing
        : html`<span>${t(held ? "tile.data_mode" : "tile.no_video")}</span>`}
    </div>`;
  }

  #caption(person: Person, state: State, speaking: boolean): TemplateResult {
    if (this.kind === "screen") {
      return html`<span class="oyer-tile__name">${t("tile.screen", { name: person.name })}</span>`;
    }
    const self = person.id === state.you.id;
    const silent = self
      ? !this.app.media.microphoneOn || person.muted.includes("audio")
      : !person.sending.includes("audio") || person.muted.includes("audio");
    const listens = person.role === "observer";
    return html`<span class="oyer-tile__name">${nameWithYou(person, state)}</span>
      <span class="oyer-tile__role">${roleOf(person, state)}</span>
      ${person.online || self
        ? nothing
        : html`<span class="oyer-tile__mark">${icon("clock")}${this.#word("tile.away")}</span>`}
      ${person.hand > 0
        ? html`<span class="oyer-tile__mark"
            >${icon("hand")}<span aria-hidden="true">${person.hand}</span
            ><span class="govuk-visually-hidden">${t("tile.hand", { n: person.hand })}</span></span
          >`
        : nothing}
      ${silent && !listens
        ? html`<span class="oyer-tile__mark">${icon("microphone_off")}${this.#hidden("tile.mic_off")}</span>`
        : nothing}
      ${speaking
        ? html`<span class="oyer-tile__mark">${icon("speaker")}${this.#hidden("tile.speaking")}</span>`
        : nothing}`;
  }

  #word(key: "tile.away"): TemplateResult {
    return this.place === "strip" ? this.#hidden(key) : html`<span>${t(key)}</span>`;
  }

  #hidden(key: "tile.away" | "tile.mic_off" | "tile.speaking"): TemplateResult {
    return html`<span class="govuk-visually-hidden">${t(key)}</span>`;
  }
}

define("oyer-tile", Tile);
