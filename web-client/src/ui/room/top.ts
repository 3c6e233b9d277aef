/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The top of the court room: is it recorded, which case, which stage, how is my line. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { counter } from "../../core/format.js";
import { label, t } from "../../core/i18n/hearing.js";
import type { RecordingInfo, State } from "../../core/messages.js";
import { define, TickingView } from "../common/base.js";
import { icon } from "../common/icons.js";

const WORDS: Readonly<Record<RecordingInfo["state"], "rec.on" | "rec.paused" | "rec.failed" | "rec.idle" | "rec.none">> = {
  none: "rec.none",
  idle: "rec.idle",
  armed: "rec.idle",
  recording: "rec.on",
  paused: "rec.paused",
  failed: "rec.failed",
  closing: "rec.idle",
  sealed: "rec.idle",
};

class Top extends TickingView {
  protected override render(): TemplateResult | typeof nothing {
    const state = this.app.hearing.state;
    if (!state) return nothing;
    const { hearing } = state;
    return html`<header class="oyer-top">
      ${this.#badge(state)}
      <h1 class="oyer-top__case" tabindex="-1">${hearing.case_number || hearing.cause}</h1>
      <span class="oyer-top__stage">
        ${hearing.stage && hearing.session === "in_session"
          ? label("stage", hearing.stage)
          : t(`session.${hearing.session}`)}
      </span>
      ${this.#quality(state)}
    </header>`;
  }

  #badge({ recording, hearing }: State): TemplateResult {
    const since_ms = hearing.opened_at === null ? 0 : Date.parse(hearing.opened_at);
    const running = recording.state === "recording" || recording.state === "paused";
    const time = counter((this.app.now_ms() - since_ms) / 1000);
    const alarm = recording.alarm ? "failed" : recording.state;
    return html`<span class="oyer-rec oyer-rec--${alarm}" data-test="rec-badge" data-recording=${recording.state}>
      <span class="oyer-rec__dot" aria-hidden="true"></span>
      <span class="oyer-rec__word">${t(recording.alarm ? "rec.failed" : WORDS[recording.state])}</span>
      ${running ? html`<span class="oyer-rec__clock" data-test="rec-clock">${time}</span>` : nothing}
    </span>`;
  }

  #quality({ you }: State): TemplateResult | typeof nothing {
    const rating = this.app.hearing.network[you.id]?.rating;
    if (!rating) return nothing;
    return html`<span
      class="oyer-quality oyer-quality--${rating}"
      data-test="line-quality"
      data-rating=${rating}
      >${icon("line")}<span class=${rating === "good" ? "govuk-visually-hidden" : ""}
        >${t(`room.quality_${rating}`)}</span
      ></span
    >`;
  }
}

define("oyer-top", Top);
