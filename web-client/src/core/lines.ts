/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Everybody's line: how it is, how it was, who needs help first.  Pure. */

import type { NetworkRow, Person, Rating } from "./messages.js";

/** Three minutes of five seconds. */
export const HISTORY = 36;
/** The top of a sparkline: what is worse looks no worse. */
export const WORST_LOSS = 0.3;

export interface Moment {
  readonly rating: Rating;
  /** The greatest loss of all directions, 0…1. */
  readonly loss: number;
}

export type History = Readonly<Record<string, readonly Moment[]>>;

export function remember(history: History, rows: Readonly<Record<string, NetworkRow>>): History {
  const next: Record<string, readonly Moment[]> = { ...history };
  for (const [id, row] of Object.entries(rows)) {
    const moment = { rating: row.rating, loss: greatestLoss(row) };
    next[id] = [...(history[id] ?? []), moment].slice(-HISTORY);
  }
  return next;
}

export function greatestLoss(row: NetworkRow): number {
  const { up, down, client } = row;
  return Math.max(
    0,
    up?.loss ?? 0,
    up?.loss_sender ?? 0,
    down?.loss ?? 0,
    down?.loss_sender ?? 0,
    client?.up_loss ?? 0,
    client?.down_loss ?? 0,
  );
}

export type LineState = "away" | Rating | "unknown";

export interface LineOf {
  readonly person: Person;
  readonly state: LineState;
  readonly row: NetworkRow | null;
}

const ORDER: readonly LineState[] = ["away", "bad", "poor", "good", "unknown"];

/** Everybody who is meant to be in the court room, the worst first. */
export function linesOf(
  people: readonly Person[],
  network: Readonly<Record<string, NetworkRow>>,
): readonly LineOf[] {
  return people
    .filter((person) => person.room === "hearing")
    .map((person) => {
      const row = network[person.id] ?? null;
      const known: LineState = row ? row.rating : "unknown";
      return { person, row, state: person.online ? known : ("away" as const) };
    })
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || loss(b) - loss(a));
}

function loss(line: LineOf): number {
  return line.row ? greatestLoss(line.row) : 0;
}

/** Points of a line over `width` × `height`, the newest at the right edge. */
export function sparkline(moments: readonly Moment[], width: number, height: number): string {
  const step = width / (HISTORY - 1);
  return moments
    .map((moment, index) => {
      const x = width - (moments.length - 1 - index) * step;
      const share = Math.min(moment.loss, WORST_LOSS) / WORST_LOSS;
      return `${x.toFixed(1)},${(height - 1 - share * (height - 2)).toFixed(1)}`;
    })
    .join(" ");
}
