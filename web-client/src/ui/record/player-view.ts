/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The pictures and the buttons of the player; stages and interruptions below. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";
import type { HearingRecord, MediaFile } from "../../core/api.js";
import { span } from "../../core/format.js";
import { label, language } from "../../core/i18n/index.js";
import { r } from "../../core/i18n/record.js";
import { seconds } from "../../core/timeline.js";
import { icon } from "../common/icons.js";
import { define, Plain } from "../common/plain.js";
import type { Player } from "./player.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

class PlayerView extends Plain {
  static override properties = { record: { attribute: false }, player: { attribute: false } };
  declare record: HearingRecord;
  declare player: Player;
  #stop: (() => void) | null = null;

  protected override willUpdate(): void {
    this.#stop ??= this.player.subscribe(() => this.requestUpdate());
  }

  protected override render(): TemplateResult {
    return html`<section
        class="oyer-player"
        tabindex="0"
        aria-label=${r("player.region")}
        @keydown=${this.#key}
      >
        <h2 class="govuk-visually-hidden">${r("player.heading")}</h2>
        <div class="oyer-player__tiles" data-count=${Math.min(6, this.record.media.length)}>
          ${this.record.media.map((file) => this.#tile(file))}
        </div>
        ${this.#controls()}
      </section>
      ${this.#now()}${this.#chapters()}${this.#intervals()}`;
  }

  #tile(file: MediaFile): TemplateResult {
    const person = this.record.people.find((one) => one.id === file.participant);
    const screen = file.tracks.some((track) => track.kind === "screen");
    const here = this.player.shows(file);
    const name = person?.name ?? file.participant;
    return html`<figure
      class="oyer-player__tile"
      data-test="record-tile"
      data-participant=${file.participant}
      data-here=${here ? "true" : "false"}
    >
      <div class="oyer-player__picture">
        <video
          class=${here ? "" : "oyer-player__video--away"}
          src=${file.url}
          preload="auto"
          playsinline
          tabindex="-1"
          aria-label=${screen ? r("player.screen", { name }) : name}
          ${ref((element) => this.player.attach(file, element as HTMLVideoElement | undefined))}
        ></video>
        ${here ? nothing : html`<span class="oyer-player__away">${r("player.absent")}</span>`}
      </div>
      <figcaption>
        <strong>${screen ? r("player.screen", { name }) : name}</strong>
        ${person && !screen ? html`<span>${this.#role(person)}</span>` : nothing}
      </figcaption>
    </figure>`;
  }

  #role(person: HearingRecord["people"][number]): string {
    return person.party && person.role === "party"
      ? label("side", person.party)
      : label("role", person.role);
  }

  #controls(): TemplateResult {
    const { player } = this;
    const now = span(player.position);
    const all = span(player.duration);
    return html`<div class="oyer-player__controls">
      <button
        class="oyer-player__play"
        type="button"
        data-test="play"
        aria-pressed=${player.playing ? "true" : "false"}
        aria-label=${r("player.play")}
        @click=${() => player.toggle()}
      >
        ${icon(player.playing ? "pause" : "play")}
      </button>
      <button class="oyer-button-plain" type="button" aria-label=${`−10 s ${r("player.back")}`} data-test="back" @click=${() => player.seek(player.position - 10)}>−10 s</button>
      <button class="oyer-button-plain" type="button" aria-label=${`+10 s ${r("player.forward")}`} data-test="forward" @click=${() => player.seek(player.position + 10)}>+10 s</button>
      <input
        class="oyer-player__seek"
        type="range"
        min="0"
        max=${player.duration.toFixed(1)}
        step="0.1"
        data-test="seek"
        aria-label=${r("player.seek")}
        aria-valuetext=${r("player.of", { now, all })}
        .value=${player.position.toFixed(1)}
        @input=${(event: Event) => player.seek(Number((event.target as HTMLInputElement).value))}
      />
      <span class="oyer-player__position" data-test="position" data-seconds=${player.position.toFixed(2)}>
        ${r("player.of", { now, all })}
      </span>
      <label class="oyer-player__speed">
        ${r("player.speed")}
        <select class="govuk-select" data-test="speed" @change=${(event: Event) => player.setSpeed(Number((event.target as HTMLSelectElement).value))}>
          ${SPEEDS.map((speed) => html`<option value=${speed} ?selected=${speed === player.speed}>${speed}×</option>`)}
        </select>
      </label>
    </div>`;
  }

  /** Why nothing is to be seen right now. */
  #now(): TemplateResult {
    const at = this.player.position;
    const gap = this.record.intervals.find(
      (one) => seconds(this.record, one.from_us) <= at && at < seconds(this.record, one.to_us),
    );
    const text = gap ? this.#kind(gap) : this.player.waiting ? r("player.buffering") : "";
    return html`<p class="govuk-body oyer-player__now" role="status" ?hidden=${text === ""}>${text}</p>`;
  }

  #kind(gap: HearingRecord["intervals"][number]): string {
    const kind = gap.kind === "technical_gap" ? "technical_gap" : "off_record";
    const word = r(`interval.${kind}`);
    if (gap.reason === "media_restarted") return `${word}：${r("interval.media_restarted")}`;
    // The server's own words are for machines; what a person wrote is shown.
    return gap.reason && !/^[a-z_]+$/.test(gap.reason) ? `${word}：${gap.reason}` : word;
  }

  #chapters(): TemplateResult | typeof nothing {
    const { chapters } = this.record;
    if (chapters.length === 0) return nothing;
    return html`<nav aria-labelledby="chapters-heading">
      <h2 class="govuk-heading-s oyer-tight" id="chapters-heading">${r("chapters.heading")}</h2>
      <ol class="oyer-chapters">
        ${chapters.map((chapter) => {
          const at = seconds(this.record, chapter.at_us);
          return html`<li>
            <button class="oyer-chapters__button" type="button" data-test="chapter" data-seconds=${at.toFixed(2)} @click=${() => this.player.seek(at)}>
              <span class="oyer-chapters__time">${span(at)}</span>
              ${chapter[language()] ?? label("stage", chapter.stage)}
            </button>
          </li>`;
        })}
      </ol>
    </nav>`;
  }

  #intervals(): TemplateResult | typeof nothing {
    const { intervals } = this.record;
    if (intervals.length === 0) return nothing;
    return html`<section aria-labelledby="intervals-heading">
      <h2 class="govuk-heading-s oyer-tight" id="intervals-heading">${r("intervals.heading")}</h2>
      <ul class="govuk-list">
        ${intervals.map(
          (gap) => html`<li data-test="interval" data-kind=${gap.kind}>
            ${r("interval.row", {
              from: span(seconds(this.record, gap.from_us)),
              to: span(seconds(this.record, gap.to_us)),
              kind: this.#kind(gap),
            })}
          </li>`,
        )}
      </ul>
    </section>`;
  }

  /** Only while the player has the focus, so that typing elsewhere stays typing. */
  readonly #key = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    if (target.matches("input, select, button")) return;
    if (event.key === " ") this.player.toggle();
    else if (event.key === "ArrowLeft") this.player.seek(this.player.position - 5);
    else if (event.key === "ArrowRight") this.player.seek(this.player.position + 5);
    else return;
    event.preventDefault();
  };
}

define("oyer-player", PlayerView);
