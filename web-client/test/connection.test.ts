/* SPDX-License-Identifier: LGPL-2.1-or-later */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connection } from "../src/rtc/connection.js";
import { PromiseQueue } from "../src/rtc/queue.js";
import { Refused } from "../src/rtc/socket.js";
import type { Ending, Link } from "../src/rtc/socket.js";
import type { Received } from "../src/rtc/subscribe.js";
import { FakePeer, FakeSocket, fakeTrack, offerSdp } from "./fake-peer.js";

let sockets: FakeSocket[] = [];
let peers: FakePeer[] = [];
let links: [Link, Ending | null][] = [];
let tracks: Received = new Map();
let messages: string[] = [];
let connection: Connection;

const socket = () => sockets[sockets.length - 1] as FakeSocket;
const settle = () => vi.advanceTimersByTimeAsync(1);

beforeEach(() => {
  vi.useFakeTimers();
  [sockets, peers, links, messages] = [[], [], [], []];
  connection = new Connection({
    hello: () => ({ token: "t", device: "d", language: "zh", agent: "a" }),
    makeSocket: () => {
      const made = new FakeSocket();
      sockets.push(made);
      return made;
    },
    makePeer: (_, fresh) => {
      const made = new FakePeer();
      made.fresh = fresh;
      peers.push(made);
      return made as unknown as RTCPeerConnection;
    },
    accepts: () => true,
    onMessage: (message) => messages.push(message.type),
    onLink: (link, ending) => links.push([link, ending]),
    onMedia: () => undefined,
    onTracks: (received) => (tracks = received),
  });
});

afterEach(() => {
  connection.close("left");
  vi.useRealTimers();
});

async function live(): Promise<void> {
  connection.open();
  socket().welcome();
  await settle();
}

async function publishing(): Promise<FakePeer> {
  await live();
  const done = connection.publish({ audio: fakeTrack("audio") });
  await settle();
  socket().answerLast({ sdp: "answer" });
  await done;
  const peer = peers[peers.length - 1] as FakePeer;
  peer.become("connected");
  return peer;
}

describe("socket", () => {
  it("says hello first and is live when it is welcomed", async () => {
    await live();
    expect(socket().sent[0]).toMatchObject({ type: "hello", version: 1, token: "t", device: "d" });
    expect(links.map(([link]) => link)).toEqual(["connecting", "live"]);
  });

  it("comes back with growing pauses", async () => {
    await live();
    const pauses = [];
    for (let n = 0; n < 5; n += 1) {
      const before = sockets.length;
      const at = Date.now();
      socket().drop(1006);
      while (sockets.length === before) await vi.advanceTimersByTimeAsync(10);
      pauses.push(Date.now() - at);
    }
    expect(pauses[0]).toBeGreaterThanOrEqual(240);
    expect(pauses[0]).toBeLessThanOrEqual(370);
    expect(pauses[4]).toBeGreaterThan(2300);
    expect(pauses[4]).toBeLessThanOrEqual(3700);
  });

  it.each([
    [4401, "pass_refused"],
    [4403, "removed"],
    [4409, "elsewhere"],
    [4410, "over"],
    [4426, "version"],
  ])("ends for good with %i", async (code, ending) => {
    await live();
    socket().drop(code);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
    expect(links.at(-1)).toEqual(["ended", ending]);
  });

  it("pings every second", async () => {
    await live();
    for (let n = 0; n < 4; n += 1) {
      await vi.advanceTimersByTimeAsync(1_300);
    }
    expect(socket().sent.filter((one) => one["type"] === "ping").length).toBeGreaterThanOrEqual(3);
    expect(sockets).toHaveLength(1);
  });

  it("says within three seconds that nothing is heard, and tries another line each half second", async () => {
    await live();
    socket().deaf = true;
    await vi.advanceTimersByTimeAsync(2_800);
    expect(links.at(-1)).toEqual(["lost", null]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sockets.length).toBeGreaterThanOrEqual(12);
    expect(sockets.filter((one) => one.readyState !== 3).length).toBeLessThanOrEqual(7);
    socket().welcome();
    await settle();
    expect(links.at(-1)).toEqual(["live", null]);
    expect(sockets.filter((one) => one.readyState !== 3)).toEqual([socket()]);
  });

  it("stays with a line that was only slow", async () => {
    await live();
    const first = socket();
    first.deaf = true;
    await vi.advanceTimersByTimeAsync(4_500);
    expect(sockets.length).toBeGreaterThan(1);
    first.hear({ type: "pong" });
    await settle();
    expect(links.at(-1)).toEqual(["live", null]);
    expect(sockets.filter((one) => one.readyState !== 3)).toEqual([first]);
    await vi.advanceTimersByTimeAsync(1_300);
    expect(first.last("ping")).toBeDefined();
  });

  it("goes to another network within a moment of being asked", async () => {
    await live();
    const first = socket();
    first.deaf = true;
    connection.check();
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(2);
    socket().welcome();
    await settle();
    expect(first.readyState).toBe(3);
    expect(links.at(-1)).toEqual(["live", null]);
  });

  it("does not ask a server twice that is slow to welcome", async () => {
    connection.open();
    socket().readyState = 1;
    socket().onopen?.({} as Event);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(sockets).toHaveLength(1);
  });

  it("asks again after the line broke, under the same id", async () => {
    await live();
    const answer = connection.request({ type: "wait" });
    await settle();
    const asked = socket().last("wait");
    socket().drop(1006);
    await vi.advanceTimersByTimeAsync(400);
    socket().welcome();
    await settle();
    expect(socket().last("wait")).toEqual(asked);
    socket().hear({ type: "ok", id: asked?.["id"] });
    await expect(answer).resolves.toBeDefined();
  });

  it("hands the server's refusal to who asked", async () => {
    await live();
    const answer = connection.request({ type: "command", do: "open" });
    answer.catch(() => undefined);
    await settle();
    socket().hear({ type: "error", id: socket().last("command")?.["id"], code: "not_allowed", text: "" });
    await expect(answer).rejects.toMatchObject({ code: "not_allowed" });
    expect(await answer.catch((error: unknown) => error instanceof Refused)).toBe(true);
  });

  it("drops what it cannot understand", async () => {
    await live();
    socket().onmessage?.({ data: "rubbish" } as MessageEvent);
    socket().hear({ type: "speaker", participant: "a" });
    expect(messages).toContain("speaker");
  });
});

describe("publish", () => {
  it("offers what it sends and names the lines", async () => {
    await publishing();
    expect(socket().last("publish")).toMatchObject({ tracks: [{ mid: "0", kind: "audio" }] });
  });

  it("changes a device without a new negotiation", async () => {
    await publishing();
    await connection.publish({ audio: fakeTrack("audio") });
    expect(socket().sent.filter((one) => one["type"] === "publish")).toHaveLength(1);
  });

  it("never has two negotiations at a time", async () => {
    await live();
    const first = connection.publish({ audio: fakeTrack("audio") });
    await settle();
    const second = connection.publish({ audio: fakeTrack("audio"), video: fakeTrack("video") });
    await settle();
    expect(socket().sent.filter((one) => one["type"] === "publish")).toHaveLength(1);
    socket().answerLast({ sdp: "answer" });
    await settle();
    expect(socket().sent.filter((one) => one["type"] === "publish")).toHaveLength(2);
    socket().answerLast({ sdp: "answer" });
    await Promise.all([first, second]);
  });

  it("looks for a new way first, then builds anew", async () => {
    const peer = await publishing();
    peer.become("disconnected");
    await vi.advanceTimersByTimeAsync(1_600);
    expect(peer.restarts).toBe(1);
    socket().answerLast({ sdp: "answer" });
    await vi.advanceTimersByTimeAsync(7_000);
    expect(peers).toHaveLength(2);
    expect(peer.connectionState).toBe("closed");
  });

  it("does nothing when the line mends itself", async () => {
    const peer = await publishing();
    peer.become("disconnected");
    await vi.advanceTimersByTimeAsync(500);
    peer.become("connected");
    await vi.advanceTimersByTimeAsync(20_000);
    socket().hear({ type: "pong" });
    expect(peer.restarts).toBe(0);
    expect(peers).toHaveLength(1);
  });

  it("builds anew at once when the server asks, and again until it works", async () => {
    await publishing();
    socket().hear({ type: "reconnect", connection: "publish" });
    await settle();
    expect(peers).toHaveLength(2);
    socket().refuseLast("media");
    await vi.advanceTimersByTimeAsync(450);
    expect(peers).toHaveLength(3);
    socket().answerLast({ sdp: "answer" });
    await settle();
    expect(connection.publishState).not.toBe("closed");
  });

  it("does not throw away a connection that is just being made", async () => {
    await publishing();
    for (let n = 0; n < 5; n += 1) {
      socket().hear({ type: "reconnect", connection: "publish" });
      await settle();
      if (n === 0) socket().answerLast({ sdp: "answer" });
      await settle();
    }
    expect(peers).toHaveLength(2);
    peers[1]?.become("connected");
    await vi.advanceTimersByTimeAsync(4_000);
    expect(peers).toHaveLength(2);
  });

  /** A second and a half of packets, and then none. */
  async function flowing(peer: FakePeer): Promise<void> {
    for (let n = 0; n < 8; n += 1) {
      peer.packets += 20;
      await vi.advanceTimersByTimeAsync(200);
    }
  }

  async function answerAll(times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) {
      socket().answerLast({ sdp: "answer" });
      await vi.advanceTimersByTimeAsync(100);
    }
  }

  it("makes one connection, not two, when the line broke in the middle of a negotiation", async () => {
    const peer = await publishing();
    await flowing(peer);
    await vi.advanceTimersByTimeAsync(2_400);
    expect(peer.restarts).toBe(1); // the server answers, but not to this
    socket().deaf = true;
    peer.become("disconnected");
    await vi.advanceTimersByTimeAsync(6_000);
    peer.become("failed");
    await vi.advanceTimersByTimeAsync(150);
    peer.packets += 1; // the line is back, and what was on its way is heard
    vi.advanceTimersByTime(50);
    socket().welcome();
    await vi.advanceTimersByTimeAsync(5);
    peer.packets += 1;
    await vi.advanceTimersByTimeAsync(500);
    await answerAll(10);
    expect(peers).toHaveLength(2);
    expect(peers[1]?.connectionState).not.toBe("closed");
  });

  it("asks for no other way while the server is not heard either", async () => {
    const peer = await publishing();
    await flowing(peer);
    socket().deaf = true;
    await vi.advanceTimersByTimeAsync(4_000);
    expect(links.at(-1)).toEqual(["lost", null]);
    expect(peer.restarts).toBe(0);
  });

  it("leaves a connection alone that the browser has mended itself when the line is back", async () => {
    const peer = await publishing();
    await flowing(peer);
    socket().deaf = true;
    await vi.advanceTimersByTimeAsync(7_000);
    peer.become("disconnected");
    await vi.advanceTimersByTimeAsync(12_900);
    peer.become("failed");
    await vi.advanceTimersByTimeAsync(200);
    socket().welcome();
    await vi.advanceTimersByTimeAsync(200);
    peer.become("connected");
    await vi.advanceTimersByTimeAsync(800); // the first packet takes its time
    await flowing(peer);
    expect(peers).toEqual([peer]);
    expect(peer.restarts).toBe(0);
    expect(socket().last("publish")).toBeUndefined();
  });

  it("takes a line that came back over another network for a sign that media must move too", async () => {
    const peer = await publishing();
    await flowing(peer);
    const first = socket();
    first.deaf = true;
    await vi.advanceTimersByTimeAsync(1_200); // quiet is noticed, the server asked, another line tried
    expect(socket()).not.toBe(first);
    socket().welcome();
    await answerAll(2);
    expect(peers.map(({ fresh }) => fresh)).toEqual([false, true]);
    expect(peer.connectionState).toBe("closed");
    peers[1]?.become("connected");
    await vi.advanceTimersByTimeAsync(4_000);
    socket().hear({ type: "reconnect", connection: "publish" });
    await answerAll(1);
    expect(peers.map(({ fresh }) => fresh)).toEqual([false, true, false]);
  });

  it("goes on with the connection it had when the answer to a new way was lost", async () => {
    const peer = await publishing();
    await flowing(peer);
    await vi.advanceTimersByTimeAsync(2_400);
    expect(peer.restarts).toBe(1);
    peer.packets += 20; // the old way is good again
    socket().drop(1006);
    await vi.advanceTimersByTimeAsync(400);
    peer.packets += 20;
    socket().welcome();
    await flowing(peer);
    expect(peers).toEqual([peer]);
    expect(peer.connectionState).toBe("connected");
  });

  it("is told thrice at once and makes one new connection", async () => {
    const peer = await publishing();
    socket().drop(1006);
    peer.become("failed");
    await vi.advanceTimersByTimeAsync(400);
    socket().welcome();
    await settle();
    for (let n = 0; n < 3; n += 1) connection.check();
    for (let n = 0; n < 3; n += 1) {
      await settle();
      socket().answerLast({ sdp: "answer" });
    }
    await settle();
    expect(peers).toHaveLength(2);
    expect(peers[1]?.connectionState).not.toBe("closed");
  });

  it("keeps running media when only the socket breaks", async () => {
    const peer = await publishing();
    socket().drop(1006);
    await vi.advanceTimersByTimeAsync(400);
    socket().welcome();
    await settle();
    expect(peers).toHaveLength(1);
    expect(peer.connectionState).toBe("connected");
  });
});

describe("subscribe", () => {
  it("answers an offer with its number and says who comes in", async () => {
    await live();
    connection.subscribe();
    await settle();
    socket().answerLast({});
    socket().hear({ type: "offer", negotiation: 3, sdp: offerSdp("aaaa", ["judge-audio", "judge-video"]) });
    await settle();
    expect(socket().last("answer")).toMatchObject({ negotiation: 3 });
    expect([...tracks.keys()]).toEqual(["judge"]);
    expect(Object.keys(tracks.get("judge") ?? {}).sort()).toEqual(["audio", "video"]);
  });

  it("answers the next offer on the same connection", async () => {
    await live();
    connection.subscribe();
    await settle();
    socket().hear({ type: "offer", negotiation: 1, sdp: offerSdp("aaaa", ["a-audio"]) });
    socket().hear({ type: "offer", negotiation: 2, sdp: offerSdp("aaaa", ["a-audio", "b-audio"]) });
    await settle();
    expect(peers).toHaveLength(1);
    expect([...tracks.keys()]).toEqual(["a", "b"]);
  });

  it("takes an offer with a new identity for a new connection", async () => {
    await live();
    connection.subscribe();
    await settle();
    socket().hear({ type: "offer", negotiation: 1, sdp: offerSdp("aaaa", ["a-audio"]) });
    await settle();
    socket().hear({ type: "offer", negotiation: 1, sdp: offerSdp("bbbb", ["a-audio"]) });
    await settle();
    expect(peers).toHaveLength(2);
    expect(peers[0]?.connectionState).toBe("closed");
  });

  it("ignores an offer that it did not ask for", async () => {
    await live();
    socket().hear({ type: "offer", negotiation: 1, sdp: offerSdp("aaaa", ["a-audio"]) });
    await settle();
    expect(peers).toHaveLength(0);
  });

  it("does not storm the server with what it cannot follow", async () => {
    await live();
    connection.subscribe();
    await settle();
    socket().answerLast({});
    FakePeer.refuses = true;
    for (let n = 0; n < 40; n += 1) {
      socket().hear({ type: "offer", negotiation: n, sdp: offerSdp(`u${n}`, ["a-audio"]) });
      await vi.advanceTimersByTimeAsync(100);
    }
    FakePeer.refuses = false;
    expect(socket().sent.filter((one) => one["type"] === "subscribe").length).toBeLessThan(8);
  });

  it("asks for a new offer when the line has failed", async () => {
    await live();
    connection.subscribe();
    await settle();
    socket().answerLast({});
    socket().hear({ type: "offer", negotiation: 1, sdp: offerSdp("aaaa", ["a-audio"]) });
    await settle();
    peers[0]?.become("connected");
    const before = socket().sent.filter((one) => one["type"] === "subscribe").length;
    peers[0]?.become("failed");
    await settle();
    expect(socket().sent.filter((one) => one["type"] === "subscribe").length).toBe(before + 1);
  });

  it("asks once when the line is back, and does not throw away what comes of it", async () => {
    await live();
    connection.subscribe();
    await settle();
    socket().answerLast({});
    socket().hear({ type: "offer", negotiation: 1, sdp: offerSdp("aaaa", ["a-audio"]) });
    await settle();
    peers[0]?.become("connected");
    socket().drop(1006);
    peers[0]?.become("failed");
    await vi.advanceTimersByTimeAsync(400);
    socket().welcome();
    await vi.advanceTimersByTimeAsync(450);
    const asked = () => socket().sent.filter((one) => one["type"] === "subscribe").length;
    expect(asked()).toBe(1);
    socket().answerLast({});
    socket().hear({ type: "offer", negotiation: 1, sdp: offerSdp("bbbb", ["a-audio"]) });
    await vi.advanceTimersByTimeAsync(1_500);
    expect(asked()).toBe(1);
    expect(peers).toHaveLength(2);
    expect(peers[1]?.connectionState).not.toBe("closed");
  });
});

describe("queue", () => {
  it("goes on after a job that failed", async () => {
    const queue = new PromiseQueue();
    const first = queue.run(() => Promise.reject(new Error("no")));
    const second = queue.run(() => Promise.resolve(2));
    await expect(first).rejects.toThrow("no");
    await expect(second).resolves.toBe(2);
  });
});
