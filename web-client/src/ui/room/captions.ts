/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What is said, in writing.  A focusable region, not read aloud by itself (that is a
 * choice); it follows the newest line unless the reader has scrolled up.
 */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { clock } from "../../core/format.js";
import { label, t } from "../../core/i18n/hearing.js";
import { htmlLang, language } from "../../core/i18n/index.js";
import type { Line, State } from "../../core/messages.js";
import { runs } from "../../core/words.js";
import { define, View } from "../common/base.js";
import { icon } from "../common/icons.js";
import { nameOf } from "../common/names.js";

const SIZE_KEY = "oyer.captions";
const SIZES = ["s", "m", "l", "xl"] as const;
/** A phone shows the end of it; the whole is in the record. */
const SHOWN = 200;

class Captions extends View {
  static override properties = { tools: { attribute: false } };
  /** The clerk's buttons for a line. */
  declare tools: ((line: Line) => TemplateResult | typeof nothing) | null;
  #size = savedSize();
  #live = false;
  #follows = true;

  constructor() {
    super();
    this.tools = null;
  }

  protected override render(): TemplateResult | typeof nothing {
    const state = this.app.hearing.state;
    if (!state) return nothing;
    const lines = this.app.hearing.lines.slice(-SHOWN);
    return html`<section class="oyer-captions oyer-captions--${SIZES[this.#size]}" aria-label=${t("captions.heading")}>
      <div class="oyer-captions__head">
        <span class="oyer-captions__title">${t("captions.heading")}</span>
        <span class="oyer-captions__status">${this.#missing(state) ? nothing : this.#status(state)}</span>
        <span class="oyer-captions__buttons">
          ${this.#button("captions-live", "captions.live", this.#live, () => (this.#live = !this.#live), icon("speaker"))}
          ${this.#button("captions-smaller", "captions.smaller", null, () => this.#resize(-1), "A−")}
          ${this.#button("captions-larger", "captions.larger", null, () => this.#resize(1), "A+")}
        </span>
      </div>
      <div
        class="oyer-captions__text"
        id="oyer-captions"
        role="region"
        tabindex="0"
        data-test="captions"
        aria-label=${t("captions.region")}
        aria-live=${this.#live ? "polite" : "off"}
        @scroll=${this.#scrolled}
      >
        ${this.#missing(state)
          ? html`<p class="oyer-captions__empty">${this.#status(state)}</p>`
          : nothing}
        ${lines.length === 0 && this.app.hearing.partials.size === 0
          ? html`<p class="oyer-captions__empty">
              ${t(state.hearing.session === "not_started" ? "captions.not_yet" : "captions.empty")}
            </p>`
          : nothing}
        ${repeat(lines, (line) => line.id, (line) => this.#line(line, state))}
        ${[...this.app.hearing.partials].map(
          ([track, partial]) => html`<p class="oyer-line oyer-line--partial" data-test="caption-partial" data-track=${track}>
            <span class="oyer-line__who">${nameOf(partial.participant, state)}</span>
            <span class="oyer-line__text">${partial.text}…</span>
          </p>`,
        )}
      </div>
      ${this.#follows
        ? nothing
        : html`<button class="oyer-captions__latest" type="button" @click=${this.#latest}>
            ${t("captions.latest")}
          </button>`}
    </section>`;
  }

  protected override updated(): void {
    const pane = this.querySelector("#oyer-captions");
    if (pane && this.#follows) pane.scrollTop = pane.scrollHeight;
  }

  #line(line: Line, state: State): TemplateResult {
    const lang = line.language ? htmlLang(/^en/i.test(line.language) ? "en" : "zh") : nothing;
    const at_ms = line.start_us / 1000;
    return html`<p class="oyer-line" data-test="caption-line" data-line=${line.id} data-participant=${line.participant ?? ""}>
      <span class="oyer-line__time">${clock(at_ms, state.hearing.timezone, language())}</span>
      <span class="oyer-line__who">${nameOf(line.participant, state)}</span>
      <span class="oyer-line__text" lang=${lang}
        >${runs(line).map((run) =>
          run.unsure
            ? html`<span class="oyer-unsure" title=${t("captions.unsure")}>${run.text}</span>`
            : run.text,
        )}</span
      >
      ${line.source === "clerk"
        ? html`<span class="oyer-line__source">${t("captions.by_clerk")}</span>`
        : nothing}
      ${this.tools?.(line) ?? nothing}
    </p>`;
  }

  /** There are no automatic captions, and somebody should be told why. */
  #missing({ transcription, hearing }: State): boolean {
    if (transcription.state === "unavailable") return true;
    const early = hearing.session === "not_started" && !transcription.reason;
    return transcription.state === "off" && !early;
  }

  #status(state: State): TemplateResult {
    const { transcription } = state;
    let text = t(transcription.rough ? "captions.rough" : "captions.machine");
    if (transcription.state === "catching_up") text = t("captions.catching_up");
    if (transcription.state === "off") text = "";
    if (this.#missing(state)) {
      text = t("captions.off", { reason: label("reason", transcription.reason ?? "unknown") });
    }
    return html`<span data-test="captions-status" data-state=${transcription.state}>${text}</span>`;
  }

  #button(
    test: string,
    key: "captions.live" | "captions.smaller" | "captions.larger",
    pressed: boolean | null,
    act: () => void,
    face: string | TemplateResult,
  ): TemplateResult {
    return html`<button
      class="oyer-captions__button"
      type="button"
      data-test=${test}
      aria-label=${typeof face === "string" ? `${face} ${t(key)}` : t(key)}
      title=${t(key)}
      aria-pressed=${pressed === null ? nothing : pressed ? "true" : "false"}
      @click=${() => {
        act();
        this.requestUpdate();
      }}
    >
      ${face}
    </button>`;
  }

  #resize(by: number): void {
    this.#size = Math.min(SIZES.length - 1, Math.max(0, this.#size + by));
    try {
      localStorage.setItem(SIZE_KEY, String(this.#size));
    } catch {
      // Storage is off: the size lasts for this page.
    }
  }

  readonly #scrolled = (event: Event): void => {
    const pane = event.currentTarget as HTMLElement;
    const follows = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 40;
    if (follows === this.#follows) return;
    this.#follows = follows;
    this.requestUpdate();
  };

  readonly #latest = (): void => {
    this.#follows = true;
    this.requestUpdate();
  };
}

function savedSize(): number {
  try {
    const size = Number(localStorage.getItem(SIZE_KEY) ?? 1);
    return Number.isInteger(size) && size >= 0 && size < SIZES.length ? size : 1;
  } catch {
    return 1;
  }
}

define("oyer-captions", Captions);
