// SPDX-License-Identifier: LGPL-2.1-or-later

// A party whose network lets no UDP out comes into the hearing by the court's relay, over TCP; and the relay takes
// nobody anywhere else.  Prints TAP.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { Line } from './line.mjs';
import { Court, makeCamera, makeSpeech, Person, top } from './people.mjs';
import { credentialFor, Relay, TCP } from './turn.mjs';

const MEDIA = '10.99.0.1'; // tests/support/own-network
const RELAY = '10.99.0.2';
const SECRET = 'what-only-court-and-relay-know';
const LIMIT_MS = 5000;

// Ours, reachable from the relay, but none of its business; and every special range.
const ELSEWHERE = [RELAY, '10.99.0.3', '10.98.1.2', '127.0.0.1', '0.0.0.0', '100.64.0.1', '169.254.169.254', '172.16.0.1', '192.168.1.1',
  '224.0.0.1', '255.255.255.255', '8.8.8.8', '00000000000000000000000000000001', '00000000000000000000ffff7f000001',
  '00000000000000000000ffff0a630003', 'fd000000000000000000000000000001', 'fe800000000000000000000000000001'];

/** When each RTCPeerConnection of the page was made and when it was connected. */
function watchConnections() {
  const Native = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Native {
    constructor(...rest) {
      super(...rest);
      const seen = { connection: this, made: performance.now(), connected: 0 };
      window.connections.push(seen);
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') seen.connected ||= performance.now();
      });
    }
  };
}

/** How long each took, and by which way it goes. */
async function ways() {
  const found = [];
  for (const { connection, made, connected } of window.connections) {
    const stats = await connection.getStats();
    const reports = [...stats.values()];
    const pair = stats.get(reports.find((report) => report.type === 'transport')?.selectedCandidatePairId);
    const local = pair && stats.get(pair.localCandidateId);
    found.push({ ms: Math.round(connected - made), type: local?.candidateType, by: local?.relayProtocol });
  }
  return found;
}

if (!Line.possible() || !Relay.possible()) {
  console.log('1..0 # SKIP no TUN device or no coturn here');
  process.exit(0);
}
const court = await Court.open('turn', ['--listen', MEDIA]);
const { people, work } = court;
let line;

execFileSync('ip', ['address', 'add', `${RELAY}/24`, 'dev', 'court0']);
const relay = await Relay.open(work, { RELAY, MEDIA, SECRET, REALM: 'court.example' });
process.on('exit', () => relay.process.kill());
fs.mkdirSync(court.data, { recursive: true });
fs.writeFileSync(path.join(court.data, 'oyer.conf'), `[turn]\nurls=turn:${RELAY}:3478, turn:${RELAY}:3478?transport=tcp\nsecret=${SECRET}\nhours=1\n`);

await court.run(async (step) => {
  const { ids, links } = court;
  const args = [`--unsafely-treat-insecure-origin-as-secure=${new URL(links.judge).origin}`];
  const files = { camera: path.join(work, 'camera.y4m'), microphone: path.join(work, 'voice.wav'), args };
  let server;

  await step('the judge waits in the court room, a party behind a firewall at its door', async () => {
    makeCamera(files.camera);
    makeSpeech(files.microphone, [path.join(top, 'tests/data/speech/wav/en-6.a.wav')]);
    line = await Line.open(work);
    line.inside('nft', 'add table inet wall; add chain inet wall out { type filter hook output priority 0; }; add rule inet wall out oifname != "lo" meta l4proto udp counter drop');
    people.judge = await Person.chromium('judge', { ...files, viewport: { width: 1280, height: 800 } });
    people.plaintiff = await Person.chromium('plaintiff', { ...files, line, viewport: { width: 360, height: 640 } });
    await people.plaintiff.page.addInitScript(watchConnections);
    await people.judge.arrive(links.judge);
    await people.plaintiff.arrive(links.plaintiff);
  });

  await step(`admitted, the party is connected within ${LIMIT_MS / 1000} s, both ways, over TCP`, async () => {
    await court.staff('judge', ids.plaintiff, 'admit');
    await people.plaintiff.sees(ids.judge);
    await people.judge.sees(ids.plaintiff);
    const found = await people.plaintiff.evaluate(ways);
    assert.equal(found.length, 2, JSON.stringify(found));
    for (const way of found) {
      assert.deepEqual({ ...way, ms: 0 }, { ms: 0, type: 'relay', by: 'tcp' });
      assert.ok(way.ms > 0 && way.ms <= LIMIT_MS, `connected after ${way.ms} ms`);
    }
    console.log(`# connected after ${found.map((way) => way.ms).join(' and ')} ms`);
    assert.match(line.inside('nft', 'list', 'table', 'inet', 'wall'), /packets [1-9]/);
  });

  await step('what opens the relay is the person’s own and ends within hours', async () => {
    [server] = await people.plaintiff.evaluate(() => window.connections[0].connection.getConfiguration().iceServers);
    const [expiry, who] = server.username.split(':');
    assert.equal(who, ids.plaintiff);
    assert.ok(Number(expiry) > Date.now() / 1000 && Number(expiry) <= Date.now() / 1000 + 3600);
    assert.equal((await relay.ask(server, [])).allocated, 0);
    assert.equal((await relay.ask({ ...server, username: `${Number(expiry) + 3600}:${who}` }, [])).allocated, 401);
    assert.equal((await relay.ask(credentialFor(SECRET, `${Math.floor(Date.now() / 1000) - 10}:${who}`), [])).allocated, 401);
  });

  await step('the relay reaches the court’s media and nothing else', async () => {
    const { answers } = await relay.ask(server, [MEDIA, ...ELSEWHERE]);
    assert.equal(answers[MEDIA], 0);
    for (const peer of ELSEWHERE) assert.notEqual(answers[peer], 0, `${peer} was allowed`);
    assert.equal(answers['10.99.0.3'], 403);
    assert.notEqual((await relay.ask(server, [], TCP)).allocated, 0);
  });
});
