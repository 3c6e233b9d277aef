/* SPDX-License-Identifier: LGPL-2.1-or-later */

import { describe, expect, it } from "vitest";
import { arrange } from "../src/core/arrange.js";
import type { HearingRecord } from "../src/core/api.js";
import { judge, median } from "../src/core/check.js";
import { bytes, counter, dateTime, span } from "../src/core/format.js";
import { passFromPath } from "../src/core/identity.js";
import { alarming, levelOf } from "../src/core/recorder.js";
import { correct, duration, lineAt, within } from "../src/core/timeline.js";
import { runs } from "../src/core/words.js";
import { lift, open, step } from "../src/rtc/floor.js";
import { heard, madeUp, next, short } from "../src/rtc/playout.js";
import { beat, packets, QUIET_MS, quiet_ms } from "../src/rtc/pulse.js";
import type { Beat } from "../src/rtc/pulse.js";
import { identity, sections } from "../src/rtc/sdp.js";
import { counters, sample } from "../src/rtc/stats.js";
import { line, person, state } from "./fixtures.js";

describe("pass", () => {
  it("is read from the address", () => {
    expect(passFromPath("/j/v1.abc_-.DEF")).toBe("v1.abc_-.DEF");
    expect(passFromPath("/")).toBeNull();
    expect(passFromPath("/j/")).toBeNull();
    expect(passFromPath("/j/<script>")).toBeNull();
    expect(passFromPath(`/j/${"a".repeat(3000)}`)).toBeNull();
  });
});

describe("words", () => {
  it("marks the unsure ones and keeps the text whole", () => {
    const words = [
      { w: "现在", start_us: 0, end_us: 1, conf: 0.9 },
      { w: "开庭", start_us: 1, end_us: 2, conf: 0.3 },
    ];
    const cut = runs(line("l", 0, { text: "现在，开庭。", words }));
    expect(cut).toEqual([
      { text: "现在，", unsure: false },
      { text: "开庭", unsure: true },
      { text: "。", unsure: false },
    ]);
  });

  it("passes over words that an edit took away", () => {
    const words = [{ w: "gone", start_us: 0, end_us: 1, conf: 0.1 }];
    expect(runs(line("l", 0, { text: "other", words })).map((run) => run.text).join("")).toBe("other");
  });
});

describe("arrange", () => {
  const people = [
    person("p", { party: "plaintiff" }),
    person("d", { party: "defendant" }),
    person("j", { role: "judge" }),
    person("o", { role: "observer" }),
  ];
  const wish = { self: "p", speaker: null, pinned: null, before: null };

  it("puts the judge first, the other side second, oneself in the strip", () => {
    const places = arrange(people, wish);
    expect(places.first?.participant).toBe("j");
    expect(places.second?.participant).toBe("d");
    expect(places.strip.map((tile) => tile.participant)).toEqual(["p"]);
  });

  it("never shows an observer", () => {
    const { first, second, strip } = arrange(people, wish);
    expect([first, second, ...strip].map((tile) => tile?.participant)).not.toContain("o");
  });

  it("gives a shared screen the second place and keeps its owner's face", () => {
    const sharing = people.map((one) => (one.id === "d" ? { ...one, sending: ["video" as const, "screen" as const] } : one));
    const places = arrange(sharing, wish);
    expect(places.second).toEqual({ participant: "d", kind: "screen" });
    expect(places.strip).toContainEqual({ participant: "d", kind: "video" });
  });

  it("keeps the second picture while the judge speaks", () => {
    const before = { participant: "d", kind: "video" as const };
    expect(arrange(people, { ...wish, speaker: "j", before }).second).toEqual(before);
  });

  it("lets the person pin somebody", () => {
    const more = [...people, person("x")];
    expect(arrange(more, { ...wish, pinned: "x/video" }).second?.participant).toBe("x");
  });
});

describe("device check", () => {
  const fine = {
    camera: "ok", microphone: "ok", speaker: "ok", line: { rtt_ms: 30, kbps: 4000 }, listensOnly: false,
  } as const;
  it.each([
    ["green", fine],
    ["red", { ...fine, microphone: "blocked" as const }],
    ["amber", { ...fine, camera: "none" as const }],
    ["amber", { ...fine, speaker: "none" as const }],
    ["amber", { ...fine, line: { rtt_ms: 900, kbps: 4000 } }],
    ["amber", { ...fine, line: null }],
    ["green", { ...fine, camera: "unknown" as const, microphone: "unknown" as const, listensOnly: true }],
  ])("is %s", (result, found) => {
    expect(judge(found).result).toBe(result);
  });

  it("takes the middle of the measured delays", () => {
    expect(median([900, 20, 30])).toBe(30);
  });
});

describe("format", () => {
  it("counts time like a recorder", () => {
    expect(counter(3725.9)).toBe("01:02:05");
    expect(span(65)).toBe("1:05");
    expect(span(-1)).toBe("0:00");
  });

  it("says the court's time with its zone", () => {
    expect(dateTime("2026-11-22T01:30:00Z", "Asia/Shanghai", "en")).toMatch(/22 November 2026.*09:30.*GMT\+8/);
    expect(dateTime("rubbish", "Asia/Shanghai", "en")).toBe("");
  });

  it("writes sizes that a person reads", () => {
    expect(bytes(999)).toBe("999 B");
    expect(bytes(48_300_000)).toBe("48.3 MB");
  });
});

describe("recorder", () => {
  const track = { participant: "a", kind: "video" as const, codec: "vp8", bytes: 1, age_ms: 20_000 };
  const running = (sending: ("audio" | "video")[]) =>
    state({ hearing: { ...state().hearing, session: "in_session" }, people: [person("a", { sending })] });
  const recorder = { type: "recorder" as const, state: "open", bytes: 1, free_bytes: 1, synced_age_ms: 1, tracks: [track] };

  it("is alarmed by a track that is sent and not written", () => {
    expect(levelOf(track, running(["video"]))).toBe("alarm");
    expect(alarming(recorder, running(["video"]))).toBe(true);
  });

  it("is not alarmed by a camera that is off", () => {
    expect(levelOf(track, running(["audio"]))).toBe("off");
    expect(alarming(recorder, running(["audio"]))).toBe(false);
  });

  it("is alarmed whenever the server says so", () => {
    expect(alarming(null, state({ recording: { state: "recording", alarm: true } }))).toBe(true);
  });
});

describe("timeline", () => {
  const record: HearingRecord = {
    state: "sealed", progress: 1, opened_us: 1_000_000_000, closed_us: 1_060_000_000, root: "r", key: "k",
    media: [], people: [], chapters: [], intervals: [],
    lines: [line("a", 1_010_000_000), line("b", 1_020_000_000)],
  };
  const file = {
    participant: "a", file: "a.webm", mime: "video/webm", url: "", start_us: 1_005_000_000,
    duration_us: 30_000_000, tracks: [],
  };

  it("finds a moment of the hearing in a file that began later", () => {
    expect(within(record, file, 15)).toBe(10);
    expect(within(record, file, 4)).toBeNull();
    expect(within(record, file, 36)).toBeNull();
    expect(duration(record)).toBe(60);
  });

  it("knows which line is being said", () => {
    expect(lineAt(record, record.lines, 5)).toBeNull();
    expect(lineAt(record, record.lines, 10)).toBe("a");
    expect(lineAt(record, record.lines, 59)).toBe("b");
  });

  it("leads a picture back gently, and jumps only when it is far off", () => {
    expect(correct(0.01, 5, 1)).toEqual({ seek: null, rate: 1 });
    expect(correct(0.1, 5, 1).rate).toBeLessThan(1);
    expect(correct(-0.1, 5, 2).rate).toBeGreaterThan(2);
    expect(correct(-2, 5, 1).seek).toBe(5);
  });
});

describe("audio floor", () => {
  const bad = { up_loss: 0.4, down_loss: 0, rtt_ms: 100, available_kbps: 40 };
  const good = { up_loss: 0, down_loss: 0, rtt_ms: 50, available_kbps: 900 };

  it("drops the own picture only after several bad samples", () => {
    let floor = open;
    for (let n = 0; n < 3; n += 1) floor = step(floor, bad);
    expect(floor.up).toBe(false);
    expect(step(floor, bad).up).toBe(true);
  });

  it("forgets a single bad moment", () => {
    let floor = step(step(open, bad), good);
    for (let n = 0; n < 3; n += 1) floor = step(floor, bad);
    expect(floor.up).toBe(false);
  });

  it("drops the others' pictures when too little arrives", () => {
    let floor = open;
    for (let n = 0; n < 4; n += 1) floor = step(floor, { ...good, down_loss: 0.6 });
    expect(floor).toMatchObject({ up: false, down: true });
  });

  it("keeps pictures on a line that loses a third, and not on one that queues for seconds", () => {
    let floor = open;
    for (let n = 0; n < 9; n += 1) floor = step(floor, { ...good, up_loss: 0.35, down_loss: 0.35 });
    expect(floor).toMatchObject({ up: false, down: false });
    for (let n = 0; n < 4; n += 1) floor = step(floor, { ...good, rtt_ms: 2_500 });
    expect(floor.up).toBe(true);
  });

  it("lets pictures come back, later each time", () => {
    let floor = open;
    for (let n = 0; n < 4; n += 1) floor = step(floor, bad);
    for (let n = 0; n < open.patience; n += 1) floor = step(floor, good);
    expect(floor.up).toBe(false);
    expect(floor.patience).toBeGreaterThan(open.patience);
    expect(lift(floor).patience).toBeGreaterThan(floor.patience);
  });
});

describe("pulse", () => {
  /** `rate` packets a second for three seconds, then none for `silent_ms`. */
  const stops = (rate: number, silent_ms: number): Beat => {
    let now: Beat | null = null;
    for (let at = 0; at <= 3_000; at += 200) now = beat(now, Math.floor((at * rate) / 1000), at);
    return beat(now, now?.packets ?? 0, 3_000 + silent_ms);
  };

  it("counts what came on all transports", () => {
    expect(packets([{ type: "transport", packetsReceived: 3 }, { type: "inbound-rtp", packetsReceived: 9 }])).toBe(3);
  });

  it("is quiet soon after much has stopped, and later after little", () => {
    expect(quiet_ms(stops(50, QUIET_MS - 50))).toBe(0);
    expect(quiet_ms(stops(50, QUIET_MS))).toBe(QUIET_MS);
    expect(quiet_ms(stops(5, QUIET_MS))).toBe(0);
    expect(quiet_ms(stops(5, 3_000))).toBe(3_000);
    expect(quiet_ms(stops(1, 60_000))).toBe(0);
  });

  it("begins anew with another connection", () => {
    expect(quiet_ms(beat(stops(50, 5_000), 0, 9_000))).toBe(0);
  });
});

describe("playout", () => {
  const row = (total: number, concealed: number, silent: number) => ({
    type: "inbound-rtp", kind: "audio", id: "A1", totalSamplesReceived: total, concealedSamples: concealed, silentConcealedSamples: silent,
  });

  it("counts what was made up, and not silence", () => {
    const before = heard([row(0, 0, 0)]);
    expect(madeUp(before, heard([row(96_000, 2_000, 80)]))).toBeCloseTo(0.02);
    expect(madeUp(before, heard([row(1_000, 900, 0)]))).toBe(0);
    expect(madeUp(new Map(), heard([row(96_000, 2_000, 0)]))).toBe(0);
  });

  it("waits at once long enough to ask again, and longer while that does not help", () => {
    let wait = next(short, 0.02);
    expect(wait.target_ms).toBeGreaterThanOrEqual(200);
    for (let n = 0; n < 9; n += 1) wait = next(wait, 0.02);
    expect(wait.target_ms).toBeLessThan(500);
  });

  it("becomes short again after calm minutes", () => {
    let wait = next(next(short, 0.02), 0.02);
    for (let n = 0; n < 59; n += 1) wait = next(wait, 0);
    expect(wait.target_ms).toBeGreaterThan(0);
    wait = next(wait, 0);
    expect(wait.target_ms).toBe(0);
    expect(next(wait, 0.001)).toEqual(short);
  });
});

describe("sdp", () => {
  const sdp = [
    "v=0", "o=- 77 2 IN IP4 127.0.0.1", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=mid:0", "a=ice-ufrag:abcd",
    "a=sendonly", "a=msid:judge judge-audio", "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=mid:1",
    "a=msid:judge judge-screen", "a=inactive", "",
  ].join("\r\n");

  it("names who is on which line", () => {
    expect(sections(sdp)).toEqual([
      { mid: "0", participant: "judge", kind: "audio", sends: true },
      { mid: "1", participant: "judge", kind: "screen", sends: false },
    ]);
  });

  it("tells one connection from the next", () => {
    expect(identity(sdp)).not.toBe(identity(sdp.replace("abcd", "efgh")));
  });
});

describe("statistics", () => {
  it("makes losses of counters", () => {
    const rows = (received: number, lost: number) => [{ type: "inbound-rtp", packetsReceived: received, packetsLost: lost }];
    const before = counters(rows(100, 0), 0);
    const now = counters(rows(180, 20), 2000);
    const up = [
      { type: "remote-inbound-rtp", fractionLost: 0.1, roundTripTime: 0.2 },
      { type: "candidate-pair", nominated: true, availableOutgoingBitrate: 300_000 },
    ];
    expect(sample(up, before, now)).toEqual({ up_loss: 0.1, down_loss: 0.2, rtt_ms: 200, available_kbps: 300 });
  });
});
