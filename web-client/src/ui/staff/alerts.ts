/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What the staff should look at, worst first; and the server's refusal of the last command. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { clock } from "../../core/format.js";
import { language, t } from "../../core/i18n/index.js";
import { s, staffLabel } from "../../core/i18n/staff.js";
import type { Alert, Person, State } from "../../core/messages.js";
import { define, View } from "../common/base.js";
import { icon } from "../common/icons.js";
import { nameOf } from "../common/names.js";

const HELP: readonly string[] = ["trouble", "help_unheard"];
const ORDER = { alarm: 0, warning: 1, info: 2 } as const;

class Alerts extends View {
  protected override render(): TemplateResult | typeof nothing {
    const state = this.app.hearing.state;
    if (!state) return nothing;
    const alerts = (state.alerts ?? [])
      .slice()
      .sort((a, b) => ORDER[a.level] - ORDER[b.level] || b.at.localeCompare(a.at));
    return html`<section class="oyer-panel-box" aria-labelledby="alerts-heading">
      <h2 class="govuk-heading-s oyer-tight" id="alerts-heading">${s("alerts.heading")}</h2>
      ${alerts.length === 0
        ? html`<p class="govuk-body-s oyer-quiet oyer-tight">${s("alerts.none")}</p>`
        : html`<div role="status">
            <ul class="oyer-alerts">
              ${alerts.map((alert) => this.#alert(alert, state))}
            </ul>
          </div>`}
    </section>`;
  }

  #alert(alert: Alert, state: State): TemplateResult {
    const name = nameOf(alert.participant, state);
    const caller = HELP.includes(alert.code) ? state.people.find((one) => one.id === alert.participant && one.help?.claimed === null) : undefined;
    return html`<li
      class="oyer-alert oyer-alert--${alert.level}"
      data-test="alert"
      data-code=${alert.code}
      data-level=${alert.level}
    >
      ${icon(alert.level === "info" ? "clock" : "attention")}
      <span class="oyer-alert__text">
        <span class="govuk-visually-hidden">${s(`level.${alert.level}`)}: </span>
        ${staffLabel("alert", alert.code, { name })}${caller?.trouble ? html`<br />${s("trouble.says", { text: caller.trouble })}` : nothing}
        ${caller ? this.#claim(caller) : nothing}
      </span>
      <span class="oyer-quiet">${clock(Date.parse(alert.at), state.hearing.timezone, language())}</span>
    </li>`;
  }

  /** Who calls may be far down in the list: help begins where it is heard. */
  #claim(caller: Person): TemplateResult {
    return html`<br /><button class="govuk-button oyer-button-small" type="button" data-test="alert-claim" @click=${() => void this.app.command({ do: "help_claim", participant: caller.id })}>
      ${s("help.claim")}<span class="govuk-visually-hidden"> ${caller.name}</span>
    </button>`;
  }
}

define("oyer-alerts", Alerts);

class Refusal extends View {
  protected override render(): TemplateResult | typeof nothing {
    const refusal = this.app.refusal;
    if (!refusal) return nothing;
    const known = staffLabel("refusal", refusal.code);
    return html`<div class="oyer-banner oyer-banner--warn" role="alert" data-test="refusal" data-code=${refusal.code}>
      ${icon("attention")}
      <span class="oyer-banner__text">
        <strong>${s("refusal.heading")}</strong>
        ${known === refusal.code ? s("refusal.unknown") : known}
      </span>
      <button class="oyer-banner__button" type="button" @click=${() => this.app.forgetRefusal()}>
        ${t("app.close")}
      </button>
    </div>`;
  }
}

define("oyer-refusal", Refusal);
