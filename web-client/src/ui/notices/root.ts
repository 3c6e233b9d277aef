/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The section of notices: what needs a hand, hearings to come, or one hearing's notices. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { ApiError } from "../../core/api.js";
import { n } from "../../core/i18n/notice.js";
import type { NoticeKey } from "../../core/i18n/notice.js";
import { Notices } from "../../core/notice.js";
import type { Called, Notice, OpenNotice, Tasks } from "../../core/notice.js";
import type { Me, Office } from "../../core/office.js";
import { define, Plain } from "../common/plain.js";
import { when } from "../common/when.js";
import { hearingList, noticeList, oneNotice, taskList } from "./lists.js";

export const TAG = "oyer-notices";

class NoticesSection extends Plain {
  static override properties = { office: { attribute: false }, me: { attribute: false }, path: {} };
  declare office: Office;
  declare me: Me;
  /** "": everything; HEARING: its notices; HEARING/NOTICE: one. */
  declare path: string;
  #tasks: Tasks | null = null;
  #hearings: Called[] = [];
  #notices: Notice[] = [];
  #one: OpenNotice | null = null;
  #problem: NoticeKey | null = null;
  #said = "";

  constructor() {
    super();
    this.path = "";
  }

  protected override render(): TemplateResult {
    const [hearing = "", notice = ""] = this.path.split("/");
    const to = {
      invite: (id: string) => this.#do(async (api) => n("desk.invited", { n: await api.invite(id) })),
      resend: (id: string, address: string) => this.#do((api) => api.resend(id, address), "desk.address_wrong"),
      handled: (id: string, how: string) => this.#do((api) => api.handled(id, how), "desk.how_missing"),
      copy: (link: string) => this.#do(async () => (await navigator.clipboard.writeText(link), n("desk.copied"))),
      certificate: (id: string) => this.#do((api) => this.#download(api, id)),
    };
    return html`${this.#problem
        ? html`<div class="govuk-error-summary" role="alert" data-test="problem">
            <h2 class="govuk-error-summary__title">${n("error.heading")}</h2>
            <p class="govuk-body">${n(this.#problem)}</p>
          </div>`
        : nothing}
      <p class="govuk-body" role="status" data-test="said">${this.#said}</p>
      ${notice && this.#one
        ? oneNotice(this.#one, hearing, to)
        : hearing
          ? noticeList(this.#notices, hearing)
          : html`<h1 class="govuk-heading-l" tabindex="-1">${n("desk.heading")}</h1>
              ${this.#tasks && !this.#tasks.means.email ? html`<p class="govuk-inset-text" data-test="no-email">${n("desk.no_email")}</p>` : nothing}
              <h2 class="govuk-heading-m">${n("desk.tasks")}</h2>
              ${taskList(this.#tasks, to)}
              <h2 class="govuk-heading-m">${n("desk.hearings")}</h2>
              ${hearingList(this.#hearings, to)}`}`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (!changed.has("path")) return;
    this.#said = "";
    void this.#do(async () => undefined).then(() => this.querySelector<HTMLElement>("h1")?.focus());
  }

  /** Does it, and reads again what is shown.  `wrong`: what a 400 means here. */
  async #do(act: (api: Notices) => Promise<string | void>, wrong: NoticeKey = "error.other"): Promise<void> {
    const api = new Notices(this.office);
    try {
      const said = await act(api);
      if (said !== undefined) this.#said = said;
      await this.#load(api);
      this.#problem = null;
    } catch (error) {
      if (!(error instanceof ApiError)) this.#problem = "error.other";
      else this.#problem = error.status === 0 ? "error.unreachable" : error.status === 400 ? wrong : "error.other";
    }
    this.requestUpdate();
    await this.updateComplete;
  }

  async #load(api: Notices): Promise<void> {
    const [hearing = "", notice = ""] = this.path.split("/");
    if (notice) this.#one = await api.read(notice);
    else if (hearing) this.#notices = await api.of(hearing);
    else [this.#tasks, this.#hearings] = await Promise.all([api.tasks(), api.hearings()]);
  }

  async #download(api: Notices, id: string): Promise<void> {
    const paper = await api.certificate(id);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(paper, null, 1)], { type: "application/json" }));
    link.download = `service-${id}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
    this.#said = `${n("desk.certificate")} ${when(Date.now() * 1000)}`;
  }
}

define(TAG, NoticesSection);
