/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** `/court`: today's list, how to take part, how a case stands.  `/n/TOKEN`: one notice. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { ApiError } from "../../core/api.js";
import { dateTime } from "../../core/format.js";
import { language, setLanguage, t } from "../../core/i18n/index.js";
import { n, noticeLabel } from "../../core/i18n/notice.js";
import type { NoticeKey } from "../../core/i18n/notice.js";
import type { Language } from "../../core/messages.js";
import { PublicApi } from "../../core/notice.js";
import type { Listed, Received, Status, Today } from "../../core/notice.js";
import { siteFooter, siteHeader } from "../common/header.js";
import { define, Plain } from "../common/plain.js";
import { timeOfDay, when } from "../common/when.js";
import { withLinks } from "./text.js";

function problemOf(error: unknown): NoticeKey {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 0) return "error.unreachable";
  if (error.status === 429) return "ask.hurry";
  return error.status === 404 ? "error.no_such" : "error.other";
}

class CourtPage extends Plain {
  readonly #api = new PublicApi();
  readonly #token = location.pathname.startsWith("/n/") ? location.pathname.slice(3) : "";
  #today: Today | null = null;
  #notice: Received | null = null;
  #status: Status | null = null;
  #problem: NoticeKey | null = null;
  #asked: NoticeKey | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  protected override render(): TemplateResult {
    return html`${siteHeader({
        speak: (to: Language) => {
          setLanguage(to);
          this.requestUpdate();
        },
        redraw: () => this.requestUpdate(),
      })}
      <main class="oyer-main oyer-court" id="main" tabindex="-1" data-test="court">
        ${this.#problem ? problemBox(this.#problem) : nothing} ${this.#token ? this.#one() : this.#all()}
      </main>
      ${siteFooter()}`;
  }

  protected override updated(): void {
    document.title = `${n("page.title")} · ${t("app.name")}`;
  }

  async #load(): Promise<void> {
    try {
      if (this.#token) this.#notice = await this.#api.open(this.#token);
      else this.#today = await this.#api.today();
      this.#problem = null;
    } catch (error) {
      this.#problem = problemOf(error);
    }
    this.requestUpdate();
    // What the address points at is there only now.
    await this.updateComplete;
    const place = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    place?.scrollIntoView();
    place?.setAttribute("tabindex", "-1");
    place?.focus({ preventScroll: true });
  }

  /* ---- one notice ---- */

  #one(): TemplateResult | typeof nothing {
    const notice = this.#notice;
    if (!notice) return this.#problem ? nothing : html`<p class="govuk-body" role="status">${n("page.loading")}</p>`;
    return html`<h1 class="govuk-heading-l" tabindex="-1">${notice.subject}</h1>
      <p class="govuk-body oyer-court__text" data-test="text">${withLinks(notice.text)}</p>
      ${notice.received_us
        ? html`<p class="govuk-body" role="status" data-test="thanks">${n("one.thanks", { time: when(notice.received_us) })}</p>`
        : html`<p class="govuk-body">${n("one.why")}</p>
            <button class="govuk-button" type="button" data-test="received" @click=${() => void this.#receive()}>${n("one.received")}</button>`}`;
  }

  async #receive(): Promise<void> {
    try {
      this.#notice = await this.#api.received(this.#token);
      this.#problem = null;
    } catch (error) {
      this.#problem = problemOf(error);
    }
    this.requestUpdate();
  }

  /* ---- for everybody ---- */

  #all(): TemplateResult {
    const today = this.#today;
    return html`<h1 class="govuk-heading-l">${n("today.heading")}</h1>
      ${today === null ? html`<p class="govuk-body" role="status">${this.#problem ? nothing : n("page.loading")}</p>` : today.courts.map(court)}
      <h2 class="govuk-heading-m" id="status">${n("ask.heading")}</h2>
      ${this.#ask()}
      <h2 class="govuk-heading-m" id="join">${n("join.heading")}</h2>
      <p class="govuk-body">${n("join.text")}</p>
      <h2 class="govuk-heading-m" id="observe">${n("observe.heading")}</h2>
      <p class="govuk-body">${n("observe.text")}</p>
      <h2 class="govuk-heading-m" id="help">${n("help.heading")}</h2>
      <p class="govuk-body">${n("help.text")}</p>
      ${today ? html`<p class="govuk-body" data-test="contact">${today.contact[language()]}</p>` : nothing}`;
  }

  #ask(): TemplateResult {
    const status = this.#status;
    return html`<p class="govuk-body" id="ask-text">${n("ask.text")}</p>
      <form novalidate @submit=${(event: SubmitEvent) => void this.#look(event)}>
        ${this.#asked ? html`<p class="govuk-error-message" role="alert" data-test="asked">${n(this.#asked)}</p>` : nothing}
        ${(["number", "code"] as const).map(
          (name) =>
            html`<div class="govuk-form-group">
              <label class="govuk-label" for="ask-${name}">${n(`ask.${name}`)}</label>
              <input class="govuk-input" id="ask-${name}" name=${name} type="text" autocomplete="off" spellcheck="false" aria-describedby="ask-text" />
            </div>`,
        )}
        <button class="govuk-button govuk-button--secondary" type="submit" data-test="ask">${n("ask.button")}</button>
      </form>
      ${status
        ? html`<dl class="govuk-summary-list" role="status" data-test="status">
            <div class="govuk-summary-list__row">
              <dt class="govuk-summary-list__key">${status.number}</dt>
              <dd class="govuk-summary-list__value">
                ${noticeLabel("state", status.state)}<br />${n("ask.since", { time: at(status.since_us, status.timezone) })}
              </dd>
            </div>
            ${status.hearing_us
              ? html`<div class="govuk-summary-list__row">
                  <dt class="govuk-summary-list__key">${n("ask.hearing")}</dt>
                  <dd class="govuk-summary-list__value">${at(status.hearing_us, status.timezone)}</dd>
                </div>`
              : nothing}
          </dl>`
        : nothing}`;
  }

  async #look(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const said = new FormData(event.target as HTMLFormElement);
    try {
      this.#status = await this.#api.status(String(said.get("number")), String(said.get("code")));
      this.#asked = null;
    } catch (error) {
      const problem = problemOf(error);
      this.#status = null;
      this.#asked = problem === "error.no_such" ? "ask.wrong" : problem;
    }
    this.requestUpdate();
  }
}

function problemBox(problem: NoticeKey): TemplateResult {
  return html`<div class="govuk-error-summary" role="alert" data-test="problem">
    <h2 class="govuk-error-summary__title">${n("error.heading")}</h2>
    <p class="govuk-body">${n(problem)}</p>
  </div>`;
}

function at(us: number, zone: string): string {
  return dateTime(new Date(us / 1000).toISOString(), zone, language());
}

function court(one: Today["courts"][number]): TemplateResult {
  return html`<h2 class="govuk-heading-m">${one.name}<br /><span class="oyer-quiet">${one.date} · ${one.timezone}</span></h2>
    ${one.hearings.length === 0 ? html`<p class="govuk-body">${n("today.none")}</p>` : nothing}
    <ul class="oyer-court__list" data-test="today">
      ${one.hearings.map((row) => hearing(row, one.timezone))}
    </ul>`;
}

function hearing(row: Listed, zone: string): TemplateResult {
  const sides = ["plaintiff", "defendant"].map((role) => row.parties.filter((one) => one.role === role).map((one) => one.name).join("、"));
  return html`<li class="oyer-court__row">
    <span class="oyer-court__time">${timeOfDay(row.start_us, zone)}</span>
    <span class="oyer-court__what"
      >${row.is_public
        ? html`${row.case_number}<br />${sides.filter(Boolean).join(` ${n("today.versus")} `)}<br /><span class="oyer-quiet">${row.cause}${row.room ? ` · ${row.room}` : ""}</span>`
        : n("today.closed")}</span
    >
    <span>${noticeLabel("status", row.status)}</span>
  </li>`;
}

define("oyer-court", CourtPage);
