/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Texts of a hearing beside those of every page; a page that has no hearing does not load them. */

import { en as commonEn } from "./en.js";
import { en as hearingEn } from "./hearing-en.js";
import { zh as hearingZh } from "./hearing-zh.js";
import { labeller, translator } from "./index.js";
import { zh as commonZh } from "./zh.js";

const zh = { ...commonZh, ...hearingZh };
export const HEARING = { zh, en: { ...commonEn, ...hearingEn } };

export type HearingKey = keyof typeof zh;

export const t = translator<HearingKey>(HEARING);
export const label = labeller(HEARING);
