/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The registry's side of docs/FILING.md, over the staff's session. */

import type { Ledger, Stage } from "./consent.js";
import type { Defect, Filing, FilingState, TrailEvent } from "./filing.js";
import type { Office } from "./office.js";

export const VIEWS = ["open", "waiting", "decided", "head"] as const;
export type View = (typeof VIEWS)[number];

/** The court's lists. */
export const DEFECTS = ["identity", "authority", "complaint", "evidence", "illegible", "other"] as const;
export const REFUSALS = [
  "not_a_party_concerned",
  "no_defendant",
  "no_claim",
  "not_civil",
  "not_this_court",
  "already_decided",
  "barred",
  "not_corrected",
] as const;

export interface QueueRow {
  id: string;
  state: FilingState;
  round: number;
  cause: string;
  claimant: string;
  respondent: string;
  receipt_no: string;
  received_us: number;
  due_us: number;
  target_us: number;
  reviewer: string;
  reviewer_name: string;
  files: number;
  late_defect: boolean;
  head_task: string;
  case_number: string;
}

export interface Queue {
  now_us: number;
  counts: { open: number; waiting: number; head: number };
  filings: QueueRow[];
}

export interface Reviewed extends Filing {
  reviewer: string;
  head_task: string;
}

/** `by`: a colleague's name; the filer only reads the office. */
export interface Named extends TrailEvent {
  by?: string;
}

const ROOT = "/api/v1/registry/filings";
const CASES = "/api/v1/registry/cases";

export class Registry {
  readonly #office: Office;

  constructor(office: Office) {
    this.#office = office;
  }

  /** More days for a correction: takes a permission that was granted. */
  async extend(id: string, days: number, text: string): Promise<void> {
    await this.#office.json("POST", `${ROOT}/${id}/extend`, { days, text });
  }

  queue(view: View): Promise<Queue> {
    return this.#office.json("GET", `${ROOT}?view=${view}`);
  }

  read(id: string): Promise<Reviewed> {
    return this.#office.json("GET", `${ROOT}/${id}`);
  }

  async trail(id: string): Promise<Named[]> {
    return (await this.#office.json<{ events: Named[] }>("GET", `${ROOT}/${id}/trail`)).events;
  }

  open(id: string): Promise<Reviewed> {
    return this.#office.json("POST", `${ROOT}/${id}/open`, {});
  }

  note(id: string, text: string): Promise<Reviewed> {
    return this.#office.json("POST", `${ROOT}/${id}/note`, { text });
  }

  accept(id: string): Promise<Reviewed> {
    return this.#office.json("POST", `${ROOT}/${id}/accept`, {});
  }

  correct(id: string, items: Defect[], text: string, days: number, late_reason: string): Promise<Reviewed> {
    return this.#office.json("POST", `${ROOT}/${id}/correction`, { items, text, days, ...(late_reason ? { late_reason } : {}) });
  }

  refuse(id: string, code: string, text: string, ruling: string): Promise<Reviewed> {
    return this.#office.json("POST", `${ROOT}/${id}/refuse`, { code, text, ruling });
  }

  async dwell(id: string, file: string, page: number, seconds: number): Promise<void> {
    await this.#office.json("POST", `${ROOT}/${id}/files/${file}/dwell`, { page, seconds });
  }

  consents(of: string): Promise<Ledger> {
    return this.#office.json("GET", `${CASES}/${of}/consents`);
  }

  askConsent(of: string, stage: Stage, text: string): Promise<Ledger> {
    return this.#office.json("POST", `${CASES}/${of}/consents/ask`, { stage, text });
  }

  /** What a party said otherwise than on the page. */
  tellConsent(of: string, said: { party: string; stage: string; answer: string; means: string; evidence: string }): Promise<Ledger> {
    return this.#office.json("POST", `${CASES}/${of}/consents`, said);
  }

  content(id: string, file: string): string {
    return `${ROOT}/${id}/files/${file}/content`;
  }
}
