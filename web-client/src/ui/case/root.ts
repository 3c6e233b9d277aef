/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The page of one's own case.  The address says what is shown: `#/` the cases,
 * `#/case/CASE`, `#/case/CASE/new`, `#/PAPER`, `#/PAPER/documents/WHICH`.
 */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { c } from "../../core/i18n/case.js";
import { f } from "../../core/i18n/filing.js";
import { setLanguage, t } from "../../core/i18n/index.js";
import type { Language } from "../../core/messages.js";
import { siteFooter, siteHeader } from "../common/header.js";
import { define, Plain } from "../common/plain.js";
import { enter } from "../filing/enter.js";
import { summary } from "../filing/form.js";
import { CaseDesk } from "./desk.js";
import { cases, ownCase } from "./view.js";

/** Who only looks at his case does not fetch what writes papers. */
type Writing = typeof import("./writing.js");

/** Either a case, or a paper that goes into one. */
interface Place {
  case: string;
  paper: string;
  step: string;
  which: string;
}

function placeOf(hash: string): Place {
  const [first = "", second = "", third = ""] = hash.replace(/^#\/?/, "").split("/");
  if (first === "case") return { case: second, paper: "", step: third, which: "" };
  return { case: "", paper: first, step: second, which: third };
}

class CasePageElement extends Plain {
  readonly #desk = new CaseDesk();
  #place: Place = placeOf(location.hash);
  #writing: Writing | null = null;
  #seen = "";
  #hadProblems = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#desk.subscribe(() => this.requestUpdate());
    window.addEventListener("hashchange", this.#onHash);
    window.addEventListener("beforeunload", this.#onLeave);
    void this.#desk.start().then(() => this.#arrive());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.#onHash);
    window.removeEventListener("beforeunload", this.#onLeave);
  }

  protected override render(): TemplateResult {
    const speak = (to: Language): void => {
      setLanguage(to);
      this.requestUpdate();
    };
    return html`${siteHeader({ speak, redraw: () => this.requestUpdate() }, this.#desk.page?.court_name ?? "")}
      <main class="oyer-main oyer-filing" id="main" tabindex="-1" data-test="case-page" data-screen=${this.#screen()}>
        ${this.#way()} ${summary(this.#desk)} ${keyed(this.#key(), this.#content())}
      </main>
      ${siteFooter()}`;
  }

  /** A new screen begins at its heading; what is wrong is read first. */
  protected override updated(): void {
    document.title = `${c("page.title")} · ${t("app.name")}`;
    const key = this.#key();
    const hasProblems = this.#desk.problems.length > 0;
    if (hasProblems && !this.#hadProblems) this.querySelector<HTMLElement>(".govuk-error-summary")?.focus();
    else if (key !== this.#seen && !hasProblems) {
      window.scrollTo(0, 0);
      this.querySelector<HTMLElement>("main h1")?.focus();
    }
    this.#seen = key;
    this.#hadProblems = hasProblems;
    if (this.#desk.isKnown && !this.#desk.isBusy && !hasProblems && this.#screen() === "loading") void this.#arrive();
  }

  #key(): string {
    return `${Object.values(this.#place).join("/")}/${this.#screen()}`;
  }

  #screen(): string {
    const desk = this.#desk;
    const place = this.#place;
    if (desk.isKnown === null) return "loading";
    if (!desk.isKnown) return desk.challenge ? "code" : "enter";
    if ((place.paper || place.step) && !this.#writing) return "loading";
    if (place.case) {
      if (desk.page?.id !== place.case || !desk.papers) return "loading";
      return place.step === "new" ? "new" : "case";
    }
    if (!place.paper) return desk.cases ? "cases" : "loading";
    if (desk.filing?.id !== place.paper || !desk.filing.paper || desk.papers?.case !== desk.filing.paper.case) return "loading";
    if (!desk.filing.may.includes("save")) return "status";
    if (place.which === "new") return "piece";
    return place.which && desk.document(place.which) ? "pages" : "paper";
  }

  #way(): TemplateResult | typeof nothing {
    if (!this.#desk.isKnown) return nothing;
    const into = this.#place.paper ? this.#desk.filing?.paper?.case : this.#place.step ? this.#place.case : "";
    const isCases = !this.#place.paper && !this.#place.case;
    if (isCases) return nothing;
    const inside = this.#place.which ? `#/${this.#place.paper}` : into ? `#/case/${into}` : "#/";
    const label = this.#place.which ? f("page.back") : into ? c("page.case") : c("page.cases");
    return html`<p class="govuk-body oyer-filing__back"><a class="govuk-link" href=${inside} data-test="back">${label}</a></p>`;
  }

  #content(): TemplateResult {
    const desk = this.#desk;
    const screen = this.#screen();
    if (screen === "enter" || screen === "code") return enter(desk);
    if (screen === "cases") return cases(desk);
    if (desk.page && desk.papers && screen === "case") return ownCase(desk, desk.page, desk.papers);
    const { filing } = desk;
    const writing = this.#writing;
    if (screen === "loading" || !writing) return html`<p class="govuk-body-l" role="status">${f("page.loading")}</p>`;
    if (desk.papers && screen === "new") return writing.newPaper(desk, desk.papers);
    if (!filing?.paper) return html``;
    if (screen === "status") return writing.paperStatus(desk, filing, filing.paper);
    if (screen === "piece") return writing.newPiece(desk, filing, filing.paper);
    const document = desk.document(this.#place.which);
    return screen === "pages" && document ? writing.pages(desk, filing, document) : writing.writePaper(desk, filing, filing.paper);
  }

  async #arrive(): Promise<void> {
    const desk = this.#desk;
    const place = this.#place;
    if (!desk.isKnown) return;
    await desk.act(async () => {
      await desk.flush();
      if (place.paper || place.step) this.#writing ??= await import("./writing.js");
      if (place.case) return desk.openCase(place.case);
      if (!place.paper) return desk.listCases();
      return desk.openPaper(place.paper);
    });
  }

  #onHash = (): void => {
    this.#place = placeOf(location.hash);
    this.#desk.complain([]);
    this.#desk.isSaved = false;
    this.#desk.wrong = null;
    this.requestUpdate();
    void this.#arrive();
  };

  #onLeave = (event: Event): void => {
    if (this.#desk.uploads.isBusy) event.preventDefault();
  };
}

define("oyer-case", CasePageElement);
