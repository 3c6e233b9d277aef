/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The judge's bench and the clerk's desk: the same parts, laid out for two kinds of work. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { s } from "../../core/i18n/staff.js";
import { define, View } from "../common/base.js";

type Tab = "people" | "stage" | "transcript" | "recorder";

abstract class Desk extends View {
  protected abstract readonly who: "judge" | "clerk";
  protected abstract readonly tabs: readonly Tab[];
  protected abstract panel(tab: Tab): TemplateResult;
  #tab: Tab = "stage";

  protected override render(): TemplateResult {
    return html`<div class="oyer-room oyer-desk oyer-desk--${this.who}" data-test="room" data-desk=${this.who} data-shown=${this.#tab}>
      <oyer-top></oyer-top>
      <main class="oyer-desk__main" id="main" tabindex="-1">
        <oyer-session></oyer-session>
        <oyer-refusal></oyer-refusal>
        <oyer-banners></oyer-banners>
        <div class="oyer-desk__tabs" role="group" aria-label=${s(`desk.${this.who}`)}>
          ${this.tabs.map((tab) => this.#button(tab))}
        </div>
        <div class="oyer-desk__grid">
          ${this.tabs.map(
            (tab) => html`<div
              class="oyer-desk__panel oyer-desk__panel--${tab}"
              role="region"
              tabindex="0"
              aria-label=${s(`tab.${tab}`)}
              data-test="panel"
              data-tab=${tab}
            >
              ${this.panel(tab)}
            </div>`,
          )}
        </div>
      </main>
      <oyer-call-bar class="oyer-room__bar"></oyer-call-bar>
      <oyer-announcer></oyer-announcer>
      <oyer-question></oyer-question>
      <oyer-new-pass></oyer-new-pass>
      <oyer-identity></oyer-identity>
    </div>`;
  }

  #button(tab: Tab): TemplateResult {
    return html`<button
      class="oyer-desk__tab"
      type="button"
      data-test="tab"
      data-tab=${tab}
      aria-pressed=${this.#tab === tab ? "true" : "false"}
      @click=${() => {
        this.#tab = tab;
        this.requestUpdate();
      }}
    >
      ${s(`tab.${tab}`)}
    </button>`;
  }
}

class JudgeDesk extends Desk {
  protected readonly who = "judge";
  /** Of a mediation there is no transcript. */
  protected get tabs(): readonly Tab[] {
    return this.app.hearing.state?.hearing.mediation ? ["stage", "people"] : ["stage", "people", "transcript"];
  }

  protected panel(tab: Tab): TemplateResult {
    if (tab === "stage") return html`<oyer-stage></oyer-stage>`;
    if (tab === "people") return html`<oyer-alerts></oyer-alerts><oyer-people-panel></oyer-people-panel>`;
    return html`<oyer-captions></oyer-captions>`;
  }
}

class ClerkDesk extends Desk {
  protected readonly who = "clerk";
  protected readonly tabs = ["stage", "people", "transcript", "recorder"] as const;

  protected panel(tab: Tab): TemplateResult {
    switch (tab) {
      case "stage":
        return html`<oyer-stage></oyer-stage>`;
      case "people":
        return html`<oyer-alerts></oyer-alerts><oyer-people-panel></oyer-people-panel>`;
      case "transcript":
        return html`<oyer-transcript></oyer-transcript>`;
      case "recorder":
        return html`<oyer-recorder-panel></oyer-recorder-panel><oyer-lines-panel></oyer-lines-panel><oyer-notes></oyer-notes
          ><oyer-screening></oyer-screening>`;
    }
  }
}

define("oyer-judge-desk", JudgeDesk);
define("oyer-clerk-desk", ClerkDesk);
