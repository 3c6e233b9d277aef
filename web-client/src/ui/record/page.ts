/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The record of a hearing: all pictures together, the words beside them, the seal below. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { Api, ApiError } from "../../core/api.js";
import type { HearingRecord } from "../../core/api.js";
import { deviceId, rememberedPass } from "../../core/identity.js";
import { setLanguage, t } from "../../core/i18n/index.js";
import { r } from "../../core/i18n/record.js";
import type { Language, Role } from "../../core/messages.js";
import { siteFooter, siteHeader } from "../common/header.js";
import { define, Plain } from "../common/plain.js";
import { Player } from "./player.js";
import "./player-view.js";
import { seal } from "./seal.js";
import "./words.js";

const POLL_MS = 2_000;
type Trouble = "refused" | "missing" | "unreachable";

class RecordPage extends Plain {
  readonly #hearing = /^\/r\/([A-Za-z0-9_-]{1,64})\/?$/.exec(location.pathname)?.[1] ?? "";
  readonly #session = /^\d{1,4}$/.exec(new URLSearchParams(location.search).get("session") ?? "")?.[0] ?? "";
  readonly #pass = rememberedPass();
  readonly #api = new Api({ token: this.#pass, device: deviceId() });
  #record: HearingRecord | null = null;
  #player: Player | null = null;
  #trouble: Trouble | null = null;
  #role: Role | null = null;
  #court = "";
  #case = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#player?.pause();
  }

  protected override render(): TemplateResult {
    return html`${siteHeader(
        {
          speak: (to: Language) => {
            setLanguage(to);
            this.requestUpdate();
          },
          redraw: () => this.requestUpdate(),
        },
        this.#court,
      )}
      <main
        class="oyer-main oyer-record"
        id="main"
        tabindex="-1"
        data-test="record"
        data-state=${this.#trouble ?? this.#record?.state ?? "loading"}
      >
        ${this.#trouble ? this.#troubled(this.#trouble) : this.#content()}
      </main>
      ${siteFooter()}`;
  }

  protected override updated(): void {
    document.title = `${r("page.title")} · ${t("app.name")}`;
  }

  #troubled(trouble: Trouble): TemplateResult {
    return html`<h1 class="govuk-heading-l" tabindex="-1">${r(`${trouble}.heading`)}</h1>
      <p class="govuk-body-l">${r(`${trouble}.text`)}</p>`;
  }

  #content(): TemplateResult {
    const record = this.#record;
    if (!record) return html`<p class="govuk-body-l" role="status">${r("page.loading")}</p>`;
    return html`<span class="govuk-caption-l">${this.#case}</span>
      <h1 class="govuk-heading-l oyer-record__heading" tabindex="-1">${r("page.title")}</h1>
      ${this.#sessions(record)} ${record.state === "sealed" ? this.#whole(record) : this.#unfinished(record)}`;
  }

  /** Each session has a record of its own. */
  #sessions(record: HearingRecord): TemplateResult | typeof nothing {
    const all = record.sessions ?? 1;
    if (all < 2) return nothing;
    return html`<nav aria-label=${r("page.sessions")} data-test="sessions">
      <ul class="govuk-list oyer-record__sessions">
        ${Array.from({ length: all }, (_, n) => n + 1).map(
          (n) =>
            html`<li>
              <a class="govuk-link" href="/r/${this.#hearing}?session=${n}" aria-current=${n === record.session ? "page" : nothing}>${r("page.session", { n })}</a>
            </li>`,
        )}
      </ul>
    </nav>`;
  }

  #unfinished(record: HearingRecord): TemplateResult {
    const running = record.state === "finishing" || record.state === "sealing";
    return html`<p class="govuk-body-l" role="status">${r(`state.${record.state}`)}</p>
      ${running
        ? html`<progress class="oyer-progress" max="1" aria-label=${r(`state.${record.state}`)} .value=${record.progress}></progress>`
        : nothing}`;
  }

  #whole(record: HearingRecord): TemplateResult {
    const player = this.#player as Player;
    return html`<div class="oyer-record__grid">
      <oyer-player class="oyer-record__player" .record=${record} .player=${player}></oyer-player>
      <oyer-words
        class="oyer-record__words"
        .record=${record}
        .player=${player}
        .search=${(text: string) => this.#api.search(this.#hearing, text, this.#session)}
      ></oyer-words>
    </div>
    ${seal(record, this.#mayDownload(record) ? this.#packageUrl() : null)}`;
  }

  /** The server decides in any case. */
  #mayDownload(record: HearingRecord): boolean {
    return record.package ?? (this.#role === "judge" || this.#role === "clerk");
  }

  #packageUrl(): string {
    return `/api/v1/hearings/${this.#hearing}/record/package.tar${this.#session && `?session=${this.#session}`}`;
  }

  async #start(): Promise<void> {
    if (this.#pass) {
      const card = await this.#api.card().catch(() => null);
      if (card?.hearing.id === this.#hearing) {
        this.#role = card.you.role;
        this.#court = card.hearing.court;
        this.#case = card.hearing.case_number;
      }
      // The cookie is what lets <video> in.
      await this.#api.bind().catch(() => undefined);
    }
    await this.#load();
  }

  async #load(): Promise<void> {
    try {
      const record = await this.#api.record(this.#hearing, this.#session);
      this.#take(record);
      this.#trouble = null;
      if (record.state === "finishing" || record.state === "sealing" || record.state === "recording") {
        this.#again();
      }
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      if (status === 401 || status === 403) this.#trouble = "refused";
      else if (status === 404) this.#trouble = "missing";
      else {
        this.#trouble = "unreachable";
        this.#again();
      }
    }
    this.requestUpdate();
  }

  #take(record: HearingRecord): void {
    this.#record = record;
    this.#case = record.case_number ?? this.#case;
    this.#court = record.court ?? this.#court;
    if (record.state === "sealed" && !this.#player) this.#player = new Player(record);
  }

  #again(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(), POLL_MS);
  }
}

define("oyer-record", RecordPage);
