/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Pages for when it does not go on: what happened, and what to do. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Notice } from "../../app/app.js";
import { dateTime } from "../../core/format.js";
import { t } from "../../core/i18n/hearing.js";
import { language } from "../../core/i18n/index.js";
import type { HearingKey } from "../../core/i18n/hearing.js";
import { define, View } from "../common/base.js";
import { wechatPicture } from "./permission-picture.js";

type Act = "retry" | "here" | "return" | "reload" | "copy" | "ask_in" | null;

const ACTS: Readonly<Record<Notice, Act>> = {
  no_pass: null,
  knocking: null,
  pass_unreadable: "reload",
  pass_early: "reload",
  pass_expired: null,
  pass_revoked: null,
  pass_other_hearing: null,
  pass_elsewhere: "ask_in",
  pass_no_authority: "reload",
  pass_kept: null,
  replaced: null,
  unsupported: "copy",
  insecure: null,
  wechat: "copy",
  unreachable: "retry",
  elsewhere: "here",
  removed: null,
  over: null,
  version: "reload",
  left: "return",
};

/** A new pass is what helps; the others pass by themselves, or are the court's decision. */
const RENEWS: readonly Notice[] = [
  "no_pass", "pass_unreadable", "pass_expired", "pass_revoked", "pass_elsewhere", "pass_kept", "replaced",
];

class NoticePage extends View {
  #copied = false;
  #renewing = false;

  protected override render(): TemplateResult | typeof nothing {
    const { notice } = this.app;
    if (!notice) return nothing;
    const act = ACTS[notice];
    const refusedHere = notice === "removed" || notice.startsWith("pass_");
    return html`<div class="oyer-notice" role=${refusedHere ? "alert" : nothing}>
      ${this.app.card
        ? html`<span class="govuk-caption-l">${this.app.card.hearing.case_number}</span>`
        : nothing}
      <h1 class="govuk-heading-l" tabindex="-1">${t(`notice.${notice}`)}</h1>
      ${notice === "wechat" ? wechatPicture() : nothing}
      <p class="govuk-body-l" role=${notice === "knocking" ? "status" : nothing}>${t(`notice.${notice}_text`)}</p>
      ${notice === "pass_early" ? this.#begins() : nothing} ${act === null ? nothing : this.#button(act)}
      ${RENEWS.includes(notice) ? this.#renewal() : nothing}
    </div>`;
  }

  #begins(): TemplateResult | typeof nothing {
    const from = this.app.passFrom;
    if (!from) return nothing;
    const time = dateTime(from, Intl.DateTimeFormat().resolvedOptions().timeZone, language());
    return html`<p class="govuk-body-l" data-test="pass-from">${t("notice.pass_early_from", { time })}</p>`;
  }

  /** Its code is fetched when somebody needs it. */
  #renewal(): TemplateResult {
    if (this.#renewing) return html`<oyer-renew></oyer-renew>`;
    return html`<button
      class="govuk-button govuk-button--secondary"
      type="button"
      data-test="renew"
      @click=${() => {
        this.#renewing = true;
        this.requestUpdate();
        void import("./renew.js");
      }}
    >
      ${t("notice.renew")}
    </button>`;
  }

  #button(act: Exclude<Act, null>): TemplateResult {
    const key: HearingKey = act === "copy" && this.#copied ? "notice.copied" : `notice.${act}`;
    return html`<button
      class="govuk-button oyer-button-main"
      type="button"
      data-test="notice-action"
      @click=${() => void this.#do(act)}
    >
      ${t(key)}
    </button>`;
  }

  async #do(act: Exclude<Act, null>): Promise<void> {
    if (act === "retry") await this.app.start();
    else if (act === "reload") location.reload();
    else if (act === "ask_in") this.app.askIn();
    else if (act === "here" || act === "return") await this.app.comeBack();
    else {
      await navigator.clipboard?.writeText(location.href).catch(() => undefined);
      this.#copied = true;
      this.requestUpdate();
    }
  }
}

define("oyer-notice", NoticePage);
