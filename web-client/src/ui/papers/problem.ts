/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What went wrong with a paper, a limit or an authority, in words. */

import { nothing } from "lit";
import type { TemplateResult } from "lit";
import { ApiError } from "../../core/api.js";
import { p } from "../../core/i18n/papers.js";
import type { PapersKey } from "../../core/i18n/papers.js";
import { errorSummary } from "../common/problem.js";

const CODES: Record<string, PapersKey> = {
  wrong_state: "error.faster",
  no_such: "error.no_such",
  not_allowed: "error.not_allowed",
  too_many_files: "error.two_already",
  address_taken: "error.taken",
  bad_request: "error.refused",
};

export function problemOf(error: unknown): PapersKey {
  if (!(error instanceof ApiError)) throw error;
  return error.status === 0 ? "error.unreachable" : (CODES[error.code] ?? "error.other");
}

export function problemBox(problem: PapersKey | null): TemplateResult | typeof nothing {
  return problem ? errorSummary(p("error.heading"), problem, p(problem)) : nothing;
}
