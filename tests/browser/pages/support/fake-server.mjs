/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Oyer's server as the client sees it, without a court behind it: the test says what
 * the state is, and reads what the client sent.  It keeps the page's security policy,
 * so that a page that breaks it fails here.
 */

import { createServer } from "node:http";
import { readFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketPeer } from "./websocket.mjs";

const DIST = fileURLToPath(new URL("../../../../web-client/dist/", import.meta.url));
const TYPES = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css", svg: "image/svg+xml", webm: "video/webm" };

export const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "media-src 'self' blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; " +
  "form-action 'self'; require-trusted-types-for 'script'";

export class FakeServer {
  #server = createServer((request, response) => this.#http(request, response));
  #peers = new Set();
  /** What the client sent, in order, pings left out. */
  received = [];
  /** Answers to requests by path; a number is an HTTP status,
   *  {refused: [status, code, text, more fields]} an error. */
  api = new Map();
  state = null;
  /** Refuses commands with this code instead of doing them. */
  refuse = null;
  /** Answers `publish` and `subscribe`; null: media is away. */
  media = null;
  files = new Map();
  deaf = false;
  /** Whoever says hello waits for the clerk's word. */
  knocks = false;
  /** Answers what `api` does not: (method, url, body) → value, as in `api`; undefined: 404. */
  court = null;

  async start() {
    this.#server.on("upgrade", (request, socket) => this.#upgrade(request, socket));
    await new Promise((done) => this.#server.listen(0, "127.0.0.1", done));
    this.base = `http://127.0.0.1:${this.#server.address().port}`;
  }

  async stop() {
    this.dropAll();
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  reset() {
    this.dropAll();
    this.received = [];
    this.api.clear();
    this.state = null;
    this.refuse = null;
    this.media = null;
    this.deaf = this.knocks = false;
    this.court = null;
  }

  /** Sends to everybody connected. */
  tell(message) {
    for (const peer of this.#peers) peer.send(JSON.stringify(message));
  }

  /** Changes the state and sends it. */
  show(state) {
    this.state = { ...state, seq: (this.state?.seq ?? 0) + 1, now: new Date().toISOString() };
    this.tell(this.state);
  }

  /** The clerk has decided: those who knock are let in, or refused. */
  decide(letIn) {
    this.knocks = false;
    for (const peer of this.#peers) {
      if (letIn) this.#hello(peer);
      else {
        peer.send(JSON.stringify({ type: "error", code: "pass_refused", reason: "elsewhere", text: "" }));
        peer.close(4401);
      }
    }
  }

  closeAll(code) {
    for (const peer of this.#peers) peer.close(code);
  }

  dropAll() {
    for (const peer of this.#peers) peer.destroy();
    this.#peers.clear();
  }

  get connected() {
    return this.#peers.size;
  }

  /** The first message that fits, as soon as the client has sent it. */
  async got(fits, within_ms = 5000) {
    const until = Date.now() + within_ms;
    for (;;) {
      const found = this.received.find(fits);
      if (found) return found;
      if (Date.now() > until) {
        throw new Error(`not received; got ${JSON.stringify(this.received).slice(0, 600)}`);
      }
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  #http(request, response) {
    const path = new URL(request.url, "http://x").pathname;
    if (path.startsWith("/api/") && !this.files.has(path)) return this.#answer(request, path, response);
    if (this.files.has(path)) return this.#file(request, this.files.get(path), path, response);
    let name = path.slice(1);
    if (path === "/" || path.startsWith("/j/")) name = "join.html";
    if (path.startsWith("/r/")) name = "record.html";
    if (path === "/staff") name = "staff.html";
    if (path === "/file") name = "file.html";
    if (path === "/case") name = "case.html";
    if (path === "/pass") name = "pass.html";
    if (path === "/door") name = "door.html";
    if (path === "/court" || path.startsWith("/n/")) name = "court.html";
    const file = join(DIST, name);
    if (!file.startsWith(DIST) || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, {
      "Content-Type": TYPES[name.split(".").pop()] ?? "application/octet-stream",
      "Content-Security-Policy": CSP,
      "Cache-Control": "no-store",
    });
    response.end(readFileSync(file));
  }

  async #answer(request, path, response) {
    const key = `${request.method} ${path}`;
    const url = new URL(request.url, "http://x");
    const found = this.api.get(key) ?? (await this.#askCourt(request, url)) ?? (key === "POST /api/v1/session" ? { ok: true } : 404);
    const value = typeof found === "function" ? found(url) : found;
    if (value?.refused) {
      const [status, code, text = "", more = {}] = value.refused;
      response.writeHead(status, { "Content-Type": "application/json" });
      return response.end(JSON.stringify({ error: { code, text, ...more } }));
    }
    if (typeof value === "number") {
      response.writeHead(value, { "Content-Type": "application/json" });
      return response.end(JSON.stringify({ error: { code: value === 401 ? "pass_refused" : "http", text: "no" } }));
    }
    response.writeHead(200, { "Content-Type": "application/json" });
    return response.end(JSON.stringify(value));
  }

  async #askCourt(request, url) {
    if (!this.court) return undefined;
    const body = [];
    for await (const piece of request) body.push(piece);
    return this.court(request.method, url, Buffer.concat(body));
  }

  #file(request, body, path, response) {
    const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
    const from = range ? Number(range[1]) : 0;
    const to = range?.[2] ? Number(range[2]) : body.length - 1;
    response.writeHead(range ? 206 : 200, {
      "Content-Type": TYPES[path.split(".").pop()] ?? "application/octet-stream",
      "Accept-Ranges": "bytes",
      "Content-Length": to - from + 1,
      ...(range ? { "Content-Range": `bytes ${from}-${to}/${body.length}` } : {}),
    });
    response.end(body.subarray(from, to + 1));
  }

  #upgrade(request, socket) {
    if (this.deaf) return socket.destroy();
    const peer = new WebSocketPeer(request, socket, "oyer.v1");
    peer.onText = (text) => this.#hear(peer, JSON.parse(text));
    peer.onClose = () => this.#peers.delete(peer);
  }

  #hear(peer, message) {
    if (message.type === "ping") return peer.send(JSON.stringify({ type: "pong" }));
    this.received.push(message);
    if (message.type === "hello") return this.#hello(peer);
    if (message.type === "publish" || message.type === "subscribe" || message.type === "answer") {
      return this.#media(peer, message);
    }
    if (message.id === undefined) return;
    if (this.refuse && message.type === "command") {
      return peer.send(JSON.stringify({ type: "error", id: message.id, code: this.refuse, text: "" }));
    }
    peer.send(JSON.stringify({ type: "ok", id: message.id }));
    if (message.type === "declare") this.#you({ declared: true });
    if (message.type === "wait") this.#you({ room: "waiting", status: "waiting" });
    if (message.type === "hand") this.#you({ hand: message.raised ? 1 : 0 });
  }

  #hello(peer) {
    if (!this.state && !this.knocks) return peer.close(4401);
    this.#peers.add(peer);
    if (this.knocks) return peer.send(JSON.stringify({ type: "knocking" }));
    const { you, hearing } = this.state;
    peer.send(JSON.stringify({ type: "welcome", version: 1, you: you.id, hearing: hearing.id, ice_servers: [] }));
    this.show(this.state);
  }

  #you(change) {
    this.show({ ...this.state, you: { ...this.state.you, ...change } });
  }

  async #media(peer, message) {
    if (message.type === "answer") return this.media?.answered(message);
    if (!this.media) {
      return peer.send(JSON.stringify({ type: "error", id: message.id, code: "media", text: "" }));
    }
    if (message.type === "publish") {
      const sdp = await this.media.answer(message.sdp);
      return peer.send(JSON.stringify({ type: "ok", id: message.id, sdp }));
    }
    peer.send(JSON.stringify({ type: "ok", id: message.id }));
    const offer = await this.media.offer();
    if (offer) peer.send(JSON.stringify({ type: "offer", ...offer }));
  }
}
