// SPDX-License-Identifier: LGPL-2.1-or-later

// Step 5: the parties are asked, for each stage by itself, whether it may be held online.

import assert from 'node:assert/strict';

import { T } from './people.mjs';

export async function consent(scene, step) {
  const { court, facts } = scene;
  const { zhu, registrar: desk } = scene.pages;

  /** Asks for `stage` with the usual words. */
  async function ask(stage) {
    await desk.selectOption('#ask-stage', stage);
    const [answer] = await Promise.all([desk.waitForResponse((one) => one.url().endsWith('/consents/ask')), desk.click(T('ask'))]);
    assert.equal(answer.status(), 200);
  }

  /** `who` stands for the defendant from now on. */
  async function represent(who, name) {
    const { parties } = await scene.ask(desk, 'GET', `/api/v1/registry/cases/${facts.case}/representatives`);
    const { party } = parties.find((one) => one.role === 'defendant');
    const made = await scene.ask(desk, 'POST', `/api/v1/registry/cases/${facts.case}/representatives`, { party, name, address: facts.phones[who], kind: 'lawyer', scope: 'general' });
    assert.equal(made.http, 200, JSON.stringify(made));
  }

  /** Answers on his own phone. */
  async function answer(page, answers) {
    await page.click(T('to-consents'));
    for (const [stage, value] of Object.entries(answers)) {
      const form = T(`consent-form-${stage}`);
      await page.check(`${form} input[value=${value}]`, { force: true });
      await page.click(`${form} ${T('go')}`);
      await page.waitForSelector(`${T(`consent-${stage}`)}[data-answer=${value}]`);
    }
  }

  await step('5. asked for each stage; 王磊 says yes to the hearing, no to the exchange of evidence, which is mixed then', async () => {
    await desk.click(T('to-consents'));
    await desk.waitForSelector(T('stages'));
    for (const stage of ['evidence', 'hearing']) await ask(stage);
    await scene.look(desk, 'registry-consents');
    await zhu.goto(`${court.base}/file?lang=zh`);
    await answer(zhu, { evidence: 'yes', hearing: 'yes' });
    await scene.look(zhu, 'file-consents');
    await represent('wang', '王磊');
    await represent('yan', '严华');
    const wang = await scene.window('wang', 'phone', 'zh');
    await wang.goto(`${court.base}/file?lang=zh`);
    await scene.enter(wang, facts.phones.wang);
    await answer(wang, { evidence: 'no', hearing: 'yes' });
    const { stages } = await scene.ask(desk, 'GET', `/api/v1/registry/cases/${facts.case}/consents`);
    const mode = Object.fromEntries(stages.map((one) => [one.stage, one.mode]));
    assert.deepEqual([mode.hearing, mode.evidence, mode.mediation], ['online', 'mixed', 'open'], 'none is taken from another stage');
    await desk.reload();
    await desk.waitForSelector(`${T('stage-evidence')}[data-mode=mixed]`);
    const { parties } = stages.find((one) => one.stage === 'evidence');
    assert.deepEqual(parties.map((one) => [one.role, one.name, one.answer, one.place]), [['plaintiff', '朱敏', 'yes', 'online'], ['defendant', '嘉定物业管理有限公司', 'no', 'court_room']]);
    await scene.look(desk, 'registry-consents-answered');
  });
}
