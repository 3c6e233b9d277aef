/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The court room in pictures: the judge first, who is being heard second, the others below. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { arrange, tileId } from "../../core/arrange.js";
import type { Places, Tile } from "../../core/arrange.js";
import { inHearing } from "../../core/hearing.js";
import { t } from "../../core/i18n/index.js";
import { define, View } from "../common/base.js";
import "./tile.js";

/** Faces do not jump about: who speaks briefly does not change the picture. */
const HOLD_MS = 3_000;

class Stage extends View {
  #pinned: string | null = null;
  #second: Tile | null = null;
  #speaker: string | null = null;
  #changed_ms = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
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
      .pin=${place === "strip" ? () => this.#pin(tile) : null}
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
    const places = arrange(inHearing(state), {
      self: state.you.id,
      speaker: this.#speaker,
      pinned: this.#pinned,
      before: this.#second,
    });
    this.#second = places.second;
    return places;
  }

  #pin(tile: Tile): void {
    this.#pinned = this.#pinned === tileId(tile) ? null : tileId(tile);
    this.requestUpdate();
  }
}

define("oyer-stage", Stage);
