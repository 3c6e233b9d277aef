/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Texts by key.  A key that one language lacks does not compile. */

import type { Language } from "../messages.js";
import { en } from "./en.js";
import { zh } from "./zh.js";

export type Key = keyof typeof zh;
export type Params = Readonly<Record<string, string | number>>;

const KEPT = "oyer.language";

let current: Language = "zh";

export function language(): Language {
  return current;
}

export function htmlLang(of: Language = current): string {
  return of === "zh" ? "zh-Hans" : "en";
}

/** Chosen in the link, else the last choice, else the browser's. */
export function firstLanguage(search: string, saved: string | null, browser: string): Language {
  const asked = new URLSearchParams(search).get("lang");
  for (const wish of [asked, saved]) if (wish === "zh" || wish === "en") return wish;
  return /^zh/i.test(browser) ? "zh" : "en";
}

export function setLanguage(to: Language): void {
  current = to;
  document.documentElement.lang = htmlLang(to);
  try {
    localStorage.setItem(KEPT, to);
  } catch {
    // Storage is off: the choice lasts for this page.
  }
}

export function savedLanguage(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

export function fill(text: string, params: Params = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

/** A translator over one pair of catalogues; staff and the record page have their own. */
export function translator<K extends string>(
  catalogues: Record<Language, Readonly<Record<K, string>>>,
): (key: K, params?: Params) => string {
  return (key, params) => fill(catalogues[current][key], params);
}

/** For keys that come from the server: an unknown one shows as itself. */
export function labeller<K extends string>(
  catalogues: Record<Language, Readonly<Record<K, string>>>,
): (prefix: string, value: string) => string {
  return (prefix, value) => {
    const key = `${prefix}.${value}`;
    return key in catalogues.zh ? catalogues[current][key as K] : value;
  };
}

/** What every page says; those of a hearing have hearing.ts. */
const COMMON = { zh, en };

export const t = translator<Key>(COMMON);
export const label = labeller(COMMON);
