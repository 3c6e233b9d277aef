// SPDX-License-Identifier: LGPL-2.1-or-later

// A litigant's downlink falls from 2 Mbit/s to 300 kbit/s, to less than a picture needs, and comes back.  Measured in
// Chromium behind a real narrow line: sound goes on, the picture goes and comes back (how long the line's queue may
// become is held by tests/unit/sfu/bandwidth.c on a line without chance; here it is printed),
// and the person and the clerk are told in words.  Prints TAP.

import assert from 'node:assert/strict';
import path from 'node:path';

import { Line } from './line.mjs';
import { Court, keepConnections, Person, makeCamera, makeSpeech, top } from './people.mjs';

const WIDE = { rate_kbps: 2000, queue_bytes: 60000, delay_ms: 20 };
const NARROW = { rate_kbps: 300, queue_bytes: 12000 };
const SOUND_ONLY = { rate_kbps: 110, queue_bytes: 6000 };
const BACK_LIMIT_MS = 12_000;
/** Of the sound, while the line is as narrow as it has been for a while. */
const CONCEALED_LIMIT = 0.02;

const court = await Court.open('bandwidth', ['--listen', '0.0.0.0']);
const { people } = court;

/** What the page has received so far. */
async function received() {
  const sum = { frames: 0, videoBytes: 0, concealed: 0, samples: 0, packets: 0 };
  for (const connection of window.connections) {
    if (connection.connectionState === 'closed') continue;
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== 'inbound-rtp') continue;
      if (report.kind === 'video') {
        sum.frames += report.framesDecoded ?? 0;
        sum.videoBytes += report.bytesReceived ?? 0;
      } else {
        sum.concealed += (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0);
        sum.samples += report.totalSamplesReceived ?? 0;
        sum.packets += report.packetsReceived ?? 0;
      }
    }
  }
  return sum;
}

/** What arrives in the next `ms`. */
async function measure(ms) {
  const before = await people.plaintiff.evaluate(received);
  await people.plaintiff.evaluate((wait) => new Promise((resolve) => setTimeout(resolve, wait)), ms);
  const after = await people.plaintiff.evaluate(received);
  return Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]]));
}

const kbps = (bytes, ms) => Math.round((bytes * 8) / ms);

async function untilPicture(least, ms) {
  const began = Date.now();
  while (Date.now() - began < ms) {
    const span = await measure(500);
    if (kbps(span.videoBytes, 500) >= least && span.frames > 0) return Date.now() - began;
  }
  throw new Error(`no ${least} kbit/s of picture within ${ms} ms`);
}

if (!Line.possible()) {
  console.log('1..0 # SKIP /dev/net/tun is not there');
  process.exit(0);
}

await court.run(async (step) => {
  let line;
  let wide;

  await step('a judge and a litigant behind a line of 2 Mbit/s see each other', async () => {
    const camera = path.join(court.work, 'camera.y4m');
    const microphone = path.join(court.work, 'microphone.wav');
    makeCamera(camera);
    makeSpeech(microphone, ['zh-21.b.wav', 'en-4.b.wav'].map((name) => path.join(top, 'tests/data/speech/wav', name)), 0.3);
    line = await Line.open(court.work);
    const there = (link) => Object.assign(new URL(link), { hostname: line.near }).href;
    const origins = [court.links.judge, there(court.links.judge)].map((link) => new URL(link).origin).join(',');
    const args = [`--unsafely-treat-insecure-origin-as-secure=${origins}`];
    await line.set({ down: WIDE, up: { delay_ms: 20 } });
    people.judge = await Person.chromium('judge', { camera, microphone, viewport: { width: 1000, height: 700 }, args });
    people.plaintiff = await Person.chromium('plaintiff', { camera, microphone, viewport: { width: 400, height: 700 }, args, line });
    for (const name of ['judge', 'plaintiff']) await people[name].page.addInitScript(keepConnections);
    await people.judge.arrive(court.links.judge);
    await people.plaintiff.arrive(there(court.links.plaintiff));
    await court.staff('judge', court.ids.plaintiff, 'admit');
    await people.plaintiff.see('[data-test=room]');
    await court.confirm('judge', 'open');
    await people.plaintiff.sees(court.ids.judge);
    await measure(6000); // the judge's browser finds its own bitrate
    wide = kbps((await measure(3000)).videoBytes, 3000);
    console.log(`# picture: ${wide} kbit/s`);
    assert.ok(wide > 350, `too little of a picture for this test: ${wide} kbit/s`);
  });

  await step('at 300 kbit/s the picture gives way within a second and sound goes on', async () => {
    await line.set({ down: NARROW });
    await measure(1000);
    const first = await measure(1000);
    console.log(`# the second after: ${kbps(first.videoBytes, 1000)} kbit/s of picture`);
    assert.ok(kbps(first.videoBytes, 1000) < 300);
    await measure(1000);
    await line.set();
    const span = await measure(8000);
    const { queue_ms: queue, overflowed } = (await line.set()).down;
    const concealed = span.concealed / span.samples;
    console.log(`# then: ${kbps(span.videoBytes, 8000)} kbit/s of picture, ${(100 * concealed).toFixed(2)} % of the sound concealed, queue ${Math.round(queue)} ms, ${overflowed} dropped`);
    assert.ok(span.packets > 300, `sound packets: ${span.packets}`);
    assert.ok(concealed <= CONCEALED_LIMIT, `concealed: ${concealed}`);
  });

  await step('below what a picture needs the person is told in words, and so is the bench', async () => {
    await line.set({ down: SOUND_ONLY });
    await people.plaintiff.see('[data-test=banner][data-banner=slow]', 10);
    assert.match(await people.plaintiff.page.textContent('[data-test=banner][data-banner=slow]'), /只有声音/);
    if (process.env.OYER_SHOTS) await people.plaintiff.shot(path.join(process.env.OYER_SHOTS, 'weak-line.png'));
    await people.judge.see('[data-test=alert][data-code=line_weak]', 10);
    if (process.env.OYER_SHOTS) await people.judge.shot(path.join(process.env.OYER_SHOTS, 'weak-line-judge.png'));
    await measure(2000);
    const span = await measure(4000);
    console.log(`# ${kbps(span.videoBytes, 4000)} kbit/s of picture, ${(100 * span.concealed / span.samples).toFixed(2)} % of the sound concealed`);
    assert.ok(span.packets > 150, `sound packets: ${span.packets}`);
    assert.ok(span.concealed / span.samples <= CONCEALED_LIMIT);
  });

  await step('at 2 Mbit/s again the picture is back as it was within twelve seconds', async () => {
    await line.set({ down: WIDE });
    const took = await untilPicture(wide * 0.75, BACK_LIMIT_MS);
    console.log(`# back after ${took} ms`);
    await people.plaintiff.gone('[data-test=banner][data-banner=slow]', 5);
    await people.judge.gone('[data-test=alert][data-code=line_weak]', 5);
  });
});
