/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** One person as the court's staff see them: state in words, the next step as a button. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import type { App } from "../../app/app.js";
import { clock } from "../../core/format.js";
import { isStaff, may } from "../../core/hearing.js";
import { language } from "../../core/i18n/index.js";
import { s, staffLabel } from "../../core/i18n/staff.js";
import type { Command, Do, Kind, NetworkRow, Person, State } from "../../core/messages.js";
import { icon } from "../common/icons.js";
import { nameOf, nameWithYou, roleOf } from "../common/names.js";
import { askIdentity, identifiedText } from "./identity.js";
import { askNewPass } from "./new-pass.js";
import { ask } from "./question.js";

const SOUND: readonly Kind[] = ["audio"];

interface Action {
  do: Do;
  more: Omit<Command, "type" | "do" | "participant">;
  grave?: boolean;
}

export function personRow(app: App, person: Person, state: State): TemplateResult {
  const actions = actionsFor(person).filter((action) => may(app.hearing, action.do));
  const self = person.id === state.you.id;
  const [first, ...rest] = self ? [] : actions;
  return html`<li
    class="oyer-person"
    data-test="person"
    data-participant=${person.id}
    data-room=${person.room}
    data-status=${person.status}
  >
    <div class="oyer-person__head">
      <span class="oyer-person__name">${nameWithYou(person, state)}</span>
      <span class="oyer-quiet">${roleOf(person, state)}</span>
      ${first ? button(app, person, first, true) : nothing}
    </div>
    <div class="oyer-person__marks">${marks(app, person, state)}</div>
    ${person.knock ? knock(app, person) : nothing} ${remarks(person)}
    ${person.trouble
      ? html`<p class="oyer-person__trouble">${icon("attention")} ${s("trouble.says", { text: person.trouble })}</p>`
      : nothing}
    ${person.help ? help(app, person, person.help, state) : nothing}
    ${rest.length > 0 || person.identified || may(app.hearing, "issue_pass")
      ? html`<details class="oyer-person__more" data-test="person-more">
          <summary>${s("people.more")}<span class="govuk-visually-hidden"> ${person.name}</span></summary>
          <div class="oyer-person__actions">
            ${rest.map((action) => button(app, person, action, false))}
            ${may(app.hearing, "issue_pass") && !self ? newPass(person) : nothing}
          </div>
          ${person.identified ? html`<p class="govuk-body-s oyer-tight" data-test="identified">${identifiedText(person.identified, state)}</p>` : nothing}
          ${detail(app, person)}
        </details>`
      : nothing}
  </li>`;
}

/** In the order of how soon each is wanted; the first is the row's own button. */
function actionsFor(person: Person): Action[] {
  const all: Action[] = [];
  const inside = person.room === "hearing";
  const court = isStaff(person.role);
  const muted = person.muted.includes("audio");
  const add = (what: Do, more: Action["more"] = {}, grave = false) =>
    all.push({ do: what, more, grave });
  if (!inside) {
    if (person.role === "witness" && person.room === "witness") add("call_witness");
    else if (person.room === "waiting" || person.status === "removed") add("admit");
  } else {
    if (person.role === "witness") add("dismiss_witness");
    if (muted) add("unmute", { kinds: SOUND });
    else if (person.role !== "observer") add("mute", { kinds: SOUND });
    if (person.role !== "observer") add(person.locked ? "unlock" : "lock");
    if (person.hand > 0) add("lower_hand");
    if (!court && person.role !== "witness") add("send_out");
  }
  if (person.identity === "self" && person.room !== "none" && !court) add("identify");
  if (!court && person.status !== "removed") add("remove", {}, true);
  return all;
}

function button(app: App, person: Person, action: Action, first: boolean): TemplateResult {
  const welcome = action.do === "admit" || action.do === "call_witness";
  const looks = action.grave ? "govuk-button--warning" : welcome ? "" : "govuk-button--secondary";
  const run = (reason?: string) =>
    void app.command({
      do: action.do,
      participant: person.id,
      ...action.more,
      ...(reason ? { reason } : {}),
    });
  return html`<button
    class="govuk-button ${looks} oyer-button-small ${first ? "oyer-person__first" : ""}"
    type="button"
    data-test=${action.do}
    @click=${() => (action.do === "remove" ? askRemove(person, run) : action.do === "identify" ? askIdentity(person.id) : run())}
  >
    ${staffLabel("do", action.do)}<span class="govuk-visually-hidden"> ${person.name}</span>
  </button>`;
}

/** The same pass on two devices: which of the two is the person? */
function knock(app: App, person: Person): TemplateResult {
  const decide = (let_in: boolean) => () => void app.command({ do: "second_use", participant: person.id, let_in });
  const choice = (test: string, text: string, let_in: boolean) =>
    html`<button class="govuk-button govuk-button--secondary oyer-button-small" type="button" data-test=${test} @click=${decide(let_in)}>
      ${text}<span class="govuk-visually-hidden"> ${person.name}</span>
    </button>`;
  return html`<div class="oyer-person__knock" data-test="knock">
    <p class="govuk-body-s oyer-tight"><strong>${s("knock.heading")}</strong><br />${s("knock.text")}</p>
    <dl class="oyer-person__devices govuk-body-s">
      <div><dt>${s("knock.now")}</dt><dd>${person.online ? (person.agent ?? "–") : s("mark.offline")}</dd></div>
      <div><dt>${s("knock.new")}</dt><dd>${person.knock?.agent ?? "–"}</dd></div>
    </dl>
    <div class="oyer-person__actions">
      ${choice("let-in", s("knock.let_in"), true)} ${choice("keep", s("knock.keep"), false)}
    </div>
  </div>`;
}

/** A call for help: taken by one of the court, and answered with what came of it. */
function help(app: App, person: Person, call: NonNullable<Person["help"]>, state: State): TemplateResult {
  const claim = () => void app.command({ do: "help_claim", participant: person.id });
  const answer = () =>
    ask({
      heading: s("help.answer"),
      text: s("help.answer_text"),
      yes: s("help.answer"),
      reason: "needed",
      act: (reason) => void app.command({ do: "help_answer", participant: person.id, reason }),
    });
  const isTaken = call.claimed !== null;
  return html`<p class="oyer-person__actions" data-test="help" data-claimed=${isTaken ? "yes" : "no"}>
    ${isTaken ? html`<span class="govuk-body-s oyer-tight">${s("help.claimed", { name: nameOf(call.by, state) })}</span>` : nothing}
    <button class="govuk-button ${isTaken ? "govuk-button--secondary" : ""} oyer-button-small" type="button" data-test=${isTaken ? "help-answer" : "help-claim"} @click=${isTaken ? answer : claim}>
      ${s(isTaken ? "help.answer" : "help.claim")}<span class="govuk-visually-hidden"> ${person.name}</span>
    </button>
  </p>`;
}

/** What the person wrote of his own accord. */
function remarks(person: Person): TemplateResult | typeof nothing {
  const said = [
    person.ready?.with ? s("ready.with", { text: person.ready.with }) : "",
    person.ready?.needs ? s("ready.needs", { text: person.ready.needs }) : "",
  ].filter(Boolean);
  return said.length > 0 ? html`<p class="govuk-body-s oyer-tight" data-test="remarks">${said.join(" · ")}</p>` : nothing;
}

function newPass(person: Person): TemplateResult {
  return html`<button
    class="govuk-button govuk-button--secondary oyer-button-small"
    type="button"
    data-test="issue_pass"
    @click=${() => askNewPass(person)}
  >
    ${s("pass.new")}<span class="govuk-visually-hidden"> ${person.name}</span>
  </button>`;
}

function askRemove(person: Person, run: (reason: string) => void): void {
  ask({
    heading: s("ask.remove", { name: person.name }),
    text: s("ask.remove_text"),
    yes: s("do.remove"),
    reason: "needed",
    grave: true,
    act: run,
  });
}

function mark(text: string, level: "good" | "plain" | "warn" | "alarm"): TemplateResult {
  return html`<span class="oyer-mark oyer-mark--${level}">${text}</span>`;
}

function marks(app: App, person: Person, state: State): TemplateResult {
  const network = app.hearing.network[person.id];
  const court = isStaff(person.role);
  const inside = person.room === "hearing";
  const session = state.hearing.session === "in_session";
  const listens = person.role === "observer";
  const { result } = person.check ?? {};
  const colour = { green: "good", amber: "warn", red: "alarm" } as const;
  return html`${person.online || person.status === "invited"
    ? inside
      ? nothing
      : mark(staffLabel("status", person.status), "plain")
    : mark(s("mark.offline"), "warn")}
  ${person.hand > 0 ? mark(s("mark.hand", { n: person.hand }), "warn") : nothing}
  ${person.locked ? mark(s("mark.locked"), "warn") : person.muted.includes("audio") ? mark(s("mark.muted"), "warn") : nothing}
  ${inside && !listens && person.online && !person.sending.includes("audio") && person.id !== state.you.id
    ? mark(s("mark.mic_off"), "plain")
    : nothing}
  ${person.silent && inside && session ? mark(s("mark.silent"), "alarm") : nothing}
  ${court || listens ? nothing : identity(person)}
  ${court || inside ? nothing : mark(result ? s(`check.${result}`) : s("check.none"), result ? colour[result] : "plain")}
  ${person.door ? mark(s("mark.door", { time: clock(Date.parse(person.door), state.hearing.timezone, language()) }), "good") : nothing}
  ${court || inside || !person.ready
    ? nothing
    : html`${person.ready.still ? nothing : mark(s("ready.still"), "alarm")} ${person.ready.alone ? nothing : mark(s("ready.alone"), "warn")}
      ${person.ready.quiet ? nothing : mark(s("ready.quiet"), "warn")} ${person.ready.needs ? mark(s("ready.needs_mark"), "warn") : nothing}`}
  ${person.declared === false && !inside ? mark(s("mark.not_declared"), "plain") : nothing}
  ${network && network.rating !== "good"
    ? mark(s(`rating.${network.rating}`), network.rating === "bad" ? "alarm" : "warn")
    : nothing}`;
}

function identity(person: Person): TemplateResult | typeof nothing {
  if (person.identity === "verified") return mark(s("mark.verified"), "good");
  return person.room === "none" || person.room === "lobby" ? nothing : mark(s("mark.self"), "plain");
}

function detail(app: App, person: Person): TemplateResult {
  const network = app.hearing.network[person.id];
  const { check } = person;
  return html`<div class="govuk-body-s oyer-person__detail">
    ${check
      ? html`<div>
          ${s("check.detail", {
            camera: s(`health.${check.camera}`),
            microphone: s(`health.${check.microphone}`),
            speaker: s(`health.${check.speaker}`),
            line: check.line ? s("check.detail_line", { rtt: Math.round(check.line.rtt_ms) }) + (check.line.kbps > 0 ? s("check.detail_rate", { kbps: Math.round(check.line.kbps) }) : "") : s("check.detail_none"),
          })}
        </div>`
      : nothing}
    ${network ? html`<div>${rating(network)}</div>` : nothing}
    ${person.agent ? html`<div>${person.agent}</div>` : nothing}
  </div>`;
}

function rating(network: NetworkRow): string {
  const loss = Math.round((network.up?.loss ?? 0) * 100);
  const rtt = Math.round(network.up?.rtt_ms ?? 0);
  return `${s(`rating.${network.rating}`)} · ${s("rating.detail", { loss, rtt })}`;
}
