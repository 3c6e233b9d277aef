/* SPDX-License-Identifier: LGPL-2.1-or-later */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SETTLE_MS, Wishes } from "../src/app/wishes.js";
import { activeRids, ALL_LAYERS, shape, SHAPES, SMALL_VIDEO } from "../src/rtc/codecs.js";

const RIDS = ["q", "h", "f"];

function sender(rids: readonly string[]): RTCRtpSender & { set: RTCRtpEncodingParameters[] } {
  const made = {
    track: { kind: "video" },
    set: [] as RTCRtpEncodingParameters[],
    getParameters: () => ({ encodings: rids.map((rid) => (rid ? { rid } : {})) }),
    setParameters: (parameters: RTCRtpSendParameters) => {
      made.set = parameters.encodings;
      return Promise.resolve();
    },
  };
  return made as unknown as RTCRtpSender & { set: RTCRtpEncodingParameters[] };
}

describe("layers", () => {
  it("sends what somebody has use for, and no more", () => {
    const active = (on: boolean, rids: string[], small = false) =>
      [...activeRids(RIDS, { on, rids }, small ? SMALL_VIDEO : SHAPES.video)].join();
    expect(active(true, [])).toBe("q,h,f");
    expect(active(true, ["f"])).toBe("f");
    expect(active(true, ["q", "f"])).toBe("q,f");
    expect(active(false, [])).toBe("");
    expect(active(true, ["unknown"])).toBe("");
    // On a narrow line nothing large leaves the device, but the record gets something.
    expect(active(true, ["q", "f"], true)).toBe("q");
    expect(active(true, ["f"], true)).toBe("h");
  });

  it("switches encodings on and off, and keeps their shapes", async () => {
    const camera = sender(RIDS);
    await shape(camera, SHAPES.video, { on: true, rids: ["q"] });
    expect(camera.set.map(({ active }) => active)).toEqual([true, false, false]);
    await shape(camera, SHAPES.video, { on: false, rids: [] });
    expect(camera.set.map(({ active }) => active)).toEqual([false, false, false]);
    await shape(camera, SHAPES.video, ALL_LAYERS);
    expect(camera.set.map(({ active }) => active)).toEqual([true, true, true]);
    expect(camera.set[0]?.maxBitrate).toBeUndefined();
  });

  it("switches a picture of one layer as a whole", async () => {
    const screen = sender([""]);
    await shape(screen, SHAPES.screen, { on: false, rids: [] });
    expect(screen.set[0]?.active).toBe(false);
    await shape(screen, SHAPES.screen, { on: true, rids: [] });
    expect(screen.set[0]).toMatchObject({ active: true, maxBitrate: SHAPES.screen.maxBitrate });
  });
});

describe("wishes", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("tells the largest place of each picture, once it has settled", () => {
    const sent: object[] = [];
    const wishes = new Wishes((tracks) => !!sent.push(tracks));
    const [big, small] = [{}, {}];
    wishes.receive(["a-video", "b-video"]);
    wishes.show(big, "a-video", 300.4);
    wishes.show(small, "a-video", 90);
    wishes.show({}, "me-video", 500);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(SETTLE_MS);
    expect(sent).toEqual([{ "a-video": 300, "b-video": 0 }]);
    wishes.hide(big);
    wishes.show(big, "b-video", 300);
    wishes.hide({});
    vi.advanceTimersByTime(SETTLE_MS);
    expect(sent[1]).toEqual({ "a-video": 90, "b-video": 300 });
    wishes.show(big, "b-video", 300);
    vi.advanceTimersByTime(SETTLE_MS);
    expect(sent.length).toBe(2);
    wishes.again();
    vi.advanceTimersByTime(SETTLE_MS);
    expect(sent.length).toBe(3);
  });

  it("tells again what could not be sent", () => {
    let up = false;
    const sent: object[] = [];
    const wishes = new Wishes((tracks) => up && !!sent.push(tracks));
    wishes.receive(["a-video"]);
    vi.advanceTimersByTime(SETTLE_MS);
    up = true;
    wishes.receive(["a-video"]);
    vi.advanceTimersByTime(SETTLE_MS);
    expect(sent).toEqual([{ "a-video": 0 }]);
  });
});
