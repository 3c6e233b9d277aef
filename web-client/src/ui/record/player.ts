/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Plays many files as one: a clock of its own, which every picture is led back to, and
 * which waits when one of them has nothing to show yet.
 */

import { Emitter } from "../../core/emitter.js";
import type { HearingRecord, MediaFile } from "../../core/api.js";
import { correct, duration, within } from "../../core/timeline.js";

const STEP_MS = 100;
/** So long the clock waits for a picture; then it goes on without. */
const PATIENCE_MS = 4_000;

export class Player extends Emitter {
  readonly #record: HearingRecord;
  readonly #videos = new Map<MediaFile, HTMLVideoElement>();
  playing = false;
  waiting = false;
  speed = 1;
  #position = 0;
  #stepped_ms = 0;
  #waited_ms = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(record: HearingRecord) {
    super();
    this.#record = record;
  }

  get position(): number {
    return this.#position;
  }

  get duration(): number {
    return duration(this.#record);
  }

  attach(file: MediaFile, video: HTMLVideoElement | undefined): void {
    if (!video || this.#videos.get(file) === video) return;
    this.#videos.set(file, video);
    this.#place();
  }

  /** Is the person of `file` there at this moment? */
  shows(file: MediaFile): boolean {
    return within(this.#record, file, this.#position) !== null;
  }

  play(): void {
    if (this.#position >= this.duration - 0.1) this.#position = 0;
    this.playing = true;
    this.#stepped_ms = performance.now();
    this.#waited_ms = 0;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#step(), STEP_MS);
    this.#place();
    this.changed();
  }

  pause(): void {
    this.playing = false;
    this.waiting = false;
    clearInterval(this.#timer);
    for (const video of this.#videos.values()) video.pause();
    this.#place();
    this.changed();
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  seek(position: number): void {
    this.#position = Math.min(Math.max(0, position), this.duration);
    this.#stepped_ms = performance.now();
    this.#waited_ms = 0;
    this.#place();
    this.changed();
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.#place();
    this.changed();
  }

  #step(): void {
    const now_ms = performance.now();
    const passed_ms = now_ms - this.#stepped_ms;
    this.#stepped_ms = now_ms;
    this.waiting = this.#starved() && this.#waited_ms < PATIENCE_MS;
    if (this.waiting) {
      this.#waited_ms += passed_ms;
      for (const video of this.#videos.values()) video.pause();
    } else {
      this.#waited_ms = Math.max(0, this.#waited_ms - passed_ms);
      this.#position += (passed_ms / 1000) * this.speed;
      if (this.#position >= this.duration) {
        this.#position = this.duration;
        return this.pause();
      }
      this.#follow();
    }
    this.changed();
  }

  #starved(): boolean {
    for (const [file, video] of this.#videos) {
      if (!this.shows(file) || video.error) continue;
      if (video.seeking || video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) {
        if (!video.ended) return true;
      }
    }
    return false;
  }

  /** Leads every picture back to the clock. */
  #follow(): void {
    for (const [file, video] of this.#videos) {
      const at = within(this.#record, file, this.#position);
      if (at === null || video.error) {
        if (!video.paused) video.pause();
        continue;
      }
      const { seek, rate } = correct(video.currentTime - at, at, this.speed);
      if (seek !== null) video.currentTime = seek;
      if (video.playbackRate !== rate) video.playbackRate = rate;
      if (video.paused && !video.ended) void video.play().catch(() => undefined);
    }
  }

  /** Puts every picture to the clock's moment at once. */
  #place(): void {
    for (const [file, video] of this.#videos) {
      const at = within(this.#record, file, this.#position);
      if (at === null) {
        video.pause();
        continue;
      }
      if (Math.abs(video.currentTime - at) > 0.05) video.currentTime = at;
      video.playbackRate = this.speed;
    }
  }
}
