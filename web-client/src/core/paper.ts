/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Papers into a case, for whose case it is: docs/PAPERS.md. */

import { FilingApi } from "./filing.js";
import type { Filing } from "./filing.js";
import type { CasePage } from "./register.js";
import type { Both, TermState, TermStep } from "./term.js";

export interface PaperKind {
  code: string;
  kind: "answer" | "motion" | "evidence" | "authority";
  zh: string;
  en: string;
  rule: string;
  limit: string;
}

/** The paper of a filing. */
export interface Paper {
  case: string;
  case_number: string;
  party: string;
  party_name: string;
  role: string;
  kind: PaperKind["kind"];
  code: string;
  limit_us: number;
  rule: string;
  late: boolean;
  entry: number;
  remark: string;
}

/** A party that this person is (kind ""), or stands for. */
export interface Side {
  party: string;
  name: string;
  role: string;
  kind: string;
  valid_until_us: number;
  may: string[];
}

export interface PaperRow {
  id: string;
  state: string;
  code: string;
  party: string;
  own: boolean;
  by: string;
  receipt_no: string;
  received_us: number;
  late: boolean;
  entry: number;
  correction_due_us: number;
}

export interface Seat {
  participant: string;
  role: string;
  scheduled_us: number;
  status: string;
}

export interface ClockStep {
  step: TermStep["step"];
  months: number;
  days: number;
  kind: (Both & { article: Both }) | null;
}

/** A period that the law sets; party "": it binds the court. */
export interface CaseClock {
  clock: string;
  party: string;
  name: Both;
  article: Both;
  extension_article: Both | null;
  state: TermState;
  due_us: number;
  steps: ClockStep[];
}

export interface CasePapers {
  case: string;
  now_us: number;
  parties: Side[];
  papers: PaperRow[];
  clocks: CaseClock[];
  seats: Seat[];
  list: { papers: PaperKind[] };
}

/** What the court sent to this person; a time that is 0 has not come. */
export interface OwnNotice {
  id: string;
  kind: string;
  subject: string;
  created_us: number;
  sent_us: number;
  arrived_us: number;
  read_us: number;
  ways: string[];
}

export interface OpenNotice {
  text: string;
  links: Record<string, string>;
}

export interface CaseRow {
  id: string;
  number: string;
  cause: string;
  claimant: string;
  respondent: string;
}

/** The limit that binds `code` for `party`, if the court has set one. */
export function limitOf(papers: CasePapers, code: string, party: string): CaseClock | undefined {
  const limit = papers.list.papers.find((one) => one.code === code)?.limit;
  return limit ? papers.clocks.find((one) => one.clock === limit && one.party === party) : undefined;
}

const OVER: readonly string[] = ["concluded", "cancelled", "abandoned", "requested", "tentative"];

/** Hearings to which one can still go. */
export function openSeats(papers: CasePapers): Seat[] {
  return papers.seats.filter((one) => !OVER.includes(one.status));
}

/** The requests of the page of one's own case, beside those of filings. */
export class CaseApi extends FilingApi {
  async cases(): Promise<CaseRow[]> {
    return (await this.json<{ cases: CaseRow[] }>("GET", "/api/v1/cases")).cases;
  }

  casePage(id: string): Promise<CasePage> {
    return this.json("GET", `/api/v1/cases/${encodeURIComponent(id)}`);
  }

  casePapers(id: string): Promise<CasePapers> {
    return this.json("GET", `/api/v1/cases/${encodeURIComponent(id)}/papers`);
  }

  beginPaper(id: string, party: string, code: string, language: string): Promise<Filing> {
    return this.json("POST", `/api/v1/cases/${encodeURIComponent(id)}/papers`, { party, code, language });
  }

  async notices(id: string): Promise<OwnNotice[]> {
    return (await this.json<{ notices: OwnNotice[] }>("GET", `/api/v1/cases/${encodeURIComponent(id)}/notices`)).notices;
  }

  /** Tells that it was read. */
  openNotice(id: string, notice: string): Promise<OpenNotice> {
    return this.json("POST", `/api/v1/cases/${encodeURIComponent(id)}/notices/${encodeURIComponent(notice)}/open`, {});
  }

  newPass(participant: string): Promise<{ link: string }> {
    return this.json("POST", `/api/v1/visitor/passes/${encodeURIComponent(participant)}`, {});
  }
}
