/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The court room in pictures: the judge first, who is being heard second, the others below. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { arrange, tileId } from "../../core/arrange.js";
import type { Places, Tile } from "../../core/arrange.js";
import { inHearing } from "../../core/hearing.js";
import { t } from "../../core/i18n/hearing.js";
import type { State } from "../../core/messages.js";
import { define, View } from "../common/base.js";
import "./tile.js";

/** Faces do not jump about: who speaks briefly does not change the picture. */
const HOLD_MS = 3_000;

function screensOf(state: State): string[] {
  return inHearing(state).flatMap((one) => (one.sending.includes("screen") ? [one.id] : []));
}

class Stage extends View {
  #pinned: Tile | null = null;
  /** Shared screens that have been here before. */
  #screens: ReadonlySet<string> = new Set();
  #second: Tile | null = null;
  #speaker: string | null = null;
  #changed_ms = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#choose(null);
  }

  protected override render(): TemplateResult | typeof nothing {
    const state = this.app.hearing.state;
    if (!state) return nothing;
    const places = this.#places();
    const big = [places.first, places.second].filter((tile) => tile !== null);
    return html`<section class="oyer-stage" data-test="stage" aria-label=${t("room.stage")}>
      <div class="oyer-stage__big" data-count=${big.length}>
        ${big.length === 0
          ? html`<p class="oyer-stage__empty">${t("room.nobody")}</p>`
          : repeat(big, tileId, (tile) => this.#tile(tile, tile === places.first ? "first" : "second"))}
      </div>
      <div class="oyer-stage__strip" role="group" aria-label=${t("more.people")} tabindex="0">
        ${repeat(places.strip, tileId, (tile) => this.#tile(tile, "strip"))}
      </div>
    </section>`;
  }

  #tile(tile: Tile, place: string): TemplateResult {
    return html`<oyer-tile
      class="oyer-tile-box oyer-tile-box--${place}"
      .participant=${tile.participant}
      .kind=${tile.kind}
      .place=${place}
      .pinned=${this.#isPinned(tile)}
      .pin=${place === "strip" || this.#isPinned(tile) ? () => this.#pin(tile) : null}
    ></oyer-tile>`;
  }

  #places(): Places {
    const state = this.app.hearing.state;
    if (!state) return { first: null, second: null, strip: [] };
    const wanted = this.app.hearing.speaker;
    const wait_ms = this.#changed_ms + HOLD_MS - Date.now();
    if (wanted !== null && wanted !== this.#speaker) {
      if (wait_ms <= 0) {
        this.#speaker = wanted;
        this.#changed_ms = Date.now();
      } else {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.requestUpdate(), wait_ms + 20);
      }
    }
    this.#giveWay(state);
    const places = arrange(inHearing(state), {
      self: state.you.id,
      speaker: this.#speaker,
      pinned: this.#pinned && tileId(this.#pinned),
      before: this.#second,
    });
    this.#second = places.second;
    return places;
  }

  #isPinned(tile: Tile): boolean {
    return this.#pinned !== null && tileId(this.#pinned) === tileId(tile);
  }

  #pin(tile: Tile): void {
    this.#choose(this.#isPinned(tile) ? null : tile);
    this.requestUpdate();
  }

  #choose(tile: Tile | null): void {
    this.#pinned = tile;
    this.app.media.wishes.choose(tile && `${tile.participant}-${tile.kind}`);
  }

  /** An exhibit that is shown from now on is not to be missed, whomever one had chosen. */
  #giveWay(state: State): void {
    const screens = screensOf(state);
    if (this.#pinned && screens.some((id) => !this.#screens.has(id))) this.#choose(null);
    this.#screens = new Set(screens);
  }
}

define("oyer-stage", Stage);
