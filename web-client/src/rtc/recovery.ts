/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What is done when media stops: first a new way for the same connection, then a new
 * connection, again and again with growing pauses.  Nothing is tried while the server
 * cannot be asked.
 */

export const RESTART_AFTER_MS = 1_500;
export const REBUILD_EVERY_MS = 8_000;
/** A new connection that does not come up within this time although the server asked for it. */
const COMES_UP_MS = 4_000;
const PAUSE_FIRST_MS = 400;
const PAUSE_LAST_MS = 4_000;

export interface RecoveryOptions {
  /** Is the signalling line up? */
  live(): boolean;
  restart(): Promise<void>;
  rebuild(): Promise<void>;
}

export class Recovery {
  readonly #options: RecoveryOptions;
  #next: ReturnType<typeof setTimeout> | undefined;
  #rebuild: ReturnType<typeof setTimeout> | undefined;
  #since_ms: number | null = null;
  #tries = 0;
  /** The newest attempt; what becomes of an older one says nothing any more. */
  #attempt = 0;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** When the trouble began, or null. */
  get since_ms(): number | null {
    return this.#since_ms;
  }

  see(state: RTCPeerConnectionState): void {
    if (state === "connected") return this.stop();
    if (this.#since_ms === null) {
      this.#since_ms = Date.now();
      this.#watch();
    }
    if (state === "disconnected") this.#plan("restart", RESTART_AFTER_MS);
    else if (state === "failed") this.#plan(this.#tries === 0 ? "restart" : "rebuild", this.#pause());
  }

  /** Without the usual pauses: the server asked for it, or signalling is back. */
  now(after_ms = 0): void {
    this.#since_ms ??= Date.now();
    this.#watch();
    clearTimeout(this.#next);
    this.#next = undefined;
    if (after_ms > 0) this.#plan("rebuild", after_ms);
    else this.#try("rebuild");
  }

  /** A new way for the same connection, now: packets have stopped, whatever its state says. */
  again(): void {
    this.#since_ms ??= Date.now();
    this.#watch();
    clearTimeout(this.#next);
    this.#next = undefined;
    this.#try("restart");
  }

  /**
   * The server asked for it while a new connection is being made: it may mean the one
   * before.  Only if this one does not come up either is it made again.
   */
  soon(): void {
    this.#since_ms ??= Date.now();
    this.#watch();
    this.#plan("rebuild", COMES_UP_MS);
  }

  stop(): void {
    clearTimeout(this.#next);
    clearTimeout(this.#rebuild);
    this.#next = undefined;
    this.#since_ms = null;
    this.#tries = 0;
  }

  #pause(): number {
    return this.#tries === 0 ? 0 : Math.min(PAUSE_FIRST_MS * 2 ** (this.#tries - 1), PAUSE_LAST_MS);
  }

  /** However it looks: what is not connected after this time is made anew. */
  #watch(): void {
    clearTimeout(this.#rebuild);
    this.#rebuild = setTimeout(() => {
      this.#watch();
      this.#try("rebuild");
    }, REBUILD_EVERY_MS);
  }

  #plan(what: "restart" | "rebuild", after_ms: number): void {
    if (this.#next !== undefined) return;
    this.#next = setTimeout(() => {
      this.#next = undefined;
      this.#try(what);
    }, after_ms);
  }

  #try(what: "restart" | "rebuild"): void {
    if (!this.#options.live()) return;
    this.#tries += 1;
    this.#attempt += 1;
    const mine = this.#attempt;
    this.#options[what]().catch(() => {
      // The server could not do it: media is being restarted, for instance.
      if (mine === this.#attempt && this.#since_ms !== null) this.#plan("rebuild", this.#pause());
    });
  }
}
