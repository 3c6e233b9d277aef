// SPDX-License-Identifier: LGPL-2.1-or-later

// Who sees a picture small gets it small, whoever enlarges it gets it large at once, and what nobody sees and nobody
// records is not sent.  A judge and a clerk in Chromium; the browsers' own counters say what flows.  Prints TAP.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { Court, keepConnections, Person, makeSpeech, top } from './people.mjs';

const FULL = 540;
const SWITCH_MS = 1000;
const FREEZE_MS = 500;

/** The longest pause between two frames of a picture since it was asked. */
function watch() {
  window.pause = { longest: 0, last: 0 };
  window.watchFrames = (video) => {
    const next = (now) => {
      if (window.pause.last) window.pause.longest = Math.max(window.pause.longest, now - window.pause.last);
      window.pause.last = now;
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  };
}

/** Heights that come in, and by layer the bytes that have gone out. */
async function traffic() {
  const found = { heights: [], sent: {} };
  for (const connection of window.connections) {
    if (connection.connectionState === 'closed') continue;
    for (const report of (await connection.getStats()).values()) {
      if (report.kind !== 'video') continue;
      if (report.type === 'inbound-rtp') found.heights.push(report.frameHeight ?? 0);
      if (report.type === 'outbound-rtp') found.sent[report.rid ?? ''] = report.bytesSent;
    }
  }
  return found;
}

const court = await Court.open('layers');
const people = court.people;

/** Makes the clerk's tiles so high; 0: not to be seen; null: as the page has them. */
const shown = (height) => people.clerk.evaluate((value) => {
  const sheet = new CSSStyleSheet();
  if (value) sheet.replaceSync(`oyer-tile { height: ${value + 40}px !important; max-height: none !important } .oyer-tile__picture { height: ${value}px !important; min-height: 0 !important; flex: none !important }`);
  if (value === 0) sheet.replaceSync('oyer-tile { display: none !important }');
  document.adoptedStyleSheets = [sheet];
}, height);

/** The height of the judge's picture as the clerk gets it. */
async function height() {
  return (await people.clerk.evaluate(traffic)).heights[0] ?? 0;
}

async function until(what, test, ms) {
  const began = Date.now();
  for (;;) {
    const value = await test();
    if (value) return Date.now() - began;
    if (Date.now() - began > ms) throw new Error(`waited ${ms} ms for ${what}`);
  }
}

/** kbit/s by layer that the judge sends, over a second of the page's time. */
function rates() {
  return people.judge.page.evaluate(`(async () => {
    const traffic = ${traffic};
    const before = (await traffic()).sent;
    const at = performance.now();
    while (performance.now() - at < 1000) await new Promise((resolve) => requestAnimationFrame(resolve));
    const after = (await traffic()).sent;
    return Object.fromEntries(Object.keys(after).map((rid) => [rid, (after[rid] - (before[rid] ?? 0)) * 8 / (performance.now() - at)]));
  })()`);
}

await court.run(async (step) => {
  await step('a judge and a clerk see each other, in three sizes', async () => {
    const camera = path.join(court.work, 'camera.y4m');
    const microphone = path.join(court.work, 'microphone.wav');
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=960x${FULL}:rate=12`, '-t', '4', '-pix_fmt', 'yuv420p', camera]);
    makeSpeech(microphone, [path.join(top, 'tests/data/speech/wav/en-4.b.wav')], 0.5);
    for (const name of ['judge', 'clerk']) {
      people[name] = await Person.chromium(name, { camera, microphone, viewport: { width: 1400, height: 1000 } });
      await people[name].page.addInitScript(keepConnections);
      await people[name].page.addInitScript(watch);
      await people[name].arrive(court.links[name]);
    }
    await people.clerk.sees(court.ids.judge);
    await people.clerk.evaluate((id) => window.watchFrames(document.querySelector(`[data-test=tile][data-participant="${id}"] video`)), court.ids.judge);
    assert.deepEqual(Object.keys((await people.judge.evaluate(traffic)).sent).sort(), ['f', 'h', 'q']);
  });

  await step('a small tile gets the small layer, and the others are not even sent', async () => {
    await shown(100);
    await until('the small layer', async () => (await height()) === FULL / 4, 6000);
    await until('only it to be sent', async () => {
      const { q, h, f } = await rates();
      return q > 5 && h < 1 && f < 1;
    }, 15000);
  });

  await step(`enlarged, the large one is there within ${SWITCH_MS} ms, and nothing stood still`, async () => {
    const times = [];
    for (let round = 0; round < 3; round++) {
      await until('the small layer alone', async () => (await height()) === FULL / 4 && (await rates()).f < 1, 15000);
      await people.clerk.evaluate(() => Object.assign(window.pause, { longest: 0 }));
      await shown(500);
      times.push(await until('the large layer', async () => (await height()) === FULL, 6000));
      await shown(100);
    }
    const { longest } = await people.clerk.evaluate(() => window.pause);
    times.sort((a, b) => a - b);
    console.log(`# large after ${times.join(', ')} ms; longest pause between two frames ${longest.toFixed(0)} ms`);
    assert.ok(times[1] <= SWITCH_MS, `${times}`);
    assert.ok(longest < FREEZE_MS, `${longest} ms`);
  });

  await step('what nobody sees and nobody records is not sent', async () => {
    await shown(0);
    let sum = Infinity;
    const took = await until('the judge to send no picture', async () => {
      sum = Object.values(await rates()).reduce((a, b) => a + b, 0);
      return sum < 1;
    }, 15000);
    console.log(`# nothing any more after ${took} ms`);
  });

  await step('the record gets the large one, though nobody sees it', async () => {
    await court.confirm('judge', 'open');
    await people.clerk.see('[data-test=session][data-session=in_session]');
    await until('the large layer to be sent', async () => {
      const { q, h, f } = await rates();
      return f > 20 && q < 1 && h < 1;
    }, 10000);
  });

  await step('and it is back for whoever looks', async () => {
    await shown(null);
    await until('the large layer', async () => (await height()) >= FULL / 2, 6000);
    await people.clerk.sees(court.ids.judge);
  });
});
