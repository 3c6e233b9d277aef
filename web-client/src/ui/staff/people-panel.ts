/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Everybody, in the order in which they need attention: who waits, who is in, who is not here. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { byRank } from "../../core/arrange.js";
import { everybody, hands, may } from "../../core/hearing.js";
import { s } from "../../core/i18n/staff.js";
import type { Person, State } from "../../core/messages.js";
import { define, View } from "../common/base.js";
import { icon } from "../common/icons.js";
import { personRow } from "./person-row.js";

class PeoplePanel extends View {
  protected override render(): TemplateResult | typeof nothing {
    const state = this.app.hearing.state;
    if (!state) return nothing;
    const all = everybody(state).slice().sort(byRank);
    const waiting = all.filter((one) => one.room === "waiting" || one.room === "witness");
    const inside = all.filter((one) => one.room === "hearing");
    // Who calls for help comes first.
    const out = all
      .filter((one) => one.room !== "hearing" && !waiting.includes(one))
      .sort((a, b) => Number(Boolean(b.help)) - Number(Boolean(a.help)));
    return html`<section class="oyer-panel-box" aria-labelledby="people-heading">
      <div class="oyer-panel-box__head">
        <h2 class="govuk-heading-s oyer-tight" id="people-heading">${s("people.heading")}</h2>
        ${may(this.app.hearing, "mute_all") && inside.length > 1
          ? html`<button
              class="govuk-button govuk-button--secondary oyer-button-small"
              type="button"
              data-test="mute_all"
              @click=${() => void this.app.command({ do: "mute_all" })}
            >
              ${s("people.mute_all")}
            </button>`
          : nothing}
      </div>
      ${this.#hands(state)}
      ${this.#group(
        html`${s("people.queue")}
        ${waiting.length > 0
          ? html`<span class="moj-notification-badge">${waiting.length}</span>`
          : nothing}`,
        waiting,
        state,
      )}
      ${waiting.length === 0
        ? html`<p class="govuk-body-s oyer-quiet oyer-tight">${s("people.queue_empty")}</p>`
        : nothing}
      ${this.#group(html`${s("people.in", { n: inside.length })}`, inside, state)}
      ${out.length > 0 ? this.#group(html`${s("people.out", { n: out.length })}`, out, state) : nothing}
      <p class="govuk-body-s oyer-tight">
        <a class="govuk-link" href="/api/v1/hearings/${state.hearing.id}/declarations" download="declarations.json" data-test="declarations">${s("people.declarations")}</a>
      </p>
    </section>`;
  }

  #hands(state: State): TemplateResult | typeof nothing {
    const raised = hands(state);
    if (raised.length === 0) return nothing;
    return html`<p class="oyer-hands">
      ${icon("hand")} <strong>${s("people.hands")}</strong>
      ${raised.map((person, index) => html`<span>${index + 1}. ${person.name}</span>`)}
    </p>`;
  }

  #group(heading: TemplateResult, people: readonly Person[], state: State): TemplateResult {
    return html`<h3 class="oyer-group">${heading}</h3>
      <ul class="oyer-persons">
        ${repeat(people, (person) => person.id, (person) => personRow(this.app, person, state))}
      </ul>`;
  }
}

define("oyer-people-panel", PeoplePanel);
