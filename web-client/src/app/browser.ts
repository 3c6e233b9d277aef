/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Which browser this is, as far as the advice to the person depends on it. */

export type Browser = "wechat" | "ios" | "android" | "firefox" | "safari" | "chromium";

export function browser(agent: string = navigator.userAgent): Browser {
  if (/MicroMessenger/i.test(agent)) return "wechat";
  if (/iPhone|iPad|iPod/.test(agent)) return "ios";
  if (/Firefox\//.test(agent)) return "firefox";
  if (/Android/.test(agent)) return "android";
  if (/Safari\//.test(agent) && !/Chrom(e|ium)\//.test(agent)) return "safari";
  return "chromium";
}

export type Unfit = "unsupported" | "insecure" | "wechat";

/** Why a hearing cannot be held in this browser, or null when it can. */
export function unfit(): Unfit | null {
  const inWechat = browser() === "wechat";
  if (typeof RTCPeerConnection === "undefined" || typeof WebSocket === "undefined") {
    return inWechat ? "wechat" : "unsupported";
  }
  if (!navigator.mediaDevices?.getUserMedia) {
    if (inWechat) return "wechat";
    return window.isSecureContext ? "unsupported" : "insecure";
  }
  return null;
}

export function canShareScreen(): boolean {
  return !!navigator.mediaDevices?.getDisplayMedia && !/Mobi|Android/.test(navigator.userAgent);
}

/** Keeps the screen lit while the person waits or listens. */
export class WakeLock {
  #lock: WakeLockSentinel | null = null;
  #wanted = false;

  constructor() {
    document.addEventListener("visibilitychange", () => {
      if (this.#wanted && document.visibilityState === "visible") void this.#take();
    });
  }

  hold(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#take();
  }

  release(): void {
    this.#wanted = false;
    void this.#lock?.release().catch(() => undefined);
    this.#lock = null;
  }

  async #take(): Promise<void> {
    this.#lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
  }
}
