/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The court room of everybody who is not staff. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { t } from "../../core/i18n/hearing.js";
import { define, View } from "../common/base.js";
import { peopleList } from "./people.js";

class Room extends View {
  protected override render(): TemplateResult {
    const state = this.app.hearing.state;
    return html`<div class="oyer-room" data-test="room">
      <oyer-top></oyer-top>
      <main class="oyer-room__main" id="main" tabindex="-1">
        <oyer-banners></oyer-banners>
        <oyer-stage class="oyer-room__stage"></oyer-stage>
        <div class="oyer-room__side">
          <oyer-captions class="oyer-room__captions"></oyer-captions>
          <section class="oyer-room__people" tabindex="0" aria-label=${t("more.people")}>
            <h2 class="govuk-heading-s">${t("more.people")}</h2>
            ${state ? peopleList(state) : ""}
          </section>
        </div>
      </main>
      <oyer-call-bar class="oyer-room__bar"></oyer-call-bar>
      <oyer-announcer></oyer-announcer>
    </div>`;
  }
}

define("oyer-room", Room);
