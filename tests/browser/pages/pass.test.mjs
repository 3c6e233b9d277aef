/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The pass: a second device that asks in, a new one by a code, one for somebody else, the sheet. */

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { overflow, violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";
import { card, inSession, PEOPLE, state } from "./support/people.mjs";

const drive = useBrowser();
const { fake } = drive;
const SHOTS = process.env.OYER_SHOTS;
const ELSEWHERE = { refused: [401, "pass_refused", "", { reason: "elsewhere" }] };
const QR = Array.from({ length: 57 }, (_, y) => Array.from({ length: 57 }, (_x, x) => ((x * 7 + y * 3 + x * y) % 3 ? "0" : "1")).join(""));
const SHEET = { link: "https://court.example/j/v1.new.pass", court: "上海市嘉定区人民法院", scheduled_start: "2026-11-22T01:30:00.000Z", timezone: "Asia/Shanghai", qr: QR };

afterEach(async () => {
  await drive.closePages();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

async function check(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  assert.deepEqual(await violations(page), [], name);
  assert.equal(await overflow(page), 0, `${name} is too wide`);
}

async function knock(language = "zh") {
  fake.api.set("GET /api/v1/pass", ELSEWHERE);
  fake.knocks = true;
  const page = await drive.open("plaintiff", { language });
  await page.waitForSelector("oyer-app[data-notice=pass_elsewhere]");
  await page.click(T("notice-action"));
  await fake.got((one) => one.type === "hello");
  await page.waitForSelector("oyer-app[data-notice=knocking]");
  return page;
}

describe("a second device", () => {
  it("asks in, and comes in when the clerk agrees", async () => {
    const page = await knock();
    // Longer than a server may take to welcome: it does not knock again.
    await page.waitForTimeout(1_500);
    assert.equal(fake.received.filter((one) => one.type === "hello").length, 1);
    fake.state = state("plaintiff");
    fake.api.set("GET /api/v1/pass", card("plaintiff"));
    fake.decide(true);
    await page.waitForSelector(T("rules-tick"));
  });

  it("is told when the clerk keeps the other one", async () => {
    const page = await knock("en");
    fake.decide(false);
    await page.waitForSelector("oyer-app[data-notice=pass_kept]");
    await page.waitForSelector(T("renew"));
  });

  it("the one in use is told of both, and of its own end", async () => {
    const page = await drive.join("plaintiff", state("plaintiff"));
    fake.tell({ type: "second_use", state: "asked" });
    await page.waitForSelector(`${T("second-use")}[data-state=asked]`);
    await check(page, "second-use");
    fake.tell({ type: "second_use", state: "kept" });
    await page.waitForSelector(`${T("second-use")}[data-state=kept]`);
    fake.closeAll(4411);
    await page.waitForSelector("oyer-app[data-notice=replaced]");
  });

  it("is the clerk's to decide, with both devices before the eyes", async () => {
    const asks = { since: new Date().toISOString(), agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4)" };
    const people = PEOPLE.map((one) => (one.id === "plaintiff" ? { ...one, knock: asks, agent: "Mozilla/5.0 (Linux; Android 13; HUAWEI)" } : one));
    for (const size of ["phone", "desk"]) {
      const at = inSession("clerk", { people });
      at.you.may = [...at.you.may, "second_use", "issue_pass"];
      const page = await drive.joinRoom("clerk", at, { size });
      if (size === "phone") await page.click(`${T("tab")}[data-tab=people]`);
      await page.waitForSelector(T("knock"));
      await check(page, `knock-${size}`);
      await page.click(T("let-in"));
      const command = await fake.got((one) => one.do === "second_use");
      assert.deepEqual([command.participant, command.let_in], ["plaintiff", true]);
      await drive.closePages();
      fake.reset();
    }
  });
});

describe("a new pass", () => {
  for (const language of ["zh", "en"]) {
    it(`for who can show by a code who he is: ${language}`, async () => {
      fake.api.set("GET /api/v1/pass", { refused: [401, "pass_refused", "", { reason: "revoked" }] });
      fake.api.set("POST /api/v1/visitor/ask", { challenge: "c1", channel: "sms", to: "138****8000", expires_us: 0 });
      fake.api.set("POST /api/v1/visitor/code", { refused: [401, "refused"] });
      fake.api.set("GET /api/v1/visitor/passes", { seats: [{ participant: "p1", court: "上海市嘉定区人民法院", role: "party", scheduled_start: "2026-11-22T01:30:00.000Z", timezone: "Asia/Shanghai" }] });
      fake.api.set("POST /api/v1/visitor/passes/p1", { token: "v1.new.pass", link: "", from: "", until: "" });
      const page = await drive.open("plaintiff", { language });
      await page.click(T("renew"));
      await page.fill(T("renew-address"), "13800138000");
      await page.click(T("renew-go"));
      await page.fill(T("renew-code"), "123456");
      await page.click(T("renew-go"));
      await page.waitForSelector(T("renew-error"));
      await check(page, `renew-${language}`);
      fake.api.set("POST /api/v1/visitor/code", { ok: true });
      await page.fill(T("renew-code"), "123456");
      await page.click(T("renew-go"));
      await page.waitForSelector(T("renew-get"));
      await check(page, `renew-seats-${language}`);
      await page.click(T("renew-get"));
      await page.waitForURL("**/j/v1.new.pass");
    });
  }

  it("from the clerk's desk, as a code to show", async () => {
    fake.api.set("POST /api/v1/hearings/h1/people/plaintiff/pass", { token: "v1.new.pass", link: SHEET.link, from: "", until: "" });
    fake.api.set("GET /api/v1/pass/sheet", SHEET);
    const at = inSession("clerk");
    at.you.may = [...at.you.may, "second_use", "issue_pass"];
    const page = await drive.joinRoom("clerk", at, { size: "desk" });
    const row = `${T("person")}[data-participant=plaintiff]`;
    await page.click(`${row} ${T("person-more")} summary`);
    await page.click(`${row} ${T("issue_pass")}`);
    await page.click(T("pass-confirm"));
    await page.waitForSelector(T("qr"));
    assert.equal(await page.getAttribute(T("pass-print"), "href"), "/pass#v1.new.pass");
    await check(page, "new-pass");
    await page.click(T("pass-done"));
  });
});

describe("the sheet to print", () => {
  for (const language of ["zh", "en"]) {
    it(`has the code and the hour, and no name: ${language}`, async () => {
      fake.api.set("GET /api/v1/pass/sheet", SHEET);
      const context = await drive.context({ language });
      const page = await context.newPage();
      page.on("pageerror", (error) => drive.complaints.push(String(error)));
      await page.goto(`${fake.base}/pass?lang=${language}#v1.new.pass`);
      await page.waitForSelector(T("qr"));
      await check(page, `sheet-${language}`);
      await page.emulateMedia({ media: "print" });
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/sheet-print-${language}.png`, fullPage: true });
      assert.equal(await page.isVisible(T("print")), false);
      assert.equal(await page.isVisible(T("qr")), true);
    });
  }

  it("says why a pass is refused", async () => {
    fake.api.set("GET /api/v1/pass/sheet", { refused: [401, "pass_refused", "出入证已过期", { reason: "expired" }] });
    const page = await (await drive.context({})).newPage();
    await page.goto(`${fake.base}/pass#v1.old.pass`);
    await page.waitForSelector("text=出入证已过期");
  });
});
