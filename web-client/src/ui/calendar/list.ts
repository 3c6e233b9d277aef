/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The days one below the other, for a phone. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { piecesIn } from "../../core/agenda.js";
import type { Piece } from "../../core/agenda.js";
import { c } from "../../core/i18n/calendar.js";
import type { Booked } from "../../core/schedule.js";
import { spanOfDays } from "../../core/zone.js";
import { caseWords, dayWords, judges, nameIn, remarks, times, versus, workWords, yourTime } from "./words.js";
import type { Scene } from "./words.js";

export function dayLists(scene: Scene, days: readonly string[], open: (hearing: Booked) => void): TemplateResult {
  return html`${days.map((day) => dayList(scene, day, open, days.length > 1))}`;
}

function dayList(scene: Scene, day: string, open: (hearing: Booked) => void, isOneOfMany: boolean): TemplateResult {
  const zone = scene.form.timezone;
  const pieces = piecesIn(scene.agenda.hearings, spanOfDays(day, 1, zone));
  return html`<section class="oyer-calendar__day" data-test="day" data-day=${day}>
    ${isOneOfMany ? html`<h3 class="govuk-heading-s oyer-tight">${dayWords(day)}</h3>${workNote(scene, day)}` : nothing}
    ${pieces.length === 0
      ? html`<p class="govuk-body" data-test="empty">${c("day.none")}</p>`
      : html`<ul class="oyer-calendar__list">
          ${pieces.map((one) => card(scene, one, open))}
        </ul>`}
  </section>`;
}

export function workNote(scene: Scene, day: string): TemplateResult {
  const hours = workWords(scene.agenda, day, scene.form.timezone);
  return html`<p class="govuk-body oyer-tight ${hours ? "oyer-quiet" : "oyer-calendar__dayoff"}" data-test="work">${hours ? c("day.work", { hours }) : c("day.off")}</p>`;
}

function card(scene: Scene, piece: Piece, open: (hearing: Booked) => void): TemplateResult {
  const { hearing } = piece;
  const room = nameIn(scene.form.rooms, hearing.plan.room);
  return html`<li>
    <button class="oyer-calendar__card" type="button" data-test="block" data-hearing=${hearing.id} data-session=${piece.index} @click=${() => open(hearing)}>
      <b class="oyer-calendar__time">${times(piece, scene.form.timezone)}</b>
      <span class="oyer-calendar__open">${scene.mayChange ? c("one.edit") : c("one.open")}</span>
      ${yourTime(piece, scene.form.timezone)}
      <span>${versus(hearing.plan.people, scene.agenda.names)}</span>
      <span class="oyer-calendar__case">${caseWords(hearing)}</span>
      <span class="oyer-quiet">${[room || c("column.rooms"), judges(hearing, scene.agenda.names), remarks(hearing)].filter(Boolean).join(" · ")}</span>
    </button>
  </li>`;
}
