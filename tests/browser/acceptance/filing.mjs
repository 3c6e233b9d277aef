// SPDX-License-Identifier: LGPL-2.1-or-later

// Steps 1 to 4: filed from a phone, one notice of all that is missing, supplemented, docketed.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { dayOf, T } from './people.mjs';

const PAGES = 5;
const sha256 = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

/** Photographs as a phone makes them, none like another. */
function takePhotos(work) {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=1200x1600:rate=1', '-frames:v', String(PAGES + 2), '-q:v', '2', path.join(work, 'page%d.jpg')]);
  return Array.from({ length: PAGES + 2 }, (_, n) => path.join(work, `page${n + 1}.jpg`));
}

async function addParty(page, kind, name, phone, address) {
  await page.check(T(`kind-${kind}`), { force: true });
  await page.fill(T('name'), name);
  await page.fill(T('phone'), phone);
  await page.fill(T('address'), address);
  await page.click(T('go'));
  await page.waitForSelector(T('listed'));
  await page.click(T('go'));
}

async function addDocument(page, kind, title, photos) {
  await page.click(T('add'));
  await page.check(T(`kind-${kind}`), { force: true });
  if (title) await page.fill(T('title'), title);
  await page.click(T('go'));
  await page.waitForSelector(T('shoot'));
  for (const photo of photos) await page.setInputFiles(T('camera'), photo);
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

async function declare(page) {
  await page.check(T('declare'), { force: true });
  await page.click(T('go'));
  await page.waitForSelector(T('receipt-number'));
}

/** The end of the day is the first moment of the next. */
const lastDay = (filed) => dayOf(filed.due_us - 1);

async function enter(scene, phone) {
  const page = await scene.window('zhu', 'phone', 'zh');
  await page.goto(`${scene.court.base}/file?lang=zh`);
  await scene.enter(page, phone);
  await page.waitForSelector(`${T('filing')}[data-screen=mine]`);
  return page;
}

export async function filing(scene, step) {
  const { court, facts } = scene;
  const photos = takePhotos(court.work);
  let zhu, desk;
  const read = () => scene.ask(zhu, 'GET', `/api/v1/filings/${facts.filing}`);

  await step('1. 朱敏 files from a phone; the signal is lost after page 3 of 5, and the rest goes by itself', async () => {
    zhu = await enter(scene, facts.phones.zhu);
    await zhu.click(T('go'));
    await scene.look(zhu, 'file-tasks');
    await zhu.click(T('task-plaintiffs'));
    await addParty(zhu, 'person', '朱敏', facts.phones.zhu, '武汉市武昌区珞喻路 1 号');
    await addParty(zhu, 'organization', '嘉定物业管理有限公司', facts.phones.company, '上海市嘉定区城中路 2 号');
    await zhu.selectOption(T('cause'), { index: 1 });
    facts.cause = await zhu.locator(`${T('cause')} option >> nth=1`).textContent().then((text) => text.trim());
    await zhu.click(T('go'));
    await zhu.fill(T('claim'), '判令被告退还物业服务费 3600 元');
    await zhu.fill(T('amount'), '3600');
    await zhu.click(T('go'));
    await zhu.fill(T('facts'), '2025 年 2 月起电梯停用，物业服务未按合同提供。');
    await zhu.click(T('go'));
    await dropAt(zhu, 4);
    await addDocument(zhu, 'evidence', '物业服务合同', photos.slice(0, PAGES));
    await zhu.waitForSelector(T('offline'));
    assert.equal(await zhu.getAttribute(T('progress'), 'data-done'), '3');
    await zhu.context().setOffline(false);
    await zhu.waitForSelector(`${T('progress')}[data-done="5"][data-all="5"]`);
    await scene.look(zhu, 'file-pages');
    await zhu.click(T('done'));
    await zhu.click(T('go'));
    await declare(zhu);
    await scene.look(zhu, 'file-receipt');
    assert.deepEqual(await zhu.locator(T('hash')).allTextContents(), photos.slice(0, PAGES).map(sha256));
    facts.filing = new URL(zhu.url()).hash.split('/')[1];
    const filed = await read();
    assert.equal(filed.state, 'received');
    assert.equal(filed.documents.flatMap((one) => one.files).length, PAGES);
    assert.match(await zhu.textContent(T('receipt-number')), /\S/);
    assert.equal(lastDay(filed), '2026-03-05', 'seven days from the day after');
  });

  await step('2. the registrar opens each page and asks for the identity card and a clearer page 4 in one notice', async () => {
    desk = await scene.desk('registrar', 'registry');
    await desk.waitForSelector(T('queue'));
    await scene.look(desk, 'registry-queue');
    await desk.keyboard.press('Alt+KeyN');
    await desk.waitForSelector(T('sheet'));
    for (let page = 2; page <= PAGES; page++) {
      await desk.keyboard.press('Alt+KeyJ');
      await desk.waitForSelector(`${T('sheet')}[data-file="page${page}.jpg"]`);
    }
    await desk.waitForFunction(() => document.querySelector('[data-test=sheet] img')?.naturalWidth === 1200);
    await scene.look(desk, 'registry-filing');
    await desk.keyboard.press('Alt+KeyB');
    await desk.selectOption(T('code-0'), 'identity');
    await desk.click(T('add-item'));
    await desk.selectOption(T('code-1'), 'illegible');
    await desk.selectOption(T('document-1'), { index: 1 });
    await desk.fill(T('words-1'), '第 4 页看不清，请重拍。');
    await desk.click(T('send'));
    await desk.waitForSelector(T('outcome'));
    assert.equal((await read()).state, 'correction_requested');
    await zhu.click(T('to-status'));
    await zhu.waitForSelector(T('notice'));
    assert.match(await zhu.textContent(T('notice')), /身份证[\s\S]*第 4 页看不清/);
    await zhu.waitForSelector(T('trail'));
    assert.match(await zhu.textContent(T('trail')), /立案庭[\s\S]*物业服务合同 第 5 页/);
    await scene.look(zhu, 'file-status-notice');
  });

  await step('3. the supplement comes from the phone: round 2, and the clock starts again on the next day', async () => {
    await court.serve('2026-02-27T09:30:00+08:00');
    zhu = await enter(scene, facts.phones.zhu);
    await scene.look(zhu, 'file-mine');
    await zhu.click(T('row'));
    await zhu.click(T('supplement'));
    await zhu.click(T('task-documents'));
    await addDocument(zhu, 'identity', '', [photos[5], photos[6]]);
    await zhu.waitForSelector(`${T('progress')}[data-done="2"]`);
    await zhu.click(T('done'));
    await zhu.click(T('go'));
    await declare(zhu);
    const filed = await read();
    assert.deepEqual([filed.state, filed.round], ['received', 2]);
    assert.equal(lastDay(filed), '2026-03-06');
  });

  await step('4. docketed: a number without a gap, entries 1 to 4 on the sheet, notices of acceptance, fee and evidence', async () => {
    desk = await scene.desk('registrar', 'registry');
    await desk.waitForSelector(T('queue'));
    await desk.keyboard.press('Alt+KeyN');
    await desk.waitForSelector(T('accept'));
    await desk.keyboard.press('Alt+KeyA');
    await scene.look(desk, 'registry-accept');
    await desk.click(T('send'));
    facts.number = await (await desk.waitForSelector(T('case-number'))).textContent();
    // The first two are the demonstration hearings' of these two days.
    assert.equal(facts.number, '（2026）沪0199民初3号');
    const filed = await read();
    facts.case = (await scene.ask(desk, 'GET', `/api/v1/registry/filings/${facts.filing}`)).case;
    assert.deepEqual([filed.state, filed.case_number], ['docketed', facts.number]);
    await zhu.click(T('to-status'));
    await zhu.waitForSelector(T('case-number'));
    assert.equal(await zhu.textContent(T('case-number')), facts.number);
    await scene.look(zhu, 'file-status-docketed');
    await onPaper(scene, desk, zhu);
  });
}

/** The sheet as she sees it, and the three notices that came with the number. */
async function onPaper(scene, desk, zhu) {
  const { facts } = scene;
  const sheet = await scene.ask(zhu, 'GET', `/api/v1/cases/${facts.case}`);
  assert.deepEqual(sheet.entries.map((one) => [one.number, one.kind]), [[1, 'complaint'], [2, 'supplement'], [3, 'docketed'], [4, 'notice']]);
  assert.deepEqual(sheet.entries.map((one) => one.documents.flatMap((document) => document.files).length), [PAGES, 2, 0, 0]);
  assert.match(sheet.entries[3].text, /受理.*50\.00 元.*举证/, '3600 yuan are claimed: 50 up to 10 000');
  const { notices } = await scene.ask(desk, 'GET', `/api/v1/notices?filing=${facts.filing}`);
  assert.deepEqual(notices.map((one) => one.kind).sort(), ['case_evidence', 'case_fee', 'filing_correction', 'filing_docketed', 'filing_received', 'filing_received']);
  const texts = {};
  for (const { id, kind } of notices) texts[kind] = (await scene.ask(desk, 'GET', `/api/v1/notices/${id}`)).text;
  assert.ok(texts.filing_docketed.includes(facts.number));
  assert.match(texts.case_fee, /50\.00 元[\s\S]*7 日内[\s\S]*诉讼费用交纳办法/);
  assert.match(texts.case_evidence, /15 日内[\s\S]*民事诉讼法第六十八条/);
  await zhu.goto(`${scene.court.base}/case?lang=zh#/case/${facts.case}`);
  await zhu.waitForSelector(T('sheet'));
  await scene.look(zhu, 'case-docketed');
}
