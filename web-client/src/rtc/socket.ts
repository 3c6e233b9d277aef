/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The WebSocket and its patience: says hello, pings, notices a dead line, comes back
 * with back-off, and asks again what was not answered when the line broke (the server
 * answers a repeated id from memory).
 *
 * Above it is `Connection`; below it the browser's WebSocket, or a fake in tests.
 */

import { parse } from "../core/messages.js";
import type { ClientMessage, Language, ServerMessage } from "../core/messages.js";
import { randomId } from "../core/identity.js";

export const PING_EVERY_MS = 5_000;
export const SILENCE_MS = 15_000;
export const PROBE_MS = 2_000;
const RETRY_FIRST_MS = 300;
const RETRY_LAST_MS = 3_000;
const ANSWER_WITHIN_MS = 30_000;

export const CLOSE_REASONS: Readonly<Record<number, Ending>> = {
  4401: "pass_refused",
  4403: "removed",
  4409: "elsewhere",
  4410: "over",
  4426: "version",
};

/** Why the socket will not come back. */
export type Ending = "pass_refused" | "removed" | "elsewhere" | "over" | "version" | "left";
export type Link = "idle" | "connecting" | "live" | "lost" | "ended";

export interface SocketLike {
  readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: Event) => unknown) | null;
  onmessage: ((event: MessageEvent) => unknown) | null;
  onclose: ((event: CloseEvent) => unknown) | null;
  onerror: ((event: Event) => unknown) | null;
}

export interface SocketOptions {
  make(): SocketLike;
  hello(): { token: string; device: string; language: Language; agent: string };
  onMessage(message: ServerMessage): void;
  onLink(link: Link, ending: Ending | null): void;
  random?(): number;
}

export class Refused extends Error {
  readonly code: string;

  constructor(code: string, text: string) {
    super(text);
    this.code = code;
  }
}

interface Waiting {
  text: string;
  /** Asked again after the line broke; an SDP of a lost moment is not. */
  again: boolean;
  resolve(reply: { sdp?: string }): void;
  reject(error: Error): void;
  timer: ReturnType<typeof setTimeout>;
}

export class Socket {
  readonly #options: SocketOptions;
  readonly #prefix = randomId(8);
  readonly #waiting = new Map<string, Waiting>();
  #socket: SocketLike | null = null;
  #link: Link = "idle";
  #count = 0;
  #attempts = 0;
  #heard_ms = 0;
  #pingedAt_ms: number | null = null;
  #pongs: ((rtt_ms: number) => void)[] = [];
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pulse: ReturnType<typeof setInterval> | undefined;

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  get link(): Link {
    return this.#link;
  }

  open(): void {
    clearTimeout(this.#retry);
    if (this.#socket) this.#drop();
    this.#set(this.#attempts === 0 && this.#link !== "lost" ? "connecting" : "lost", null);
    const socket = this.#options.make();
    this.#socket = socket;
    this.#heard_ms = Date.now();
    this.#pingedAt_ms = null;
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "hello", version: 1, ...this.#options.hello() }));
    };
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#hear(String(event.data));
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#closed(event.code);
    };
    socket.onerror = () => undefined; // onclose follows
    clearInterval(this.#pulse);
    this.#pulse = setInterval(() => this.#beat(), 1_000);
  }

  /** Ends for good. */
  close(ending: Ending): void {
    this.#end(ending);
  }

  send(message: ClientMessage | { type: "ping" }): boolean {
    if (this.#link !== "live" || !this.#socket) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Sends `message` with an id; the promise is the reply. */
  request(message: ClientMessage, again = true): Promise<{ sdp?: string }> {
    this.#count += 1;
    const id = `${this.#prefix}-${this.#count}`;
    const text = JSON.stringify({ ...message, id });
    return new Promise((resolve, reject) => {
      if (this.#link === "ended") return reject(new Refused("ended", ""));
      if (this.#link !== "live" && !again) return reject(new Refused("lost", ""));
      const timer = setTimeout(() => this.#settle(id, new Refused("timeout", "")), ANSWER_WITHIN_MS);
      this.#waiting.set(id, { text, again, resolve, reject, timer });
      if (this.#link === "live") this.#socket?.send(text);
    });
  }

  /** The line's round trip in milliseconds, by ping. */
  measure(): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#link !== "live") return reject(new Refused("lost", ""));
      const timer = setTimeout(() => reject(new Refused("timeout", "")), PROBE_MS);
      this.#pongs.push((rtt_ms) => {
        clearTimeout(timer);
        resolve(rtt_ms);
      });
      this.#ping();
    });
  }

  /** Is the line alive?  If nothing is heard within two seconds, it is made anew. */
  probe(): void {
    if (this.#link === "lost") return this.open();
    if (this.#link !== "live") return;
    const socket = this.#socket;
    const asked_ms = Date.now();
    this.#ping();
    setTimeout(() => {
      if (this.#socket === socket && this.#heard_ms < asked_ms) this.#closed(1006);
    }, PROBE_MS);
  }

  #ping(): void {
    if (this.#pingedAt_ms === null) this.#pingedAt_ms = Date.now();
    this.send({ type: "ping" });
  }

  #beat(): void {
    const silent_ms = Date.now() - this.#heard_ms;
    if (silent_ms >= SILENCE_MS) return this.#closed(1006);
    if (this.#link === "live" && this.#pingedAt_ms === null && silent_ms < SILENCE_MS) {
      this.#nextPing -= 1_000;
      if (this.#nextPing <= 0) {
        this.#nextPing = PING_EVERY_MS;
        this.#ping();
      }
    }
  }

  #nextPing = PING_EVERY_MS;

  #hear(text: string): void {
    this.#heard_ms = Date.now();
    const message = parse(text);
    if (!message) return;
    if (message.type === "pong") return this.#pong();
    if (message.type === "welcome") this.#welcomed();
    if (message.type === "ok" && message.id !== undefined) {
      return this.#settle(message.id, message);
    }
    if (message.type === "error" && message.id !== undefined) {
      return this.#settle(message.id, new Refused(message.code, message.text));
    }
    this.#options.onMessage(message);
  }

  #pong(): void {
    const rtt_ms = this.#pingedAt_ms === null ? 0 : Date.now() - this.#pingedAt_ms;
    this.#pingedAt_ms = null;
    const asked = this.#pongs;
    this.#pongs = [];
    for (const answer of asked) answer(rtt_ms);
  }

  #welcomed(): void {
    this.#attempts = 0;
    this.#nextPing = PING_EVERY_MS;
    this.#set("live", null);
    for (const [id, waiting] of [...this.#waiting]) {
      if (waiting.again) this.#socket?.send(waiting.text);
      else this.#settle(id, new Refused("lost", ""));
    }
  }

  #settle(id: string, reply: { sdp?: string } | Error): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (reply instanceof Error) waiting.reject(reply);
    else waiting.resolve(reply);
  }

  #closed(code: number): void {
    const ending = CLOSE_REASONS[code];
    if (ending) return this.#end(ending);
    this.#drop();
    for (const [id, waiting] of [...this.#waiting]) {
      if (!waiting.again) this.#settle(id, new Refused("lost", ""));
    }
    this.#set("lost", null);
    const base = Math.min(RETRY_FIRST_MS * 2 ** this.#attempts, RETRY_LAST_MS);
    this.#attempts += 1;
    const random = this.#options.random ?? Math.random;
    this.#retry = setTimeout(() => this.open(), base * (0.8 + 0.4 * random()));
  }

  #end(ending: Ending): void {
    this.#drop();
    clearTimeout(this.#retry);
    for (const id of [...this.#waiting.keys()]) this.#settle(id, new Refused("ended", ""));
    this.#set("ended", ending);
  }

  /** Lets go of the browser's socket without hearing from it again. */
  #drop(): void {
    clearInterval(this.#pulse);
    const socket = this.#socket;
    this.#socket = null;
    this.#pongs = [];
    this.#pingedAt_ms = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    try {
      socket.close(1000);
    } catch {
      // It never opened.
    }
  }

  #set(link: Link, ending: Ending | null): void {
    if (this.#link === link) return;
    this.#link = link;
    this.#options.onLink(link, ending);
  }
}
