// SPDX-License-Identifier: LGPL-2.1-or-later

// Steps 10 to 13: half an hour before.  Devices tried, the pass shown, identity compared, rules accepted.

import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';

import { linkOf } from './notices.mjs';
import { T } from './people.mjs';

const screen = (page, name) => page.waitForSelector(`oyer-app[data-screen=${name}]`);

/** From the personal link to the device check. */
async function toCheck(scene, page, link, language) {
  await page.goto(`${link}?lang=${language}`);
  await page.click(T('start-check'));
  await page.waitForSelector(T('check-result'));
}

const result = (page, colour) => page.waitForSelector(`${T('check-result')}[data-result=${colour}]`);

/** Where one is, and the rules: then the waiting room or, for the court, further. */
async function declare(page, isCourt = false) {
  if (!isCourt) for (const question of ['quiet', 'alone', 'still']) await page.check(T(`ready-${question}-yes`), { force: true });
  await page.check(T('rules-tick'), { force: true });
  await page.click(T('enter-waiting'));
  await screen(page, isCourt ? 'room' : 'waiting');
}

/** What the clerk's page says about `who`. */
const row = (page, id) => page.locator(`${T('person')}[data-participant="${id}"]`);

/** A button of the clerk's list, folded away or not. */
async function press(page, id, action) {
  await row(page, id).locator(T(action)).first().evaluate((button) => {
    const more = button.closest('details');
    if (more) more.open = true;
    button.click();
  });
}

/** What each check found stands beside the person, and in the connectivity record. */
async function checked(scene, clerk, ids) {
  for (const [who, words] of Object.entries({ wang: /Device: look[\s\S]*delay \d+ ms/, yan: /Device fine[\s\S]*delay \d+ ms/, zhu: /Device fine/ })) {
    await row(clerk, ids[who]).filter({ hasText: words }).waitFor({ state: 'attached' });
  }
  const text = await clerk.evaluate(async (hearing) => (await fetch(`/api/v1/hearings/${hearing}/connectivity.jsonl`)).text(), scene.facts.hearing);
  const facts = text.trim().split('\n').map((line) => JSON.parse(line)).filter((one) => one.fact === 'checked');
  const of = (who) => facts.filter((one) => one.participant === ids[who]).map((one) => one.details);
  const results = (who) => of(who).map((one) => one.result).filter((one, n, all) => one !== all[n - 1]);
  assert.deepEqual(results('wang').at(-1), 'amber');
  assert.deepEqual(results('yan').at(-1), 'green');
  assert.deepEqual(results('zhu').slice(-2), ['red', 'green']);
  assert.equal(of('zhu').find((one) => one.result === 'red').microphone, 'blocked');
  const { line } = of('wang').at(-1);
  assert.ok(line.rtt_ms >= 60, `his line is ${line.rtt_ms} ms long`);
}

export async function door(scene, step) {
  const { facts } = scene;
  const links = {};
  const ids = {};
  const seats = {};
  await scene.desk('clerk', 'notices');
  for (const [who, name] of Object.entries({ clerk: '陈静', judge: '徐明', zhu: '朱敏', wang: '王磊', yan: '严华' })) links[who] = await linkOf(scene, name);

  await step('the clerk sits down at the desk', async () => {
    seats.clerk = await scene.window('clerkSeat', 'desk', 'en');
    await toCheck(scene, seats.clerk, links.clerk, 'en');
    await declare(seats.clerk, true);
    for (const line of await seats.clerk.locator(T('person')).all()) {
      const text = await line.textContent();
      const who = Object.entries({ zhu: '朱敏', wang: '王磊', yan: '严华' }).find(([, name]) => text.includes(name))?.[0];
      if (who) ids[who] = await line.getAttribute('data-participant');
    }
    assert.deepEqual(Object.keys(ids).sort(), ['wang', 'yan', 'zhu']);
    await scene.look(seats.clerk, 'clerk-desk');
  });

  await step('10. self-test: 严华 green, 王磊 on a thin line amber, 朱敏 red without a microphone, then green', async () => {
    seats.yan = await scene.window('yan', 'desk', 'zh');
    await toCheck(scene, seats.yan, links.yan, 'zh');
    await result(seats.yan, 'green');
    seats.wang = await scene.window('wang', 'phone', 'zh');
    const line = await seats.wang.context().newCDPSession(seats.wang);
    await line.send('Network.emulateNetworkConditions', { offline: false, latency: 60, downloadThroughput: 250_000 / 8, uploadThroughput: 250_000 / 8 });
    await toCheck(scene, seats.wang, links.wang, 'zh');
    await result(seats.wang, 'amber');
    seats.zhu = await scene.window('zhu', 'phone', 'zh', ['camera']);
    await toCheck(scene, seats.zhu, links.zhu, 'zh');
    await result(seats.zhu, 'red');
    await scene.look(seats.zhu, 'check-red');
    await scene.look(seats.yan, 'check-green');
    await seats.zhu.click(T('trouble-open'));
    await seats.zhu.fill(T('trouble-text'), '话筒没有声音，我不会设置');
    await seats.zhu.click(T('trouble-send'));
    await seats.zhu.waitForSelector(`${T('trouble-said')}[data-help=asked]`);
    await row(seats.clerk, ids.zhu).locator(T('help')).waitFor();
    await scene.look(seats.clerk, 'clerk-help');
    await seats.clerk.click(T('alert-claim'));
    await seats.zhu.waitForSelector(`${T('trouble-said')}[data-help=claimed]`);
    await seats.zhu.context().grantPermissions(['camera', 'microphone']);
    await seats.zhu.click(`${T('device-problem')} ${T('retry-devices')}`);
    await result(seats.zhu, 'green');
    await press(seats.clerk, ids.zhu, 'help-answer');
    await seats.clerk.fill(T('confirm-reason'), '电话里教她允许使用话筒');
    await seats.clerk.click(T('confirm'));
    await seats.zhu.waitForSelector(`${T('trouble-said')}[data-help=""]`);
    await checked(scene, seats.clerk, ids);
  });

  await step('11. the pass lets in; 朱敏’s brother with the same pass is refused, which the clerk decides and the log keeps', async () => {
    for (const who of ['zhu', 'wang', 'yan']) {
      await declare(seats[who]);
      await row(seats.clerk, ids[who]).waitFor();
    }
    await scene.look(seats.zhu, 'waiting');
    const brother = await scene.window('brother', 'phone', 'zh');
    await brother.goto(`${links.zhu}?lang=zh`);
    await brother.waitForSelector('oyer-app[data-notice=pass_elsewhere]');
    await scene.look(brother, 'pass-elsewhere');
    await brother.click(T('notice-action'));
    await brother.waitForSelector('oyer-app[data-notice=knocking]');
    await row(seats.clerk, ids.zhu).locator(T('knock')).waitFor();
    await scene.look(seats.clerk, 'clerk-knock');
    await press(seats.clerk, ids.zhu, 'keep');
    await brother.waitForSelector('oyer-app[data-notice=pass_kept]');
    await seats.zhu.waitForSelector(`${T('second-use')}[data-state=kept]`);
    await seats.zhu.click(T('second-use-close'));
    await brother.context().close();
  });

  await step('12. the clerk compares each face with its document: all are verified', async () => {
    for (const who of ['zhu', 'wang', 'yan']) {
      await press(seats.clerk, ids[who], 'identify');
      for (const one of ['in_person', 'face', 'name']) await seats.clerk.check(`#oyer-identity-${one}`);
      await seats.clerk.click(T('identity-confirm'));
      await row(seats.clerk, ids[who]).getByText('Identity verified').first().waitFor();
    }
    await scene.look(seats.clerk, 'clerk-identified');
  });

  await step('13. four declarations stand in the log, each with the rules as they were read', async () => {
    const log = await seats.clerk.evaluate(async (hearing) => (await fetch(`/api/v1/hearings/${hearing}/events`)).text(), facts.hearing);
    const events = log.trim().split('\n').map((line) => JSON.parse(line).event);
    const declared = events.filter((one) => one.type === 'declare' && one.result === 'ok');
    assert.equal(declared.length, 4);
    for (const one of declared) assert.match(JSON.stringify(one), /[0-9a-f]{64}/);
    for (const who of ['zhu', 'wang', 'yan']) assert.ok(declared.some((one) => one.actor === ids[who]));
    const { declarations } = await scene.ask(seats.clerk, 'GET', await seats.clerk.getAttribute(T('declarations'), 'href'));
    assert.equal(declarations.length, 4);
    for (const { signed, signature, key } of declarations) assert.ok(verify(null, Buffer.from(signed), createPublicKey(key), Buffer.from(signature, 'base64url')), 'the court’s key signed it');
    const papers = declarations.map(({ signed }) => JSON.parse(signed));
    for (const who of ['zhu', 'wang', 'yan']) assert.deepEqual(papers.find((one) => one.participant === ids[who]).ready, { alone: true, quiet: true, still: true });
    assert.match(papers.find((one) => one.participant === ids.zhu).rules, /不得录音/);
    const own = await scene.ask(seats.zhu, 'GET', `/api/v1/hearings/${facts.hearing}/declarations`);
    assert.deepEqual(own.declarations?.map(({ signed }) => JSON.parse(signed).participant), [ids.zhu], 'others’ are none of hers');
    assert.ok(events.some((one) => one.type === 'pass_refused' || one.type === 'second_use_asked'), 'the brother is in the log');
  });
}
