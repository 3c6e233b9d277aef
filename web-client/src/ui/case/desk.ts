/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What the page of one's own case knows and does, beside what it does with a filing. */

import { ApiError } from "../../core/api.js";
import type { CaseKey } from "../../core/i18n/case.js";
import { CaseApi } from "../../core/paper.js";
import type { CasePapers, CaseRow, OpenNotice, OwnNotice, PaperKind } from "../../core/paper.js";
import type { CasePage } from "../../core/register.js";
import { Desk } from "../filing/desk.js";

export class CaseDesk extends Desk {
  readonly #court: CaseApi;
  cases: CaseRow[] | null = null;
  page: CasePage | null = null;
  papers: CasePapers | null = null;
  /** What draws the list of evidence, once there is any. */
  evidence: typeof import("../common/exhibits.js") | null = null;
  notices: OwnNotice[] | null = null;
  /** Those whose text was asked for. */
  readonly opened = new Map<string, OpenNotice>();
  isSaved = false;
  /** What is wrong in the words of this page. */
  wrong: CaseKey | null = null;

  constructor() {
    const court = new CaseApi();
    super(court);
    this.#court = court;
  }

  override act(work: () => Promise<void>, field?: string): Promise<boolean> {
    this.wrong = null;
    return super.act(async () => {
      try {
        await work();
      } catch (error) {
        if (error instanceof ApiError && error.code === "no_authority") this.wrong = "write.no_authority";
        throw error;
      }
    }, field);
  }

  /** False: nothing is wrong. */
  miss(what: CaseKey | null): boolean {
    this.wrong = what;
    this.changed();
    return what !== null;
  }

  async listCases(): Promise<void> {
    this.cases = await this.#court.cases();
  }

  async openCase(id: string): Promise<void> {
    if (this.page?.id !== id) {
      this.page = this.papers = this.notices = null;
      this.opened.clear();
    }
    this.papers = await this.#court.casePapers(id);
    this.notices = await this.#court.notices(id);
    const page = await this.#court.casePage(id);
    if (page.entries.some((one) => !one.withheld && one.documents.some((other) => other.exhibit))) this.evidence ??= await import("../common/exhibits.js");
    this.page = page;
  }

  /** It is read when its text is here, and the list says since when. */
  async openNotice(id: string): Promise<void> {
    const into = this.page?.id;
    if (!into || this.opened.has(id)) return;
    await this.act(async () => {
      this.opened.set(id, await this.#court.openNotice(into, id));
      this.notices = await this.#court.notices(into);
    });
  }

  /** The paper, and the case that it goes into. */
  async openPaper(id: string): Promise<void> {
    await this.open(id);
    const into = this.filing?.paper?.case;
    if (into && this.papers?.case !== into) await this.openCase(into);
    if (this.filing && !this.filing.may.includes("save")) await this.readTrail();
  }

  kindOf(code: string): PaperKind | undefined {
    return this.papers?.list.papers.find((one) => one.code === code);
  }

  /** The new paper's id. */
  async beginPaper(party: string, code: string, language: string): Promise<string | null> {
    let id: string | null = null;
    await this.act(async () => {
      if (this.papers) id = (await this.#court.beginPaper(this.papers.case, party, code, language)).id;
    });
    return id;
  }

  /** A document that says what it proves; its id. */
  async addPiece(title: string, kind: string, purpose: string): Promise<string | null> {
    const id = await this.addDocument(title, kind);
    const filing = this.filing?.id;
    if (!id || !filing || !purpose) return id;
    await this.act(async () => {
      await this.api.changeDocument(filing, id, { purpose });
      await this.open(filing);
    });
    return id;
  }

  async write(text: string, hands: boolean): Promise<boolean> {
    this.isSaved = false;
    if (hands && this.miss(this.#missing(text))) return false;
    const done = await this.save(() => ({ text }), "text");
    this.isSaved = done && !hands;
    this.changed();
    if (!done || !hands) return done;
    const isIn = await this.submit();
    if (isIn) this.papers = this.page = null;
    return isIn;
  }

  /** As the court asks for it: docs/PAPERS.md. */
  #missing(text: string): CaseKey | null {
    const kind = this.filing?.paper?.kind;
    const has = this.documents().length > 0;
    if (kind === "motion" || (kind === "answer" && !has)) return text ? null : "write.missing_text";
    return has || kind === "answer" ? null : "write.missing_documents";
  }

  /** The way into a hearing: a new pass, which kills the old one. */
  enterHearing(participant: string): Promise<boolean> {
    return this.act(async () => {
      location.assign((await this.#court.newPass(participant)).link);
    });
  }
}
