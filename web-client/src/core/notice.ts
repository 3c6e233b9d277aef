/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Notices (docs/NOTICES.md): the staff's side, the reader's, and what everybody sees. */

import { ApiError } from "./api.js";
import type { Language } from "./messages.js";
import type { Office } from "./office.js";

export interface Sending {
  id: string;
  notice: string;
  channel: "email" | "sms" | "wechat" | "page" | "none";
  address: string;
  basis: "confirmed" | "inferred";
  state: string;
  why: string;
  tries: number;
  next_us: number;
  sent_us: number;
  arrived_us: number;
  read_us: number;
  acted_us: number;
  effective_us: number;
  handled_us: number;
  handled_how: string;
}

export interface Notice {
  id: string;
  kind: string;
  template: string;
  role: string;
  name: string;
  case_number: string;
  hearing: string;
  subject: string;
  send_us: number;
  created_us: number;
  acted_us: number;
  effective_us: number;
  sendings: Sending[];
}

export interface OpenNotice extends Notice {
  text: string;
  links: Record<string, string>;
}

export interface Task extends Sending {
  kind: string;
  subject: string;
  name: string;
  case_number: string;
  hearing: string;
  start_us: number;
  timezone: string;
  is_reached: boolean;
}

export interface Tasks {
  tasks: Task[];
  means: Record<"email" | "sms" | "wechat", boolean>;
}

export interface Called {
  id: string;
  case_number: string;
  start_us: number;
  timezone: string;
  people: number;
  told: number;
}

/** As it was signed; `signed` is JSON. */
export interface Certificate {
  signed: string;
  signature: string;
  key: string;
  fingerprint: string;
}

const ROOT = "/api/v1/notices";

/** Where the certificate of service is on paper. */
export function certificatePaper(id: string): string {
  return `${ROOT}/${encodeURIComponent(id)}/certificate.pdf`;
}

export class Notices {
  readonly #office: Office;

  constructor(office: Office) {
    this.#office = office;
  }

  tasks(): Promise<Tasks> {
    return this.#office.json("GET", `${ROOT}/tasks`);
  }

  async hearings(): Promise<Called[]> {
    return (await this.#office.json<{ hearings: Called[] }>("GET", `${ROOT}/hearings`)).hearings;
  }

  async of(hearing: string): Promise<Notice[]> {
    return (await this.#office.json<{ notices: Notice[] }>("GET", `${ROOT}?hearing=${encodeURIComponent(hearing)}`)).notices;
  }

  read(id: string): Promise<OpenNotice> {
    return this.#office.json("GET", `${ROOT}/${encodeURIComponent(id)}`);
  }

  certificate(id: string): Promise<Certificate> {
    return this.#office.json("GET", `${ROOT}/${encodeURIComponent(id)}/certificate`);
  }

  async invite(hearing: string): Promise<number> {
    return (await this.#office.json<{ told: number }>("POST", `${ROOT}/hearings/${encodeURIComponent(hearing)}`, {})).told;
  }

  async resend(id: string, address: string): Promise<void> {
    await this.#office.json("POST", `${ROOT}/${encodeURIComponent(id)}/resend`, { address });
  }

  async handled(sending: string, how: string): Promise<void> {
    await this.#office.json("POST", `${ROOT}/sendings/${encodeURIComponent(sending)}/handled`, { how });
  }
}

/* ---- for everybody ---- */

export interface Listed {
  start_us: number;
  is_public: boolean;
  case_number: string;
  cause: string;
  room?: string;
  status: string;
  parties: { role: string; name: string }[];
}

export interface Today {
  courts: { name: string; timezone: string; date: string; hearings: Listed[] }[];
  contact: Record<Language, string>;
}

export interface Status {
  number: string;
  court: string;
  timezone: string;
  state: string;
  since_us: number;
  hearing_us: number;
}

/** What whoever got it sees: no addresses. */
export interface Received {
  subject: string;
  text: string;
  received_us: number;
}

type Fetch = typeof fetch;

export class PublicApi {
  readonly #fetch: Fetch;

  constructor(fetcher: Fetch = (...args) => fetch(...args)) {
    this.#fetch = fetcher;
  }

  today(): Promise<Today> {
    return this.#json("GET", "/api/v1/public/today");
  }

  status(number: string, code: string): Promise<Status> {
    return this.#json("POST", "/api/v1/public/status", { number, code });
  }

  open(token: string): Promise<Received> {
    return this.#json("POST", "/api/v1/notice/open", { token });
  }

  received(token: string): Promise<Received> {
    return this.#json("POST", "/api/v1/notice/received", { token });
  }

  async #json<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
    let response: Response;
    try {
      response = await this.#fetch(path, {
        method,
        credentials: "same-origin",
        headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new ApiError(0, "unreachable", "");
    }
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) {
      const error = (answer as { error?: { code?: string; text?: string } } | null)?.error;
      throw new ApiError(response.status, error?.code ?? "http", error?.text ?? "");
    }
    return answer as T;
  }
}
