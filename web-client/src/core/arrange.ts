/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Who stands where on the stage.  Pure; the stage calls it at most every few seconds. */

import type { Person } from "./messages.js";

export interface Tile {
  readonly participant: string;
  readonly kind: "video" | "screen";
}

export interface Places {
  readonly first: Tile | null;
  readonly second: Tile | null;
  readonly strip: readonly Tile[];
}

export interface Wish {
  /** Me. */
  readonly self: string;
  /** Who spoke last. */
  readonly speaker: string | null;
  /** What I tapped to see big. */
  readonly pinned: string | null;
  /** The picture that stands second now: it stays until somebody else has the word. */
  readonly before: Tile | null;
}

/** The order of a court room: the bench, then who is being heard, then the sides. */
const RANK: Record<string, number> = {
  judge: 0,
  witness: 1,
  party: 2,
  representative: 3,
  interpreter: 4,
  clerk: 5,
  usher: 6,
  observer: 7,
};

const SIDE: Record<string, number> = { plaintiff: 0, defendant: 1, third_party: 2 };

export function tileId(tile: Tile): string {
  return `${tile.participant}/${tile.kind}`;
}

/** The judge is always first; what was chosen, else a shared screen, else who speaks, is second. */
export function arrange(people: readonly Person[], wish: Wish): Places {
  const seen = people.filter((person) => person.role !== "observer").slice().sort(byRank);
  const tiles: Tile[] = seen.map((person) => ({ participant: person.id, kind: "video" }));
  const screens: Tile[] = seen
    .filter((person) => person.sending.includes("screen"))
    .map((person) => ({ participant: person.id, kind: "screen" }));

  const others = tiles.filter((tile) => tile.participant !== wish.self);
  const judge = seen.find((person) => person.role === "judge" && person.id !== wish.self);
  const find = (id: string | null) => others.find((tile) => tile.participant === id) ?? null;
  const pinned = [...screens, ...tiles].find((tile) => tileId(tile) === wish.pinned) ?? null;

  const first = judge ? find(judge.id) : null;
  const free = (tile: Tile | null) => (tile && !same(tile, first) ? tile : null);
  const before = [...screens, ...others].find((tile) => same(tile, wish.before)) ?? null;
  const second =
    free(pinned) ??
    screens[0] ??
    free(find(wish.speaker)) ??
    (before?.kind === "video" ? free(before) : null) ??
    others.find((tile) => !same(tile, first)) ??
    null;

  const strip = [...screens, ...tiles].filter(
    (tile) => !same(tile, first) && !same(tile, second),
  );
  return { first, second, strip };
}

function same(a: Tile | null, b: Tile | null): boolean {
  return !!a && !!b && tileId(a) === tileId(b);
}

export function byRank(a: Person, b: Person): number {
  return (
    (RANK[a.role] ?? 9) - (RANK[b.role] ?? 9) ||
    (SIDE[a.party ?? ""] ?? 9) - (SIDE[b.party ?? ""] ?? 9) ||
    a.id.localeCompare(b.id)
  );
}
