/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Is it being recorded?  Told by the age of the last byte on disk, track by track. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { bytes } from "../../core/format.js";
import { s, staffLabel } from "../../core/i18n/staff.js";
import type { Recorder, RecorderTrack, State } from "../../core/messages.js";
import { alarming, levelOf } from "../../core/recorder.js";
import { chime } from "../../rtc/levels.js";
import { define, TickingView } from "../common/base.js";
import { icon } from "../common/icons.js";
import { nameOf } from "../common/names.js";

const ALARM_EVERY_MS = 4_000;

class RecorderPanel extends TickingView {
  #silenced = false;
  #rang_ms = 0;

  protected override render(): TemplateResult | typeof nothing {
    const { state, recorder } = this.app.hearing;
    if (!state) return nothing;
    const alarm = alarming(recorder, state);
    const word = alarm ? "failed" : (recorder?.state ?? state.recording.state);
    return html`<section
      class="oyer-panel-box ${alarm ? "oyer-panel-box--alarm" : ""}"
      data-test="recorder"
      data-state=${state.recording.state}
      aria-labelledby="recorder-heading"
    >
      <h2 class="govuk-heading-s oyer-tight" id="recorder-heading">${s("recorder.heading")}</h2>
      <p class="oyer-recorder__state" role=${alarm ? "alert" : nothing}>
        ${icon(alarm ? "attention" : "yes")}
        <strong>${staffLabel("recorder", `state_${word}`)}</strong>
        ${alarm && !this.#silenced
          ? html`<button class="oyer-banner__button" type="button" @click=${this.#silence}>${s("recorder.silence")}</button>`
          : nothing}
      </p>
      ${recorder ? this.#figures(recorder) : nothing} ${recorder ? this.#tracks(recorder, state) : nothing}
    </section>`;
  }

  protected override updated(): void {
    const { state, recorder } = this.app.hearing;
    if (!state || !alarming(recorder, state)) {
      this.#silenced = false;
      return;
    }
    if (this.#silenced || Date.now() - this.#rang_ms < ALARM_EVERY_MS) return;
    this.#rang_ms = Date.now();
    void chime([880, 440, 880, 440]).catch(() => undefined);
  }

  #figures(recorder: Recorder): TemplateResult {
    const age = (recorder.synced_age_ms / 1000).toFixed(1);
    return html`<p class="govuk-body-s oyer-recorder__figures">
      <span>${s("recorder.written", { size: bytes(recorder.bytes) })}</span>
      <span>${s("recorder.free", { size: bytes(recorder.free_bytes) })}</span>
      <span>${s("recorder.synced", { age })}</span>
    </p>`;
  }

  #tracks(recorder: Recorder, state: State): TemplateResult {
    if (recorder.tracks.length === 0) {
      return html`<p class="govuk-body-s oyer-quiet">${s("recorder.no_tracks")}</p>`;
    }
    return html`<table class="oyer-tracks">
      <thead>
        <tr>
          <th scope="col">${s("recorder.who")}</th>
          <th scope="col">${s("recorder.age")}</th>
          <th scope="col">${s("recorder.size")}</th>
          <th scope="col">${s("recorder.level")}</th>
        </tr>
      </thead>
      <tbody>
        ${recorder.tracks.map((track) => this.#track(track, state))}
      </tbody>
    </table>`;
  }

  #track(track: RecorderTrack, state: State): TemplateResult {
    const level = levelOf(track, state);
    return html`<tr
      class="oyer-tracks__row--${level}"
      data-test="recorder-track"
      data-track="${track.participant}-${track.kind}"
      data-age-ms=${track.age_ms}
      data-level=${level}
    >
      <th scope="row">
        ${nameOf(track.participant, state)} <span class="oyer-quiet">${s(`recorder.kind_${track.kind}`)}</span>
      </th>
      <td>${s("recorder.seconds", { n: (track.age_ms / 1000).toFixed(1) })}</td>
      <td>${bytes(track.bytes)}</td>
      <td>${level === "alarm" ? icon("attention") : nothing} ${s(`recorder.${level}`)}</td>
    </tr>`;
  }

  readonly #silence = (): void => {
    this.#silenced = true;
    this.requestUpdate();
  };
}

define("oyer-recorder-panel", RecorderPanel);
