/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What this person sends and receives: brings together their own switches, what the
 * court allows, the data mode and the line, and tells the connection.
 */

import { Emitter } from "../core/emitter.js";
import type { Kind, State } from "../core/messages.js";
import { SHAPES, SMALL_VIDEO } from "../rtc/codecs.js";
import type { Connection } from "../rtc/connection.js";
import { Devices } from "../rtc/devices.js";
import type { Device } from "../rtc/devices.js";
import { lift, open, step } from "../rtc/floor.js";
import type { Floor } from "../rtc/floor.js";
import { Meter } from "../rtc/levels.js";
import { Playout } from "../rtc/playout.js";
import type { Tracks } from "../rtc/publish.js";
import { Speakers } from "../rtc/speakers.js";
import { counters, report, rowsOf, sample, seen } from "../rtc/stats.js";
import type { Counters, Sample, Seen } from "../rtc/stats.js";
import type { Received } from "../rtc/subscribe.js";
import { Wishes } from "./wishes.js";

export type Mode = "full" | "save" | "sound";

const MODE_KEY = "oyer.mode";
const SAMPLE_EVERY_MS = 2_000;
/** Every third sample is told to the server: what only this end can see. */
const REPORT_EVERY = 3;
/** A device that a phone call took is asked for again after this long. */
const REOPEN_AFTER_MS = 700;
const TALKING = 0.45;

export class Media extends Emitter {
  readonly devices = new Devices();
  readonly meter = new Meter();
  readonly speakers = new Speakers();
  readonly wishes = new Wishes(
    (wishes) => this.#subscribed && !!this.#connection?.send({ type: "wish", ...wishes }),
  );
  microphoneOn = true;
  cameraOn = true;
  mode: Mode = savedMode();
  floor: Floor = open;
  line: Sample | null = null;
  tracks: Received = new Map();
  /** Talking into a microphone that is off. */
  talkingMuted = false;
  #connection: Connection | null = null;
  #state: State | null = null;
  #published = "";
  #said = "";
  #subscribed = false;
  #counters: Counters | null = null;
  #seen: Seen | null = null;
  #sampled = 0;
  readonly #playout = new Playout();
  #talked = 0;
  #reopened = 0;

  constructor() {
    super();
    this.devices.subscribe(() => this.#devicesChanged());
    this.speakers.subscribe(() => this.changed());
    setInterval(() => void this.#measure(), SAMPLE_EVERY_MS);
    setInterval(() => this.#listen(), 400);
  }

  use(connection: Connection): void {
    this.#connection = connection;
  }

  /** The others' tracks, whenever they change. */
  received(tracks: Received): void {
    this.tracks = tracks;
    this.speakers.play(tracks);
    this.wishes.receive(
      [...tracks].flatMap(([participant, { video, screen }]) => [
        ...(video ? [`${participant}-video`] : []),
        ...(screen ? [`${participant}-screen`] : []),
      ]),
    );
    this.changed();
  }

  see(state: State | null): void {
    this.#state = state;
    this.sync();
  }

  /** The server may have forgotten: say again what is being sent. */
  sayAgain(): void {
    this.#said = "";
    this.wishes.again();
    this.sync();
  }

  /**
   * The microphone is on and nothing comes out of it: the system took it (a phone call),
   * or the server hears no sound in what arrives.
   */
  get unheard(): boolean {
    const you = this.#state?.you;
    const microphone = this.devices.microphone;
    if (!you || !microphone || !this.microphoneOn || this.blocked("audio")) return false;
    if (you.room !== "hearing" || !you.publish.includes("audio")) return false;
    return microphone.muted || (this.#state?.people.find((one) => one.id === you.id)?.silent ?? false);
  }

  /** The court has taken this kind away; pressing its button asks for it back. */
  blocked(kind: Kind): boolean {
    return this.#state?.you.muted.includes(kind) ?? false;
  }

  toggleMicrophone(): void {
    this.talkingMuted = false;
    if (this.blocked("audio")) {
      this.#askBack("audio");
      this.microphoneOn = true;
    } else {
      this.microphoneOn = !this.microphoneOn;
    }
    if (this.microphoneOn && !this.devices.microphone) void this.devices.open("microphone");
    this.sync();
    this.changed();
  }

  toggleCamera(): void {
    if (this.blocked("video")) {
      this.#askBack("video");
      this.cameraOn = true;
    } else {
      this.cameraOn = !this.cameraOn;
    }
    if (!this.cameraOn) this.devices.close("camera");
    else if (!this.devices.camera) void this.devices.open("camera");
    if (this.cameraOn && this.floor.up) this.floor = lift(this.floor);
    this.sync();
    this.changed();
  }

  async toggleScreen(): Promise<void> {
    if (this.devices.screen) this.devices.stopScreen();
    else await this.devices.shareScreen().catch(() => undefined); // the person thought better of it
  }

  async choose(device: Device, id: string): Promise<void> {
    await this.devices.open(device, id);
  }

  setMode(mode: Mode): void {
    this.mode = mode;
    saveMode(mode);
    this.floor = open;
    this.#again();
  }

  /** The person wants to see pictures in spite of the line. */
  retryPictures(): void {
    this.floor = lift(this.floor);
    this.#again();
  }

  /** May this picture come in? */
  accepts(participant: string, kind: Kind): boolean {
    if (kind === "audio") return true;
    if (this.mode === "sound" || this.floor.down) return false;
    if (this.mode === "full" || kind === "screen") return true;
    return this.#state?.people.find((one) => one.id === participant)?.role === "judge";
  }

  /** The page is back from the background. */
  resume(): void {
    this.meter.resume();
    this.speakers.resume();
    this.#reopened = 0;
    this.#reopenLost();
  }

  stop(): void {
    this.#state = null;
    this.devices.closeAll();
    this.meter.detach();
    this.speakers.stop();
    this.#published = "";
    this.#said = "";
    this.#subscribed = false;
  }

  /** Makes the connections be as they should. */
  sync(): void {
    const connection = this.#connection;
    const you = this.#state?.you;
    if (this.devices.microphone) this.devices.microphone.enabled = this.microphoneOn;
    if (!connection || !you || connection.socket.link !== "live") return;

    if (you.subscribe !== this.#subscribed) {
      this.#subscribed = you.subscribe;
      if (you.subscribe) connection.subscribe();
      else connection.unsubscribe();
    }
    // Outside the court room nobody may hear this person, so nothing leaves the device:
    // but for who of the court looks at them in private.
    const looked = you.look ? you.publish.filter((kind) => kind !== "screen") : [];
    const tracks = this.#wanted(you.room === "hearing" ? you.publish : looked);
    const key = Object.entries(tracks)
      .map(([kind, track]) => `${kind}:${track?.id ?? ""}`)
      .join();
    if (key !== this.#published) {
      this.#published = key;
      if (key === "") connection.unpublish();
      else void connection.publish(tracks);
    }
    this.#say(tracks);
  }

  #wanted(allowed: readonly Kind[]): Tracks {
    const tracks: Tracks = {};
    const { microphone, camera, screen } = this.devices;
    const showsCamera = this.cameraOn && this.mode !== "sound" && !this.floor.up;
    // What was sent before stays as a silent place: changing a device is no new negotiation.
    const had = (kind: Kind) => this.#published.includes(`${kind}:`);
    if (allowed.includes("audio") && (microphone || had("audio"))) tracks.audio = microphone;
    if (allowed.includes("video") && (camera || had("video"))) {
      tracks.video = showsCamera ? camera : null;
    }
    if (allowed.includes("screen") && (screen || had("screen"))) tracks.screen = screen;
    return tracks;
  }

  /** A mute that is not locked may be lifted by the person themselves. */
  #askBack(kind: Kind): void {
    const you = this.#state?.you;
    if (!you || you.locked) return;
    const command = { type: "command", do: "unmute", participant: you.id, kinds: [kind] } as const;
    this.#connection?.request(command).catch(() => undefined);
  }

  #say(tracks: Tracks): void {
    const now = {
      audio: !!tracks.audio && this.microphoneOn,
      video: !!tracks.video,
      screen: !!tracks.screen,
    };
    const text = JSON.stringify(now);
    if (text === this.#said) return;
    if (this.#connection?.send({ type: "media", ...now })) this.#said = text;
  }

  /** After a change of mode: the others' pictures are chosen anew, mine is reshaped. */
  #again(): void {
    const connection = this.#connection;
    if (connection) {
      void connection.publisher.setShape("video", this.mode === "full" ? SHAPES.video : SMALL_VIDEO);
      if (this.#subscribed) connection.subscribe();
    }
    this.sync();
    this.changed();
  }

  #devicesChanged(): void {
    const { microphone } = this.devices;
    if (microphone !== this.#metered) {
      this.#metered = microphone;
      this.meter.attach(microphone);
    }
    if (microphone) microphone.onmute = microphone.onunmute = () => this.changed();
    this.sync();
    this.changed();
    this.#reopenLost();
  }

  #metered: MediaStreamTrack | null = null;

  /** A track that ended by itself lies about its state; only a fresh capture brings it back. */
  #reopenLost(): void {
    if (document.visibilityState !== "visible" || this.#reopened >= 3) return;
    const lost = (["microphone", "camera"] as const).filter(
      (device) =>
        this.devices.health[device] === "busy" &&
        !this.devices.get(device) &&
        (device === "microphone" || this.cameraOn),
    );
    if (lost.length === 0 || !this.#state) return;
    this.#reopened += 1;
    setTimeout(() => {
      for (const device of lost) if (!this.devices.get(device)) void this.devices.open(device);
    }, REOPEN_AFTER_MS);
  }

  async #measure(): Promise<void> {
    const connection = this.#connection;
    if (!connection || (!this.#subscribed && this.#published === "")) return;
    const down = await rowsOf(connection.subscriber.peer);
    const now = counters(down, Date.now());
    this.#playout.see(connection.subscriber.peer, down);
    const up = await rowsOf(connection.publisher.peer);
    this.line = sample(up, this.#counters, now);
    this.#counters = now;
    await this.#report(connection, seen(down));
    const before = this.floor;
    this.floor = this.mode === "full" ? step(before, this.line) : before;
    if (before.up !== this.floor.up || before.down !== this.floor.down) this.#again();
  }

  /** The battery and the page's place tell a judge why somebody may have dropped out. */
  async #report(connection: Connection, now: Seen): Promise<void> {
    this.#sampled += 1;
    if (this.#sampled % REPORT_EVERY !== 0) return;
    const battery = await batteryLeft();
    connection.send({
      type: "report",
      ...report(this.line, this.#seen, now),
      hidden: document.visibilityState === "hidden",
      ...(battery === null ? {} : { battery }),
    });
    this.#seen = now;
  }

  #listen(): void {
    const loud = !this.microphoneOn && this.meter.level() > TALKING;
    this.#talked = loud ? this.#talked + 1 : 0;
    if (this.#talked === 3 && !this.talkingMuted) {
      this.talkingMuted = true;
      this.changed();
      setTimeout(() => {
        this.talkingMuted = false;
        this.changed();
      }, 6_000);
    }
  }
}

/** In percent; null where the browser does not tell. */
async function batteryLeft(): Promise<number | null> {
  const asked = navigator as { getBattery?: () => Promise<{ level: number; charging: boolean }> };
  const battery = await asked.getBattery?.().catch(() => null);
  return battery && !battery.charging ? Math.round(battery.level * 100) : null;
}

function savedMode(): Mode {
  try {
    const mode = localStorage.getItem(MODE_KEY);
    return mode === "save" || mode === "sound" ? mode : "full";
  } catch {
    return "full";
  }
}

function saveMode(mode: Mode): void {
  try {
    localStorage.setItem(MODE_KEY, mode);
  } catch {
    // Storage is off: the choice lasts for this page.
  }
}
