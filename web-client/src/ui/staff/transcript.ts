/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The clerk's transcript: lines as they come, lines typed by hand, corrections. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { byRank } from "../../core/arrange.js";
import { inHearing } from "../../core/hearing.js";
import { s } from "../../core/i18n/staff.js";
import type { Line, State } from "../../core/messages.js";
import { define, View } from "../common/base.js";
import "../common/modal.js";
import "../room/captions.js";

const MAX_TEXT = 2000;

class TranscriptPanel extends View {
  #speaker: string | null = null;
  #editing: Line | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.app.loadLines();
  }

  protected override render(): TemplateResult | typeof nothing {
    const state = this.app.hearing.state;
    if (!state) return nothing;
    return html`<section class="oyer-transcript" aria-label=${s("transcript.heading")}>
      <oyer-captions class="oyer-transcript__lines" .tools=${this.#tools}></oyer-captions>
      ${this.#entry(state)} ${this.#editing ? this.#editor(this.#editing) : nothing}
    </section>`;
  }

  readonly #tools = (line: Line): TemplateResult =>
    html`<button
      class="oyer-line__edit"
      type="button"
      data-test="line-edit"
      @click=${() => {
        this.#editing = line;
        this.requestUpdate();
      }}
    >
      ${s("transcript.edit")}<span class="govuk-visually-hidden"> ${line.text.slice(0, 20)}</span>
    </button>`;

  #entry(state: State): TemplateResult {
    const people = inHearing(state)
      .filter((person) => person.role !== "observer")
      .slice()
      .sort(byRank);
    return html`<form class="oyer-entry" @submit=${this.#add}>
      <div class="oyer-entry__speakers" role="group" aria-label=${s("transcript.speaker")}>
        ${this.#chip(null, s("transcript.nobody"))}
        ${people.map((person) => this.#chip(person.id, person.name))}
      </div>
      <div class="oyer-entry__row">
        <label class="govuk-visually-hidden" for="line-text">${s("transcript.text")}</label>
        <input
          class="govuk-input"
          id="line-text"
          maxlength=${MAX_TEXT}
          autocomplete="off"
          placeholder=${s("transcript.text")}
          data-test="line-text"
        />
        <button class="govuk-button oyer-button-small" type="submit" data-test="line-add">
          ${s("transcript.add")}
        </button>
      </div>
    </form>`;
  }

  #chip(id: string | null, name: string): TemplateResult {
    return html`<button
      class="oyer-chip"
      type="button"
      data-test="line-speaker"
      data-participant=${id ?? ""}
      aria-pressed=${this.#speaker === id ? "true" : "false"}
      @click=${() => {
        this.#speaker = id;
        this.requestUpdate();
        this.querySelector<HTMLElement>("#line-text")?.focus();
      }}
    >
      ${name}
    </button>`;
  }

  #editor(line: Line): TemplateResult {
    return html`<oyer-modal
      closeable
      .heading=${s("transcript.edit_heading")}
      .content=${html`<form @submit=${this.#save}>
        <p class="govuk-hint" id="edit-hint">${s("transcript.edit_hint")}</p>
        <label class="govuk-visually-hidden" for="line-edit-text">${s("transcript.edit_heading")}</label>
        <textarea
          class="govuk-textarea"
          id="line-edit-text"
          rows="4"
          maxlength=${MAX_TEXT}
          aria-describedby="edit-hint"
          data-test="line-edit-text"
          .value=${line.text}
        ></textarea>
        <button class="govuk-button" type="submit" data-test="line-save">${s("transcript.save")}</button>
      </form>`}
      @dismiss=${this.#done}
    ></oyer-modal>`;
  }

  readonly #add = (event: Event): void => {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>("#line-text");
    const text = input?.value.trim() ?? "";
    if (!input || text === "") return;
    input.value = "";
    void this.app
      .ask({ type: "line", text, participant: this.#speaker, at_us: null })
      .then((taken) => {
        if (!taken && input.value === "") input.value = text; // nothing typed is lost
      });
  };

  readonly #save = (event: Event): void => {
    event.preventDefault();
    const text = this.querySelector<HTMLTextAreaElement>("#line-edit-text")?.value.trim() ?? "";
    const line = this.#editing;
    this.#done();
    if (!line || text === "" || text === line.text) return;
    void this.app.ask({ type: "line_edit", line: line.id, text });
  };

  readonly #done = (): void => {
    this.#editing = null;
    this.requestUpdate();
  };
}

define("oyer-transcript", TranscriptPanel);
