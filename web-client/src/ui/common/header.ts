/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The top of every page outside the court room: whose page it is, language, text size. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { language, t } from "../../core/i18n/index.js";
import type { Language } from "../../core/messages.js";

const LARGE_KEY = "oyer.large";

export function largeText(): boolean {
  return document.documentElement.dataset["text"] === "large";
}

export function restoreTextSize(): void {
  try {
    if (localStorage.getItem(LARGE_KEY) === "1") document.documentElement.dataset["text"] = "large";
  } catch {
    // Storage is off.
  }
}

export function toggleTextSize(): void {
  const large = !largeText();
  if (large) document.documentElement.dataset["text"] = "large";
  else delete document.documentElement.dataset["text"];
  try {
    localStorage.setItem(LARGE_KEY, large ? "1" : "0");
  } catch {
    // Storage is off: the choice lasts for this page.
  }
}

export interface Choices {
  speak(to: Language): void;
  redraw(): void;
}

/** Language and text size: the same two buttons everywhere. */
export function choices(to: Choices): TemplateResult {
  const other: Language = language() === "zh" ? "en" : "zh";
  return html`<button
      class="oyer-button-plain"
      type="button"
      data-test="text-size"
      aria-pressed=${largeText() ? "true" : "false"}
      @click=${() => {
        toggleTextSize();
        to.redraw();
      }}
    >
      ${t("app.text_larger")}</button
    ><button
      class="oyer-button-plain"
      type="button"
      data-test="language"
      lang=${other === "zh" ? "zh-Hans" : "en"}
      @click=${() => to.speak(other)}
    >
      ${t("app.language")}
    </button>`;
}

export function siteHeader(to: Choices, court = ""): TemplateResult {
  return html`<a class="govuk-skip-link" href="#main" @click=${skip}>${t("app.skip")}</a>
    <header class="oyer-header">
      <div class="oyer-header__inner">
        <div class="oyer-header__name">
          <img class="oyer-header__mark" src="/icon.svg" alt="" width="36" height="36" />
          <span>
            <span class="oyer-header__court">${court || t("app.name")}</span>
            <span class="oyer-header__service">${t("app.title")}</span>
          </span>
        </div>
        <div class="oyer-header__choices">${choices(to)}</div>
      </div>
    </header>`;
}

/** Focus without touching the address, which holds the pass. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

export function siteFooter(): TemplateResult {
  return html`<footer class="oyer-footer">
    <p class="govuk-body-s oyer-footer__text">${t("app.help")}</p>
  </footer>`;
}
