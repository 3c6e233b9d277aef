/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A court that takes filings, for the fake server: docs/FILING.md as far as the page needs it. */

import { createHash } from "node:crypto";

const DAY_US = 86_400e6;
const now_us = () => Date.now() * 1000;

export const FORM = {
  courts: [{ id: "hd", code: "沪0114", name: "海东区人民法院" }],
  causes: [
    { code: "private_lending", zh: "民间借贷纠纷", en: "Private lending dispute", type_code: "民初" },
    { code: "labour", zh: "劳动争议", en: "Labour dispute", type_code: "民初" },
  ],
  document_kinds: ["complaint", "identity", "authority", "evidence", "other"],
  limits: { part_bytes: 1024, file_bytes: 2147483648, files: 200, documents: 60, filing_bytes: 8589934592, claim_characters: 10000, facts_characters: 30000, parties: 50 },
  types: [{ type: "application/pdf", endings: ["pdf"] }, { type: "image/jpeg", endings: ["jpg", "jpeg"] }],
};

export const PARTIES = [
  { role: "plaintiff", kind: "person", name: "朱敏", phone: "13812345678", address: "上海市海东区长安路 1 号", self: true },
  { role: "defendant", kind: "person", name: "王磊", phone: "", address: "上海市海东区和平路 9 号" },
];

export class FakeFiling {
  filings = new Map();
  parts = new Map();
  isKnown = true;
  /** Every request that changed something: "POST …". */
  asked = [];
  /** May refuse a part: (file, part) → value or undefined. */
  onPart = () => undefined;
  events = [];
  /** Cases in which the court may ask (docs/FILING.md, consent). */
  consents = [];
  #last = 0;

  #id = (kind) => `${kind}${(this.#last += 1)}`;

  filing(changes = {}) {
    const one = {
      id: this.#id("f"), court: "hd", state: "draft", rev: 1, round: 0, language: "zh", step: "", cause: "", claim: "", facts: "", amount_fen: 0,
      parties: [], documents: [], receipt_no: "", case_number: "", received_us: 0, due_us: 0, target_us: 0, correction_due_us: 0,
      correction: null, refusal: null, may: ["save", "submit", "withdraw"], created_us: now_us(), updated_us: now_us(), now_us: now_us(), ...changes,
    };
    this.filings.set(one.id, one);
    return one;
  }

  /** All written, one page with the court. */
  complete(changes = {}) {
    const file = { id: this.#id("p"), name: "p1.jpg", size_bytes: 183220, state: "ready", type: "image/jpeg", sha256: "ab".repeat(32), scan: "not_scanned", finding: "", part_bytes: 1024, parts: 179, reason: "" };
    return this.filing({
      cause: "private_lending", claim: "判令被告归还借款 50000 元", facts: "2025 年 3 月，被告向我借款。", amount_fen: 5000000, parties: PARTIES,
      documents: [{ id: this.#id("d"), title: "借条", kind: "evidence", round: 0, sealed: false, files: [file] }], ...changes,
    });
  }

  submitted(changes = {}) {
    return this.complete({ state: "received", round: 1, receipt_no: "R2026沪0114-000001", received_us: now_us() - DAY_US, due_us: now_us() + 5 * DAY_US + 7200e6, may: ["withdraw"], ...changes });
  }

  answer = (method, url, body) => {
    const path = url.pathname.replace("/api/v1/", "");
    if (path === "filing/form") return FORM;
    if (path === "visitor/ask") return { challenge: "c1", channel: "sms", to: "138****5678", expires_us: now_us() + 600e6 };
    const json = () => (body.length ? JSON.parse(body) : {});
    if (path === "visitor/code") {
      if (json().code !== "123456") return { refused: [401, "refused"] };
      this.isKnown = true;
      return { ok: true };
    }
    if (!this.isKnown) return { refused: [401, "signed_out"] };
    if (path === "visitor/sign-out") {
      this.isKnown = false;
      return { ok: true };
    }
    if (path === "visitor/me") return { person: "zhu", kind: "phone", subject: "13812345678", now_us: now_us(), idle_ends_us: now_us() + 3600e6, ends_us: now_us() + 86400e6 };
    if (method !== "GET") this.asked.push(`${method} ${path}`);
    const [root, id, ...rest] = path.split("/");
    if (root === "consents") return this.#consents(method, json());
    if (root !== "filings") return undefined;
    if (!id && method === "GET") return { filings: [...this.filings.values()].reverse() };
    if (!id) return this.filing(json());
    const filing = this.filings.get(id);
    return filing && this.#one(filing, method, rest, url, body, json);
  };

  #one(filing, method, [what, which, action, number], url, body, json) {
    filing.now_us = now_us();
    if (!what && method === "PATCH") return this.#save(filing, json());
    if (!what) return filing;
    if (what === "submit") return this.#submit(filing, json());
    if (what === "receipt") return this.#receipt(filing);
    if (what === "trail") return { events: this.events };
    if (what === "withdraw") return Object.assign(filing, { state: "withdrawn", may: [] });
    if (what === "documents" && action === "files") return this.#begin(filing, which, json());
    if (what === "documents") return this.#document(filing, method, which, json());
    const file = filing.documents.flatMap((one) => one.files).find((one) => one.id === which);
    if (!file) return undefined;
    if (action === "parts") return this.onPart(file, Number(number)) ?? this.#part(file, Number(number), url.searchParams.get("sha256"), body);
    if (action === "finish") return this.#finish(file, json());
    if (method === "GET") return this.#begun(file);
    for (const one of filing.documents) one.files = one.files.filter((other) => other !== file);
    return filing;
  }

  #consents(method, said) {
    const one = this.consents.find(({ party }) => party === said.party);
    const stage = one?.stages.find((found) => found.stage === said.stage);
    if (method === "POST" && !stage) return { refused: [404, "no_such"] };
    if (stage) Object.assign(stage, { answer: said.answer, given_us: now_us() });
    return { now_us: now_us(), cases: this.consents };
  }

  /** Asked about the hearing, not about anything else. */
  askedToConsent() {
    const stages = ["filing", "mediation", "evidence", "inquiry", "hearing", "service"].map((stage) => ({ stage, asked_us: 0, due_us: 0, text: "", answer: "none", given_us: 0 }));
    Object.assign(stages[4], { asked_us: now_us() - 3600e6, due_us: now_us() + 3 * DAY_US, text: "本案拟以在线方式开庭。您是否同意？" });
    this.consents = [{ case: "c1", case_number: "（2026）沪0114民初2号", party: "p1", name: "朱敏", role: "plaintiff", stages }];
    return stages[4];
  }

  #save(filing, changes) {
    if (changes.rev !== filing.rev) return { refused: [409, "stale"] };
    return Object.assign(filing, changes, { rev: filing.rev + 1, updated_us: now_us() });
  }

  #submit(filing, { rev }) {
    if (rev !== filing.rev) return { refused: [409, "stale"] };
    return Object.assign(filing, { state: "received", round: filing.round + 1, rev: rev + 1, receipt_no: "R2026沪0114-000001", received_us: now_us(), due_us: now_us() + 7 * DAY_US, may: ["withdraw"] });
  }

  #receipt(filing) {
    const files = filing.documents.flatMap((one) => one.files.map(({ name, sha256, size_bytes }) => ({ document: one.title, name, sha256, size_bytes })));
    const signed = { court: "海东区人民法院", files, filing: filing.id, number: filing.receipt_no, received: new Date(filing.received_us / 1000).toISOString(), round: filing.round, type: "oyer.receipt.v1" };
    return { signed: JSON.stringify(signed), signature: "c2ln", key: "-----BEGIN PUBLIC KEY-----", fingerprint: "9f86d081884c7d65" };
  }

  #document(filing, method, id, changes) {
    const found = filing.documents.find((one) => one.id === id);
    if (method === "POST") filing.documents.push({ id: this.#id("d"), round: filing.round, sealed: false, files: [], ...changes });
    else if (method === "DELETE") filing.documents = filing.documents.filter((one) => one !== found);
    else if (changes.files) found.files = changes.files.map((one) => found.files.find((file) => file.id === one));
    return filing;
  }

  #begin(filing, document, { name, size_bytes }) {
    const file = { id: this.#id("p"), name, size_bytes, state: "uploading", type: "", sha256: "", scan: "not_scanned", finding: "", part_bytes: FORM.limits.part_bytes, parts: Math.ceil(size_bytes / FORM.limits.part_bytes), reason: "" };
    filing.documents.find((one) => one.id === document).files.push(file);
    this.parts.set(file.id, new Map());
    return this.#begun(file);
  }

  #begun(file) {
    const have = this.parts.get(file.id) ?? new Map();
    const missing = Array.from({ length: file.parts }, (_, n) => n).filter((n) => file.state === "uploading" && !have.has(n));
    return { file, missing: missing.map((n) => [n, n]) };
  }

  #part(file, number, hash, bytes) {
    if (createHash("sha256").update(bytes).digest("hex") !== hash) return { refused: [422, "hash"] };
    this.parts.get(file.id).set(number, bytes);
    return { part: number };
  }

  #finish(file, { sha256 }) {
    const have = this.parts.get(file.id);
    if (have.size !== file.parts) return { refused: [409, "parts_missing"] };
    const whole = Buffer.concat([...have.entries()].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));
    file.sha256 = createHash("sha256").update(whole).digest("hex");
    if (sha256 && sha256 !== file.sha256) return { refused: [422, "hash"] };
    return Object.assign(file, file.name.endsWith(".exe") ? { state: "refused", reason: "type" } : { state: "ready", type: "image/jpeg" });
  }
}
