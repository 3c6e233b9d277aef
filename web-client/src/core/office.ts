/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The staff's session: REST calls of docs/PROTOCOL.md, and how long it still lasts. */

import { ApiError } from "./api.js";

export interface CourtOfMine {
  id: string;
  name: string;
  roles: string[];
}

export interface Me {
  id: string;
  login: string;
  name: string;
  language: "zh" | "en";
  court: string;
  courts: CourtOfMine[];
  roles: string[];
  rights: string[];
  means: "password" | "totp" | "link" | "oidc";
  password: boolean;
  second_factor: boolean;
  now_us: number;
  idle_ends_us: number;
  ends_us: number;
}

export interface NewFactor {
  secret: string;
  uri: string;
  qr: string[];
}

/** Something that needs a second person. */
export interface Approval {
  id: string;
  right: string;
  object: string;
  reason: string;
  asked_by: string;
  asked_us: number;
  expires_us: number;
  state: "asked" | "granted" | "refused" | "used" | "withdrawn";
  decided_by?: string;
  decision_reason?: string;
}

/** A session of a hearing in which I sit. */
export interface Sitting {
  participant: string;
  hearing: string;
  case_number: string;
  cause: string;
  role: string;
  status: "not_started" | "in_session" | "paused" | "suspended" | "closed";
  openness: "public" | "closed";
  room: string;
  session: number;
  sessions: number;
  begins_us: number;
  ends_us: number;
}

export interface Day {
  timezone: string;
  now_us: number;
  hearings: Sitting[];
}

/** How many wait for the registry; filings only for who reviews them. */
export interface Waiting {
  papers: number;
  filings?: number;
}

export type Next = "home" | "second_factor" | "sign_in";

/** When the session ends, by a clock that does not jump (milliseconds). */
export interface Ends {
  idle: number;
  all: number;
}

type Fetch = typeof fetch;

export class Office {
  readonly #fetch: Fetch;
  readonly #now: () => number;
  #idleLength = 0;
  #ends: Ends | null = null;

  /** `now`: milliseconds that only grow. */
  constructor(fetcher: Fetch = (...args) => fetch(...args), now: () => number = () => performance.now()) {
    this.#fetch = fetcher;
    this.#now = now;
  }

  /** Milliseconds until silence or age end the session; null: nobody is signed in. */
  left(): Ends | null {
    const now = this.#now();
    return this.#ends && { idle: this.#ends.idle - now, all: this.#ends.all - now };
  }

  async me(): Promise<Me> {
    const me = await this.json<Me>("GET", "/api/v1/staff/me");
    const now = this.#now();
    this.#idleLength = (me.idle_ends_us - me.now_us) / 1000;
    this.#ends = { idle: now + this.#idleLength, all: now + (me.ends_us - me.now_us) / 1000 };
    return me;
  }

  async signIn(login: string, password: string, code: string): Promise<Next> {
    return (await this.json<{ next: Next }>("POST", "/api/v1/staff/sign-in", { login, password, code })).next;
  }

  /** The court's identity provider; null: there is none. */
  async provider(): Promise<{ name: string } | null> {
    const answer = await this.json<{ configured: boolean; name: string }>("GET", "/api/v1/staff/oidc").catch(() => null);
    return answer?.configured ? { name: answer.name } : null;
  }

  /** Where the browser has to go to sign in with it. */
  async toProvider(): Promise<string> {
    return (await this.json<{ url: string }>("POST", "/api/v1/staff/oidc/start", {})).url;
  }

  /** Where it has to go to sign out there too; null: nowhere. */
  async fromProvider(): Promise<string | null> {
    return (await this.json<{ url: string | null }>("POST", "/api/v1/staff/oidc/leave", {}).catch(() => null))?.url ?? null;
  }

  async useLink(token: string): Promise<Next> {
    return (await this.json<{ next: Next }>("POST", "/api/v1/staff/link", { token })).next;
  }

  async setUp(token: string, password: string): Promise<Next> {
    return (await this.json<{ next: Next }>("POST", "/api/v1/staff/set-up", { token, password })).next;
  }

  async changePassword(old: string, wanted: string): Promise<void> {
    await this.json("POST", "/api/v1/staff/password", { old, new: wanted });
  }

  newFactor(): Promise<NewFactor> {
    return this.json("POST", "/api/v1/staff/totp", {});
  }

  async confirmFactor(secret: string, code: string, old: string): Promise<void> {
    await this.json("POST", "/api/v1/staff/totp/confirm", { secret, code, old });
  }

  approvals(): Promise<{ waiting: Approval[]; mine: Approval[] }> {
    return this.json("GET", "/api/v1/staff/approvals");
  }

  /** Asks for the second person. */
  async askApproval(right: string, object: string, reason: string): Promise<void> {
    await this.json("POST", "/api/v1/staff/approvals", { right, object, reason });
  }

  async withdrawApproval(id: string): Promise<void> {
    await this.json("POST", `/api/v1/staff/approvals/${encodeURIComponent(id)}/withdraw`, {});
  }

  async decide(id: string, grants: boolean, reason: string): Promise<void> {
    await this.json("POST", `/api/v1/staff/approvals/${encodeURIComponent(id)}/${grants ? "grant" : "refuse"}`, { reason });
  }

  day(): Promise<Day> {
    return this.json("GET", "/api/v1/staff/hearings");
  }

  waiting(): Promise<Waiting> {
    return this.json("GET", "/api/v1/registry/waiting");
  }

  /** The way into one's own seat, on this device. */
  async enter(participant: string, device: string): Promise<string> {
    const path = `/api/v1/staff/hearings/${encodeURIComponent(participant)}/pass`;
    return (await this.json<{ token: string }>("POST", path, {}, { "Oyer-Device": device })).token;
  }

  async goToCourt(court: string): Promise<void> {
    await this.json("POST", "/api/v1/staff/court", { court });
  }

  async signOut(): Promise<void> {
    this.#ends = null;
    await this.json("POST", "/api/v1/staff/sign-out", {});
  }

  /** Any call of the staff's API.  It counts as activity; a 401 ends the session here. */
  async json<T>(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: unknown, fields: Record<string, string> = {}): Promise<T> {
    let response: Response;
    try {
      response = await this.#fetch(path, {
        method,
        credentials: "same-origin",
        cache: "no-store",
        headers: { Accept: "application/json", ...fields, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new ApiError(0, "unreachable", "");
    }
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) {
      const error = (answer as { error?: { code?: string; text?: string } & Record<string, unknown> } | null)?.error;
      if (error?.code === "signed_out") this.#ends = null;
      throw new ApiError(response.status, error?.code ?? "http", error?.text ?? "", undefined, undefined, error);
    }
    if (this.#ends) this.#ends.idle = Math.min(this.#now() + this.#idleLength, this.#ends.all);
    return answer as T;
  }
}
