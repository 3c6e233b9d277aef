/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Consent to online procedure, as docs/FILING.md has it. */

export const STAGES = ["filing", "mediation", "evidence", "inquiry", "hearing", "service"] as const;
export type Stage = (typeof STAGES)[number];
export type Answer = "none" | "yes" | "no";

/** How a party told the court, when it was not on the page. */
export const MEANS = ["phone", "paper", "on_record"] as const;

/** What a party was asked about one stage, and has said. */
export interface OwnStage {
  stage: Stage;
  asked_us: number;
  due_us: number;
  text: string;
  answer: Answer;
  given_us: number;
}

export interface OwnConsent {
  case: string;
  case_number: string;
  party: string;
  name: string;
  role: string;
  stages: OwnStage[];
}

export interface Sitting {
  stage: Stage;
  mode: "open" | "online" | "mixed" | "in_person";
  asked_us: number;
  due_us: number;
  text: string;
  parties: { party: string; name: string; role: string; answer: Answer; given_us: number; place: "online" | "court_room" }[];
}

export interface Entry {
  party: string;
  name: string;
  stage: Stage;
  answer: Answer;
  means: string;
  evidence: string;
  reason: string;
  by: string;
  given_us: number;
  /** False: whoever said it had no authority then. */
  counts: boolean;
}

export interface Ledger {
  case: string;
  case_number: string;
  now_us: number;
  stages: Sitting[];
  entries: Entry[];
}

/** What a party has to look at: asked, or answered. */
export function stagesOf(one: OwnConsent): OwnStage[] {
  return one.stages.filter((stage) => stage.asked_us > 0 || stage.answer !== "none");
}

/** Asked and not answered. */
export function openQuestions(all: readonly OwnConsent[]): number {
  return all.flatMap((one) => one.stages).filter((stage) => stage.asked_us > stage.given_us).length;
}
