/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Filing a case: what goes to and fro (docs/FILING.md), for the filer and for the registry. */

import { ApiError } from "./api.js";
import type { OwnConsent, Stage } from "./consent.js";
import type { Language } from "./messages.js";
import type { Paper } from "./paper.js";

export type PartyRole = "plaintiff" | "defendant" | "third_party";
export type PartyKind = "person" | "organization";

export interface Party {
  role: PartyRole;
  kind: PartyKind;
  name: string;
  id_type?: string;
  id_number?: string;
  phone?: string;
  email?: string;
  address?: string;
  self?: boolean;
}

export type FileState = "uploading" | "checking" | "ready" | "refused" | "deleted";

export interface FiledFile {
  id: string;
  name: string;
  size_bytes: number;
  state: FileState;
  type: string;
  sha256: string;
  scan: "clean" | "infected" | "not_scanned";
  part_bytes: number;
  parts: number;
  reason: string;
}

export interface FiledDocument {
  id: string;
  title: string;
  kind: string;
  /** What it proves, of a paper's evidence. */
  purpose?: string;
  round: number;
  sealed: boolean;
  files: FiledFile[];
}

export type FilingState =
  | "draft"
  | "received"
  | "in_review"
  | "correction_requested"
  | "returned"
  | "insisted"
  | "docketed"
  | "deemed_docketed"
  | "refused"
  | "withdrawn"
  | "writing"
  | "filed"
  | "sent_back"
  | "entered"
  | "taken_back";

export interface Defect {
  code: string;
  text: string;
  document?: string;
  old?: boolean;
}

export interface Correction {
  items: Defect[];
  text: string;
  due_us: number;
  at_us: number;
}

export interface Refusal {
  code: string;
  text: string;
  ruling: string;
  appeal: string;
  at_us: number;
}

export interface Filing {
  id: string;
  court: string;
  state: FilingState;
  rev: number;
  round: number;
  language: Language;
  step: string;
  cause: string;
  claim: string;
  facts: string;
  amount_fen: number;
  parties: Party[];
  documents: FiledDocument[];
  /** Of a paper into a case: docs/PAPERS.md. */
  text?: string;
  paper?: Paper | null;
  receipt_no: string;
  /** Its id, once it is docketed. */
  case: string;
  case_number: string;
  received_us: number;
  due_us: number;
  target_us: number;
  correction_due_us: number;
  correction: Correction | null;
  refusal: Refusal | null;
  may: string[];
  created_us: number;
  updated_us: number;
  now_us: number;
}

export type FilingRow = Pick<
  Filing,
  "id" | "court" | "state" | "cause" | "receipt_no" | "case_number" | "received_us" | "due_us" | "updated_us"
>;

export interface Cause {
  code: string;
  zh: string;
  en: string;
  type_code: string;
}

export interface FilingForm {
  courts: { id: string; code: string; name: string }[];
  causes: Cause[];
  document_kinds: string[];
  limits: {
    part_bytes: number;
    file_bytes: number;
    files: number;
    documents: number;
    filing_bytes: number;
    claim_characters: number;
    facts_characters: number;
    parties: number;
  };
  types: { type: string; endings: string[] }[];
}

export interface TrailEvent {
  at_us: number;
  type: string;
  office: "filer" | "registry" | "system";
  object: string;
  reason: string;
  details: Record<string, unknown>;
}

export interface Receipt {
  signed: string;
  signature: string;
  key: string;
  fingerprint: string;
}

/** What `Receipt.signed` says. */
export interface Signed {
  number: string;
  received: string;
  round: number;
  files: { document: string; name: string; sha256: string; size_bytes: number }[];
}

/** What a step may change. */
export type Changes = Partial<Pick<Filing, "step" | "language" | "cause" | "claim" | "facts" | "amount_fen" | "parties" | "text">>;

export interface Begun {
  file: FiledFile;
  missing: [number, number][];
}

/** An error of `submit` names what is missing. */
export class Incomplete extends ApiError {
  readonly fields: string[];

  constructor(fields: string[]) {
    super(422, "incomplete", "");
    this.fields = fields;
  }
}

type Fetch = typeof fetch;
type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** Everything with `fetch` in it for the filer: a visitor, known by a cookie. */
export class FilingApi {
  readonly #fetch: Fetch;

  constructor(fetcher: Fetch = (...args) => fetch(...args)) {
    this.#fetch = fetcher;
  }

  form(): Promise<FilingForm> {
    return this.json("GET", "/api/v1/filing/form");
  }

  async isKnown(): Promise<boolean> {
    try {
      await this.json("GET", "/api/v1/visitor/me");
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return false;
      throw error;
    }
  }

  ask(address: string, language: Language): Promise<{ challenge: string; channel: string; to: string }> {
    return this.json("POST", "/api/v1/visitor/ask", { address, language });
  }

  async code(challenge: string, code: string): Promise<void> {
    await this.json("POST", "/api/v1/visitor/code", { challenge, code });
  }

  async signOut(): Promise<void> {
    await this.json("POST", "/api/v1/visitor/sign-out", {});
  }

  async list(): Promise<FilingRow[]> {
    return (await this.json<{ filings: FilingRow[] }>("GET", "/api/v1/filings")).filings;
  }

  begin(court: string, language: Language): Promise<Filing> {
    return this.json("POST", "/api/v1/filings", { court, language });
  }

  read(filing: string): Promise<Filing> {
    return this.json("GET", at(filing));
  }

  save(filing: Filing, changes: Changes): Promise<Filing> {
    return this.json("PATCH", at(filing.id), { rev: filing.rev, ...changes });
  }

  addDocument(filing: string, title: string, kind: string): Promise<Filing> {
    return this.json("POST", `${at(filing)}/documents`, { title, kind });
  }

  changeDocument(filing: string, document: string, changes: { title?: string; kind?: string; purpose?: string; files?: string[] }): Promise<Filing> {
    return this.json("PATCH", `${at(filing)}/documents/${document}`, changes);
  }

  removeDocument(filing: string, document: string): Promise<Filing> {
    return this.json("DELETE", `${at(filing)}/documents/${document}`);
  }

  removeFile(filing: string, file: string): Promise<Filing> {
    return this.json("DELETE", `${at(filing)}/files/${file}`);
  }

  beginFile(filing: string, document: string, name: string, size_bytes: number): Promise<Begun> {
    return this.json("POST", `${at(filing)}/documents/${document}/files`, { name, size_bytes });
  }

  file(filing: string, file: string): Promise<Begun> {
    return this.json("GET", `${at(filing)}/files/${file}`);
  }

  async part(filing: string, file: string, part: number, sha256: string, bytes: ArrayBuffer, signal: AbortSignal): Promise<void> {
    await this.#send("POST", `${at(filing)}/files/${file}/parts/${part}?sha256=${sha256}`, "application/octet-stream", bytes, signal);
  }

  async finishFile(filing: string, file: string, sha256: string | null): Promise<FiledFile> {
    const answer = await this.json<FiledFile | { file: FiledFile }>(
      "POST",
      `${at(filing)}/files/${file}/finish`,
      sha256 ? { sha256 } : {},
    );
    return "file" in answer ? answer.file : answer;
  }

  submit(filing: Filing): Promise<Filing> {
    return this.json("POST", `${at(filing.id)}/submit`, { rev: filing.rev });
  }

  receipt(filing: string): Promise<Receipt> {
    return this.json("GET", `${at(filing)}/receipt`);
  }

  async trail(filing: string): Promise<TrailEvent[]> {
    return (await this.json<{ events: TrailEvent[] }>("GET", `${at(filing)}/trail`)).events;
  }

  async consents(): Promise<OwnConsent[]> {
    return (await this.json<{ cases: OwnConsent[] }>("GET", "/api/v1/consents")).cases;
  }

  async answer(one: OwnConsent, stage: Stage, answer: "yes" | "no", reason: string): Promise<OwnConsent[]> {
    const body = { party: one.party, stage, answer, reason };
    return (await this.json<{ cases: OwnConsent[] }>("POST", `/api/v1/consents/${one.case}`, body)).cases;
  }

  withdraw(filing: string, reason: string): Promise<Filing> {
    return this.json("POST", `${at(filing)}/withdraw`, { reason });
  }

  insist(filing: string, reason: string): Promise<Filing> {
    return this.json("POST", `${at(filing)}/insist`, { reason });
  }

  protected async json<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const type = body === undefined ? null : "application/json";
    return (await this.#send(method, path, type, body === undefined ? null : JSON.stringify(body), null)) as T;
  }

  async #send(method: Method, path: string, type: string | null, body: BodyInit | null, signal: AbortSignal | null): Promise<unknown> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (type) headers["Content-Type"] = type;
    let response: Response;
    try {
      response = await this.#fetch(path, { method, headers, body, signal, credentials: "same-origin", cache: "no-store" });
    } catch {
      throw new ApiError(0, "unreachable", "");
    }
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok && answer !== null) return answer;
    // An answer that broke off is no answer.
    if (response.ok) throw new ApiError(0, "unreachable", "");
    const error = (answer as { error?: { code?: string; text?: string; fields?: string[] } } | null)?.error;
    if (error?.code === "incomplete") throw new Incomplete(error.fields ?? []);
    throw new ApiError(response.status, error?.code ?? "http", error?.text ?? "");
  }
}

function at(filing: string): string {
  return `/api/v1/filings/${encodeURIComponent(filing)}`;
}

/** What the court's list calls it; what it took off since shows its code. */
export function nameOnList(list: readonly { code: string; zh: string; en: string }[], code: string, language: Language): string {
  return list.find((one) => one.code === code)?.[language] ?? code;
}

/** "50000.5" yuan → fen; null: that is no amount.  Commas and ¥ may stand in it. */
export function fenOf(text: string): number | null {
  const plain = text.replace(/[\s,，¥￥元]/g, "");
  if (plain === "") return 0;
  const found = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(plain);
  if (!found) return null;
  return Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
}

export function yuanOf(fen: number): string {
  const cents = fen % 100;
  return `${Math.floor(fen / 100)}${cents ? `.${String(cents).padStart(2, "0")}` : ""}`;
}
