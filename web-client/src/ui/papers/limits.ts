/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Until when the parties of a case may file what: each with its article, set or extended with a reason. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { nameOnList } from "../../core/filing.js";
import { language } from "../../core/i18n/index.js";
import { p, papersLabel } from "../../core/i18n/papers.js";
import type { PapersKey } from "../../core/i18n/papers.js";
import type { Office } from "../../core/office.js";
import { PaperDesk } from "../../core/paper-desk.js";
import type { Limits, LimitSet, LimitWish } from "../../core/paper-desk.js";
import type { CasePage } from "../../core/register.js";
import { dayName, dayOf, instant, isDay } from "../../core/zone.js";
import { define, Plain } from "../common/plain.js";
import { said } from "../registry/decide.js";
import { choice, details, form, input } from "./fields.js";
import { problemBox, problemOf } from "./problem.js";

const DAYS_MAX = 365;

/** A newer one for all, or for the same party, takes the place of an older. */
export function standing(all: readonly LimitSet[]): LimitSet[] {
  return all.filter((one, n) => !all.slice(0, n).some((newer) => newer.code === one.code && (newer.party === "" || newer.party === one.party)));
}

class CaseLimits extends Plain {
  static override properties = { office: { attribute: false }, may: { type: Boolean }, page: { attribute: false }, language: {}, limits: { state: true }, problem: { state: true }, isSaved: { state: true } };
  declare office: Office;
  /** Whether this person may set one. */
  declare may: boolean;
  declare page: CasePage;
  declare language: string; // so that it is drawn anew in the other one
  declare limits: Limits | null;
  declare problem: PapersKey | null;
  declare isSaved: boolean;

  constructor() {
    super();
    this.limits = null;
    this.problem = null;
    this.isSaved = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.read();
  }

  /** As they are now. */
  read(): Promise<void> {
    return this.#act(() => new PaperDesk(this.office).limits(this.page.id));
  }

  protected override render(): TemplateResult {
    const { limits } = this;
    const now = limits ? standing(limits.limits) : [];
    const before = limits?.limits.filter((one) => !now.includes(one)) ?? [];
    return html`<h2 class="govuk-heading-m">${p("limits.heading")}</h2>
      ${problemBox(this.problem)}
      ${limits && now.length === 0 ? html`<p class="govuk-body">${p("limits.none")}</p>` : nothing}
      <ul class="govuk-list" data-test="limits">
        ${limits ? now.map((one) => this.#limit(one, limits)) : nothing}
      </ul>
      ${limits && before.length > 0
        ? details("limits-before", p("limits.before"), html`<ul class="govuk-list govuk-list--bullet oyer-tight">${before.map((one) => html`<li>${this.#was(one, limits)}</li>`)}</ul>`)
        : nothing}
      <p class="govuk-body" role="status" data-test="limits-said">${this.isSaved ? p("limits.saved") : nothing}</p>
      ${limits && this.may ? details("limits-set", p("limits.set"), this.#form(limits)) : nothing}`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("problem") && this.problem) this.querySelector<HTMLElement>("[role=alert]")?.focus();
  }

  #limit(one: LimitSet, limits: Limits): TemplateResult {
    const isOver = one.due_us <= this.page.now_us;
    return html`<li data-test="limit-row" data-code=${one.code} data-over=${isOver ? "yes" : "no"}>
      <strong>${nameOnList(limits.list.limits, one.code, language())}</strong> ${one.name || p("limits.all")} · ${p("limits.until", { time: this.#lastDay(one) })}
      ${isOver ? html`<strong class="govuk-tag oyer-tag">${p("limits.over")}</strong>` : nothing}
      <br /><span class="oyer-quiet">${[one.rule, one.reason].filter(Boolean).join(" · ")}</span>
    </li>`;
  }

  #was(one: LimitSet, limits: Limits): string {
    const values = { name: nameOnList(limits.list.limits, one.code, language()), who: one.name || p("limits.all"), from: this.#day(one.from_us), time: this.#lastDay(one) };
    return [p("limits.was", values), one.reason].filter(Boolean).join(" · ");
  }

  #lastDay(one: LimitSet): string {
    return this.#day(one.due_us - 1);
  }

  #day(us: number): string {
    return dayName(dayOf(us, this.page.timezone), language(), dayOf(this.page.now_us, this.page.timezone).slice(0, 4));
  }

  #form(limits: Limits): TemplateResult {
    const { page } = this;
    const codes = limits.list.limits.map((one) => [one.code, p("limits.usual", { name: one[language()], days: one.days })] as const);
    const who = [["", p("limits.all")] as const, ...page.parties.map((one) => [one.id, `${papersLabel("role", one.role)} ${one.name}`] as const)];
    return form(
      "limit",
      p("limits.save"),
      html`${choice("limit-code", "code", "limits.code", codes)} ${choice("limit-party", "party", "limits.who", who)}
      ${input({ id: "limit-from", name: "from", label: "limits.from", type: "date", value: dayOf(page.now_us, page.timezone) })}
      ${input({ id: "limit-days", name: "days", label: "limits.days", hint: "limits.days_hint", type: "number" })}
      ${input({ id: "limit-reason", name: "reason", label: "limits.reason", hint: "limits.reason_hint", max: 1000 })}`,
      (data) => this.#set(data),
    );
  }

  #set(data: FormData): void {
    const [code, party, from, days, reason] = [said(data, "code"), said(data, "party"), said(data, "from"), Number(said(data, "days")), said(data, "reason")];
    if (!isDay(from)) this.problem = "error.day";
    else if (!Number.isInteger(days) || days < 0 || days > DAYS_MAX) this.problem = "error.days";
    else if (!reason) this.problem = "error.reason";
    else {
      const wish: LimitWish = { code, from_us: instant(from, "12:00", this.page.timezone), reason, ...(party ? { party } : {}), ...(days ? { days } : {}) };
      void this.#act(() => new PaperDesk(this.office).setLimit(this.page.id, wish), true);
    }
  }

  async #act(work: () => Promise<Limits>, isSaving = false): Promise<void> {
    this.problem = null;
    this.isSaved = false;
    try {
      this.limits = await work();
      this.isSaved = isSaving;
      if (!isSaving) return;
      this.querySelector("form")?.reset();
      this.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
    } catch (error) {
      this.problem = problemOf(error);
    }
  }
}

define("oyer-case-limits", CaseLimits);
