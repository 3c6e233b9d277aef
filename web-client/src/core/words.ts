/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Cuts a line into runs of sure and unsure words, for the underline. */

import type { Line } from "./messages.js";

export interface Run {
  readonly text: string;
  readonly unsure: boolean;
}

/** Below this confidence a word is shown as unsure. */
export const UNSURE_BELOW = 0.6;

/**
 * The line's own text, whole and in order; words that cannot be found in it (after
 * an edit, for instance) are passed over.
 */
export function runs(line: Line): readonly Run[] {
  const unsure = (line.words ?? []).filter((word) => word.conf < UNSURE_BELOW);
  const all = line.words ?? [];
  if (unsure.length === 0) {
    const low = all.length === 0 && line.source === "asr" && (line.confidence ?? 1) < UNSURE_BELOW;
    return line.text === "" ? [] : [{ text: line.text, unsure: low }];
  }
  const out: Run[] = [];
  let at = 0;
  for (const word of all) {
    const found = word.w === "" ? -1 : line.text.indexOf(word.w, at);
    if (found < 0) continue;
    if (found > at) push(out, line.text.slice(at, found), false);
    push(out, word.w, word.conf < UNSURE_BELOW);
    at = found + word.w.length;
  }
  if (at < line.text.length) push(out, line.text.slice(at), false);
  return out;
}

function push(out: Run[], text: string, unsure: boolean): void {
  const last = out[out.length - 1];
  if (last && last.unsure === unsure) out[out.length - 1] = { text: last.text + text, unsure };
  else out.push({ text, unsure });
}
