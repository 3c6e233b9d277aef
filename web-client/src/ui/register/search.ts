/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The search, and what it found. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { nameOnList } from "../../core/filing.js";
import type { Cause } from "../../core/filing.js";
import { language } from "../../core/i18n/index.js";
import { r, registerLabel } from "../../core/i18n/register.js";
import type { Hit, Hits } from "../../core/register.js";
import { when } from "../common/when.js";

export interface SearchActions {
  find(text: string): void;
  more(): void;
}

const QUERY_MAX = 100;

export function search(text: string, found: Hits | null, causes: readonly Cause[], to: SearchActions): TemplateResult {
  const submit = (event: Event): void => {
    event.preventDefault();
    to.find(String(new FormData(event.target as HTMLFormElement).get("q") ?? "").trim());
  };
  return html`<h1 class="govuk-heading-l" tabindex="-1">${r("search.heading")}</h1>
    <form role="search" data-test="search" @submit=${submit}>
      <div class="govuk-form-group">
        <label class="govuk-label govuk-label--s" for="q">${r("search.label")}</label>
        <div class="govuk-hint" id="q-hint">${r("search.hint")}</div>
        <div class="oyer-registry__bar">
          <input class="govuk-input oyer-register__words" type="search" id="q" name="q" maxlength=${QUERY_MAX} aria-describedby="q-hint" autocomplete="off" data-test="q" .value=${text} />
          <button class="govuk-button" data-test="find">${r("search.go")}</button>
        </div>
      </div>
    </form>
    <div aria-live="polite">${found === null ? html`<p class="govuk-body">${r("search.loading")}</p>` : results(text, found, causes, to)}</div>`;
}

function results(text: string, found: Hits, causes: readonly Cause[], to: SearchActions): TemplateResult {
  return html`<h2 class="govuk-heading-m">${r(text ? "search.found" : "search.newest")}</h2>
    ${found.hits.length === 0
      ? html`<p class="govuk-body" data-test="none">${r("search.none")}</p>`
      : html`<ul class="oyer-register__hits" data-test="hits">
          ${found.hits.map((one) => hit(one, causes))}
        </ul>`}
    ${found.next ? html`<button class="govuk-button govuk-button--secondary" type="button" data-test="more" @click=${() => to.more()}>${r("search.more")}</button>` : nothing}`;
}

function hit(one: Hit, causes: readonly Cause[]): TemplateResult {
  const { before, match, after } = one.snippet;
  return html`<li data-test="hit" data-case=${one.case} data-entry=${one.entry}>
    <a class="govuk-link oyer-registry__parties" href="#/register/${one.case}">${one.number}</a>
    ${one.access === "public" || one.access === "parties" ? nothing : html`<strong class="govuk-tag oyer-tag">${registerLabel("access", one.access)}</strong>`}
    <span class="oyer-register__line">${r("search.versus", { a: one.claimant, b: one.respondent })}</span>
    <span class="oyer-quiet">${nameOnList(causes, one.cause, language())} · ${r("search.docketed")} ${when(one.docketed_us)}</span>
    ${match && one.entry > 0
      ? html`<span class="oyer-register__line">${r("search.entry", { n: one.entry, kind: registerLabel("kind", one.kind) })}　${one.file_name ? html`<span data-test="in-file">${r("search.in_file", { name: one.file_name, page: one.page ?? 1 })}</span>　` : nothing}${before}<mark>${match}</mark>${after}</span>`
      : nothing}
  </li>`;
}
