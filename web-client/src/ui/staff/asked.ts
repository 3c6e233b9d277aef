/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A dialog of the desk: there once, opened from anywhere by an event with what it is about. */

import { nothing } from "lit";
import type { TemplateResult } from "lit";
import { View } from "../common/base.js";

/** From anywhere at the desk. */
export function open<T>(event: string, about: T): void {
  window.dispatchEvent(new CustomEvent<T>(event, { detail: about }));
}

export abstract class Asked<T> extends View {
  /** What opens it. */
  protected abstract readonly event: string;
  protected about: T | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener(this.event, this.#asked);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener(this.event, this.#asked);
  }

  protected override render(): TemplateResult | typeof nothing {
    return this.about === null ? nothing : this.dialog(this.about);
  }

  protected abstract dialog(about: T): TemplateResult | typeof nothing;

  /** It begins anew: what the last one left behind is gone. */
  protected abstract clear(): void;

  readonly #asked = (event: Event): void => {
    this.about = (event as CustomEvent<T>).detail;
    this.clear();
    this.requestUpdate();
  };

  protected readonly dismiss = (): void => {
    this.about = null;
    this.requestUpdate();
  };
}
