/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The calendar's section: a day or a week of the court (`/staff#/calendar/DAY/VIEW/BY`),
 * or the cases that wait (`/staff#/calendar/waiting`). */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import "../../styles/calendar.scss";
import { ApiError } from "../../core/api.js";
import type { By } from "../../core/agenda.js";
import { FilingApi } from "../../core/filing.js";
import type { Cause } from "../../core/filing.js";
import { c } from "../../core/i18n/calendar.js";
import type { CalendarKey } from "../../core/i18n/calendar.js";
import type { Me, Office } from "../../core/office.js";
import { Schedule, verdictOf } from "../../core/schedule.js";
import type { Agenda, Booked, Hearing, Plan, ScheduleForm, Verdict, WaitingCase } from "../../core/schedule.js";
import { addDays, dayOf, isDay, mondayOf, spanOfDays, timeOf } from "../../core/zone.js";
import type { Span } from "../../core/zone.js";
import { define, Plain } from "../common/plain.js";
import "./absence.js";
import type { Done, Shown } from "./absence.js";
import { bar, zones } from "./bar.js";
import type { Where } from "./bar.js";
import "./dialog.js";
import type { Start } from "./dialog.js";
import { faultList, problemBox, problemOf } from "./faults.js";
import { dayGrid } from "./grid.js";
import type { GridActions } from "./grid.js";
import { dayLists, workNote } from "./list.js";
import { waitingList } from "./waiting.js";
import type { Row } from "./waiting.js";
import { weekTable } from "./week.js";
import { caseWords, dayWords, spanWords, workOf } from "./words.js";
import type { Scene } from "./words.js";

export const TAG = "oyer-calendar";

const WAITING = "waiting";

class CalendarSection extends Plain {
  static override properties = { office: { attribute: false }, me: { attribute: false }, path: {} };
  declare office: Office;
  declare me: Me;
  /** DAY/VIEW/BY, or "waiting"; "": today. */
  declare path: string;
  #form: ScheduleForm | null = null;
  #agenda: Agenda | null = null;
  #causes: readonly Cause[] = [];
  #waiting: readonly WaitingCase[] = [];
  #rows: Row[] | null = null;
  #start: Start | null = null;
  /** Leave or repair that is open. */
  #shown: Shown = null;
  /** What was done last, to be taken back. */
  #last: Hearing | null = null;
  #said = "";
  #problem: CalendarKey | null = null;
  #verdict: Verdict | null = null;
  /** Answers for a day that was left come late. */
  #asked = 0;
  readonly #narrow = window.matchMedia("(max-width: 48em)");

  constructor() {
    super();
    this.path = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#narrow.addEventListener("change", this.#onWidth);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#narrow.removeEventListener("change", this.#onWidth);
  }

  #onWidth = (): void => this.requestUpdate();

  get #schedule(): Schedule {
    return new Schedule(this.office);
  }

  get #mayChange(): boolean {
    return this.me.rights.includes("schedule");
  }

  get #where(): Where {
    const [day = "", view, by] = this.path.split("/");
    const today = this.#form ? dayOf(this.#agenda?.now_us ?? this.#form.now_us, this.#form.timezone) : "";
    return { day: isDay(day) ? day : today, view: view === "week" ? "week" : "day", by: by === "judges" ? "judges" : "rooms" };
  }

  protected override render(): TemplateResult {
    const form = this.#form;
    return html`${problemBox(this.#problem)} ${this.#refusal()}
      ${form ? (this.path === WAITING ? this.#waitingPage(form) : this.#board(form)) : html`<h1 class="govuk-heading-l" tabindex="-1">${c("page.title")}</h1><p class="govuk-body" role="status">${c("page.loading")}</p>`}
      ${this.#lastBar()}
      ${form && this.#start
        ? html`<oyer-calendar-dialog
            .schedule=${this.#schedule}
            .form=${form}
            .waiting=${this.#waiting}
            .start=${this.#start}
            .may=${this.#mayChange}
            @done=${(event: CustomEvent<Hearing>) => void this.#done(event.detail)}
            @dismiss=${() => void this.#shut()}
          ></oyer-calendar-dialog>`
        : nothing}`;
  }

  /** What was shown is of another day. */
  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("path")) return;
    this.#agenda = null;
    this.#rows = null;
  }

  protected override updated(changed: Map<string, unknown>): void {
    this.querySelector<Plain>("oyer-calendar-dialog")?.requestUpdate();
    if (!changed.has("path")) return;
    const isFirst = this.#form === null;
    const before = changed.get("path");
    void this.#load().then(() => (isFirst || before === WAITING || this.path === WAITING) && this.querySelector<HTMLElement>("h1")?.focus());
  }

  // ---- a day, a week ----

  #board(form: ScheduleForm): TemplateResult {
    const where = this.#where;
    const days = where.view === "week" ? Array.from({ length: 7 }, (_, i) => addDays(mondayOf(where.day), i)) : [where.day];
    const scene: Scene | null = this.#agenda && { form, agenda: this.#agenda, mayChange: this.#mayChange };
    const heading = days.length > 1 ? `${dayWords(days[0] ?? "")} – ${dayWords(days[6] ?? "")}` : dayWords(where.day);
    return html`<div class="oyer-calendar__top">
        <h1 class="govuk-heading-l oyer-tight" tabindex="-1">${c("page.title")}</h1>
        ${this.#mayChange ? this.#acts(where) : nothing}
      </div>
      ${bar(where, this.#narrow.matches, (to) => this.#go(to), () => void this.#load())}
      <div class="oyer-calendar__top">
        <h2 class="govuk-heading-m oyer-tight" aria-live="polite" data-test="heading">${heading}</h2>
        ${scene && where.view === "day" ? workNote(scene, where.day) : nothing}
      </div>
      ${zones(form, where.day)} ${scene ? this.#away(scene, days[0] ?? "") : nothing}
      ${scene ? this.#content(scene, days, where) : html`<p class="govuk-body" role="status">${c("page.loading")}</p>`}`;
  }

  #away(scene: Scene, day: string): TemplateResult {
    const work = workOf(scene.agenda).filter((one) => dayOf(one.from_us, scene.form.timezone) === day);
    const hours = [timeOf(work[0]?.from_us ?? 0, scene.form.timezone), timeOf(work.at(-1)?.to_us ?? 0, scene.form.timezone)];
    return html`<oyer-calendar-absences
      .schedule=${this.#schedule}
      .form=${scene.form}
      .absences=${scene.agenda.absences}
      .shown=${this.#shown}
      .day=${day}
      .hours=${work.length > 0 ? hours : ["09:00", "17:30"]}
      .may=${scene.mayChange}
      @show=${(event: CustomEvent<Shown>) => this.#show(event.detail)}
      @hearing=${(event: CustomEvent<string>) => void this.#openById(event.detail)}
      @done=${(event: CustomEvent<Done>) => void this.#awayDone(event.detail)}
    ></oyer-calendar-absences>`;
  }

  #show(one: Shown): void {
    this.#shown = one;
    this.requestUpdate();
  }

  async #awayDone({ said }: Done): Promise<void> {
    this.#shown = null;
    this.#last = null;
    this.#said = said;
    await this.#load();
  }

  #content(scene: Scene, days: readonly string[], { view, by }: Where): TemplateResult {
    const to: GridActions = {
      open: (hearing) => void this.#open(hearing),
      change: (hearing, plan) => void this.#change(hearing, plan),
      book: (span, column) => void this.#book(span, column, by),
      absence: (one) => this.#show(one),
    };
    if (this.#narrow.matches) return dayLists(scene, days, to.open);
    const keys = this.#mayChange ? html`<p class="govuk-body oyer-quiet">${c(view === "day" ? "page.keys" : "page.keys_week")}</p>` : nothing;
    return html`${view === "day" ? dayGrid(scene, days[0] ?? "", by, to) : weekTable(scene, days, by, to)} ${keys}`;
  }

  #acts(where: Where): TemplateResult {
    return html`<div class="oyer-calendar__acts">
      <button class="govuk-button" type="button" data-test="new" @click=${() => void this.#book(null, "", where.by)}>${c("new")}</button>
      <button class="oyer-button-plain" type="button" data-test="new-absence" @click=${() => this.#show("new")}>${c("away.new")}</button>
      <a class="govuk-link oyer-calendar__link" href="#/calendar/${WAITING}" data-test="to-waiting">${c("waiting")}</a>
    </div>`;
  }

  #go({ day, view, by }: Where): void {
    location.hash = `#/calendar/${day || "today"}/${view}/${by}`;
  }

  async #load(): Promise<void> {
    const asked = ++this.#asked;
    await this.#try(async () => {
      const form = (this.#form ??= await this.#schedule.form());
      if (this.path === WAITING) {
        await this.#loadWaiting();
        if (asked === this.#asked) this.#rows = this.#waiting.map((one) => ({ case: one, proposal: null, booked: null, verdict: null }));
        return;
      }
      const { day, view } = this.#where;
      const span = view === "week" ? spanOfDays(mondayOf(day), 7, form.timezone) : spanOfDays(day, 1, form.timezone);
      const agenda = await this.#schedule.agenda(span);
      if (asked === this.#asked) this.#agenda = agenda;
    });
  }

  async #loadWaiting(): Promise<void> {
    if (!this.#mayChange) return;
    if (this.#causes.length === 0) this.#causes = (await new FilingApi().form()).causes;
    this.#waiting = await this.#schedule.waiting();
  }

  // ---- the dialog ----

  async #open(hearing: Booked, plan: Plan = hearing.plan): Promise<void> {
    await this.#try(async () => {
      await this.#loadWaiting();
      const now = await this.#schedule.read(hearing.id);
      const isStale = now.rev !== hearing.rev;
      this.#start = { hearing: now, plan: isStale ? now.plan : plan, names: now.names, isProposed: plan !== hearing.plan, isStale };
    });
  }

  async #openById(id: string): Promise<void> {
    await this.#try(async () => {
      await this.#loadWaiting();
      const now = await this.#schedule.read(id);
      this.#start = { hearing: now, plan: now.plan, names: now.names, isProposed: false, isStale: false };
    });
  }

  async #change(hearing: Booked, plan: Plan): Promise<void> {
    await this.#open(hearing, JSON.stringify(plan) === JSON.stringify(hearing.plan) ? hearing.plan : plan);
  }

  /** A blank one, or at the time and in the column that was pointed at. */
  async #book(span: Span | null, column: string, by: By): Promise<void> {
    await this.#try(async () => {
      await this.#loadWaiting();
      const people: Plan["people"] = by === "judges" && column ? [{ person: column, as: "judge", mode: "video" }] : [];
      const plan: Plan = { kind: "first", openness: "public", room: by === "rooms" ? column : "", cases: [], sessions: span ? [span] : [], people };
      this.#start = { hearing: null, plan, names: {}, isProposed: false, isStale: false };
    });
  }

  /** Closed; what somebody else did meanwhile is shown. */
  async #shut(): Promise<void> {
    const wasStale = this.#start?.isStale ?? false;
    this.#start = null;
    this.requestUpdate();
    if (wasStale || this.path !== WAITING) await this.#load();
  }

  async #done(hearing: Hearing): Promise<void> {
    this.#start = null;
    this.#tell(hearing);
    const row = this.#rows?.find((one) => hearing.plan.cases.includes(one.case.case));
    if (row) row.booked = hearing.state === "booked" ? hearing : null;
    this.requestUpdate();
    if (this.path !== WAITING) await this.#load();
  }

  // ---- done, and taken back ----

  #when(hearing: Hearing): string {
    return hearing.plan.sessions.map((one) => spanWords(one, this.#form?.timezone ?? "UTC")).join("; ");
  }

  #tell(hearing: Hearing): void {
    this.#last = hearing;
    const action = hearing.changes[0]?.action ?? "changed";
    this.#said = action === "undone" ? "" : c(`done.${action}`, { case: caseWords(hearing), when: this.#when(hearing) });
    this.#verdict = null;
  }

  #lastBar(): TemplateResult {
    const last = this.#last;
    const action = last?.changes[0]?.action ?? "undone";
    return html`<div class="oyer-calendar__last" ?hidden=${!this.#said}>
      <span role="status" data-test="said">${this.#said}</span>
      ${last && action !== "undone"
        ? html`<button class="oyer-button-plain" type="button" data-test="undo" @click=${() => void this.#undo(last)}>
            ${c(`undo.${action}`, { case: caseWords(last), when: this.#when(last) })}
          </button>`
        : nothing}
    </div>`;
  }

  async #undo(of: Hearing): Promise<void> {
    this.#verdict = null;
    await this.#try(async () => {
      try {
        const now = await this.#schedule.undo(of);
        this.#last = null;
        this.#said = c(now.state === "booked" ? "undo.done" : "undo.done_gone", { case: caseWords(now), when: this.#when(now) });
        const row = this.#rows?.find((one) => one.booked?.id === now.id);
        if (row) row.booked = now.state === "booked" ? now : null;
      } catch (error) {
        this.#verdict = verdictOf(error);
        if (this.#verdict) return;
        if (!(error instanceof ApiError) || error.code !== "stale") throw error;
        this.#last = null;
        this.#said = "";
        await this.#open(of);
      }
    });
    if (!this.#start && this.path !== WAITING) await this.#load();
    if (!this.#start) this.querySelector<HTMLElement>("h1")?.focus();
  }

  /** Why what stood before cannot stand again. */
  #refusal(): TemplateResult | typeof nothing {
    if (!this.#verdict || !this.#form) return nothing;
    return html`<div class="govuk-error-summary" role="alert" tabindex="-1" data-test="undo-refused">
      <h2 class="govuk-error-summary__title">${c("fault.heading")}</h2>
      ${faultList(this.#verdict, this.#form.timezone)}
    </div>`;
  }

  // ---- cases that wait ----

  #waitingPage(form: ScheduleForm): TemplateResult {
    return html`<a class="govuk-link oyer-calendar__link" href="#/calendar" data-test="to-calendar">${c("back")}</a>
      ${waitingList(this.#rows, form, this.#causes, {
        propose: (minutes, in_person) => void this.#propose(minutes, in_person),
        accept: (row) => void this.#accept(row),
        choose: (row) => this.#choose(row),
      })}
      ${zones(form, dayOf(form.now_us, form.timezone))}`;
  }

  async #propose(minutes: number, in_person: boolean): Promise<void> {
    await this.#try(async () => {
      const proposals = await this.#schedule.propose(minutes, in_person);
      const found = new Map(proposals.map((one) => [one.case, one]));
      for (const row of this.#rows ?? []) {
        row.proposal = found.get(row.case.case) ?? null;
        row.verdict = null;
      }
      this.#last = null;
      this.#said = c("wait.proposed", { n: proposals.filter((one) => one.plan).length });
    });
  }

  async #accept(row: Row): Promise<void> {
    const plan = row.proposal?.plan;
    if (!plan) return;
    await this.#try(async () => {
      try {
        row.booked = await this.#schedule.book(plan);
        this.#tell(row.booked);
      } catch (error) {
        row.verdict = verdictOf(error);
        if (!row.verdict) throw error;
      }
    });
    if (row.verdict) return void this.querySelector<HTMLElement>("[data-test=row-taken]")?.focus();
    const here = this.querySelector(`[data-case="${row.case.case}"]`);
    const rest = [...this.querySelectorAll<HTMLElement>("[data-test=accept]")];
    (rest.find((one) => here && here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) ?? this.querySelector<HTMLElement>("h1"))?.focus();
  }

  #choose(row: Row): void {
    const bare: Plan = { kind: "first", openness: "public", room: "", cases: [row.case.case], sessions: [], people: row.case.people };
    this.#start = { hearing: null, plan: row.proposal?.plan ?? bare, names: row.case.names, isProposed: row.proposal?.plan != null, isStale: false };
    this.requestUpdate();
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.#problem = null;
    try {
      await work();
    } catch (error) {
      this.#problem = problemOf(error);
    }
    this.requestUpdate();
    await this.updateComplete;
    if (this.#problem || this.#verdict) this.querySelector<HTMLElement>("[role=alert]")?.focus();
  }
}

define(TAG, CalendarSection);
