// SPDX-License-Identifier: LGPL-2.1-or-later

// Steps 7 and 8: everybody is told, one short message comes back, and the public list.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import http from 'node:http';

import { T } from './people.mjs';

export const SECRETS = { sms: 'the secret of the short messages', wechat: 'the secret of WeChat here' };

/** A gateway of short messages and of WeChat: keeps what it is asked to send. */
export class Gateway {
  constructor() {
    this.taken = [];
  }

  open() {
    this.server = http.createServer((request, response) => {
      const body = [];
      request.on('data', (chunk) => body.push(chunk));
      request.on('end', () => {
        this.taken.push(JSON.parse(Buffer.concat(body)));
        response.end();
      });
    });
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${this.server.address().port}`)));
  }

  close() {
    this.server.close();
  }

  /** Tells the court what became of a message, signed. */
  async report(court, { id, channel }, state) {
    const body = JSON.stringify({ id, state, why: state === 'bounced' ? 'unknown_number' : '' });
    const stamp = String(Math.floor((Date.now() + court.ahead_ms) / 1000));
    const signature = createHmac('sha256', SECRETS[channel]).update(`${stamp}.${body}`).digest('hex');
    const tell = () => fetch(`${court.base}/api/v1/notices/receipts`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'Oyer-Timestamp': stamp, 'Oyer-Signature': `v1=${signature}` } });
    // The court may not have written down yet that the gateway took it.
    let response = await tell();
    for (let again = 0; response.status === 404 && again < 50; again++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      response = await tell();
    }
    assert.equal(response.status, 200);
  }

  sent(channel, to) {
    return this.taken.find((one) => one.channel === channel && one.to.endsWith(to) && one.kind === 'hearing_invitation');
  }
}

/** The link of that name in the notice of a person of the hearing, from the clerk's page. */
export async function linkOf(scene, person, name = 'pass_link') {
  const { facts } = scene;
  const { clerk: desk } = scene.pages;
  const { notices } = await scene.ask(desk, 'GET', `/api/v1/notices?hearing=${facts.hearing}`);
  const notice = notices.find((one) => one.kind === 'hearing_invitation' && one.name.startsWith(person));
  const { links } = await scene.ask(desk, 'GET', `/api/v1/notices/${notice.id}`);
  return links[name];
}

export async function notices(scene, step) {
  const { court, facts } = scene;
  const { gateway } = facts;
  const { clerk: desk } = scene.pages;

  await step('7. the notice has pass, self-test and help; the message to 王磊 bounces, WeChat arrives, the clerk has a task', async () => {
    await desk.click(T('to-home'));
    await desk.click(T('section-notices'));
    await desk.waitForSelector(T('hearings'));
    await scene.look(desk, 'notices-desk');
    await court.fact('messages to both parties', () => [facts.phones.zhu, facts.phones.wang].every((to) => gateway.sent('sms', to) && gateway.sent('wechat', to)), 10);
    await gateway.report(court, gateway.sent('sms', facts.phones.wang), 'bounced');
    await gateway.report(court, gateway.sent('wechat', facts.phones.wang), 'arrived');
    await gateway.report(court, gateway.sent('sms', facts.phones.zhu), 'arrived');
    await desk.click(`a[href="#/notices/${facts.hearing}"]`);
    await scene.look(desk, 'notices-hearing');
    await desk.click(T('back'));
    const task = desk.locator(T('task'), { hasText: facts.phones.wang });
    await task.first().waitFor();
    await scene.look(desk, 'notices-tasks');

    const wang = await scene.window('wang', 'phone', 'zh');
    await wang.goto(gateway.sent('wechat', facts.phones.wang).link);
    const text = await wang.textContent(T('text'));
    for (const part of [/2026.*3.*13/, /\/j\/v1\./, /#help/]) assert.match(text, part);
    await scene.look(wang, 'notice');
    await wang.click(T('received'));
    await wang.waitForSelector(T('thanks'));
    const { notices: all } = await scene.ask(desk, 'GET', `/api/v1/notices?hearing=${facts.hearing}`);
    const his = all.find((one) => one.kind === 'hearing_invitation' && one.sendings.some((way) => way.address.endsWith(facts.phones.wang)));
    const [sms, wechat] = ['sms', 'wechat'].map((channel) => his.sendings.find((way) => way.channel === channel));
    assert.deepEqual([sms.state, wechat.state], ['bounced', 'arrived']);
    assert.ok(wechat.effective_us > 0 && his.effective_us === wechat.effective_us, 'served by the way that worked');
    assert.ok(his.effective_us <= facts.begins_us - 3 * 86400e6, 'three days before');
    const paper = await scene.ask(desk, 'GET', `/api/v1/notices/${his.id}/certificate`);
    assert.match(JSON.stringify(paper), /oyer\.service\.v1/);
  });
}

/** On the day. */
export async function publicList(scene, step) {
  const { court, facts } = scene;

  await step('8. the public list has alias, cause, time and place of the hearing, and nothing else', async () => {
    const anybody = await scene.window('anybody', 'phone', 'zh');
    await anybody.goto(`${court.base}/court?lang=zh`);
    const row = anybody.locator(`${T('today')} li`, { hasText: facts.number });
    await row.waitFor();
    const text = await row.textContent();
    assert.match(text, /09:30/);
    assert.match(text, /朱某/);
    assert.match(text, /第一法庭/);
    assert.ok(text.includes(facts.cause), 'the cause by its name');
    assert.doesNotMatch(text, /朱敏|王磊|严华|\d{11}/);
    await scene.look(anybody, 'court-today');
  });
}
