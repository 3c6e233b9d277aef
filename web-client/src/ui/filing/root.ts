/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The filing page: one question a screen; the address says which (`#/FILING/STEP/WHICH`). */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { ApiError } from "../../core/api.js";
import { f } from "../../core/i18n/filing.js";
import { setLanguage, t } from "../../core/i18n/index.js";
import type { Language } from "../../core/messages.js";
import { siteFooter, siteHeader } from "../common/header.js";
import { define, Plain } from "../common/plain.js";
import { Desk } from "./desk.js";
import { documents, newDocument, pages } from "./documents.js";
import { enter, mine } from "./enter.js";
import { summary } from "./form.js";
import { isGroup, people } from "./people.js";
import { tasks } from "./tasks.js";
import { cause, claim, facts } from "./words.js";

/** The clocks show minutes. */
const TICK_MS = 20_000;

/** Stands where a filing does: `#/consents`. */
const CONSENTS = "consents";

interface Place {
  filing: string;
  step: string;
  which: string;
}

function placeOf(hash: string): Place {
  const [filing = "", step = "", which = ""] = hash.replace(/^#\/?/, "").split("/");
  return { filing, step, which };
}

class FilingPage extends Plain {
  readonly #desk = new Desk();
  #later: typeof import("./later.js") | null = null;
  #place: Place = placeOf(location.hash);
  #seen = "";
  #hadProblems = false;
  #tick: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#desk.subscribe(() => this.requestUpdate());
    window.addEventListener("hashchange", this.#onHash);
    window.addEventListener("beforeunload", this.#onLeave);
    this.#tick = setInterval(() => this.requestUpdate(), TICK_MS);
    void this.#desk.start().then(() => this.#arrive());
    void this.#fetch().catch(() => undefined); // asked again when it is needed
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.#onHash);
    window.removeEventListener("beforeunload", this.#onLeave);
    clearInterval(this.#tick);
  }

  protected override render(): TemplateResult {
    const desk = this.#desk;
    const court = desk.form?.courts.find((one) => one.id === desk.filing?.court)?.name ?? "";
    return html`${siteHeader(
        {
          speak: (to: Language) => {
            setLanguage(to);
            this.requestUpdate();
          },
          redraw: () => this.requestUpdate(),
        },
        court,
      )}
      <main class="oyer-main oyer-filing" id="main" tabindex="-1" data-test="filing" data-screen=${this.#screen()}>
        ${this.#way()} ${summary(desk)} ${keyed(this.#key(), this.#content())}
      </main>
      ${siteFooter()}`;
  }

  /** A new screen begins at its heading; what is wrong is read first. */
  protected override updated(): void {
    document.title = `${f("page.title")} · ${t("app.name")}`;
    const key = this.#key();
    const hasProblems = this.#desk.problems.length > 0;
    if (hasProblems && !this.#hadProblems) this.querySelector<HTMLElement>(".govuk-error-summary")?.focus();
    else if (key !== this.#seen && !hasProblems) {
      window.scrollTo(0, 0);
      this.querySelector<HTMLElement>("main h1")?.focus();
    }
    this.#seen = key;
    this.#hadProblems = hasProblems;
    if (this.#desk.isKnown && !this.#desk.isBusy && this.#isWanting()) void this.#arrive();
  }

  #key(): string {
    const { filing, step, which } = this.#place;
    return `${filing}/${step}/${which}/${this.#screen()}`;
  }

  #screen(): string {
    const desk = this.#desk;
    if (desk.isKnown === null) return "loading";
    if (!desk.isKnown) return desk.challenge ? "code" : "enter";
    if (!this.#place.filing) return desk.rows ? "mine" : "loading";
    if (!this.#later) return "loading";
    if (this.#place.filing === CONSENTS) return desk.consents ? "consents" : "loading";
    if (desk.filing?.id !== this.#place.filing) return "loading";
    return this.#place.step || (desk.filing.state === "draft" ? "tasks" : "status");
  }

  #way(): TemplateResult | typeof nothing {
    const { filing, step, which } = this.#place;
    if (!this.#desk.isKnown || !filing) return nothing;
    const screen = this.#screen();
    const isTop = filing === CONSENTS || screen === "tasks" || screen === "status" || screen === "receipt";
    const [href, label] = isTop
      ? (["#/", "page.mine"] as const)
      : which
        ? ([`#/${filing}/${step}`, "page.back"] as const)
        : ([`#/${filing}/tasks`, "page.tasks"] as const);
    return html`<p class="govuk-body oyer-filing__back"><a class="govuk-link" href=${href} data-test="back">${f(label)}</a></p>`;
  }

  #content(): TemplateResult {
    const desk = this.#desk;
    const { filing } = desk;
    const { step, which } = this.#place;
    const screen = this.#screen();
    if (screen === "enter" || screen === "code") return enter(desk);
    if (screen === "mine") return mine(desk);
    const later = this.#later;
    if (screen === "consents" && later) return later.consents(desk);
    if (screen === "loading" || !filing || !later) return html`<p class="govuk-body-l" role="status">${f("page.loading")}</p>`;
    if (screen === "receipt") return later.receipt(filing, desk.receipt);
    // What cannot be changed any more is only looked at.
    if (screen === "status" || !filing.may.includes("save")) return later.status(desk, filing);
    if (isGroup(step)) return people(desk, filing, step, which);
    if (step === "cause") return cause(desk);
    if (step === "claim") return claim(desk);
    if (step === "facts") return facts(desk);
    if (step === "check") return later.check(desk, filing);
    if (step === "documents" && which === "new") return newDocument(desk, filing);
    const document = step === "documents" ? desk.document(which) : undefined;
    if (document && !desk.isLocked(document)) return pages(desk, filing, document);
    return step === "documents" ? documents(desk, filing) : tasks(desk, filing);
  }

  /** Something that this screen shows has not been asked for. */
  #isWanting(): boolean {
    const desk = this.#desk;
    if (desk.problems.length > 0) return false;
    if (!this.#place.filing) return desk.rows === null;
    if (this.#place.filing === CONSENTS) return desk.consents === null;
    if (desk.filing?.id !== this.#place.filing) return true;
    const screen = this.#screen();
    return (screen === "receipt" && !desk.receipt) || (screen === "status" && !desk.trail);
  }

  async #fetch(): Promise<void> {
    this.#later ??= await import("./later.js").catch(() => {
      throw new ApiError(0, "unreachable", "");
    });
    this.requestUpdate();
  }

  async #arrive(): Promise<void> {
    const desk = this.#desk;
    const { filing, step } = this.#place;
    if (!desk.isKnown) return;
    await desk.act(async () => {
      if (filing) await this.#fetch();
      await desk.flush();
      if (!filing || filing === CONSENTS) return desk.list();
      const isLooking = step === "" || step === "status" || step === "receipt";
      if (desk.filing?.id !== filing || isLooking) await desk.open(filing);
      if (step === "receipt") await desk.readReceipt();
      if (this.#screen() === "status") await desk.readTrail();
    });
  }

  #onHash = (): void => {
    this.#place = placeOf(location.hash);
    this.#desk.complain([]);
    this.requestUpdate();
    void this.#arrive();
  };

  #onLeave = (event: Event): void => {
    if (this.#desk.uploads.isBusy) event.preventDefault();
  };
}

define("oyer-filing", FilingPage);
