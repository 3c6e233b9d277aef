/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * One person at one hearing: the way from the link to the end, and what every view
 * draws from.  Views read its fields and call its methods; nothing else holds state.
 */

import { Api, ApiError } from "../core/api.js";
import type { Card } from "../core/api.js";
import { Emitter } from "../core/emitter.js";
import { apply, isStaff, nothing } from "../core/hearing.js";
import type { Hearing } from "../core/hearing.js";
import { deviceId, passFromPath, rememberPass } from "../core/identity.js";
import { language, setLanguage } from "../core/i18n/index.js";
import type { Check, ClientMessage, Command, Language, Ready, ServerMessage } from "../core/messages.js";
import { Connection } from "../rtc/connection.js";
import { freshPeer } from "../rtc/fresh.js";
import type { Ending, Link } from "../rtc/socket.js";
import { chime } from "../rtc/levels.js";
import { unfit, WakeLock } from "./browser.js";
import type { Unfit } from "./browser.js";
import { Media } from "./media.js";

export type Screen = "loading" | "card" | "check" | "waiting" | "room" | "end" | "notice";
/** Why a pass is refused, as docs/PROTOCOL.md has it, and what became of asking in. */
const REASONS = ["unreadable", "early", "expired", "revoked", "other_hearing", "elsewhere", "no_authority"] as const;
type Reason = (typeof REASONS)[number];
export type Notice =
  | "no_pass"
  | "unreachable"
  | "knocking"
  | "pass_kept"
  | `pass_${Reason}`
  | Exclude<Unfit | Ending, "pass_refused">;

const JOINED_KEY = "oyer.joined";
const RETRY_CARD_MS = 3_000;
/** Tracks that should have come by now are asked for once. */
const HEAL_AFTER_MS = 4_000;

export class App extends Emitter {
  readonly token: string | null;
  /** Came by the link of a notice to the test of devices and line. */
  readonly checks: boolean;
  readonly device = deviceId();
  readonly api: Api;
  readonly media = new Media();
  readonly connection: Connection;
  card: Card | null = null;
  notice: Notice | null = null;
  joined = false;
  hearing: Hearing = nothing;
  link: Link = "idle";
  /** When the line was lost, or null. */
  lostAt_ms: number | null = null;
  /** The last refusal of a command, for a word on the screen. */
  refusal: { code: string; text: string } | null = null;
  /** When an early pass begins. */
  passFrom: string | null = null;
  /** Another device asks in with this pass, or was turned away. */
  secondUse: "asked" | "kept" | null = null;
  readonly #wakeLock = new WakeLock();
  #clockAhead_ms = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string, hash: string) {
    super();
    this.token = passFromPath(path);
    this.checks = hash === "#check";
    this.api = new Api({ token: this.token, device: this.device });
    this.connection = new Connection({
      hello: () => ({
        token: this.token ?? "",
        device: this.device,
        language: language(),
        agent: navigator.userAgent.slice(0, 200),
      }),
      makeSocket: () => {
        const scheme = location.protocol === "https:" ? "wss" : "ws";
        return new WebSocket(`${scheme}://${location.host}/api/v1/ws`, "oyer.v1");
      },
      makePeer: (configuration, fresh) =>
        fresh ? freshPeer(configuration) : new RTCPeerConnection(configuration),
      accepts: (participant, kind) => this.media.accepts(participant, kind),
      onMessage: (message) => this.#hear(message),
      onLink: (link, ending) => this.#linked(link, ending),
      onMedia: () => this.changed(),
      onTracks: (tracks) => this.media.received(tracks),
    });
    this.media.use(this.connection);
    this.media.subscribe(() => this.changed());
    this.#watchPage();
  }

  get screen(): Screen {
    if (this.notice) return "notice";
    const state = this.hearing.state;
    if (state?.hearing.session === "closed") return "end";
    if (!this.card) return "loading";
    if (!this.joined) return this.card.hearing.session === "closed" ? "end" : "card";
    if (!state || state.you.room === "lobby") return "check";
    if (isStaff(state.you.role) || state.you.room === "hearing") return "room";
    return "waiting";
  }

  /** The server's time now. */
  now_ms(): number {
    return Date.now() + this.#clockAhead_ms;
  }

  async start(): Promise<void> {
    if (!this.token) return this.#notify("no_pass");
    rememberPass(this.token);
    clearTimeout(this.#retry);
    try {
      this.card = await this.api.card();
      this.notice = null;
    } catch (error) {
      return this.#cardFailed(error);
    }
    const closed = this.card.hearing.session === "closed";
    const problem = closed ? null : unfit();
    if (problem) return this.#notify(problem);
    this.changed();
    if (closed) await this.api.bind().catch(() => undefined);
    else if (this.checks || this.#joinedBefore()) await this.join();
  }

  /** The tap on the card: from here on sound may be played and devices are asked for. */
  async join(): Promise<void> {
    this.joined = true;
    this.#rememberJoined(true);
    this.changed();
    this.#wakeLock.hold();
    try {
      await this.api.bind();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return this.#refusePass(error.reason, error.from);
      // The socket says what is the matter, and comes back when the server does.
    }
    this.connection.open();
    if (this.card?.you.role !== "observer") await this.media.devices.acquire();
  }

  /** The pass is in use on another device: the court is asked which of the two it shall be. */
  askIn(): void {
    this.joined = true;
    this.#wakeLock.hold();
    this.#notify("knocking");
    this.connection.open();
  }

  async check(result: Check): Promise<void> {
    await this.ask({ type: "check", ...result });
  }

  /** Where the person is: the clerk reads it before admitting. */
  async ready(answers: Ready): Promise<void> {
    await this.ask({ type: "ready", ...answers });
  }

  /** The rules are read, with `text` on the screen: into the waiting room. */
  async enter(text: string): Promise<void> {
    if (!this.hearing.state?.you.declared) {
      await this.ask({ type: "declare", rules: true, language: language(), text });
    }
    await this.ask({ type: "wait" });
  }

  async leave(): Promise<void> {
    await this.ask({ type: "leave" });
    this.connection.close("left");
  }

  /** Back after leaving, or after another window took the seat. */
  async comeBack(): Promise<void> {
    this.notice = null;
    this.hearing = nothing;
    await this.join();
  }

  hand(raised: boolean): Promise<boolean> {
    return this.ask({ type: "hand", raised });
  }

  trouble(text: string): Promise<boolean> {
    return this.ask({ type: "trouble", text });
  }

  command(what: Omit<Command, "type">): Promise<boolean> {
    return this.ask({ type: "command", ...what });
  }

  /** Asks the server; false and a word on the screen when it refuses. */
  async ask(message: ClientMessage): Promise<boolean> {
    try {
      await this.connection.request(message);
      this.refusal = null;
      return true;
    } catch (error) {
      const { code, message: text } = error as { code?: string; message: string };
      this.refusal = { code: code ?? "unknown", text };
      this.changed();
      return false;
    }
  }

  seenSecondUse(): void {
    this.secondUse = null;
    this.changed();
  }

  forgetRefusal(): void {
    this.refusal = null;
    this.changed();
  }

  speak(to: Language): void {
    setLanguage(to);
    this.changed();
  }

  /** Lines that were said before this page was opened. */
  async loadLines(): Promise<void> {
    const id = this.hearing.state?.hearing.id;
    if (!id) return;
    const lines = await this.api.lines(id).catch(() => []);
    for (const line of lines) this.hearing = apply(this.hearing, { type: "caption", line });
    this.changed();
  }


  #hear(message: ServerMessage): void {
    const before = this.hearing;
    if (message.type === "error" && message.code === "pass_refused") this.#refusePass(message.reason, message.from);
    if (message.type === "second_use") this.secondUse = message.state === "gone" ? null : message.state;
    if (message.type === "knocking") this.notice = "knocking";
    if (message.type === "welcome" && this.notice === "knocking") void this.#letIn();
    this.hearing = apply(before, message);
    if (message.type === "state") {
      this.#clockAhead_ms = Date.parse(message.now) - Date.now() || 0;
      // Another session: everybody checks in again.
      if (before.state && before.state.hearing.session_no !== message.hearing.session_no) location.reload();
      if (message.hearing.session === "closed") {
        if (before.state?.hearing.session !== "closed") this.#closed();
      } else {
        this.media.see(message);
      }
    }
    const looked = message.type === "state" && message.you.look && !before.state?.you.look;
    if (looked || (message.type === "moved" && message.room === "hearing")) {
      void chime().catch(() => undefined);
      navigator.vibrate?.([200, 100, 200]);
    }
    this.changed();
  }

  #linked(link: Link, ending: Ending | null): void {
    const was = this.link;
    this.link = link;
    if (link === "lost") this.lostAt_ms ??= Date.now();
    if (link === "live") {
      this.lostAt_ms = null;
      this.media.sayAgain();
      if (was === "lost") setTimeout(() => this.#heal(), HEAL_AFTER_MS);
    }
    if (link === "ended" && ending) this.#ended(ending);
    this.changed();
  }

  /** The court has let this device in: from here on it is as after any join. */
  async #letIn(): Promise<void> {
    this.notice = null;
    this.#rememberJoined(true);
    await this.api.bind().catch(() => undefined);
    this.card = await this.api.card().catch(() => this.card);
    this.changed();
    if (this.card?.you.role !== "observer") await this.media.devices.acquire();
  }

  #refusePass(reason = "unreadable", from?: string): void {
    const known = REASONS.find((one) => one === reason) ?? "unreadable";
    const turnedAway = known === "elsewhere" && this.notice === "knocking";
    this.passFrom = from ?? null;
    this.#rememberJoined(false);
    this.#notify(turnedAway ? "pass_kept" : `pass_${known}`);
  }

  #ended(ending: Ending): void {
    this.media.stop();
    this.#wakeLock.release();
    // The message before it has said why.
    if (ending === "pass_refused") return this.notice?.startsWith("pass_") ? undefined : this.#refusePass();
    const closed = this.hearing.state?.hearing.session === "closed" || this.hearing.bye === "closed";
    if (ending === "over" && (closed || this.card)) return this.#seeEnd();
    if (ending !== "elsewhere") this.#rememberJoined(false);
    this.#notify(ending);
  }

  /** The socket is gone, the hearing is over: the card says so as well. */
  #seeEnd(): void {
    this.#rememberJoined(false);
    const state = this.hearing.state;
    if (state) {
      const hearing = { ...state.hearing, session: "closed" as const };
      this.hearing = { ...this.hearing, state: { ...state, hearing } };
    } else if (this.card) {
      this.joined = false;
      this.card = { ...this.card, hearing: { ...this.card.hearing, session: "closed" } };
    }
    this.changed();
  }

  #closed(): void {
    this.connection.stopMedia();
    this.media.stop();
    this.#wakeLock.release();
    this.#rememberJoined(false);
  }

  /** After the line was away, an offer may have been lost with it. */
  #heal(): void {
    const state = this.hearing.state;
    if (this.link !== "live" || !state?.you.subscribe) return;
    const missing = state.people.some(
      (person) =>
        person.id !== state.you.id &&
        person.room === state.you.room &&
        person.sending.includes("audio") &&
        !this.media.tracks.get(person.id)?.audio,
    );
    if (missing) this.connection.subscribe();
  }

  #watchPage(): void {
    const back = () => {
      if (document.visibilityState !== "visible" || !this.joined || this.notice) return;
      this.connection.check();
      this.media.resume();
    };
    document.addEventListener("visibilitychange", back);
    window.addEventListener("pageshow", back);
    window.addEventListener("online", back);
    // Wi-Fi to mobile: not every browser tells.
    const network = (navigator as { connection?: EventTarget }).connection;
    network?.addEventListener("change", back);
    window.addEventListener("offline", () => this.connection.socket.probe());
  }

  #cardFailed(error: unknown): void {
    const refused = error instanceof ApiError && [400, 401, 403, 404].includes(error.status);
    if (refused) return this.#refusePass(error.reason, error.from);
    this.#retry = setTimeout(() => void this.start(), RETRY_CARD_MS);
    this.#notify("unreachable");
  }

  #notify(notice: Notice): void {
    this.notice = notice;
    this.changed();
  }

  #joinedBefore(): boolean {
    try {
      return sessionStorage.getItem(JOINED_KEY) === this.token;
    } catch {
      return false;
    }
  }

  #rememberJoined(joined: boolean): void {
    try {
      if (joined && this.token) sessionStorage.setItem(JOINED_KEY, this.token);
      else sessionStorage.removeItem(JOINED_KEY);
    } catch {
      // Storage is off: a reload shows the card again.
    }
  }
}

let instance: App | null = null;

/** The page's one app. */
export function theApp(): App {
  instance ??= new App(location.pathname, location.hash);
  return instance;
}
