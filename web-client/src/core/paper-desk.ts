/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The registry's side of docs/PAPERS.md, over the staff's session. */

import type { Defect, Filing } from "./filing.js";
import type { Office } from "./office.js";
import type { Paper, PaperKind } from "./paper.js";
import type { Access } from "./register.js";
import type { Named } from "./registry.js";

export const PAPER_VIEWS = ["open", "waiting", "entered"] as const;
export type PaperView = (typeof PAPER_VIEWS)[number];

/** Sealing is a judge's, on the case's page. */
export const ENTER_LEVELS = ["public", "parties", "confidential"] as const satisfies readonly Access[];

export const PAPER_KINDS = ["answer", "motion", "evidence", "authority"] as const satisfies readonly PaperKind["kind"][];

/** A limit that may be set in a case. */
export interface LimitKind {
  code: string;
  zh: string;
  en: string;
  days: number;
  rule: string;
}

export interface WaitingPaper {
  id: string;
  state: "filed" | "sent_back" | "entered";
  case: string;
  case_number: string;
  kind: PaperKind["kind"];
  code: string;
  party_name: string;
  role: string;
  receipt_no: string;
  received_us: number;
  target_us: number;
  limit_us: number;
  rule: string;
  late: boolean;
  was_sent_back: boolean;
  entry: number;
  files: number;
  correction_due_us: number;
}

export interface PaperQueue {
  now_us: number;
  counts: Record<PaperView, number>;
  papers: WaitingPaper[];
  list: { papers: PaperKind[] };
}

export interface PaperBefore extends Filing {
  paper: Paper & { was_sent_back: boolean; first_us: number };
}

/** Of a case, for one party or ("") all; the newest stands. */
export interface LimitSet {
  code: string;
  party: string;
  name: string;
  from_us: number;
  due_us: number;
  rule: string;
  reason: string;
  set_us: number;
}

export interface Limits {
  limits: LimitSet[];
  list: { limits: LimitKind[]; papers: PaperKind[] };
}

export interface LimitWish {
  code: string;
  from_us: number;
  party?: string;
  days?: number;
  reason?: string;
}

/** Kinds of who stands for a party, and what only special authority allows (PERMISSIONS.md). */
export const STANDS_AS = ["lawyer", "legal_worker", "relative", "employee", "guardian"] as const;
export const MATTERS = ["admit", "waive", "change", "settle", "withdraw", "counterclaim", "appeal"] as const;

export interface AuthorityChange {
  action: "granted" | "renewed" | "ended";
  scope: string;
  matters: string[];
  valid_from_us: number;
  valid_until_us: number;
  reason: string;
  by: string;
  at_us: number;
}

export interface Authority {
  id: string;
  name: string;
  kind: string;
  scope: "general" | "special";
  matters: string[];
  valid_from_us: number;
  valid_until_us: number;
  ended_us: number;
  state: "holds" | "not_yet" | "expired" | "ended";
  document: string;
  changes: AuthorityChange[];
}

export interface Represented {
  party: string;
  name: string;
  role: string;
  representatives: Authority[];
}

export interface Standing {
  case: string;
  case_number: string;
  timezone: string;
  now_us: number;
  parties: Represented[];
}

/** What an authority says. */
export interface AuthorityTerms {
  scope: string;
  matters: string[];
  valid_until_us: number;
  document?: string;
}

export interface Grant extends AuthorityTerms {
  party: string;
  name: string;
  address: string;
  kind: string;
}

const PAPERS = "/api/v1/registry/papers";
const CASES = "/api/v1/registry/cases";

export class PaperDesk {
  readonly #office: Office;

  constructor(office: Office) {
    this.#office = office;
  }

  queue(view: PaperView): Promise<PaperQueue> {
    return this.#office.json("GET", `${PAPERS}?view=${view}`);
  }

  read(id: string): Promise<PaperBefore> {
    return this.#office.json("GET", `${PAPERS}/${id}`);
  }

  async trail(id: string): Promise<Named[]> {
    return (await this.#office.json<{ events: Named[] }>("GET", `${PAPERS}/${id}/trail`)).events;
  }

  content(id: string, file: string): string {
    return `${PAPERS}/${id}/files/${file}/content`;
  }

  enter(id: string, access: string, text: string): Promise<PaperBefore> {
    return this.#office.json("POST", `${PAPERS}/${id}/enter`, { access, text });
  }

  sendBack(id: string, items: Defect[], text: string, days: number): Promise<PaperBefore> {
    return this.#office.json("POST", `${PAPERS}/${id}/send_back`, { items, text, days });
  }

  /** It was sent back by mistake. */
  recall(id: string): Promise<PaperBefore> {
    return this.#office.json("POST", `${PAPERS}/${id}/recall`, {});
  }

  limits(of: string): Promise<Limits> {
    return this.#office.json("GET", `${CASES}/${of}/limits`);
  }

  setLimit(of: string, wish: LimitWish): Promise<Limits> {
    return this.#office.json("POST", `${CASES}/${of}/limits`, wish);
  }

  standing(of: string): Promise<Standing> {
    return this.#office.json("GET", `${CASES}/${of}/representatives`);
  }

  grant(of: string, grant: Grant): Promise<Standing> {
    return this.#office.json("POST", `${CASES}/${of}/representatives`, grant);
  }

  renew(of: string, representative: string, terms: AuthorityTerms, reason: string): Promise<Standing> {
    return this.#office.json("POST", `${CASES}/${of}/representatives/renew`, { representative, ...terms, reason });
  }

  end(of: string, representative: string, reason: string): Promise<Standing> {
    return this.#office.json("POST", `${CASES}/${of}/representatives/end`, { representative, reason });
  }

  /** The party has said that it is to be served there. */
  async confirmAddress(of: string, party: string, address: string, reason: string): Promise<void> {
    await this.#office.json("POST", `${CASES}/${of}/address`, { party, address, reason });
  }
}
