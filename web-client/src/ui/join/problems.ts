/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What is wrong with camera or microphone, and what to do about it. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { browser } from "../../app/browser.js";
import type { App } from "../../app/app.js";
import { t } from "../../core/i18n/hearing.js";
import type { HearingKey } from "../../core/i18n/hearing.js";
import type { Device } from "../../rtc/devices.js";
import { permissionPicture } from "./permission-picture.js";

export function deviceProblems(app: App): TemplateResult | typeof nothing {
  const { camera, microphone } = app.media.devices.health;
  if (app.media.devices.asking) return nothing;
  const both = camera === "blocked" && microphone === "blocked";
  if (both) return blocked(app, "problem.blocked_both", "microphone");
  return html`${one(app, "microphone")}${app.media.cameraOn ? one(app, "camera") : nothing}`;
}

function one(app: App, device: Device): TemplateResult | typeof nothing {
  const health = app.media.devices.health[device];
  if (app.media.devices.get(device) || health === "ok" || health === "unknown") return nothing;
  if (health === "blocked") return blocked(app, `problem.blocked_${device}`, device);
  const text: HearingKey = health === "none" ? `problem.none_${device}_text` : "problem.busy_text";
  return frame(app, device, health, `problem.${health}_${device}`, html`<p class="govuk-body">${t(text)}</p>`);
}

function blocked(app: App, heading: HearingKey, device: Device): TemplateResult {
  const how: HearingKey = `problem.how_${browser()}`;
  const steps = html`${permissionPicture()}
    <p class="govuk-body">${t(how)}</p>
    <p class="govuk-body-s oyer-quiet">${t("problem.how_system")}</p>`;
  return frame(app, device, "blocked", heading, steps);
}

function frame(
  app: App,
  device: Device,
  problem: string,
  heading: HearingKey,
  content: TemplateResult,
): TemplateResult {
  return html`<section
    class="oyer-problem"
    data-test="device-problem"
    data-device=${device}
    data-problem=${problem}
  >
    <h2 class="govuk-heading-s oyer-problem__heading">${t(heading)}</h2>
    ${content}
    <button
      class="govuk-button govuk-button--secondary"
      type="button"
      data-test="retry-devices"
      @click=${() => void app.media.devices.acquire()}
    >
      ${t("check.retry")}
    </button>
  </section>`;
}
