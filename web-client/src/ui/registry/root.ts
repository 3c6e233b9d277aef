/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The registry's section: the queue, or one filing of it (`/staff#/registry/FILING`). */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { FilingApi } from "../../core/filing.js";
import type { FilingForm } from "../../core/filing.js";
import type { RegistryKey } from "../../core/i18n/registry.js";
import type { Me, Office } from "../../core/office.js";
import { Registry } from "../../core/registry.js";
import type { Queue, View } from "../../core/registry.js";
import { define, Plain } from "../common/plain.js";
import "./filing.js";
import { problemOf, queue } from "./queue.js";

export const TAG = "oyer-registry";

/** The clocks show minutes; colleagues take filings meanwhile. */
const REFRESH_MS = 30_000;

class RegistrySection extends Plain {
  static override properties = { office: { attribute: false }, me: { attribute: false }, path: {}, found: { state: true }, view: { state: true }, problem: { state: true } };
  declare office: Office;
  declare me: Me;
  /** The filing that is open; "": the queue. */
  declare path: string;
  declare found: Queue | null;
  declare view: View;
  declare problem: RegistryKey | null;
  #form: FilingForm | null = null;
  #read_ms = 0;
  #tick: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.path = "";
    this.found = null;
    this.view = "open";
    this.problem = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.#onKey);
    this.#tick = setInterval(() => this.path || this.requestUpdate(), REFRESH_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#onKey);
    clearInterval(this.#tick);
  }

  protected override render(): TemplateResult {
    const registry = new Registry(this.office);
    if (this.path) {
      return html`${keyed(
        this.path,
        html`<oyer-registry-filing .registry=${registry} .office=${this.office} .form=${this.#form} .filing=${this.path} @next=${() => void this.#next()}></oyer-registry-filing>`,
      )}`;
    }
    const now_us = this.found ? this.found.now_us + (performance.now() - this.#read_ms) * 1000 : 0;
    return queue(this.found, this.view, this.problem, this.#form?.causes ?? [], now_us, {
      show: (view) => {
        this.view = view;
        void this.#load();
      },
      refresh: () => void this.#load(),
      next: () => void this.#next(),
    });
  }

  /** Back at the queue: what was decided is not on it any more. */
  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("path") && !this.path) void this.#load().then(() => this.querySelector<HTMLElement>("h1")?.focus());
    if (changed.has("path") && this.path && !this.#form) void this.#loadForm().catch((error: unknown) => (this.problem = problemOf(error)));
  }

  async #loadForm(): Promise<void> {
    this.#form ??= await new FilingApi().form();
    this.requestUpdate();
  }

  async #load(): Promise<void> {
    try {
      await this.#loadForm();
      this.found = await new Registry(this.office).queue(this.view);
      this.#read_ms = performance.now();
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** The most urgent one that no colleague has open. */
  async #next(): Promise<void> {
    try {
      const { filings } = await new Registry(this.office).queue("open");
      const free = filings.filter((one) => !one.reviewer || one.reviewer === this.me.id);
      const next = free.find((one) => one.id !== this.path) ?? null;
      location.hash = next ? `#/registry/${next.id}` : "#/registry";
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  #onKey = (event: KeyboardEvent): void => {
    if (!event.altKey || event.code !== "KeyN") return;
    event.preventDefault();
    void this.#next();
  };
}

define(TAG, RegistrySection);
