/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Who sues, who is sued, who else: a list, and one form for each. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Filing, Party, PartyRole } from "../../core/filing.js";
import { f, filingLabel } from "../../core/i18n/filing.js";
import type { FilingKey } from "../../core/i18n/filing.js";
import type { Desk, Problem } from "./desk.js";
import { form, go, input, radios, select, text, tick } from "./form.js";
import { nextOf } from "./tasks.js";

export type Group = "plaintiffs" | "defendants" | "others";

const ROLE: Record<Group, PartyRole> = { plaintiffs: "plaintiff", defendants: "defendant", others: "third_party" };
const HEADING: Record<Group, FilingKey> = { plaintiffs: "people.plaintiffs", defendants: "people.defendants", others: "people.others" };

export function isGroup(step: string): step is Group {
  return step in ROLE;
}

/** `which`: "" the list (the form, if nobody is on it), "new", or a place in the filing's list. */
export function people(desk: Desk, filing: Filing, group: Group, which: string): TemplateResult {
  const role = ROLE[group];
  const isEmpty = !filing.parties.some((one) => one.role === role);
  if (which === "" && !(isEmpty && group !== "others")) return list(desk, filing, group, role);
  const place = /^\d+$/.test(which) ? Number(which) : -1;
  return one(desk, filing, group, place);
}

function list(desk: Desk, filing: Filing, group: Group, role: PartyRole): TemplateResult {
  const here = `#/${filing.id}/${group}`;
  const remove = (place: number): void => {
    void desk.save((now) => ({ parties: now.parties.filter((_, n) => n !== place) }));
  };
  const listed = filing.parties.map((party, place) => ({ party, place })).filter(({ party }) => party.role === role);
  const isFull = filing.parties.length >= (desk.form?.limits.parties ?? 50);
  return html`<h1 class="govuk-heading-l" tabindex="-1">${f(HEADING[group])}</h1>
    <ul class="oyer-filing__cards" data-test="listed">
      ${listed.map(
        ({ party, place }) =>
          html`<li class="oyer-filing__card">
            <span class="oyer-filing__card-title">${party.name}</span>
            <span class="oyer-filing__card-actions">
              <a class="govuk-link" href="${here}/${place}">${f("people.change")}<span class="govuk-visually-hidden"> ${party.name}</span></a>
              <button class="oyer-filing__link" type="button" @click=${() => remove(place)}>
                ${f("people.remove")}<span class="govuk-visually-hidden"> ${party.name}</span>
              </button>
            </span>
          </li>`,
      )}
    </ul>
    ${isFull
      ? nothing
      : html`<p class="govuk-body">
          <a class="govuk-button govuk-button--secondary" href="${here}/new" role="button" data-test="add">${f(listed.length ? "people.add" : "people.first")}</a>
        </p>`}
    <button class="govuk-button oyer-button-main" type="button" data-test="go" @click=${() => nextOf(desk, group)}>${f("people.go_on")}</button>`;
}

function one(desk: Desk, filing: Filing, group: Group, place: number): TemplateResult {
  const party: Partial<Party> = filing.parties[place] ?? {};
  const isFiler = group === "plaintiffs";
  const submit = (data: FormData): void => {
    const made = partyOf(data, ROLE[group], isFiler);
    if (desk.complain(whatIsMissing(made, isFiler))) return;
    const put = (now: Filing): Party[] => (now.parties[place] ? now.parties.map((old, n) => (n === place ? made : old)) : [...now.parties, made]);
    void desk.save((now) => ({ step: group, parties: put(now) })).then((done) => {
      if (done) location.hash = `#/${filing.id}/${group}`;
    });
  };
  const kinds = (["person", "organization"] as const).map((value) => ({ value, label: f(`people.${value}`) }));
  const papers = ["identity_card", "passport", "credit_code", "other"].map((value) => ({ value, label: filingLabel("people", value) }));
  return form(
    html`<h1 class="govuk-heading-l" tabindex="-1">${f(HEADING[group])}</h1>
      ${radios(desk, "kind", f("people.kind"), party.kind ?? "", kinds)}
      ${input(desk, { id: "name", label: "people.name", hint: "people.name_hint", value: party.name ?? "", complete: isFiler ? "name" : "off", max: 100 })}
      ${select(desk, "id_type", f("people.id_type"), party.id_type ?? "identity_card", papers)}
      ${input(desk, { id: "id_number", label: "people.id_number", value: party.id_number ?? "", optional: true, max: 100 })}
      ${input(desk, { id: "phone", label: "people.phone", value: party.phone ?? "", complete: isFiler ? "tel" : "off", keyboard: "tel", optional: !isFiler, max: 100 })}
      ${input(desk, { id: "address", label: "people.address", hint: "people.address_hint", value: party.address ?? "", complete: isFiler ? "street-address" : "off", max: 300 })}
      ${isFiler ? tick(desk, "self", f("people.self"), party.self ?? !filing.parties.some((other) => other.self)) : nothing} ${go(desk)}`,
    submit,
    "party-form",
  );
}

function partyOf(data: FormData, role: PartyRole, isFiler: boolean): Party {
  const idNumber = text(data, "id_number");
  return {
    role,
    kind: text(data, "kind") as Party["kind"],
    name: text(data, "name"),
    ...(idNumber ? { id_type: text(data, "id_type"), id_number: idNumber } : {}),
    phone: text(data, "phone"),
    address: text(data, "address"),
    self: isFiler && text(data, "self") === "yes",
  };
}

function whatIsMissing(party: Party, isFiler: boolean): Problem[] {
  const missing: Problem[] = [];
  if (!party.kind) missing.push({ field: "kind", key: "error.kind" });
  if (!party.name) missing.push({ field: "name", key: "error.name" });
  if (isFiler && !party.phone) missing.push({ field: "phone", key: "error.contact" });
  if (!party.address) missing.push({ field: "address", key: "error.address_of" });
  return missing;
}
