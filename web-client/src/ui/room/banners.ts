/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What everybody in the room must know now: each in words, with what to do about it. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { t } from "../../core/i18n/hearing.js";
import type { HearingKey } from "../../core/i18n/hearing.js";
import type { Params } from "../../core/i18n/index.js";
import { isStaff } from "../../core/hearing.js";
import { define, TickingView } from "../common/base.js";
import { icon } from "../common/icons.js";

interface Banner {
  name: string;
  text: string;
  level: "info" | "warn" | "alarm";
  action?: { label: string; test?: string; press(): void };
}

/** Shorter troubles mend themselves before they can be read. */
const MEDIA_QUIET_MS = 1_500;
const REJOIN_AFTER_MS = 30_000;

class Banners extends TickingView {
  protected override render(): TemplateResult {
    return html`<div class="oyer-banners" id="oyer-banners">
      ${this.#all().map(
        (banner) => html`<div
          class="oyer-banner oyer-banner--${banner.level}"
          data-test="banner"
          data-banner=${banner.name}
        >
          ${icon(banner.level === "info" ? "clock" : "attention")}
          <span class="oyer-banner__text">${banner.text}</span>
          ${banner.action
            ? html`<button
                class="oyer-banner__button"
                type="button"
                data-test=${banner.action.test ?? nothing}
                @click=${banner.action.press}
              >
                ${banner.action.label}
              </button>`
            : nothing}
        </div>`,
      )}
    </div>`;
  }

  #all(): Banner[] {
    return [...this.#connection(), ...this.#court(), ...this.#own(), ...this.#data()];
  }

  #connection(): Banner[] {
    const { app } = this;
    const banners: Banner[] = [];
    const rejoin = { label: t("banner.rejoin"), press: () => app.connection.rejoin() };
    if (app.lostAt_ms !== null) {
      banners.push(since("lost", "warn", "banner.lost", app.lostAt_ms, rejoin));
    } else {
      const trouble_ms = app.connection.troubleSince_ms;
      if (trouble_ms !== null && Date.now() - trouble_ms > MEDIA_QUIET_MS) {
        banners.push(since("media", "warn", "banner.media", trouble_ms, rejoin));
      }
    }
    if (app.media.speakers.blocked) {
      const press = () => app.media.speakers.resume();
      banners.push({
        name: "tap",
        level: "warn",
        text: t("banner.tap"),
        action: { label: t("banner.tap"), test: "tap-to-hear", press },
      });
    }
    return banners;
  }

  #court(): Banner[] {
    const state = this.app.hearing.state;
    if (!state) return [];
    const banners: Banner[] = [];
    if (state.recording.alarm || state.recording.state === "failed") {
      banners.push(say("recorder", "alarm", "banner.recorder"));
    }
    if (state.hearing.session === "paused") banners.push(say("paused", "info", "banner.paused"));
    if (state.hearing.session === "suspended") {
      banners.push(say("suspended", "warn", "banner.suspended"));
    }
    return banners;
  }

  #own(): Banner[] {
    const state = this.app.hearing.state;
    const { media } = this.app;
    if (!state || state.you.publish.length === 0) return [];
    const banners: Banner[] = [];
    const muted = state.you.muted.includes("audio");
    if (muted && !isStaff(state.you.role)) {
      banners.push(state.you.locked ? say("locked", "warn", "banner.locked") : say("muted", "warn", "banner.muted"));
    }
    if (media.talkingMuted) banners.push(say("muted_talking", "warn", "banner.muted_talking"));
    const lost = !media.devices.microphone && media.devices.health.microphone === "busy";
    if (lost) {
      banners.push({
        ...say("away", "warn", "banner.away"),
        action: { label: t("banner.away_fix"), press: () => void media.devices.open("microphone") },
      });
    } else if (media.unheard) {
      banners.push({
        ...say("silent", "warn", "banner.silent"),
        action: {
          label: t("banner.away_fix"),
          test: "restore-microphone",
          press: () => void media.devices.open("microphone"),
        },
      });
    }
    return banners;
  }

  #data(): Banner[] {
    const { floor, mode } = this.app.media;
    const retry = {
      label: t("banner.slow_retry"),
      press: () => this.app.media.retryPictures(),
    };
    if (floor.down) return [{ ...say("slow", "warn", "banner.slow_down"), action: retry }];
    if (this.app.hearing.audioOnly && mode !== "sound") {
      return [say("slow", "warn", "banner.slow_sound")];
    }
    if (floor.up) return [{ ...say("slow", "warn", "banner.slow_up"), action: retry }];
    if (mode === "save") return [say("data", "info", "banner.data_save")];
    if (mode === "sound") return [say("data", "info", "banner.data_sound")];
    return [];
  }
}

function say(name: string, level: Banner["level"], key: HearingKey, params?: Params): Banner {
  return { name, level, text: t(key, params) };
}

function since(
  name: string,
  level: Banner["level"],
  key: HearingKey,
  since_ms: number,
  action: { label: string; press(): void },
): Banner {
  const lasts_ms = Date.now() - since_ms;
  const banner = say(name, level, key, { seconds: Math.max(0, Math.round(lasts_ms / 1000)) });
  return lasts_ms > REJOIN_AFTER_MS ? { ...banner, action } : banner;
}

define("oyer-banners", Banners);
