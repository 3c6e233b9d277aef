/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The usher's page: the camera, and what it says of the pass in letters that carry. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { Door, wayOf } from "../../core/door.js";
import type { Seen, Verdict } from "../../core/door.js";
import { clock, dateTime } from "../../core/format.js";
import { d } from "../../core/i18n/door.js";
import type { DoorKey } from "../../core/i18n/door.js";
import { label, language, setLanguage, t } from "../../core/i18n/index.js";
import type { Language } from "../../core/messages.js";
import { siteFooter, siteHeader } from "../common/header.js";
import { icon } from "../common/icons.js";
import { define, Plain } from "../common/plain.js";
import { Camera } from "./camera.js";
import { keepPage } from "./offline.js";

const REFRESH_MS = 30_000;
/** Not every browser says that the line is back: what waits is tried again sooner. */
const RETRY_MS = 4_000;
/** The same code before the camera is the same visit for this long. */
const SAME_MS = 5_000;

class DoorPage extends Plain {
  readonly #door = new Door(localStorage);
  readonly #camera = new Camera();
  #ready = false;
  #problem: DoorKey | null = null;
  #seen: Seen | "none" | null = null;
  #last = { text: "", at_ms: 0 };
  #busy = false;
  #asked_ms = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("online", this.#refresh);
    document.addEventListener("visibilitychange", this.#refresh);
    this.#timer = setInterval(() => {
      const waits = !this.#door.online || (this.#door.untold > 0 && !this.#door.signedOut);
      if (Date.now() - this.#asked_ms >= (waits ? RETRY_MS : REFRESH_MS)) this.#refresh();
    }, RETRY_MS / 2);
    void this.#door.start().then(() => {
      this.#ready = true;
      this.requestUpdate();
    });
    void keepPage()
      .then(() => (this.dataset["kept"] = ""))
      .catch(() => undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("online", this.#refresh);
    document.removeEventListener("visibilitychange", this.#refresh);
    clearInterval(this.#timer);
    this.#camera.stop();
  }

  protected override render(): TemplateResult {
    return html`${siteHeader({
        speak: (to: Language) => {
          setLanguage(to);
          this.requestUpdate();
        },
        redraw: () => this.requestUpdate(),
      })}
      <main class="oyer-main oyer-door" id="main" tabindex="-1" data-test="door">${this.#content()}</main>
      ${siteFooter()}`;
  }

  protected override updated(): void {
    document.title = `${d("page.title")} · ${t("app.name")}`;
    const video = this.querySelector("video");
    if (video && video.srcObject !== this.#camera.stream) {
      video.srcObject = this.#camera.stream;
      this.#camera.watch(video, (text) => void this.#saw(text));
    }
  }

  #content(): TemplateResult {
    const door = this.#door;
    if (!this.#ready) return html`<p class="govuk-body-l" role="status">${d("page.loading")}</p>`;
    if (door.notAllowed) return html`<h1 class="govuk-heading-l" tabindex="-1">${d("sign.not_allowed")}</h1>${this.#signIn()}`;
    if (door.signedOut && !door.kept) {
      return html`<h1 class="govuk-heading-l" tabindex="-1">${d("sign.heading")}</h1>
        <p class="govuk-body">${d("sign.text")}</p>
        ${this.#signIn()}`;
    }
    return html`<h1 class="govuk-heading-l oyer-door__heading" tabindex="-1">${d("page.heading")}</h1>
      ${this.#status()} ${this.#late()}
      <div role="alert" data-test="result-live">${this.#result()}</div>
      ${this.#picture()} ${this.#people()}`;
  }

  #signIn(): TemplateResult {
    return html`<p class="govuk-body"><a class="govuk-button" href="/staff" data-test="to-sign-in">${d("sign.link")}</a></p>`;
  }

  #status(): TemplateResult {
    const door = this.#door;
    const n = door.kept?.list.hearings.reduce((sum, one) => sum + one.people.length, 0) ?? 0;
    const time = door.kept ? clock(door.kept.fetched_ms, zone(), language()) : "";
    const key = !door.kept ? "status.no_list" : door.online && !door.signedOut ? "status.online" : "status.offline";
    return html`<div class="oyer-door__status" role="status" data-test="status" data-line=${door.online ? "online" : "offline"} data-untold=${door.untold}>
      <p class="govuk-body-s oyer-tight">${icon(key === "status.online" ? "yes" : "attention")} ${door.signedOut ? d("sign.again") : d(key, { time, n })}</p>
      ${door.signedOut ? this.#signIn() : nothing}
      ${door.untold > 0 ? html`<p class="govuk-body-s oyer-tight">${d("status.untold", { n: door.untold })}</p>` : nothing}
      ${door.helpless ? html`<p class="govuk-body-s oyer-tight">${icon("attention")} ${d("status.helpless")}</p>` : nothing}
    </div>`;
  }

  /** Somebody went in while there was no line, and should not have. */
  #late(): TemplateResult | typeof nothing {
    const { late } = this.#door;
    if (late.length === 0) return nothing;
    return html`<section class="oyer-door__late" role="alert" data-test="late">
      <h2 class="govuk-heading-m">${d("late.heading")}</h2>
      <ul class="govuk-list govuk-list--bullet">
        ${late.map(
          (one) =>
            html`<li>${d("late.line", { name: one.name || d("result.unnamed"), time: clock(one.at_us / 1000, zone(), language()), verdict: d(`verdict.${one.verdict}`) })}</li>`,
        )}
      </ul>
      <button
        class="govuk-button govuk-button--secondary"
        type="button"
        @click=${() => {
          this.#door.late = [];
          this.requestUpdate();
        }}
      >
        ${d("late.seen")}
      </button>
    </section>`;
  }

  #result(): TemplateResult | typeof nothing {
    const seen = this.#seen;
    if (!seen) return nothing;
    if (seen === "none") return this.#panel("none", "none", nothing);
    const before_us = seen.person?.door_us ?? 0;
    const again = seen.verdict === "valid" && before_us > 0;
    const time_us = again ? before_us : (seen.from_us ?? 0);
    const { person } = seen;
    const facts = person
      ? html`<p class="oyer-door__name" data-test="name">${person.name || d("result.unnamed")}</p>
          <p class="oyer-door__way" data-test="way" data-way=${wayOf(person)}>${d(`way.${wayOf(person)}`, { room: person.room })}</p>
          <dl class="oyer-door__facts">
            <div><dt>${d("result.role")}</dt><dd data-test="role">${person.role ? label("role", person.role) : "–"}</dd></div>
            <div><dt>${d("result.time")}</dt><dd>${dateTime(new Date(person.scheduled_start_us / 1000).toISOString(), person.timezone, language())}</dd></div>
          </dl>`
      : nothing;
    const zoneOfCourt = person?.timezone ?? zone();
    return this.#panel(again ? "again" : seen.verdict, seen.verdict, facts, time_us ? clock(time_us / 1000, zoneOfCourt, language()) : "", seen.offline);
  }

  #panel(kind: Verdict | "again" | "none", verdict: Verdict | "none", facts: unknown, time = "", offline = false): TemplateResult {
    const good = kind === "valid";
    return html`<section class="oyer-door__result oyer-door__result--${good ? "good" : kind === "again" ? "look" : "bad"}" data-test="result" data-verdict=${verdict} data-kind=${kind} data-offline=${offline ? "yes" : "no"}>
      <h2 class="oyer-door__verdict">${icon(good ? "yes" : "attention")} ${d(`verdict.${kind}`)}</h2>
      ${facts}
      <p class="oyer-door__do">${d(`do.${kind}`, { time })}</p>
      ${offline ? html`<p class="govuk-body-s oyer-tight">${d("result.offline")}</p>` : nothing}
      <button class="govuk-button govuk-button--secondary oyer-door__next" type="button" data-test="next" @click=${this.#next}>${d("result.next")}</button>
    </section>`;
  }

  #picture(): TemplateResult {
    if (!this.#camera.stream) {
      return html`${this.#problem ? html`<p class="govuk-error-message" role="alert" data-test="camera-problem">${d(this.#problem)}</p>` : nothing}
        <button class="govuk-button oyer-button-main" type="button" data-test="start-camera" aria-disabled=${this.#door.kept ? "false" : "true"} @click=${() => void this.#start()}>
          ${d("camera.start")}
        </button>`;
    }
    return html`<video class="oyer-door__video" autoplay playsinline .muted=${true} aria-label=${d("camera.label")} data-test="camera"></video>
      <p class="govuk-body-s">${d("camera.hint")}</p>
      <button class="govuk-button govuk-button--secondary" type="button" data-test="stop-camera" @click=${this.#stop}>${d("camera.stop")}</button>`;
  }

  #people(): TemplateResult | typeof nothing {
    const hearings = this.#door.kept?.list.hearings ?? [];
    const n = hearings.reduce((sum, one) => sum + one.people.length, 0);
    if (n === 0) return nothing;
    return html`<details class="govuk-details" data-test="people">
      <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${d("people.heading", { n })}</span></summary>
      ${hearings.map(
        (one) => html`<h2 class="govuk-heading-s">${dateTime(new Date(one.scheduled_start_us / 1000).toISOString(), one.timezone, language())}${one.room ? html` · ${one.room}` : nothing}</h2>
          <ul class="govuk-list">
            ${one.people.map(
              (person) => html`<li class="oyer-door__person">
                <span>${person.name} <span class="oyer-quiet">${label("role", person.role)}</span></span>
                <span>${person.door_us ? d("people.came", { time: clock(person.door_us / 1000, one.timezone, language()) }) : html`<span class="oyer-quiet">${d("people.not_yet")}</span>`}</span>
              </li>`,
            )}
          </ul>`,
      )}
      <button class="govuk-button govuk-button--secondary" type="button" data-test="forget" @click=${this.#forget}>${d("forget")}</button>
    </details>`;
  }

  async #start(): Promise<void> {
    if (!this.#door.kept) return;
    this.#problem = null;
    try {
      await this.#camera.start();
    } catch (error) {
      this.#problem = (error as Error).name === "NotFoundError" ? "camera.none" : "camera.blocked";
    }
    this.requestUpdate();
  }

  async #saw(text: string): Promise<void> {
    const now_ms = Date.now();
    const same = text === this.#last.text && now_ms - this.#last.at_ms < SAME_MS;
    if (same) this.#last.at_ms = now_ms;
    if (same || this.#busy) return;
    this.#busy = true;
    this.#seen = (await this.#door.scan(text)) ?? "none";
    this.#last = { text, at_ms: Date.now() };
    this.#busy = false;
    navigator.vibrate?.(this.#seen !== "none" && this.#seen.verdict === "valid" ? 150 : [150, 80, 150, 80, 150]);
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector(".oyer-door__result")?.scrollIntoView({ block: "nearest" });
  }

  readonly #next = (): void => {
    this.#seen = null;
    this.#last = { text: "", at_ms: 0 };
    this.requestUpdate();
  };

  readonly #stop = (): void => {
    this.#camera.stop();
    this.requestUpdate();
  };

  readonly #forget = (): void => {
    this.#camera.stop();
    this.#door.forget();
    this.#seen = null;
    this.requestUpdate();
  };

  readonly #refresh = (): void => {
    if (document.visibilityState !== "visible" || !this.#ready) return;
    this.#asked_ms = Date.now();
    void this.#door.refresh().then(() => this.requestUpdate());
  };
}

function zone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

define("oyer-door", DoorPage);
