/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the filing page knows and does: the filing as the court has it, what is on its
 * way there, and what is wrong.  Every step is saved at the court, never only here.
 */

import { ApiError } from "../../core/api.js";
import type { OwnConsent, Stage } from "../../core/consent.js";
import { Emitter } from "../../core/emitter.js";
import { FilingApi, Incomplete } from "../../core/filing.js";
import type { Changes, FiledDocument, FiledFile, Filing, FilingForm, FilingRow, Receipt, TrailEvent } from "../../core/filing.js";
import { FILING } from "../../core/i18n/filing.js";
import type { FilingKey } from "../../core/i18n/filing.js";
import { language } from "../../core/i18n/index.js";
import { Upload, Uploads } from "../../core/upload.js";
import type { Wire } from "../../core/upload.js";

/** `field`: the id of the control it is about. */
export interface Problem {
  field: string;
  key: FilingKey;
}

export interface Removed {
  kind: "file" | "document";
  id: string;
  label: string;
}

/** What a person types; another device's change to it must not be overwritten unseen. */
const TYPED = ["cause", "claim", "facts", "amount_fen", "parties"] as const;

export class Desk extends Emitter {
  readonly api: FilingApi;
  form: FilingForm | null = null;
  isKnown: boolean | null = null;
  challenge: { id: string; to: string } | null = null;
  rows: FilingRow[] | null = null;
  consents: OwnConsent[] | null = null;
  filing: Filing | null = null;
  receipt: Receipt | null = null;
  trail: TrailEvent[] | null = null;
  problems: Problem[] = [];
  isBusy = false;
  /** Taken away from sight, and from the court as soon as something else is done. */
  removed: Removed | null = null;
  readonly uploads: Uploads;
  readonly #documentOf = new Map<Upload, string>();
  #unsaved: { filing: string; changes: Changes } | null = null;
  /** The server's clock minus ours, milliseconds. */
  #ahead_ms = 0;

  constructor(api = new FilingApi()) {
    super();
    this.api = api;
    this.uploads = new Uploads((one) => void this.#uploaded(one));
    this.uploads.subscribe(() => this.changed());
  }

  now_ms(): number {
    return Date.now() + this.#ahead_ms;
  }

  /** Does `work`; what goes wrong becomes a problem at `field`.  True: it was done. */
  async act(work: () => Promise<void>, field = "main"): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.problems = [];
    this.changed();
    try {
      await work();
    } catch (error) {
      await this.#wrong(error, field);
    }
    this.isBusy = false;
    this.changed();
    return this.problems.length === 0 && this.isKnown !== false;
  }

  complain(problems: Problem[]): boolean {
    this.problems = problems;
    this.changed();
    return problems.length > 0;
  }

  async #wrong(error: unknown, field: string): Promise<void> {
    if (error instanceof Incomplete) {
      this.problems = error.fields.map((one) => ({ field: `task-${one}`, key: keyOf(one) }));
      return;
    }
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401 && error.code === "signed_out") {
      this.isKnown = false;
      return;
    }
    if (error.code === "wrong_state" && this.filing) await this.open(this.filing.id);
    this.problems = [{ field, key: whatIsWrong(error) }];
  }

  // ---- who is it ----

  start(): Promise<boolean> {
    return this.act(async () => {
      this.form ??= await this.api.form();
      this.isKnown ??= await this.api.isKnown();
    });
  }

  ask(address: string): Promise<boolean> {
    return this.act(async () => {
      const asked = await this.api.ask(address, language());
      this.challenge = { id: asked.challenge, to: asked.to };
    }, "address");
  }

  async enter(code: string): Promise<boolean> {
    try {
      await this.api.code(this.challenge?.id ?? "", code);
    } catch (error) {
      const isOften = error instanceof ApiError && error.status === 429;
      const isAway = error instanceof ApiError && error.status === 0;
      this.complain([{ field: "code", key: isAway ? "error.unreachable" : isOften ? "error.too_often" : "error.code" }]);
      return false;
    }
    this.challenge = null;
    this.problems = [];
    this.isKnown = true;
    await this.#goOn();
    this.changed();
    return true;
  }

  /** What a visit that ran out had left undone. */
  async #goOn(): Promise<void> {
    const unsaved = this.#unsaved;
    this.#unsaved = null;
    if (unsaved) {
      await this.act(async () => {
        await this.open(unsaved.filing);
        if (this.filing) this.#take(await this.api.save(this.filing, unsaved.changes));
      });
    }
    for (const one of this.uploads.all.filter((upload) => upload.problem === "signed_out")) this.uploads.resume(one);
  }

  leave(): Promise<boolean> {
    return this.act(async () => {
      await this.api.signOut().catch(() => undefined);
      for (const one of [...this.uploads.all]) this.uploads.drop(one);
      this.isKnown = false;
      this.rows = this.consents = this.filing = this.receipt = this.trail = null;
    });
  }

  // ---- one filing ----

  async list(): Promise<void> {
    this.rows = await this.api.list();
    this.consents = await this.api.consents();
  }

  /** What a party says to a stage online. */
  answer(one: OwnConsent, stage: Stage, answer: "yes" | "no", reason: string): Promise<boolean> {
    return this.act(async () => {
      this.consents = await this.api.answer(one, stage, answer, reason);
    }, `${one.party}-${stage}`);
  }

  async begin(court: string): Promise<void> {
    this.#take(await this.api.begin(court, language()));
  }

  async open(id: string): Promise<void> {
    this.#take(await this.api.read(id));
  }

  async readTrail(): Promise<void> {
    if (this.filing) this.trail = await this.api.trail(this.filing.id);
  }

  async readReceipt(): Promise<void> {
    if (this.filing) this.receipt = await this.api.receipt(this.filing.id);
  }

  #take(filing: Filing): void {
    if (filing.id !== this.filing?.id) this.receipt = this.trail = null;
    this.filing = filing;
    if (filing.now_us > 0) this.#ahead_ms = filing.now_us / 1000 - Date.now();
  }

  /** Saves a step.  `changes` is asked again when another device has changed the filing. */
  save(changes: (filing: Filing) => Changes, field = "main"): Promise<boolean> {
    return this.act(async () => {
      const base = this.filing;
      if (!base) return;
      try {
        this.#take(await this.api.save(base, changes(base)));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.status === 401) this.#unsaved = { filing: base.id, changes: changes(base) };
        if (error.code !== "stale") throw error;
        await this.#rebase(base, changes);
      }
    }, field);
  }

  async #rebase(base: Filing, changes: (filing: Filing) => Changes): Promise<void> {
    const fresh = await this.api.read(base.id);
    const isSame = TYPED.every((one) => JSON.stringify(fresh[one]) === JSON.stringify(base[one]));
    if (isSame) return this.#take(await this.api.save(fresh, changes(fresh)));
    // What stands in the form stays; saved again it wins, and its writer was told.
    const { cause, claim, facts, amount_fen } = base;
    this.#take({ ...fresh, cause, claim, facts, amount_fen });
    throw new ApiError(409, "stale", "");
  }

  submit(): Promise<boolean> {
    return this.act(async () => {
      await this.flush();
      if (!this.filing) return;
      await this.open(this.filing.id);
      this.#take(await this.api.submit(this.filing));
      this.receipt = this.trail = null;
    });
  }

  withdraw(reason: string): Promise<boolean> {
    return this.#decide((id) => this.api.withdraw(id, reason));
  }

  insist(reason: string): Promise<boolean> {
    return this.#decide((id) => this.api.insist(id, reason));
  }

  #decide(how: (id: string) => Promise<Filing>): Promise<boolean> {
    return this.act(async () => {
      if (!this.filing) return;
      this.#take(await how(this.filing.id));
      await this.readTrail();
    });
  }

  // ---- documents ----

  /** In the order of the court, without what was just taken away. */
  documents(): FiledDocument[] {
    return (this.filing?.documents ?? []).filter((one) => one.id !== this.removed?.id);
  }

  document(id: string): FiledDocument | undefined {
    return this.filing?.documents.find((one) => one.id === id);
  }

  isLocked(document: FiledDocument): boolean {
    return !this.filing?.may.includes("save") || document.round < this.filing.round;
  }

  /** The new document's id. */
  async addDocument(title: string, kind: string): Promise<string | null> {
    const done = await this.act(async () => {
      if (this.filing) this.#take(await this.api.addDocument(this.filing.id, title, kind));
    });
    return done ? (this.filing?.documents.at(-1)?.id ?? null) : null;
  }

  /** Moves a page by one place. */
  move(document: FiledDocument, file: string, by: -1 | 1): Promise<boolean> {
    return this.act(async () => {
      const order = document.files.map((one) => one.id);
      const from = order.indexOf(file);
      const to = from + by;
      if (!this.filing || from < 0 || to < 0 || to >= order.length) return;
      order.splice(to, 0, ...order.splice(from, 1));
      this.#take(await this.api.changeDocument(this.filing.id, document.id, { files: order }));
    });
  }

  async remove(what: Removed): Promise<void> {
    await this.act(() => this.flush());
    if (what.kind === "file") this.uploadOf(what.id)?.pause();
    this.removed = what;
    this.changed();
  }

  undo(): void {
    const upload = this.removed?.kind === "file" ? this.uploadOf(this.removed.id) : undefined;
    this.removed = null;
    if (upload) this.uploads.resume(upload);
    this.changed();
  }

  /** Takes away at the court what has been taken away from sight. */
  async flush(): Promise<void> {
    const { removed, filing } = this;
    if (!removed || !filing) return;
    for (const one of this.uploads.all.filter((upload) => upload.id === removed.id || this.#documentOf.get(upload) === removed.id)) {
      this.uploads.drop(one);
    }
    this.#take(
      removed.kind === "file"
        ? await this.api.removeFile(filing.id, removed.id)
        : await this.api.removeDocument(filing.id, removed.id),
    );
    this.removed = null;
  }

  // ---- files on their way ----

  uploadOf(file: string): Upload | undefined {
    return this.uploads.all.find((one) => one.id === file);
  }

  /** Those of `document` that the court does not know of yet. */
  notBegun(document: string): Upload[] {
    return this.uploads.all.filter((one) => one.id === "" && this.#documentOf.get(one) === document);
  }

  addFiles(document: FiledDocument, files: readonly File[]): void {
    const filing = this.filing;
    if (!filing) return;
    for (const file of files) this.#send(new Upload(this.#wire(filing.id, document.id), file, file.name), document.id);
  }

  /** The rest of a file that was begun in an earlier visit; another file replaces it. */
  async sendRest(document: FiledDocument, begun: FiledFile, file: File): Promise<void> {
    const filing = this.filing;
    if (!filing) return;
    const isSame = file.name === begun.name && file.size === begun.size_bytes;
    if (!isSame) {
      await this.act(async () => this.#take(await this.api.removeFile(filing.id, begun.id)));
      return this.addFiles(document, [file]);
    }
    this.#send(new Upload(this.#wire(filing.id, document.id), file, file.name, begun.id), document.id);
  }

  #send(upload: Upload, document: string): void {
    this.#documentOf.set(upload, document);
    this.uploads.add(upload);
  }

  #wire(filing: string, document: string): Wire {
    return {
      begin: async (name, size_bytes) => {
        const begun = await this.api.beginFile(filing, document, name, size_bytes);
        this.#keep(document, begun.file);
        return begun;
      },
      look: (file) => this.api.file(filing, file),
      part: (file, part, hash, bytes, signal) => this.api.part(filing, file, part, hash, bytes, signal),
      finish: (file, hash) => this.api.finishFile(filing, file, hash),
      remove: async (file) => {
        await this.api.removeFile(filing, file);
        const found = this.document(document);
        if (found) found.files = found.files.filter((one) => one.id !== file);
      },
    };
  }

  /** One file of the filing is now like this. */
  #keep(document: string, file: FiledFile): void {
    const found = this.document(document);
    if (!found) return;
    const place = found.files.findIndex((one) => one.id === file.id);
    if (place < 0) found.files.push(file);
    else found.files[place] = file;
  }

  async #uploaded(upload: Upload): Promise<void> {
    const document = this.#documentOf.get(upload);
    if (upload.problem === "signed_out") this.isKnown = false;
    if (upload.id === "" || document === undefined || !this.document(document)) return this.changed();
    const filing = this.filing;
    try {
      if (filing) this.#keep(document, (await this.api.file(filing.id, upload.id)).file);
    } catch {
      // The next reading of the filing will tell.
    }
    this.changed();
  }

  /** All that has to arrive has arrived. */
  get isComplete(): boolean {
    return !this.uploads.isBusy && this.documents().every((one) => one.files.every((file) => file.state === "ready"));
  }
}

function keyOf(field: string): FilingKey {
  const key = `error.${field}`;
  return key in FILING.zh ? (key as FilingKey) : "error.other";
}

function whatIsWrong(error: ApiError): FilingKey {
  if (error.status === 0) return "error.unreachable";
  if (error.status === 429 && error.code !== "too_many_drafts") return "error.too_often";
  if (error.status === 404) return "error.missing";
  const why = `why.${error.code}`;
  return why in FILING.zh ? (why as FilingKey) : keyOf(error.code);
}
