/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The waiting room: one clear sentence, the court's clock, and who else is here. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { clock, dateTime } from "../../core/format.js";
import { waiting } from "../../core/hearing.js";
import { t } from "../../core/i18n/hearing.js";
import { language } from "../../core/i18n/index.js";
import type { State } from "../../core/messages.js";
import { define, TickingView } from "../common/base.js";
import { deviceSelect } from "../common/device-select.js";
import { icon } from "../common/icons.js";
import "../common/level.js";
import { nameWithYou, roleOf } from "../common/names.js";
import "../common/leave.js";
import "../common/trouble.js";
import { deviceProblems } from "./problems.js";
import { everybody } from "../../core/hearing.js";

class WaitingRoom extends TickingView {
  protected override render(): TemplateResult | typeof nothing {
    const state = this.app.hearing.state;
    if (!state) return nothing;
    const now_ms = this.app.now_ms();
    const which = waiting(state, now_ms);
    const { hearing } = state;
    return html`<div data-test="waiting" data-waiting=${which}>
      ${this.#lost()} ${state.you.look ? html`<oyer-look></oyer-look>` : nothing}
      <span class="govuk-caption-l">${hearing.case_number}　${hearing.cause}</span>
      <div role="status">
        <h1 class="govuk-heading-xl oyer-waiting__headline" tabindex="-1" data-test="waiting-headline">
          ${t(`waiting.${which}`)}
        </h1>
        <p class="govuk-body-l">${t(`waiting.${which}_text`)}</p>
      </div>
      <dl class="oyer-waiting__times">
        <div>
          <dt>${t("waiting.clock")}</dt>
          <dd class="oyer-waiting__clock" data-test="waiting-clock">
            ${clock(now_ms, hearing.timezone, language())}
          </dd>
        </div>
        <div>
          <dt>${t("waiting.start")}</dt>
          <dd>${dateTime(hearing.scheduled_start, hearing.timezone, language())}</dd>
        </div>
      </dl>
      ${state.you.role === "observer" ? nothing : deviceProblems(this.app)}
      ${this.#people(state)} ${this.#devices(state)}
      <div class="oyer-actions">
        <oyer-trouble></oyer-trouble>
        <oyer-leave></oyer-leave>
      </div>
    </div>`;
  }

  protected override updated(): void {
    const state = this.app.hearing.state;
    if (state?.you.look) void import("../room/index.js");
  }

  #lost(): TemplateResult | typeof nothing {
    const since_ms = this.app.lostAt_ms;
    if (since_ms === null) return nothing;
    const seconds = Math.round((Date.now() - since_ms) / 1000);
    return html`<div class="oyer-banner oyer-banner--warn" data-test="banner" data-banner="lost">
      ${icon("attention")}<span>${t("banner.lost", { seconds })}</span>
    </div>`;
  }

  #people(state: State): TemplateResult {
    const here = everybody(state).filter(
      (person) => person.room === state.you.room && person.online,
    );
    const alone = here.every((person) => person.id === state.you.id);
    return html`<section data-test="waiting-people">
      <h2 class="govuk-heading-m">${t("waiting.people")}</h2>
      <ul class="govuk-list oyer-people">
        ${here.map(
          (person) => html`<li class="oyer-people__row">
            ${icon("person")}
            <span class="oyer-people__name">${nameWithYou(person, state)}</span>
            <span class="oyer-quiet">${roleOf(person, state)}</span>
          </li>`,
        )}
      </ul>
      ${alone ? html`<p class="govuk-body oyer-quiet">${t("waiting.nobody")}</p>` : nothing}
    </section>`;
  }

  #devices(state: State): TemplateResult | typeof nothing {
    if (state.you.role === "observer") return nothing;
    return html`<details class="govuk-details">
      <summary class="govuk-details__summary">
        <span class="govuk-details__summary-text">${t("waiting.devices")}</span>
      </summary>
      <div class="govuk-details__text">
        <p class="govuk-body-s oyer-tight">${t("check.microphone_ok")}</p>
        <oyer-level></oyer-level>
        ${deviceSelect(this.app, "camera")} ${deviceSelect(this.app, "microphone")}
      </div>
    </details>`;
  }
}

define("oyer-waiting", WaitingRoom);
