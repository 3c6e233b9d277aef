/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A note into the log of the hearing. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { s } from "../../core/i18n/staff.js";
import { define, View } from "../common/base.js";

class Notes extends View {
  #added = "";

  protected override render(): TemplateResult {
    return html`<section class="oyer-panel-box" aria-labelledby="notes-heading">
      <h2 class="govuk-heading-s oyer-tight" id="notes-heading">${s("notes.heading")}</h2>
      <form class="oyer-entry__row" @submit=${this.#add}>
        <label class="govuk-visually-hidden" for="note-text">${s("notes.label")}</label>
        <input class="govuk-input" id="note-text" maxlength="2000" autocomplete="off" placeholder=${s("notes.label")} data-test="note-text" />
        <button class="govuk-button govuk-button--secondary oyer-button-small" type="submit" data-test="note-add">
          ${s("notes.add")}
        </button>
      </form>
      <p class="govuk-body-s oyer-tight oyer-quiet" role="status">
        ${this.#added ? s("notes.added", { text: this.#added }) : ""}
      </p>
    </section>`;
  }

  readonly #add = (event: Event): void => {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>("#note-text");
    const text = input?.value.trim() ?? "";
    if (!input || text === "") return;
    void this.app.ask({ type: "note", text }).then((taken) => {
      if (!taken) return;
      input.value = "";
      this.#added = text;
      this.requestUpdate();
    });
  };
}

define("oyer-notes", Notes);
