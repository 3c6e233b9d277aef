/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The page: one screen at a time.  The court room's code is fetched when it is needed. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Screen } from "../../app/app.js";
import { isStaff } from "../../core/hearing.js";
import { t } from "../../core/i18n/hearing.js";
import { define, View } from "../common/base.js";
import { icon } from "../common/icons.js";
import { siteFooter, siteHeader } from "../common/header.js";
import "./card.js";
import "./check.js";
import "./end.js";
import "./notice.js";
import "./waiting.js";

class Root extends View {
  #shown: Screen | null = null;

  protected override render(): TemplateResult {
    const { screen } = this.app;
    if (screen === "room") return html`${this.#secondUse()}${this.#room()}`;
    return html`${siteHeader(this.#choices, this.#court())} ${this.#secondUse()}
      <div class="govuk-width-container">
        <main class="govuk-main-wrapper oyer-main" id="main" tabindex="-1">${this.#screen(screen)}</main>
      </div>
      ${siteFooter()}`;
  }

  protected override updated(): void {
    const { app } = this;
    this.dataset["screen"] = app.screen;
    this.dataset["link"] = app.link === "ended" ? "lost" : app.link;
    this.dataset["publish"] = app.connection.publishState;
    this.dataset["subscribe"] = app.connection.subscribeState;
    if (app.notice) this.dataset["notice"] = app.notice;
    else delete this.dataset["notice"];
    if (this.#shown !== app.screen) this.#arrived(app.screen);
  }

  readonly #choices = {
    speak: (to: "zh" | "en") => this.app.speak(to),
    redraw: () => this.requestUpdate(),
  };

  /** Somebody else came with this person's link. */
  #secondUse(): TemplateResult | typeof nothing {
    const { secondUse } = this.app;
    if (!secondUse || this.app.notice) return nothing;
    return html`<div class="oyer-banner oyer-banner--warn oyer-second-use" role="alert" data-test="second-use" data-state=${secondUse}>
      ${icon("attention")}<span class="oyer-banner__text">${t(`second_use.${secondUse}`)}</span>
      <button class="oyer-banner__button" type="button" data-test="second-use-close" @click=${() => this.app.seenSecondUse()}>${t("app.close")}</button>
    </div>`;
  }

  #court(): string {
    return this.app.hearing.state?.hearing.court ?? this.app.card?.hearing.court ?? "";
  }

  #screen(screen: Screen): TemplateResult | typeof nothing {
    switch (screen) {
      case "loading":
        return html`<p class="govuk-body-l" role="status">${t("app.loading")}</p>`;
      case "card":
        return html`<oyer-card></oyer-card>`;
      case "check":
        return html`<oyer-check></oyer-check>`;
      case "waiting":
        return html`<oyer-waiting></oyer-waiting>`;
      case "end":
        return html`<oyer-end></oyer-end>`;
      case "notice":
        return html`<oyer-notice></oyer-notice>`;
      case "room":
        return nothing;
    }
  }

  #room(): TemplateResult {
    const role = this.app.hearing.state?.you.role;
    void import("../room/index.js");
    if (!isStaff(role)) return html`<oyer-room></oyer-room>`;
    void import("../staff/index.js");
    return role === "clerk"
      ? html`<oyer-clerk-desk></oyer-clerk-desk>`
      : html`<oyer-judge-desk></oyer-judge-desk>`;
  }

  /** A new page begins at its heading, for eyes and for screen readers. */
  #arrived(screen: Screen): void {
    const first = this.#shown === null || this.#shown === "loading";
    this.#shown = screen;
    document.title = `${this.#title(screen)} · ${t("app.name")}`;
    if (first || screen === "loading") return;
    window.scrollTo(0, 0);
    requestAnimationFrame(() => this.querySelector<HTMLElement>("h1")?.focus());
  }

  #title(screen: Screen): string {
    const titles = {
      loading: t("app.title"),
      card: t("card.heading"),
      check: t("check.heading"),
      waiting: t("waiting.people"),
      room: t("room.heading"),
      end: t("end.closed"),
      notice: t("app.title"),
    };
    return titles[screen];
  }
}

define("oyer-app", Root);
