/* SPDX-License-Identifier: LGPL-2.1-or-later */

import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../src/core/api.js";
import type { Begun, FiledFile } from "../src/core/filing.js";
import { fenOf, yuanOf } from "../src/core/filing.js";
import { sha256, Upload, Uploads } from "../src/core/upload.js";
import type { Wire } from "../src/core/upload.js";

const PART = 4;

/** A court that keeps parts, and a line that breaks where the test says. */
class Court implements Wire {
  parts = new Map<number, Uint8Array>();
  file: FiledFile | null = null;
  sent: number[] = [];
  removed: string[] = [];
  whole: (string | null)[] = [];
  /** Called before each part is taken; may throw. */
  onPart: (part: number) => void | Promise<void> = () => undefined;
  onFinish: () => FiledFile["state"] = () => "ready";
  isDown = false;

  #up(): void {
    if (this.isDown) throw new ApiError(0, "unreachable", "");
  }

  async begin(name: string, size_bytes: number): Promise<Begun> {
    this.#up();
    this.parts.clear();
    this.file = { id: `f${this.removed.length}`, name, size_bytes, state: "uploading", type: "", sha256: "", scan: "not_scanned", part_bytes: PART, parts: Math.ceil(size_bytes / PART), reason: "" };
    return this.look();
  }

  async look(): Promise<Begun> {
    this.#up();
    const file = { ...this.file! };
    const missing: [number, number][] = [];
    for (let part = 0; part < file.parts; part += 1) if (!this.parts.has(part)) missing.push([part, part]);
    return { file, missing };
  }

  async part(_file: string, part: number, hash: string, bytes: ArrayBuffer): Promise<void> {
    this.#up();
    await this.onPart(part);
    this.sent.push(part);
    if (hash !== (await sha256(bytes))) throw new ApiError(422, "hash", "");
    this.parts.set(part, new Uint8Array(bytes));
  }

  async finish(_file: string, hash: string | null): Promise<FiledFile> {
    this.#up();
    this.whole.push(hash);
    if (this.parts.size !== this.file!.parts) throw new ApiError(409, "parts_missing", "");
    this.file!.state = this.onFinish();
    return { ...this.file! };
  }

  async remove(file: string): Promise<void> {
    this.removed.push(file);
  }

  text(): string {
    const bytes = [...this.parts].sort(([a], [b]) => a - b).flatMap(([, part]) => [...part]);
    return new TextDecoder().decode(new Uint8Array(bytes));
  }
}

const TEXT = "a page of an old contract";
let court: Court;
let waits: number[];

/** No time passes; `then` is what happens while one waits. */
function upload(then: () => void = () => undefined, id = ""): Upload {
  return new Upload(court, new Blob([TEXT]), "p1.jpg", id, async (ms) => {
    waits.push(ms);
    if (waits.length > 50) throw new Error("waits for ever");
    then();
  });
}

beforeEach(() => {
  court = new Court();
  waits = [];
});

describe("an upload", () => {
  it("sends every part once and the hash of the whole", async () => {
    const one = upload();
    await one.run();
    expect(one.state).toBe("ready");
    expect(court.text()).toBe(TEXT);
    expect(court.sent.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(court.whole).toEqual([await sha256(new TextEncoder().encode(TEXT))]);
    expect(one.share).toBe(1);
  });

  it("goes on by itself after the line dropped, and sends only what is missing", async () => {
    court.onPart = () => {
      if (court.parts.size === 3) court.isDown = true;
      if (court.isDown) throw new ApiError(0, "unreachable", "");
    };
    const states: string[] = [];
    const one = upload(() => {
      states.push(one.state);
      if (waits.length === 3) court.isDown = false;
      court.onPart = () => undefined;
    });
    await one.run();
    expect(one.state).toBe("ready");
    expect(states).toEqual(["offline", "offline", "offline"]);
    expect(waits).toEqual([500, 1000, 2000]);
    expect(court.text()).toBe(TEXT);
    expect(court.sent.length).toBe(7);
  });

  it("resumes what another visit had begun", async () => {
    await court.begin("p1.jpg", TEXT.length);
    for (const part of [0, 1, 5]) court.parts.set(part, new TextEncoder().encode(TEXT.slice(part * PART, (part + 1) * PART)));
    const one = upload(undefined, "f0");
    await one.run();
    expect(court.sent.sort()).toEqual([2, 3, 4, 6]);
    expect(court.text()).toBe(TEXT);
  });

  it("stops when told to, and goes on from there", async () => {
    const one = upload();
    court.onPart = () => {
      if (court.parts.size >= 2) one.pause();
    };
    await one.run();
    expect(one.state).toBe("paused");
    expect(court.parts.size).toBeLessThan(7);
    court.onPart = () => undefined;
    one.ready();
    await one.run();
    expect(one.state).toBe("ready");
    expect(court.text()).toBe(TEXT);
  });

  it("sends a part again that arrived wrong, but not for ever", async () => {
    let wrong = 2;
    court.onPart = (part) => {
      if (part === 1 && wrong-- > 0) throw new ApiError(422, "hash", "");
    };
    const one = upload();
    await one.run();
    expect(one.state).toBe("ready");

    court = new Court();
    court.onPart = (part) => {
      if (part === 1) throw new ApiError(422, "hash", "");
    };
    const two = upload();
    await two.run();
    expect([two.state, two.problem]).toEqual(["failed", "hash"]);
    expect(court.removed).toEqual(["f0"]);
    expect(two.id).toBe("");
  });

  it("asks what is missing when the end is refused", async () => {
    const taken = court.finish.bind(court);
    let first = true;
    court.finish = (file, hash) => {
      if (first) court.parts.delete(2);
      first = false;
      return taken(file, hash);
    };
    const one = upload();
    await one.run();
    expect(one.state).toBe("ready");
    expect(court.sent.filter((part) => part === 2)).toHaveLength(2);
  });

  it("waits while the court checks, and says when it refuses", async () => {
    court.onFinish = () => "checking";
    const one = upload(() => {
      court.file!.state = "refused";
      court.file!.reason = "type";
    });
    await one.run();
    expect([one.state, one.problem]).toEqual(["refused", "type"]);
  });

  it("does not try again what cannot help", async () => {
    court.onPart = () => {
      throw new ApiError(507, "no_space", "");
    };
    const one = upload();
    await one.run();
    expect([one.state, one.problem]).toEqual(["failed", "no_space"]);
    expect(waits).toEqual([]);
  });
});

describe("several uploads", () => {
  it("go one after the other, and one that is paused lets the next by", async () => {
    const over: string[] = [];
    const all = new Uploads((one) => over.push(one.name));
    const wires = [new Court(), new Court(), new Court()];
    const [first, second, third] = wires.map((wire, n) => new Upload(wire, new Blob([TEXT]), `p${n + 1}`, "", async () => undefined));
    second!.pause();
    for (const one of [first!, second!, third!]) all.add(one);
    await expect.poll(() => over).toEqual(["p1", "p3"]);
    all.resume(second!);
    await expect.poll(() => over).toEqual(["p1", "p3", "p2"]);
    expect(all.isBusy).toBe(false);
  });
});

describe("amounts", () => {
  it.each([["50000", 5000000], ["¥50,000.5", 5000050], ["0.01", 1], ["", 0], ["5万", null], ["-1", null], ["1.234", null]])("%s", (text, fen) => {
    expect(fenOf(text)).toBe(fen);
  });

  it("are shown as they are typed", () => {
    expect([yuanOf(5000000), yuanOf(5000005), yuanOf(0)]).toEqual(["50000", "50000.05", "0"]);
  });
});
