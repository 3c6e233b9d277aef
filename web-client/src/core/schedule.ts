/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The schedule for the staff: docs/SCHEDULE.md over the staff's session. */

import { ApiError } from "./api.js";
import type { Office } from "./office.js";
import type { Span } from "./zone.js";

/** A mediation is booked from its own file, and by nobody here. */
export const KINDS = ["first", "continued", "evidence_exchange", "inquiry", "mediation", "pre_trial", "pronouncement"] as const;
export const MODES = ["video", "phone", "in_person"] as const;
export type Mode = (typeof MODES)[number];
export type As = "judge" | "panel" | "clerk" | "party" | "representative" | "witness" | "interpreter" | "support";

/** Who may come without belonging to a case or to the court. */
export const BY_NAME = ["witness", "interpreter", "support"] as const;
/** Who has to be given notice. */
export const NOTICED: readonly As[] = ["party", "representative", "witness"];

export interface PlanPerson {
  /** "" or none: somebody new, of that name. */
  person?: string;
  name?: string;
  as: As;
  mode: Mode;
  side?: string;
  represents?: string;
}

export interface Waiver {
  ground: "agreed" | "summary";
  reason: string;
  persons: string[];
}

export interface Plan {
  kind: string;
  openness: "public" | "closed";
  room: string;
  cases: string[];
  sessions: Span[];
  people: PlanPerson[];
  waiver?: Waiver;
}

export interface Booked {
  id: string;
  rev: number;
  state: "booked" | "cancelled";
  status: string;
  case_number: string;
  cause: string;
  plan: Plan;
  begins_us: number;
  ends_us: number;
}

export type Names = Readonly<Record<string, string>>;

export interface Change {
  rev: number;
  action: "booked" | "moved" | "changed" | "cancelled" | "undone";
  code: string;
  reason: string;
  by: string;
  at_us: number;
}

/** One hearing as it is read by itself; its last change first. */
export interface Hearing extends Booked {
  names: Names;
  changes: Change[];
}

/** When somebody of the court, or a room, cannot be booked. */
export interface Absence extends Span {
  id: string;
  kind: "leave" | "repair";
  resource: string;
  name: string;
  /** "" for who may not book. */
  note: string;
}

/** A session that lies in it. */
export interface Hit extends Span {
  id: string;
  case_number: string;
}

export interface Entered {
  absence: Absence;
  hearings?: Hit[];
}

export interface Agenda {
  work: [number, number][];
  hearings: Booked[];
  absences: Absence[];
  names: Names;
  now_us: number;
}

export interface Named {
  id: string;
  name: string;
}

export interface ScheduleForm {
  timezone: string;
  now_us: number;
  /** Nothing can be booked before it without a waiver. */
  notice_us: number;
  rooms: Named[];
  judges: Named[];
  clerks: Named[];
  reasons: { code: string; adjourns: boolean }[];
}

export interface WaitingCase {
  case: string;
  case_number: string;
  cause: string;
  procedure: string;
  docketed_us: number;
  due_us: number;
  people: PlanPerson[];
  names: Names;
}

export interface Proposal extends Omit<WaitingCase, "people"> {
  plan: Plan | null;
  /** What there is too little of; "". */
  short: string;
}

export interface Fault extends Span {
  code: string;
  resource: string;
  name: string;
  as: string;
  hearing: string;
  case_number: string;
  number: number;
}

export interface Offer {
  sessions: Span[];
  room: string;
}

/** What speaks against a plan, and what would do instead. */
export interface Verdict {
  faults: Fault[];
  offers: Offer[];
  /** The holidays of that year are not known yet. */
  unannounced: boolean;
  /** The same with those in the court room who may not be online; null: nobody has to. */
  mixed: Plan | null;
  /** What a superior may allow, when nothing else speaks against it. */
  approvals: { right: string; object: string }[];
}

/** Why the server refused a plan; null: it was something else. */
export function verdictOf(error: unknown): Verdict | null {
  if (!(error instanceof ApiError) || error.code !== "refused") return null;
  const { faults, offers, unannounced, mixed, approvals } = error.detail as Partial<Verdict>;
  return { faults: faults ?? [], offers: offers ?? [], unannounced: unannounced ?? false, mixed: mixed ?? null, approvals: approvals ?? [] };
}

const ROOT = "/api/v1/schedule";

export class Schedule {
  readonly #office: Office;

  constructor(office: Office) {
    this.#office = office;
  }

  form(): Promise<ScheduleForm> {
    return this.#office.json("GET", `${ROOT}/form`);
  }

  agenda(span: Span): Promise<Agenda> {
    return this.#office.json("GET", `${ROOT}?from_us=${span.from_us}&to_us=${span.to_us}`);
  }

  async waiting(): Promise<WaitingCase[]> {
    return (await this.#office.json<{ cases: WaitingCase[] }>("GET", `${ROOT}/waiting`)).cases;
  }

  async propose(minutes: number, in_person: boolean): Promise<Proposal[]> {
    return (await this.#office.json<{ proposals: Proposal[] }>("POST", `${ROOT}/proposal`, { minutes, in_person })).proposals;
  }

  /** `of`: the hearing it would change, as it was read; `code`: why. */
  check(plan: Plan, of: Booked | null, code: string): Promise<Verdict> {
    return this.#office.json("POST", `${ROOT}/check`, { plan, ...(of ? { hearing: of.id, rev: of.rev } : {}), ...(of && code ? { code } : {}) });
  }

  book(plan: Plan): Promise<Hearing> {
    return this.#office.json("POST", `${ROOT}/hearings`, { plan });
  }

  read(id: string): Promise<Hearing> {
    return this.#office.json("GET", `${ROOT}/hearings/${id}`);
  }

  /** `code`: why it is moved; "": it stays when it was. */
  change(of: Booked, plan: Plan, code: string, reason: string): Promise<Hearing> {
    return this.#office.json("PATCH", `${ROOT}/hearings/${of.id}`, { rev: of.rev, plan, ...(code ? { code } : {}), ...(reason ? { reason } : {}) });
  }

  cancel(of: Booked, code: string, reason: string): Promise<Hearing> {
    return this.#office.json("POST", `${ROOT}/hearings/${of.id}/cancel`, { rev: of.rev, code, ...(reason ? { reason } : {}) });
  }

  undo(of: Booked): Promise<Hearing> {
    return this.#office.json("POST", `${ROOT}/hearings/${of.id}/undo`, { rev: of.rev });
  }

  addAbsence(resource: string, { from_us, to_us }: Span, note: string): Promise<Entered> {
    return this.#office.json("POST", `${ROOT}/absences`, { resource, from_us, to_us, ...(note ? { note } : {}) });
  }

  removeAbsence(of: Absence): Promise<Entered> {
    return this.#office.json("DELETE", `${ROOT}/absences/${of.id}`);
  }

  /** Asks a superior for what only he may allow. */
  async askSuperior(verdict: Verdict, reason: string): Promise<void> {
    for (const one of verdict.approvals) await this.#office.json("POST", "/api/v1/staff/approvals", { ...one, reason });
  }
}
