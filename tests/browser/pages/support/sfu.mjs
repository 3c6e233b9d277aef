/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The media half for page tests: another page of the same browser that answers the
 * client's offer and sends it moving pictures, one for each person, over loopback.
 */

export class PageSfu {
  #page;
  #who;
  #negotiation = 0;

  /** `who`: [{id, color, kinds}], the people whose pictures are sent. */
  constructor(page, who) {
    this.#page = page;
    this.#who = who;
  }

  static async make(context, base, who) {
    const page = await context.newPage();
    await page.goto(`${base}/icon.svg`);
    await page.evaluate(setUp);
    return new PageSfu(page, who);
  }

  answer(sdp) {
    return this.#page.evaluate((offer) => globalThis.sfu.answer(offer), sdp);
  }

  async offer() {
    this.#negotiation += 1;
    const sdp = await this.#page.evaluate((who) => globalThis.sfu.offer(who), this.#who);
    return { negotiation: this.#negotiation, sdp };
  }

  answered({ sdp }) {
    return this.#page.evaluate((answer) => globalThis.sfu.answered(answer), sdp).catch(() => {});
  }

  /** What the client sends arrives: bytes by kind. */
  receivedBytes() {
    return this.#page.evaluate(() => globalThis.sfu.receivedBytes());
  }

  /** Both connections die, as when the media process is killed. */
  kill() {
    return this.#page.evaluate(() => globalThis.sfu.kill());
  }
}

/** Runs in the page. */
function setUp() {
  const all = new Set();
  let publisher = null;
  let sender = null;
  const gathered = (peer) =>
    new Promise((done) => {
      if (peer.iceGatheringState === "complete") return done();
      peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done();
      setTimeout(done, 1500);
    });
  const make = () => {
    const peer = new RTCPeerConnection();
    all.add(peer);
    return peer;
  };
  const picture = (color, name) => {
    const canvas = new OffscreenCanvas(320, 180);
    const context = canvas.getContext("2d");
    const generator = new MediaStreamTrackGenerator({ kind: "video" });
    const writer = generator.writable.getWriter();
    let n = 0;
    setInterval(() => {
      context.fillStyle = color;
      context.fillRect(0, 0, 320, 180);
      context.fillStyle = "rgba(255,255,255,.85)";
      context.beginPath();
      context.arc(160, 75, 34, 0, 7);
      context.arc(160, 190, 80, 0, 7);
      context.fill();
      context.fillStyle = "#fff";
      context.fillRect((n * 4) % 320, 172, 24, 6);
      context.font = "16px sans-serif";
      context.fillText(name, 8, 22);
      n += 1;
      void writer.write(new VideoFrame(canvas, { timestamp: n * 100000 })).catch(() => {});
    }, 100);
    return generator;
  };
  globalThis.sfu = {
    async answer(sdp) {
      publisher = publisher?.connectionState === "closed" ? null : publisher;
      const ufrag = (text) => /a=ice-ufrag:(\S+)/.exec(text ?? "")?.[1];
      const session = (text) => /o=\S+ (\S+)/.exec(text ?? "")?.[1];
      if (publisher && session(publisher.remoteDescription?.sdp) !== session(sdp)) publisher = null;
      publisher ??= make();
      void ufrag;
      await publisher.setRemoteDescription({ type: "offer", sdp });
      await publisher.setLocalDescription(await publisher.createAnswer());
      await gathered(publisher);
      return publisher.localDescription.sdp;
    },
    async offer(who) {
      sender = make();
      for (const { id, color, kinds } of who) {
        for (const kind of kinds) {
          const stream = new MediaStream();
          let track;
          if (kind === "audio") {
            const context = new AudioContext();
            const out = context.createMediaStreamDestination();
            new OscillatorNode(context, { frequency: 0 }).connect(out);
            track = out.stream.getAudioTracks()[0];
          } else track = picture(color, id);
          const one = sender.addTransceiver(track, { direction: "sendonly", streams: [stream] });
          one.label = `${id} ${id}-${kind}`;
        }
      }
      await sender.setLocalDescription(await sender.createOffer());
      await gathered(sender);
      const labels = new Map(sender.getTransceivers().map((one) => [one.mid, one.label]));
      const parts = sender.localDescription.sdp.split("\r\nm=");
      const named = parts.map((part, index) => {
        if (index === 0) return part;
        const mid = /a=mid:(\S+)/.exec(part)[1];
        return part.replace(/a=msid:\S+ \S+/, `a=msid:${labels.get(mid)}`).replace(/a=ssrc:\d+ msid:.*\r\n/g, "");
      });
      return named.join("\r\nm=");
    },
    async answered(sdp) {
      await sender?.setRemoteDescription({ type: "answer", sdp });
    },
    async receivedBytes() {
      const out = { audio: 0, video: 0 };
      if (!publisher) return out;
      (await publisher.getStats()).forEach((row) => {
        if (row.type === "inbound-rtp") out[row.kind] += row.bytesReceived;
      });
      return out;
    },
    kill() {
      for (const peer of all) peer.close();
      all.clear();
      publisher = sender = null;
    },
  };
}
