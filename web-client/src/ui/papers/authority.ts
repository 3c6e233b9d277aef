/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Who stands for whom in a case, with which authority until when; entered, changed and ended here. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { language } from "../../core/i18n/index.js";
import { p, papersLabel } from "../../core/i18n/papers.js";
import type { PapersKey } from "../../core/i18n/papers.js";
import type { Office } from "../../core/office.js";
import { MATTERS, PaperDesk, STANDS_AS } from "../../core/paper-desk.js";
import type { Authority, AuthorityChange, AuthorityTerms, Represented, Standing } from "../../core/paper-desk.js";
import { dayName, dayOf } from "../../core/zone.js";
import { define, Plain } from "../common/plain.js";
import { when } from "../common/when.js";
import { said } from "../registry/decide.js";
import { boxes, choice, details, endOfDay, form, input } from "./fields.js";
import type { Choice } from "./fields.js";
import { problemBox, problemOf } from "./problem.js";

const SCOPES = ["general", "special"] as const;

class CaseAuthority extends Plain {
  static override properties = {
    office: { attribute: false },
    may: { type: Boolean },
    of: {},
    party: {},
    documents: { attribute: false },
    language: {},
    standing: { state: true },
    problem: { state: true },
    said: { state: true },
  };
  declare office: Office;
  /** Whether this person may change something. */
  declare may: boolean;
  /** The case. */
  declare of: string;
  /** Of this party alone, whose power of attorney has come; "": of all. */
  declare party: string;
  /** Of the sheet, that a power of attorney may be. */
  declare documents: readonly { id: string; title: string }[];
  declare language: string; // so that it is drawn anew in the other one
  declare standing: Standing | null;
  declare problem: PapersKey | null;
  declare said: PapersKey | null;

  constructor() {
    super();
    this.party = "";
    this.documents = [];
    this.standing = null;
    this.problem = null;
    this.said = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#act(() => this.#desk.standing(this.of), null);
  }

  protected override render(): TemplateResult {
    const parties = this.standing?.parties.filter((one) => !this.party || one.party === this.party) ?? [];
    return html`${this.party ? nothing : html`<h2 class="govuk-heading-m">${p("stand.heading")}</h2>`} ${problemBox(this.problem)}
      <p class="govuk-body" role="status" data-test="stand-said">${this.said ? p(this.said) : nothing}</p>
      <ul class="govuk-list" data-test="standing">
        ${this.standing ? parties.map((one) => this.#represented(one, this.standing?.timezone ?? "UTC")) : nothing}
      </ul>`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("problem") && this.problem) this.querySelector<HTMLElement>("[role=alert]")?.focus();
  }

  get #desk(): PaperDesk {
    return new PaperDesk(this.office);
  }

  #represented(one: Represented, zone: string): TemplateResult {
    const isFiled = this.party !== "";
    return html`<li data-test="represented" data-party=${one.party}>
      <h3 class="govuk-heading-s oyer-tight">${papersLabel("role", one.role)} ${one.name}</h3>
      ${one.representatives.length === 0 ? html`<p class="govuk-body oyer-quiet oyer-tight">${p("stand.none")}</p>` : nothing}
      <ul class="govuk-list govuk-list--bullet oyer-tight">
        ${one.representatives.map((other) => this.#authority(other, zone))}
      </ul>
      ${this.may ? details("stand-add", isFiled ? p("authority.confirm") : p("stand.add_for", { name: one.name }), this.#grantForm(one, zone)) : nothing}
      ${this.may && !isFiled ? details("stand-address", p("stand.address_for", { name: one.name }), this.#addressForm(one)) : nothing}
    </li>`;
  }

  #authority(one: Authority, zone: string): TemplateResult {
    const days = [
      one.valid_from_us > 0 ? p("stand.from", { time: this.#day(one.valid_from_us, zone) }) : "",
      one.valid_until_us > 0 ? p("stand.until", { time: this.#day(one.valid_until_us - 1, zone) }) : p("stand.no_end"),
    ];
    return html`<li data-test="authority" data-state=${one.state}>
      <strong>${one.name}</strong> ${papersLabel("as", one.kind)} <strong class="govuk-tag oyer-tag">${papersLabel("state", one.state)}</strong>
      <br /><span class="oyer-quiet">${[scopeWords(one), ...days].filter(Boolean).join(" · ")}</span>
      ${details(`history-${one.id}`, p("stand.history"), html`<ol class="govuk-list oyer-tight">${one.changes.map((change) => html`<li>${this.#change(change, zone)}</li>`)}</ol>`)}
      ${this.may && one.state !== "ended"
        ? html`${details(`renew-${one.id}`, p("stand.renew"), this.#renewForm(one, zone))} ${details(`end-${one.id}`, p("stand.end"), this.#endForm(one))}`
        : nothing}
    </li>`;
  }

  #change(one: AuthorityChange, zone: string): string {
    const until = one.action !== "ended" && one.valid_until_us > 0 ? p("stand.until", { time: this.#day(one.valid_until_us - 1, zone) }) : "";
    return [when(one.at_us, zone), papersLabel("action", one.action), one.action === "ended" ? "" : scopeWords(one), until, one.reason, one.by].filter(Boolean).join(" · ");
  }

  #day(us: number, zone: string): string {
    return dayName(dayOf(us, zone), language(), dayOf(this.standing?.now_us ?? us, zone).slice(0, 4));
  }

  // ---- forms ----

  /** What every authority says: scope, matters, last day, the document. */
  #terms(id: string, none: Choice, zone: string, now?: Authority): TemplateResult {
    const papers = [none, ...this.documents.map((one) => [one.id, one.title] as const)];
    const first = this.party && !now ? (this.documents[0]?.id ?? "") : "";
    return html`${choice(`${id}-scope`, "scope", "form.scope", SCOPES.map((one) => [one, p(`scope.${one}`)] as const), now?.scope ?? "general")}
    ${boxes(`${id}-matters`, "matters", "form.matters", MATTERS.map((one) => [one, p(`matter.${one}`)] as const), now?.matters ?? [])}
    ${input({ id: `${id}-until`, name: "until", label: "form.until", type: "date", value: now && now.valid_until_us > 0 ? dayOf(now.valid_until_us - 1, zone) : "" })}
    ${choice(`${id}-document`, "document", "form.document", papers, first)}`;
  }

  /** Null: something is not right, and said. */
  #readTerms(data: FormData, zone: string): AuthorityTerms | null {
    const scope = said(data, "scope");
    const matters = data.getAll("matters").map(String);
    const until = endOfDay(said(data, "until"), zone);
    const document = said(data, "document");
    const isUnlike = (scope === "special") !== matters.length > 0;
    this.problem = until === null ? "error.day" : isUnlike ? (scope === "special" ? "error.matters" : "error.general") : null;
    return until === null || this.problem ? null : { scope, matters, valid_until_us: until, ...(document ? { document } : {}) };
  }

  #grantForm(one: Represented, zone: string): TemplateResult {
    const id = `grant-${one.party}`;
    return form(
      "grant",
      this.party ? p("authority.confirm") : p("stand.add"),
      html`${input({ id: `${id}-name`, name: "name", label: "form.name", max: 100 })} ${input({ id: `${id}-address`, name: "address", label: "form.address" })}
      ${choice(`${id}-kind`, "kind", "form.kind", STANDS_AS.map((kind) => [kind, p(`as.${kind}`)] as const))} ${this.#terms(id, ["", p("form.no_document")], zone)}`,
      (data) => {
        const [name, address] = [said(data, "name"), said(data, "address")];
        const terms = this.#readTerms(data, zone);
        if (!name) this.problem = "error.name";
        else if (!address) this.problem = "error.address";
        else if (terms) void this.#act(() => this.#desk.grant(this.of, { party: one.party, name, address, kind: said(data, "kind"), ...terms }), "stand.done");
      },
    );
  }

  #renewForm(one: Authority, zone: string): TemplateResult {
    const id = `renew-${one.id}`;
    return form("renew", p("form.save"), html`${this.#terms(id, ["", p("form.same_document")], zone, one)} ${this.#reason(id)}`, (data) => {
      const terms = this.#readTerms(data, zone);
      const reason = said(data, "reason");
      if (terms && this.#has(reason)) void this.#act(() => this.#desk.renew(this.of, one.id, terms, reason), "stand.done");
    });
  }

  #endForm(one: Authority): TemplateResult {
    return form("end", p("stand.end_do"), html`<p class="govuk-body">${p("stand.end_hint")}</p>${this.#reason(`end-${one.id}`)}`, (data) => {
      const reason = said(data, "reason");
      if (this.#has(reason)) void this.#act(() => this.#desk.end(this.of, one.id, reason), "stand.done");
    });
  }

  #addressForm(one: Represented): TemplateResult {
    const id = `address-${one.party}`;
    return form(
      "address",
      p("stand.address_do"),
      html`<p class="govuk-body">${p("stand.address_hint")}</p>
        ${input({ id: `${id}-address`, name: "address", label: "form.address" })} ${this.#reason(id)}`,
      (data) => {
        const [address, reason] = [said(data, "address"), said(data, "reason")];
        if (!address) this.problem = "error.address";
        else if (this.#has(reason)) {
          void this.#act(async () => {
            await this.#desk.confirmAddress(this.of, one.party, address, reason);
            return this.#desk.standing(this.of);
          }, "stand.address_done");
        }
      },
    );
  }

  #reason(id: string): TemplateResult {
    return input({ id: `${id}-reason`, name: "reason", label: "form.reason", max: 1000 });
  }

  #has(reason: string): boolean {
    this.problem = reason ? null : "error.reason";
    return reason !== "";
  }

  async #act(work: () => Promise<Standing>, done: PapersKey | null): Promise<void> {
    this.problem = this.said = null;
    try {
      this.standing = await work();
      this.said = done;
      if (!done) return;
      for (const form of this.querySelectorAll("form")) form.reset();
      for (const open of this.querySelectorAll("details")) open.open = false;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }
}

/** What it covers; who acts by law needs no authority. */
function scopeWords(one: { kind?: string; scope: string; matters: readonly string[] }): string {
  if (one.kind === "guardian") return "";
  const scope = papersLabel("scope", one.scope);
  const matters = one.matters.map((matter) => papersLabel("matter", matter)).join(p("stand.and"));
  return matters ? p("stand.covers", { scope, matters }) : scope;
}

define("oyer-case-authority", CaseAuthority);
