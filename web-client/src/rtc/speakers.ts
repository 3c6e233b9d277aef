/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Plays everybody's sound.  A browser may forbid it until the person taps once. */

import { Emitter } from "../core/emitter.js";
import type { Received } from "./subscribe.js";

export class Speakers extends Emitter {
  readonly #players = new Map<string, HTMLAudioElement>();
  /** The browser waits for a tap before it lets sound out. */
  blocked = false;

  play(tracks: Received): void {
    for (const [participant, player] of this.#players) {
      if (tracks.get(participant)?.audio) continue;
      player.srcObject = null;
      player.remove();
      this.#players.delete(participant);
    }
    for (const [participant, { audio }] of tracks) {
      if (audio) this.#attach(participant, audio);
    }
  }

  /** From a tap, or when the page comes back. */
  resume(): void {
    this.#set(false);
    for (const player of this.#players.values()) if (player.paused) this.#start(player);
  }

  stop(): void {
    this.play(new Map());
  }

  #attach(participant: string, track: MediaStreamTrack): void {
    let player = this.#players.get(participant);
    if (!player) {
      player = document.createElement("audio");
      player.autoplay = true;
      player.dataset["participant"] = participant;
      player.hidden = true;
      document.body.append(player);
      this.#players.set(participant, player);
    }
    const now = player.srcObject instanceof MediaStream ? player.srcObject.getTracks()[0] : null;
    if (now === track) return;
    player.srcObject = new MediaStream([track]);
    this.#start(player);
  }

  #start(player: HTMLAudioElement): void {
    player.play().catch((error: unknown) => {
      if ((error as { name?: string }).name === "NotAllowedError") this.#set(true);
    });
  }

  #set(blocked: boolean): void {
    if (this.blocked === blocked) return;
    this.blocked = blocked;
    this.changed();
  }
}
