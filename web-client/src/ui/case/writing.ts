/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What the page of a case fetches when something is filed. */

export { pages } from "../filing/documents.js";
export { newPaper, newPiece, paperStatus, writePaper } from "./paper.js";
