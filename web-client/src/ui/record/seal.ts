/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The checksum, and how anybody can verify it without this server. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { HearingRecord } from "../../core/api.js";
import { r } from "../../core/i18n/record.js";

const COMMANDS = `sha256sum -c manifest-sha256.txt
openssl pkeyutl -verify -pubin -inkey metadata/sign.pub.pem -rawin \\
  -in metadata/root.json -sigfile metadata/root.sig`;

export function seal(record: HearingRecord, packageUrl: string | null): TemplateResult {
  return html`<section class="oyer-seal" aria-labelledby="seal-heading">
    <h2 class="govuk-heading-m" id="seal-heading">${r("seal.heading")}</h2>
    <dl class="oyer-seal__values">
      <dt>${r("seal.root")}</dt>
      <dd><code class="oyer-code" data-test="root">${record.root ?? ""}</code></dd>
      ${record.key
        ? html`<dt>${r("seal.key")}</dt>
            <dd><code class="oyer-code">${record.key}</code></dd>`
        : nothing}
    </dl>
    ${packageUrl
      ? html`<a class="govuk-button" href=${packageUrl} download data-test="package">${r("seal.package")}</a>`
      : nothing}
    <details class="govuk-details" data-test="verify-how">
      <summary class="govuk-details__summary">
        <span class="govuk-details__summary-text">${r("seal.how")}</span>
      </summary>
      <div class="govuk-details__text">
        <ol class="govuk-list govuk-list--number">
          <li>${r("seal.how_1")}</li>
          <li>${r("seal.how_2")}</li>
          <li>${r("seal.how_3")}</li>
        </ol>
        <pre class="oyer-seal__commands" tabindex="0" aria-label=${r("seal.how")}>${COMMANDS}</pre>
      </div>
    </details>
  </section>`;
}
