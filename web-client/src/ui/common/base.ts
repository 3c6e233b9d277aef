/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What all views share: light DOM (one stylesheet, plain ids), redrawn when the app changes. */

import { theApp } from "../../app/app.js";
import { Plain } from "./plain.js";

export { define, Plain } from "./plain.js";

export class View extends Plain {
  protected readonly app = theApp();
  #stop: (() => void) | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = this.app.subscribe(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#stop = null;
  }
}

/** A view that shows a clock: redrawn each second as well. */
export class TickingView extends View {
  #tick: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tick = setInterval(() => this.requestUpdate(), 1_000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#tick);
  }
}
