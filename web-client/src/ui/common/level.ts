/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A bar that follows the microphone.  It writes to its own element, ten times a second. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { t } from "../../core/i18n/hearing.js";
import { define, View } from "./base.js";

class Level extends View {
  #timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      const meter = this.querySelector("meter");
      if (meter) meter.value = this.app.media.microphoneOn ? this.app.media.meter.level() : 0;
    }, 100);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override render(): TemplateResult {
    return html`<meter
      class="oyer-level"
      min="0"
      max="1"
      data-test="mic-meter"
      aria-label=${t("check.level")}
    ></meter>`;
  }
}

define("oyer-level", Level);
