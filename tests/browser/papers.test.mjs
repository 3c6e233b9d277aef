// SPDX-License-Identifier: LGPL-2.1-or-later

// Papers into a running case, through the pages as people use them: a party files an answer and evidence on a phone; the
// clerk, at a desk, enters the one, sends the other back, undoes that, and enters it.  Prints TAP.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { Scene, T } from './acceptance/people.mjs';
import { Court } from './people.mjs';

const PHONE = '13900001111';
const court = await Court.open('papers');

/** The page says that the paper is in this state. */
const shown = (page, state) => page.waitForSelector(`${T('state')}[data-state=${state}]`);

/** From the home page, which says how many papers wait, to the queue. */
async function toQueue(page, waiting) {
  await page.click(T('to-home'));
  await page.waitForSelector(`${T('waiting-papers')}[data-count="${waiting}"]`);
  await page.click(T('section-papers'));
}

async function confirmAddress(scene) {
  const desk = await scene.desk('clerk', 'register', 'zh');
  await desk.locator(`a[href^="#/register/"]`).first().click();
  const side = desk.locator(T('represented')).filter({ hasText: '被告' }).first();
  await side.locator(`${T('stand-address')} > summary`).click();
  await side.locator(`${T('address')} [name=address]`).fill(PHONE);
  await side.locator(`${T('address')} [name=reason]`).fill('送达地址确认书');
  await side.locator(T('address-go')).click();
  await desk.waitForFunction(() => document.querySelector('[data-test=stand-said]').textContent.includes('已确认'));
  await desk.locator(`${T('limits-set')} > summary`).click();
  await desk.locator(`${T('limit')} [name=reason]`).fill('当面送达');
  await desk.click(T('limit-go'));
  await desk.waitForSelector(`${T('limit-row')}[data-code=answer][data-over=no]`);
  return desk;
}

async function begin(phone, code) {
  await phone.click(T('new'));
  await phone.check(T(`code-${code}`), { force: true });
  await phone.click(T('go'));
}

async function handIn(phone) {
  await phone.click(T('submit'));
  await shown(phone, 'filed');
  const paper = new URL(phone.url()).hash.split('/')[1];
  await phone.goto(`${court.base}/case?lang=zh#/case/${court.hearing}`);
  await phone.waitForSelector(`${T('case-page')}[data-screen=case]`);
  return paper;
}

await court.run(async (step) => {
  const scene = new Scene(court);
  let desk, phone, answer, evidence;
  const choose = async (paper) => {
    await desk.click(`${T('row')}[data-paper="${paper}"] ${T('open')}`);
    await desk.waitForSelector(T('paper-name'));
  };
  try {
    await scene.open();
    await step('the clerk confirms an address of the defendant and sets the time to answer', async () => {
      desk = await confirmAddress(scene);
    });
    await step('the defendant files an answer and evidence from a phone', async () => {
      phone = await scene.window('wang', 'phone', 'zh');
      await phone.goto(`${court.base}/case?lang=zh#/case/${court.hearing}`);
      await scene.enter(phone, PHONE);
      await phone.waitForSelector(`${T('limits')} [data-over=no]`);
      await begin(phone, 'answer');
      await phone.fill(T('text'), '不同意原告的请求，钱已经还清。');
      await phone.click(T('save'));
      await phone.waitForSelector(T('saved'));
      answer = await handIn(phone);
      await begin(phone, 'evidence');
      await phone.click(T('add'));
      await phone.fill(T('title'), '转账记录');
      await phone.fill(T('purpose'), '已经还清');
      await phone.click(T('go'));
      const photo = path.join(court.work, 'page.jpg');
      execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=600x800:rate=1', '-frames:v', '1', photo]);
      await phone.setInputFiles(T('camera'), photo);
      await phone.waitForSelector(`${T('progress')}[data-done="1"][data-all="1"]`);
      await phone.click(T('done'));
      evidence = await handIn(phone);
    });
    await step('the clerk reads the evidence page by page and sends it back', async () => {
      await toQueue(desk, 2);
      await desk.waitForSelector(`${T('row')}[data-paper="${answer}"] ${T('in-time')}[data-late=no]`);
      await choose(evidence);
      await desk.waitForFunction(() => document.querySelector('[data-test=sheet] img')?.naturalWidth === 600);
      assert.match(await desk.textContent(T('purpose')), /已经还清/);
      await desk.click(T('send_back'));
      await desk.selectOption(T('code-0'), 'illegible');
      await desk.click(T('send'));
      await desk.waitForSelector(`${T('outcome')}[data-done=back]`);
      await shown(desk, 'sent_back');
      await phone.reload();
      await phone.click(`a[href="#/${evidence}"]`);
      await phone.waitForSelector(T('notice'));
    });
    await step('it was a slip: the clerk undoes it, and the phone has nothing to complete', async () => {
      await desk.click(T('recall'));
      await desk.waitForSelector(`${T('outcome')}[data-done=recall]`);
      await shown(desk, 'filed');
      await phone.reload();
      await shown(phone, 'filed');
    });
    await step('both are entered, and the defendant finds them on the sheet', async () => {
      for (const left of [1, 0]) {
        await desk.click(T('enter'));
        await desk.click(T('send'));
        await desk.waitForSelector(`${T('outcome')}[data-done=enter]`);
        await shown(desk, 'entered');
        await scene.look(desk, `entered-${left}`);
        if (left > 0) {
          await desk.click(T('next'));
          await desk.waitForFunction((id) => location.hash.endsWith(id), answer);
          await desk.waitForSelector(T('text'));
        }
      }
      await phone.goto(`${court.base}/case?lang=zh#/case/${court.hearing}`);
      await phone.waitForSelector(`${T('sheet')} [data-kind=answer]`);
      assert.equal((await phone.textContent(T('exhibit'))).trim(), '被1');
      await toQueue(desk, 0);
      await desk.waitForSelector(T('empty'));
    });
    scene.quiet();
  } finally {
    for (const line of scene.complaints) console.log(`# ${line}`);
    await scene.close();
  }
});
