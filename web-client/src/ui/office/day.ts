/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * My hearings, today's first, each with the way in.  Read anew when somebody comes back to
 * the page, not by a clock: a session that nobody uses has to end.
 */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { deviceId } from "../../core/identity.js";
import { label, language } from "../../core/i18n/index.js";
import { noticeLabel } from "../../core/i18n/notice.js";
import { o } from "../../core/i18n/office.js";
import type { OfficeKey } from "../../core/i18n/office.js";
import type { Day, Office, Sitting } from "../../core/office.js";
import { define, Plain } from "../common/plain.js";
import { dayThere, timeOfDay } from "../common/when.js";

/** What is today's, there: also what began last night and is not closed. */
export function isToday(day: Day, one: Sitting): boolean {
  const here = dayThere(day.now_us, day.timezone);
  const there = dayThere(one.begins_us, day.timezone);
  return there === here || (there < here && one.status !== "closed" && one.status !== "not_started");
}

/** The first of today's that is still to come or goes on. */
export function next(today: readonly Sitting[]): Sitting | undefined {
  return today.find((one) => one.status !== "closed" && one.status !== "not_started") ?? today.find((one) => one.status === "not_started");
}

class OfficeDay extends Plain {
  static override properties = { office: { attribute: false }, sits: { attribute: false }, language: { attribute: false } };
  declare office: Office;
  /** Who never sits is not told that he does not sit today. */
  declare sits: boolean;
  declare language: string; // so that it is drawn anew in the other one
  #day: Day | null = null;
  #problem: OfficeKey | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#onSeen);
    void this.#read();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#onSeen);
  }

  protected override render(): TemplateResult {
    const day = this.#day;
    const today = day?.hearings.filter((one) => isToday(day, one)) ?? [];
    const later = day?.hearings.filter((one) => one.begins_us > day.now_us && !isToday(day, one)) ?? [];
    if (!this.sits && !this.#problem && today.length + later.length === 0) return html``;
    return html`<section class="oyer-day" aria-labelledby="day-heading" data-test="day">
      <h2 class="govuk-heading-m" id="day-heading">${o("day.today")}</h2>
      ${this.#problem ? html`<p class="govuk-body" role="alert" data-test="day-problem">${o(this.#problem)}</p>` : nothing}
      ${day && today.length === 0 ? html`<p class="govuk-body">${o("day.none")}</p>` : nothing}
      <ul class="oyer-day__list">
        ${day ? today.map((one) => this.#row(day, one, one === next(today))) : nothing}
      </ul>
      ${day && later.length > 0
        ? html`<details class="govuk-details">
            <summary class="govuk-details__summary" data-test="day-later">
              <span class="govuk-details__summary-text">${o("day.later")} (${later.length})</span>
            </summary>
            <ul class="oyer-day__list">
              ${later.map((one) => this.#row(day, one, false))}
            </ul>
          </details>`
        : nothing}
    </section>`;
  }

  #row(day: Day, one: Sitting, isNext: boolean): TemplateResult {
    const from = timeOfDay(one.begins_us, day.timezone);
    const time = one.ends_us ? `${from}–${timeOfDay(one.ends_us, day.timezone)}` : from;
    const mine = isToday(day, one);
    return html`<li class="oyer-day__row ${isNext ? "oyer-day__row--next" : ""}" data-test="day-row">
      <span class="oyer-day__time">
        ${mine ? nothing : html`<span class="oyer-day__date">${date(one.begins_us, day.timezone)}</span>`}
        <strong>${time}</strong>
        ${isNext && one.status === "not_started" ? html`<span class="oyer-day__mark">${o("day.next")}</span>` : nothing}
      </span>
      <span class="oyer-day__what">
        <strong>${one.case_number}</strong> ${one.cause}<br />
        <span class="oyer-office__quiet">${this.#about(one)}</span>
      </span>
      ${mine ? this.#way(one) : nothing}
    </li>`;
  }

  #about(one: Sitting): string {
    return [
      noticeLabel("status", one.status),
      one.room,
      label("role", one.role),
      one.sessions > 1 ? o("day.session", { n: one.session, of: one.sessions }) : "",
      one.openness === "public" ? "" : o("day.closed"),
    ]
      .filter(Boolean)
      .join(" · ");
  }

  #way(one: Sitting): TemplateResult {
    const isOver = one.status === "closed";
    return html`<button
      class="govuk-button oyer-button-small ${isOver ? "govuk-button--secondary" : ""}"
      type="button"
      data-test="day-enter"
      aria-label=${`${o(isOver ? "day.open" : "day.enter")}: ${one.case_number}`}
      @click=${() => void this.#enter(one)}
    >
      ${o(isOver ? "day.open" : "day.enter")}
    </button>`;
  }

  #onSeen = (): void => {
    if (document.visibilityState === "visible") void this.#read();
  };

  async #read(): Promise<void> {
    try {
      this.#day = await this.office.day();
      this.#problem = null;
    } catch {
      this.#problem = "day.problem";
    }
    this.requestUpdate();
  }

  async #enter(one: Sitting): Promise<void> {
    try {
      location.assign(`/j/${await this.office.enter(one.participant, deviceId())}`);
    } catch {
      this.#problem = "day.no_way";
      this.requestUpdate();
    }
  }
}

function date(us: number, zone: string): string {
  return new Intl.DateTimeFormat(language() === "zh" ? "zh-Hans-CN" : "en-GB", { month: "long", day: "numeric", weekday: "short", timeZone: zone }).format(us / 1000);
}

define("oyer-office-day", OfficeDay);
