/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The device check and the rules on one page: what is wrong is found without a tap,
 * then one tick and one tap lead into the waiting room.
 */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { judge, median, slow } from "../../core/check.js";
import type { Found } from "../../core/check.js";
import { t } from "../../core/i18n/hearing.js";
import type { Check, DeviceHealth } from "../../core/messages.js";
import { chime } from "../../rtc/levels.js";
import { define, View } from "../common/base.js";
import { deviceSelect } from "../common/device-select.js";
import { icon } from "../common/icons.js";
import "../common/level.js";
import "../common/trouble.js";
import { deviceProblems } from "./problems.js";
import { ready, readyOf } from "./ready.js";
import type { Answers } from "./ready.js";
import { rules, rulesText } from "./rules.js";

const PINGS = 8;
const PING_PAUSE_MS = 150;

class DeviceCheck extends View {
  #speaker: DeviceHealth = "unknown";
  #playing = false;
  #played = false;
  #line: Check["line"] = null;
  #lineTested = false;
  #testing = false;
  #sent = "";
  #ticked = false;
  #error = false;
  #entering = false;
  readonly #answers: Answers = { with: "", needs: "" };
  #ready = "";

  protected override render(): TemplateResult {
    const { app } = this;
    const found = this.#found();
    const observer = found.listensOnly;
    return html`<h1 class="govuk-heading-l" tabindex="-1">${t("check.heading")}</h1>
      ${this.#result(found)}
      ${observer
        ? nothing
        : html`${app.media.devices.asking ? this.#asking() : nothing} ${deviceProblems(app)}
          ${this.#preview()}`}
      <ul class="oyer-checks">
        ${observer ? nothing : html`<li class="oyer-checks__row">${this.#microphone()}</li>`}
        <li class="oyer-checks__row">${this.#speakerRow()}</li>
        <li class="oyer-checks__row">${this.#lineRow()}</li>
      </ul>
      ${this.app.link === "live" && this.app.hearing.state ? html`<p class="govuk-body"><oyer-trouble></oyer-trouble></p>` : nothing}
      ${observer ? nothing : ready(this.#answers, () => this.#answered())} ${this.#error ? this.#summary() : nothing}
      ${rules(app, {
        ticked: this.#ticked || (app.hearing.state?.you.declared ?? false),
        error: this.#error,
        busy: this.#entering,
        tick: (on) => {
          this.#ticked = on;
          if (on) this.#error = false;
          this.requestUpdate();
        },
        enter: () => void this.#enter(),
      })}`;
  }

  protected override updated(): void {
    const video = this.querySelector<HTMLVideoElement>("[data-test=preview]");
    const track = this.app.media.devices.camera;
    if (video) {
      const now = video.srcObject instanceof MediaStream ? video.srcObject.getTracks()[0] : null;
      if ((now ?? null) !== track) video.srcObject = track ? new MediaStream([track]) : null;
    }
    if (this.app.link === "live" && !this.#lineTested && !this.#testing) void this.#testLine();
    this.#tell(false);
  }

  #found(): Found {
    const { health } = this.app.media.devices;
    const role = this.app.hearing.state?.you.role ?? this.app.card?.you.role;
    return {
      camera: health.camera,
      microphone: health.microphone,
      speaker: this.#speaker,
      line: this.#line,
      listensOnly: role === "observer",
    };
  }

  /** The clerk sees where one is as soon as it is answered, and each change of it. */
  #answered(): void {
    this.requestUpdate();
    const answers = readyOf(this.#answers);
    const text = JSON.stringify(answers);
    if (!answers || text === this.#ready || this.app.link !== "live") return;
    this.#ready = text;
    void this.app.ready(answers);
  }

  /** The clerk sees the result as soon as it is known, and each change of it. */
  #tell(now: boolean): void {
    const { asking } = this.app.media.devices;
    if (this.app.link !== "live" || !this.app.hearing.state) return;
    if (!now && (asking || !this.#lineTested)) return;
    const check = judge(this.#found());
    const text = JSON.stringify(check);
    if (text === this.#sent) return;
    this.#sent = text;
    void this.app.check(check);
    if (this.app.checks) this.requestUpdate();
  }

  #result(found: Found): TemplateResult {
    const waiting = this.app.media.devices.asking || !this.#lineTested;
    const { result } = judge(found);
    const drawing = result === "green" ? "yes" : "attention";
    return html`<p
      class="oyer-result oyer-result--${waiting && result !== "red" ? "wait" : result}"
      role="status"
      data-test="check-result"
      data-result=${waiting && result !== "red" ? "wait" : result}
    >
      ${waiting && result !== "red"
        ? t("check.result_wait")
        : html`${icon(drawing)} ${t(`check.result_${result}`)}`}
    </p>
    ${this.app.checks && !waiting && this.#sent ? html`<p class="govuk-body" data-test="check-told">${t("check.told")}</p>` : nothing}`;
  }

  #asking(): TemplateResult {
    return html`<div class="govuk-inset-text">
      <p class="govuk-body govuk-!-font-weight-bold">${t("check.asking")}</p>
      <p class="govuk-body">${t("check.asking_text")}</p>
    </div>`;
  }

  #preview(): TemplateResult {
    const { camera, health, asking } = this.app.media.devices;
    const told = !camera && !asking && health.camera !== "unknown" && health.camera !== "ok";
    if (told) return html``;
    return html`<div class="oyer-preview">
        <video
          class="oyer-preview__video"
          data-test="preview"
          autoplay
          playsinline
          .muted=${true}
          aria-label=${t("check.preview")}
          ?hidden=${!camera}
        ></video>
        ${camera
          ? nothing
          : html`<div class="oyer-preview__none">
              ${icon("camera_off")}<span>${t("check.camera_off")}</span>
            </div>`}
      </div>
      ${camera ? html`<p class="govuk-body oyer-tight">${t("check.camera_ok")}</p>` : nothing}
      ${deviceSelect(this.app, "camera")}`;
  }

  #microphone(): TemplateResult {
    const { microphone } = this.app.media.devices;
    return html`${icon(microphone ? "microphone" : "microphone_off")}
      <div class="oyer-checks__main">
        <h2 class="govuk-heading-s oyer-tight">${t("check.microphone")}</h2>
        ${microphone
          ? html`<p class="govuk-body-s oyer-tight">${t("check.microphone_ok")}</p>
              <oyer-level></oyer-level>`
          : nothing}
        ${deviceSelect(this.app, "microphone")}
      </div>`;
  }

  #speakerRow(): TemplateResult {
    return html`${icon("speaker")}
      <div class="oyer-checks__main">
        <h2 class="govuk-heading-s oyer-tight">${t("check.speaker")}</h2>
        <button
          class="govuk-button govuk-button--secondary oyer-button-small"
          type="button"
          data-test="play-sound"
          aria-disabled=${this.#playing ? "true" : "false"}
          @click=${() => void this.#play()}
        >
          ${this.#playing ? t("check.playing") : t("check.play")}
        </button>
        ${this.#played && this.#speaker === "unknown" ? this.#heard() : nothing}
        ${this.#speaker === "ok"
          ? html`<p class="govuk-body-s oyer-tight oyer-good" role="status">${icon("yes")} ${t("check.speaker_ok")}</p>`
          : nothing}
        ${this.#speaker === "none"
          ? html`<p class="govuk-body-s oyer-tight" role="status">${t("check.speaker_none")}</p>`
          : nothing}
      </div>`;
  }

  #heard(): TemplateResult {
    const answer = (health: DeviceHealth) => () => {
      this.#speaker = health;
      this.requestUpdate();
    };
    return html`<div class="oyer-ask" role="group" aria-label=${t("check.heard")}>
      <span class="govuk-body oyer-tight">${t("check.heard")}</span>
      <button class="govuk-button govuk-button--secondary oyer-button-small" type="button" data-test="heard-yes" @click=${answer("ok")}>
        ${t("check.yes")}
      </button>
      <button class="govuk-button govuk-button--secondary oyer-button-small" type="button" data-test="heard-no" @click=${answer("none")}>
        ${t("check.no")}
      </button>
    </div>`;
  }

  #lineRow(): TemplateResult {
    const line = this.#line;
    let text = t("check.line_testing");
    if (this.app.link === "lost") text = t("check.line_none");
    else if (line && slow(line)) text = t("check.line_poor", { rtt: line.rtt_ms });
    else if (line) text = t("check.line_good", { rtt: line.rtt_ms });
    return html`${icon("line")}
      <div class="oyer-checks__main">
        <h2 class="govuk-heading-s oyer-tight">${t("check.line")}</h2>
        <p class="govuk-body-s oyer-tight" data-test="line-result">${text}</p>
      </div>`;
  }

  #summary(): TemplateResult {
    return html`<div class="govuk-error-summary" data-test="error-summary" tabindex="-1">
      <div role="alert">
        <h2 class="govuk-error-summary__title">${t("rules.error_heading")}</h2>
        <div class="govuk-error-summary__body">
          <ul class="govuk-list govuk-error-summary__list">
            <li>
              <a href="#rules-tick" @click=${this.#toTick}>${t("rules.error_tick")}</a>
            </li>
          </ul>
        </div>
      </div>
    </div>`;
  }

  #toTick = (event: Event): void => {
    event.preventDefault();
    this.querySelector<HTMLElement>("#rules-tick")?.focus();
  };

  async #play(): Promise<void> {
    if (this.#playing) return;
    this.#playing = true;
    this.#speaker = "unknown";
    this.requestUpdate();
    await chime().catch(() => undefined);
    this.#playing = false;
    this.#played = true;
    this.requestUpdate();
  }

  /** Delay by ping; throughput from the court room's own code, which is needed next anyway. */
  async #testLine(): Promise<void> {
    this.#testing = true;
    const times: number[] = [];
    try {
      for (let n = 0; n < PINGS; n += 1) {
        times.push(await this.app.connection.socket.measure());
        await new Promise((done) => setTimeout(done, PING_PAUSE_MS));
      }
      await import("../room/index.js").catch(() => undefined);
      this.#line = { rtt_ms: Math.round(median(times)), kbps: throughput_kbps() };
      this.#lineTested = true;
    } catch {
      // The line broke: tested again when it is back.
    }
    this.#testing = false;
    this.requestUpdate();
  }

  async #enter(): Promise<void> {
    if (!this.#ticked && !this.app.hearing.state?.you.declared) {
      this.#error = true;
      await this.updateComplete;
      this.requestUpdate();
      await this.updateComplete;
      this.querySelector<HTMLElement>(".govuk-error-summary")?.focus();
      return;
    }
    this.#entering = true;
    this.#tell(true);
    this.#answered();
    this.requestUpdate();
    await this.app.enter(rulesText(this.app));
    this.#entering = false;
    this.requestUpdate();
  }
}

/** Of the largest file that came over the line on this page; 0 when it came from the cache. */
function throughput_kbps(): number {
  const files = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  const largest = files
    .filter((file) => file.transferSize > 10_000 && file.responseEnd > file.responseStart)
    .sort((a, b) => b.transferSize - a.transferSize)[0];
  if (!largest) return 0;
  const ms = Math.max(1, largest.responseEnd - largest.requestStart);
  return Math.round((largest.transferSize * 8) / ms);
}

define("oyer-check", DeviceCheck);
