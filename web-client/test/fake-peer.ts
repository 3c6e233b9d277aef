/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A browser's socket and peer connection, as far as the client uses them. */

import type { SocketLike } from "../src/rtc/socket.js";

type Json = Record<string, unknown>;

export class FakeSocket implements SocketLike {
  readyState = 0;
  sent: Json[] = [];
  onopen: SocketLike["onopen"] = null;
  onmessage: SocketLike["onmessage"] = null;
  onclose: SocketLike["onclose"] = null;
  onerror: SocketLike["onerror"] = null;

  /** The line is there and nothing comes over it. */
  deaf = false;

  send(text: string): void {
    const message = JSON.parse(text) as Json;
    this.sent.push(message);
    if (message["type"] === "ping" && !this.deaf) setTimeout(() => this.hear({ type: "pong" }), 0);
  }

  close(): void {
    this.readyState = 3;
  }

  /** The server is there and knows us. */
  welcome(): void {
    this.readyState = 1;
    this.onopen?.({} as Event);
    this.hear({ type: "welcome", version: 1, you: "me", hearing: "h", ice_servers: [] });
  }

  hear(message: Json): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  }

  drop(code: number): void {
    this.onclose?.({ code } as CloseEvent);
  }

  last(type: string): Json | undefined {
    return this.sent.filter((one) => one["type"] === type).at(-1);
  }

  answerLast(reply: Json): void {
    const asked = this.sent.filter((one) => one["id"] !== undefined).at(-1);
    this.hear({ type: "ok", id: asked?.["id"], ...reply });
  }

  refuseLast(code: string): void {
    const asked = this.sent.filter((one) => one["id"] !== undefined).at(-1);
    this.hear({ type: "error", id: asked?.["id"], code, text: "" });
  }
}

let trackCount = 0;

export function fakeTrack(kind: string): MediaStreamTrack {
  trackCount += 1;
  const made = { id: `track-${trackCount}`, kind, contentHint: "", getSettings: () => ({}) };
  return made as unknown as MediaStreamTrack;
}

class FakeSender {
  track: MediaStreamTrack | null;
  constructor(track: MediaStreamTrack | null) {
    this.track = track;
  }
  replaceTrack(track: MediaStreamTrack | null): Promise<void> {
    this.track = track;
    return Promise.resolve();
  }
  getParameters(): { encodings: object[] } {
    return { encodings: [{}] };
  }
  setParameters(): Promise<void> {
    return Promise.resolve();
  }
}

interface FakeTransceiver {
  mid: string | null;
  direction: string;
  sender: FakeSender;
  receiver: { track: MediaStreamTrack };
}

export class FakePeer {
  /** Every description is refused, as a browser does with one that it cannot read. */
  static refuses = false;
  connectionState: RTCPeerConnectionState = "new";
  localDescription: { sdp: string } | null = null;
  remoteDescription: { sdp: string } | null = null;
  onconnectionstatechange: (() => void) | null = null;
  restarts = 0;
  /** Made for a network that may be another. */
  fresh = false;
  /** Received, as the statistics have it. */
  packets = 0;
  #transceivers: FakeTransceiver[] = [];

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  addTransceiver(track: MediaStreamTrack, init: { direction: string }): FakeTransceiver {
    const made = {
      mid: null,
      direction: init.direction,
      sender: new FakeSender(track),
      receiver: { track: fakeTrack(track.kind) },
    };
    this.#transceivers.push(made);
    return made;
  }

  getTransceivers(): FakeTransceiver[] {
    return this.#transceivers;
  }

  restartIce(): void {
    this.restarts += 1;
  }

  createOffer(): Promise<{ type: string; sdp: string }> {
    return Promise.resolve({ type: "offer", sdp: "offer" });
  }

  createAnswer(): Promise<{ type: string; sdp: string }> {
    return Promise.resolve({ type: "answer", sdp: "answer" });
  }

  setLocalDescription(description: { sdp: string }): Promise<void> {
    this.localDescription = description;
    this.#transceivers.forEach((one, index) => (one.mid ??= String(index)));
    return Promise.resolve();
  }

  setRemoteDescription(description: { type: string; sdp: string }): Promise<void> {
    if (FakePeer.refuses) return Promise.reject(new Error("refused"));
    this.remoteDescription = description;
    const { type, sdp } = description;
    if (type !== "offer") return Promise.resolve();
    for (const mid of sdp.match(/(?<=a=mid:)\S+/g) ?? []) {
      if (this.#transceivers.some((one) => one.mid === mid)) continue;
      this.#transceivers.push({
        mid,
        direction: "recvonly",
        sender: new FakeSender(null),
        receiver: { track: fakeTrack("any") },
      });
    }
    return Promise.resolve();
  }

  getStats(): Promise<Map<string, object>> {
    return Promise.resolve(new Map([["t", { type: "transport", packetsReceived: this.packets }]]));
  }

  close(): void {
    this.connectionState = "closed";
  }
}

/** An offer of the server with one line a track. */
export function offerSdp(ufrag: string, tracks: string[]): string {
  const lines = tracks.flatMap((track, mid) => [
    `m=${track.endsWith("-audio") ? "audio" : "video"} 9 UDP/TLS/RTP/SAVPF 96`,
    `a=mid:${mid}`,
    `a=ice-ufrag:${ufrag}`,
    "a=sendonly",
    `a=msid:${track.replace(/-\w+$/, "")} ${track}`,
  ]);
  return ["v=0", "o=- 1 1 IN IP4 127.0.0.1", ...lines, ""].join("\r\n");
}
