// SPDX-License-Identifier: LGPL-2.1-or-later

// Processes are killed with -9 in the middle of a hearing.  Three people in Chromium measure when they have each
// other's sound and picture again; the journal is asked what it lost.  Prints TAP.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { Court, keepConnections, Person, makeCamera, makeSpeech, top } from './people.mjs';

const KILLS = 20;
const LIMIT_MS = 3000;

/** {id: count} of what has arrived: decoded frames of each picture, packets of each sound. */
async function received() {
  const found = {};
  for (const [index, connection] of window.connections.entries()) {
    if (connection.connectionState === 'closed') continue;
    for (const report of (await connection.getStats()).values()) {
      if (report.type === 'inbound-rtp') found[`${report.kind}:${index}:${report.ssrc}`] = report.kind === 'video' ? report.framesDecoded ?? 0 : report.packetsReceived ?? 0;
    }
  }
  return found;
}

/** Resolves with the moment (ms since 1970) at which `others` pictures and sounds have moved on since `before`. */
async function back({ before, others, limit }) {
  const until = Date.now() + limit;
  for (;;) {
    const found = {};
    for (const [index, connection] of window.connections.entries()) {
      if (connection.connectionState === 'closed') continue;
      for (const report of (await connection.getStats()).values()) {
        if (report.type === 'inbound-rtp') found[`${report.kind}:${index}:${report.ssrc}`] = report.kind === 'video' ? report.framesDecoded ?? 0 : report.packetsReceived ?? 0;
      }
    }
    const moved = (kind) => Object.entries(found).filter(([id, count]) => id.startsWith(kind) && count > (before[id] ?? 0)).length;
    if (moved('video') >= others && moved('audio') >= others) return Date.now();
    if (Date.now() > until) throw new Error(`not back: ${JSON.stringify(found)} since ${JSON.stringify(before)}`);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** From now on the page writes down each change of its line to the server: window.line = [[ms since 1970, state], …]. */
function watchLine() {
  const app = document.querySelector('oyer-app');
  window.line = [];
  new MutationObserver(() => window.line.push([Date.now(), app.dataset.link])).observe(app, { attributes: true, attributeFilter: ['data-link'] });
}

/** The moment at which the line, lost after `at`, was back; undefined while it is not. */
function lineBack(at) {
  const lost = window.line.findIndex(([when, state]) => when >= at && state !== 'live');
  return lost < 0 ? undefined : window.line.slice(lost).find(([, state]) => state === 'live')?.[0];
}

const court = await Court.open('kill');
const who = ['judge', 'clerk', 'plaintiff'];
const people = court.people;

function pidOf(name) {
  return Number(fs.readFileSync(path.join(court.data, 'run', `${name}.pid`), 'utf8'));
}

function childPids(subcommand) {
  const out = execFileSync('pgrep', ['-f', `oyer ${subcommand} --session ${court.data}`], { encoding: 'utf8' });
  return out.trim().split('\n').map(Number);
}

async function moments(before, limit) {
  return Promise.all(who.map((name) => people[name].evaluate(back, { before: before[name], others: who.length - 1, limit })));
}

async function baseline() {
  const found = {};
  for (const name of who) found[name] = await people[name].evaluate(received);
  return found;
}

await court.run(async (step) => {
  await step('three people are in a hearing that is being recorded', async () => {
    const camera = path.join(court.work, 'camera.y4m');
    const microphone = path.join(court.work, 'microphone.wav');
    makeCamera(camera);
    makeSpeech(microphone, ['zh-21.b.wav', 'en-4.b.wav'].map((name) => path.join(top, 'tests/data/speech/wav', name)), 0.5);
    for (const name of who) {
      people[name] = await Person.chromium(name, { camera, microphone, viewport: { width: 1000, height: 700 } });
      await people[name].page.addInitScript(keepConnections);
      await people[name].arrive(court.links[name]);
    }
    await court.staff('clerk', court.ids.plaintiff, 'admit');
    await people.plaintiff.see('[data-test=room]');
    await court.confirm('judge', 'open');
    await people.clerk.see('[data-test=session][data-session=in_session]');
    await moments(Object.fromEntries(who.map((name) => [name, {}])), 20000);
  });

  const kills = [];
  await step(`the media process is killed ${KILLS} times: everybody has sound and picture again within 3 s (95 of 100)`, async () => {
    const times = [];
    for (let i = 0; i < KILLS; i++) {
      const pid = pidOf('media');
      const at = Date.now();
      process.kill(pid, 'SIGKILL');
      kills.push(at);
      // What was still on its way is not a recovery: count from when the sockets are dry.
      const before = await baseline();
      // One in twenty may take longer (that is what p95 says), but everybody comes back.
      times.push(Math.max(...(await moments(before, 60000))) - at);
    }
    times.sort((a, b) => a - b);
    const p95 = times[Math.ceil(times.length * 0.95) - 1];
    console.log(`# back after ${times[0]} ms at best, ${times[times.length >> 1]} median, ${p95} p95, ${times.at(-1)} worst`);
    assert.ok(p95 <= LIMIT_MS, `p95 ${p95} ms`);
  });

  await step('every gap is in the journal, and at most half a second before a kill is lost', async () => {
    const session = path.join(court.data, 'hearings', court.hearing, '1/journal');
    const gaps = fs.readdirSync(session).flatMap((name) => [...fs.readFileSync(path.join(session, name), 'latin1').matchAll(/\{"type":\s*"gap"[^}]*\}/g)].map((m) => JSON.parse(m[0])));
    const lost = kills.map((at) => {
      const gap = gaps.find((g) => g.to_us > at * 1000 && g.from_us < at * 1000 + 400000);
      assert.ok(gap, `no gap for the kill at ${at} among ${JSON.stringify(gaps)}`);
      return at - gap.from_us / 1000;
    });
    console.log(`# lost before a kill: ${Math.max(...lost).toFixed(0)} ms at worst`);
    assert.ok(Math.max(...lost) <= 500);
  });

  await step('the serving process is killed: media never stops, and everybody has the same seat within 2 s', async () => {
    const before = await baseline();
    const pid = pidOf('serve');
    const room = await people.plaintiff.evaluate(() => document.querySelector('oyer-app').dataset.screen);
    for (const name of who) await people[name].evaluate(watchLine);
    const at = Date.now();
    process.kill(pid, 'SIGKILL');
    const flowing = await moments(before, 1000);
    assert.ok(Math.max(...flowing) - at < 1000);
    for (const name of who) await people[name].until('the line, lost, to be back', lineBack, at, 15);
    const took = Math.max(...(await Promise.all(who.map((name) => people[name].evaluate(lineBack, at))))) - at;
    console.log(`# everybody back on line after ${took} ms`);
    assert.notEqual(pidOf('serve'), pid);
    assert.ok(took <= 2000, `${took} ms`);
    assert.equal(await people.plaintiff.evaluate(() => document.querySelector('oyer-app').dataset.screen), room);
    const again = await baseline();
    await moments(again, 2000);
    await people.clerk.see('[data-test=session][data-session=in_session]');
  });

  await step('recorder and transcriber are killed: they come back, and nothing is doubled', async () => {
    for (const name of ['record', 'transcribe']) {
      const [pid] = childPids(name);
      process.kill(pid, 'SIGKILL');
      await court.fact(`a new oyer ${name}`, () => childPids(name).some((other) => other !== pid), 10);
    }
    await court.confirm('judge', 'close');
    await people.clerk.see('[data-test=record-state][data-state=sealed]', 180);
    const session = path.join(court.data, 'hearings', court.hearing, '1');
    const lines = JSON.parse(fs.readFileSync(path.join(session, 'session.json'), 'utf8')).lines;
    assert.equal(new Set(lines.map((line) => line.id)).size, lines.length);
    const text = execFileSync(court.oyer, ['verify', path.join(session, 'package')], { encoding: 'utf8' });
    assert.match(text, /OK/);
  });
});
