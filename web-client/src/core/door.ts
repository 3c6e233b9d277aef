/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Passes at the door of the court house, judged with a line or without.  Without one
 * the list that was fetched before is enough: the court's key, today's people, and the
 * passes that are dead.  What was scanned then is kept and told when the line is back.
 */

import { ApiError, request } from "./api.js";
import { randomId } from "./identity.js";

const LIST = "oyer.door.list";
const QUEUE = "oyer.door.queue";
/** A list of another day names people whom nobody expects any more. */
const LIST_HOURS = 16;
const TOLD_AT_ONCE = 50;
const QUEUE_MAX = 1000;
/** What is older the server does not take. */
const QUEUE_DAYS = 2;
/** Longer than this the person at the door does not wait for the line. */
const PATIENCE_MS = 2_500;

const ROLES = [null, "judge", "clerk", "party", "representative", "witness", "interpreter", "observer", "usher", "mediator"] as const;
const HEAD_BYTES = 13;

export interface Pass {
  role: string | null;
  from_us: number;
  until_us: number;
  jti: string;
  hearing: string;
  participant: string;
}

/** How somebody is booked; empty: nobody said. */
export type Mode = "in_person" | "video" | "phone" | "";

export interface Expected {
  id: string;
  name: string;
  role: string;
  side: string | null;
  mode: Mode;
  door_us: number;
}

export interface DoorHearing {
  id: string;
  scheduled_start_us: number;
  timezone: string;
  /** The court room's name; empty: it has none. */
  room: string;
  people: Expected[];
}

export interface DoorList {
  now_us: number;
  key: string;
  hearings: DoorHearing[];
  revoked: string[];
}

export type Verdict = "valid" | "unreadable" | "early" | "expired" | "revoked" | "other_hearing" | "no_authority";

export interface Visitor {
  name: string;
  role: string | null;
  scheduled_start_us: number;
  timezone: string;
  room: string;
  mode: Mode;
  /** When he came first; 0: not before. */
  door_us: number;
}

export interface Seen {
  verdict: Verdict;
  offline: boolean;
  at_us: number;
  person?: Visitor;
  from_us?: number;
}

interface Scan {
  id: string;
  token: string;
  at_us: number;
  offline: boolean;
  shown: string;
}

interface Result {
  id: string;
  verdict: Verdict;
  from_us?: number;
  person?: Visitor & { participant: string };
}

/** The pass in what a camera read: a link, or the bare token. */
export function tokenOf(text: string): string | null {
  return /(?:^|\/j\/)(v1\.[A-Za-z0-9_-]{20,900}\.[A-Za-z0-9_-]{86})\/?(?:[?#].*)?$/.exec(text.trim())?.[1] ?? null;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  } catch {
    return null;
  }
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 128 bits are 26 digits of 5, with two zero bits before them. */
function ulid(bytes: Uint8Array): string {
  let value = bytes.reduce((sum, one) => (sum << 8n) | BigInt(one), 0n);
  let text = "";
  for (let digit = 0; digit < 26; digit += 1, value >>= 5n) text = (CROCKFORD[Number(value & 31n)] ?? "") + text;
  return text;
}

/** What `token` says, signature or not; null when it is not the shape of a pass. */
export function decode(token: string): Pass | null {
  const bytes = bytesOf(token.split(".")[1] ?? "");
  if (!bytes || bytes.length < HEAD_BYTES) return null;
  const view = new DataView(bytes.buffer);
  const ids: string[] = [];
  let at = HEAD_BYTES;
  for (let n = 0; n < 3; n += 1) {
    const length = bytes[at] ?? 65;
    const size = length || 16;
    if (length > 64 || at + 1 + size > bytes.length) return null;
    const id = bytes.subarray(at + 1, at + 1 + size);
    ids.push(length === 0 ? ulid(id) : String.fromCharCode(...id));
    at += 1 + size;
  }
  const [jti = "", hearing = "", participant = ""] = ids;
  if (at !== bytes.length) return null;
  return {
    role: ROLES[view.getUint8(0)] ?? null,
    from_us: view.getUint32(5) * 1e6,
    until_us: view.getUint32(9) * 1e6,
    jti,
    hearing,
    participant,
  };
}

/** The court's key for WebCrypto; null: this browser cannot (then only the server can say). */
export async function importKey(pem: string): Promise<CryptoKey | null> {
  const der = bytesOf(pem.replace(/-----[A-Z ]+-----|\s/g, ""));
  if (!der || !globalThis.crypto?.subtle) return null;
  try {
    return await crypto.subtle.importKey("spki", der, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
}

async function isSigned(token: string, key: CryptoKey): Promise<boolean> {
  const end = token.lastIndexOf(".");
  const signature = bytesOf(token.slice(end + 1));
  if (!signature) return false;
  return crypto.subtle.verify({ name: "Ed25519" }, key, signature, new TextEncoder().encode(token.slice(0, end)));
}

/** The same judgement as the server's, in the same order, with what the list knows. */
export async function judge(token: string, list: DoorList, key: CryptoKey, now_us: number): Promise<Seen> {
  const pass = decode(token);
  const seen = { offline: true, at_us: now_us };
  if (!pass || !(await isSigned(token, key))) return { ...seen, verdict: "unreadable" };
  const hearing = list.hearings.find((one) => one.id === pass.hearing);
  if (!hearing) return { ...seen, verdict: "other_hearing" };
  if (list.revoked.includes(pass.jti)) return { ...seen, verdict: "revoked" };
  if (now_us < pass.from_us) return { ...seen, verdict: "early", from_us: pass.from_us };
  if (now_us >= pass.until_us) return { ...seen, verdict: "expired" };
  const person = hearing.people.find((one) => one.id === pass.participant);
  const { scheduled_start_us, timezone, room } = hearing;
  const role = person?.role ?? pass.role;
  return {
    ...seen,
    verdict: "valid",
    person: { name: person?.name ?? "", role, scheduled_start_us, timezone, room, mode: person?.mode ?? "", door_us: person?.door_us ?? 0 },
  };
}

/** Where the usher sends somebody whose pass is good. */
export function wayOf(person: Pick<Visitor, "room" | "mode">): "room" | "remote" | "ask" {
  if (person.mode === "video" || person.mode === "phone") return "remote";
  return person.room ? "room" : "ask";
}

/** What the browser keeps between two visits; a test has its own. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

interface Kept {
  list: DoorList;
  fetched_ms: number;
  /** The server's clock ahead of this one. */
  ahead_ms: number;
}

export class Door {
  kept: Kept | null = null;
  /** The last request reached the server. */
  online = true;
  signedOut = false;
  /** Not the usher's role. */
  notAllowed = false;
  /** The browser has no Ed25519: without a line it cannot judge. */
  helpless = false;
  /** Let in without a line, though the server says no: names as they were shown. */
  late: { name: string; verdict: Verdict; at_us: number }[] = [];
  readonly #shelf: Shelf;
  #queue: Scan[] = [];
  #names = new Map<string, string>();
  #key: CryptoKey | null = null;
  #telling = false;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  get untold(): number {
    return this.#queue.length;
  }

  now_us(): number {
    return (Date.now() + (this.kept?.ahead_ms ?? 0)) * 1000;
  }

  async start(): Promise<void> {
    const kept = this.#read<Kept>(LIST);
    if (kept?.list && Date.now() - kept.fetched_ms < LIST_HOURS * 3_600_000) await this.#take(kept);
    else this.#shelf.removeItem(LIST);
    const oldest_us = this.now_us() - QUEUE_DAYS * 86_400e6;
    this.#queue = (this.#read<Scan[]>(QUEUE) ?? []).filter((one) => one.at_us > oldest_us);
    await this.refresh();
  }

  /** The list as it is now, and what waits is told. */
  async refresh(): Promise<void> {
    const list = await this.#ask<DoorList>("GET", "/api/v1/door/list");
    if (!list) return;
    const now_ms = Date.now();
    const kept = { list, fetched_ms: now_ms, ahead_ms: Math.round(list.now_us / 1000) - now_ms };
    this.#write(LIST, kept);
    await this.#take(kept);
    await this.tell();
  }

  /** Judges what the camera read: by the server, or, when it does not answer, here. */
  async scan(text: string): Promise<Seen | null> {
    const token = tokenOf(text);
    const at_us = this.now_us();
    if (!token) return { verdict: "unreadable", offline: false, at_us };
    const scan: Scan = { id: randomId(22), token, at_us, offline: false, shown: "none" };
    const answer = await this.#ask<{ results: Result[] }>("POST", "/api/v1/door/scans", { scans: [scan] });
    const result = answer?.results[0];
    if (result) return this.#note({ ...result, offline: false, at_us }, token);
    if (!this.kept || !this.#key) return null;
    const seen = await judge(token, this.kept.list, this.#key, at_us);
    if (this.#queue.length < QUEUE_MAX) this.#queue.push({ ...scan, offline: true, shown: seen.verdict });
    this.#names.set(scan.id, seen.person?.name ?? "");
    this.#write(QUEUE, this.#queue);
    return this.#note(seen, token);
  }

  /** Tells the server what it has not heard of yet. */
  async tell(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    while (this.#queue.length > 0) {
      const scans = this.#queue.slice(0, TOLD_AT_ONCE);
      const answer = await this.#ask<{ results: Result[] }>("POST", "/api/v1/door/scans", { scans });
      if (!answer) break;
      for (const result of answer.results) {
        const scan = scans.find((one) => one.id === result.id);
        if (scan?.shown !== "valid" || result.verdict === "valid") continue;
        this.late.push({ name: this.#names.get(scan.id) ?? "", verdict: result.verdict, at_us: scan.at_us });
      }
      this.#queue = this.#queue.slice(scans.length);
      this.#write(QUEUE, this.#queue);
    }
    this.#telling = false;
  }

  /** Nobody's name stays on a phone that goes into a drawer. */
  forget(): void {
    this.kept = null;
    this.#key = null;
    this.#shelf.removeItem(LIST);
  }

  /** The next one who shows the same pass is told from the first. */
  #note(seen: Seen, token: string): Seen {
    const participant = decode(token)?.participant;
    const people = this.kept?.list.hearings.flatMap((one) => one.people) ?? [];
    const person = seen.verdict === "valid" ? people.find((one) => one.id === participant) : undefined;
    if (person && !person.door_us) {
      person.door_us = seen.at_us;
      if (this.kept) this.#write(LIST, this.kept);
    }
    return seen;
  }

  async #take(kept: Kept): Promise<void> {
    this.kept = kept;
    this.#key = await importKey(kept.list.key);
    this.helpless = this.#key === null;
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T | null> {
    try {
      const answer = await Promise.race([request<T>(method, path, body), tooLong()]);
      this.online = true;
      this.signedOut = this.notAllowed = false;
      return answer;
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      this.online = status !== 0 && status < 500;
      this.signedOut = status === 401;
      this.notAllowed = status === 403;
      return null;
    }
  }

  #read<T>(key: string): T | null {
    try {
      return JSON.parse(this.#shelf.getItem(key) ?? "null") as T | null;
    } catch {
      return null;
    }
  }

  #write(key: string, value: unknown): void {
    try {
      this.#shelf.setItem(key, JSON.stringify(value));
    } catch {
      // The shelf is full or closed: it lasts as long as the page.
    }
  }
}

function tooLong(): Promise<never> {
  return new Promise((_done, fail) => setTimeout(() => fail(new ApiError(0, "timeout", "")), PATIENCE_MS));
}
