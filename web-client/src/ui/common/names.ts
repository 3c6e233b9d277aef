/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** How a person is called on the screen. */

import { label, t } from "../../core/i18n/index.js";
import { everybody } from "../../core/hearing.js";
import type { Person, State } from "../../core/messages.js";

/** "Plaintiff", "Representative of 朱某", "Judge". */
export function roleOf(person: Person, state: State | null): string {
  if (person.role === "party" && person.party) return t(`side.${person.party}`);
  if (person.role === "representative" && state) {
    const clients = person.represents
      .map((id) => everybody(state).find((one) => one.id === id)?.name)
      .filter((name) => name !== undefined);
    if (clients.length > 0) return t("side.represents", { who: clients.join("、") });
  }
  return label("role", person.role);
}

export function nameOf(id: string | null, state: State | null): string {
  if (id === null || !state) return "";
  return everybody(state).find((person) => person.id === id)?.name ?? id;
}

export function nameWithYou(person: Person, state: State): string {
  return person.id === state.you.id ? t("people.you", { name: person.name }) : person.name;
}
