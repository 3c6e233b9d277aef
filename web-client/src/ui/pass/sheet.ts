/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The pass to print: the code, the hour, how to use it.  It names neither the case nor
 * the person, so that a sheet that is lost tells nothing.
 */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { Api, ApiError } from "../../core/api.js";
import type { PassSheet } from "../../core/api.js";
import { dateTime } from "../../core/format.js";
import { deviceId } from "../../core/identity.js";
import { language, setLanguage, t } from "../../core/i18n/index.js";
import { r } from "../../core/i18n/renew.js";
import type { Language } from "../../core/messages.js";
import { siteFooter, siteHeader } from "../common/header.js";
import { define, Plain } from "../common/plain.js";
import { drawQr } from "../common/qr.js";

class Sheet extends Plain {
  #sheet: PassSheet | null = null;
  #refused = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
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
        this.#sheet?.court ?? "",
      )}
      <main class="oyer-main oyer-pass" id="main" tabindex="-1" data-test="sheet">${this.#content()}</main>
      ${siteFooter()}`;
  }

  protected override updated(): void {
    document.title = `${r("sheet.title")} · ${t("app.name")}`;
  }

  #content(): TemplateResult {
    if (this.#refused !== "") {
      return html`<h1 class="govuk-heading-l" tabindex="-1">${r("sheet.refused")}</h1>
        <p class="govuk-body" role="alert">${this.#refused}</p>`;
    }
    const sheet = this.#sheet;
    if (!sheet) return html`<p class="govuk-body-l" role="status">${r("sheet.loading")}</p>`;
    return html`<p class="govuk-body oyer-pass__court">${sheet.court}</p>
      <h1 class="govuk-heading-l" tabindex="-1">${r("sheet.heading")}</h1>
      <p class="govuk-body-l"><strong>${r("sheet.time")}</strong><br />${dateTime(sheet.scheduled_start, sheet.timezone, language())}</p>
      ${sheet.qr.length > 0
        ? drawQr(sheet.qr, r("sheet.qr"), "oyer-pass__qr")
        : html`<p class="govuk-body">${r("sheet.too_long")} <a class="govuk-link oyer-pass__link" href=${sheet.link}>${sheet.link}</a></p>`}
      <h2 class="govuk-heading-m">${r("sheet.use")}</h2>
      <ol class="govuk-list govuk-list--number">
        <li>${r("sheet.use_1")}</li>
        <li>${r("sheet.use_2")}</li>
        <li>${r("sheet.use_3")}</li>
      </ol>
      <p class="govuk-body oyer-pass__help">${r("sheet.help")}</p>
      <button class="govuk-button oyer-pass__print" type="button" data-test="print" @click=${() => window.print()}>
        ${r("sheet.print")}
      </button>`;
  }

  /** The token stands behind the number sign: no server, proxy or log sees it there. */
  async #load(): Promise<void> {
    const token = location.hash.slice(1);
    try {
      this.#sheet = await new Api({ token: /^[A-Za-z0-9._-]{1,1024}$/.test(token) ? token : "none", device: deviceId() }).sheet();
    } catch (error) {
      this.#refused = (error instanceof ApiError && error.message) || r("error.other");
    }
    this.requestUpdate();
  }
}

define("oyer-pass", Sheet);
