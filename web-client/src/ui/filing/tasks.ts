/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The steps of a filing: which there are, which are done, and what comes next. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { Filing, PartyRole } from "../../core/filing.js";
import { f } from "../../core/i18n/filing.js";
import type { FilingKey } from "../../core/i18n/filing.js";
import type { Desk } from "./desk.js";

export interface Task {
  id: "plaintiffs" | "defendants" | "others" | "cause" | "claim" | "facts" | "documents";
  label: FilingKey;
  isDone: (filing: Filing) => boolean;
  optional?: boolean;
  /** What `submit` calls it when it is missing. */
  fields: readonly string[];
}

const has = (role: PartyRole) => (filing: Filing) => filing.parties.some((one) => one.role === role && one.name !== "");

export const TASKS: readonly Task[] = [
  { id: "plaintiffs", label: "tasks.plaintiffs", isDone: has("plaintiff"), fields: ["parties.plaintiff"] },
  { id: "defendants", label: "tasks.defendants", isDone: has("defendant"), fields: ["parties.defendant"] },
  { id: "others", label: "tasks.others", isDone: has("third_party"), optional: true, fields: [] },
  { id: "cause", label: "tasks.cause", isDone: (one) => one.cause !== "", fields: ["cause"] },
  { id: "claim", label: "tasks.claim", isDone: (one) => one.claim !== "", fields: ["claim"] },
  { id: "facts", label: "tasks.facts", isDone: (one) => one.facts !== "", fields: ["facts"] },
  {
    id: "documents",
    label: "tasks.documents",
    isDone: (one) => one.documents.length > 0 && one.documents.every((doc) => doc.files.length > 0 && doc.files.every((file) => file.state === "ready")),
    fields: ["documents", "files"],
  },
];

/** The way on from a step: the next one that has to be answered, and in the end the check. */
export function nextOf(desk: Desk, id: Task["id"]): void {
  const from = TASKS.findIndex((one) => one.id === id);
  const next = TASKS.slice(from + 1).find((one) => !one.optional);
  location.hash = `#/${desk.filing?.id ?? ""}/${next?.id ?? "check"}`;
}

export function tasks(desk: Desk, filing: Filing): TemplateResult {
  const needed = TASKS.filter((one) => !one.optional);
  const done = needed.filter((one) => one.isDone(filing)).length;
  return html`<h1 class="govuk-heading-l" tabindex="-1">${f("tasks.heading")}</h1>
    <p class="govuk-body" data-test="count">${f("tasks.count", { done, all: needed.length })}</p>
    <ul class="govuk-task-list" data-test="tasks">
      ${TASKS.map((one) => row(filing, one))}
      <li class="govuk-task-list__item govuk-task-list__item--with-link">
        <div class="govuk-task-list__name-and-hint">
          <a class="govuk-link govuk-task-list__link" href="#/${filing.id}/check" data-test="task-check">${f("tasks.check")}</a>
        </div>
      </li>
    </ul>
    ${desk.uploads.isBusy ? html`<p class="govuk-body" role="status">${f("check.wait")}</p>` : nothing}`;
}

function row(filing: Filing, task: Task): TemplateResult {
  const isDone = task.isDone(filing);
  const status = isDone ? "tasks.done" : task.optional ? "tasks.optional" : "tasks.todo";
  return html`<li class="govuk-task-list__item govuk-task-list__item--with-link">
    <div class="govuk-task-list__name-and-hint">
      <a
        class="govuk-link govuk-task-list__link"
        href="#/${filing.id}/${task.id}"
        id="task-${task.fields[0] ?? task.id}"
        data-test="task-${task.id}"
        aria-describedby="status-${task.id}"
        >${f(task.label)}</a
      >
    </div>
    <div class="govuk-task-list__status" id="status-${task.id}" data-done=${isDone ? "yes" : "no"}>
      ${isDone || task.optional ? f(status) : html`<strong class="govuk-tag oyer-tag">${f(status)}</strong>`}
    </div>
  </li>`;
}
