/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Moments of the hearing and where they stand in the files.  Seconds from the opening.  Pure. */

import type { HearingRecord, MediaFile } from "./api.js";
import type { Line } from "./messages.js";

/** The moment `at_us` in seconds from the opening. */
export function seconds(record: HearingRecord, at_us: number): number {
  return (at_us - (record.opened_us ?? 0)) / 1e6;
}

export function duration(record: HearingRecord): number {
  if (record.opened_us !== null && record.closed_us !== null) {
    return Math.max(0, seconds(record, record.closed_us));
  }
  const ends = record.media.map((file) => seconds(record, file.start_us + file.duration_us));
  return Math.max(0, ...ends);
}

/** Where `position` stands in `file`, or null when the file does not reach there. */
export function within(record: HearingRecord, file: MediaFile, position: number): number | null {
  const at = position - seconds(record, file.start_us);
  return at >= 0 && at < file.duration_us / 1e6 ? at : null;
}

/** The line that is being said at `position`: the last one that has begun. */
export function lineAt(record: HearingRecord, lines: readonly Line[], position: number): string | null {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seconds(record, (lines[middle] as Line).start_us) <= position + 0.05) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : (lines[low - 1] as Line).id;
}

export interface Correction {
  /** Jump there, or null. */
  readonly seek: number | null;
  readonly rate: number;
}

const JUMP_BEYOND = 0.35;
const LEAN_BEYOND = 0.04;

/** What brings a picture that is `drift` seconds ahead back into step. */
export function correct(drift: number, expected: number, speed: number): Correction {
  if (Math.abs(drift) > JUMP_BEYOND) return { seek: expected, rate: speed };
  if (Math.abs(drift) > LEAN_BEYOND) {
    return { seek: null, rate: speed * (1 - Math.sign(drift) * 0.06) };
  }
  return { seek: null, rate: speed };
}
