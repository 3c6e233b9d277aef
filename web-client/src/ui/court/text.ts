/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A text in which addresses of this court can be followed. */

import { html } from "lit";
import type { TemplateResult } from "lit";

const ADDRESS = /(https?:\/\/[^\s（）]+)/;

export function withLinks(text: string): (TemplateResult | string)[] {
  return text.split(ADDRESS).map((part, index) => (index % 2 === 1 ? html`<a class="govuk-link" href=${part} rel="noreferrer">${part}</a>` : part));
}
