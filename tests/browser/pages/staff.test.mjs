/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The judge's bench and the clerk's desk: what they press is what the server is asked. */

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";
import { ALERTS, inSession, LINES, PEOPLE, RECORDER, state, WITNESS } from "./support/people.mjs";

const drive = useBrowser();
const { fake } = drive;
const desk = { size: "desk" };
const SHOTS = process.env.OYER_SHOTS;

afterEach(async () => {
  await drive.closePages();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

const staffState = (id, changes = {}) =>
  state(id, { ...changes, you: { room: "hearing", status: "in_hearing", declared: true, ...changes.you } });

async function press(page, person, action) {
  const button = page.locator(`${T("person")}[data-participant=${person}] ${T(action)}`);
  await button.evaluate((element) => {
    const more = element.closest("details");
    if (more) more.open = true;
  });
  await button.click();
  return fake.got((one) => one.type === "command" && one.do === action);
}

const waitingPeople = PEOPLE.map((one) => (one.id === "plaintiff" ? { ...one, room: "waiting", status: "waiting", sending: [] } : one));

describe("the clerk's desk", () => {
  it("admits who waits, calls the witness, sends out, identifies, locks", async () => {
    const page = await drive.join("clerk", inSession("clerk", { people: [...waitingPeople, WITNESS] }), desk);
    await page.waitForSelector(T("room"));
    assert.equal((await press(page, "plaintiff", "admit")).participant, "plaintiff");
    assert.equal((await press(page, "witness", "call_witness")).participant, "witness");
    assert.equal((await press(page, "lawyer", "send_out")).participant, "lawyer");
    assert.equal((await press(page, "lawyer", "lock")).participant, "lawyer");
    assert.deepEqual((await press(page, "defendant", "mute")).kinds, ["audio"]);
  });

  for (const [size, language] of [["desk", "zh"], ["phone", "en"]]) {
    it(`compares the document with the live picture, point by point: ${language}`, async () => {
      const page = await drive.join("clerk", inSession("clerk", { people: [...waitingPeople, WITNESS] }), { size, language });
      await page.waitForSelector(T("room"));
      const open = async (id) => {
        const button = page.locator(`${T("person")}[data-participant=${id}] ${T("identify")}`);
        await button.evaluate((element) => {
          element.closest("details").open = true;
          element.click();
        });
        await page.waitForSelector(T("identity"));
      };
      // Who waits is looked at in private while the dialog is open; without a picture it is not by video.
      await open("plaintiff");
      const look = await fake.got((one) => one.do === "look");
      assert.deepEqual([look.participant, look.on], ["plaintiff", true]);
      await page.waitForSelector(T("identity-no-picture"));
      assert.equal(await page.isChecked("#oyer-identity-video"), true);
      assert.deepEqual(await violations(page), []);
      await page.click(T("identity-confirm"));
      await page.waitForSelector(T("identity-problem"));
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/look-${size}-${language}.png` });
      await page.keyboard.press("Escape");
      assert.equal((await fake.got((one) => one.do === "look" && !one.on)).participant, "plaintiff");
      await open("lawyer");
      await page.waitForSelector(`${T("identity")} ${T("tile")}`);
      assert.deepEqual(await violations(page), []);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/identity-${size}-${language}.png` });
      await page.check("#oyer-identity-face");
      await page.click(T("identity-confirm"));
      await page.waitForSelector(T("identity-problem"));
      assert.equal(fake.received.some((one) => one.do === "identify"), false, "a face without a name is nobody");
      await page.check("#oyer-identity-name");
      await page.selectOption("#oyer-identity-document", "lawyer");
      await page.click(T("identity-confirm"));
      const sent = await fake.got((one) => one.do === "identify");
      assert.deepEqual([sent.participant, sent.level, sent.where, sent.document, sent.compared], ["lawyer", "verified", "video", "lawyer", ["face", "name"]]);
    });
  }

  it("asks the court's verifier, and says what it said, or that it said nothing", async () => {
    const said = (verifier) => inSession("clerk", { people: PEOPLE.map((one) => (one.id === "lawyer" ? { ...one, verifier } : one)) });
    const shows = (verifier) => fake.show({ ...said(verifier), verifier: true });
    const page = await drive.join("clerk", { ...said(null), verifier: true }, { size: "phone" });
    await page.waitForSelector(T("room"));
    await page.locator(`${T("person")}[data-participant=lawyer] ${T("identify")}`).evaluate((element) => element.click());
    await page.selectOption("#oyer-identity-document", "lawyer");
    await page.fill("#oyer-identity-document-number", "13101201810123456");
    await page.press("#oyer-identity-document-number", "Enter");
    const sent = await fake.got((one) => one.do === "verify");
    assert.deepEqual([sent.participant, sent.document, sent.number], ["lawyer", "lawyer", "13101201810123456"]);
    const answer = { at: "2026-11-22T01:20:00.000Z", document: "lawyer", reference: "GA-77", level: "高" };
    for (const state of ["asked", "matched", "not_matched", "no_answer"]) {
      shows({ ...answer, state });
      await page.waitForSelector(`${T("verifier-said")}[data-state=${state}]`);
    }
    assert.equal(fake.received.some((one) => one.do === "identify"), false);
    assert.deepEqual(await violations(page), []);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/verifier.png` });
  });

  it("shows the judge who compared what, and when", async () => {
    const identified = { by: "clerk", at: "2026-03-13T01:20:00Z", where: "video", document: "id_card", compared: ["face", "name"] };
    const people = PEOPLE.map((one) => (one.id === "plaintiff" ? { ...one, identity: "verified", identified } : one));
    const page = await drive.join("judge", inSession("judge", { people }), desk);
    await page.waitForSelector(T("room"));
    const line = await page.textContent(`${T("person")}[data-participant=plaintiff] ${T("identified")}`);
    assert.match(line, /居民身份证/);
    assert.match(line, /视频/);
  });

  it("removes somebody only with a reason", async () => {
    const page = await drive.join("clerk", inSession("clerk"), desk);
    await page.waitForSelector(T("room"));
    const button = page.locator(`${T("person")}[data-participant=lawyer] ${T("remove")}`);
    await button.evaluate((element) => (element.closest("details").open = true));
    await button.click();
    await page.click(T("confirm"));
    assert.equal(fake.received.some((one) => one.type === "command"), false);
    await page.fill(T("confirm-reason"), "扰乱法庭秩序");
    await page.click(T("confirm"));
    const sent = await fake.got((one) => one.type === "command" && one.do === "remove");
    assert.equal(sent.reason, "扰乱法庭秩序");
  });

  it("shows every track with the age of its last byte, and its alarm", async () => {
    const page = await drive.join("clerk", inSession("clerk"), desk);
    await page.waitForSelector(T("room"));
    fake.tell(RECORDER);
    const level = (track) => page.getAttribute(`${T("recorder-track")}[data-track=${track}]`, "data-level");
    await page.waitForSelector(T("recorder-track"));
    assert.equal(await level("judge-audio"), "ok");
    assert.equal(await level("plaintiff-video"), "late");
    const stopped = { ...RECORDER, tracks: RECORDER.tracks.map((one) => ({ ...one, age_ms: 11_000 })) };
    fake.tell(stopped);
    await page.waitForSelector(`${T("recorder-track")}[data-track=judge-audio][data-level=alarm]`);
    assert.match(await page.textContent(T("recorder")), /录制中断/);
  });

  it("types a line under a name with Enter, and nothing that is refused is lost", async () => {
    const page = await drive.join("clerk", inSession("clerk"), desk);
    await page.click(`${T("line-speaker")}[data-participant=plaintiff]`);
    await page.fill(T("line-text"), "原告：没有补充。");
    await page.press(T("line-text"), "Enter");
    const line = await fake.got((one) => one.type === "line");
    assert.deepEqual([line.participant, line.text, line.at_us], ["plaintiff", "原告：没有补充。", null]);
    assert.equal(await page.inputValue(T("line-text")), "");
  });

  it("edits a line and keeps its id", async () => {
    const page = await drive.join("clerk", inSession("clerk"), desk);
    await page.waitForSelector(T("captions"));
    for (const line of LINES) fake.tell({ type: "caption", line });
    await page.click(`${T("caption-line")}[data-line=l4] ${T("line-edit")}`);
    await page.fill(T("line-edit-text"), "改过的话");
    await page.click(T("line-save"));
    const sent = await fake.got((one) => one.type === "line_edit");
    assert.deepEqual([sent.line, sent.text], ["l4", "改过的话"]);
  });

  it("writes a note, shows alerts worst first, and a word from a party", async () => {
    const people = PEOPLE.map((one) => (one.id === "defendant" ? { ...one, trouble: "我听不到" } : one));
    const page = await drive.join("clerk", inSession("clerk", { alerts: ALERTS, people }), desk);
    await page.waitForSelector(T("alert"));
    const codes = await page.locator(T("alert")).evaluateAll((all) => all.map((one) => one.dataset.code));
    assert.equal(codes[0], "recorder_stopped");
    assert.match(await page.textContent(`${T("person")}[data-participant=defendant]`), /我听不到/);
    await page.fill(T("note-text"), "被告方麦克风有杂音");
    await page.click(T("note-add"));
    assert.equal((await fake.got((one) => one.type === "note")).text, "被告方麦克风有杂音");
  });

  it("orders and lifts a screening", async () => {
    const screening = [{ participant: "plaintiff", from: "witness", media: "video", symmetric: false }];
    const page = await drive.join("clerk", inSession("clerk", { screening, people: [...PEOPLE, WITNESS] }), desk);
    await page.locator(T("screening")).evaluate((element) => (element.open = true));
    await page.click(T("screening-off"));
    const off = await fake.got((one) => one.type === "command" && one.do === "screen" && one.on === false);
    assert.deepEqual([off.participant, off.from, off.media], ["plaintiff", "witness", "video"]);
    await page.selectOption(T("screening-subject"), "lawyer");
    await page.selectOption(T("screening-from"), "plaintiff");
    await page.click(T("screening-add"));
    const on = await fake.got((one) => one.type === "command" && one.do === "screen" && one.on === true);
    assert.deepEqual([on.participant, on.from, on.media, on.symmetric], ["lawyer", "plaintiff", "both", false]);
  });

  it("says why the server did not do it", async () => {
    const page = await drive.join("clerk", inSession("clerk"), desk);
    await page.waitForSelector(T("room"));
    fake.refuse = "wrong_state";
    await press(page, "lawyer", "mute");
    await page.waitForSelector(`${T("refusal")}[data-code=wrong_state]`);
  });

  it("is tabs on a phone", async () => {
    const page = await drive.join("clerk", inSession("clerk"));
    await page.waitForSelector(T("room"));
    for (const tab of ["people", "transcript", "recorder", "stage"]) {
      await page.click(`${T("tab")}[data-tab=${tab}]`);
      assert.ok(await page.isVisible(`${T("panel")}[data-tab=${tab}]`), tab);
      assert.equal(await page.locator(`${T("panel")}:visible`).count(), 1);
    }
  });
});

describe("the judge's bench", () => {
  it("opens only when the recorder has proven itself", async () => {
    const page = await drive.join("judge", staffState("judge"), desk);
    await page.click(T("open"));
    await page.click(T("confirm"));
    await fake.got((one) => one.type === "command" && one.do === "arm");
    fake.show(staffState("judge", { recording: { state: "armed" } }));
    const open = await fake.got((one) => one.type === "command" && one.do === "open");
    assert.equal(open.override, undefined);
  });

  it("opens without a recorder only with the box and a reason", async () => {
    const page = await drive.join("judge", staffState("judge", { recording: { state: "failed" } }), desk);
    await page.click(T("open"));
    await page.check(T("confirm-override"), { force: true });
    await page.click(T("confirm"));
    assert.equal(fake.received.some((one) => one.type === "command"), false);
    await page.fill(T("confirm-reason"), "使用备用录音设备");
    await page.click(T("confirm"));
    const open = await fake.got((one) => one.type === "command" && one.do === "open");
    assert.deepEqual([open.override, open.reason], [true, "使用备用录音设备"]);
  });

  for (const [move, session, fields] of [
    ["pause", "in_session", {}],
    ["close", "in_session", { confirm: true }],
    ["resume", "paused", {}],
  ]) {
    it(`asks before it does it: ${move}`, async () => {
      const page = await drive.join("judge", inSession("judge", { hearing: { session }, recording: { state: session === "paused" ? "paused" : "recording" } }), desk);
      await page.click(T(move));
      await page.click(T("confirm-cancel"));
      assert.equal(fake.received.some((one) => one.type === "command"), false);
      await page.click(T(move));
      await page.click(T("confirm"));
      const sent = await fake.got((one) => one.type === "command" && one.do === move);
      for (const [name, value] of Object.entries(fields)) assert.equal(sent[name], value);
    });
  }

  it("asks at the close whether the hearing goes on in the session that is booked, and prepares it then", async () => {
    const next = { session_no: 1, next_session: "2026-03-20T01:30:00.000Z" };
    const page = await drive.join("judge", inSession("judge", { hearing: next }), desk);
    await page.click(T("close"));
    assert.match(await page.textContent("dialog[open]"), /第 2 次开庭.*3月20日/s);
    assert.deepEqual(await violations(page), []);
    await page.click(T("confirm-rather"));
    const close = await fake.got((one) => one.type === "command" && one.do === "close");
    assert.deepEqual([close.confirm, close.adjourn], [true, true]);
    const hearing = { ...next, session: "closed", status: "part_heard" };
    fake.show(inSession("judge", { hearing, record: { state: "sealing", progress: 0.6 } }));
    await page.waitForSelector(T("next-session"));
    assert.equal(await page.locator(T("prepare")).count(), 0, "not before the record is sealed");
    fake.show(inSession("judge", { hearing, record: { state: "sealed", progress: 1, root: "ab".repeat(32) } }));
    await page.click(T("prepare"));
    await fake.got((one) => one.type === "command" && one.do === "next_session");
  });

  it("takes a call for help where it is heard, and says what came of it", async () => {
    const calls = (claimed) => ({
      alerts: claimed ? [] : [{ id: "a9", level: "warning", code: "trouble", participant: "defendant", at: new Date().toISOString() }],
      people: PEOPLE.map((one) => (one.id === "defendant" ? { ...one, trouble: "话筒没有声音", help: { asked: new Date().toISOString(), claimed: claimed ? new Date().toISOString() : null, by: claimed ? "clerk" : null } } : one)),
    });
    const page = await drive.join("clerk", inSession("clerk", calls(false)), desk);
    assert.match(await page.textContent(T("alert")), /话筒没有声音/);
    await page.click(T("alert-claim"));
    assert.equal((await fake.got((one) => one.type === "command" && one.do === "help_claim")).participant, "defendant");
    fake.show(inSession("clerk", calls(true)));
    await page.click(T("help-answer"));
    await page.click(T("confirm"));
    await page.fill(T("confirm-reason"), "已教会");
    await page.click(T("confirm"));
    assert.equal((await fake.got((one) => one.type === "command" && one.do === "help_answer")).reason, "已教会");
  });

  it("suspends only with a reason", async () => {
    const page = await drive.join("judge", inSession("judge"), desk);
    await page.click(T("suspend"));
    await page.fill(T("confirm-reason"), "网络故障");
    await page.click(T("confirm"));
    assert.equal((await fake.got((one) => one.type === "command" && one.do === "suspend")).reason, "网络故障");
  });

  it("goes to the next stage at a press, and asks before a jump", async () => {
    const page = await drive.join("judge", inSession("judge"), desk);
    await page.click(`${T("stage-step")}[data-stage=defence]`);
    await fake.got((one) => one.type === "command" && one.do === "stage" && one.stage === "defence");
    await page.click(`${T("stage-step")}[data-stage=debate]`);
    await page.click(T("confirm"));
    await fake.got((one) => one.type === "command" && one.do === "stage" && one.stage === "debate");
    assert.equal(await page.getAttribute(`${T("stage-step")}[data-stage=statement]`, "aria-current"), "step");
  });

  it("hears in order who raised a hand, and lowers it", async () => {
    const people = PEOPLE.map((one) => ({ ...one, hand: { lawyer: 1, plaintiff: 2 }[one.id] ?? 0 }));
    const page = await drive.join("judge", inSession("judge", { people }), desk);
    await page.waitForSelector(".oyer-hands");
    assert.match(await page.textContent(".oyer-hands"), /1\. 王建国\s*2\. 朱丽/);
    assert.equal((await press(page, "lawyer", "lower_hand")).participant, "lawyer");
  });

  it("sees the sealing after the close, and the way to the record", async () => {
    const page = await drive.join("judge", inSession("judge"), desk);
    await page.waitForSelector(T("room"));
    const closed = { hearing: { session: "closed" } };
    fake.show(inSession("judge", { ...closed, record: { state: "sealing", progress: 0.6 } }));
    await page.waitForSelector(T("record-progress"));
    fake.show(inSession("judge", { ...closed, record: { state: "sealed", progress: 1, root: "ab".repeat(32) } }));
    await page.waitForSelector(`${T("record-state")}[data-state=sealed]`);
    assert.equal(await page.getAttribute(T("record-link"), "href"), "/r/h1");
    assert.equal(await page.getAttribute(T("office"), "href"), "/staff", "and the way back to the other hearings");
  });
});
