/* SPDX-License-Identifier: LGPL-2.1-or-later */

import type { Line, Person, State } from "../src/core/messages.js";

export function person(id: string, changes: Partial<Person> = {}): Person {
  return {
    id, name: id, role: "party", party: null, represents: [], room: "hearing", status: "in_hearing",
    online: true, sending: ["audio", "video"], muted: [], locked: false, hand: 0, silent: false,
    ...changes,
  };
}

export function state(changes: Partial<State> = {}): State {
  return {
    type: "state", seq: 1, now: "2026-11-22T01:30:00.000Z",
    hearing: {
      id: "h", case_number: "1", cause: "c", court: "k", timezone: "Asia/Shanghai",
      scheduled_start: "2026-11-22T01:30:00.000Z", status: "ready", session: "not_started",
      stage: null, stages: ["opening"], opened_at: null, closed_at: null, reason: null,
    },
    recording: { state: "idle", alarm: false },
    transcription: { state: "live" },
    record: { state: "none", root: null },
    you: {
      id: "me", name: "me", role: "party", room: "hearing", status: "in_hearing", declared: true,
      muted: [], locked: false, hand: 0, may: [], publish: ["audio", "video"], subscribe: true,
    },
    people: [],
    ...changes,
  };
}

export function line(id: string, start_us: number, changes: Partial<Line> = {}): Line {
  return { id, participant: "a", start_us, end_us: start_us + 1, text: id, ...changes };
}
