/* SPDX-License-Identifier: LGPL-2.1-or-later */

import { generateKeyPairSync, sign } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decode, Door, importKey, judge, tokenOf } from "../src/core/door.js";
import type { DoorList } from "../src/core/door.js";

const keys = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");
const NOW_US = 1_773_363_600_000_000;
const HOUR = 3600;

function id(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
}

interface Claims {
  jti?: string;
  hearing?: string;
  participant?: string;
  from?: number;
  until?: number;
  by?: typeof keys;
}

function pass({ jti = "jti-1", hearing = "h1", participant = "h1-witness", from = NOW_US / 1e6 - HOUR, until = NOW_US / 1e6 + HOUR, by = keys }: Claims = {}): string {
  const head = Buffer.alloc(13);
  head[0] = 5;
  head.writeUInt32BE(from, 5);
  head.writeUInt32BE(until, 9);
  const ids = [jti, hearing, participant].map((one) => (one === "ULID" ? Buffer.from([0, ...Array(15).fill(0), 1]) : id(one)));
  const text = `v1.${Buffer.concat([head, ...ids]).toString("base64url")}`;
  return `${text}.${sign(null, Buffer.from(text), by.privateKey).toString("base64url")}`;
}

const list = (changes: Partial<DoorList> = {}): DoorList => ({
  now_us: NOW_US,
  key: keys.publicKey.export({ type: "spki", format: "pem" }).toString(),
  hearings: [
    {
      id: "h1",
      scheduled_start_us: NOW_US,
      timezone: "Asia/Shanghai",
      room: "第一法庭",
      people: [{ id: "h1-witness", name: "赵勇", role: "witness", side: null, mode: "in_person", door_us: 0 }],
    },
  ],
  revoked: [],
  ...changes,
});

async function verdict(token: string, of = list()): Promise<string> {
  const key = await importKey(of.key);
  return key ? (await judge(token, of, key, NOW_US)).verdict : "no key";
}

describe("a pass is read", () => {
  it("from a link or from itself, and from nothing else", () => {
    const token = pass();
    expect(tokenOf(token)).toBe(token);
    expect(tokenOf(`https://court.example/j/${token}`)).toBe(token);
    expect(tokenOf(`https://court.example/j/${token}?lang=en`)).toBe(token);
    for (const wrong of ["", "https://court.example/", "v1.abc.def", `${token}x`, token.replace("v1", "v2")]) expect(tokenOf(wrong)).toBeNull();
  });

  it("as the server has written it", () => {
    const read = decode(pass({ jti: "ULID" }));
    expect(read).toMatchObject({ role: "witness", jti: "00000000000000000000000001", hearing: "h1", participant: "h1-witness" });
    expect(read?.until_us).toBe(NOW_US + HOUR * 1e6);
    expect(decode("v1.AAAA.x")).toBeNull();
  });
});

describe("without a line", () => {
  it("a good pass says who it is", async () => {
    const key = await importKey(list().key);
    const seen = await judge(pass(), list(), key!, NOW_US);
    expect(seen).toMatchObject({ verdict: "valid", offline: true, person: { name: "赵勇", role: "witness", room: "第一法庭", mode: "in_person", door_us: 0 } });
  });

  it.each([
    ["unreadable", pass({ by: stranger })],
    ["unreadable", pass().replace(/.$/, (one) => (one === "A" ? "g" : "A"))],
    ["early", pass({ from: NOW_US / 1e6 + 1 })],
    ["expired", pass({ until: NOW_US / 1e6 })],
    ["revoked", pass({ jti: "dead" })],
    ["other_hearing", pass({ hearing: "h2" })],
  ])("%s", async (expected, token) => {
    expect(await verdict(token, list({ revoked: ["dead"] }))).toBe(expected);
  });

  it("who was put on the list later is known by his pass alone", async () => {
    const key = await importKey(list().key);
    const seen = await judge(pass({ participant: "h1-late" }), list(), key!, NOW_US);
    expect(seen.person).toMatchObject({ name: "", role: "witness" });
  });
});

describe("the line comes and goes", () => {
  const shelf = new Map<string, string>();
  const kept = { getItem: (key: string) => shelf.get(key) ?? null, setItem: (key: string, value: string) => void shelf.set(key, value), removeItem: (key: string) => void shelf.delete(key) };
  let answer: ((path: string, body: { scans: { id: string; shown: string }[] }) => unknown) | null = null;
  let told: { id: string; shown: string }[] = [];

  beforeEach(() => {
    vi.useFakeTimers({ now: NOW_US / 1000 });
    shelf.clear();
    told = [];
    answer = () => list();
    vi.stubGlobal("fetch", async (path: string, init: { body: string | null }) => {
      if (!answer) throw new TypeError("no line");
      const body = init.body ? (JSON.parse(init.body) as { scans: typeof told }) : { scans: [] };
      if (path.endsWith("scans")) told.push(...body.scans);
      const value = answer(path, body);
      return typeof value === "number" ? new Response("{}", { status: value }) : new Response(JSON.stringify(value));
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("what was scanned is told once, and what should not have gone in is said", async () => {
    const door = new Door(kept);
    await door.start();
    answer = null;
    expect(await door.scan(pass())).toMatchObject({ verdict: "valid", offline: true, person: { door_us: 0 } });
    expect(await door.scan(pass())).toMatchObject({ verdict: "valid", person: { door_us: NOW_US } });
    expect(await door.scan(pass({ by: stranger }))).toMatchObject({ verdict: "unreadable" });
    expect(door.untold).toBe(3);
    // The page is opened anew, still without a line.
    const again = new Door(kept);
    await again.start();
    expect(again.online).toBe(false);
    expect(again.untold).toBe(3);
    answer = (path, body) => (path.endsWith("list") ? list() : { results: body.scans.map(({ id, shown }) => ({ id, verdict: shown === "valid" ? "revoked" : shown })) });
    await again.refresh();
    expect(again.untold).toBe(0);
    expect(told.map((one) => one.shown)).toEqual(["valid", "valid", "unreadable"]);
    expect(new Set(told.map((one) => one.id)).size).toBe(3);
    expect(again.late.map((one) => one.verdict)).toEqual(["revoked", "revoked"]);
  });

  it("whoever is signed out goes on with the list and tells later", async () => {
    const door = new Door(kept);
    await door.start();
    answer = () => 401;
    expect(await door.scan(pass())).toMatchObject({ verdict: "valid", offline: true });
    expect([door.signedOut, door.online, door.untold]).toEqual([true, true, 1]);
  });

  it("a list of yesterday is not kept", async () => {
    await new Door(kept).start();
    answer = null;
    vi.setSystemTime(NOW_US / 1000 + 17 * 3_600_000);
    const door = new Door(kept);
    await door.start();
    expect(door.kept).toBeNull();
    expect(await door.scan(pass())).toBeNull();
  });
});
