// SPDX-License-Identifier: LGPL-2.1-or-later

// A case is filed from a phone against the real server: the line drops after page 3 of 5 and it goes on by itself; a
// registrar asks for more, gets it, and accepts.  Prints TAP.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { Court, Person } from './people.mjs';

const T = (name) => `[data-test="${name}"]`;
const PAGES = 5;
const ADDRESS = '13812345678';

const court = await Court.open('filing');
const { people, work } = court;
const outbox = path.join(court.data, 'outbox');

/** Photographs as a phone makes them: a megabyte or so each, none like another. */
function takePhotos() {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=2400x3200:rate=1', '-frames:v', String(PAGES), '-q:v', '2', path.join(work, 'page%d.jpg')]);
  return Array.from({ length: PAGES }, (_, n) => path.join(work, `page${n + 1}.jpg`));
}

const sha256 = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');
const screen = (page, name) => page.waitForSelector(`${T('filing')}[data-screen=${name}]`);

/** Comes in with a number and the code that was sent to it. */
async function enter(page, base) {
  await page.goto(`${base}/file?lang=zh`);
  await page.fill(T('address'), ADDRESS);
  const [asked] = await Promise.all([page.waitForResponse((one) => one.url().endsWith('/visitor/ask')), page.click(T('go'))]);
  const { challenge } = await asked.json();
  const letter = path.join(outbox, `${challenge}.json`);
  await court.fact('a code in the outbox', () => fs.existsSync(letter), 10);
  await page.fill(T('code'), JSON.parse(fs.readFileSync(letter, 'utf8')).code);
  await page.click(T('go'));
  await screen(page, 'mine');
}

async function addParty(page, name) {
  await page.check(T('kind-person'), { force: true });
  await page.fill(T('name'), name);
  await page.fill(T('phone'), ADDRESS);
  await page.fill(T('address'), '上海市海东区长安路 1 号');
  await page.click(T('go'));
  await page.waitForSelector(T('listed'));
  await page.click(T('go'));
}

/** The line is gone at the first part of the `nth` file. */
async function dropAt(page, nth) {
  const files = new Set();
  let hasDropped = false;
  await page.route('**/parts/**', async (route) => {
    files.add(route.request().url().split('/').at(-3));
    if (files.size === nth && !hasDropped) {
      hasDropped = true;
      await page.context().setOffline(true);
      return route.abort();
    }
    return route.continue();
  });
}

await court.run(async (step) => {
  const { base } = court;
  const link = court.staffLinks.registrar;
  const photos = takePhotos();
  people.filer = await Person.chromium('filer', { camera: '', microphone: '', viewport: { width: 360, height: 640 } });
  people.registrar = await Person.chromium('registrar', { camera: '', microphone: '', viewport: { width: 1280, height: 800 } });
  const filer = people.filer.page;
  const desk = people.registrar.page;

  await step('parties, cause, claim and facts are written on a phone', async () => {
    await enter(filer, base);
    await filer.click(T('go'));
    await filer.click(T('task-plaintiffs'));
    await addParty(filer, '朱敏');
    await addParty(filer, '王磊');
    await filer.selectOption(T('cause'), { index: 1 });
    await filer.click(T('go'));
    await filer.fill(T('claim'), '判令被告归还借款 50000 元');
    await filer.fill(T('amount'), '50000');
    await filer.click(T('go'));
    await filer.fill(T('facts'), '2025 年 3 月借款，至今未还。');
    await filer.click(T('go'));
  });

  await step('the line drops after page 3 of 5, and the rest goes by itself when it is back', async () => {
    await filer.click(T('add'));
    await filer.check(T('kind-evidence'), { force: true });
    await filer.fill(T('title'), '借款合同');
    await filer.click(T('go'));
    await filer.waitForSelector(T('shoot'));
    await dropAt(filer, 4);
    for (const photo of photos) await filer.setInputFiles(T('camera'), photo);
    await filer.waitForSelector(T('offline'));
    assert.equal(await filer.getAttribute(T('progress'), 'data-done'), '3');
    await filer.context().setOffline(false);
    await filer.waitForSelector(`${T('progress')}[data-done="5"][data-all="5"]`);
  });

  await step('the receipt has the hash of every page', async () => {
    await filer.click(T('done'));
    await filer.click(T('go'));
    await filer.check(T('declare'), { force: true });
    await filer.click(T('go'));
    await filer.waitForSelector(T('receipt-number'));
    assert.deepEqual(await filer.locator(T('hash')).allTextContents(), photos.map(sha256));
    await filer.click(T('to-status'));
    await filer.waitForSelector(T('left'));
  });

  await step('a registrar reads it page by page and names everything that is missing', async () => {
    await desk.goto(link);
    await desk.click(T('section-registry'));
    await desk.waitForSelector(T('queue'));
    await desk.keyboard.press('Alt+KeyN');
    await desk.waitForSelector(T('sheet'));
    for (let page = 2; page <= PAGES; page++) {
      await desk.keyboard.press('Alt+KeyJ');
      await desk.waitForSelector(`${T('sheet')}[data-file="page${page}.jpg"]`);
    }
    await desk.waitForFunction(() => document.querySelector('[data-test=sheet] img')?.naturalWidth === 2400);
    await desk.keyboard.press('Alt+KeyB');
    await desk.selectOption(T('code-0'), 'identity');
    await desk.click(T('send'));
    await desk.waitForSelector(T('outcome'));
  });

  await step('the filer reads the notice and what was done, on another device, and adds what is missing', async () => {
    await filer.context().clearCookies();
    await filer.evaluate(() => localStorage.clear());
    await enter(filer, base);
    await filer.click(T('row'));
    await filer.waitForSelector(T('notice'));
    assert.match(await filer.textContent(T('notice')), /身份证/);
    await filer.waitForSelector(T('trail'));
    assert.match(await filer.textContent(T('trail')), /立案庭[\s\S]*借款合同 第 5 页/);
    await filer.click(T('supplement'));
    await filer.click(T('task-documents'));
    await filer.click(T('add'));
    await filer.check(T('kind-identity'), { force: true });
    await filer.click(T('go'));
    await filer.setInputFiles(T('camera'), photos[0]);
    await filer.waitForSelector(`${T('progress')}[data-done="1"]`);
    await filer.click(T('done'));
    await filer.click(T('go'));
    await filer.check(T('declare'), { force: true });
    await filer.click(T('go'));
    await filer.waitForSelector(T('receipt-number'));
  });

  await step('the registrar accepts, and both see the number', async () => {
    await desk.click(T('next'));
    await desk.waitForSelector(T('queue'));
    await desk.keyboard.press('Alt+KeyN');
    await desk.waitForSelector(T('accept'));
    await desk.keyboard.press('Alt+KeyA');
    await desk.click(T('send'));
    const number = await (await desk.waitForSelector(T('case-number'))).textContent();
    assert.match(number, /^（\d{4}）.+号$/);
    await filer.click(T('to-status'));
    await filer.waitForSelector(T('case-number'));
    assert.equal(await filer.textContent(T('case-number')), number);
    if (process.env.OYER_SHOTS) for (const [name, person] of Object.entries(people)) await person.shot(path.join(process.env.OYER_SHOTS, `filed-${name}.png`));
  });
});
