// SPDX-License-Identifier: LGPL-2.1-or-later

// A hearing from end to end: five people in Chromium and Firefox with real speech and moving pictures, and then
// independent judges over what is left behind.  Prints TAP.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { Court, makeCamera, makeSpeech, Person, top } from './people.mjs';

const speech = path.join(top, 'tests/data/speech');
const wav = (name) => path.join(speech, 'wav', name);

// What is said, and by whom: phrases of the test model.
const SPOKEN = {
  judge: { wavs: ['zh-21.b.wav', 'en-14.b.wav', 'zh-32.b.wav'], words: ['现在开庭', 'the hearing is adjourned', '现在休庭十分钟'] },
  plaintiff: { wavs: ['en-19.a.wav', 'en-7.a.wav'], words: ['the plaintiff requests damages', 'objection overruled'] },
  witness: { wavs: ['en-6.a.wav', 'en-6.b.wav'], words: ['objection sustained'] },
};

const court = await Court.open('hearing');
const { people, work } = court;

function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let k = 1; k <= b.length; k++) next[k] = Math.min(next[k - 1] + 1, row[k] + 1, row[k - 1] + (a[i - 1] === b[k - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}

/** Whether `words` stand in one of `lines`, give or take a quarter of the letters. */
function heard(lines, words) {
  const plain = (text) => text.toLowerCase().replace(/[\s，。,.?!]/g, '');
  return lines.some((line) => distance(plain(line.text), plain(words)) <= plain(words).length / 4);
}

await court.run(async (step) => {
  const { ids, links, data, transcribes } = court;

  await step('five people come from their links to the door of the hearing', async () => {
    const files = {};
    for (const [who, pattern] of [['judge', 'testsrc2'], ['plaintiff', 'testsrc'], ['witness', 'smptehdbars']]) {
      files[who] = { camera: path.join(work, `${who}.y4m`), microphone: path.join(work, `${who}.wav`) };
      makeCamera(files[who].camera, pattern === 'smptehdbars' ? 'mandelbrot' : pattern);
      makeSpeech(files[who].microphone, SPOKEN[who].wavs.map(wav));
    }
    people.judge = await Person.chromium('judge', { ...files.judge, viewport: { width: 1280, height: 800 } });
    people.plaintiff = await Person.chromium('plaintiff', { ...files.plaintiff, device: 'iPhone 13', viewport: { width: 360, height: 640 } });
    people.witness = await Person.chromium('witness', { ...files.witness, viewport: { width: 1280, height: 800 } });
    people.clerk = await Person.firefox('clerk');
    people.defendant = await Person.firefox('defendant');
    for (const who of ['judge', 'clerk', 'plaintiff', 'defendant', 'witness']) await people[who].arrive(links[who]);
    await people.judge.see('[data-test=room]');
    await people.clerk.see('[data-test=room]');
    await people.plaintiff.see('[data-test=waiting]');
    await people.witness.see('[data-test=waiting]');
  });

  await step('a link that was altered is refused in plain words, and of one on a second device the clerk decides', async () => {
    const context = people.judge.page.context();
    const stranger = new Person('stranger', await (await context.browser().newContext()).newPage(), () => undefined, 'chromium');
    await stranger.goto(links.plaintiff.slice(0, -4) + 'AAAA');
    await stranger.see('oyer-app[data-screen=notice][data-notice=pass_unreadable]');
    await stranger.goto(links.plaintiff);
    await stranger.see('oyer-app[data-screen=notice][data-notice=pass_elsewhere]');
    await stranger.click('[data-test=notice-action]');
    await stranger.see('oyer-app[data-notice=knocking]');
    await court.staff('clerk', ids.plaintiff, 'keep');
    await stranger.see('oyer-app[data-notice=pass_kept]');
    await people.plaintiff.see('[data-test=second-use][data-state=kept]');
    await people.plaintiff.click('[data-test=second-use-close]');
    await stranger.page.context().close();
  });

  await step('the clerk and who waits see each other, nobody else does, and the clerk verifies who it is', async () => {
    await court.staff('clerk', ids.plaintiff, 'identify');
    await people.plaintiff.see('[data-test=look]');
    await people.clerk.sees(ids.plaintiff);
    await people.plaintiff.sees(ids.clerk);
    for (const who of ['judge', 'defendant', 'witness']) {
      assert.equal(await people[who].evaluate((id) => document.querySelectorAll(`audio[data-participant="${id}"]`).length, ids.plaintiff), 0, `${who} has a track of the plaintiff`);
    }
    for (const who of ['defendant', 'witness']) {
      assert.deepEqual(await people[who].evaluate(() => [document.querySelectorAll('audio[data-participant], [data-test=look]').length, document.querySelector('oyer-app').dataset.publish ?? 'none', document.querySelector('oyer-app').dataset.subscribe ?? 'none']), [0, 'none', 'none'], who);
    }
    for (const one of ['face', 'name']) await people.clerk.click(`#oyer-identity-${one}`);
    await people.clerk.click('[data-test=identity-confirm]');
    await people.plaintiff.gone('[data-test=look]');
    await people.judge.until('the level and how it was checked', (id) => /视频/.test(document.querySelector(`[data-test=person][data-participant="${id}"] [data-test=identified]`)?.textContent ?? ''), ids.plaintiff);
  });

  await step('the clerk admits the parties; they see the court at once', async () => {
    await court.staff('clerk', ids.plaintiff, 'admit');
    await court.staff('clerk', ids.defendant, 'admit');
    await people.plaintiff.see('[data-test=room]');
    await people.defendant.see('[data-test=room]');
    await people.plaintiff.sees(ids.judge);
    await people.defendant.sees(ids.plaintiff);
    await people.judge.sees(ids.defendant);
  });

  await step('nothing of the hearing reaches the witness before the call', async () => {
    const received = await people.witness.evaluate(() => document.querySelectorAll('[data-test=tile]').length);
    assert.equal(received, 0);
    assert.match(await people.witness.evaluate(() => document.querySelector('oyer-app').dataset.subscribe ?? 'none'), /none|new/);
  });

  await step('the judge opens the hearing; the recorder proves itself on the clerk’s screen', async () => {
    await court.confirm('judge', 'open');
    await people.clerk.see('[data-test=session][data-session=in_session]');
    await people.plaintiff.see('[data-test=rec-badge][data-recording=recording]');
    await people.clerk.until('every track written in the last two seconds', () => {
      const tracks = [...document.querySelectorAll('[data-test=recorder-track]')];
      return tracks.length >= 6 && tracks.every((track) => track.dataset.level === 'ok');
    });
  });

  if (transcribes) {
    await step('what is said stands under the pictures, under the right name', async () => {
      await people.plaintiff.until('captions of the judge', () => document.querySelectorAll('[data-test=caption-line]').length > 0, null, 60);
    });
  }

  await step('the clerk types a line; the judge goes on to the next stage', async () => {
    await people.clerk.type('[data-test=line-text]', '书记员记录：双方当事人到庭');
    await people.clerk.click('[data-test=line-add]');
    await people.plaintiff.until('the typed line', () => document.querySelector('[data-test=captions]')?.textContent.includes('双方当事人到庭'));
    await people.judge.evaluate(() => document.querySelector('[data-test=stage-step][data-stage=investigation]').click());
    if (await people.judge.evaluate(() => Boolean(document.querySelector('dialog[open] [data-test=confirm]')))) await people.judge.click('[data-test=confirm]');
    await people.clerk.until('the stage', () => document.querySelector('[data-test=stage-step][data-stage=investigation][aria-current=step]'));
  });

  await step('the witness is called, is heard and seen, and is dismissed', async () => {
    await court.staff('clerk', ids.witness, 'call_witness');
    await people.witness.see('[data-test=room]');
    await people.witness.sees(ids.judge);
    await people.judge.sees(ids.witness);
    if (transcribes) {
      await people.clerk.until('words of the witness', (id) => [...document.querySelectorAll('[data-test=caption-line]')].some((line) => line.dataset.participant === id || line.dataset.line?.startsWith(id)), ids.witness, 60);
    }
    await people.judge.until('some seconds of the witness', (id) => document.querySelector(`[data-test=tile][data-participant="${id}"] video`)?.currentTime > 5, ids.witness);
    await court.staff('clerk', ids.witness, 'dismiss_witness');
    await people.witness.gone('[data-test=room]');
    await people.judge.gone(`[data-test=tile][data-participant="${ids.witness}"] video`).catch(() => people.judge.until('no picture of the witness', (id) => !document.querySelector(`[data-test=tile][data-participant="${id}"][data-picture=true]`), ids.witness));
  });

  await step('who is muted and locked by the court is told so', async () => {
    await court.staff('clerk', ids.plaintiff, 'lock');
    await people.plaintiff.see('[data-test=banner][data-banner=locked], [data-test=banner][data-banner=muted]');
    await court.staff('clerk', ids.plaintiff, 'unlock');
    await people.plaintiff.gone('[data-test=banner][data-banner=locked]');
  });

  await step('a reload keeps the seat', async () => {
    await people.defendant.page.reload();
    await people.defendant.until('the room again', () => {
      const app = document.querySelector('oyer-app');
      const go = document.querySelector('[data-test=start-check], [data-test=enter-waiting]');
      if (go && !app.dataset.tried) { app.dataset.tried = 'yes'; go.click(); }
      return app?.dataset.screen === 'room';
    }, null, 30);
    await people.defendant.sees(ids.judge);
    await people.judge.sees(ids.defendant);
  });

  await step('the judge closes; the record is sealed', async () => {
    await court.confirm('judge', 'close');
    await people.clerk.see('[data-test=record-state][data-state=sealed]', 120);
  });

  const session = path.join(data, 'hearings', court.hearing, '1');
  const run = (command, args) => execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });

  await step('the record page plays every picture, finds Chinese words and jumps to a line', async () => {
    const { clerk, judge } = people;
    const link = await clerk.evaluate(() => document.querySelector('[data-test=record-link]').href);
    await judge.goto(link);
    await judge.see('[data-test=record][data-state=sealed]', 30);
    await judge.until('all pictures ready', () => {
      const videos = [...document.querySelectorAll('[data-test=record-tile] video')];
      return videos.length >= 4 && videos.every((video) => video.readyState >= 2);
    }, null, 60);
    await judge.page.fill('[data-test=search]', '双方');
    await judge.click('[data-test=search-go]');
    await judge.see('[data-test=search-hit]');
    const [line, start] = await judge.evaluate(() => {
      const hit = document.querySelector('[data-test=search-hit]');
      const line = document.querySelector(`[data-test=line][data-line="${hit.dataset.line}"]`);
      line.querySelector('button').click();
      return [hit.dataset.line, line.dataset.start ?? line.dataset.seconds];
    });
    assert.ok(line);
    await judge.until('the position of that line', (want) => {
      const at = Number(document.querySelector('[data-test=position]').dataset.seconds);
      return want === undefined || want === null ? at > 0 : Math.abs(at - Number(want)) <= 2.5;
    }, start ?? null);
  });

  await step('oyer verify and the standard tools agree that the package is whole', async () => {
    const pack = path.join(session, 'package');
    run(court.oyer, ['verify', pack]);
    run('sh', ['-c', `cd '${pack}' && sha256sum --quiet -c manifest-sha256.txt`]);
    run('openssl', ['pkeyutl', '-verify', '-pubin', '-inkey', `${pack}/metadata/sign.pub.pem`, '-rawin', '-in', `${pack}/metadata/root.json`, '-sigfile', `${pack}/metadata/root.sig`]);
  });

  await step('one flipped byte in a journal is named with its second and speaker', async () => {
    const copy = path.join(work, 'flipped');
    fs.cpSync(path.join(session, 'package'), copy, { recursive: true });
    const file = path.join(copy, 'data/journal/000001.pcapng');
    const bytes = fs.readFileSync(file);
    bytes[Math.floor(bytes.length / 2)] ^= 1;
    fs.writeFileSync(file, bytes);
    const result = spawnSync(court.oyer, ['verify', copy], { encoding: 'utf8' });
    assert.equal(result.status, 1, result.stdout + result.stderr);
    assert.match(result.stdout + result.stderr, /000001\.pcapng/);
    assert.match(result.stdout + result.stderr, /\d\d:\d\d/);
  });

  await step('tshark reads the journal as RTP', async () => {
    const file = path.join(session, 'journal/000001.pcapng');
    const types = run('tshark', ['-r', file, '-d', 'udp.port==20000-20100,rtp', '-Y', 'rtp', '-T', 'fields', '-e', 'rtp.p_type']);
    assert.ok(types.trim().split('\n').length > 500);
  });

  await step('every file plays with sound and a picture that is neither black nor frozen', async () => {
    const index = JSON.parse(fs.readFileSync(path.join(session, 'media/index.json'), 'utf8'));
    assert.ok(index.files.length >= 5, `${index.files.length} files`);
    for (const entry of index.files) {
      const file = path.join(session, 'media', entry.file);
      const probe = JSON.parse(run('ffprobe', ['-v', 'error', '-show_streams', '-show_format', '-show_chapters', '-of', 'json', file]));
      const kinds = probe.streams.map((stream) => stream.codec_type);
      assert.ok(kinds.includes('audio') && kinds.includes('video'), `${entry.file}: ${kinds}`);
      assert.ok(Number(probe.format.duration) > 3, `${entry.file} lasts ${probe.format.duration}`);
      assert.ok(probe.chapters.length > 0, `${entry.file} has chapters`);
      const seen = spawnSync('ffmpeg', ['-v', 'info', '-i', file, '-vf', 'blackdetect=d=2,freezedetect=n=-50dB:d=4', '-an', '-f', 'null', '-'], { encoding: 'utf8' }).stderr;
      // Sound may come first: a browser on a busy computer sends its first picture seconds after it.
      const black = [...seen.matchAll(/black_start:([\d.]+) black_end:([\d.]+)/g)];
      assert.ok(black.every(([, from, to]) => Number(from) === 0 && Number(to) < 4), `${entry.file} is black: ${black.map(([all]) => all)}`);
      if (![ids.witness, ids.defendant].includes(entry.participant)) assert.doesNotMatch(seen, /freeze_start/, `${entry.file} freezes`);
    }
  });

  if (transcribes) {
    await step('the transcript has the words that were spoken, under who spoke them', async () => {
      const lines = JSON.parse(fs.readFileSync(path.join(session, 'session.json'), 'utf8')).lines;
      const vtt = fs.readFileSync(path.join(session, 'package/data/transcript/transcript.vtt'), 'utf8');
      assert.match(vtt, /^WEBVTT/);
      assert.match(vtt, /<v [^>]+>/);
      let found = 0, asked = 0;
      for (const who of ['judge', 'plaintiff', 'witness']) {
        const own = lines.filter((line) => line.participant === ids[who]);
        for (const words of SPOKEN[who].words) {
          asked++;
          found += heard(own, words) ? 1 : 0;
        }
      }
      assert.ok(found >= Math.ceil(asked / 2), `${found} of ${asked} phrases found in ${JSON.stringify(lines.map((l) => [l.participant?.slice(-4), l.text]))}`);
    });
  }

  await step('no page threw an error', async () => {
    for (const who of ['judge', 'clerk', 'plaintiff', 'defendant', 'witness']) assert.deepEqual(people[who].errors.filter((e) => !e.startsWith('console:')), [], who);
  });
});
