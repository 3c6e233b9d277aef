/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A QR code from the server's rows of 0 and 1. */

import { svg } from "lit";
import type { SVGTemplateResult } from "lit";

/** Modules around a QR code that must stay light. */
const QUIET = 4;

export function drawQr(rows: readonly string[], label: string, style: string): SVGTemplateResult {
  const size = rows.length + 2 * QUIET;
  const path = rows
    .flatMap((row, y) => [...row].map((cell, x) => (cell === "1" ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")))
    .join("");
  return svg`<svg class=${style} viewBox="0 0 ${size} ${size}" role="img" aria-label=${label} shape-rendering="crispEdges" data-test="qr"><rect width=${size} height=${size} fill="#fff" /><path d=${path} fill="#000" /></svg>`;
}
