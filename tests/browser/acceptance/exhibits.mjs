// SPDX-License-Identifier: LGPL-2.1-or-later

// Step 9: each side's evidence, one piece of it a long recording from a phone.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { T } from './people.mjs';

const VIDEO_BYTES = 180_000_000;
/** The line is lost at this one of the 687 parts of the recording. */
const LOST_AT = 400;

const photo = (scene, n) => path.join(scene.court.work, `page${n}.jpg`);

/** A recording that plays, as long as the one of a phone: behind the picture there is nothing for a player. */
function record(scene) {
  const file = path.join(scene.court.work, 'lift.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10', '-f', 'lavfi', '-i', 'sine', '-t', '3', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-movflags', '+faststart', file]);
  const { size } = fs.statSync(file);
  const rest = Buffer.alloc(8);
  rest.writeUInt32BE(VIDEO_BYTES - size);
  rest.write('free', 4);
  fs.appendFileSync(file, rest);
  fs.truncateSync(file, VIDEO_BYTES);
  return file;
}

/** The line is gone before part `nth` leaves.  In the page: whoever looks at each request makes hundreds of them slow. */
async function dropAtPart(page, nth) {
  await page.exposeFunction('loseTheLine', () => page.context().setOffline(true));
  await page.evaluate((part) => {
    const real = globalThis.fetch;
    globalThis.fetch = async (...request) => {
      if (String(request[0]).includes(`/parts/${part}?`)) {
        globalThis.fetch = real;
        await globalThis.loseTheLine();
      }
      return real(...request);
    };
  }, nth);
}

async function addPiece(page, title, purpose, file) {
  await page.click(T('add'));
  await page.fill(T('title'), title);
  await page.fill(T('purpose'), purpose);
  await page.click(T('go'));
  await page.waitForSelector(`${T('case-page')}[data-screen=pages]`);
  await page.setInputFiles(T(file.endsWith('.mp4') ? 'files' : 'camera'), file);
}

/** Every file of the piece is with the court; then the next. */
async function wait(page, timeout) {
  await page.waitForSelector(`${T('progress')}[data-done="1"][data-all="1"]`, { timeout });
  await page.click(T('back'));
}

async function begin(scene, page) {
  await page.goto(`${scene.court.base}/case?lang=zh#/case/${scene.facts.case}`);
  await page.click(T('new'));
  await page.check(T('code-evidence'), { force: true });
  await page.click(T('go'));
  await page.waitForSelector(T('paper-form'));
}

/** Handed in by the party, entered by the registry; the paper's id. */
async function handIn(scene, page) {
  const { registrar: desk } = scene.pages;
  await page.click(T('submit'));
  await page.waitForSelector(`${T('state')}[data-state=filed]`);
  const paper = new URL(page.url()).hash.split('/')[1];
  const entered = await scene.ask(desk, 'POST', `/api/v1/registry/papers/${paper}/enter`, {});
  assert.equal(entered.http, 200, JSON.stringify(entered));
}

/** The list as `page` shows it: number, what it proves, hashes. */
async function list(scene, page) {
  await page.goto(`${scene.court.base}/case?lang=zh#/case/${scene.facts.case}`);
  await page.reload();
  await page.waitForSelector(T('exhibits'));
  return page.$$eval(T('piece'), (all) => all.map((one) => [one.dataset.exhibit, one.textContent.match(/证明什么：(\S*)/)?.[1], [...one.querySelectorAll('[data-test=hash]')].map((hash) => hash.textContent)]));
}

export async function exhibits(scene, step) {
  const { facts } = scene;
  const { zhu, wang, registrar: desk } = scene.pages;
  const video = record(scene);
  const hash = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

  await step('9. evidence: 原1 to 原3, one a recording of 180 MB whose line is lost on the way, and 被1: numbered, with hashes, and the recording plays', async () => {
    await begin(scene, zhu);
    await addPiece(zhu, '物业服务合同', '双方有合同关系', photo(scene, 1));
    await wait(zhu);
    await addPiece(zhu, '交费记录', '已经交费', photo(scene, 2));
    await wait(zhu);
    await dropAtPart(zhu, LOST_AT);
    await addPiece(zhu, '电梯停用录像', '电梯停用三个月', video);
    await zhu.waitForSelector(T('offline'), { timeout: 60_000 });
    await scene.look(zhu, 'evidence-offline');
    await zhu.context().setOffline(false);
    await wait(zhu, 90_000);
    await scene.look(zhu, 'evidence-paper');
    await handIn(scene, zhu);
    await wang.goto(`${scene.court.base}/case?lang=zh`);
    await scene.enter(wang, facts.phones.wang);
    await wang.waitForSelector(T('cases'));
    await begin(scene, wang);
    await addPiece(wang, '电梯维修合同', '电梯一直在修', photo(scene, 3));
    await wait(wang);
    await handIn(scene, wang);

    const said = [
      ['原1', '双方有合同关系', [hash(photo(scene, 1))]],
      ['原2', '已经交费', [hash(photo(scene, 2))]],
      ['原3', '电梯停用三个月', [hash(video)]],
      ['被1', '电梯一直在修', [hash(photo(scene, 3))]],
    ];
    for (const page of [zhu, wang]) assert.deepEqual(await list(scene, page), said);
    await scene.look(wang, 'evidence-list');
    // 王磊 looks at what the plaintiff recorded.
    await wang.$eval(`${T('piece')}[data-exhibit="原3"] ${T('play')}`, (player) => {
      player.muted = true;
      return player.play();
    });
    await wang.waitForFunction(() => {
      const player = document.querySelector('[data-exhibit="原3"] [data-test=play]');
      return player.currentTime > 0.3 && player.videoWidth === 320 && Math.round(player.duration) === 3;
    });
    await desk.goto(`${scene.court.staffLinks.registrar.split('#')[0]}?lang=en#/register/${facts.case}`);
    await desk.waitForSelector(T('exhibits'));
    assert.deepEqual((await desk.locator(`${T('sheet')} ${T('exhibit')}`).allTextContents()), ['原1', '原2', '原3', '被1']);
    await scene.look(desk, 'register-evidence');
  });
}
