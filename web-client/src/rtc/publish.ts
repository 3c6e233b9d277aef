/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The connection that carries this person's voice, camera and screen to the court.
 * It is told which tracks there should be (`want`) and makes it so, one negotiation at
 * a time.
 */

import type { Kind } from "../core/messages.js";
import { preferCodecs, shape, SHAPES } from "./codecs.js";
import type { Shape } from "./codecs.js";
import { PromiseQueue } from "./queue.js";

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
    const transceiver = this.#transceivers.get(kind);
    return transceiver ? shape(transceiver.sender, wanted) : Promise.resolve();
  }

  /** Finds a new way through the network for the same connection. */
  restart(): Promise<void> {
    return this.#queue.run(async () => {
      if (!this.#peer) return this.#sync(false);
      this.#peer.restartIce();
      return this.#negotiate();
    });
  }

  /** Throws the connection away and makes it anew. */
  rebuild(): Promise<void> {
    return this.#queue.run(() => this.#sync(true));
  }

  close(): void {
    this.#wanted = {};
    this.#drop();
  }

  #drop(): void {
    const peer = this.#peer;
    this.#peer = null;
    this.#transceivers.clear();
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
      if (track) await shape(transceiver.sender, this.#shapes[kind]);
    }
    if (missing.length === 0) return;
    const peer = this.#peer ?? this.#make();
    for (const kind of missing) {
      const track = this.#wanted[kind] as MediaStreamTrack;
      if (kind === "screen") track.contentHint = "detail";
      const { maxBitrate, maxFramerate } = this.#shapes[kind];
      const encoding = maxFramerate === undefined ? { maxBitrate } : { maxBitrate, maxFramerate };
      const transceiver = peer.addTransceiver(track, {
        direction: "sendonly",
        sendEncodings: [encoding],
      });
      preferCodecs(transceiver, kind);
      this.#transceivers.set(kind, transceiver);
    }
    await this.#negotiate();
    for (const kind of missing) {
      const transceiver = this.#transceivers.get(kind);
      if (transceiver) await shape(transceiver.sender, this.#shapes[kind]);
    }
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
      // Half a negotiation is worth nothing: the next attempt starts from an empty page.
      if (this.#peer === peer) this.#drop();
      throw error;
    }
  }
}
