/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The connection that brings everybody else's sound and picture.  The server offers,
 * this answers; an offer with another identity is a new connection and replaces the old.
 */

import type { Kind } from "../core/messages.js";
import { PromiseQueue } from "./queue.js";
import { identity, sections } from "./sdp.js";

export type Received = ReadonlyMap<string, Readonly<Partial<Record<Kind, MediaStreamTrack>>>>;

export interface SubscribeOptions {
  makePeer(): RTCPeerConnection;
  answer(negotiation: number, sdp: string): void;
  /** May this kind from this person come in?  (Data modes.)  Sound is never asked about. */
  accepts(participant: string, kind: Kind): boolean;
  onState(state: RTCPeerConnectionState): void;
  onTracks(tracks: Received): void;
}

export class Subscriber {
  readonly #options: SubscribeOptions;
  readonly #queue = new PromiseQueue();
  #peer: RTCPeerConnection | null = null;
  #identity = "";

  constructor(options: SubscribeOptions) {
    this.#options = options;
  }

  get peer(): RTCPeerConnection | null {
    return this.#peer;
  }

  get state(): RTCPeerConnectionState | "none" {
    return this.#peer?.connectionState ?? "none";
  }

  take(negotiation: number, sdp: string): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#peer && identity(sdp) !== this.#identity) this.#drop();
      try {
        await this.#answer(negotiation, sdp);
      } catch {
        // An offer that the old connection cannot follow may still be good for a new one.
        this.#drop();
        await this.#answer(negotiation, sdp);
      }
    });
  }

  close(): void {
    this.#drop();
    this.#options.onTracks(new Map());
  }

  async #answer(negotiation: number, sdp: string): Promise<void> {
    const peer = this.#peer ?? this.#make();
    this.#identity = identity(sdp);
    await peer.setRemoteDescription({ type: "offer", sdp });
    const offered = new Map(sections(sdp).map((section) => [section.mid, section]));
    for (const transceiver of peer.getTransceivers()) {
      const section = offered.get(transceiver.mid ?? "");
      if (!section || transceiver.direction === "stopped") continue;
      const wanted =
        section.kind === "audio" || this.#options.accepts(section.participant, section.kind);
      const direction = section.sends && wanted ? "recvonly" : "inactive";
      if (transceiver.direction !== direction) transceiver.direction = direction;
    }
    await peer.setLocalDescription(await peer.createAnswer());
    if (this.#peer !== peer) return;
    this.#options.answer(negotiation, peer.localDescription?.sdp ?? "");
    this.#options.onTracks(collect(peer, sdp));
  }

  #make(): RTCPeerConnection {
    const peer = this.#options.makePeer();
    this.#peer = peer;
    peer.onconnectionstatechange = () => {
      if (this.#peer === peer) this.#options.onState(peer.connectionState);
    };
    return peer;
  }

  #drop(): void {
    const peer = this.#peer;
    this.#peer = null;
    this.#identity = "";
    if (!peer) return;
    peer.onconnectionstatechange = null;
    peer.close();
    this.#options.onState("closed");
  }
}

/** Who comes in on `peer`, read from the offer: Firefox gives tracks ids of its own. */
function collect(peer: RTCPeerConnection, sdp: string): Received {
  const byMid = new Map(peer.getTransceivers().map((one) => [one.mid, one]));
  const out = new Map<string, Partial<Record<Kind, MediaStreamTrack>>>();
  for (const { mid, participant, kind, sends } of sections(sdp)) {
    const transceiver = byMid.get(mid);
    if (!sends || !transceiver || transceiver.direction === "inactive") continue;
    out.set(participant, { ...out.get(participant), [kind]: transceiver.receiver.track });
  }
  return out;
}
