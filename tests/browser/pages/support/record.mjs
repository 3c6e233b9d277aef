/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** A sealed record with two small films, made by ffmpeg. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LINES } from "./people.mjs";

const OPENED_US = LINES[0].start_us;

/** One film with a running number in the picture and a tone. */
export function film(seconds, pattern = "testsrc2") {
  const folder = mkdtempSync(join(tmpdir(), "oyer-film-"));
  const file = join(folder, "film.webm");
  execFileSync("ffmpeg", [
    "-v", "error", "-f", "lavfi", "-i", `${pattern}=size=320x180:rate=10`,
    "-f", "lavfi", "-i", "sine=frequency=330", "-t", String(seconds),
    "-c:v", "libvpx", "-g", "10", "-deadline", "realtime", "-c:a", "libopus", file,
  ]);
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  return bytes;
}

const file = (participant, from_s, duration_s, name = participant) => ({
  participant, file: `${name}.webm`, mime: "video/webm", url: `/media/${name}.webm`,
  start_us: OPENED_US + from_s * 1e6, duration_us: duration_s * 1e6,
  tracks: [{ track: `${participant}-video`, kind: "video", codec: "vp8", start_us: 0, end_us: 0, packets: 1, lost: 0 }],
});

export function sealed(changes = {}) {
  return {
    state: "sealed", progress: 1, opened_us: OPENED_US, closed_us: OPENED_US + 30e6,
    root: "8f3a1c".padEnd(64, "0"), key: "77aa".padEnd(64, "1"),
    media: [file("judge", 0, 30), file("plaintiff", 3, 27)],
    people: [
      { id: "judge", name: "徐明", role: "judge", party: null },
      { id: "clerk", name: "陈晓", role: "clerk", party: null },
      { id: "plaintiff", name: "朱丽", role: "party", party: "plaintiff" },
    ],
    chapters: [
      { at_us: OPENED_US, stage: "opening", zh: "宣布开庭", en: "Opening" },
      { at_us: OPENED_US + 17e6, stage: "statement", zh: "原告陈述", en: "Claim" },
    ],
    intervals: [{ from_us: OPENED_US + 25e6, to_us: OPENED_US + 28e6, kind: "off_record", reason: "pause", by: "judge" }],
    lines: LINES, package: true, ...changes,
  };
}
