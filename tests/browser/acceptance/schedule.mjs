// SPDX-License-Identifier: LGPL-2.1-or-later

// Step 6: the day of the hearing.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { at_us, T } from './people.mjs';

const span = (local, minutes) => ({ from_us: at_us(local), to_us: at_us(local) + minutes * 60e6 });

/** What no page of this court can write: 严华 has a hearing in a sister court at ten. */
function inSisterCourt(scene) {
  const { from_us, to_us } = span('2026-03-12T10:00', 60);
  const rows = [
    ['INSERT INTO court (id, code, name, timezone, created_at) VALUES (?, ?, ?, ?, 0)', ['sister', '沪0198', '邻区人民法院', 'Asia/Shanghai']],
    ['INSERT INTO case_ (id, court, year, type_code, seq, number_text, cause, procedure, docketed_at) VALUES (?, ?, 2026, ?, 1, ?, ?, ?, 0)', ['sister', 'sister', '民初', '（2026）沪0198民初1号', 'private_lending', 'summary']],
    ['INSERT INTO hearing (id, case_id, scheduled_start, openness, status, created_at) VALUES (?, ?, ?, ?, ?, 0)', ['sister', 'sister', from_us, 'public', 'scheduled']],
    ['INSERT INTO booking (hearing, session, resource, capacity, from_at, to_at) SELECT ?, 1, id, ?, ?, ? FROM person WHERE name = ?', ['sister', 'representative', from_us, to_us, '严华']],
  ];
  execFileSync('python3', ['-c', 'import json,sqlite3,sys\nwith sqlite3.connect(sys.argv[1], timeout=10) as db:\n  for sql, values in json.loads(sys.argv[2]): db.execute(sql, values)', path.join(scene.court.data, 'oyer.db'), JSON.stringify(rows)]);
}

/** The judge's other case: its parties come to the court house. */
async function otherCase(scene, desk, form) {
  const people = [{ person: 'demo-plaintiff', as: 'party', mode: 'in_person', side: 'plaintiff' }, { person: form.judges[0].id, as: 'judge', mode: 'in_person' }, { person: form.clerks[0].id, as: 'clerk', mode: 'in_person' }];
  const plan = { kind: 'first', openness: 'public', room: form.rooms[1].id, cases: [scene.facts.otherCase], sessions: [span('2026-03-12T10:30', 60)], people };
  const booked = await scene.ask(desk, 'POST', '/api/v1/schedule/hearings', { plan });
  assert.equal(booked.http, 201, JSON.stringify(booked));
}

export async function schedule(scene, step) {
  const { facts } = scene;

  await step('6. 12 March: the judge’s other case and 严华’s hearing in a sister court are both named; 13 March is booked', async () => {
    inSisterCourt(scene);
    const desk = await scene.desk('clerk', 'calendar');
    await desk.waitForSelector(T('new'));
    const form = await scene.ask(desk, 'GET', '/api/v1/schedule/form');
    await otherCase(scene, desk, form);
    await desk.click(T('new'));
    await desk.selectOption(T('add-case'), facts.case);
    await desk.fill(T('day-0'), '2026-03-12');
    await desk.fill(T('from-0'), '09:30');
    await desk.fill(T('to-0'), '11:00');
    await desk.selectOption(T('room'), form.rooms[0].id);
    await desk.selectOption(T('judge'), form.judges[0].id);
    await desk.selectOption(T('clerk'), form.clerks[0].id);
    for (const [name, as] of [['赵勇', 'witness'], ['钱译', 'interpreter']]) {
      await desk.fill(T('new-name'), name);
      await desk.selectOption(T('new-as'), as);
      await desk.click(T('add-person'));
    }
    await desk.click(T('save'));
    await desk.waitForSelector(T('verdict'));
    const faults = await desk.locator(`${T('faults')} li`).allTextContents();
    assert.ok(faults.some((one) => /徐明.*10:30/.test(one) && one.includes(facts.otherNumber)), faults.join());
    assert.ok(faults.some((one) => /严华.*10:00/.test(one) && !/沪0198/.test(one)), 'of another court only the time is told');
    assert.ok((await desk.locator(T('offer')).count()) > 0, 'free times are offered');
    await scene.look(desk, 'calendar-clash');
    await desk.fill(T('day-0'), '2026-03-13');
    await desk.click(T('save'));
    await desk.waitForFunction(() => /13 March/.test(document.querySelector('[data-test=said]')?.textContent));
    await scene.look(desk, 'calendar-booked');
    const { from_us } = span('2026-03-13T00:00', 0);
    const { hearings } = await scene.ask(desk, 'GET', `/api/v1/schedule?from_us=${from_us}&to_us=${from_us + 86400e6}`);
    const booked = hearings.find((one) => one.plan.cases.includes(facts.case));
    assert.deepEqual([booked.state, booked.begins_us, booked.ends_us], ['booked', at_us('2026-03-13T09:30'), at_us('2026-03-13T11:00')]);
    assert.deepEqual(booked.plan.people.map((one) => one.as).sort(), ['clerk', 'interpreter', 'judge', 'party', 'party', 'representative', 'representative', 'witness']);
    facts.hearing = booked.id;
    facts.begins_us = booked.begins_us;
    await calendars(scene, desk);
  });
}

/** Each who takes part has an invitation of his own, with the way in. */
async function calendars(scene, desk) {
  const { passes } = await scene.ask(desk, 'POST', `/api/v1/schedule/hearings/${scene.facts.hearing}/passes`, {});
  assert.ok(passes.length >= 8);
  for (const { participant } of passes) {
    const text = await desk.evaluate(async (url) => (await fetch(url)).text(), `/api/v1/schedule/hearings/${scene.facts.hearing}/invitations/${participant}`);
    assert.match(text, /METHOD:REQUEST/);
    assert.match(text, /SEQUENCE:0/);
    assert.match(text.replace(/\r?\n /g, ''), /CONFERENCE[^\n]*\/j\/v1\./);
  }
}
