/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Camera, microphone and screen of this device, and what is wrong with them if anything. */

import { Emitter } from "../core/emitter.js";
import type { DeviceHealth } from "../core/messages.js";

export type Device = "camera" | "microphone";

const CAMERA_KEY = "oyer.camera";
const MICROPHONE_KEY = "oyer.microphone";

export function healthOf(error: unknown): DeviceHealth {
  const name = (error as { name?: string } | null)?.name ?? "";
  if (name === "NotAllowedError" || name === "SecurityError") return "blocked";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "unknown";
}

function cameraWish(id: string | null): MediaTrackConstraints {
  const wish: MediaTrackConstraints = {
    width: { ideal: 960 },
    height: { ideal: 540 },
    frameRate: { ideal: 24, max: 30 },
  };
  return id ? { ...wish, deviceId: { ideal: id } } : { ...wish, facingMode: "user" };
}

function microphoneWish(id: string | null): MediaTrackConstraints {
  const wish = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  return id ? { ...wish, deviceId: { ideal: id } } : wish;
}

export class Devices extends Emitter {
  camera: MediaStreamTrack | null = null;
  microphone: MediaStreamTrack | null = null;
  screen: MediaStreamTrack | null = null;
  health: Record<Device, DeviceHealth> = { camera: "unknown", microphone: "unknown" };
  /** The browser is asking the person right now. */
  asking = false;
  cameras: MediaDeviceInfo[] = [];
  microphones: MediaDeviceInfo[] = [];

  constructor() {
    super();
    navigator.mediaDevices?.addEventListener?.("devicechange", () => void this.list());
  }

  get(device: Device): MediaStreamTrack | null {
    return device === "camera" ? this.camera : this.microphone;
  }

  /** Both at once, so that the browser asks once; then each alone, to know which one fails. */
  async acquire(): Promise<void> {
    this.asking = true;
    this.changed();
    try {
      const both = await navigator.mediaDevices.getUserMedia({
        video: cameraWish(kept(CAMERA_KEY)),
        audio: microphoneWish(kept(MICROPHONE_KEY)),
      });
      this.#take("camera", both.getVideoTracks()[0] ?? null);
      this.#take("microphone", both.getAudioTracks()[0] ?? null);
    } catch (error) {
      if (healthOf(error) === "blocked" && !(await this.#anyGranted())) {
        this.health = { camera: "blocked", microphone: "blocked" };
      } else {
        await this.open("microphone");
        await this.open("camera");
      }
    }
    this.asking = false;
    await this.list();
    this.changed();
  }

  /** Opens one device (again).  The old track is let go first: phones have one capture each. */
  async open(device: Device, id: string | null = null): Promise<void> {
    const key = device === "camera" ? CAMERA_KEY : MICROPHONE_KEY;
    if (id) keep(key, id);
    this.close(device);
    try {
      const stream = await navigator.mediaDevices.getUserMedia(
        device === "camera"
          ? { video: cameraWish(id ?? kept(key)) }
          : { audio: microphoneWish(id ?? kept(key)) },
      );
      this.#take(device, stream.getTracks()[0] ?? null);
    } catch (error) {
      this.health = { ...this.health, [device]: healthOf(error) };
    }
    this.changed();
  }

  close(device: Device): void {
    const track = this.get(device);
    if (device === "camera") this.camera = null;
    else this.microphone = null;
    if (!track) return;
    track.onended = null;
    track.stop();
    this.changed();
  }

  closeAll(): void {
    this.close("camera");
    this.close("microphone");
    this.stopScreen();
  }

  /** Throws when the person says no. */
  async shareScreen(): Promise<void> {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { max: 10 } },
      audio: false,
    });
    const track = stream.getVideoTracks()[0] ?? null;
    this.screen = track;
    if (track) track.onended = () => this.stopScreen();
    this.changed();
  }

  stopScreen(): void {
    const track = this.screen;
    this.screen = null;
    if (!track) return;
    track.onended = null;
    track.stop();
    this.changed();
  }

  async list(): Promise<void> {
    const all = await navigator.mediaDevices?.enumerateDevices?.().catch(() => []);
    this.cameras = (all ?? []).filter((one) => one.kind === "videoinput");
    this.microphones = (all ?? []).filter((one) => one.kind === "audioinput");
    this.changed();
  }

  #take(device: Device, track: MediaStreamTrack | null): void {
    if (device === "camera") this.camera = track;
    else this.microphone = track;
    this.health = { ...this.health, [device]: track ? "ok" : "none" };
    if (!track) return;
    track.onended = () => this.#lost(device, track);
  }

  /** Unplugged, or taken by a phone call.  What comes next is the owner's decision. */
  #lost(device: Device, track: MediaStreamTrack): void {
    if (this.get(device) !== track) return;
    this.health = { ...this.health, [device]: "busy" };
    if (device === "camera") this.camera = null;
    else this.microphone = null;
    this.changed();
  }

  async #anyGranted(): Promise<boolean> {
    for (const name of ["camera", "microphone"]) {
      const status = await navigator.permissions
        ?.query({ name: name as PermissionName })
        .catch(() => null);
      if (status?.state === "granted" || status === null) return true;
    }
    return false;
  }
}

function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, id: string): void {
  try {
    localStorage.setItem(key, id);
  } catch {
    // Storage is off: the choice lasts for this page.
  }
}
