/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Who is online and who in the court room: hearings for which somebody withdrew his
 * consent after they were booked, or the answers of one case (`/staff#/consents/CASE`).
 */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { repeat } from "lit/directives/repeat.js";
import { ApiError } from "../../core/api.js";
import { filingLabel } from "../../core/i18n/filing.js";
import { o } from "../../core/i18n/office.js";
import type { OfficeKey } from "../../core/i18n/office.js";
import type { Me, Office } from "../../core/office.js";
import { Registry } from "../../core/registry.js";
import { Sittings } from "../../core/sitting.js";
import type { Room, Task } from "../../core/sitting.js";
import "../common/needs-two.js";
import { define, Plain } from "../common/plain.js";
import { when } from "../common/when.js";
import { problem as problemBox, problemOf } from "../office/form.js";
import "../registry/consents.js";

export const TAG = "oyer-consents";

class ConsentSection extends Plain {
  static override properties = { office: { attribute: false }, me: { attribute: false }, path: {}, tasks: { state: true }, problem: { state: true }, said: { state: true } };
  declare office: Office;
  declare me: Me;
  /** The case whose answers are shown; "": what is to be done. */
  declare path: string;
  declare tasks: Task[] | null;
  declare problem: OfficeKey | null;
  declare said: OfficeKey | null;
  #rooms: Room[] = [];
  #zone = "";

  constructor() {
    super();
    this.path = "";
    this.tasks = null;
    this.problem = null;
    this.said = null;
  }

  protected override render(): TemplateResult {
    if (this.path) {
      const may = this.me.rights.includes("write_register");
      return html`${keyed(this.path, html`<oyer-registry-consents .registry=${new Registry(this.office)} .of=${this.path} .may=${may}></oyer-registry-consents>`)}`;
    }
    return html`${problemBox(this.problem)}
      <h1 class="govuk-heading-l" tabindex="-1">${o("consents.title")}</h1>
      <p class="govuk-body" role="status" data-test="said">${this.said ? o(this.said) : nothing}</p>
      ${this.tasks === null && !this.problem ? html`<p class="govuk-body" role="status">${o("page.loading")}</p>` : nothing}
      ${this.tasks?.length === 0 ? html`<p class="govuk-body" data-test="none">${o("consents.none")}</p>` : nothing}
      ${repeat(this.tasks ?? [], (one) => `${one.hearing}-${one.rev}`, (one) => this.#task(one))}`;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("path") && !this.path) void this.#load().then(() => this.querySelector<HTMLElement>("h1")?.focus());
    if (changed.has("problem") && this.problem) this.querySelector<HTMLElement>("[role=alert]")?.focus();
  }

  #task(one: Task): TemplateResult {
    return html`<section class="oyer-office__matter" data-test="task" data-hearing=${one.hearing}>
      <h2 class="govuk-heading-m">${one.case_number}</h2>
      <p class="govuk-body">${when(one.begins_us, this.#zone || undefined)}</p>
      <ul class="govuk-list govuk-list--bullet">
        ${one.people.map((person) => html`<li>${o("consents.withdrew", { name: person.name, stage: filingLabel("stage", one.stage) })}</li>`)}
      </ul>
      <form novalidate @submit=${(event: Event) => void this.#mix(event, one)}>
        ${one.mixed.room ? nothing : this.#roomChoice(one)}
        <button class="govuk-button" data-test="mixed">${o("consents.mixed")}</button>
        <p class="govuk-hint">${o("consents.mixed_hint")}</p>
      </form>
      <details class="govuk-details" data-test="keep">
        <summary class="govuk-details__summary"><span class="govuk-details__summary-text">${o("consents.keep")}</span></summary>
        <div class="govuk-details__text">
          <oyer-needs-two .office=${this.office} right="override" object=${`consent:${one.case}:${one.stage}`} .name=${o("consents.keep")} .act=${() => this.#keep(one)}></oyer-needs-two>
        </div>
      </details>
      <p class="govuk-body"><a class="govuk-link" href="#/consents/${one.case}" data-test="ledger">${o("consents.ledger")}</a></p>
    </section>`;
  }

  #roomChoice(one: Task): TemplateResult {
    const id = `room-${one.hearing}`;
    return html`<div class="govuk-form-group">
      <label class="govuk-label govuk-label--s" for=${id}>${o("consents.room")}</label>
      <select class="govuk-select" id=${id} name="room" data-test="room">
        <option value=""></option>
        ${this.#rooms.map((room) => html`<option value=${room.id}>${room.name}</option>`)}
      </select>
    </div>`;
  }

  async #load(): Promise<void> {
    const sittings = new Sittings(this.office);
    try {
      if (!this.me.rights.includes("schedule")) {
        this.tasks = [];
        return;
      }
      if (this.#rooms.length === 0) ({ rooms: this.#rooms, timezone: this.#zone } = await sittings.form());
      this.tasks = await sittings.tasks();
    } catch (error) {
      this.problem = this.#words(error);
    }
  }

  async #mix(event: Event, one: Task): Promise<void> {
    event.preventDefault();
    this.problem = null;
    await this.updateComplete;
    const room = one.mixed.room || String(new FormData(event.target as HTMLFormElement).get("room") ?? "");
    if (!room) {
      this.problem = "consents.no_room";
      return;
    }
    try {
      await new Sittings(this.office).change(one.hearing, one.rev, { ...one.mixed, room });
      this.said = "consents.done";
    } catch (error) {
      this.problem = this.#words(error);
    }
    await this.#load();
  }

  /** As it is: the permission is used up by it. */
  async #keep(one: Task): Promise<void> {
    const sittings = new Sittings(this.office);
    try {
      const { plan } = await sittings.read(one.hearing);
      await sittings.change(one.hearing, one.rev, plan);
    } catch (error) {
      if (error instanceof ApiError && error.code === "refused") throw new ApiError(error.status, "refused_now", error.message);
      throw error;
    }
    this.said = "consents.kept";
    await this.#load();
  }

  #words(error: unknown): OfficeKey {
    return error instanceof ApiError && error.code === "stale" ? "two.wrong_state" : problemOf(error, "two.refused_now");
  }
}

define(TAG, ConsentSection);
