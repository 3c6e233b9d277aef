/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The transcript beside the pictures: a line plays its moment; words are found by the server. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Hit, HearingRecord } from "../../core/api.js";
import { span } from "../../core/format.js";
import { htmlLang } from "../../core/i18n/index.js";
import { r } from "../../core/i18n/record.js";
import type { Line } from "../../core/messages.js";
import { lineAt, seconds } from "../../core/timeline.js";
import { runs } from "../../core/words.js";
import { define, Plain } from "../common/plain.js";
import type { Player } from "./player.js";

class Words extends Plain {
  static override properties = {
    record: { attribute: false },
    player: { attribute: false },
    search: { attribute: false },
  };
  declare record: HearingRecord;
  declare player: Player;
  declare search: (text: string) => Promise<Hit[]>;
  #stop: (() => void) | null = null;
  #current: string | null = null;
  #asked = "";
  #hits: Hit[] | null = null;

  protected override willUpdate(): void {
    this.#stop ??= this.player.subscribe(() => this.#moved());
  }

  protected override render(): TemplateResult {
    const { lines } = this.record;
    return html`<section class="oyer-words" aria-labelledby="words-heading">
      <h2 class="govuk-heading-m oyer-tight" id="words-heading">${r("transcript.heading")}</h2>
      <p class="govuk-body-s oyer-quiet oyer-tight">${r("transcript.draft")}</p>
      <form class="oyer-words__search" role="search" @submit=${this.#ask}>
        <label class="govuk-visually-hidden" for="search">${r("search.label")}</label>
        <input class="govuk-input" id="search" type="search" maxlength="100" placeholder=${r("search.label")} data-test="search" />
        <button class="govuk-button oyer-button-small" type="submit" data-test="search-go">${r("search.go")}</button>
      </form>
      ${this.#found()}
      <ol class="oyer-words__lines" tabindex="0" aria-label=${r("transcript.heading")}>
        ${lines.length === 0 ? html`<li class="oyer-quiet">${r("transcript.empty")}</li>` : nothing}
        ${lines.map((line) => this.#line(line))}
      </ol>
    </section>`;
  }

  #name(id: string | null): string {
    return this.record.people.find((one) => one.id === id)?.name ?? "";
  }

  #line(line: Line): TemplateResult {
    const at = seconds(this.record, line.start_us);
    const name = this.#name(line.participant);
    return html`<li
      class="oyer-words__line"
      data-test="line"
      data-line=${line.id}
      data-start=${at.toFixed(2)}
      data-participant=${line.participant ?? ""}
      data-current=${this.#current === line.id ? "true" : "false"}
    >
      <button
        class="oyer-words__time"
        type="button"
        aria-label=${r("transcript.play", { time: span(at) })}
        @click=${() => this.#play(at)}
      >
        ${span(at)}
      </button>
      <p class="oyer-words__text">
        ${name ? html`<strong>${name}</strong>：` : nothing}
        <span lang=${line.language ? htmlLang(/^en/i.test(line.language) ? "en" : "zh") : nothing}
          >${runs(line).map((run) => (run.unsure ? html`<span class="oyer-unsure">${run.text}</span>` : run.text))}</span
        >
        ${line.source === "clerk" ? html`<span class="oyer-quiet oyer-words__source">${r("transcript.clerk")}</span>` : nothing}
      </p>
    </li>`;
  }

  #found(): TemplateResult {
    const hits = this.#hits;
    const text =
      hits === null
        ? ""
        : hits.length === 0
          ? r("search.none", { q: this.#asked })
          : r("search.count", { n: hits.length });
    return html`<p class="govuk-body oyer-tight" role="status" data-test="search-count" data-count=${hits?.length ?? ""}>${text}</p>
      ${hits && hits.length > 0
        ? html`<ul class="oyer-words__hits">
            ${hits.map((hit) => this.#hit(hit))}
          </ul>`
        : nothing}`;
  }

  #hit(hit: Hit): TemplateResult {
    const at = seconds(this.record, hit.start_us);
    return html`<li>
      <button class="oyer-words__hit" type="button" data-test="search-hit" data-line=${hit.line} @click=${() => this.#play(at)}>
        <span class="oyer-chapters__time">${span(at)}</span>
        <span>${this.#name(hit.participant)} ${marked(hit.text, this.#asked)}</span>
      </button>
    </li>`;
  }

  #play(at: number): void {
    this.player.seek(at);
    if (!this.player.playing) this.player.play();
  }

  #moved(): void {
    const current = lineAt(this.record, this.record.lines, this.player.position);
    if (current === this.#current) return;
    this.#current = current;
    this.requestUpdate();
    void this.updateComplete.then(() => this.#reveal());
  }

  /** Scrolls the list only, and not while somebody is reading in it. */
  #reveal(): void {
    const list = this.querySelector<HTMLElement>(".oyer-words__lines");
    const line = this.querySelector<HTMLElement>("[data-current=true]");
    if (!list || !line || list.contains(document.activeElement)) return;
    const top = line.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top > list.scrollTop + list.clientHeight - 60) {
      list.scrollTop = Math.max(0, top - list.clientHeight / 3);
    }
  }

  readonly #ask = (event: Event): void => {
    event.preventDefault();
    const text = this.querySelector<HTMLInputElement>("#search")?.value.trim() ?? "";
    this.#asked = text;
    if (text === "") {
      this.#hits = null;
      return this.requestUpdate();
    }
    void this.search(text)
      .catch(() => [] as Hit[])
      .then((hits) => {
        if (this.#asked !== text) return;
        this.#hits = hits;
        this.requestUpdate();
      });
  };
}

/** `text` with what was asked for marked. */
function marked(text: string, asked: string): TemplateResult {
  const at = text.toLowerCase().indexOf(asked.toLowerCase());
  if (at < 0) return html`${text}`;
  const end = at + asked.length;
  return html`${text.slice(0, at)}<mark>${text.slice(at, end)}</mark>${text.slice(end)}`;
}

define("oyer-words", Words);
