/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Microphone, camera, screen, hand, more; leaving stands apart. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { canShareScreen } from "../../app/browser.js";
import { isStaff } from "../../core/hearing.js";
import { t } from "../../core/i18n/hearing.js";
import type { State } from "../../core/messages.js";
import { define, View } from "../common/base.js";
import { icon } from "../common/icons.js";
import type { Icon } from "../common/icons.js";
import "../common/leave.js";
import "./more.js";

interface Toggle {
  test: string;
  icon: Icon;
  label: string;
  state: string;
  pressed: boolean;
  /** Why it cannot be pressed now; the button stays reachable and says it. */
  held?: boolean;
  press(): void;
}

class CallBar extends View {
  #more = false;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.#key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.#key);
  }

  protected override render(): TemplateResult | typeof nothing {
    const state = this.app.hearing.state;
    if (!state) return nothing;
    return html`<div class="oyer-bar" role="group" aria-label=${t("room.controls")}>
      ${this.#toggles(state).map((toggle) => this.#button(toggle))}
      <button
        class="oyer-bar__button"
        type="button"
        data-test="more"
        aria-haspopup="dialog"
        @click=${() => this.#show(true)}
      >
        ${icon("more")}<span class="oyer-bar__word">${t("bar.more")}</span>
      </button>
      <oyer-leave class="oyer-bar__leave" compact></oyer-leave>
      ${this.#more
        ? html`<oyer-modal
            sheet
            closeable
            .heading=${t("more.heading")}
            .content=${html`<oyer-more></oyer-more>`}
            @dismiss=${() => this.#show(false)}
          ></oyer-modal>`
        : nothing}
    </div>`;
  }

  #toggles(state: State): Toggle[] {
    const { you } = state;
    const toggles: Toggle[] = [];
    if (you.publish.includes("audio")) toggles.push(this.#microphone(state));
    if (you.publish.includes("video")) toggles.push(this.#camera(state));
    if (you.publish.includes("screen") && canShareScreen()) {
      const on = this.app.media.devices.screen !== null;
      toggles.push({
        test: "toggle-screen",
        icon: "screen",
        label: t("bar.screen"),
        state: t(on ? "bar.on" : "bar.off"),
        pressed: on,
        press: () => void this.app.media.toggleScreen(),
      });
    }
    if (!isStaff(you.role) && you.publish.length > 0) {
      const up = you.hand > 0;
      toggles.push({
        test: "toggle-hand",
        icon: "hand",
        label: t("bar.hand"),
        state: up ? t("bar.hand_up", { n: you.hand }) : "",
        pressed: up,
        press: () => void this.app.hand(!up),
      });
    }
    return toggles;
  }

  #microphone({ you }: State): Toggle {
    const { media } = this.app;
    const none = !media.devices.microphone;
    const muted = you.muted.includes("audio");
    const on = media.microphoneOn && !muted && !none;
    const word = muted ? (you.locked ? "bar.locked" : "bar.muted") : none ? "bar.none" : on ? "bar.on" : "bar.off";
    return {
      test: "toggle-mic",
      icon: muted && you.locked ? "lock" : on ? "microphone" : "microphone_off",
      label: t("bar.microphone"),
      state: t(word),
      pressed: on,
      held: muted && you.locked,
      press: () =>
        none && media.microphoneOn && !muted
          ? void media.devices.open("microphone")
          : media.toggleMicrophone(),
    };
  }

  #camera({ you }: State): Toggle {
    const { media } = this.app;
    const muted = you.muted.includes("video");
    const none = media.cameraOn && !media.devices.camera;
    const on = media.cameraOn && !muted && !none && media.mode !== "sound" && !media.floor.up;
    const word = muted ? (you.locked ? "bar.locked" : "bar.muted") : none ? "bar.none" : on ? "bar.on" : "bar.off";
    return {
      test: "toggle-camera",
      icon: on ? "camera" : "camera_off",
      label: t("bar.camera"),
      state: t(word),
      pressed: on,
      held: muted && you.locked,
      press: () => (none && !muted ? void media.devices.open("camera") : media.toggleCamera()),
    };
  }

  #button(toggle: Toggle): TemplateResult {
    const off = !toggle.pressed && toggle.test !== "toggle-hand" && toggle.test !== "toggle-screen";
    return html`<button
      class="oyer-bar__button ${off ? "oyer-bar__button--off" : ""}"
      type="button"
      data-test=${toggle.test}
      aria-pressed=${toggle.pressed ? "true" : "false"}
      aria-disabled=${toggle.held ? "true" : nothing}
      aria-describedby=${toggle.held ? "oyer-banners" : nothing}
      @click=${() => !toggle.held && toggle.press()}
    >
      ${icon(toggle.icon)}
      <span class="oyer-bar__word">${toggle.label}</span>
      <span class="oyer-bar__state" aria-hidden=${toggle.held ? "false" : "true"}>${toggle.state}</span>
    </button>`;
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const tests: Record<string, string> = {
      KeyM: "toggle-mic",
      KeyV: "toggle-camera",
      KeyH: "toggle-hand",
    };
    const test = tests[event.code];
    if (event.code === "KeyC") document.querySelector<HTMLElement>("#oyer-captions")?.focus();
    else if (test) this.querySelector<HTMLElement>(`[data-test=${test}]`)?.click();
    else return;
    event.preventDefault();
  };

  #show(more: boolean): void {
    this.#more = more;
    this.requestUpdate();
  }
}

define("oyer-call-bar", CallBar);
