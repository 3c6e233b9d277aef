/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The staff's page: signing in, the home page, one section at a time, the end. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { setLanguage, t } from "../../core/i18n/index.js";
import { o } from "../../core/i18n/office.js";
import type { OfficeKey } from "../../core/i18n/office.js";
import type { Language } from "../../core/messages.js";
import { Office } from "../../core/office.js";
import type { Me, Next } from "../../core/office.js";
import { siteFooter, siteHeader } from "../common/header.js";
import { define, Plain } from "../common/plain.js";
import { expiry, WARN_MS } from "./expiry.js";
import "./factor.js";
import { problemOf } from "./form.js";
import { home } from "./home.js";
import { sectionsOf } from "./sections.js";
import type { SectionElement } from "./sections.js";
import "./set-up.js";
import "./sign-in.js";

type Screen = "loading" | "sign-in" | "set-up" | "factor" | "home" | "section";

/** What the identity provider's answer came to. */
const REFUSED = ["error.oidc_unknown", "error.oidc_second_factor", "error.oidc_refused", "error.oidc_again", "error.oidc_cancelled", "error.oidc_away"] as const;

class OfficePage extends Plain {
  readonly #office = new Office();
  #screen: Screen = "loading";
  #me: Me | null = null;
  #notice: OfficeKey | null = null;
  #problem: OfficeKey | null = null;
  #token = "";
  #element: SectionElement | null = null;
  #section = "";
  #lastSeen = false;
  #tick: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", this.#onHash);
    this.#tick = setInterval(() => this.#watch(), 1_000);
    void this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.#onHash);
    clearInterval(this.#tick);
  }

  protected override render(): TemplateResult {
    const court = this.#me?.courts.find((one) => one.id === this.#me?.court)?.name ?? "";
    return html`${siteHeader(
        {
          speak: (to: Language) => {
            setLanguage(to);
            this.requestUpdate();
            (this.#element as unknown as Plain | null)?.requestUpdate();
          },
          redraw: () => this.requestUpdate(),
        },
        court,
      )}
      <main class="oyer-main oyer-office" id="main" tabindex="-1" data-test="office" data-screen=${this.#screen}>
        ${this.#content()}
      </main>
      ${siteFooter()} ${this.#warning()}`;
  }

  protected override updated(): void {
    document.title = `${o("page.title")} · ${t("app.name")}`;
  }

  #content(): TemplateResult {
    const done = (event: CustomEvent<Next>) => void this.#next(event.detail);
    switch (this.#screen) {
      case "sign-in":
        return html`<oyer-sign-in .office=${this.#office} .notice=${this.#notice} .problem=${this.#problem} @done=${done}></oyer-sign-in>`;
      case "set-up":
        return html`<oyer-set-up .office=${this.#office} .token=${this.#token} @done=${done}></oyer-set-up>`;
      case "factor":
        return html`<oyer-factor .office=${this.#office} @done=${() => void this.#enter()}></oyer-factor>`;
      case "home":
        return this.#me ? home(this.#me, this.#office, this.#actions) : html``;
      case "section":
        return html`<p class="govuk-body"><a class="govuk-link" href="#/" data-test="to-home">${o("page.home")}</a></p>
          ${this.#element ?? html`<p class="govuk-body" role="status">${o("page.loading")}</p>`}`;
      default:
        return html`<p class="govuk-body-l" role="status">${o("page.loading")}</p>`;
    }
  }

  #warning(): TemplateResult | typeof nothing {
    const left = this.#office.left();
    if (!left || !this.#me) return nothing;
    const isLast = left.all < WARN_MS;
    if (isLast ? this.#lastSeen : left.idle >= WARN_MS) return nothing;
    return expiry(left, isLast, {
      stay: () => void this.#refresh(),
      signOut: () => this.#actions.signOut(),
      understood: () => {
        this.#lastSeen = true;
        this.requestUpdate();
      },
    });
  }

  /** The link's token leaves the address at once: it must not stay in the history. */
  async #begin(): Promise<void> {
    const asked = /^#(link|set-up|refused)=([A-Za-z0-9_-]+)$/.exec(location.hash);
    if (asked) history.replaceState(null, "", location.pathname + location.search);
    if (asked?.[1] === "refused") {
      this.#problem = REFUSED.find((key) => key === `error.oidc_${asked[2]}`) ?? "error.oidc_refused";
      return this.#show("sign-in");
    }
    if (asked?.[1] === "set-up") {
      this.#token = asked[2] ?? "";
      return this.#show("set-up");
    }
    if (asked) {
      try {
        await this.#office.useLink(asked[2] ?? "");
      } catch (error) {
        this.#problem = problemOf(error, "error.link");
        return this.#show("sign-in");
      }
    }
    await this.#enter();
  }

  async #next(next: Next): Promise<void> {
    if (next === "second_factor") return this.#show("factor");
    if (next === "sign_in") return this.#show("sign-in");
    return this.#enter();
  }

  async #enter(): Promise<void> {
    try {
      this.#me = await this.#office.me();
    } catch {
      this.#me = null;
      return this.#show("sign-in");
    }
    this.#lastSeen = false;
    if (this.#me.means === "password") return this.#show("factor");
    this.#problem = this.#notice = null;
    await this.#route();
  }

  #show(screen: Screen): void {
    this.#screen = screen;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>("main h1")?.focus());
  }

  async #route(): Promise<void> {
    const [, id, path = ""] = /^#\/([a-z-]+)(?:\/(.*))?$/.exec(location.hash) ?? [];
    const section = this.#me && sectionsOf(this.#me).find((one) => one.id === id);
    if (!this.#me || !section?.load) return this.#show("home");
    if (this.#screen === "section" && this.#element && this.#section === section.id) {
      this.#element.path = path;
      return;
    }
    this.#element = null;
    this.#section = section.id;
    this.#show("section");
    const element = document.createElement(await section.load()) as SectionElement;
    element.office = this.#office;
    element.me = this.#me;
    element.path = path;
    this.#element = element;
    this.#show("section");
  }

  #onHash = (): void => {
    if (this.#me && this.#me.means !== "password") void this.#refresh().then(() => this.#me && this.#route());
  };

  async #refresh(): Promise<void> {
    try {
      this.#me = await this.#office.me();
      this.requestUpdate();
    } catch {
      this.#leave("expiry.ended");
    }
  }

  #leave(why: OfficeKey): void {
    this.#me = null;
    this.#element = null;
    this.#notice = why;
    this.#problem = null;
    this.#show("sign-in");
  }

  /** Once a second: is it time to warn, or is it over?  The server is asked: another tab
   * may have been busy. */
  #watch(): void {
    if (!this.#me) return;
    const left = this.#office.left();
    if (!left) this.#leave("expiry.ended");
    else if (left.idle <= 0) void this.#refresh();
    else if (left.idle < WARN_MS || left.all < WARN_MS) this.requestUpdate();
  }

  #actions = {
    goToCourt: (court: string): void => {
      void this.#office.goToCourt(court).then(() => this.#enter());
    },
    signOut: (): void => {
      const isByProvider = this.#me?.means === "oidc";
      void this.#office
        .signOut()
        .catch(() => undefined)
        .then(async () => {
          history.replaceState(null, "", location.pathname);
          this.#leave("expiry.out");
          // Or the next person at this machine would be let in by a press of the button.
          const url = isByProvider ? await this.#office.fromProvider() : null;
          if (url) location.assign(url);
        });
    },
  };
}

define("oyer-office", OfficePage);
