/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What went wrong, on top of a page; it takes the focus when it appears. */

import { html } from "lit";
import type { TemplateResult } from "lit";

/** `key`: which one it is, for who tests the page. */
export function errorSummary(heading: string, key: string, text: string): TemplateResult {
  return html`<div class="govuk-error-summary" role="alert" tabindex="-1" data-test="problem" data-problem=${key}>
    <h2 class="govuk-error-summary__title">${heading}</h2>
    <p class="govuk-body">${text}</p>
  </div>`;
}
