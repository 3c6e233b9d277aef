// SPDX-License-Identifier: LGPL-2.1-or-later

// A hearing in which one person has a bad line: a third of all packets lost, another network in the middle of a
// sentence, no network at all for a while, and a phone call.  Prints TAP.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { Line } from './line.mjs';
import { Court, keepConnections, makeCamera, makeSpeech, Person, top } from './people.mjs';

if (!Line.possible()) {
  console.log('1..0 # SKIP /dev/net/tun may not be used here');
  process.exit(0);
}

/** The pauses of each picture, and a switch that takes the sound out of the microphone. */
function prepare() {
  window.pauses = { longest: 0 };
  setInterval(() => {
    for (const video of document.querySelectorAll('[data-test=tile] video')) {
      if (video.dataset.watched) continue;
      video.dataset.watched = 'yes';
      let last = performance.now();
      const seen = () => {
        const now = performance.now();
        window.pauses.longest = Math.max(window.pauses.longest, now - last);
        last = now;
        video.requestVideoFrameCallback(seen);
      };
      video.requestVideoFrameCallback(seen);
    }
  }, 200);
  const capture = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await capture(wish);
    if (!wish.audio) return stream;
    // A track that is live, enabled and not muted, and silent: what a phone call leaves.
    const context = new AudioContext();
    const gain = context.createGain();
    const out = context.createMediaStreamDestination();
    context.createMediaStreamSource(stream).connect(gain).connect(out);
    window.takeSound = () => { gain.gain.value = 0; };
    for (const track of stream.getVideoTracks()) out.stream.addTrack(track);
    return out.stream;
  };
}

/** What comes in: {audio: {packets, total, made}, video: {frames}} by stream. */
async function incoming() {
  const found = { audio: {}, video: {} };
  for (const connection of window.connections) {
    if (connection.connectionState === 'closed') continue;
    for (const row of (await connection.getStats()).values()) {
      if (row.type !== 'inbound-rtp') continue;
      found[row.kind][row.ssrc] = row.kind === 'audio'
        ? { packets: row.packetsReceived, total: row.totalSamplesReceived, made: row.concealedSamples - row.silentConcealedSamples }
        : { packets: row.framesDecoded };
    }
  }
  return found;
}

/** Resolves with the moment (ms since 1970) at which `others` sounds and pictures come in beyond `before`. */
async function flows({ before, others, limit }) {
  const until = Date.now() + limit;
  for (;;) {
    const found = { audio: 0, video: 0 };
    for (const connection of window.connections) {
      if (connection.connectionState === 'closed') continue;
      for (const row of (await connection.getStats()).values()) {
        if (row.type !== 'inbound-rtp') continue;
        const count = row.kind === 'audio' ? row.packetsReceived : row.framesDecoded;
        if (count > (before[row.kind][row.ssrc]?.packets ?? 0)) found[row.kind]++;
      }
    }
    if (found.audio >= others && found.video >= others) return Date.now();
    if (Date.now() > until) throw new Error(`not back: ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** From now on the page writes down each change of its line to the server: window.line = [[ms since 1970, state], …]. */
function watchLine() {
  const app = document.querySelector('oyer-app');
  window.line = [];
  new MutationObserver(() => window.line.push([Date.now(), app.dataset.link])).observe(app, { attributes: true, attributeFilter: ['data-link'] });
}

/**
 * On two cores that also run three browsers with cameras everybody has everybody again 1.6 to 2.7 s after a change of
 * address and 1.3 to 3.7 s after a line is back, by a page that says after 2.4 to 2.8 s that it is lost; a machine that
 * builds beside it is slower still.  What the page itself does when is asserted by its own clock in web-client/test.
 */
const BACK_MS = 6000;
const SAID_MS = 4000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Numbers of `track`'s sound in the journal; with RED also what a packet repeats. */
function recorded(folder, track) {
  const have = new Set();
  let first = Infinity, last = -Infinity, cycles = 0, before = null;
  for (const name of fs.readdirSync(folder).filter((one) => one.endsWith('.pcapng')).sort()) {
    const file = fs.readFileSync(path.join(folder, name));
    const interfaces = [];
    for (let at = 0; at + 12 <= file.length;) {
      const type = file.readUInt32LE(at), bytes = file.readUInt32LE(at + 4);
      if (bytes < 12 || at + bytes > file.length) break;
      if (type === 1) interfaces.push(file.toString('latin1', at, at + bytes));
      const packet = at + 28;
      if (type === 6 && interfaces[file.readUInt32LE(at + 8)].includes(`${track}\0`) && file.readUInt16BE(packet + 22) % 2 === 0) {
        const rtp = packet + 28, end = packet + file.readUInt32LE(at + 20);
        const seq = file.readUInt16BE(rtp + 2);
        if (before !== null && before - seq > 32768) cycles += 65536;
        const number = seq + (before !== null && seq - before > 32768 ? cycles - 65536 : cycles);
        if (before === null || ((seq - before) & 0xffff) < 32768) before = seq;
        have.add(number);
        first = Math.min(first, number);
        last = Math.max(last, number);
        let payload = rtp + 12 + 4 * (file[rtp] & 15);
        if (file[rtp] & 16) payload += 4 + 4 * file.readUInt16BE(payload + 2);
        if ((file[rtp + 1] & 0x7f) === 63 && payload < end && file[payload] & 0x80) have.add(number - 1);
      }
      at += bytes;
    }
  }
  return { have, first, last };
}

const court = await Court.open('network', ['--listen', '0.0.0.0']);
const people = court.people;
const who = ['judge', 'clerk', 'plaintiff'];
const others = who.length - 1;
let line;

const everywhere = async (fn, arg = {}) => Object.fromEntries(await Promise.all(who.map(async (name) => [name, await people[name].evaluate(fn, arg[name])])));

/** Since when everybody has everybody again, counted from packets that come after now. */
async function allBack(since, limit) {
  const before = await everywhere(incoming);
  const arg = Object.fromEntries(who.map((name) => [name, { before: before[name], others, limit }]));
  return Math.max(...Object.values(await everywhere(flows, arg))) - since;
}

await court.run(async (step) => {
  await step('three people are in a hearing, one of them behind a line of his own', async () => {
    const camera = path.join(court.work, 'camera.y4m');
    const microphone = path.join(court.work, 'microphone.wav');
    makeCamera(camera);
    makeSpeech(microphone, ['zh-21.b.wav', 'en-4.b.wav'].map((name) => path.join(top, 'tests/data/speech/wav', name)), 0.3);
    line = await Line.open(court.work, { seed: 1 });
    // To the server's address on his line; browsers give cameras to http only when told so.
    const link = { ...court.links, plaintiff: Object.assign(new URL(court.links.plaintiff), { hostname: line.near }).href };
    const args = [`--unsafely-treat-insecure-origin-as-secure=${new URL(link.plaintiff).origin}`];
    for (const name of who) {
      people[name] = await Person.chromium(name, { camera, microphone, viewport: { width: 1000, height: 700 }, args, line: name === 'plaintiff' ? line : undefined });
      await people[name].page.addInitScript(keepConnections);
      await people[name].page.addInitScript(prepare);
      await people[name].arrive(link[name]);
    }
    await court.staff('clerk', court.ids.plaintiff, 'admit');
    await people.plaintiff.see('[data-test=room]');
    await court.confirm('judge', 'open');
    await people.clerk.see('[data-test=session][data-session=in_session]');
    await line.set({ up: { delay_ms: 25 }, down: { delay_ms: 25 } });
    await allBack(0, 20000);
  });

  await step('a third lost at 50 ms round trip: at most 2 % of the sound is made up, pictures move, 99.9 % is recorded', async () => {
    const journal = path.join(court.data, 'hearings', court.hearing, '1/journal');
    const track = `${court.ids.plaintiff}-audio`;
    await line.set({ up: { loss: 0.3 }, down: { loss: 0.3 } });
    await pause(6000); // until both ends have noticed
    const from = recorded(journal, track).last;
    const before = await everywhere(incoming);
    await everywhere(() => { window.pauses.longest = 0; });
    await pause(14000);
    const after = await everywhere(incoming);
    const pauses = await everywhere(() => Math.round(window.pauses.longest));
    await line.set({ up: { loss: 0 }, down: { loss: 0 } });
    await pause(1500); // what is asked for again is under way
    for (const name of who) {
      for (const [ssrc, { total, made }] of Object.entries(after[name].audio)) {
        const was = before[name].audio[ssrc];
        const share = (made - was.made) / (total - was.total);
        console.log(`# ${name}: ${(share * 100).toFixed(2)} % made up, longest pause of a picture ${pauses[name]} ms`);
        assert.ok(share <= 0.02, `${name}: ${share}`);
      }
      assert.ok(pauses[name] <= 2000, `${name}: a picture stood for ${pauses[name]} ms`);
    }
    const { have, last } = recorded(journal, track);
    let missing = 0;
    for (let number = from + 1; number < last - 25; number++) missing += have.has(number) ? 0 : 1;
    const share = missing / (last - 25 - from);
    console.log(`# missing in the record: ${missing} of ${last - 25 - from}`);
    assert.ok(last - from > 500 && share <= 0.001, `${missing}`);
  });

  await step('from Wi-Fi to 4G: everybody has everybody again, in the same seat, and nobody was called anew', async () => {
    const rooms = await everywhere(() => document.querySelector('oyer-app').dataset.screen);
    const at = Date.now();
    line.roam('10.98.1.77');
    await pause(150); // what was under way has arrived
    const took = await allBack(at, 15000);
    console.log(`# back after ${took} ms`);
    assert.ok(took <= BACK_MS, `${took} ms`);
    assert.deepEqual(await everywhere(() => document.querySelector('oyer-app').dataset.screen), rooms);
    await people.plaintiff.until('the line to be live', () => document.querySelector('oyer-app').dataset.link === 'live', null, 5);
  });

  await step('the server cannot be reached for 20 s: the page says so, and then all is back', async () => {
    await people.plaintiff.evaluate(watchLine);
    const at = Date.now();
    await line.set({ up: { down: 1 }, down: { down: 1 } });
    await people.plaintiff.see('[data-test=banner][data-banner=lost]', 10);
    await pause(at + 20000 - Date.now());
    await line.set({ up: { down: 0 }, down: { down: 0 } });
    const again = Date.now();
    await pause(100); // what was under way has arrived
    const took = await allBack(again, 20000);
    const changes = await people.plaintiff.evaluate(() => window.line);
    const said = changes.find(([, state]) => state === 'lost')[0] - at;
    console.log(`# said after ${said} ms, back ${took} ms after the line`);
    assert.ok(said <= SAID_MS, `${said} ms`);
    assert.ok(took <= BACK_MS, `${took} ms`);
    assert.equal(changes.at(-1)[1], 'live');
  });

  await step('a phone call takes the sound: the clerk is told within 5 s, one tap brings it back', async () => {
    const row = `[data-test=person][data-participant="${court.ids.plaintiff}"]`;
    const silent = (selector) => /没有声音|No sound/.test(document.querySelector(selector)?.innerText ?? '');
    await pause(1000);
    const at = Date.now();
    await people.plaintiff.evaluate(() => window.takeSound());
    await people.clerk.until('the mark of no sound', silent, row, 10);
    const told = Date.now() - at;
    console.log(`# the clerk was told after ${told} ms`);
    assert.ok(told <= 5000, `${told} ms`);
    await people.plaintiff.click('[data-test=restore-microphone]', 5);
    await people.plaintiff.gone('[data-test=restore-microphone]', 5);
    await people.clerk.until('sound again', (selector) => !/没有声音|No sound/.test(document.querySelector(selector).innerText), row, 5);
  });
  await line.close();
});
