/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Two minutes before the session ends: a question, with time to answer (WCAG 2.2.1). */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { o } from "../../core/i18n/office.js";
import type { Ends } from "../../core/office.js";
import "../common/modal.js";

export const WARN_MS = 120_000;

export function clock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export interface ExpiryActions {
  stay(): void;
  signOut(): void;
  understood(): void;
}

/** `isLast`: nothing but signing in again helps. */
export function expiry(left: Ends, isLast: boolean, to: ExpiryActions): TemplateResult {
  const time = clock(isLast ? left.all : left.idle);
  const answer = isLast ? to.understood : to.stay;
  return html`<oyer-modal
    data-test="expiry"
    .heading=${o("expiry.heading")}
    .content=${html`<p class="govuk-body" role="timer">${o(isLast ? "expiry.last" : "expiry.text", { time })}</p>
      <button class="govuk-button" type="button" data-test="stay" @click=${answer}>
        ${o(isLast ? "expiry.seen" : "expiry.stay")}
      </button>
      <button class="govuk-button govuk-button--secondary" type="button" data-test="expiry-out" @click=${to.signOut}>
        ${o("home.sign_out")}
      </button>`}
    @dismiss=${answer}
  ></oyer-modal>`;
}
