/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * How large each picture is on this screen, told to the server so that it sends no more
 * than is seen.  Tiles say how high they are; what comes in and is on no tile is not
 * seen at all.  With them goes which one the person chose to see big: on a narrow line
 * it comes before the others, behind the judge and the exhibit.
 */

/** A page that is being laid out changes many sizes at once. */
export const SETTLE_MS = 150;

export interface Told {
  readonly tracks: Readonly<Record<string, number>>;
  readonly chosen?: string;
}

export class Wishes {
  readonly #send: (wishes: Told) => boolean;
  readonly #shown = new Map<object, { track: string; height: number }>();
  #tracks: readonly string[] = [];
  #chosen: string | null = null;
  #told = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `send` says whether the line was up. */
  constructor(send: (wishes: Told) => boolean) {
    this.#send = send;
  }

  /** `tile` shows `track` so high (in device pixels; 0: out of sight). */
  show(tile: object, track: string, height: number): void {
    this.#shown.set(tile, { track, height: Math.round(height) });
    this.#soon();
  }

  hide(tile: object): void {
    if (this.#shown.delete(tile)) this.#soon();
  }

  /** The person wants to see `track` big; null: nobody in particular. */
  choose(track: string | null): void {
    this.#chosen = track;
    this.#soon();
  }

  /** The pictures that come in. */
  receive(tracks: readonly string[]): void {
    this.#tracks = tracks;
    this.#soon();
  }

  /** The server may have forgotten. */
  again(): void {
    this.#told = "";
    this.#soon();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, SETTLE_MS);
  }

  #tell(): void {
    const tracks: Record<string, number> = {};
    for (const track of this.#tracks) tracks[track] = 0;
    for (const { track, height } of this.#shown.values()) {
      const known = tracks[track];
      if (known !== undefined) tracks[track] = Math.max(known, height);
    }
    const chosen = this.#chosen;
    const wishes = chosen !== null && chosen in tracks ? { tracks, chosen } : { tracks };
    const text = JSON.stringify(wishes);
    if (this.#tracks.length === 0 || text === this.#told) return;
    if (this.#send(wishes)) this.#told = text;
  }
}
