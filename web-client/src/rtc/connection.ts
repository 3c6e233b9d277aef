/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Everything that goes between this page and the server: one WebSocket, one connection
 * up, one connection down.  It keeps them alive by itself; whoever owns it says what
 * should be sent and hears what comes.
 */

import type { ClientMessage, IceServer, Kind, Language, ServerMessage } from "../core/messages.js";
import { Publisher } from "./publish.js";
import { Pulse, PULSE_EVERY_MS } from "./pulse.js";
import type { Tracks } from "./publish.js";
import { Recovery } from "./recovery.js";
import { Refused, Socket } from "./socket.js";
import type { Ending, Link, SocketLike } from "./socket.js";
import { Subscriber } from "./subscribe.js";
import type { Received } from "./subscribe.js";

/** Quiet for this long although the server has answered of late: the way of media alone is lost. */
const MEDIA_ALONE_MS = 2_000;
const OF_LATE_MS = 1_200;
/** The browser finds its own old way again within this time of the line's being back. */
const MENDS_ITSELF_MS = 400;
/** A suspicion that nothing came of. */
const SUSPECT_FOR_MS = 6_000;
/** By then every browser has told its page of a new network. */
const MOVED_FOR_MS = 3_000;

export type PeerState = RTCPeerConnectionState | "none";

export interface ConnectionOptions {
  hello(): { token: string; device: string; language: Language; agent: string };
  makeSocket(): SocketLike;
  /** `fresh`: the network may be another than a moment ago. */
  makePeer(configuration: RTCConfiguration, fresh: boolean): RTCPeerConnection;
  accepts(participant: string, kind: Kind): boolean;
  onMessage(message: ServerMessage): void;
  onLink(link: Link, ending: Ending | null): void;
  onMedia(): void;
  onTracks(tracks: Received): void;
}

export class Connection {
  readonly socket: Socket;
  readonly publisher: Publisher;
  readonly subscriber: Subscriber;
  readonly #options: ConnectionOptions;
  readonly #up: Recovery;
  readonly #down: Recovery;
  readonly #pulses: readonly [Pulse, Pulse];
  readonly #pulse: ReturnType<typeof setInterval>;
  /** Until when media is taken for lost as soon as there is another line. */
  #suspect_ms = 0;
  /** When the line to the server came up. */
  #live_ms = 0;
  /** Until when this device is taken to be in another network. */
  #moved_ms = 0;
  #publishing = false;
  #subscribed = false;
  #iceServers: IceServer[] = [];

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const live = () => this.socket.link === "live";
    const makePeer = (bundlePolicy: RTCBundlePolicy) =>
      options.makePeer({ iceServers: this.#iceServers, bundlePolicy }, Date.now() < this.#moved_ms);

    this.socket = new Socket({
      make: () => options.makeSocket(),
      hello: () => options.hello(),
      onMessage: (message) => this.#hear(message),
      onLink: (link, ending) => this.#linked(link, ending),
    });
    this.publisher = new Publisher({
      makePeer: () => makePeer("max-bundle"),
      offer: async (sdp, tracks) => {
        const reply = await this.socket.request({ type: "publish", sdp, tracks }, false);
        if (reply.sdp === undefined) throw new Refused("media", "no answer");
        return reply.sdp;
      },
      onState: (state) => this.#moved(this.#up, state, this.#publishing),
    });
    this.subscriber = new Subscriber({
      // While nobody sends, the server's offer is empty, which "max-bundle" refuses.
      makePeer: () => makePeer("balanced"),
      answer: (negotiation, sdp) => void this.socket.send({ type: "answer", negotiation, sdp }),
      accepts: (participant, kind) => options.accepts(participant, kind),
      onState: (state) => this.#moved(this.#down, state, this.#subscribed),
      onTracks: (tracks) => options.onTracks(tracks),
    });
    this.#up = new Recovery({
      live,
      restart: () => this.publisher.restart(),
      rebuild: () => this.publisher.rebuild(),
    });
    this.#down = new Recovery({
      live,
      restart: () => this.#askForOffer(),
      rebuild: () => this.#askForOffer(),
    });
    const pulse = (recovery: Recovery, peer: () => RTCPeerConnection | null) =>
      new Pulse({
        peer,
        onQuiet: (quiet_ms) => this.#quiet(recovery, quiet_ms),
        onFlow: () => this.#flows(recovery, peer()),
      });
    this.#pulses = [
      pulse(this.#up, () => (this.#publishing ? this.publisher.peer : null)),
      pulse(this.#down, () => (this.#subscribed ? this.subscriber.peer : null)),
    ];
    this.#pulse = setInterval(() => this.#look(), PULSE_EVERY_MS);
  }

  get publishState(): PeerState {
    return this.#publishing ? this.publisher.state : "none";
  }

  get subscribeState(): PeerState {
    return this.#subscribed ? this.subscriber.state : "none";
  }

  /** Since when media has been in trouble, or null. */
  get troubleSince_ms(): number | null {
    const times = [this.#up.since_ms, this.#down.since_ms].filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  open(): void {
    this.socket.open();
  }

  close(ending: Ending): void {
    clearInterval(this.#pulse);
    this.stopMedia();
    this.socket.close(ending);
  }

  request(message: ClientMessage): Promise<unknown> {
    return this.socket.request(message);
  }

  send(message: ClientMessage): boolean {
    return this.socket.send(message);
  }

  async publish(tracks: Tracks): Promise<void> {
    this.#publishing = true;
    try {
      await this.publisher.want(tracks);
    } catch {
      if (this.#publishing && this.socket.link !== "ended") this.#up.see("failed");
    }
  }

  unpublish(): void {
    if (!this.#publishing) return;
    this.#publishing = false;
    this.#up.stop();
    this.publisher.close();
    this.send({ type: "unpublish" });
    this.#options.onMedia();
  }

  subscribe(): void {
    this.#subscribed = true;
    this.#askForOffer().catch(() => {
      if (this.#subscribed && this.socket.link !== "ended") this.#down.see("failed");
    });
  }

  unsubscribe(): void {
    if (!this.#subscribed) return;
    this.#subscribed = false;
    this.#down.stop();
    this.subscriber.close();
    this.#options.onMedia();
  }

  /** After a pause of the page or a change of network: is everything still there? */
  check(): void {
    this.#suspect_ms = Date.now() + SUSPECT_FOR_MS;
    this.socket.probe();
    if (this.#publishing) this.#recheck(this.#up, this.publisher.peer);
    if (this.#subscribed) this.#recheck(this.#down, this.subscriber.peer);
  }

  /** The person pressed "Rejoin". */
  rejoin(): void {
    this.socket.open();
    if (this.#publishing) this.#up.now();
    if (this.#subscribed) this.#down.now();
  }

  #recheck(recovery: Recovery, peer: RTCPeerConnection | null): void {
    const state = peer?.connectionState;
    if (state === "disconnected" || state === "failed") recovery.now();
  }

  async #askForOffer(): Promise<void> {
    await this.socket.request({ type: "subscribe" }, false);
  }

  #hear(message: ServerMessage): void {
    if (message.type === "welcome") this.#iceServers = message.ice_servers ?? [];
    if (message.type === "offer") {
      if (!this.#subscribed) return;
      this.subscriber.take(message.negotiation, message.sdp).catch(() => this.#down.see("failed"));
      return;
    }
    if (message.type === "layers") {
      void this.publisher.setLayers(message.kind, message);
      return;
    }
    if (message.type === "reconnect") {
      if (message.connection !== "subscribe" && this.#publishing) {
        anew(this.#up, this.publisher.state);
      }
      if (message.connection !== "publish" && this.#subscribed) {
        anew(this.#down, this.subscriber.state);
      }
      return;
    }
    this.#options.onMessage(message);
  }

  #linked(link: Link, ending: Ending | null): void {
    if (link === "ended") this.stopMedia();
    this.#options.onLink(link, ending);
    if (link !== "live") return;
    this.#live_ms = Date.now();
    const suspect = Date.now() < this.#suspect_ms;
    this.#suspect_ms = 0;
    if (suspect) this.#moved_ms = Date.now() + MOVED_FOR_MS;
    const [up, down] = this.#pulses;
    if (this.#publishing) mend(this.#up, this.publisher.state, suspect && !up.flows);
    if (this.#subscribed) mend(this.#down, this.subscriber.state, suspect && !down.flows);
  }

  #look(): void {
    for (const pulse of this.#pulses) void pulse.look().catch(() => undefined);
  }

  /** Nothing comes in any more.  Is it the line, or media alone? */
  #quiet(recovery: Recovery, quiet_ms: number): void {
    if (recovery.since_ms !== null || this.socket.link !== "live") return;
    // While the line was away nothing could come; after it media has its time, too.
    const alone_ms = Math.min(quiet_ms, Date.now() - this.#live_ms);
    const answers = Date.now() - this.socket.heard_ms < OF_LATE_MS;
    if (alone_ms >= MEDIA_ALONE_MS && answers) return recovery.again();
    if (Date.now() >= this.#suspect_ms) this.socket.probe();
    this.#suspect_ms = Date.now() + SUSPECT_FOR_MS;
  }

  #flows(recovery: Recovery, peer: RTCPeerConnection | null): void {
    this.#suspect_ms = 0;
    if (peer?.connectionState === "connected") recovery.stop();
    this.#options.onMedia();
  }

  #moved(recovery: Recovery, state: RTCPeerConnectionState, wanted: boolean): void {
    if (wanted) recovery.see(state);
    this.#options.onMedia();
  }

  /** No more sound and picture; the socket stays. */
  stopMedia(): void {
    this.#publishing = false;
    this.#subscribed = false;
    this.#up.stop();
    this.#down.stop();
    this.publisher.close();
    this.subscriber.close();
  }
}

/** The line is there (again): so must media be. */
function mend(recovery: Recovery, state: PeerState, suspect: boolean): void {
  if (state !== "connected") recovery.now(MENDS_ITSELF_MS);
  else if (suspect) recovery.now();
}

function anew(recovery: Recovery, state: PeerState): void {
  if (state === "new" || state === "connecting") recovery.soon();
  else recovery.now();
}
