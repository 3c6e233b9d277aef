/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Which camera, which microphone; shown only where there is a choice. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { App } from "../../app/app.js";
import { t } from "../../core/i18n/hearing.js";
import type { Device } from "../../rtc/devices.js";

export function deviceSelect(app: App, device: Device): TemplateResult | typeof nothing {
  const { devices } = app.media;
  const all = device === "camera" ? devices.cameras : devices.microphones;
  if (all.length < 2) return nothing;
  const now = devices.get(device)?.getSettings().deviceId;
  const id = `oyer-select-${device}`;
  return html`<div class="govuk-form-group oyer-select">
    <label class="govuk-label" for=${id}>${t(`check.other_${device}`)}</label>
    <select
      class="govuk-select"
      id=${id}
      data-test="${device}-select"
      @change=${(event: Event) =>
        void app.media.choose(device, (event.target as HTMLSelectElement).value)}
    >
      ${all.map(
        (one, index) =>
          html`<option value=${one.deviceId} ?selected=${one.deviceId === now}>
            ${one.label || t("check.device_n", { device: t(`check.${device}`), n: index + 1 })}
          </option>`,
      )}
    </select>
  </div>`;
}
