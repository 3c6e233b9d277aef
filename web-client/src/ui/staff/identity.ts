/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The document beside the live picture, point by point: the clerk says what agrees. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { App } from "../../app/app.js";
import { clock } from "../../core/format.js";
import { everybody, may } from "../../core/hearing.js";
import { language, t } from "../../core/i18n/index.js";
import { s } from "../../core/i18n/staff.js";
import { COMPARED, DOCUMENTS } from "../../core/messages.js";
import type { Compared, DocumentKind, Identified, Person, State, Verifier, Where } from "../../core/messages.js";
import { define } from "../common/base.js";
import "../common/modal.js";
import { nameOf } from "../common/names.js";
import { switches } from "../room/look.js";
import "../room/tile.js";
import { Asked, open } from "./asked.js";

const ASK = "oyer-check-identity";
const WAYS: readonly Where[] = ["video", "in_person"];
/** Without these two it is nobody's identity. */
const NEEDED: readonly Compared[] = ["face", "name"];

export function askIdentity(participant: string): void {
  open(ASK, participant);
}

/** Who compared what, and when: for the judge, in one line. */
export function identifiedText(kept: Identified, state: State): string {
  const what = [
    kept.where ? s(`identity.where.${kept.where}`) : "",
    kept.document ? s(`identity.document.${kept.document}`) : "",
    kept.verifier ? verifierText(kept.verifier) : "",
    ...kept.compared.map((one) => s(one === "name" ? "identity.compared.name_short" : `identity.compared.${one}`)),
  ].filter(Boolean);
  return s("identity.kept", { time: clock(Date.parse(kept.at), state.hearing.timezone, language()), by: nameOf(kept.by, state), what: what.join(" · ") || "–" });
}

class IdentityDialog extends Asked<string> {
  protected override readonly event = ASK;
  #problem: "identity.missing" | "identity.video_missing" | null = null;
  /** At whom the server was asked to let me look. */
  #looking: string | null = null;

  protected override dialog(participant: string): TemplateResult | typeof nothing {
    const { state } = this.app.hearing;
    const person = state && everybody(state).find((one) => one.id === participant);
    if (!person) return nothing;
    return html`<oyer-modal
      .heading=${s("identity.heading", { name: person.name })}
      .content=${this.#content(person)}
      @dismiss=${this.dismiss}
    ></oyer-modal>`;
  }

  /** The look is there while the dialog is, and again after a lost line. */
  protected override updated(): void {
    const { state } = this.app.hearing;
    if (this.app.link !== "live") this.#looking = null;
    const person = state?.people.find((one) => one.id === this.about);
    const wanted = state && person && canLook(this.app, person, state) ? person.id : null;
    if (this.app.link !== "live" || wanted === this.#looking) return;
    const before = this.#looking;
    this.#looking = wanted;
    if (wanted) void this.app.command({ do: "look", participant: wanted, on: true });
    else if (before) void this.app.command({ do: "look", participant: before, on: false });
  }

  #content(person: Person): TemplateResult {
    const { state } = this.app.hearing;
    const seen = person.sending.includes("video");
    const looks = state !== null && canLook(this.app, person, state);
    return html`<form data-test="identity" @submit=${(event: Event) => this.#confirm(event, person)}>
      <p class="govuk-body" data-test="identity-text">${s(looks ? "identity.private" : "identity.text")}</p>
      ${seen
        ? html`<oyer-tile class="oyer-identity__picture" .participant=${person.id} kind="video" place="first"></oyer-tile>`
        : html`<p class="govuk-inset-text" data-test="identity-no-picture">${s(looks ? "identity.connecting" : "identity.no_picture")}</p>`}
      ${looks ? switches(this.app) : nothing}
      ${this.#problem ? html`<p class="govuk-error-message" role="alert" data-test="identity-problem">${s(this.#problem)}</p>` : nothing}
      ${group(s("identity.where"), WAYS.map((one) => choice("radio", "where", one, s(`identity.where.${one}`), one === (seen || looks ? "video" : "in_person"))))}
      <div class="govuk-form-group">
        <label class="govuk-label govuk-label--s" for="oyer-identity-document">${s("identity.document")}</label>
        <select class="govuk-select" id="oyer-identity-document" name="document">
          ${DOCUMENTS.map((one) => html`<option value=${one}>${s(`identity.document.${one}`)}</option>`)}
        </select>
      </div>
      ${state?.verifier && may(this.app.hearing, "verify") ? this.#verifier(person) : nothing}
      ${group(s("identity.compared"), COMPARED.map((one) => choice("checkbox", "compared", one, s(`identity.compared.${one}`, { name: person.name }))))}
      <div class="oyer-modal__actions">
        <button class="govuk-button" type="submit" data-test="identity-confirm">${s("identity.confirm")}</button>
        <button class="govuk-button govuk-button--secondary" type="button" @click=${this.dismiss}>${t("app.cancel")}</button>
      </div>
    </form>`;
  }

  #verifier(person: Person): TemplateResult {
    const said = person.verifier;
    return html`<div class="govuk-form-group" data-test="verifier">
      <label class="govuk-label govuk-label--s" for="oyer-identity-document-number">${s("identity.number")}</label>
      <div class="govuk-hint" id="oyer-identity-hint">${s("identity.number_hint")}</div>
      <input class="govuk-input govuk-!-margin-bottom-2" id="oyer-identity-document-number" name="document-number" maxlength="40" autocomplete="off" spellcheck="false" aria-describedby="oyer-identity-hint" @keydown=${(event: KeyboardEvent) => this.#typed(event, person)} />
      <button
        class="govuk-button govuk-button--secondary oyer-button-small"
        type="button"
        data-test="verify"
        ?disabled=${said?.state === "asked"}
        @click=${(event: Event) => this.#ask((event.target as HTMLButtonElement).form, person)}
      >
        ${s("identity.verify")}
      </button>
      <p class="govuk-body oyer-tight" role="status" data-test="verifier-said" data-state=${said?.state ?? "none"}>${said ? verifierText(said) : ""}</p>
    </div>`;
  }

  /** Enter behind the number asks; it does not confirm. */
  #typed(event: KeyboardEvent, person: Person): void {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (person.verifier?.state !== "asked") this.#ask((event.target as HTMLInputElement).form, person);
  }

  #ask(asking: HTMLFormElement | null, person: Person): void {
    const form = new FormData(asking ?? undefined);
    const number = String(form.get("document-number") ?? "").trim();
    const document = form.get("document") as DocumentKind;
    if (number) void this.app.command({ do: "verify", participant: person.id, document, number });
  }

  #confirm(event: Event, person: Person): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const compared = form.getAll("compared") as Compared[];
    const where = form.get("where") as Where;
    const isSeen = where === "in_person" || person.sending.includes("video");
    this.#problem = !isSeen ? "identity.video_missing" : NEEDED.every((one) => compared.includes(one)) ? null : "identity.missing";
    this.requestUpdate();
    if (this.#problem) return;
    const document = form.get("document") as DocumentKind;
    void this.app.command({ do: "identify", participant: person.id, level: "verified", where, document, compared });
    this.dismiss();
  }

  protected override clear(): void {
    this.#problem = null;
  }
}

/** The private look at who waits; the judge's place is in the hearing while it runs. */
function canLook(app: App, person: Person, state: State): boolean {
  const waits = person.room === "waiting" || person.room === "witness";
  const presides = state.you.role === "judge" && state.hearing.session === "in_session";
  return waits && person.online && person.role !== "observer" && !presides && may(app.hearing, "look");
}

function verifierText(said: Verifier): string {
  const { level, reference } = said;
  const more = level || reference ? s("identity.verifier.more", { level: level ?? "–", reference: reference ?? "–" }) : "";
  return [s(`identity.verifier.${said.state}`), more].filter(Boolean).join(" · ");
}

function group(legend: string, choices: TemplateResult[]): TemplateResult {
  return html`<fieldset class="govuk-fieldset govuk-form-group">
    <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">${legend}</legend>
    ${choices}
  </fieldset>`;
}

function choice(type: "radio" | "checkbox", name: string, value: string, text: string, checked = false): TemplateResult {
  const kind = type === "radio" ? "radios" : "checkboxes";
  const id = `oyer-identity-${value}`;
  return html`<div class="govuk-${kind} govuk-${kind}--small">
    <div class="govuk-${kind}__item">
      <input class="govuk-${kind}__input" type=${type} id=${id} name=${name} value=${value} .defaultChecked=${checked} data-test=${id} />
      <label class="govuk-label govuk-${kind}__label" for=${id}>${text}</label>
    </div>
  </div>`;
}

define("oyer-identity", IdentityDialog);
