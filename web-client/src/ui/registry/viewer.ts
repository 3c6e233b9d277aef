/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What was handed in, page after page, for whoever of the staff decides on it. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { FiledDocument, FiledFile } from "../../core/filing.js";
import { filingLabel } from "../../core/i18n/filing.js";
import { g } from "../../core/i18n/registry.js";
import { define, Plain } from "../common/plain.js";

interface Page {
  document: FiledDocument;
  file: FiledFile;
  n: number;
  all: number;
}

export interface Viewer extends Plain {
  /** Pages on, or back. */
  turn(by: number): void;
  /** Tells how long the page was looked at until now. */
  tell(): void;
}

const DWELL_MIN_S = 1;
const DWELL_MAX_S = 3600;

class RegistryViewer extends Plain implements Viewer {
  static override properties = { documents: { attribute: false }, url: { attribute: false }, language: {}, page: { state: true } };
  declare documents: readonly FiledDocument[];
  /** Where the bytes of a file are. */
  declare url: (file: string) => string;
  declare language: string; // so that it is drawn anew in the other one
  declare page: number;
  /** How long a page was looked at. */
  left: ((file: string, page: number, seconds: number) => void) | null = null;
  #since_ms = performance.now();

  constructor() {
    super();
    this.documents = [];
    this.page = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.tell();
  }

  turn(by: number): void {
    this.#show(this.page + by);
  }

  tell(): void {
    const shown = this.#pages()[this.page];
    const seconds = Math.min(DWELL_MAX_S, Math.round((performance.now() - this.#since_ms) / 1000));
    this.#since_ms = performance.now();
    if (shown && seconds >= DWELL_MIN_S) this.left?.(shown.file.id, shown.n, seconds);
  }

  protected override render(): TemplateResult {
    const pages = this.#pages();
    const shown = pages[this.page];
    let place = 0;
    return html`<h2 class="govuk-heading-m">${g("one.documents")}</h2>
      <ul class="oyer-registry__documents" data-test="documents">
        ${this.documents.map((document) => {
          const first = place;
          place += document.files.length;
          return html`<li>
            <button class="oyer-button-plain" type="button" aria-pressed=${shown?.document === document ? "true" : "false"} @click=${() => this.#show(first)}>
              ${document.sealed ? g("one.sealed") : document.title} <span class="oyer-registry__count">${filingLabel("kind", document.kind)} · ${document.files.length}</span>
            </button>
          </li>`;
        })}
      </ul>
      ${shown ? this.#sheet(shown, pages.length) : nothing}`;
  }

  #pages(): Page[] {
    return this.documents.flatMap((document) => document.files.map((file, n) => ({ document, file, n: n + 1, all: document.files.length })));
  }

  #sheet(page: Page, count: number): TemplateResult {
    const url = this.url(page.file.id);
    const words = g("one.page", { title: page.document.title, n: page.n, all: page.all });
    return html`<figure class="oyer-registry__sheet" data-test="sheet" data-file=${page.file.name}>
      <figcaption aria-live="polite">
        ${words} <span class="oyer-quiet">${g(`one.scan.${page.file.scan}`)}</span>
        ${page.document.purpose ? html`<br /><span data-test="purpose">${g("one.purpose", { text: page.document.purpose })}</span>` : nothing}
      </figcaption>
      <div class="oyer-registry__bar">
        ${this.page > 0 ? html`<button class="oyer-button-plain" type="button" data-test="previous-page" @click=${() => this.turn(-1)}>${g("one.previous_page")}</button>` : nothing}
        ${this.page < count - 1 ? html`<button class="oyer-button-plain" type="button" data-test="next-page" @click=${() => this.turn(1)}>${g("one.next_page")}</button>` : nothing}
        ${page.file.state === "ready" ? html`<a class="govuk-link" href=${url} target="_blank" rel="noopener">${g("one.open_file", { name: page.file.name })}</a>` : nothing}
      </div>
      ${picture(page.file, url, words)}
    </figure>`;
  }

  #show(page: number): void {
    if (page < 0 || page >= this.#pages().length || page === this.page) return;
    this.tell();
    this.page = page;
  }
}

define("oyer-registry-viewer", RegistryViewer);

function picture(file: FiledFile, url: string, words: string): TemplateResult {
  if (file.state === "deleted") return html`<p class="govuk-body" data-test="deleted">${g("one.deleted")}</p>`;
  if (file.state !== "ready") return html`<p class="govuk-error-message" data-test="infected">${g("one.infected")}</p>`;
  if (file.type.startsWith("image/")) return html`<img class="oyer-registry__picture" src=${url} alt=${words} />`;
  return html`<p class="govuk-body">${g("one.no_picture")}</p>`;
}
