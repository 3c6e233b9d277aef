/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What went wrong, in words. */

import { nothing } from "lit";
import type { TemplateResult } from "lit";
import { ApiError } from "../../core/api.js";
import { r } from "../../core/i18n/register.js";
import type { RegisterKey } from "../../core/i18n/register.js";
import { errorSummary } from "../common/problem.js";

const CODES: Record<string, RegisterKey> = {
  no_such: "error.no_such",
  not_allowed: "error.not_allowed",
  needs_two: "error.needs_two",
  wrong_state: "error.wrong_state",
};

export function problemOf(error: unknown): RegisterKey {
  if (!(error instanceof ApiError)) throw error;
  return error.status === 0 ? "error.unreachable" : (CODES[error.code] ?? "error.other");
}

export function problemBox(problem: RegisterKey | null): TemplateResult | typeof nothing {
  return problem ? errorSummary(r("error.heading"), problem, r(problem)) : nothing;
}
