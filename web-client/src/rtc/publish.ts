/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The connection that carries this person's voice, camera and screen to the court.
 * It is told which tracks there should be (`want`) and makes it so, one negotiation at
 * a time.
 */

import type { Kind, Layers } from "../core/messages.js";
import { ALL_LAYERS, encodings, preferCodecs, shape, SHAPES } from "./codecs.js";
import type { Shape } from "./codecs.js";
import { PromiseQueue } from "./queue.js";
import { Refused } from "./socket.js";

export type Tracks = Partial<Record<Kind, MediaStreamTrack | null>>;

export interface PublishOptions {
  makePeer(): RTCPeerConnection;
  /** Sends the offer, returns the answer. */
  offer(sdp: string, tracks: { mid: string; kind: Kind }[]): Promise<string>;
  onState(state: RTCPeerConnectionState): void;
}

const KINDS: readonly Kind[] = ["audio", "video", "screen"];

export class Publisher {
  readonly #options: PublishOptions;
  readonly #queue = new PromiseQueue();
  readonly #transceivers = new Map<Kind, RTCRtpTransceiver>();
  #shapes: Record<Kind, Shape> = { ...SHAPES };
  /** What the server has use for, of this connection. */
  readonly #layers = new Map<Kind, Layers>();
  #wanted: Tracks = {};
  #peer: RTCPeerConnection | null = null;

  constructor(options: PublishOptions) {
    this.#options = options;
  }

  get peer(): RTCPeerConnection | null {
    return this.#peer;
  }

  get state(): RTCPeerConnectionState | "none" {
    return this.#peer?.connectionState ?? "none";
  }

  /**
   * A kind with a track is sent; one with null is kept but silent; one that is not
   * named was never there.  Resolves when the server has agreed.
   */
  want(tracks: Tracks): Promise<void> {
    this.#wanted = tracks;
    return this.#queue.run(() => this.#sync(false));
  }

  setShape(kind: Kind, wanted: Shape): Promise<void> {
    this.#shapes = { ...this.#shapes, [kind]: wanted };
    return this.#queue.run(() => this.#shape(kind));
  }

  /** The server says which layers anybody has use for. */
  setLayers(kind: Kind, layers: Layers): Promise<void> {
    return this.#queue.run(() => {
      this.#layers.set(kind, layers);
      return this.#shape(kind);
    });
  }

  /** Finds a new way through the network for the same connection. */
  restart(): Promise<void> {
    const old = this.#peer;
    return this.#queue.run(async () => {
      if (!this.#peer || this.#peer !== old) return this.#sync(false);
      this.#peer.restartIce();
      return this.#negotiate();
    });
  }

  /** Throws the connection of now away and makes it anew; one that is newer by then stays. */
  rebuild(): Promise<void> {
    const old = this.#peer;
    return this.#queue.run(() => this.#sync(this.#peer === old));
  }

  close(): void {
    this.#wanted = {};
    this.#drop();
  }

  #drop(): void {
    const peer = this.#peer;
    this.#peer = null;
    this.#transceivers.clear();
    this.#layers.clear();
    if (!peer) return;
    peer.onconnectionstatechange = null;
    peer.close();
    this.#options.onState("closed");
  }

  async #sync(anew: boolean): Promise<void> {
    if (anew) this.#drop();
    const missing = KINDS.filter((kind) => this.#wanted[kind] && !this.#transceivers.has(kind));
    for (const [kind, transceiver] of this.#transceivers) {
      const track = this.#wanted[kind] ?? null;
      if (transceiver.sender.track !== track) await transceiver.sender.replaceTrack(track);
      if (track) await this.#shape(kind);
    }
    if (missing.length === 0) return;
    const peer = this.#peer ?? this.#make();
    for (const kind of missing) {
      const track = this.#wanted[kind] as MediaStreamTrack;
      if (kind === "screen") track.contentHint = "detail";
      const transceiver = peer.addTransceiver(track, {
        direction: "sendonly",
        sendEncodings: encodings(kind, track, this.#shapes[kind]),
      });
      preferCodecs(transceiver, kind);
      this.#transceivers.set(kind, transceiver);
    }
    await this.#negotiate();
    for (const kind of missing) await this.#shape(kind);
  }

  async #shape(kind: Kind): Promise<void> {
    const transceiver = this.#transceivers.get(kind);
    const layers = this.#layers.get(kind) ?? ALL_LAYERS;
    if (transceiver) await shape(transceiver.sender, this.#shapes[kind], layers);
  }

  #make(): RTCPeerConnection {
    const peer = this.#options.makePeer();
    this.#peer = peer;
    peer.onconnectionstatechange = () => {
      if (this.#peer === peer) this.#options.onState(peer.connectionState);
    };
    return peer;
  }

  async #negotiate(): Promise<void> {
    const peer = this.#peer;
    if (!peer) return;
    try {
      await peer.setLocalDescription(await peer.createOffer());
      const tracks = [...this.#transceivers].flatMap(([kind, { mid }]) =>
        mid === null ? [] : [{ mid, kind }],
      );
      const sdp = await this.#options.offer(peer.localDescription?.sdp ?? "", tracks);
      if (this.#peer === peer) await peer.setRemoteDescription({ type: "answer", sdp });
    } catch (error) {
      // Half a negotiation is worth nothing: the next attempt starts from an empty page.  Only a
      // connection that there was before goes on as it is when the line broke before the answer.
      const stays = peer.remoteDescription !== null && error instanceof Refused && error.code === "lost";
      if (this.#peer === peer && !stays) this.#drop();
      throw error;
    }
  }
}
