/* SPDX-License-Identifier: LGPL-2.1-or-later */

import { describe, expect, it } from "vitest";
import { apply, nothing } from "../src/core/hearing.js";
import { HISTORY, linesOf, remember, sparkline } from "../src/core/lines.js";
import type { History } from "../src/core/lines.js";
import type { NetworkRow } from "../src/core/messages.js";
import { report, seen } from "../src/rtc/stats.js";
import { person } from "./fixtures.js";

const row = (loss: number, rating: NetworkRow["rating"] = "good"): NetworkRow => ({ up: { loss }, rating });

describe("lines", () => {
  it("come worst first: who is cut off, then by rating, then by loss", () => {
    const people = [
      person("good"),
      person("none"),
      person("bad"),
      person("worse"),
      person("away", { online: false }),
      person("poor"),
      person("waits", { room: "waiting" }),
    ];
    const network = { good: row(0), bad: row(0.2, "bad"), worse: row(0.3, "bad"), poor: row(0.12, "poor") };
    const lines = linesOf(people, network);
    expect(lines.map((line) => line.person.id)).toEqual(["away", "worse", "bad", "poor", "good", "none"]);
    expect(lines.map((line) => line.state)).toEqual(["away", "bad", "bad", "poor", "good", "unknown"]);
  });

  it("remember three minutes and no more", () => {
    let history: History = {};
    for (let i = 0; i < HISTORY + 5; i += 1) history = remember(history, { a: row(i / 100) });
    expect(history["a"]).toHaveLength(HISTORY);
    expect(history["a"]?.at(-1)?.loss).toBeCloseTo((HISTORY + 4) / 100);
  });

  it("keep the history of who is not in the newest figures", () => {
    let hearing = apply(nothing, { type: "network", participants: { a: row(0.1), b: row(0) } });
    hearing = apply(hearing, { type: "network", participants: { b: row(0) } });
    expect(hearing.history["a"]).toHaveLength(1);
    expect(hearing.history["b"]).toHaveLength(2);
  });

  it("draw the newest at the right edge and never leave the picture", () => {
    const points = sparkline([{ rating: "good", loss: 0 }, { rating: "bad", loss: 0.9 }], 96, 24).split(" ");
    expect(points.at(-1)).toBe("96.0,1.0");
    expect(points[0]?.split(",")[1]).toBe("23.0");
  });
});

describe("what the client states", () => {
  const rows = (frozen: number, concealed: number, samples: number) => [
    { type: "inbound-rtp", freezeCount: frozen, totalFreezesDuration: frozen * 0.7 },
    { type: "inbound-rtp", totalSamplesReceived: samples, concealedSamples: concealed + 500, silentConcealedSamples: 500 },
    { type: "candidate-pair", freezeCount: 99 },
  ];

  it("is of the time since the last statement", () => {
    const before = seen(rows(1, 0, 480_000));
    const line = { up_loss: 0.5, down_loss: null, rtt_ms: 81.4, available_kbps: null };
    expect(report(line, before, seen(rows(3, 24_000, 720_000)))).toEqual({
      up_loss: 0.5, down_loss: null, rtt_ms: 81, concealed: 0.1, freezes: 2, frozen_ms: 1400,
    });
  });

  it("stays within what the server takes, whatever the browser counts", () => {
    const before = seen(rows(900, 0, 0));
    const said = report({ up_loss: 7, down_loss: -1, rtt_ms: 1e9, available_kbps: null }, before, seen(rows(0, 1e9, 48_000)));
    expect(said).toEqual({ up_loss: 1, down_loss: 0, rtt_ms: 60_000, concealed: 1, freezes: 0, frozen_ms: 0 });
    expect(report(null, null, before)).toEqual({
      up_loss: null, down_loss: null, rtt_ms: null, concealed: null, freezes: null, frozen_ms: null,
    });
  });
});
