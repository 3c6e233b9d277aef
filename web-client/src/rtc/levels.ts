/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** How loud the microphone is, for the bar on the screen. */

export class Meter {
  #context: AudioContext | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #analyser: AnalyserNode | null = null;
  #track: MediaStreamTrack | null = null;
  #data = new Float32Array(512);

  /** Listens to a copy of `track`, so that the bar moves even while the court does not hear it. */
  attach(track: MediaStreamTrack | null): void {
    this.detach();
    if (!track || track.readyState === "ended") return;
    try {
      this.#context ??= new AudioContext();
      this.#track = isApple() ? track : track.clone();
      this.#track.enabled = true;
      this.#source = this.#context.createMediaStreamSource(new MediaStream([this.#track]));
      this.#analyser = this.#context.createAnalyser();
      this.#analyser.fftSize = this.#data.length;
      this.#source.connect(this.#analyser);
      this.resume();
    } catch {
      this.detach(); // no meter, the call still works
    }
  }

  /** After a pause (phone call, locked screen) the sound engine may have stopped. */
  resume(): void {
    if (this.#context?.state !== "running") void this.#context?.resume().catch(() => undefined);
  }

  /** 0 (silence) … 1 (loud), on a scale that follows the ear. */
  level(): number {
    if (!this.#analyser) return 0;
    this.#analyser.getFloatTimeDomainData(this.#data);
    let sum = 0;
    for (const value of this.#data) sum += value * value;
    const db = 10 * Math.log10(sum / this.#data.length + 1e-10);
    return Math.min(1, Math.max(0, (db + 60) / 50));
  }

  detach(): void {
    this.#source?.disconnect();
    this.#source = null;
    this.#analyser = null;
    if (this.#track && !isApple()) this.#track.stop();
    this.#track = null;
  }
}

/** iOS mutes the original when a copy is made while it is in use. */
function isApple(): boolean {
  return /iPhone|iPad|iPod/.test(navigator.userAgent);
}

/** A short friendly tune through the speaker; resolves when it has ended. */
export async function chime(notes: readonly number[] = [523, 659, 784, 659]): Promise<void> {
  const context = new AudioContext();
  await context.resume();
  const length = 0.28;
  notes.forEach((frequency, index) => {
    const from = context.currentTime + index * length;
    const oscillator = new OscillatorNode(context, { frequency, type: "triangle" });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(0.35, from + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, from + length * 1.6);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(from);
    oscillator.stop(from + length * 1.7);
  });
  await new Promise((done) => setTimeout(done, (notes.length + 1) * length * 1000));
  await context.close();
}
