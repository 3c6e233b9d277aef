/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The staff's home page: who I am here, my hearings, and what I can do. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { language } from "../../core/i18n/index.js";
import { OFFICE, o } from "../../core/i18n/office.js";
import type { OfficeKey } from "../../core/i18n/office.js";
import type { Me, Office } from "../../core/office.js";
import "./day.js";
import { sectionsOf } from "./sections.js";
import "./waiting.js";

export function roleName(role: string): string {
  const key = `role.${role}`;
  return key in OFFICE.zh ? o(key as OfficeKey) : role;
}

/** Whose day has hearings; others have them when somebody made them one of a hearing. */
const SITTING: readonly string[] = ["judge", "clerk", "usher"];

export interface HomeActions {
  goToCourt(court: string): void;
  signOut(): void;
}

export function home(me: Me, office: Office, to: HomeActions): TemplateResult {
  const sections = sectionsOf(me);
  return html`<h1 class="govuk-heading-l" tabindex="-1">${o("home.heading", { name: me.name })}</h1>
    <dl class="govuk-summary-list oyer-office__me" data-test="me">
      <div class="govuk-summary-list__row">
        <dt class="govuk-summary-list__key">${o("home.court")}</dt>
        <dd class="govuk-summary-list__value">${court(me, to)}</dd>
      </div>
      <div class="govuk-summary-list__row">
        <dt class="govuk-summary-list__key">${o("home.roles")}</dt>
        <dd class="govuk-summary-list__value">${me.roles.map(roleName).join(" · ")}</dd>
      </div>
    </dl>
    <oyer-office-day .office=${office} .sits=${me.roles.some((one) => SITTING.includes(one))} .language=${language()}></oyer-office-day>
    ${me.rights.includes("write_register") ? html`<oyer-office-waiting .office=${office} .language=${language()}></oyer-office-waiting>` : nothing}
    <h2 class="govuk-heading-m">${o("home.sections")}</h2>
    ${sections.length === 0 ? html`<p class="govuk-body">${o("home.nothing")}</p>` : nothing}
    <ul class="oyer-office__tiles" data-test="sections">
      ${sections.map(
        (one) =>
          html`<li>
            <a class="oyer-office__tile" href=${one.href ?? `#/${one.id}`} data-test="section-${one.id}">
              <span class="oyer-office__tile-title">${one.title()}</span>
              <span class="oyer-office__tile-text">${one.text()}</span>
            </a>
          </li>`,
      )}
    </ul>
    <button class="govuk-button govuk-button--secondary" type="button" data-test="sign-out" @click=${() => to.signOut()}>
      ${o("home.sign_out")}
    </button>`;
}

function court(me: Me, to: HomeActions): TemplateResult {
  const here = me.courts.find((one) => one.id === me.court);
  if (me.courts.length < 2) return html`${here?.name ?? nothing}`;
  return html`<label class="govuk-visually-hidden" for="court">${o("home.change_court")}</label>
    <select
      class="govuk-select"
      id="court"
      data-test="court"
      @change=${(event: Event) => to.goToCourt((event.target as HTMLSelectElement).value)}
    >
      ${me.courts.map((one) => html`<option value=${one.id} ?selected=${one.id === me.court}>${one.name}</option>`)}
    </select>`;
}
