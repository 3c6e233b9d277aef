/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Pages for when it does not go on: what happened, and what to do. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Notice } from "../../app/app.js";
import { t } from "../../core/i18n/index.js";
import type { Key } from "../../core/i18n/index.js";
import { define, View } from "../common/base.js";
import { wechatPicture } from "./permission-picture.js";

type Act = "retry" | "here" | "return" | "reload" | "copy" | null;

const ACTS: Readonly<Record<Notice, Act>> = {
  no_pass: null,
  pass_refused: "reload",
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

class NoticePage extends View {
  #copied = false;

  protected override render(): TemplateResult | typeof nothing {
    const { notice } = this.app;
    if (!notice) return nothing;
    const act = ACTS[notice];
    const refusedHere = notice === "removed" || notice === "pass_refused";
    return html`<div class="oyer-notice" role=${refusedHere ? "alert" : nothing}>
      ${this.app.card
        ? html`<span class="govuk-caption-l">${this.app.card.hearing.case_number}</span>`
        : nothing}
      <h1 class="govuk-heading-l" tabindex="-1">${t(`notice.${notice}`)}</h1>
      ${notice === "wechat" ? wechatPicture() : nothing}
      <p class="govuk-body-l">${t(`notice.${notice}_text`)}</p>
      ${act === null ? nothing : this.#button(act)}
    </div>`;
  }

  #button(act: Exclude<Act, null>): TemplateResult {
    const key: Key = act === "copy" && this.#copied ? "notice.copied" : `notice.${act}`;
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
    else if (act === "here" || act === "return") await this.app.comeBack();
    else {
      await navigator.clipboard?.writeText(location.href).catch(() => undefined);
      this.#copied = true;
      this.requestUpdate();
    }
  }
}

define("oyer-notice", NoticePage);
