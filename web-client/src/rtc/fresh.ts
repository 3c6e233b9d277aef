/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A connection that knows the networks of now.  Chromium tells a page of a changed address
 * only 2 s after the change (on Linux; 1.5 s on Windows), and whatever the page makes
 * before that still uses the address that is gone.  A document of its own asks the system
 * anew: its first candidate is there after 20 ms.
 */
export function freshPeer(configuration: RTCConfiguration): RTCPeerConnection {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.setAttribute("aria-hidden", "true");
  document.body.append(frame);
  const own = frame.contentWindow as (Window & { RTCPeerConnection?: typeof RTCPeerConnection }) | null;
  const peer = new (own?.RTCPeerConnection ?? RTCPeerConnection)(configuration);
  const close = peer.close.bind(peer);
  // The document lives as long as its connection, and takes what is left of it along.
  peer.close = () => {
    close();
    frame.remove();
  };
  return peer;
}
