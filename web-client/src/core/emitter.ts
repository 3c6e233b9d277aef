/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Tells whoever asked that something has changed.  They look for themselves. */

export class Emitter {
  readonly #listeners = new Set<() => void>();

  /** Calls `listener` at every change, until the function that it returns is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
