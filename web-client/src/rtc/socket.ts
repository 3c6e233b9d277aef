/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The WebSocket and its patience: says hello, pings, notices a dead line, comes back
 * with back-off, and asks again what was not answered when the line broke (the server
 * answers a repeated id from memory).
 *
 * A line that says nothing may be dead or only slow.  So what is there is kept while
 * others are tried beside it, every half second: whichever is heard first is taken.  A phone
 * that went from one network to another is back as soon as the new one answers, and no
 * attempt waits for the growing pauses of TCP.
 *
 * Above it is `Connection`; below it the browser's WebSocket, or a fake in tests.
 */

import { parse } from "../core/messages.js";
import type { ClientMessage, Language, ServerMessage } from "../core/messages.js";
import { randomId } from "../core/identity.js";

export const PING_EVERY_MS = 1_000;
/** Nothing heard for this long: the line is said to be lost, and others are tried. */
export const SILENCE_MS = 2_500;
const MEASURE_MS = 2_000;
/** A line that is asked whether it is there answers within this time, or a rival is tried. */
export const PROBE_MS = 200;
export const RIVAL_EVERY_MS = 500;
const RIVALS_MAX = 6;
/** A server that was reached and is slow to welcome is not asked again sooner. */
const WELCOME_WITHIN_MS = 5_000;
const BEAT_MS = 250;
const RETRY_FIRST_MS = 300;
const RETRY_LAST_MS = 3_000;
const ANSWER_WITHIN_MS = 30_000;

export const CLOSE_REASONS: Readonly<Record<number, Ending>> = {
  4401: "pass_refused",
  4403: "removed",
  4409: "elsewhere",
  4410: "over",
  4411: "replaced",
  4426: "version",
};

/** Why the socket will not come back. */
export type Ending = "pass_refused" | "removed" | "elsewhere" | "replaced" | "over" | "version" | "left";
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
  /** The one that opened; or null. */
  #socket: SocketLike | null = null;
  /** Those that have not opened yet, oldest first. */
  readonly #rivals: SocketLike[] = [];
  #tried_ms = 0;
  #opened_ms = 0;
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

  /** When anything was last heard of the server. */
  get heard_ms(): number {
    return this.#heard_ms;
  }

  open(): void {
    clearTimeout(this.#retry);
    this.#drop();
    this.#set(this.#attempts === 0 && this.#link !== "lost" ? "connecting" : "lost", null);
    this.#rival();
    clearInterval(this.#pulse);
    this.#pulse = setInterval(() => this.#beat(), BEAT_MS);
  }

  /** Tries another line beside what there is. */
  #rival(): void {
    if (this.#rivals.length === RIVALS_MAX) release(this.#rivals.shift());
    const socket = this.#options.make();
    this.#rivals.push(socket);
    this.#tried_ms = Date.now();
    socket.onopen = () => this.#win(socket);
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#hear(String(event.data));
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) return this.#closed(event.code);
      this.#rivals.splice(this.#rivals.indexOf(socket), 1);
      if (!this.#socket && this.#rivals.length === 0) this.#closed(event.code);
    };
    socket.onerror = () => undefined; // onclose follows
  }

  #win(socket: SocketLike): void {
    this.#rivals.splice(this.#rivals.indexOf(socket), 1);
    const before = this.#socket;
    this.#socket = socket;
    release(before);
    this.#dropRivals();
    this.#pingedAt_ms = null;
    this.#welcome = false;
    this.#opened_ms = this.#heard_ms = Date.now();
    if (before && this.#link === "live") {
      this.#settleLost();
      this.#set("lost", null);
    }
    socket.send(JSON.stringify({ type: "hello", version: 1, ...this.#options.hello() }));
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
      const timer = setTimeout(() => reject(new Refused("timeout", "")), MEASURE_MS);
      this.#pongs.push((rtt_ms) => {
        clearTimeout(timer);
        resolve(rtt_ms);
      });
      this.#ping();
    });
  }

  /** Is the line alive?  If nothing is heard within a moment, another is tried beside it. */
  probe(): void {
    if (this.#link === "lost" && !this.#socket) return this.open();
    if (this.#link !== "live") return;
    const socket = this.#socket;
    const asked_ms = Date.now();
    this.send({ type: "ping" });
    setTimeout(() => {
      if (this.#socket === socket && this.#heard_ms < asked_ms && this.#rivals.length === 0) this.#rival();
    }, PROBE_MS);
  }

  #ping(): void {
    if (this.#pingedAt_ms === null) this.#pingedAt_ms = Date.now();
    this.send({ type: "ping" });
  }

  #beat(): void {
    const now_ms = Date.now();
    if (this.#link === "live") {
      if (now_ms - this.#heard_ms >= SILENCE_MS) {
        this.#set("lost", null);
      } else if (this.#pingedAt_ms === null && (this.#nextPing -= BEAT_MS) <= 0) {
        this.#nextPing = PING_EVERY_MS;
        this.#ping();
      }
    }
    // Between two attempts that were refused there is the pause of #closed() instead.
    const waits = this.#socket !== null || this.#rivals.length > 0;
    const greeting = this.#socket !== null && !this.#welcome && now_ms - this.#opened_ms < WELCOME_WITHIN_MS;
    if (this.#knocking && this.#socket) return this.#knock(now_ms);
    if (this.#link !== "live" && waits && !greeting && now_ms - this.#tried_ms >= RIVAL_EVERY_MS) {
      this.#rival();
    }
  }

  /** Until somebody has decided only a sign of life goes out: the line must not seem dead. */
  #knock(now_ms: number): void {
    if (now_ms - this.#heard_ms >= ANSWER_WITHIN_MS) return this.#closed(0);
    if ((this.#nextPing -= BEAT_MS) > 0) return;
    this.#nextPing = PING_EVERY_MS;
    this.#socket?.send(JSON.stringify({ type: "ping" }));
  }

  #nextPing = PING_EVERY_MS;
  /** Its pass is in use on another device, and the court is asked. */
  #knocking = false;
  /** The one that opened has said welcome. */
  #welcome = false;

  #hear(text: string): void {
    this.#heard_ms = Date.now();
    // It was only slow.
    if (this.#welcome) this.#dropRivals();
    if (this.#link === "lost" && this.#welcome) {
      this.#pingedAt_ms = null;
      this.#set("live", null);
    }
    const message = parse(text);
    if (!message) return;
    if (message.type === "pong") return this.#pong();
    if (message.type === "welcome") this.#welcomed();
    if (message.type === "knocking") this.#knocking = true;
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
    this.#knocking = false;
    this.#welcome = true;
    this.#nextPing = PING_EVERY_MS;
    // What is asked by whoever hears that the line is live is new, and not of the lost one.
    for (const [id, waiting] of [...this.#waiting]) {
      if (waiting.again) this.#socket?.send(waiting.text);
      else this.#settle(id, new Refused("lost", ""));
    }
    this.#set("live", null);
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
    this.#settleLost();
    this.#set("lost", null);
    const base = Math.min(RETRY_FIRST_MS * 2 ** this.#attempts, RETRY_LAST_MS);
    this.#attempts += 1;
    const random = this.#options.random ?? Math.random;
    this.#retry = setTimeout(() => this.open(), base * (0.8 + 0.4 * random()));
  }

  /** What is not asked again has no answer any more. */
  #settleLost(): void {
    for (const [id, waiting] of [...this.#waiting]) {
      if (!waiting.again) this.#settle(id, new Refused("lost", ""));
    }
  }

  #end(ending: Ending): void {
    this.#drop();
    clearTimeout(this.#retry);
    for (const id of [...this.#waiting.keys()]) this.#settle(id, new Refused("ended", ""));
    this.#set("ended", ending);
  }

  #drop(): void {
    clearInterval(this.#pulse);
    const socket = this.#socket;
    this.#socket = null;
    this.#knocking = false;
    this.#welcome = false;
    this.#pongs = [];
    this.#pingedAt_ms = null;
    release(socket);
    this.#dropRivals();
  }

  #dropRivals(): void {
    for (const socket of this.#rivals.splice(0)) release(socket);
  }

  #set(link: Link, ending: Ending | null): void {
    if (this.#link === link) return;
    this.#link = link;
    this.#options.onLink(link, ending);
  }
}

/** Lets go of a browser's socket without hearing from it again. */
function release(socket: SocketLike | null | undefined): void {
  if (!socket) return;
  socket.onopen = socket.onmessage = socket.onclose = null;
  try {
    socket.close(1000);
  } catch {
    // It never opened.
  }
}
