/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Who holds this browser: the pass from the link, and this device's own random name. */

const PASS = "oyer.pass";
const DEVICE = "oyer.device";
const MAX_PASS = 2048;

/** The pass in the address `/j/TOKEN`, or null. */
export function passFromPath(path: string): string | null {
  const match = /^\/j\/([A-Za-z0-9._~-]+)\/?$/.exec(path);
  const token = match?.[1];
  return token && token.length <= MAX_PASS ? token : null;
}

export function rememberPass(token: string): void {
  quietly(() => sessionStorage.setItem(PASS, token));
}

export function rememberedPass(): string | null {
  return quietly(() => sessionStorage.getItem(PASS)) ?? null;
}

/** Made once, kept for good: the pass is good on this device only. */
export function deviceId(): string {
  const kept = quietly(() => localStorage.getItem(DEVICE));
  if (kept && /^[A-Za-z0-9_-]{22,64}$/.test(kept)) return kept;
  const made = randomId(24);
  quietly(() => localStorage.setItem(DEVICE, made));
  return made;
}

/** `crypto.randomUUID` is missing on plain http, `getRandomValues` is not. */
export function randomId(length: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const values = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(values, (value) => alphabet[value & 63]).join("");
}

/** Storage may be switched off; then the id lives as long as the page. */
function quietly<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}
