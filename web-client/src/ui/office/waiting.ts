/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** How many filings and papers wait for the registry, each with the way to them. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { o } from "../../core/i18n/office.js";
import type { OfficeKey } from "../../core/i18n/office.js";
import type { Office, Waiting } from "../../core/office.js";
import { define, Plain } from "../common/plain.js";

/** What is counted, its section and words. */
const ROWS: readonly [what: keyof Waiting, section: string, words: OfficeKey][] = [
  ["filings", "registry", "home.filings"],
  ["papers", "papers", "home.papers"],
];

class OfficeWaiting extends Plain {
  static override properties = { office: { attribute: false }, language: {}, waiting: { state: true } };
  declare office: Office;
  declare language: string; // so that it is drawn anew in the other one
  declare waiting: Waiting | null;

  constructor() {
    super();
    this.waiting = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Without it the page is as useful: each section says it again.
    void this.office.waiting().then(
      (waiting) => (this.waiting = waiting),
      () => undefined,
    );
  }

  protected override render(): TemplateResult | typeof nothing {
    const { waiting } = this;
    if (!waiting) return nothing;
    return html`<p class="govuk-body oyer-registry__bar" data-test="waiting">
      ${ROWS.map(([what, section, words]) => {
        const n = waiting[what];
        return n === undefined ? nothing : html`<a class="govuk-link" href="#/${section}" data-test="waiting-${what}" data-count=${n}>${o(words, { n })}</a>`;
      })}
    </p>`;
  }
}

define("oyer-office-waiting", OfficeWaiting);
