/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** One day: rooms or judges side by side, time from top to bottom. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { absencesIn, axisOf, columnsOf, dragged, inColumn, layOut, offTime, piecesIn, resized, slotAt, withSession } from "../../core/agenda.js";
import type { By, Piece, Placed } from "../../core/agenda.js";
import { c } from "../../core/i18n/calendar.js";
import type { Absence, Booked, Named, Plan } from "../../core/schedule.js";
import { HOUR_US, MINUTE_US, spanOfDays, timeOf } from "../../core/zone.js";
import type { Span } from "../../core/zone.js";
import { startDrag } from "./drag.js";
import type { Way } from "./drag.js";
import { place } from "./place.js";
import { absenceWords, caseWords, dayWords, judges, nameIn, readersZone, remarks, times, versus, workOf, yours } from "./words.js";
import type { Scene } from "./words.js";

export interface GridActions {
  open(hearing: Booked): void;
  /** It was dragged: this is what it would be. */
  change(hearing: Booked, plan: Plan): void;
  book(span: Span, column: string): void;
  absence(one: Absence): void;
}

/** A block is drawn at least as tall as a finger is wide. */
const LEAST_US = 30 * MINUTE_US;
const EDGE_PX = 10;

interface Day extends Scene {
  by: By;
  axis: Span;
  to: GridActions;
}

/** The columns, and one more for what stands in none of them: no room, or a judge who has
 * left. */
export function columns(scene: Scene, by: By): Named[] {
  const known = by === "rooms" ? scene.form.rooms : scene.form.judges;
  const ids = known.map((one) => one.id);
  const needsMore = by === "rooms" || scene.agenda.hearings.some((one) => columnsOf(one, by, ids).includes(""));
  return needsMore ? [...known, { id: "", name: c(`column.${by}`) }] : [...known];
}

export function dayGrid(scene: Scene, day: string, by: By, to: GridActions): TemplateResult {
  const zone = scene.form.timezone;
  const pieces = piecesIn(scene.agenda.hearings, spanOfDays(day, 1, zone));
  const axis = axisOf(day, zone, workOf(scene.agenda), pieces);
  const here: Day = { ...scene, by, axis, to };
  const known = columns(scene, by);
  const ids = known.map((one) => one.id).filter(Boolean);
  const hours = Array.from({ length: (axis.to_us - axis.from_us) / HOUR_US }, (_, i) => axis.from_us + i * HOUR_US);
  return html`<div class="oyer-calendar__scroll" tabindex="0" role="region" aria-label=${c("grid.day", { day: dayWords(day) })} data-test="grid">
    <div class="oyer-calendar__grid" ${place({ "--columns": known.length, "--minutes": (axis.to_us - axis.from_us) / MINUTE_US })}>
      <div class="oyer-calendar__hours">
        <div class="oyer-calendar__head"><span class="govuk-visually-hidden">${c("column.time")}</span></div>
        ${hours.map((us) => html`<div class="oyer-calendar__hour">${timeOf(us, zone)}${yours({ from_us: us, to_us: us }, zone) ? html`<small class="oyer-calendar__yours">${timeOf(us, readersZone())}</small>` : nothing}</div>`)}
      </div>
      ${known.map((one) => column(here, one, pieces.filter((piece) => columnsOf(piece.hearing, by, ids).includes(one.id))))}
    </div>
  </div>`;
}

function minutes(day: Day, us: number): number {
  return (us - day.axis.from_us) / MINUTE_US;
}

function column(day: Day, of: Named, pieces: readonly Piece[]): TemplateResult {
  const book = (event: MouseEvent): void => {
    const body = event.currentTarget as HTMLElement;
    if (!day.mayChange || (event.target as Element).closest("button")) return;
    const box = body.getBoundingClientRect();
    day.to.book(slotAt(day.axis.from_us + ((event.clientY - box.top) / box.height) * (day.axis.to_us - day.axis.from_us), day.axis), of.id);
  };
  return html`<section class="oyer-calendar__column">
    <h3 class="oyer-calendar__head">${of.name}</h3>
    <div class="oyer-calendar__body" data-test="column" data-column=${of.id} @click=${book}>
      ${offTime(day.axis, workOf(day.agenda)).map(
        (off) => html`<div class="oyer-calendar__off" data-test="off" ${place({ "--from": minutes(day, off.from_us), "--length": minutes(day, off.to_us) - minutes(day, off.from_us) })}></div>`,
      )}
      ${absencesIn(day.agenda.absences, of.id, day.axis).map((one) => band(day, one))}
      <ul class="oyer-calendar__pieces">
        ${layOut(pieces, LEAST_US).map((piece) => block(day, piece, of.id))}
      </ul>
    </div>
  </section>`;
}

/** Leave or repair, as much of it as falls into the day. */
function band(day: Day, cut: Absence): TemplateResult {
  const whole = day.agenda.absences.find((one) => one.id === cut.id) ?? cut;
  return html`<button
    class="oyer-calendar__away"
    type="button"
    data-test="band"
    data-absence=${cut.id}
    @click=${() => day.to.absence(whole)}
    ${place({ "--from": minutes(day, cut.from_us), "--length": (cut.to_us - cut.from_us) / MINUTE_US })}
  >
    ${absenceWords(whole, day.form.timezone)}
  </button>`;
}

function block(day: Day, piece: Placed<Piece>, column_: string): TemplateResult {
  const { hearing } = piece;
  const zone = day.form.timezone;
  const other = day.by === "rooms" ? judges(hearing, day.agenda.names) : nameIn(day.form.rooms, hearing.plan.room);
  const parties = versus(hearing.plan.people, day.agenda.names);
  const last = [other, remarks(hearing)].filter(Boolean).join(" · ");
  const place_ = {
    "--from": minutes(day, piece.from_us), "--length": (piece.to_us - piece.from_us) / MINUTE_US, "--lane": piece.lane, "--lanes": piece.lanes,
  };
  return html`<li class="oyer-calendar__piece" ${place(place_)}>
    <button
      class="oyer-calendar__block"
      type="button"
      data-test="block"
      data-hearing=${hearing.id}
      data-session=${piece.index}
      title=${[times(piece, zone), parties, caseWords(hearing), last].filter(Boolean).join("\n")}
      @click=${() => day.to.open(hearing)}
      @pointerdown=${(event: PointerEvent) => day.mayChange && grab(event, day, piece, column_)}
    >
      <span><b class="oyer-calendar__time">${times(piece, zone)}</b> ${parties}</span>
      <span><span class="oyer-calendar__case">${caseWords(hearing)}</span> ${last}</span>
      ${day.mayChange ? html`<span class="oyer-calendar__edge" data-test="edge"></span>` : nothing}
    </button>
  </li>`;
}

/** By its lower edge it gets longer or shorter, else it goes elsewhere. */
function grab(event: PointerEvent, day: Day, piece: Piece, from: string): void {
  const button = event.currentTarget as HTMLElement;
  const item = button.parentElement as HTMLElement;
  const body = button.closest<HTMLElement>("[data-column]");
  if (!body) return;
  const us_per_px = (day.axis.to_us - day.axis.from_us) / body.getBoundingClientRect().height;
  // By place, not by target: not every browser tells of what lies inside a button.
  const isEdge = event.clientY > button.getBoundingClientRect().bottom - EDGE_PX;
  const wanted = ({ dy }: Way): Span => (isEdge ? resized : dragged)(piece, dy * us_per_px, day.axis);
  const shown = { from: item.style.getPropertyValue("--from"), length: item.style.getPropertyValue("--length") };
  startDrag(event, {
    move: (way) => {
      const span = wanted(way);
      item.classList.add("oyer-calendar__piece--dragged");
      item.dataset["to"] = times(span, day.form.timezone);
      item.style.setProperty("--from", String(minutes(day, span.from_us)));
      item.style.setProperty("--length", String((span.to_us - span.from_us) / MINUTE_US));
      if (!isEdge) item.style.setProperty("--aside", `${way.dx}px`);
    },
    end: () => {
      item.classList.remove("oyer-calendar__piece--dragged");
      item.style.setProperty("--from", shown.from);
      item.style.setProperty("--length", shown.length);
      item.style.removeProperty("--aside");
    },
    drop: (way) => {
      const span = wanted(way);
      const onto = isEdge ? from : (way.under?.closest<HTMLElement>("[data-column]")?.dataset["column"] ?? from);
      const plan = inColumn(withSession(piece.hearing.plan, piece.index, span), day.by, from, onto);
      if (span.from_us !== piece.from_us || span.to_us !== piece.to_us || onto !== from) day.to.change(piece.hearing, plan);
    },
  });
}
