/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One file on its way to the court, in parts.  Each part goes with its SHA-256; after a
 * break the server says which are missing and only those are sent.  It goes on by itself
 * when the line is back, and stops only when told to or when trying again cannot help.
 */

import { ApiError } from "./api.js";
import { Emitter } from "./emitter.js";
import type { Begun, FiledFile } from "./filing.js";

export type UploadState = "waiting" | "sending" | "offline" | "paused" | "checking" | "ready" | "refused" | "failed";

/** The server, as one upload needs it. */
export interface Wire {
  begin(name: string, size_bytes: number): Promise<Begun>;
  look(file: string): Promise<Begun>;
  part(file: string, part: number, sha256: string, bytes: ArrayBuffer, signal: AbortSignal): Promise<void>;
  finish(file: string, sha256: string | null): Promise<FiledFile>;
  remove(file: string): Promise<void>;
}

/** Waits `ms`, less if the line may be back. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

const AT_ONCE = 3;
const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000] as const;
const BUSY_MS = 1_000;
const CHECKING_MS = 2_000;
/** How often what arrives wrong is sent again before a person is asked. */
const WRONG_MAX = 3;
/** Larger files are not read into memory at once: their parts have hashes, and the server computes the whole. */
const WHOLE_HASH_MAX_BYTES = 64 * 1024 * 1024;

export async function sha256(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Trying again later may help. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || (error.status >= 500 && error.status !== 507));
}

const isCode = (error: unknown, code: string): boolean => error instanceof ApiError && error.code === code;

/** As soon as the browser says that the line is back, or after `ms`. */
export const pauseInPage: Pause = (ms, signal) =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      globalThis.removeEventListener?.("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    globalThis.addEventListener?.("online", done);
    signal.addEventListener("abort", done);
  });

export class Upload extends Emitter {
  readonly blob: Blob;
  readonly name: string;
  state: UploadState = "waiting";
  /** The server's name for it, once it has one. */
  id: string;
  /** Bytes that the server has. */
  sent_bytes = 0;
  /** Why it failed or was refused: a code of docs/FILING.md. */
  problem = "";
  readonly #wire: Wire;
  readonly #pause: Pause;
  #abort: AbortController | null = null;
  #running: Promise<void> | null = null;
  #tries = 0;
  #wrong = 0;

  /** `id`: goes on with a file that the server knows already. */
  constructor(wire: Wire, blob: Blob, name: string, id = "", pause: Pause = pauseInPage) {
    super();
    this.#wire = wire;
    this.blob = blob;
    this.name = name;
    this.id = id;
    this.#pause = pause;
  }

  /** 0…1. */
  get share(): number {
    return this.blob.size === 0 ? 1 : Math.min(1, this.sent_bytes / this.blob.size);
  }

  get isOver(): boolean {
    return this.state === "ready" || this.state === "refused" || this.state === "failed";
  }

  /** Sends until it is there, refused, failed or paused. */
  run(): Promise<void> {
    if (this.isOver) return Promise.resolve();
    this.#running ??= this.#work().finally(() => (this.#running = null));
    return this.#running;
  }

  pause(): void {
    if (this.isOver || this.state === "checking") return;
    this.#become("paused");
    this.#abort?.abort();
  }

  /** After pause() or a failure; run() has to be called then. */
  ready(): void {
    if (this.state !== "paused" && this.state !== "failed") return;
    this.problem = "";
    this.#wrong = 0;
    this.#become("waiting");
  }

  #become(state: UploadState): void {
    this.state = state;
    this.changed();
  }

  async #work(): Promise<void> {
    const abort = (this.#abort = new AbortController());
    while (!this.isOver && !abort.signal.aborted) {
      try {
        await this.#once(abort.signal);
      } catch (error) {
        if (abort.signal.aborted) return;
        await this.#recover(error, abort.signal);
      }
    }
  }

  async #once(signal: AbortSignal): Promise<void> {
    const begun = this.id ? await this.#wire.look(this.id) : await this.#wire.begin(this.name, this.blob.size);
    this.id = begun.file.id;
    if (signal.aborted) return;
    if (begun.file.state === "uploading") {
      this.#become("sending");
      await this.#sendMissing(begun, signal);
      if (signal.aborted) return;
      this.#become("checking");
      const whole = this.blob.size <= WHOLE_HASH_MAX_BYTES ? await sha256(await this.#bytes(0, this.blob.size)) : null;
      begun.file = await this.#wire.finish(this.id, whole);
    }
    this.problem = begun.file.reason;
    if (begun.file.state === "checking") {
      this.#become("checking");
      await this.#pause(CHECKING_MS, signal);
    } else if (begun.file.state === "ready" || begun.file.state === "refused") {
      this.sent_bytes = this.blob.size;
      this.#become(begun.file.state);
    }
  }

  async #sendMissing({ file, missing }: Begun, signal: AbortSignal): Promise<void> {
    const size = (part: number): number => Math.min(file.part_bytes, this.blob.size - part * file.part_bytes);
    const todo = missing.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n));
    this.sent_bytes = this.blob.size - todo.reduce((sum, part) => sum + size(part), 0);
    this.changed();
    // One that fails stops the others: what is missing then is asked for anew.
    const group = new AbortController();
    const stop = (): void => group.abort();
    signal.addEventListener("abort", stop);
    const send = async (): Promise<void> => {
      for (let part = todo.shift(); part !== undefined && !group.signal.aborted; part = todo.shift()) {
        const start = part * file.part_bytes;
        const bytes = await this.#bytes(start, start + size(part));
        await this.#wire.part(this.id, part, await sha256(bytes), bytes, group.signal);
        this.#tries = 0;
        this.sent_bytes += size(part);
        this.changed();
      }
    };
    const ended = await Promise.allSettled(
      Array.from({ length: AT_ONCE }, () => send().catch((error: unknown) => (stop(), Promise.reject(error)))),
    );
    signal.removeEventListener("abort", stop);
    // The one that failed first; the others were only stopped.
    const failed = ended.filter((one) => one.status === "rejected").map((one) => one.reason as unknown);
    if (failed.length > 0) throw failed.find((one) => !isCode(one, "unreachable")) ?? failed[0];
  }

  async #bytes(from: number, to: number): Promise<ArrayBuffer> {
    try {
      return await this.blob.slice(from, to).arrayBuffer();
    } catch {
      throw new ApiError(-1, "unreadable", "");
    }
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    if (isPassing(error)) {
      this.#become("offline");
      const wait = RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)] ?? BUSY_MS;
      this.#tries += 1;
      return this.#pause(wait, signal);
    }
    if (isCode(error, "busy")) return this.#pause(BUSY_MS, signal);
    const isWrong = isCode(error, "hash") || isCode(error, "parts_missing");
    if (isWrong && (this.#wrong += 1) < WRONG_MAX) return;
    if (isWrong || isCode(error, "part_differs")) await this.#wire.remove(this.id).then(() => (this.id = "")).catch(() => undefined);
    this.problem = error instanceof ApiError ? error.code : "other";
    this.#become("failed");
  }
}

/** All uploads of one filing: one file at a time, in their order. */
export class Uploads extends Emitter {
  readonly all: Upload[] = [];
  readonly #over: (upload: Upload) => void;
  #running = false;

  /** `over` is told of each that has come to its end. */
  constructor(over: (upload: Upload) => void) {
    super();
    this.#over = over;
  }

  add(upload: Upload): void {
    this.all.push(upload);
    upload.subscribe(() => this.changed());
    this.changed();
    void this.#run();
  }

  drop(upload: Upload): void {
    upload.pause();
    this.all.splice(this.all.indexOf(upload), 1);
    this.changed();
  }

  resume(upload: Upload): void {
    upload.ready();
    void this.#run();
  }

  get isBusy(): boolean {
    return this.all.some((one) => !one.isOver && one.state !== "paused");
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#next(); next; next = this.#next()) {
      await next.run();
      if (next.isOver) this.#over(next);
    }
    this.#running = false;
    this.changed();
  }

  #next(): Upload | undefined {
    return this.all.find((one) => !one.isOver && one.state !== "paused");
  }
}
