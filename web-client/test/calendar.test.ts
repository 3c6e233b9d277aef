/* SPDX-License-Identifier: LGPL-2.1-or-later */

import { describe, expect, it } from "vitest";
import {
  absencesIn, axisOf, columnsOf, dragged, inColumn, isSameTime, layOut, offTime, onDay, piecesIn, resized, rowOf, sessionsOf, SLOT_US, slotAt, spanOf, withSession,
} from "../src/core/agenda.js";
import type { Absence, Booked, Plan } from "../src/core/schedule.js";
import { verdictOf } from "../src/core/schedule.js";
import { ApiError } from "../src/core/api.js";
import { addDays, dayName, dayOf, HOUR_US, instant, isDay, isSameClock, MINUTE_US, mondayOf, spanOfDays, spanText, timeOf } from "../src/core/zone.js";
import type { Span } from "../src/core/zone.js";

const SH = "Asia/Shanghai";
const NY = "America/New_York";
const utc = (text: string): number => Date.parse(text) * 1000;
const span = (from: string, to: string, day = "2026-03-16"): Span => ({ from_us: instant(day, from, SH), to_us: instant(day, to, SH) });

function plan(changes: Partial<Plan> = {}): Plan {
  return {
    kind: "first", openness: "public", room: "r1", cases: ["c1"], sessions: [span("09:00", "10:00")],
    people: [{ person: "j1", as: "judge", mode: "video" }, { person: "j2", as: "panel", mode: "video" }, { person: "k1", as: "clerk", mode: "video" }], ...changes,
  };
}

function booked(changes: Partial<Plan> = {}): Booked {
  return { id: "h1", rev: 1, state: "booked", status: "scheduled", case_number: "1", cause: "", plan: plan(changes), begins_us: 0, ends_us: 0 };
}

describe("days of a zone", () => {
  it("are the court's, wherever the reader sits", () => {
    expect(instant("2026-03-16", "09:30", SH)).toBe(utc("2026-03-16T01:30:00Z"));
    expect(dayOf(utc("2026-03-15T16:00:00Z"), SH)).toBe("2026-03-16");
    expect(dayOf(utc("2026-03-15T15:59:59Z"), SH)).toBe("2026-03-15");
    expect(timeOf(utc("2026-03-16T01:30:00Z"), "Asia/Kolkata")).toBe("07:00");
  });

  it("have 23 and 25 hours when clocks change", () => {
    const length = (day: string): number => spanOfDays(day, 1, NY).to_us - spanOfDays(day, 1, NY).from_us;
    expect(length("2026-03-08")).toBe(23 * HOUR_US);
    expect(length("2026-11-01")).toBe(25 * HOUR_US);
    expect(length("2026-03-09")).toBe(24 * HOUR_US);
  });

  it("take a time that is left out for an hour later, one that comes twice for the first", () => {
    expect(instant("2026-03-08", "02:30", NY)).toBe(utc("2026-03-08T07:30:00Z"));
    expect(instant("2026-11-01", "01:30", NY)).toBe(utc("2026-11-01T05:30:00Z"));
    expect(instant("2026-11-01", "03:00", NY)).toBe(utc("2026-11-01T08:00:00Z"));
    expect(instant("2026-03-08", "03:00", NY)).toBe(utc("2026-03-08T07:00:00Z"));
  });

  it("come back as they were written, in every hour of a year's changes", () => {
    for (const day of ["2026-03-07", "2026-03-09", "2026-10-31", "2026-11-02", "2026-06-15"]) {
      for (let hour = 0; hour < 24; hour += 1) {
        const time = `${String(hour).padStart(2, "0")}:15`;
        const us = instant(day, time, NY);
        expect([dayOf(us, NY), timeOf(us, NY)]).toEqual([day, time]);
      }
    }
  });

  it("are counted, and belong to a week that begins on Monday", () => {
    expect(addDays("2026-02-28", 1)).toBe("2026-03-01");
    expect(mondayOf("2026-03-22")).toBe("2026-03-16");
    expect(mondayOf("2026-03-16")).toBe("2026-03-16");
    expect([isDay("2026-02-30"), isDay("2026-3-1"), isDay("today"), isDay("2026-02-28")]).toEqual([false, false, false, true]);
  });

  it("are told in words, with the clock of the zone that is asked for", () => {
    expect(spanText(span("09:00", "10:30"), SH, "zh")).toMatch(/3月16日.*09:00–10:30/);
    expect(spanText(span("09:00", "10:30"), "Europe/London", "en")).toMatch(/16 March.*01:00–02:30/);
    expect(dayName("2027-01-04", "en", "2026")).toMatch(/2027/);
    expect(isSameClock(SH, "Asia/Singapore", utc("2026-03-16T00:00:00Z"))).toBe(true);
    expect(isSameClock(SH, NY, utc("2026-03-16T00:00:00Z"))).toBe(false);
  });
});

describe("what overlaps", () => {
  const lanes = (spans: Span[], least_us = 0): string[] => layOut(spans, least_us).map((one) => `${timeOf(one.from_us, SH)} ${one.lane}/${one.lanes}`);

  it("stands side by side, and alone takes the whole width", () => {
    expect(lanes([span("09:00", "10:00"), span("09:30", "10:30"), span("10:00", "11:00"), span("14:00", "15:00")])).toEqual(["09:00 0/2", "09:30 1/2", "10:00 0/2", "14:00 0/1"]);
  });

  it("counts what is drawn taller than it lasts", () => {
    expect(lanes([span("09:00", "09:15"), span("09:15", "09:45")])).toEqual(["09:00 0/1", "09:15 0/1"]);
    expect(lanes([span("09:00", "09:15"), span("09:15", "09:45")], 30 * MINUTE_US)).toEqual(["09:00 0/2", "09:15 1/2"]);
  });

  it("never covers anything, whatever is booked", () => {
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
    for (let round = 0; round < 200; round += 1) {
      const all = Array.from({ length: 12 }, () => {
        const from_us = random(40) * SLOT_US;
        return { from_us, to_us: from_us + (1 + random(8)) * SLOT_US };
      });
      const placed = layOut(all, 2 * SLOT_US);
      expect(placed).toHaveLength(all.length);
      for (const a of placed) {
        expect(a.lane).toBeLessThan(a.lanes);
        for (const b of placed) {
          if (a === b || a.lane / a.lanes >= (b.lane + 1) / b.lanes || b.lane / b.lanes >= (a.lane + 1) / a.lanes) continue;
          const ends = Math.max(a.to_us, a.from_us + 2 * SLOT_US);
          expect(ends <= b.from_us || Math.max(b.to_us, b.from_us + 2 * SLOT_US) <= a.from_us).toBe(true);
        }
      }
    }
  });
});

describe("a day as it is drawn", () => {
  const work = [span("09:00", "12:00"), span("13:30", "17:30")];

  it("has the working time in whole hours, and whatever is booked outside it", () => {
    expect(axisOf("2026-03-16", SH, work, [])).toEqual(span("09:00", "18:00"));
    expect(axisOf("2026-03-16", SH, work, [span("07:30", "08:00")])).toEqual(span("07:00", "18:00"));
    expect(axisOf("2026-03-15", SH, work, [])).toEqual(span("09:00", "17:00", "2026-03-15"));
  });

  it("is shaded where nobody works", () => {
    const axis = span("09:00", "18:00");
    expect(offTime(axis, work)).toEqual([span("12:00", "13:30"), span("17:30", "18:00")]);
    expect(offTime(axis, [])).toEqual([axis]);
  });

  it("shows each session of a hearing, in its room and with each of its judges", () => {
    const one = booked({ sessions: [span("09:00", "10:00"), span("09:00", "10:00", "2026-03-17")] });
    expect(piecesIn([one], spanOfDays("2026-03-17", 1, SH)).map((piece) => piece.index)).toEqual([1]);
    expect(columnsOf(one, "rooms", ["r1", "r2"])).toEqual(["r1"]);
    expect(columnsOf(one, "rooms", ["r2"])).toEqual([""]);
    expect(columnsOf(one, "judges", ["j1", "j2"])).toEqual(["j1", "j2"]);
    expect(columnsOf(one, "judges", ["j9"])).toEqual([""]);
  });
});

describe("leave and repair", () => {
  it("are cut off where the day ends, and are their own column's", () => {
    const one: Absence = { id: "x1", kind: "leave", resource: "j1", name: "", note: "", from_us: instant("2026-03-15", "09:00", SH), to_us: instant("2026-03-16", "11:00", SH) };
    expect(absencesIn([one], "j1", span("09:00", "18:00"))).toEqual([{ ...one, ...span("09:00", "11:00") }]);
    expect(absencesIn([one], "j2", span("09:00", "18:00"))).toEqual([]);
    expect(absencesIn([one], "j1", span("11:00", "18:00"))).toEqual([]);
  });
});

describe("dragging", () => {
  const axis = span("09:00", "18:00");

  it("keeps to the quarter of an hour, to the length, and to the day", () => {
    expect(dragged(span("09:00", "10:00"), 50 * MINUTE_US, axis)).toEqual(span("09:45", "10:45"));
    expect(dragged(span("09:10", "10:00"), 0, axis)).toEqual(span("09:15", "10:05"));
    expect(dragged(span("09:00", "10:00"), -5 * HOUR_US, axis)).toEqual(span("09:00", "10:00"));
    expect(dragged(span("09:00", "10:00"), 50 * HOUR_US, axis)).toEqual(span("17:00", "18:00"));
  });

  it("by the edge leaves the beginning, one slot at least and four hours at most", () => {
    expect(resized(span("09:00", "10:00"), 20 * MINUTE_US, axis)).toEqual(span("09:00", "10:15"));
    expect(resized(span("09:00", "10:00"), -5 * HOUR_US, axis)).toEqual(span("09:00", "09:15"));
    expect(resized(span("09:00", "10:00"), 9 * HOUR_US, axis)).toEqual(span("09:00", "13:00"));
  });

  it("to another day keeps the time of the clock", () => {
    const before = { from_us: instant("2026-03-06", "10:00", NY), to_us: instant("2026-03-06", "11:00", NY) };
    expect(rowOf(onDay(before, "2026-03-09", NY), NY)).toEqual({ day: "2026-03-09", from: "10:00", to: "11:00" });
  });

  it("changes one session and leaves them in order", () => {
    const two = plan({ sessions: [span("09:00", "10:00"), span("10:00", "11:00")] });
    const moved = withSession(two, 0, span("14:00", "15:00"));
    expect(moved.sessions).toEqual([span("10:00", "11:00"), span("14:00", "15:00")]);
    expect(isSameTime(moved, two)).toBe(false);
    expect(isSameTime(withSession(two, 0, span("09:00", "10:00")), two)).toBe(true);
    expect(two.sessions[0]).toEqual(span("09:00", "10:00"));
  });

  it("to another column changes the room, or that judge and no other", () => {
    expect(inColumn(plan(), "rooms", "r1", "").room).toBe("");
    expect(inColumn(plan(), "judges", "j2", "j3").people.map((one) => `${one.person} ${one.as}`)).toEqual(["j1 judge", "j3 panel", "k1 clerk"]);
    expect(inColumn(plan(), "judges", "j1", "j2")).toEqual(plan());
    expect(inColumn(plan(), "judges", "j1", "")).toEqual(plan());
  });

  it("finds the slot that was pointed at", () => {
    expect(slotAt(instant("2026-03-16", "09:29", SH), axis)).toEqual(span("09:15", "10:15"));
  });
});

describe("fields", () => {
  it("are sessions in order, or none", () => {
    const rows = [{ day: "2026-03-17", from: "09:00", to: "10:00" }, { day: "2026-03-16", from: "09:00", to: "10:00" }];
    expect(sessionsOf(rows, SH)?.map((one) => dayOf(one.from_us, SH))).toEqual(["2026-03-16", "2026-03-17"]);
    expect(sessionsOf([...rows, { day: "2026-03-16", from: "09:30", to: "10:30" }], SH)).toBeNull();
    expect(sessionsOf([{ day: "2026-03-16", from: "", to: "10:00" }], SH)).toBeNull();
    expect(spanOf({ day: "2026-03-16", from: "10:00", to: "09:00" }, SH)).toBeNull();
    expect(spanOf({ day: "2026-03-16", from: "09:00", to: "13:15" }, SH)).toBeNull();
  });
});

describe("a refusal", () => {
  it("brings its faults and offers; what is no refusal brings none", () => {
    const faults = [{ code: "clash" }];
    expect(verdictOf(new ApiError(409, "refused", "", undefined, undefined, { faults, offers: [] }))).toEqual({ faults, offers: [], unannounced: false, mixed: null, approvals: [] });
    expect(verdictOf(new ApiError(409, "stale", ""))).toBeNull();
    expect(verdictOf(new Error("x"))).toBeNull();
  });
});
