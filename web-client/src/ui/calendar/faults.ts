/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Why it cannot be held like that, each fault in a sentence, and when it could be. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { ApiError } from "../../core/api.js";
import { c, CALENDAR, calendarLabel } from "../../core/i18n/calendar.js";
import type { CalendarKey } from "../../core/i18n/calendar.js";
import type { Fault, Named, Offer, Plan, Verdict } from "../../core/schedule.js";
import { dayOf } from "../../core/zone.js";
import { dayWords, momentWords, nameIn, spanWords, yourTime } from "./words.js";

const CODES: Record<string, CalendarKey> = {
  unknown: "error.unknown",
  no_such: "error.no_such",
  not_allowed: "error.not_allowed",
  wrong_state: "error.wrong_state",
};

export function problemOf(error: unknown): CalendarKey {
  if (!(error instanceof ApiError)) throw error;
  return error.status === 0 ? "error.unreachable" : (CODES[error.code] ?? "error.other");
}

export function problemBox(problem: CalendarKey | null): TemplateResult | typeof nothing {
  if (!problem) return nothing;
  return html`<div class="govuk-error-summary" role="alert" tabindex="-1" data-test="problem" data-problem=${problem}>
    <h2 class="govuk-error-summary__title">${c("error.heading")}</h2>
    <p class="govuk-body">${c(problem)}</p>
  </div>`;
}

function wordsOf(fault: Fault): CalendarKey {
  if (fault.code === "clash") return !fault.case_number ? "fault.clash_elsewhere" : fault.as === "room" ? "fault.clash_room" : "fault.clash";
  return fault.code === "frozen" && fault.resource ? "fault.frozen_person" : (`fault.${fault.code}` as CalendarKey);
}

/** `leave` and `repair` end at a moment, `notice` and `gap` speak of a day, all others of
 * a session. */
function whenOf(fault: Fault, zone: string): string {
  if (fault.code === "leave" || fault.code === "repair") return momentWords(fault.to_us, zone);
  if (fault.code === "notice") return dayWords(dayOf(fault.from_us, zone));
  if (fault.code === "gap") return dayWords(dayOf(fault.to_us - 1, zone));
  return fault.from_us > 0 ? spanWords(fault, zone) : "";
}

/** An unknown fault shows as its code. */
export function faultText(fault: Fault, zone: string): string {
  const key = wordsOf(fault);
  if (!(key in CALENDAR.zh)) return fault.code;
  const [name, as] = [fault.name || c("fault.somebody"), calendarLabel("as", fault.as)];
  return c(key, { name, as, when: whenOf(fault, zone), case: fault.case_number, n: fault.number });
}

export function faultList(verdict: Verdict, zone: string): TemplateResult {
  return html`<ul class="govuk-list govuk-error-summary__list" data-test="faults">
    ${verdict.faults.map((one) => html`<li data-fault=${one.code}>${faultText(one, zone)}</li>`)}
  </ul>`;
}

function unannounced(verdict: Verdict): TemplateResult | typeof nothing {
  return verdict.unannounced ? html`<p class="govuk-body" data-test="unannounced">${c("edit.unannounced")}</p>` : nothing;
}

/** Nothing speaks against it: said beside the button that books it. */
export function fineNote(verdict: Verdict): TemplateResult | typeof nothing {
  if (verdict.faults.length > 0) return nothing;
  return html`<p class="govuk-body oyer-good oyer-tight" role="status" data-test="fine">${c("edit.fine")}</p>${unannounced(verdict)}`;
}

export interface VerdictActions {
  take(offer: Offer): void;
  /** Those come to the court room who may not be online. */
  mix(plan: Plan): void;
}

/** No other time helps against a consent that is missing: it has a way of its own. */
function offers(verdict: Verdict, zone: string, rooms: readonly Named[], to: VerdictActions): TemplateResult | typeof nothing {
  if (verdict.faults.every((one) => one.code === "consent" || one.code === "withdrawn")) return nothing;
  return html`<h4 class="govuk-heading-s oyer-tight">${c("offer.heading")}</h4>
    ${verdict.offers.length === 0 ? html`<p class="govuk-body">${c("offer.none")}</p>` : nothing}
    <ul class="oyer-calendar__offers">
      ${verdict.offers.map((one) => html`<li><button class="oyer-button-plain" type="button" data-test="offer" @click=${() => to.take(one)}>${offerText(one, zone, rooms)}</button> ${firstTime(one, zone)}</li>`)}
    </ul>`;
}

export function verdictBox(verdict: Verdict, zone: string, rooms: readonly Named[], to: VerdictActions): TemplateResult {
  const { mixed } = verdict;
  return html`<div class="govuk-error-summary" role="alert" tabindex="-1" data-test="verdict">
    <h3 class="govuk-error-summary__title">${c("fault.heading")}</h3>
    ${faultList(verdict, zone)} ${unannounced(verdict)}
    ${mixed ? html`<p><button class="oyer-button-plain" type="button" data-test="mix" @click=${() => to.mix(mixed)}>${c("offer.mixed")}</button></p>` : nothing}
    ${offers(verdict, zone, rooms, to)}
  </div>`;
}

function firstTime(offer: Offer, zone: string): TemplateResult | typeof nothing {
  const first = offer.sessions[0];
  return first ? yourTime(first, zone) : nothing;
}

function offerText(offer: Offer, zone: string, rooms: readonly Named[]): string {
  const when = offer.sessions.map((one) => spanWords(one, zone)).join("; ");
  const room = nameIn(rooms, offer.room);
  return room ? c("offer.room", { when, room }) : when;
}
