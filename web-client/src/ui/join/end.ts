/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** After the hearing: what happens next, and the way to the record for who may see it. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { isStaff, may } from "../../core/hearing.js";
import { t } from "../../core/i18n/hearing.js";
import type { RecordInfo, Role } from "../../core/messages.js";
import { define, View } from "../common/base.js";
import { isAdjourned, nextSession } from "../common/next-session.js";
import type { Held } from "../common/next-session.js";

const POLL_STAFF_MS = 2_000;
const POLL_OTHERS_MS = 10_000;
const READERS: readonly Role[] = ["judge", "clerk", "party", "representative"];

class EndPage extends View {
  #record: RecordInfo | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#poll();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  protected override render(): TemplateResult {
    const role = this.#role();
    const hearing = this.app.hearing.state?.hearing ?? this.app.card?.hearing;
    const goesOn = hearing !== undefined && isAdjourned(hearing);
    if (hearing?.mediation) return this.#mediation();
    return html`<div data-test="end">
      <div class="govuk-panel govuk-panel--confirmation oyer-panel">
        <h1 class="govuk-panel__title" tabindex="-1">${t(goesOn ? "end.adjourned" : "end.closed")}</h1>
        <div class="govuk-panel__body">${this.#info().case_number}</div>
      </div>
      ${goesOn ? this.#next(hearing) : nothing} ${this.#recordPart(role)}
      <h2 class="govuk-heading-m">${t("end.next")}</h2>
      ${this.#then(role, goesOn)}
    </div>`;
  }

  /** Each is told what is theirs to do: the court's own people do not wait for the court. */
  #then(role: Role | undefined, goesOn: boolean): TemplateResult {
    if (role === "witness" || role === "observer") {
      return html`<p class="govuk-body">${t(goesOn ? "end.next_3" : "end.next_witness")}</p>`;
    }
    const staff = role !== undefined && isStaff(role);
    const steps = staff ? (["end.staff_1", "end.staff_2"] as const) : (["end.next_1", "end.next_2", "end.next_3"] as const);
    return html`<ol class="govuk-list govuk-list--number" data-test="then">
        ${steps.map((step) => html`<li>${t(step)}</li>`)}
      </ol>
      ${staff ? html`<p class="govuk-body"><a class="govuk-link" href="/staff" data-test="office">${t("end.office")}</a></p>` : nothing}`;
  }

  #mediation(): TemplateResult {
    return html`<div data-test="end">
      <div class="govuk-panel govuk-panel--confirmation oyer-panel">
        <h1 class="govuk-panel__title" tabindex="-1">${t("end.mediation")}</h1>
      </div>
      <p class="govuk-body-l">${t("rules.mediation")}</p>
      <p class="govuk-body">${t("end.next_3")}</p>
    </div>`;
  }

  /** It begins by itself when it is time; the court may be earlier, once the record is sealed. */
  #next(hearing: Held): TemplateResult {
    const next = nextSession(hearing);
    const ready = ["sealed", "none"].includes(this.app.hearing.state?.record?.state ?? "");
    return html`${next ? html`<p class="govuk-body-l" data-test="next-session">${t("end.adjourned_text", next)}</p>` : nothing}
      ${ready && may(this.app.hearing, "next_session")
        ? html`<button class="govuk-button" type="button" data-test="prepare" @click=${() => void this.app.command({ do: "next_session" })}>
            ${t("end.prepare", { n: (hearing.session_no ?? 1) + 1 })}
          </button>`
        : nothing}`;
  }

  #info(): { id: string; case_number: string } {
    const info = this.app.hearing.state?.hearing ?? this.app.card?.hearing;
    return { id: info?.id ?? "", case_number: info?.case_number ?? "" };
  }

  #role(): Role | undefined {
    return this.app.hearing.state?.you.role ?? this.app.card?.you.role;
  }

  #recordPart(role: Role | undefined): TemplateResult | typeof nothing {
    if (!role || !READERS.includes(role)) return nothing;
    const record = this.#record ?? this.app.hearing.state?.record;
    if (!record) return nothing;
    const running = record.state === "finishing" || record.state === "sealing";
    if (!isStaff(role) && record.state !== "sealed") {
      return html`<p class="govuk-body-l">${t("end.closed_text")}</p>`;
    }
    return html`<section data-test="record-state" data-state=${record.state}>
      <h2 class="govuk-heading-m">${t("end.record")}</h2>
      <p class="govuk-body" role="status">
        <strong class="govuk-tag oyer-tag">${t(`end.state_${record.state}`)}</strong>
      </p>
      ${running
        ? html`<progress
            class="oyer-progress"
            max="1"
            data-test="record-progress"
            aria-label=${t(`end.state_${record.state}`)}
            .value=${record.progress ?? 0}
          ></progress>`
        : nothing}
      ${record.state === "sealed" && record.root
        ? html`<p class="govuk-body">
            ${t("end.checksum")}<br /><code class="oyer-code">${record.root}</code>
          </p>`
        : nothing}
      ${record.state === "sealed" || isStaff(role)
        ? html`<a class="govuk-button oyer-button-main" href="/r/${this.#info().id}" data-test="record-link">
            ${t("end.open_record")}
          </a>`
        : nothing}
    </section>`;
  }

  async #poll(): Promise<void> {
    const role = this.#role();
    if (!role || !READERS.includes(role)) return;
    // While the socket is there, the state says it; afterwards it is asked for.
    const live = this.app.link === "live" && this.app.hearing.state !== null;
    if (live) {
      this.#record = null;
    } else {
      await this.#ask();
    }
    this.requestUpdate();
    const now = this.#record ?? this.app.hearing.state?.record;
    if (!live && (now?.state === "sealed" || now?.state === "none")) return;
    const wait_ms = isStaff(role) || live ? POLL_STAFF_MS : POLL_OTHERS_MS;
    this.#timer = setTimeout(() => void this.#poll(), wait_ms);
  }

  async #ask(): Promise<void> {
    try {
      const { state, progress, root } = await this.app.api.record(this.#info().id);
      this.#record = { state, progress, root };
    } catch {
      // Not yet, or not for this person.
    }
  }
}

define("oyer-end", EndPage);
