/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Pictures beside words; never instead of them. */

import { html, svg } from "lit";
import type { SVGTemplateResult, TemplateResult } from "lit";

const SLASH = svg`<path class="oyer-icon__slash" d="M4 3.500 20.500 20" />`;

const MICROPHONE = svg`<rect x="9" y="3" width="6" height="11" rx="3" /><path class="oyer-icon__line" d="M6 11.500a6 6 0 0 0 12 0M12 17.500V21M8.500 21h7" />`;
const CAMERA = svg`<rect x="3" y="6.500" width="12" height="11" rx="2" /><path d="m16 10.500 5-3v9l-5-3z" />`;

const DRAWINGS = {
  microphone: MICROPHONE,
  microphone_off: svg`${MICROPHONE}${SLASH}`,
  camera: CAMERA,
  camera_off: svg`${CAMERA}${SLASH}`,
  screen: svg`<path class="oyer-icon__line" d="M3 5h18v11H3zM8.500 20h7M12 16v4" /><path class="oyer-icon__line" d="M12 13V8m-2.500 2L12 7.500 14.500 10" />`,
  hand: svg`<path d="M7.500 21c-2-1-3.500-4-4.500-6.500-.3-1 .9-1.700 1.600-.9L7 16V6a1.200 1.200 0 0 1 2.400 0v5h.8V4a1.200 1.200 0 0 1 2.400 0v7h.8V5a1.200 1.200 0 0 1 2.400 0v6.500h.8V8a1.200 1.200 0 0 1 2.400 0v7.500c0 3-2 5.500-4.500 5.500z" />`,
  more: svg`<circle cx="5" cy="12" r="2" /><circle cx="12" cy="12" r="2" /><circle cx="19" cy="12" r="2" />`,
  leave: svg`<path class="oyer-icon__line" d="M10 4H4v16h6M9 12h11m-4-4 4 4-4 4" />`,
  lock: svg`<rect x="5" y="11" width="14" height="9" rx="2" /><path class="oyer-icon__line" d="M8 11V8a4 4 0 0 1 8 0v3" />`,
  speaker: svg`<path d="M4 9.500v5h3.500L13 19V5L7.500 9.500z" /><path class="oyer-icon__line" d="M16 9a4.500 4.500 0 0 1 0 6m2.500-8.500a8 8 0 0 1 0 11" />`,
  line: svg`<path d="M4 15h3v5H4zm5-4h3v9H9zm5-4h3v13h-3zm5-4h2.500v17H19z" />`,
  yes: svg`<path class="oyer-icon__line" d="m4.500 12.500 5 5 10-11" />`,
  attention: svg`<path d="M12 3 1.500 21h21zm-1 6.500h2v6h-2zm0 7.500h2v2h-2z" fill-rule="evenodd" />`,
  no: svg`<path class="oyer-icon__line" d="m6 6 12 12M18 6 6 18" />`,
  clock: svg`<circle class="oyer-icon__line" cx="12" cy="12" r="8.500" /><path class="oyer-icon__line" d="M12 7v5.500l3.500 2" />`,
  play: svg`<path d="M7 4.500v15l12-7.500z" />`,
  pause: svg`<path d="M6.500 5h4v14h-4zm7 0h4v14h-4z" />`,
  person: svg`<circle cx="12" cy="8" r="4.500" /><path d="M3.500 21c0-4.500 3.500-7 8.500-7s8.500 2.500 8.500 7z" />`,
} satisfies Record<string, SVGTemplateResult>;

export type Icon = keyof typeof DRAWINGS;

export function icon(name: Icon): TemplateResult {
  return html`<svg class="oyer-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${DRAWINGS[name]}
  </svg>`;
}
