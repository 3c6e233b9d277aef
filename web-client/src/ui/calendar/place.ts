/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Numbers for the stylesheet: `<li ${place({ "--from": 90 })}>`.  The page's policy
 * forbids style attributes; custom properties set by a script are none. */

import { noChange } from "lit";
import { Directive, directive } from "lit/directive.js";
import type { ElementPart } from "lit/directive.js";

export type Numbers = Readonly<Record<`--${string}`, number>>;

class Place extends Directive {
  /** What was set last: a block that is being dragged stays under the mouse when the page
   * is drawn anew. */
  #last: Numbers = {};

  override render(_numbers: Numbers): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [numbers]: [Numbers]): typeof noChange {
    const { style } = part.element as HTMLElement;
    for (const [name, value] of Object.entries(numbers) as [`--${string}`, number][]) {
      if (this.#last[name] !== value) style.setProperty(name, String(value));
    }
    this.#last = numbers;
    return noChange;
  }
}

export const place = directive(Place);
