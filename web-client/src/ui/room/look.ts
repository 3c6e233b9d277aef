/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Somebody of the court looks at this person in private, before they are let in. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { App } from "../../app/app.js";
import { t } from "../../core/i18n/hearing.js";
import { define, View } from "../common/base.js";
import { icon } from "../common/icons.js";
import { roleOf } from "../common/names.js";
import "./tile.js";

class PrivateLook extends View {
  protected override render(): TemplateResult | typeof nothing {
    const state = this.app.hearing.state;
    const by = state?.people.find((person) => person.id === state.you.look?.by);
    if (!state || !by) return nothing;
    const { media } = this.app;
    return html`<section class="oyer-look" data-test="look" aria-labelledby="oyer-look-heading">
      <div role="alert">
        <h2 class="govuk-heading-m oyer-look__heading" id="oyer-look-heading">${icon("camera")} ${t("look.heading", { name: by.name, role: roleOf(by, state) })}</h2>
        <p class="govuk-body">${t("look.text")}</p>
      </div>
      ${media.speakers.blocked
        ? html`<button class="govuk-button" type="button" data-test="tap-to-hear" @click=${() => media.speakers.resume()}>${t("banner.tap")}</button>`
        : nothing}
      <div class="oyer-look__pictures">
        <oyer-tile .participant=${by.id} kind="video" place="second"></oyer-tile>
        <oyer-tile .participant=${state.you.id} kind="video" place="second"></oyer-tile>
      </div>
      ${switches(this.app)}
    </section>`;
  }
}

/** Camera and microphone, on or off, where there is no bar of controls. */
export function switches({ media }: App): TemplateResult {
  return html`<div class="oyer-look__switches">
    ${one("look-camera", t("bar.camera"), media.cameraOn, () => media.toggleCamera())}
    ${one("look-microphone", t("bar.microphone"), media.microphoneOn, () => media.toggleMicrophone())}
  </div>`;
}

function one(test: string, name: string, on: boolean, press: () => void): TemplateResult {
  return html`<button
    class="govuk-button ${on ? "govuk-button--secondary" : "govuk-button--warning"} oyer-button-small"
    type="button"
    data-test=${test}
    aria-pressed=${on ? "true" : "false"}
    @click=${press}
  >
    ${name} ${t(on ? "bar.on" : "bar.off")}
  </button>`;
}

define("oyer-look", PrivateLook);
