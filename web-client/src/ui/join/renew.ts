/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A new pass for who has lost his: a number that the court knows, the code, the hearing. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { ApiError, request } from "../../core/api.js";
import type { NewPass } from "../../core/api.js";
import { dateTime } from "../../core/format.js";
import { label, language } from "../../core/i18n/index.js";
import { r } from "../../core/i18n/renew.js";
import type { RenewKey } from "../../core/i18n/renew.js";
import { define, Plain } from "../common/plain.js";

interface Place {
  participant: string;
  court: string;
  role: string;
  scheduled_start: string;
  timezone: string;
}

class Renew extends Plain {
  #challenge: { challenge: string; to: string } | null = null;
  #seats: Place[] | null = null;
  #problem: RenewKey | null = null;
  #busy = false;

  protected override render(): TemplateResult {
    return html`<section class="oyer-renew" aria-labelledby="renew-heading" data-test="renewing">
      <h2 class="govuk-heading-m" id="renew-heading">${r("renew.heading")}</h2>
      ${this.#seats ? this.#choice(this.#seats) : this.#challenge ? this.#code(this.#challenge.to) : this.#address()}
    </section>`;
  }

  #address(): TemplateResult {
    return this.#form(
      { id: "renew-address", text: r("renew.text"), label: "renew.address", go: "renew.send", complete: "tel", mode: "email" },
      async (address) => {
        if (address === "") return void (this.#problem = "error.address");
        this.#challenge = await request("POST", "/api/v1/visitor/ask", { address, language: language() });
      },
    );
  }

  #code(to: string): TemplateResult {
    return this.#form(
      { id: "renew-code", text: r("renew.code_text", { to }), label: "renew.code", go: "renew.check", complete: "one-time-code", mode: "numeric" },
      async (text) => {
        const code = text.replace(/\D/g, "");
        if (code.length !== 6) return void (this.#problem = "error.code");
        await request("POST", "/api/v1/visitor/code", { challenge: this.#challenge?.challenge, code });
        this.#seats = (await request<{ seats: Place[] }>("GET", "/api/v1/visitor/passes")).seats;
      },
    );
  }

  #choice(seats: readonly Place[]): TemplateResult {
    if (seats.length === 0) return html`<p class="govuk-body" role="status">${r("renew.none")}</p>`;
    return html`<p class="govuk-body">${r("renew.choose")}</p>
      ${this.#complaint()}
      <ul class="govuk-list">
        ${seats.map(
          (seat) => html`<li class="oyer-renew__seat">
            <span>${seat.court}<br />${dateTime(seat.scheduled_start, seat.timezone, language())} · ${label("role", seat.role)}</span>
            <button class="govuk-button oyer-button-small" type="button" data-test="renew-get" @click=${() => void this.#act(() => this.#get(seat))}>
              ${r("renew.get")}
            </button>
          </li>`,
        )}
      </ul>`;
  }

  #form(
    field: { id: string; text: string; label: RenewKey; go: RenewKey; complete: string; mode: "email" | "numeric" },
    act: (value: string) => Promise<void>,
  ): TemplateResult {
    const submit = (event: Event): void => {
      event.preventDefault();
      const value = this.querySelector<HTMLInputElement>(`#${field.id}`)?.value.trim() ?? "";
      void this.#act(() => act(value));
    };
    return html`<form novalidate @submit=${submit}>
      <p class="govuk-body">${field.text}</p>
      <div class="govuk-form-group ${this.#problem ? "govuk-form-group--error" : ""}">
        <label class="govuk-label govuk-label--s" for=${field.id}>${r(field.label)}</label>
        ${this.#complaint()}
        <input
          class="govuk-input"
          id=${field.id}
          data-test=${field.id}
          maxlength="100"
          autocomplete=${field.complete}
          inputmode=${field.mode}
          autocapitalize="none"
          aria-describedby=${this.#problem ? "renew-error" : nothing}
        />
      </div>
      <button class="govuk-button" type="submit" data-test="renew-go" aria-disabled=${this.#busy ? "true" : "false"}>${r(field.go)}</button>
    </form>`;
  }

  #complaint(): TemplateResult | typeof nothing {
    return this.#problem
      ? html`<p class="govuk-error-message" id="renew-error" role="alert" data-test="renew-error">${r(this.#problem)}</p>`
      : nothing;
  }

  async #get(seat: Place): Promise<void> {
    const pass = await request<NewPass>("POST", `/api/v1/visitor/passes/${encodeURIComponent(seat.participant)}`, {});
    location.assign(`/j/${pass.token}`);
  }

  async #act(act: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    this.#problem = null;
    try {
      await act();
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      this.#problem = status === 400 ? "error.address" : status === 401 ? "error.code" : status === 429 ? "error.often" : "error.other";
    }
    this.#busy = false;
    this.requestUpdate();
  }
}

define("oyer-renew", Renew);
