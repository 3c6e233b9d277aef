/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What nobody sees before he has signed in: it comes after the first screen. */

export { check, receipt } from "./check.js";
export { consents } from "./consents.js";
export { status } from "./status.js";
