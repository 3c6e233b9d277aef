/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** One week: a row for each room or judge, a column for each day. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { absencesIn, columnsOf, inColumn, onDay, piecesIn, withSession } from "../../core/agenda.js";
import type { By, Piece } from "../../core/agenda.js";
import { c } from "../../core/i18n/calendar.js";
import { spanOfDays } from "../../core/zone.js";
import { startDrag } from "./drag.js";
import { columns } from "./grid.js";
import type { GridActions } from "./grid.js";
import { caseWords, dayWords, times, versus, workWords, yourTime } from "./words.js";
import type { Scene } from "./words.js";

interface Cell {
  day: string;
  column: string;
}

export function weekTable(scene: Scene, days: readonly string[], by: By, to: GridActions): TemplateResult {
  const zone = scene.form.timezone;
  const rows = columns(scene, by);
  const ids = rows.map((one) => one.id).filter(Boolean);
  const off = new Set(days.filter((day) => !workWords(scene.agenda, day, zone)));
  const label = c("grid.week", { from: dayWords(days[0] ?? ""), to: dayWords(days.at(-1) ?? "") });
  const cell = (day: string, column: string): TemplateResult => {
    const pieces = piecesIn(scene.agenda.hearings, spanOfDays(day, 1, zone)).filter((one) => columnsOf(one.hearing, by, ids).includes(column));
    const away = absencesIn(scene.agenda.absences, column, spanOfDays(day, 1, zone));
    const look = away.length > 0 ? "oyer-calendar__awayday" : off.has(day) ? "oyer-calendar__dayoff" : nothing;
    return html`<td class=${look} data-test="cell" data-day=${day} data-column=${column}>
      ${away.map((one) => html`<span class="oyer-calendar__awaynote" data-test="band">${c(`away.${one.kind}`)} ${times(one, zone)}</span>`)}
      ${pieces.length > 0 ? html`<ul class="oyer-calendar__chips">${pieces.map((one) => chip(scene, one, { day, column }, by, to))}</ul>` : nothing}
    </td>`;
  };
  return html`<div class="oyer-calendar__scroll" tabindex="0" role="region" aria-label=${label} data-test="week">
    <table class="oyer-calendar__week">
      <caption class="govuk-visually-hidden">${label}</caption>
      <thead>
        <tr>
          <td class="oyer-calendar__corner"></td>
          ${days.map(
            (day) => html`<th scope="col" class=${off.has(day) ? "oyer-calendar__dayoff" : nothing}>
              ${dayWords(day)}${off.has(day) ? html` <span class="oyer-quiet" data-test="off">${c("day.short")}</span>` : nothing}
            </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => html`<tr><th scope="row">${row.name}</th>${days.map((day) => cell(day, row.id))}</tr>`)}
      </tbody>
    </table>
  </div>`;
}

function chip(scene: Scene, piece: Piece, at: Cell, by: By, to: GridActions): TemplateResult {
  const { hearing } = piece;
  const zone = scene.form.timezone;
  return html`<li>
    <button
      class="oyer-calendar__block"
      type="button"
      data-test="block"
      data-hearing=${hearing.id}
      data-session=${piece.index}
      @click=${() => to.open(hearing)}
      @pointerdown=${(event: PointerEvent) => scene.mayChange && grab(event, piece, at, by, zone, to)}
    >
      <b class="oyer-calendar__time">${times(piece, zone)}</b>
      <span>${versus(hearing.plan.people, scene.agenda.names)}</span>
      <span class="oyer-calendar__case">${caseWords(hearing)}</span>
      ${yourTime(piece, zone)}
    </button>
  </li>`;
}

function cellUnder(under: Element | null): HTMLElement | null {
  return under?.closest<HTMLElement>("td[data-day]") ?? null;
}

function grab(event: PointerEvent, piece: Piece, at: Cell, by: By, zone: string, to: GridActions): void {
  const button = event.currentTarget as HTMLElement;
  let marked: HTMLElement | null = null;
  const mark = (cell: HTMLElement | null): void => {
    marked?.classList.remove("oyer-calendar__target");
    marked = cell;
    marked?.classList.add("oyer-calendar__target");
  };
  startDrag(event, {
    move: (way) => {
      button.classList.add("oyer-calendar__block--dragged");
      button.style.setProperty("--aside", `${way.dx}px`);
      button.style.setProperty("--down", `${way.dy}px`);
      mark(cellUnder(way.under));
    },
    end: () => {
      button.classList.remove("oyer-calendar__block--dragged");
      mark(null);
    },
    drop: (way) => {
      const cell = cellUnder(way.under);
      const [day, column] = [cell?.dataset["day"], cell?.dataset["column"]];
      if (day === undefined || column === undefined || (day === at.day && column === at.column)) return;
      to.change(piece.hearing, inColumn(withSession(piece.hearing.plan, piece.index, onDay(piece, day, zone)), by, at.column, column));
    },
  });
}
