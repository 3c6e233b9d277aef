/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** How worried to be about a track of the recording.  Pure. */

import type { Recorder, RecorderTrack, State } from "./messages.js";

export type Level = "ok" | "late" | "alarm" | "off";

export const LATE_MS = 3_000;
export const ALARM_MS = 8_000;

/** A track that nobody sends is not late; a track of somebody who is away is the line's matter. */
export function levelOf(track: RecorderTrack, state: State): Level {
  const person = state.people.find((one) => one.id === track.participant);
  const sends =
    state.hearing.session === "in_session" &&
    (person === undefined || (person.online && person.sending.includes(track.kind)));
  if (track.age_ms < LATE_MS) return "ok";
  if (!sends) return "off";
  return track.age_ms < ALARM_MS ? "late" : "alarm";
}

/** Must the clerk hear about it? */
export function alarming(recorder: Recorder | null, state: State): boolean {
  if (state.recording.alarm || state.recording.state === "failed") return true;
  if (state.hearing.session !== "in_session" || !recorder) return false;
  return (
    recorder.state === "failed" ||
    recorder.tracks.some((track) => levelOf(track, state) === "alarm")
  );
}
