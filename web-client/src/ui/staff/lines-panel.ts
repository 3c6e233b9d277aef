/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Everybody's line, the worst first: in words, with what helps; the last minutes as a curve. */

import { html, nothing, svg } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { clock } from "../../core/format.js";
import { everybody } from "../../core/hearing.js";
import { language } from "../../core/i18n/index.js";
import { s, staffLabel } from "../../core/i18n/staff.js";
import { linesOf, sparkline } from "../../core/lines.js";
import type { LineOf, Moment } from "../../core/lines.js";
import type { Flow, NetworkRow, Person, State } from "../../core/messages.js";
import { define, View } from "../common/base.js";
import { icon } from "../common/icons.js";
import { nameWithYou, roleOf } from "../common/names.js";

const WIDTH = 96;
const HEIGHT = 24;
const BATTERY_LOW = 15;
/** Of more sizes only the smallest and the largest are named. */
const SIZES_LISTED = 3;

class LinesPanel extends View {
  protected override render(): TemplateResult | typeof nothing {
    const { state, network, history } = this.app.hearing;
    if (!state) return nothing;
    const all = linesOf(everybody(state), network);
    const ill = all.filter((line) => line.state !== "good" && line.state !== "unknown").length;
    return html`<section class="oyer-panel-box" data-test="lines" aria-labelledby="lines-heading">
      <div class="oyer-panel-box__head">
        <h2 class="govuk-heading-s oyer-tight" id="lines-heading">${s("lines.heading")}</h2>
        <span class="oyer-quiet" data-test="lines-summary">
          ${ill === 0 ? s("lines.all_good") : s("lines.ill", { n: ill })}
        </span>
      </div>
      <ul class="oyer-lines">
        ${repeat(
          all,
          (line) => line.person.id,
          (line) => this.#line(line, state, history[line.person.id] ?? []),
        )}
      </ul>
      <p class="govuk-body-s oyer-tight oyer-lines__exports">
        ${s("lines.export")}
        ${(["csv", "jsonl"] as const).map(
          (form) => html`<a
            class="govuk-link"
            data-test="lines-${form}"
            download
            href="/api/v1/hearings/${state.hearing.id}/connectivity.${form}"
            >${s(`lines.${form}`)}</a
          >`,
        )}
      </p>
    </section>`;
  }

  #line(line: LineOf, state: State, moments: readonly Moment[]): TemplateResult {
    const { person, row } = line;
    const word = line.state === "away" ? "away" : (row?.cause ?? line.state);
    const fine = line.state === "good" || line.state === "unknown";
    return html`<li
      class="oyer-line oyer-line--${line.state}"
      data-test="line"
      data-participant=${person.id}
      data-line=${line.state}
      data-cause=${row?.cause ?? nothing}
    >
      <div class="oyer-line__head">
        <span class="oyer-line__name">
          ${nameWithYou(person, state)} <span class="oyer-quiet">${roleOf(person, state)}</span>
        </span>
        ${curve(moments)}
      </div>
      <div class="oyer-line__state">
        <span class="oyer-mark oyer-mark--${LOOKS[line.state]}">
          ${icon(fine ? "yes" : "attention")} ${staffLabel("line", word)}
        </span>
        ${line.state === "away" ? away(person, state) : nothing}
        ${row?.stated ? html`<span class="oyer-quiet">${s("lines.stated")}</span>` : nothing}
        ${row?.client?.hidden ? html`<span class="oyer-quiet">${s("lines.hidden")}</span>` : nothing}
        ${battery(row)}
      </div>
      ${fine ? nothing : html`<p class="govuk-body-s oyer-line__hint">${staffLabel("hint", word)}</p>`}
      ${row ? figures(row) : nothing}
    </li>`;
  }
}

const LOOKS = { away: "alarm", bad: "alarm", poor: "warn", good: "good", unknown: "plain" } as const;

/** A fault or a walk-out?  What is known of it; the judge decides. */
function away({ away }: Person, { hearing }: State): TemplateResult | typeof nothing {
  if (!away) return nothing;
  const since = away.since ? s("lines.since", { time: clock(Date.parse(away.since), hearing.timezone, language()) }) : "";
  const why = away.reason ? staffLabel("away", away.reason) : "";
  return html`<span class="oyer-quiet" data-test="line-away">${[why, since].filter(Boolean).join(" · ")}</span>`;
}

function battery(row: NetworkRow | null): TemplateResult | typeof nothing {
  const left = row?.client?.battery;
  if (left === undefined || left === null || left > BATTERY_LOW) return nothing;
  return html`<span class="oyer-quiet">${s("lines.battery", { n: left })}</span>`;
}

/** For the eye; who hears the page has the words, and the count of bad moments. */
function curve(moments: readonly Moment[]): TemplateResult {
  const bad = moments.filter((moment) => moment.rating === "bad").length;
  const poor = moments.filter((moment) => moment.rating === "poor").length;
  const label = s("lines.curve", { bad, poor, all: moments.length });
  return html`<svg
    class="oyer-line__curve"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width=${WIDTH}
    height=${HEIGHT}
    role="img"
    aria-label=${label}
    data-test="line-curve"
  >
    <title>${label}</title>
    ${svg`<line class="oyer-line__limit" x1="0" x2=${WIDTH} y1=${limit()} y2=${limit()}></line>`}
    ${svg`<polyline class="oyer-line__points" points=${sparkline(moments, WIDTH, HEIGHT)}></polyline>`}
  </svg>`;
}

/** Where 15 % is: above it a line is bad. */
function limit(): string {
  return sparkline([{ rating: "bad", loss: 0.15 }], WIDTH, HEIGHT).split(",")[1] ?? "0";
}

function figures(row: NetworkRow): TemplateResult {
  return html`<details class="oyer-line__more" data-test="line-more">
    <summary>${s("lines.figures")}</summary>
    <dl class="oyer-line__figures">
      <dt>${s("lines.up")}</dt>
      <dd>${flow(row.up)} ${picture(row.up)}</dd>
      <dt>${s("lines.down")}</dt>
      <dd>${flow(row.down)} ${picture(row.down)}</dd>
      ${row.client
        ? html`<dt>${s("lines.client")}</dt>
            <dd>
              ${s("lines.said", {
                concealed: percent(row.client.concealed),
                frozen: seconds(row.client.frozen_ms),
              })}
            </dd>`
        : nothing}
    </dl>
  </details>`;
}

function flow(flow: Partial<Flow> | undefined): string {
  return s("lines.flow", {
    loss: percent(flow?.loss),
    far: percent(flow?.loss_sender),
    kbps: flow?.kbps ?? 0,
    rtt: flow?.rtt_ms ?? "–",
    jitter: flow?.jitter_ms ?? "–",
  });
}

/** What is sent, and of what: smaller is no fault, a small tile needs no more. */
function picture(flow: Partial<Flow> | undefined): TemplateResult | typeof nothing {
  if (flow?.pictures === undefined) return nothing;
  return html`<div data-test="line-picture">${s("lines.picture", { what: whatIsSent(flow) })}</div>`;
}

function whatIsSent({ pictures, sizes = [], full_size }: Partial<Flow>): string {
  const most = sizes.at(-1);
  if (!pictures) return s("lines.picture_none");
  if (most === undefined) return s("lines.picture_unknown");
  const sent =
    sizes.length > SIZES_LISTED
      ? s("lines.picture_range", { least: times(sizes[0] ?? most), most: times(most) })
      : sizes.map(times).join(" + ");
  return full_size && full_size !== most ? s("lines.picture_of", { sent, full: times(full_size) }) : sent;
}

function times(size: string): string {
  return size.replace("x", "×");
}

function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? "–" : `${Math.round(share * 100)}%`;
}

function seconds(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? "–" : (ms / 1000).toFixed(1);
}

define("oyer-lines-panel", LinesPanel);
