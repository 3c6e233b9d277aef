/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What the law lets a party and the court take their time for: until when, by which rule, and why longer. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { c } from "../../core/i18n/case.js";
import { language } from "../../core/i18n/index.js";
import type { CaseClock, CasePapers, ClockStep } from "../../core/paper.js";
import { lastMoment } from "../common/when.js";

export function clocks(papers: CasePapers, zone: string): TemplateResult | typeof nothing {
  if (papers.clocks.length === 0) return nothing;
  return html`<section data-test="limits">
    <h2 class="govuk-heading-m">${c("limits.heading")}</h2>
    ${papers.clocks.map((one) => clock(papers, one, zone))}
  </section>`;
}

function clock(papers: CasePapers, one: CaseClock, zone: string): TemplateResult {
  const isDone = one.state === "met";
  const isOver = one.state === "over";
  const level = isDone ? "green" : isOver ? "amber" : "wait";
  return html`<p class="oyer-result oyer-result--${level}" data-clock=${one.clock} data-state=${one.state} data-over=${isOver ? "yes" : "no"}>
    <span
      >${said(papers, one, zone)}
      ${one.steps.map((step) => why(one, step))}
      <br /><span class="oyer-quiet">${one.article[language()]}</span></span
    >
  </p>`;
}

function said(papers: CasePapers, one: CaseClock, zone: string): string {
  const whose = papers.parties.length > 1 ? (papers.parties.find((side) => side.party === one.party)?.name ?? "") : "";
  const values = { name: [one.name[language()], whose].filter(Boolean).join(" · "), time: lastMoment(one.due_us, zone) };
  if (one.state === "met") return c("limits.met", values);
  if (one.state === "suspended") return c("limits.suspended", values);
  if (one.party === "") return c(one.state === "over" ? "limits.court_over" : "limits.court", values);
  return c(one.state === "over" ? "limits.over" : "limits.until", values);
}

/** Only what moves the last day, and only while it does. */
function why(one: CaseClock, step: ClockStep): TemplateResult | typeof nothing {
  const isLonger = step.step === "extend";
  if (!isLonger && (step.step !== "suspend" || one.state !== "suspended")) return nothing;
  const length = [step.months ? c("limits.months", { n: step.months }) : "", step.days ? c("limits.days", { n: step.days }) : ""].filter(Boolean).join(" ");
  const article = (isLonger ? one.extension_article : step.kind?.article)?.[language()];
  return html`<br /><span class="oyer-quiet" data-test="clock-why"
      >${isLonger ? c("limits.longer", { length }) : c("limits.stopped")}${step.kind ? c("limits.why", { why: step.kind[language()] }) : ""}${article ? c("limits.by", { article }) : ""}</span
    >`;
}
