/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The register's section: the search, or one case of it (`/staff#/register/CASE`). */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { FilingApi } from "../../core/filing.js";
import type { Cause } from "../../core/filing.js";
import { r } from "../../core/i18n/register.js";
import type { RegisterKey } from "../../core/i18n/register.js";
import type { Me, Office } from "../../core/office.js";
import { Register } from "../../core/register.js";
import type { Access, CasePage, Hits } from "../../core/register.js";
import { define, Plain } from "../common/plain.js";
import { casePage } from "./case.js";
import { accessForm, enterForm } from "./change.js";
import type { ChangeActions } from "./change.js";
import type { PaperActions } from "./papers.js";
import { problemBox, problemOf } from "./problem.js";
import { search } from "./search.js";

export const TAG = "oyer-register";

class RegisterSection extends Plain {
  static override properties = {
    office: { attribute: false },
    me: { attribute: false },
    path: {},
    found: { state: true },
    page: { state: true },
    problem: { state: true },
    said: { state: true },
    undo: { state: true },
  };
  declare office: Office;
  declare me: Me;
  /** The case that is open; "": the search. */
  declare path: string;
  declare found: Hits | null;
  declare page: CasePage | null;
  declare problem: RegisterKey | null;
  /** What was done last. */
  declare said: string;
  /** Who could see it before the last change; null: nothing to take back by oneself. */
  declare undo: { access: Access; entry: number } | null;
  #text = "";
  #causes: readonly Cause[] = [];
  /** Answers of earlier searches come late. */
  #asked = 0;

  constructor() {
    super();
    this.path = "";
    this.found = null;
    this.page = null;
    this.problem = null;
    this.said = "";
    this.undo = null;
  }

  protected override render(): TemplateResult {
    if (!this.path) {
      return html`${problemBox(this.problem)}
      ${search(this.#text, this.found, this.#causes, {
        find: (text) => void this.#find(text),
        more: () => void this.#more(),
      })}`;
    }
    const back = html`<p class="govuk-body"><a class="govuk-link" href="#/register" data-test="to-search">${r("case.back")}</a></p>
      ${problemBox(this.problem)}`;
    if (!this.page) return html`${back}${this.problem ? nothing : html`<p class="govuk-body" role="status">${r("case.loading")}</p>`}`;
    return html`${back}
      ${casePage({ register: this.#register, page: this.page, causes: this.#causes, papers: this.#papers(this.page), more: () => void this.#moreEntries() })}
      <p class="govuk-body" role="status" data-test="said">${this.said}</p>
      ${this.undo ? html`<button class="govuk-button govuk-button--secondary" type="button" data-test="undo" @click=${() => void this.#undo()}>${r("level.undo")}</button>` : nothing}
      ${enterForm(this.me.rights, this.#change)} ${accessForm(this.me.rights, this.page, this.problem === "error.needs_two", this.#change)}`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("path")) void this.#show();
    if (changed.has("problem") && this.problem) this.querySelector<HTMLElement>("[role=alert]")?.focus();
  }

  get #register(): Register {
    return new Register(this.office);
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    this.problem = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.problem = problemOf(error);
      return false;
    }
  }

  async #show(): Promise<void> {
    this.page = null;
    this.said = "";
    this.undo = null;
    await this.#try(async () => {
      if (this.#causes.length === 0) this.#causes = (await new FilingApi().form()).causes;
      if (this.path) this.page = await this.#register.read(this.path);
      else await this.#find(this.#text);
    });
    await this.updateComplete;
    this.querySelector<HTMLElement>("h1")?.focus();
  }

  async #find(text: string): Promise<void> {
    const asked = ++this.#asked;
    this.#text = text;
    this.found = null;
    await this.#try(async () => {
      const found = await this.#register.find(text);
      if (asked === this.#asked) this.found = found;
    });
  }

  async #more(): Promise<void> {
    const before = this.found;
    const asked = this.#asked;
    if (!before) return;
    await this.#try(async () => {
      const { hits, next } = await this.#register.find(this.#text, before.next);
      if (asked === this.#asked) this.found = { hits: [...before.hits, ...hits], next };
    });
  }

  async #moreEntries(): Promise<void> {
    const before = this.page;
    if (!before) return;
    await this.#try(async () => {
      const page = await this.#register.read(before.id, before.entries.at(-1)?.number ?? 0);
      this.page = { ...page, entries: [...before.entries, ...page.entries] };
    });
  }

  /** The whole sheet is read anew: somebody else may have written too. */
  async #changed(id: string, said: (page: CasePage) => string): Promise<void> {
    this.page = await this.#register.read(id);
    this.said = said(this.page);
  }

  /** To seal cannot be taken back by one person. */
  #setAccess(access: Access, reason: string, entry: number): Promise<boolean> {
    const before = entry ? this.page?.entries.find((one) => one.number === entry)?.access : this.page?.access;
    this.undo = null;
    return this.#try(async () => {
      const { id } = await this.#register.setAccess(this.path, access, reason, entry);
      await this.#changed(id, () => r("level.done"));
      this.undo = before && before !== access && access !== "sealed" && before !== "sealed" ? { access: before, entry } : null;
    });
  }

  async #undo(): Promise<void> {
    const { undo } = this;
    if (undo && (await this.#setAccess(undo.access, r("level.undo_why"), undo.entry))) {
      this.undo = null;
      this.said = r("level.undone");
    }
  }

  #papers(page: CasePage): PaperActions {
    return {
      office: this.office,
      rights: this.me.rights,
      register: this.#register,
      wrong: () => (this.problem = "error.reason"),
      changed: (said) => void this.#try(() => this.#changed(page.id, () => said)),
      seal: (document, reason) =>
        void this.#try(async () => {
          await this.#register.seal(document, reason);
          await this.#changed(page.id, () => r("paper.done"));
        }),
    };
  }

  readonly #change: ChangeActions = {
    wrong: (key) => (this.problem = key),
    enter: (entry) =>
      this.#try(async () => {
        const { id, entry_count } = await this.#register.enter(this.path, entry);
        await this.#changed(id, () => r("enter.done", { n: entry_count }));
      }),
    setAccess: (access, reason, entry) => this.#setAccess(access, reason, entry),
    askUnseal: (reason) =>
      void this.#try(async () => {
        await this.#register.askUnseal(this.path, reason);
        this.said = r("level.asked");
      }),
  };
}

define(TAG, RegisterSection);
