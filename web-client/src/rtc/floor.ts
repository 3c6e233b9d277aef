/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The audio floor: on a line that cannot carry both, the picture goes and the voice
 * stays.  Pure; fed with one sample every two seconds.
 */

import type { Sample } from "./stats.js";

export interface Floor {
  /** My picture is held back. */
  readonly up: boolean;
  /** The others' pictures are held back. */
  readonly down: boolean;
  readonly badUp: number;
  readonly badDown: number;
  readonly good: number;
  /** Good samples that are asked for before the pictures come back; grows with each fall. */
  readonly patience: number;
}

export const FLOOR_KBPS = 100;
/** Half: less is sent again or done without; the server and the sender see to that. */
export const FLOOR_LOSS = 0.5;
export const BAD_SAMPLES = 4;
/** A queue this long (in time) is a line that carries less than what is sent. */
export const FLOOR_RTT_MS = 1_500;
const GOOD_LOSS = 0.03;
const PATIENCE_FIRST = 15;
const PATIENCE_LAST = 120;

export const open: Floor = {
  up: false,
  down: false,
  badUp: 0,
  badDown: 0,
  good: 0,
  patience: PATIENCE_FIRST,
};

export function step(floor: Floor, sample: Sample): Floor {
  const starved =
    (sample.available_kbps !== null && sample.available_kbps < FLOOR_KBPS) ||
    (sample.rtt_ms !== null && sample.rtt_ms > FLOOR_RTT_MS);
  const badUp = !floor.up && (starved || (sample.up_loss ?? 0) > FLOOR_LOSS) ? floor.badUp + 1 : 0;
  const badDown = !floor.down && (sample.down_loss ?? 0) > FLOOR_LOSS ? floor.badDown + 1 : 0;
  const up = floor.up || badUp >= BAD_SAMPLES;
  const down = floor.down || badDown >= BAD_SAMPLES;
  const fell = up !== floor.up || down !== floor.down;
  if (fell) return { ...floor, up, down, badUp: 0, badDown: 0, good: 0 };

  const fine = (sample.up_loss ?? 0) < GOOD_LOSS && (sample.down_loss ?? 0) < GOOD_LOSS;
  const good = (up || down) && fine ? floor.good + 1 : 0;
  if (good >= floor.patience) return lift(floor);
  return { ...floor, up, down, badUp, badDown, good };
}

/** The pictures are tried again; the next time it takes longer until they are. */
export function lift(floor: Floor): Floor {
  return { ...open, patience: Math.min(floor.patience * 2, PATIENCE_LAST) };
}
