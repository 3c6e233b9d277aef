/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The documents of a filing; a new one; and the pages of one, by camera or as files. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { FiledDocument, FiledFile, Filing } from "../../core/filing.js";
import { bytes } from "../../core/format.js";
import { f, FILING, filingLabel } from "../../core/i18n/filing.js";
import type { FilingKey } from "../../core/i18n/filing.js";
import type { Upload } from "../../core/upload.js";
import type { Desk } from "./desk.js";
import { form, go, input, radios, text } from "./form.js";
import { nextOf } from "./tasks.js";

/** What was just taken away can be had back. */
function undo(desk: Desk): TemplateResult {
  return html`<div role="status">
    ${desk.removed
      ? html`<div class="oyer-banner oyer-banner--info oyer-filing__undo" data-test="removed">
          <span class="oyer-banner__text">${desk.removed.label}</span>
          <button class="oyer-banner__button" type="button" data-test="undo" @click=${() => desk.undo()}>${f("docs.undo")}</button>
        </div>`
      : nothing}
  </div>`;
}

export function documents(desk: Desk, filing: Filing): TemplateResult {
  const here = `#/${filing.id}/documents`;
  const all = desk.documents();
  const isFull = all.length >= (desk.form?.limits.documents ?? 60);
  return html`<h1 class="govuk-heading-l" tabindex="-1">${f("docs.heading")}</h1>
    <p class="govuk-hint">${f("docs.hint")}</p>
    ${undo(desk)} ${all.length === 0 ? html`<p class="govuk-body">${f("docs.none")}</p>` : nothing}
    <ul class="oyer-filing__cards" data-test="documents">
      ${all.map((one) => documentCard(desk, here, one))}
    </ul>
    ${isFull
      ? nothing
      : html`<p class="govuk-body">
          <a class="govuk-button ${all.length ? "govuk-button--secondary" : "oyer-button-main"}" href="${here}/new" role="button" data-test="add">${f("docs.add")}</a>
        </p>`}
    ${all.length
      ? html`<button class="govuk-button oyer-button-main" type="button" data-test="go" @click=${() => nextOf(desk, "documents")}>${f("docs.go_on")}</button>`
      : nothing}`;
}

function documentCard(desk: Desk, here: string, one: FiledDocument): TemplateResult {
  const remove = (): void => void desk.remove({ kind: "document", id: one.id, label: f("docs.removed", { name: one.title }) });
  const pages = one.files.length + desk.notBegun(one.id).length;
  return html`<li class="oyer-filing__card">
    <span class="oyer-filing__card-title">${one.title}</span>
    <span class="oyer-quiet">${filingLabel("kind", one.kind)} · ${f("docs.pages", { n: pages })}</span>
    ${desk.isLocked(one)
      ? html`<span class="oyer-quiet">${f("docs.locked")}</span>`
      : html`<span class="oyer-filing__card-actions">
          <a class="govuk-link" href="${here}/${one.id}" data-test="open">${f("docs.open")}<span class="govuk-visually-hidden"> ${one.title}</span></a>
          <button class="oyer-filing__link" type="button" data-test="remove-document" @click=${remove}>
            ${f("docs.remove")}<span class="govuk-visually-hidden"> ${one.title}</span>
          </button>
        </span>`}
  </li>`;
}

export function newDocument(desk: Desk, filing: Filing): TemplateResult {
  const kinds = (desk.form?.document_kinds ?? []).map((value) => ({ value, label: filingLabel("kind", value) }));
  const submit = (data: FormData): void => {
    const kind = text(data, "kind");
    // The kind says enough, but for evidence and the rest.
    const title = text(data, "title") || (kind === "evidence" || kind === "other" ? "" : filingLabel("kind", kind));
    const isWrong = desk.complain([
      ...(kind ? [] : [{ field: "kind", key: "error.document_kind" as const }]),
      ...(kind && !title ? [{ field: "title", key: "error.document_title" as const }] : []),
    ]);
    if (isWrong) return;
    void desk.addDocument(title, kind).then((id) => {
      if (id) location.replace(`#/${filing.id}/documents/${id}`);
    });
  };
  return form(
    html`<h1 class="govuk-heading-l" tabindex="-1">${f("docs.new")}</h1>
      ${radios(desk, "kind", f("docs.new"), "", kinds)}
      ${input(desk, { id: "title", label: "docs.title", hint: "docs.title_hint", value: "", max: 100 })} ${go(desk, "docs.create")}`,
    submit,
    "document-form",
  );
}

export function pages(desk: Desk, filing: Filing, document: FiledDocument): TemplateResult {
  const files = document.files.filter((one) => one.id !== desk.removed?.id);
  const coming = desk.notBegun(document.id);
  const all = files.length + coming.length;
  const done = files.filter((one) => one.state === "ready").length;
  const isOffline = desk.uploads.all.some((one) => one.state === "offline");
  const add = (event: Event): void => {
    const chosen = event.target as HTMLInputElement;
    desk.addFiles(document, [...(chosen.files ?? [])]);
    chosen.value = ""; // the same file can be chosen again
  };
  const endings = (desk.form?.types ?? []).flatMap((one) => one.endings).join(", ");
  return html`<h1 class="govuk-heading-l" tabindex="-1">${document.title}</h1>
    ${undo(desk)}
    <div role="status" data-test="progress" data-done=${done} data-all=${all}>
      ${isOffline
        ? html`<div class="oyer-banner oyer-banner--warn oyer-filing__undo" data-test="offline">${f("pages.offline")}</div>`
        : nothing}
      <p class="govuk-body">${all === 0 ? f("pages.none") : done === all ? f("pages.all_here", { all }) : f("pages.progress", { done, all })}</p>
    </div>
    <ol class="oyer-filing__cards" data-test="pages">
      ${repeat(
        files,
        (one) => one.id,
        (one, n) => page(desk, filing, document, one, n, files.length),
      )}
      ${coming.map((one, n) => notBegun(desk, one, files.length + n))}
    </ol>
    <input class="oyer-filing__file" type="file" accept="image/*" capture="environment" tabindex="-1" aria-hidden="true" hidden data-test="camera" @change=${add} />
    <input class="oyer-filing__file" type="file" multiple tabindex="-1" aria-hidden="true" hidden data-test="files" @change=${add} />
    <button class="govuk-button oyer-button-main" type="button" data-test="shoot" @click=${press("camera")}>${f(all ? "pages.shoot_next" : "pages.shoot")}</button>
    <button class="govuk-button govuk-button--secondary" type="button" data-test="choose" @click=${press("files")}>${f("pages.choose")}</button>
    <p class="govuk-hint">${f("pages.types", { endings, size: bytes(desk.form?.limits.file_bytes ?? 0) })}</p>
    ${all
      ? html`<a class="govuk-button govuk-button--secondary" href="#/${filing.id}/documents" role="button" data-test="done">${f("docs.back")}</a>`
      : nothing}`;
}

/** A real button opens the file dialogue: it is reached by key and read aloud. */
function press(name: string): (event: Event) => void {
  return (event) => {
    const near = (event.currentTarget as HTMLElement).parentElement;
    near?.querySelector<HTMLInputElement>(`[data-test="${name}"]`)?.click();
  };
}

function page(desk: Desk, filing: Filing, document: FiledDocument, file: FiledFile, n: number, all: number): TemplateResult {
  const upload = desk.uploadOf(file.id);
  const hidden = html`<span class="govuk-visually-hidden"> ${f("pages.page", { n: n + 1 })}</span>`;
  const remove = (): void => void desk.remove({ kind: "file", id: file.id, label: f("pages.removed", { n: n + 1 }) });
  return html`<li class="oyer-filing__card oyer-filing__page" data-test="page" data-file=${file.name} data-state=${upload && !upload.isOver ? upload.state : file.state}>
    ${thumb(upload)}
    <span class="oyer-filing__card-title">${f("pages.page", { n: n + 1 })}</span>
    <span class="oyer-quiet">${file.name} · ${bytes(file.size_bytes)}</span>
    ${upload && !upload.isOver ? onItsWay(desk, upload) : settled(desk, document, file, upload)}
    ${desk.isLocked(document)
      ? nothing
      : html`<span class="oyer-filing__card-actions">
          ${file.state === "ready"
            ? html`<a class="govuk-link" href="/api/v1/filings/${filing.id}/files/${file.id}/content" target="_blank" rel="noopener">${f("pages.view")}${hidden}</a>`
            : nothing}
          ${n > 0
            ? html`<button class="oyer-filing__link" type="button" data-test="up" @click=${() => void desk.move(document, file.id, -1)}>${f("pages.up")}${hidden}</button>`
            : nothing}
          ${n < all - 1
            ? html`<button class="oyer-filing__link" type="button" data-test="down" @click=${() => void desk.move(document, file.id, 1)}>${f("pages.down")}${hidden}</button>`
            : nothing}
          <button class="oyer-filing__link" type="button" data-test="remove" @click=${remove}>${f("pages.remove")}${hidden}</button>
        </span>`}
  </li>`;
}

function notBegun(desk: Desk, upload: Upload, n: number): TemplateResult {
  return html`<li class="oyer-filing__card oyer-filing__page" data-test="page" data-file=${upload.name} data-state=${upload.state}>
    ${thumb(upload)}
    <span class="oyer-filing__card-title">${f("pages.page", { n: n + 1 })}</span>
    <span class="oyer-quiet">${upload.name} · ${bytes(upload.blob.size)}</span>
    ${onItsWay(desk, upload)}
    <span class="oyer-filing__card-actions">
      <button class="oyer-filing__link" type="button" @click=${() => desk.uploads.drop(upload)}>
        ${f("pages.remove")}<span class="govuk-visually-hidden"> ${f("pages.page", { n: n + 1 })}</span>
      </button>
    </span>
  </li>`;
}

function onItsWay(desk: Desk, upload: Upload): TemplateResult {
  const percent = Math.floor(upload.share * 100);
  const words = f(`upload.${upload.state}`, { percent });
  const isPaused = upload.state === "paused";
  const turn = (): void => (isPaused || upload.state === "failed" ? desk.uploads.resume(upload) : upload.pause());
  return html`<span class="oyer-filing__way">
    <progress class="oyer-progress" max="100" value=${percent} aria-label="${upload.name}"></progress>
    <span data-test="upload-state">${words}</span>
    ${upload.state === "failed" ? html`<span class="govuk-error-message">${why(upload.problem)}</span>` : nothing}
    ${upload.state === "checking"
      ? nothing
      : html`<button class="oyer-filing__link" type="button" data-test="pause" @click=${turn}>
          ${f(isPaused ? "upload.resume" : upload.state === "failed" ? "upload.again" : "upload.pause")}<span class="govuk-visually-hidden"> ${upload.name}</span>
        </button>`}
  </span>`;
}

function settled(desk: Desk, document: FiledDocument, file: FiledFile, upload: Upload | undefined): TemplateResult {
  if (file.state === "ready") return html`<span class="oyer-good">${f("upload.ready")}</span>`;
  if (file.state === "deleted") return html`<span>${f("upload.deleted")}</span>`;
  if (file.state === "checking") return html`<span>${f("upload.checking")}</span>`;
  if (file.state === "refused") return html`<span class="govuk-error-message">${f("upload.refused")} ${why(file.reason)}</span>`;
  if (upload) return onItsWay(desk, upload);
  const again = (event: Event): void => {
    const chosen = (event.target as HTMLInputElement).files?.[0];
    if (chosen) void desk.sendRest(document, file, chosen);
  };
  return html`<span class="govuk-error-message">${f("upload.partial")}</span>
    <span>
      <input type="file" tabindex="-1" aria-hidden="true" hidden data-test="rest-${file.id}" @change=${again} />
      <button class="oyer-filing__link" type="button" @click=${press(`rest-${file.id}`)}>${f("upload.choose_again")}</button>
    </span>`;
}

function why(code: string): string {
  const key = `why.${code}`;
  return f(key in FILING.zh ? (key as FilingKey) : "why.other");
}

const pictures = new WeakMap<Upload, string>();

/** Only what is on this phone: nothing is fetched back over a slow line. */
function thumb(upload: Upload | undefined): TemplateResult | typeof nothing {
  if (!upload || !upload.blob.type.startsWith("image/")) return nothing;
  let url = pictures.get(upload);
  if (!url) pictures.set(upload, (url = URL.createObjectURL(upload.blob)));
  return html`<img class="oyer-filing__thumb" src=${url} alt="" loading="lazy" />`;
}
