/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Who must not see or hear whom: orders that the server carries out. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { may } from "../../core/hearing.js";
import { s } from "../../core/i18n/staff.js";
import type { ScreeningMedia, ScreeningRule, State } from "../../core/messages.js";
import { define, View } from "../common/base.js";
import { nameOf } from "../common/names.js";

const MEDIA: readonly ScreeningMedia[] = ["both", "video", "audio", "presence"];

class Screening extends View {
  protected override render(): TemplateResult | typeof nothing {
    const state = this.app.hearing.state;
    if (!state || !may(this.app.hearing, "screen")) return nothing;
    const rules = state.screening ?? [];
    return html`<details class="oyer-panel-box oyer-screening" data-test="screening">
      <summary class="oyer-screening__summary">${s("screening.heading")}（${rules.length}）</summary>
      <p class="govuk-body-s oyer-quiet">${s("screening.hint")}</p>
      <ul class="govuk-list">
        ${rules.map((rule) => this.#rule(rule, state))}
      </ul>
      <form class="oyer-screening__form" @submit=${this.#add}>
        ${this.#people("subject", state)} ${this.#people("from", state)}
        <div class="govuk-form-group oyer-tight">
          <label class="govuk-label" for="screening-media">${s("screening.media")}</label>
          <select class="govuk-select" id="screening-media" data-test="screening-media">
            ${MEDIA.map((media) => html`<option value=${media}>${s(`screening.${media}`)}</option>`)}
          </select>
        </div>
        <div class="govuk-checkboxes govuk-checkboxes--small">
          <div class="govuk-checkboxes__item">
            <input class="govuk-checkboxes__input" type="checkbox" id="screening-symmetric" data-test="screening-symmetric" />
            <label class="govuk-label govuk-checkboxes__label" for="screening-symmetric">${s("screening.symmetric")}</label>
          </div>
        </div>
        <button class="govuk-button govuk-button--secondary oyer-button-small" type="submit" data-test="screening-add">
          ${s("screening.add")}
        </button>
      </form>
    </details>`;
  }

  #people(which: "subject" | "from", state: State): TemplateResult {
    const people = state.people.filter((one) => one.role !== "judge" && one.role !== "clerk");
    return html`<div class="govuk-form-group oyer-tight">
      <label class="govuk-label" for="screening-${which}">${s(`screening.${which}`)}</label>
      <select class="govuk-select" id="screening-${which}" data-test="screening-${which}">
        ${people.map((person) => html`<option value=${person.id}>${person.name}</option>`)}
      </select>
    </div>`;
  }

  #rule(rule: ScreeningRule, state: State): TemplateResult {
    const key = rule.symmetric ? "screening.row_symmetric" : "screening.row";
    return html`<li data-test="screening-row" class="oyer-screening__row">
      <span>
        ${s(key, {
          who: nameOf(rule.participant, state),
          from: nameOf(rule.from, state),
          media: s(`screening.${rule.media}`),
        })}
      </span>
      <button
        class="govuk-button govuk-button--secondary oyer-button-small"
        type="button"
        data-test="screening-off"
        @click=${() => void this.#set(rule, false)}
      >
        ${s("screening.off")}
      </button>
    </li>`;
  }

  #set(rule: ScreeningRule, on: boolean): Promise<boolean> {
    return this.app.command({
      do: "screen",
      participant: rule.participant,
      from: rule.from,
      media: rule.media,
      on,
      symmetric: rule.symmetric ?? false,
    });
  }

  readonly #add = (event: Event): void => {
    event.preventDefault();
    const value = (id: string) => this.querySelector<HTMLSelectElement>(`#screening-${id}`)?.value ?? "";
    const participant = value("subject");
    const from = value("from");
    if (participant === from) return;
    const symmetric = this.querySelector<HTMLInputElement>("#screening-symmetric")?.checked ?? false;
    void this.#set({ participant, from, media: value("media") as ScreeningMedia, symmetric }, true);
  };
}

define("oyer-screening", Screening);
