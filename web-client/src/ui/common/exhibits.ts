/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The list of evidence of a case (证据目录): number, what it proves, files with their checksums; sound and picture play. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { bytes } from "../../core/format.js";
import { x } from "../../core/i18n/exhibit.js";
import type { CasePage, Entered, SheetDocument, SheetFile } from "../../core/register.js";
import "../../styles/exhibits.scss";
import { when } from "./when.js";

/** A piece of evidence that has its number, and the entry with which it came. */
interface Exhibit {
  document: SheetDocument;
  entry: Entered;
}

/** The plaintiff's first, each side by its numbers: the order of the sheet. */
function exhibitsOf(page: CasePage): Exhibit[] {
  const all = page.entries.flatMap((entry) => (entry.withheld ? [] : entry.documents.filter((one) => one.exhibit).map((document) => ({ document, entry }))));
  const sides = ["原", "被", "三"];
  const side = (one: Exhibit): number => sides.indexOf((one.document.exhibit ?? "").charAt(0));
  return all.sort((a, b) => side(a) - side(b));
}

/** `at`: where the content of a file is. */
export function exhibits(page: CasePage, at: (file: string) => string): TemplateResult | typeof nothing {
  const all = exhibitsOf(page);
  if (all.length === 0) return nothing;
  return html`<section data-test="exhibits">
    <h2 class="govuk-heading-m">${x("heading")}</h2>
    <ul class="oyer-exhibits">
      ${all.map((one) => exhibit(page, one, at))}
    </ul>
  </section>`;
}

function exhibit(page: CasePage, { document, entry }: Exhibit, at: (file: string) => string): TemplateResult {
  return html`<li class="oyer-exhibits__one" data-test="piece" data-exhibit=${document.exhibit}>
    <strong class="oyer-exhibits__mark">${document.exhibit}</strong> <strong>${document.title}</strong>
    ${document.purpose ? html`<p class="oyer-exhibits__line">${x("purpose", { text: document.purpose })}</p>` : nothing}
    <p class="oyer-exhibits__line oyer-quiet">${x("filed", { name: entry.filed_by, time: when(entry.filed_us, page.timezone) })}</p>
    ${document.files.map(
      (file) =>
        html`<p class="oyer-exhibits__line"><a class="govuk-link" href=${at(file.id)} target="_blank" rel="noopener">${file.name}</a> <span class="oyer-quiet">${bytes(file.size_bytes)}</span></p>
          ${player(document.exhibit ?? "", file, at(file.id))}`,
    )}
    <details class="govuk-details oyer-tight">
      <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${x("hash")}<span class="govuk-visually-hidden"> ${document.exhibit}</span></span></summary>
      <div class="govuk-details__text">
        <p class="oyer-exhibits__line oyer-quiet">${x("hash_text")}</p>
        ${document.files.map((file) => html`<p class="oyer-exhibits__line">${file.name}<br /><code class="oyer-code" data-test="hash">${file.sha256}</code></p>`)}
      </div>
    </details>
  </li>`;
}

/** Nothing of a large file is fetched before it is wanted. */
function player(mark: string, { name, type }: SheetFile, source: string): TemplateResult | typeof nothing {
  const kind = type.split("/")[0];
  if (kind !== "video" && kind !== "audio") return nothing;
  const fail = (event: Event): void => {
    const player = event.currentTarget as HTMLMediaElement;
    player.hidden = true;
    player.nextElementSibling?.removeAttribute("hidden");
  };
  const label = x("play", { mark, name });
  return html`${kind === "video"
      ? html`<video class="oyer-exhibits__player" controls playsinline preload="none" src=${source} aria-label=${label} data-test="play" @error=${fail}></video>`
      : html`<audio class="oyer-exhibits__player" controls preload="none" src=${source} aria-label=${label} data-test="play" @error=${fail}></audio>`}
    <p class="oyer-exhibits__line" role="status" hidden data-test="unplayable">${x("unplayable")}</p>`;
}
