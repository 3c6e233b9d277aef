/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The course of the hearing: open, break, suspend, resume, close; and its stages. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { may } from "../../core/hearing.js";
import { label, t } from "../../core/i18n/hearing.js";
import { nextSession } from "../common/next-session.js";
import { s } from "../../core/i18n/staff.js";
import type { Command, Do, Stage, State } from "../../core/messages.js";
import { define, View } from "../common/base.js";
import { icon } from "../common/icons.js";
import { ask } from "./question.js";

const ARM_WITHIN_MS = 8_000;

type Move = "open" | "pause" | "suspend" | "resume" | "close";
const MOVES: readonly Move[] = ["open", "resume", "pause", "suspend", "close"];

class SessionControls extends View {
  #busy = "";
  /** The recorder did not come up: the judge may go on without it, with a reason. */
  #armFailed = false;

  protected override render(): TemplateResult | typeof nothing {
    const state = this.app.hearing.state;
    if (!state) return nothing;
    const moves = MOVES.filter((move) => may(this.app.hearing, move));
    return html`<section
      class="oyer-session"
      data-test="session"
      data-session=${state.hearing.session}
      aria-label=${s("session.heading")}
    >
      <div class="oyer-session__moves">
        <strong class="govuk-tag oyer-tag oyer-session__state">${t(`session.${state.hearing.session}`)}</strong>
        ${this.#recorder(state)}
        ${moves.map((move) => this.#button(move, state))}
        ${this.#busy ? html`<span role="status">${this.#busy}</span>` : nothing}
      </div>
      ${this.#stages(state)}
    </section>`;
  }

  #button(move: Move, state: State): TemplateResult {
    const main = move === "open" || move === "resume";
    const looks = main ? "" : move === "close" ? "govuk-button--warning" : "govuk-button--secondary";
    return html`<button
      class="govuk-button ${looks} oyer-button-small"
      type="button"
      data-test=${move}
      @click=${() => this.#ask(move, state)}
    >
      ${s(`session.${move}`)}
    </button>`;
  }

  #recorder(state: State): TemplateResult | typeof nothing {
    if (state.hearing.mediation) return html`<span class="oyer-quiet" data-test="not-recorded">${t("rules.mediation")}</span>`;
    if (state.hearing.session !== "not_started") return nothing;
    const armed = state.recording.state === "armed";
    return html`<span class=${armed ? "oyer-good" : "oyer-quiet"}>
        ${armed ? icon("yes") : nothing} ${s(armed ? "session.armed" : "session.not_armed")}
      </span>
      ${may(this.app.hearing, "arm") && !armed
        ? html`<button
            class="govuk-button govuk-button--secondary oyer-button-small"
            type="button"
            data-test="arm"
            @click=${() => void this.app.command({ do: "arm" })}
          >
            ${s("session.arm")}
          </button>`
        : nothing}`;
  }

  #ask(move: Move, state: State): void {
    const missing = state.people
      .filter((one) => ["party", "representative"].includes(one.role) && one.room !== "hearing")
      .map((one) => one.name)
      .join("、");
    const opening = move === "open" || move === "resume";
    const broken = state.recording.state === "failed" || this.#armFailed;
    const unready = opening && broken && may(this.app.hearing, "override");
    const late = move === "open" && missing ? ` ${s("ask.open_missing", { names: missing })}` : "";
    const next = move === "close" ? nextSession(state.hearing) : null;
    ask({
      heading: s(`ask.${move}`),
      text: next ? s("ask.close_next", next) : s(`ask.${move}_text`) + late,
      yes: next ? s("session.conclude") : s(`session.${move}`),
      rather: next ? { yes: s("session.adjourn", next), act: () => void this.app.command({ do: "close", confirm: true, adjourn: true }) } : undefined,
      reason: move === "suspend" ? "needed" : unready ? "optional" : "none",
      override: unready ? s("ask.override") : undefined,
      grave: move === "close",
      act: (reason, override) => void this.#do(move, reason, override),
    });
  }

  async #do(move: Move, reason: string, override: boolean): Promise<void> {
    const command: Omit<Command, "type"> = { do: move };
    if (move === "suspend" || override) command.reason = reason;
    if (move === "close") command.confirm = true;
    if (override) command.override = true;
    else if (move === "open" && this.app.hearing.state?.recording.state === "idle") await this.#arm();
    const done = await this.app.command(command);
    this.#armFailed = !done && this.app.refusal?.code === "recorder";
  }

  /** The recorder proves itself first; opening without that would be refused. */
  async #arm(): Promise<void> {
    this.#busy = s("session.arming");
    this.requestUpdate();
    if (await this.app.command({ do: "arm" })) {
      const until = Date.now() + ARM_WITHIN_MS;
      while (this.app.hearing.state?.recording.state === "idle" && Date.now() < until) {
        await new Promise((done) => setTimeout(done, 50));
      }
    }
    this.#busy = "";
    this.requestUpdate();
  }

  #stages(state: State): TemplateResult | typeof nothing {
    const { stages, stage } = state.hearing;
    if (stages.length === 0 || state.hearing.mediation) return nothing;
    const now = stage === null ? -1 : stages.indexOf(stage);
    const allowed = may(this.app.hearing, "stage");
    return html`<nav aria-label=${s("stages.heading")}>
      <ol class="oyer-stages">
        ${stages.map(
          (one, index) => html`<li>
            <button
              class="oyer-stages__step ${index < now ? "oyer-stages__step--done" : ""}"
              type="button"
              data-test="stage-step"
              data-stage=${one}
              aria-current=${index === now ? "step" : nothing}
              aria-disabled=${allowed ? nothing : "true"}
              @click=${() => allowed && this.#stage(one, index - now)}
            >
              <span class="oyer-stages__number" aria-hidden="true">${index + 1}</span>${label("stage", one)}
            </button>
          </li>`,
        )}
      </ol>
    </nav>`;
  }

  /** The next stage needs no question; a jump does. */
  #stage(stage: Stage, distance: number): void {
    const go = (reason: string) =>
      void this.app.command({ do: "stage" as Do, stage, ...(reason ? { reason } : {}) });
    if (distance === 0) return;
    if (distance === 1) return go("");
    ask({
      heading: s("ask.stage", { stage: label("stage", stage) }),
      text: s("ask.stage_text"),
      yes: label("stage", stage),
      reason: "optional",
      act: (reason) => go(reason),
    });
  }
}

define("oyer-session", SessionControls);
