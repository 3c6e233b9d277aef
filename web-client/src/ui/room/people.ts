/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Who is in the room: a real list, the main view of it for who does not see the pictures. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { byRank } from "../../core/arrange.js";
import { inHearing } from "../../core/hearing.js";
import { t } from "../../core/i18n/hearing.js";
import type { Person, State } from "../../core/messages.js";
import { icon } from "../common/icons.js";
import { nameWithYou, roleOf } from "../common/names.js";

export function peopleList(state: State): TemplateResult {
  const here = inHearing(state).slice().sort(byRank);
  return html`<ul class="govuk-list oyer-people">
    ${here.map((person) => row(person, state))}
  </ul>`;
}

function row(person: Person, state: State): TemplateResult {
  const listens = person.role === "observer";
  const off = !listens && person.id !== state.you.id && !person.sending.includes("audio");
  return html`<li
    class="oyer-people__row"
    data-test="person"
    data-participant=${person.id}
    data-room=${person.room}
    data-status=${person.status}
  >
    ${icon("person")}
    <span class="oyer-people__name">${nameWithYou(person, state)}</span>
    <span class="oyer-quiet">${roleOf(person, state)}</span>
    ${off ? html`<span class="oyer-people__mark">${icon("microphone_off")} ${t("tile.mic_off")}</span>` : nothing}
    ${person.hand > 0
      ? html`<span class="oyer-people__mark">${icon("hand")} ${t("tile.hand", { n: person.hand })}</span>`
      : nothing}
    ${person.online ? nothing : html`<span class="oyer-people__mark">${icon("clock")} ${t("tile.away")}</span>`}
  </li>`;
}
