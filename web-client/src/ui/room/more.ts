/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What is needed seldom: data use, devices, a word to the clerk, who is here, language. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import type { Mode } from "../../app/media.js";
import { isStaff } from "../../core/hearing.js";
import { t } from "../../core/i18n/hearing.js";
import { define, View } from "../common/base.js";
import { deviceSelect } from "../common/device-select.js";
import { choices } from "../common/header.js";
import "../common/level.js";
import "../common/trouble.js";
import { peopleList } from "./people.js";

const MODES: readonly Mode[] = ["full", "save", "sound"];

class More extends View {
  protected override render(): TemplateResult {
    const { app } = this;
    const state = app.hearing.state;
    const sends = (state?.you.publish.length ?? 0) > 0;
    return html`<div class="oyer-more__row">
        ${isStaff(state?.you.role) ? "" : html`<oyer-trouble></oyer-trouble>`}
        ${choices({ speak: (to) => app.speak(to), redraw: () => this.requestUpdate() })}
      </div>
      <fieldset class="govuk-fieldset oyer-more__part">
        <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">${t("more.data")}</legend>
        <div class="govuk-radios govuk-radios--small">
          ${MODES.map((mode) => this.#mode(mode))}
        </div>
      </fieldset>
      ${sends
        ? html`<section class="oyer-more__part">
            <h3 class="govuk-heading-s">${t("more.devices")}</h3>
            <p class="govuk-body-s oyer-tight">${t("check.microphone_ok")}</p>
            <oyer-level></oyer-level>
            ${deviceSelect(app, "camera")} ${deviceSelect(app, "microphone")}
          </section>`
        : ""}
      <section class="oyer-more__part">
        <h3 class="govuk-heading-s">${t("more.people")}</h3>
        ${state ? peopleList(state) : ""}
      </section>
      <p class="govuk-body-s oyer-quiet">${t("more.keys")}</p>
      <p class="govuk-body-s">${t("app.help")}</p>`;
  }

  #mode(mode: Mode): TemplateResult {
    const id = `oyer-mode-${mode}`;
    return html`<div class="govuk-radios__item">
      <input
        class="govuk-radios__input"
        type="radio"
        name="oyer-mode"
        id=${id}
        data-test="mode-${mode}"
        .checked=${this.app.media.mode === mode}
        @change=${() => this.app.media.setMode(mode)}
      />
      <label class="govuk-label govuk-radios__label" for=${id}>${t(`more.mode_${mode}`)}</label>
    </div>`;
  }
}

define("oyer-more", More);
