/* SPDX-License-Identifier: LGPL-2.1-or-later */

import { describe, expect, it } from "vitest";
import { CALENDAR } from "../src/core/i18n/calendar.js";
import { CASE } from "../src/core/i18n/case.js";
import { en } from "../src/core/i18n/en.js";
import { FILING } from "../src/core/i18n/filing.js";
import { HEARING } from "../src/core/i18n/hearing.js";
import { fill, firstLanguage } from "../src/core/i18n/index.js";
import { OFFICE } from "../src/core/i18n/office.js";
import { PAPERS } from "../src/core/i18n/papers.js";
import { RECORD } from "../src/core/i18n/record.js";
import { REGISTRY } from "../src/core/i18n/registry.js";
import { STAFF } from "../src/core/i18n/staff.js";
import { zh } from "../src/core/i18n/zh.js";

const CATALOGUES: [string, Record<string, string>, Record<string, string>][] = [
  ["everybody", zh, en],
  ["hearing", HEARING.zh, HEARING.en],
  ["case", CASE.zh, CASE.en],
  ["staff", STAFF.zh, STAFF.en],
  ["record", RECORD.zh, RECORD.en],
  ["office", OFFICE.zh, OFFICE.en],
  ["filing", FILING.zh, FILING.en],
  ["registry", REGISTRY.zh, REGISTRY.en],
  ["papers", PAPERS.zh, PAPERS.en],
  ["calendar", CALENDAR.zh, CALENDAR.en],
];

describe.each(CATALOGUES)("texts: %s", (_name, chinese, english) => {
  it("has the same keys in both languages, none empty", () => {
    expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort());
    for (const text of [...Object.values(chinese), ...Object.values(english)]) expect(text).not.toBe("");
  });

  it("asks for the same values in both languages", () => {
    const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const key of Object.keys(chinese)) {
      expect(holes(english[key] ?? ""), key).toEqual(holes(chinese[key] ?? ""));
    }
  });

  it("has no Chinese in the English and some in every Chinese sentence", () => {
    for (const [key, text] of Object.entries(english)) {
      if (key !== "app.language") expect(text, key).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });
});

describe("language", () => {
  it("is the link's, else the last choice, else the browser's", () => {
    expect(firstLanguage("?lang=en", "zh", "zh-CN")).toBe("en");
    expect(firstLanguage("", "zh", "en-GB")).toBe("zh");
    expect(firstLanguage("", null, "zh-TW")).toBe("zh");
    expect(firstLanguage("?lang=xx", null, "de")).toBe("en");
  });

  it("fills in values and leaves what it does not know", () => {
    expect(fill("{a} and {b}", { a: 1 })).toBe("1 and {b}");
  });
});
