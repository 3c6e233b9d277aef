/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** REST calls of docs/PROTOCOL.md. */

import type { HearingInfo, Line, RecordState, Role, Side } from "./messages.js";

export interface Card {
  hearing: Pick<
    HearingInfo,
    "id" | "case_number" | "cause" | "court" | "scheduled_start" | "timezone" | "status" | "session" | "mediation"
  >;
  you: { id: string; name: string; role: Role; declared: boolean };
}

export interface MediaTrack {
  track: string;
  kind: string;
  codec: string;
  start_us: number;
  end_us: number;
  packets: number;
  lost: number;
}

export interface MediaFile {
  participant: string;
  file: string;
  mime: string;
  url: string;
  start_us: number;
  duration_us: number;
  tracks: MediaTrack[];
  gaps?: { from_us: number; to_us: number }[];
}

export interface HearingRecord {
  /** Which of how many, from 1. */
  session?: number;
  sessions?: number;
  state: RecordState;
  progress: number;
  opened_us: number | null;
  closed_us: number | null;
  case_number?: string;
  cause?: string;
  court?: string;
  timezone?: string;
  root: string | null;
  key: string | null;
  media: MediaFile[];
  people: { id: string; name: string; role: Role; party: Side | null }[];
  chapters: { at_us: number; stage: string; zh?: string; en?: string }[];
  intervals: { from_us: number; to_us: number; kind: string; reason?: string; by?: string }[];
  lines: Line[];
  /** May this person take the package? */
  package?: boolean;
}

export interface Hit {
  line: string;
  start_us: number;
  text: string;
  participant: string | null;
}

interface Refusal {
  code: string;
  text: string;
  reason: string;
  from: string;
}

export interface NewPass {
  token: string;
  link: string;
  from: string;
  until: string;
}

export interface PassSheet {
  link: string;
  court: string;
  scheduled_start: string;
  timezone: string;
  qr: string[];
}

export class ApiError extends Error {
  /** HTTP status, or 0 when the server was not reached. */
  readonly status: number;
  readonly code: string;

  /** Of a pass that is refused: why, and of an early one when it begins. */
  readonly reason: string | undefined;
  readonly from: string | undefined;

  /** All that the server said of it. */
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, text: string, reason?: string, from?: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(text);
    this.status = status;
    this.code = code;
    this.reason = reason;
    this.from = from;
    this.detail = detail;
  }
}

export interface Seat {
  readonly token: string | null;
  readonly device: string;
}

export class Api {
  readonly #seat: Seat;

  constructor(seat: Seat) {
    this.#seat = seat;
  }

  card(): Promise<Card> {
    return this.#json("GET", "/api/v1/pass");
  }

  /** Binds this device to the pass and gets the cookie for media. */
  async bind(): Promise<void> {
    await this.#json("POST", "/api/v1/session");
  }

  /** Of the last session, or of the one with that number. */
  record(hearing: string, session = ""): Promise<HearingRecord> {
    return this.#json("GET", `/api/v1/hearings/${encodeURIComponent(hearing)}/record${session && `?session=${session}`}`);
  }

  async search(hearing: string, text: string, session = ""): Promise<Hit[]> {
    const where = `/api/v1/hearings/${encodeURIComponent(hearing)}/record/search`;
    const found = await this.#json<{ hits?: Hit[] }>("GET", `${where}?q=${encodeURIComponent(text)}${session && `&session=${session}`}`);
    return found.hits ?? [];
  }

  /** The lines so far; an empty list when this person may not read them yet. */
  async lines(hearing: string): Promise<Line[]> {
    const where = `/api/v1/hearings/${encodeURIComponent(hearing)}/transcript.json`;
    const found = await this.#json<Line[] | { lines?: Line[] }>("GET", where);
    return Array.isArray(found) ? found : (found.lines ?? []);
  }

  /** What is printed of this pass. */
  sheet(): Promise<PassSheet> {
    return this.#json("GET", "/api/v1/pass/sheet");
  }

  /** A new pass for somebody of this hearing: the old one is dead from then on. */
  newPass(hearing: string, participant: string): Promise<NewPass> {
    const where = `/api/v1/hearings/${encodeURIComponent(hearing)}/people/${encodeURIComponent(participant)}/pass`;
    return this.#json("POST", where);
  }

  #json<T>(method: string, path: string): Promise<T> {
    const { token, device } = this.#seat;
    return request(method, path, undefined, token ? { Authorization: `Bearer ${token}`, "Oyer-Device": device } : {});
  }
}

/** Asks the server; an `ApiError` when it refuses, or is not reached (status 0). */
export async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  fields: Readonly<Record<string, string>> = {},
): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", ...fields };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const content = body === undefined ? null : JSON.stringify(body);
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body: content, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new ApiError(0, "unreachable", "");
  }
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const error = (answer as { error?: Partial<Refusal> } | null)?.error;
    throw new ApiError(response.status, error?.code ?? "http", error?.text ?? "", error?.reason, error?.from);
  }
  return answer as T;
}
