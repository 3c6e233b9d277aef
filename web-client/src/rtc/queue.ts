/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** One after another: the next job starts when the one before has ended, well or badly. */
export class PromiseQueue {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(job: () => Promise<T>): Promise<T> {
    const mine = this.#tail.then(job, job);
    this.#tail = mine.catch(() => undefined);
    return mine;
  }
}
