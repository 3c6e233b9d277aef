// SPDX-License-Identifier: LGPL-2.1-or-later

// From a phone photo to the door of the hearing: one case, one server, steps 1 to 13 of the acceptance hearing, through
// the pages as people use them.  The court's calendar says February and March 2026.  Prints TAP.

import fs from 'node:fs';
import path from 'node:path';

import { consent } from './acceptance/consent.mjs';
import { door } from './acceptance/door.mjs';
import { exhibits } from './acceptance/exhibits.mjs';
import { filing } from './acceptance/filing.mjs';
import { Gateway, notices, publicList, SECRETS } from './acceptance/notices.mjs';
import { Scene } from './acceptance/people.mjs';
import { schedule } from './acceptance/schedule.mjs';
import { Court } from './people.mjs';

const court = await Court.open('acceptance', [], '2026-02-26T10:00:00+08:00');
const gateway = new Gateway();
const url = await gateway.open();
fs.mkdirSync(court.data, { recursive: true });
fs.writeFileSync(path.join(court.data, 'oyer.conf'), `[notices]\nsms-url=${url}\nsms-secret=${SECRETS.sms}\nwechat-url=${url}\nwechat-secret=${SECRETS.wechat}\n`, { mode: 0o600 });

await court.run(async (step) => {
  const scene = new Scene(court);
  // The demonstration hearing of the first day is the judge's other case.
  scene.facts = { phones: { zhu: '13812345678', wang: '13900001111', yan: '13700002222', company: '13600003333' }, otherCase: court.hearing, otherNumber: '（2026）沪0199民初1号', gateway };
  try {
    await scene.open();
    await filing(scene, step);
    await consent(scene, step);
    await schedule(scene, step);
    await notices(scene, step);
    await exhibits(scene, step);
    await court.serve('2026-03-13T09:03:00+08:00');
    await publicList(scene, step);
    await door(scene, step);
    scene.quiet();
  } catch (error) {
    for (const [name, page] of Object.entries(scene.pages)) {
      console.log(`# ${name}: ${page.url()} ${await page.evaluate(() => document.body.innerText.slice(0, 400)).catch(() => '')}`.replace(/\n+/g, ' | '));
      if (process.env.OYER_SHOTS) await page.screenshot({ path: `${process.env.OYER_SHOTS}/failed-${name}.png` }).catch(() => undefined);
    }
    for (const line of scene.complaints) console.log(`# ${line}`);
    throw error;
  } finally {
    await scene.close();
    gateway.close();
  }
});
