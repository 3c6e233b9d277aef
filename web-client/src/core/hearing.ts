/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The client's picture of the hearing.  Pure: no DOM, no network, no clock. */

import { remember } from "./lines.js";
import type { History } from "./lines.js";
import type {
  Line,
  NetworkRow,
  Person,
  Recorder,
  Role,
  Room,
  ServerMessage,
  State,
} from "./messages.js";

export interface Partial {
  readonly participant: string;
  readonly text: string;
}

export interface Hearing {
  readonly state: State | null;
  /** Final lines in the order of their beginning. */
  readonly lines: readonly Line[];
  /** What is being said now, by track. */
  readonly partials: ReadonlyMap<string, Partial>;
  readonly speaker: string | null;
  readonly recorder: Recorder | null;
  readonly levels: Readonly<Record<string, number>>;
  readonly network: Readonly<Record<string, NetworkRow>>;
  /** How each line was, oldest first (core/lines.ts). */
  readonly history: History;
  /** My line has no room for pictures: the server sends sound only. */
  readonly audioOnly: boolean;
  readonly moved: { readonly room: Room; readonly by: string } | null;
  readonly bye: string | null;
}

export const nothing: Hearing = {
  state: null,
  lines: [],
  partials: new Map(),
  speaker: null,
  recorder: null,
  levels: {},
  network: {},
  history: {},
  audioOnly: false,
  moved: null,
  bye: null,
};

/** The hearing as it is after `message`. */
export function apply(hearing: Hearing, message: ServerMessage): Hearing {
  switch (message.type) {
    case "state":
      return withState(hearing, message);
    case "caption":
      return {
        ...hearing,
        lines: withLine(hearing.lines, message.line),
        partials: withoutPartialOf(hearing.partials, message.line.participant),
      };
    case "partial":
      return { ...hearing, partials: withPartial(hearing.partials, message) };
    case "speaker":
      return { ...hearing, speaker: message.participant };
    case "recorder":
      return { ...hearing, recorder: message };
    case "levels":
      return { ...hearing, levels: message.levels };
    case "network":
      return {
        ...hearing,
        network: message.participants,
        history: remember(hearing.history, message.participants),
      };
    case "weak_line":
      return { ...hearing, audioOnly: message.audio_only };
    case "moved":
      return { ...hearing, moved: { room: message.room, by: message.by } };
    case "bye":
      return { ...hearing, bye: message.reason };
    default:
      return hearing; // the connection's business
  }
}

function withState(hearing: Hearing, state: State): Hearing {
  const still = state.people.some((person) => person.id === hearing.speaker);
  return {
    ...hearing,
    state,
    speaker: still || hearing.speaker === state.you.id ? hearing.speaker : null,
    partials: state.transcription.state === "live" ? hearing.partials : new Map(),
  };
}

/** `lines` with `line` in its place; a line that is there already gives way to a newer revision only. */
export function withLine(lines: readonly Line[], line: Line): readonly Line[] {
  const at = lines.findIndex((other) => other.id === line.id);
  if (at >= 0) {
    const old = lines[at] as Line;
    if ((line.revision ?? 0) < (old.revision ?? 0)) return lines;
    return lines.map((other, index) => (index === at ? line : other));
  }
  let place = lines.length;
  while (place > 0 && (lines[place - 1] as Line).start_us > line.start_us) place -= 1;
  return [...lines.slice(0, place), line, ...lines.slice(place)];
}

function withPartial(
  partials: ReadonlyMap<string, Partial>,
  message: { participant: string; track: string; text: string },
): ReadonlyMap<string, Partial> {
  const next = new Map(partials);
  if (message.text === "") next.delete(message.track);
  else next.set(message.track, { participant: message.participant, text: message.text });
  return next;
}

function withoutPartialOf(
  partials: ReadonlyMap<string, Partial>,
  participant: string | null,
): ReadonlyMap<string, Partial> {
  const rest = [...partials].filter(([, partial]) => partial.participant !== participant);
  return rest.length === partials.size ? partials : new Map(rest);
}

/* Questions that more than one view asks. */

export function isStaff(role: Role | undefined): boolean {
  return role === "judge" || role === "clerk" || role === "mediator";
}

export function may(hearing: Hearing, what: string): boolean {
  return hearing.state?.you.may.includes(what) ?? false;
}

/** Everybody that this person may know of, themselves included. */
export function everybody(state: State): readonly Person[] {
  if (state.people.some((person) => person.id === state.you.id)) return state.people;
  const { you } = state;
  const self: Person = {
    id: you.id,
    name: you.name,
    role: you.role,
    party: null,
    represents: [],
    room: you.room,
    status: you.status,
    online: true,
    sending: [],
    muted: you.muted,
    locked: you.locked,
    hand: you.hand,
    silent: false,
  };
  return [...state.people, self];
}

export function inHearing(state: State): readonly Person[] {
  return everybody(state).filter((person) => person.room === "hearing");
}

/** Raised hands, first raised first. */
export function hands(state: State): readonly Person[] {
  return state.people
    .filter((person) => person.hand > 0)
    .slice()
    .sort((a, b) => a.hand - b.hand);
}

/** Who waits to be let in: the clerk's queue. */
export function queue(state: State): readonly Person[] {
  return state.people.filter((person) => person.room === "waiting" && person.online);
}

export type Waiting =
  | "soon"
  | "delayed"
  | "started"
  | "paused"
  | "suspended"
  | "witness"
  | "sent_out"
  | "left"
  | "dismissed";

const DELAYED_AFTER_MS = 5 * 60_000;

/** Which of the waiting room's headlines holds at `now_ms` (the server's time). */
export function waiting(state: State, now_ms: number): Waiting {
  const { you, hearing } = state;
  if (you.status === "dismissed") return "dismissed";
  if (you.status === "left") return "left";
  if (you.role === "witness") return "witness";
  if (you.status === "sent_out") return "sent_out";
  if (hearing.session === "paused") return "paused";
  if (hearing.session === "suspended") return "suspended";
  if (hearing.session === "in_session") return "started";
  const start = Date.parse(hearing.scheduled_start);
  return now_ms > start + DELAYED_AFTER_MS ? "delayed" : "soon";
}
