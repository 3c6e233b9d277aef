/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The statutory clocks of a case: docs/REGISTER.md over the staff's session. */

import type { Office } from "./office.js";

/** Both languages. */
export interface Both {
  zh: string;
  en: string;
}

export type TermState = "waiting" | "running" | "suspended" | "over" | "met";

export interface TermStep {
  step: "start" | "extend" | "suspend" | "resume" | "meet";
  at_us: number;
  /** One of the court's reasons; "": none was needed. */
  kind: string;
  months: number;
  days: number;
  reason: string;
  by: string;
  allowed_by: string;
  done_us: number;
}

export interface TermReason extends Both {
  code: string;
  step: "extend" | "suspend";
  article: Both;
}

export interface Term {
  clock: string;
  /** "": all of them. */
  party: string;
  party_name: string;
  name: Both;
  article: Both;
  extension: { months: number; days: number; times: number; ask_days: number; article: Both } | null;
  begins: "docketed" | "by_hand";
  state: TermState;
  began_us: number;
  due_us: number;
  /** Until when an extension may be asked for; 0: at any time. */
  ask_until_us: number;
  extensions: number;
  months: number;
  days: number;
  suspended_days: number;
  steps: TermStep[];
}

export interface Terms {
  case: string;
  timezone: string;
  now_us: number;
  clocks: Term[];
  reasons: TermReason[];
  adjournments: { count: number; most: number; gap_days: number; article: Both };
}

export interface StepSaid {
  reason: string;
  kind?: string;
  party?: string;
  months?: number;
  days?: number;
}

export class Clocks {
  readonly #office: Office;

  constructor(office: Office) {
    this.#office = office;
  }

  read(of: string): Promise<Terms> {
    return this.#office.json("GET", `/api/v1/register/cases/${of}/clocks`);
  }

  step(of: string, clock: string, step: string, said: StepSaid): Promise<Terms> {
    return this.#office.json("POST", `/api/v1/register/cases/${of}/clocks/${clock}/${step}`, said);
  }
}
