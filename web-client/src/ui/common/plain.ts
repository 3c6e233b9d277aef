/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** An element that draws into the page itself: one stylesheet, plain ids. */

import { LitElement } from "lit";

export class Plain extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
