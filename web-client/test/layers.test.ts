/* SPDX-License-Identifier: LGPL-2.1-or-later */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SETTLE_MS, Wishes } from "../src/app/wishes.js";
import { activeRids, ALL_LAYERS, cameraLayers, encodings, shape, SHAPES, SMALL_VIDEO } from "../src/rtc/codecs.js";

const RIDS = ["q", "h", "f"];

function camera(width: number, height: number): MediaStreamTrack {
  return { kind: "video", getSettings: () => ({ width, height }) } as unknown as MediaStreamTrack;
}

function sender(rids: readonly string[], track = camera(1280, 720)): RTCRtpSender & { set: RTCRtpEncodingParameters[] } {
  const made = {
    track,
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
    const active = (on: boolean, rids: string[], small = false, track = camera(1280, 720)) => {
      const shape = small ? SMALL_VIDEO : SHAPES.video;
      return [...activeRids(cameraLayers(track), { on, rids }, shape)].join();
    };
    expect(active(true, [])).toBe("q,h,f");
    expect(active(true, ["f"])).toBe("f");
    expect(active(true, ["q", "f"])).toBe("q,f");
    expect(active(false, [])).toBe("");
    expect(active(true, ["unknown"])).toBe("");
    // On a narrow line nothing large leaves the device, but the record gets something.
    expect(active(true, ["q", "f"], true)).toBe("q");
    expect(active(true, ["f"], true)).toBe("h");
    // The server may still ask for a layer that the camera before this one had.
    expect(active(true, ["f"], false, camera(640, 360))).toBe("h");
    expect(active(true, [], true, camera(640, 360))).toBe("q");
    expect(active(true, [], true, camera(320, 180))).toBe("q");
  });

  it("sends a small camera in its own size, in as many layers as browsers make of it", () => {
    const scales = (width: number, height: number) =>
      encodings("video", camera(width, height), SHAPES.video).map(
        ({ active, scaleResolutionDownBy }) => (active ? scaleResolutionDownBy : 0),
      );
    expect(scales(1280, 720)).toEqual([4, 2, 1]);
    expect(scales(960, 540)).toEqual([4, 2, 1]);
    expect(scales(640, 480)).toEqual([2, 1, 0]);
    expect(scales(360, 640)).toEqual([2, 1, 0]);
    expect(scales(320, 240)).toEqual([1, 0, 0]);
  });

  it("follows a change of camera", async () => {
    const small = sender(RIDS, camera(640, 360));
    await shape(small, SHAPES.video, { on: true, rids: ["f"] });
    expect(small.set).toMatchObject([
      { active: false, scaleResolutionDownBy: 2, maxBitrate: 350_000 },
      { active: true, scaleResolutionDownBy: 1, maxBitrate: 1_000_000 },
      { active: false },
    ]);
  });

  it("switches encodings on and off", async () => {
    const made = sender(RIDS);
    await shape(made, SHAPES.video, { on: true, rids: ["q"] });
    expect(made.set.map(({ active }) => active)).toEqual([true, false, false]);
    await shape(made, SHAPES.video, { on: false, rids: [] });
    expect(made.set.map(({ active }) => active)).toEqual([false, false, false]);
    await shape(made, SHAPES.video, ALL_LAYERS);
    expect(made.set.map(({ active }) => active)).toEqual([true, true, true]);
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
    expect(sent).toEqual([{ tracks: { "a-video": 300, "b-video": 0 } }]);
    wishes.hide(big);
    wishes.show(big, "b-video", 300);
    wishes.hide({});
    vi.advanceTimersByTime(SETTLE_MS);
    expect(sent[1]).toEqual({ tracks: { "a-video": 90, "b-video": 300 } });
    wishes.show(big, "b-video", 300);
    vi.advanceTimersByTime(SETTLE_MS);
    expect(sent.length).toBe(2);
    wishes.again();
    vi.advanceTimersByTime(SETTLE_MS);
    expect(sent.length).toBe(3);
  });

  it("tells whom the person chose, as long as there is a picture of them", () => {
    const sent: object[] = [];
    const wishes = new Wishes((told) => !!sent.push(told));
    wishes.receive(["a-video"]);
    wishes.choose("b-video");
    vi.advanceTimersByTime(SETTLE_MS);
    wishes.receive(["a-video", "b-video"]);
    vi.advanceTimersByTime(SETTLE_MS);
    wishes.choose(null);
    vi.advanceTimersByTime(SETTLE_MS);
    expect(sent).toEqual([
      { tracks: { "a-video": 0 } },
      { tracks: { "a-video": 0, "b-video": 0 }, chosen: "b-video" },
      { tracks: { "a-video": 0, "b-video": 0 } },
    ]);
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
    expect(sent).toEqual([{ tracks: { "a-video": 0 } }]);
  });
});
