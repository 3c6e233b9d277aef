/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Says the five things that a screen reader must interrupt for: muted or freed by the
 * court, called in, line lost or back, recording stopped, the session changed.
 */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { t } from "../../core/i18n/hearing.js";
import { define, View } from "../common/base.js";

interface Facts {
  muted: string;
  lost: boolean;
  session: string;
  alarm: boolean;
}

class Announcer extends View {
  #before: Facts | null = null;
  #text = "";

  protected override render(): TemplateResult {
    this.#notice();
    return html`<div class="govuk-visually-hidden" role="alert">${this.#text}</div>`;
  }

  #notice(): void {
    const state = this.app.hearing.state;
    if (!state) return;
    const now: Facts = {
      muted: state.you.muted.includes("audio") ? (state.you.locked ? "locked" : "muted") : "",
      lost: this.app.lostAt_ms !== null,
      session: state.hearing.session,
      alarm: state.recording.alarm,
    };
    const before = this.#before;
    this.#before = now;
    if (!before) {
      this.#text = t("banner.called");
    } else if (before.lost !== now.lost) {
      this.#text = now.lost ? t("banner.lost", { seconds: 0 }) : t("banner.called");
    } else if (before.alarm !== now.alarm && now.alarm) {
      this.#text = t("banner.recorder");
    } else if (before.muted !== now.muted) {
      this.#text =
        now.muted === "" ? t("banner.unmuted") : t(now.muted === "locked" ? "banner.locked" : "banner.muted");
    } else if (before.session !== now.session) {
      this.#text = t(`session.${state.hearing.session}`);
    }
  }
}

define("oyer-announcer", Announcer);
