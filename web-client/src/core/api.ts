/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** REST calls of docs/PROTOCOL.md. */

import type { HearingInfo, Line, RecordState, Role, Side } from "./messages.js";

export interface Card {
  hearing: Pick<
    HearingInfo,
    "id" | "case_number" | "cause" | "court" | "scheduled_start" | "timezone" | "status" | "session"
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

export class ApiError extends Error {
  /** HTTP status, or 0 when the server was not reached. */
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, text: string) {
    super(text);
    this.status = status;
    this.code = code;
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

  record(hearing: string): Promise<HearingRecord> {
    return this.#json("GET", `/api/v1/hearings/${encodeURIComponent(hearing)}/record`);
  }

  async search(hearing: string, text: string): Promise<Hit[]> {
    const where = `/api/v1/hearings/${encodeURIComponent(hearing)}/record/search`;
    const found = await this.#json<{ hits?: Hit[] }>("GET", `${where}?q=${encodeURIComponent(text)}`);
    return found.hits ?? [];
  }

  /** The lines so far; an empty list when this person may not read them yet. */
  async lines(hearing: string): Promise<Line[]> {
    const where = `/api/v1/hearings/${encodeURIComponent(hearing)}/transcript.json`;
    const found = await this.#json<Line[] | { lines?: Line[] }>("GET", where);
    return Array.isArray(found) ? found : (found.lines ?? []);
  }

  async #json<T>(method: string, path: string): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (this.#seat.token) {
      headers["Authorization"] = `Bearer ${this.#seat.token}`;
      headers["Oyer-Device"] = this.#seat.device;
    }
    let response: Response;
    try {
      response = await fetch(path, { method, headers, credentials: "same-origin", cache: "no-store" });
    } catch {
      throw new ApiError(0, "unreachable", "");
    }
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) {
      const error = (body as { error?: { code?: string; text?: string } } | null)?.error;
      throw new ApiError(response.status, error?.code ?? "http", error?.text ?? "");
    }
    return body as T;
  }
}
