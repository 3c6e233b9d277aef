/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The register for the staff: docs/REGISTER.md over the staff's session. */

import type { Office } from "./office.js";

export const LEVELS = ["public", "parties", "confidential", "sealed"] as const;
export type Access = (typeof LEVELS)[number];

/** What a person may write on a sheet. */
export const BY_HAND = ["answer", "evidence", "motion", "authority", "order", "notice", "service", "judgment", "note"] as const;

export interface Hit {
  case: string;
  /** 0: the case itself. */
  entry: number;
  kind: string;
  number: string;
  cause: string;
  claimant: string;
  respondent: string;
  docketed_us: number;
  access: Access;
  snippet: { before: string; match: string; after: string };
  /** Of what was found in a document; `page`: where that piece of text begins. */
  file?: string;
  file_name?: string;
  page?: number;
}

export interface Hits {
  hits: Hit[];
  next: number;
}

export interface SheetFile {
  id: string;
  name: string;
  type: string;
  size_bytes: number;
  sha256: string;
  /** Whether a search knows its text; `failed`: it could not be read. */
  text_state?: "" | "taken" | "read" | "none" | "failed";
}

export interface SheetDocument {
  id: string;
  filing: string;
  /** Of a sealed one there is no more than that. */
  title: string;
  kind: string;
  sealed: boolean;
  /** 原1, or "". */
  exhibit?: string;
  /** What it proves. */
  purpose?: string;
  files: SheetFile[];
}

export interface Entered {
  number: number;
  access: Access;
  kind: string;
  text: string;
  filed_us: number;
  filed_by: string;
  entered_us: number;
  entered_by: string;
  documents: SheetDocument[];
  withheld?: false;
}

/** Not for this reader: only its place on the sheet. */
export interface Withheld {
  number: number;
  access: Access;
  withheld: true;
}

export type Entry = Entered | Withheld;

export interface CasePage {
  id: string;
  court: string;
  court_name: string;
  timezone: string;
  number: string;
  cause: string;
  procedure: string;
  docketed_us: number;
  claimant: string;
  respondent: string;
  access: Access;
  entry_count: number;
  parties: { id: string; role: string; order: number; name: string; representatives: { name: string; kind: string; scope: string }[] }[];
  hearings: { id: string; scheduled_us: number; openness: string; status: string; sessions?: { number: number; opened_us: number; closed_us: number; root: string | null }[] }[];
  entries: Entry[];
  now_us: number;
}

export interface NewEntry {
  kind: string;
  text: string;
  access: Access;
  filed_by: string;
}

const ROOT = "/api/v1/register/cases";
const FILINGS = "/api/v1/registry/filings";

export class Register {
  readonly #office: Office;

  constructor(office: Office) {
    this.#office = office;
  }

  find(text: string, before = 0): Promise<Hits> {
    const query = new URLSearchParams({ ...(text ? { q: text } : {}), ...(before ? { before: String(before) } : {}) }).toString();
    return this.#office.json("GET", query ? `${ROOT}?${query}` : ROOT);
  }

  read(id: string, after = 0): Promise<CasePage> {
    return this.#office.json("GET", `${ROOT}/${id}${after ? `?after=${after}` : ""}`);
  }

  enter(id: string, entry: NewEntry): Promise<CasePage> {
    return this.#office.json("POST", `${ROOT}/${id}/entries`, entry);
  }

  /** Without `entry` the whole case. */
  setAccess(id: string, access: Access, reason: string, entry = 0): Promise<CasePage> {
    return this.#office.json("POST", `${ROOT}/${id}/access`, { access, reason, ...(entry ? { entry } : {}) });
  }

  async seal(document: SheetDocument, reason: string): Promise<void> {
    await this.#office.json("POST", `${FILINGS}/${document.filing}/documents/${document.id}/seal`, { reason });
  }

  /** Takes a permission that was granted; so does `remove`. */
  async unseal(document: SheetDocument): Promise<void> {
    await this.#office.json("POST", `${FILINGS}/${document.filing}/documents/${document.id}/unseal`, {});
  }

  async remove(document: SheetDocument, file: string): Promise<void> {
    await this.#office.json("DELETE", `${FILINGS}/${document.filing}/files/${file}`);
  }

  /** Asks for the second person. */
  async askUnseal(id: string, reason: string): Promise<void> {
    await this.#office.askApproval("unseal", `case:${id}`, reason);
  }

  content(id: string, file: string): string {
    return `${ROOT}/${id}/files/${file}/content`;
  }

  sheet(id: string, format: "csv" | "json" | "pdf", language: string): string {
    return `${ROOT}/${id}/sheet?format=${format}&language=${language}`;
  }
}
