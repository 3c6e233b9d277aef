/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The little that the client reads out of the server's offers. */

import type { Kind } from "../core/messages.js";

export interface Section {
  readonly mid: string;
  readonly participant: string;
  readonly kind: Kind;
  /** The server sends on it now. */
  readonly sends: boolean;
}

/** The sections of `sdp` that carry somebody: `a=msid:<participant> <participant>-<kind>`. */
export function sections(sdp: string): readonly Section[] {
  const parts = sdp.split(/\r?\nm=/).slice(1);
  return parts.flatMap((part) => {
    const mid = /^a=mid:(\S+)/m.exec(part)?.[1];
    const msid = /^a=msid:(\S+)(?: (\S+))?/m.exec(part);
    if (mid === undefined || !msid?.[1]) return [];
    const track = msid[2] ?? "";
    const suffix = /-(audio|video|screen)$/.exec(track)?.[1];
    const kind = (suffix ?? (part.startsWith("audio") ? "audio" : "video")) as Kind;
    const sends = !/^a=(inactive|recvonly)\s*$/m.test(part) && !/^\S+ 0 /.test(part);
    return [{ mid, participant: msid[1], kind, sends }];
  });
}

/** What tells one connection of the server from the next. */
export function identity(sdp: string): string {
  const ufrag = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? "";
  const origin = /^o=\S+ (\S+)/m.exec(sdp)?.[1] ?? "";
  return `${origin} ${ufrag}`;
}
