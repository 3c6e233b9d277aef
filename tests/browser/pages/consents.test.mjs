/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Who agreed to be online: the answers of a case, and what is to be done when somebody withdraws. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { overflow, violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";

const drive = useBrowser();
const { fake } = drive;
const SHOTS = process.env.OYER_SHOTS;
const DAY_US = 86400e6;
let mine;
let tasks;
let told;

function ledger() {
  const parties = [["p1", "朱敏", "plaintiff", "yes", "online"], ["p2", "王磊", "defendant", "no", "court_room"]];
  return {
    case: "c1", case_number: "（2026）沪0114民初2号", now_us: Date.now() * 1000,
    stages: ["filing", "mediation", "evidence", "inquiry", "hearing", "service"].map((stage) => ({
      stage, mode: stage === "hearing" ? "mixed" : "open", asked_us: stage === "hearing" ? Date.now() * 1000 : 0, due_us: 0, text: "",
      parties: parties.map(([party, name, role, answer, place]) => (stage === "hearing" ? { party, name, role, answer, given_us: 1, place } : { party, name, role, answer: "none", given_us: 0, place: "court_room" })),
    })),
    entries: [{ party: "p1", name: "朱敏", stage: "hearing", answer: "yes", means: "platform", evidence: "", reason: "", by: "朱敏", given_us: Date.now() * 1000, counts: true }],
  };
}

function task(changes = {}) {
  return {
    hearing: "h1", rev: 3, begins_us: Date.now() * 1000 + 3 * DAY_US, case: "c1", case_number: "（2026）沪0114民初2号", stage: "hearing",
    people: [{ person: "p2", name: "王磊", as: "party", online: "withdrawn" }], mixed: { room: "", kind: "first", people: [] }, ...changes,
  };
}

beforeEach(() => {
  mine = [];
  told = [];
  tasks = [task(), task({ hearing: "h2", case: "c2", case_number: "（2026）沪0114民初11号", mixed: { room: "r1" }, people: [{ person: "p9", name: "海东市长风贸易有限公司", as: "party", online: "withdrawn" }, { person: "p8", name: "严华", as: "representative", online: "withdrawn" }] })];
  const now_us = Date.now() * 1000;
  fake.api.set("GET /api/v1/staff/me", {
    id: "chen", login: "chen.jing", name: "陈静", language: "zh", court: "hd", courts: [{ id: "hd", name: "海东区人民法院", roles: ["clerk"] }], roles: ["clerk"],
    rights: ["signed_in", "read_register", "write_register", "schedule", "override"], means: "totp", password: true, second_factor: true,
    now_us, idle_ends_us: now_us + 1800e6, ends_us: now_us + 40000e6,
  });
  fake.court = (method, url, body) => {
    const path = url.pathname;
    if (path.startsWith("/api/v1/registry/cases/c1/")) {
      if (method === "POST") told.push({ what: path.split("/").at(-1), said: JSON.parse(body) });
      return ledger();
    }
    if (path === "/api/v1/schedule/tasks") return { now_us, tasks };
    if (path === "/api/v1/schedule/form") return { timezone: "Asia/Shanghai", rooms: [{ id: "r1", name: "第一法庭" }, { id: "r2", name: "第二法庭" }] };
    if (path === "/api/v1/staff/approvals" && method === "GET") return { waiting: [], mine };
    if (path.startsWith("/api/v1/staff/approvals")) {
      const what = path.split("/").at(-1);
      const said = JSON.parse(body);
      told.push({ what, said });
      const one = { id: "a1", asked_by: "陈静", asked_us: Date.now() * 1000, expires_us: Date.now() * 1000 + DAY_US, state: "asked", ...said };
      mine = what === "withdraw" ? [{ ...mine[0], state: "withdrawn" }] : [one];
      return { id: "a1" };
    }
    if (path.startsWith("/api/v1/schedule/hearings/")) {
      const id = path.split("/").at(-1);
      if (method === "GET") return { id, rev: 3, plan: { room: "", as: "it was" } };
      told.push({ what: id, said: JSON.parse(body) });
      tasks = tasks.filter((one) => one.hearing !== id);
      return { id };
    }
    return undefined;
  };
});

afterEach(async () => {
  await drive.closePages();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

async function open(path, waiting, { size = "desk", language = "zh" } = {}) {
  const context = await drive.context({ size, language });
  const page = await context.newPage();
  page.on("pageerror", (error) => drive.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) drive.complaints.push(message.text());
  });
  await page.goto(`${fake.base}/staff?lang=${language}#/consents${path}`);
  await page.waitForSelector(T(waiting));
  return page;
}

const keep = `[data-hearing=h1] ${T("keep")}`;

const SCREENS = {
  tasks: async (options) => {
    const page = await open("", "task", options);
    await page.click(`${keep} summary`);
    await page.waitForSelector(T("two-ask"));
    return page;
  },
  nothing: (options) => {
    tasks = [];
    return open("", "none", options);
  },
  answers: async (options) => {
    const page = await open("/c1", "stages", options);
    await page.click(`${T("told")} summary`);
    return page;
  },
};

describe("who is online", () => {
  for (const [name, go] of Object.entries(SCREENS)) {
    it(`${name}: axe is content and nothing is wider than the screen`, async () => {
      for (const options of [{ size: "phone", language: "zh" }, { size: "narrow", language: "en" }, { size: "desk", language: "zh" }]) {
        const page = await go(options);
        assert.deepEqual(await violations(page), [], `${name} ${JSON.stringify(options)}`);
        assert.equal(await overflow(page), 0, `${name} ${JSON.stringify(options)}`);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/consents-${name}-${options.size}-${options.language}.png`, fullPage: true });
        await drive.closePages();
      }
    });
  }

  it("shows who sits where, asks, and writes down what shows it", async () => {
    const page = await SCREENS.answers();
    assert.equal(await page.getAttribute(T("stage-hearing"), "data-mode"), "mixed");
    assert.match(await page.textContent(T("stage-hearing")), /王磊：不同意 →\s+到法庭/);
    await page.fill("#evidence", "笔录第 3 页");
    await page.selectOption("#means", "on_record");
    await page.click(T("tell"));
    await page.click(T("ask"));
    await page.waitForFunction((n) => document.querySelectorAll("[data-test=entries] li").length === n, 1);
    assert.deepEqual(told.map((one) => one.what), ["consents", "ask"]);
    assert.deepEqual(told[0].said, { party: "p1", stage: "hearing", answer: "yes", means: "on_record", evidence: "笔录第 3 页" });
  });

  it("lets who withdrew come to a court room, which has to be chosen", async () => {
    const page = await open("", "task");
    await page.click(`[data-hearing=h1] ${T("mixed")}`);
    await page.waitForSelector(`${T("problem")}[data-problem="consents.no_room"]`);
    await page.selectOption(`[data-hearing=h1] ${T("room")}`, "r2");
    await page.click(`[data-hearing=h1] ${T("mixed")}`);
    await page.waitForFunction(() => document.querySelectorAll("[data-test=task]").length === 1);
    assert.deepEqual(told, [{ what: "h1", said: { rev: 3, plan: { room: "r2", kind: "first", people: [] } } }]);
    assert.match(await page.textContent(T("said")), /通知已发出/);
    assert.equal(await page.locator(T("room")).count(), 0, "the other one has a room");
  });

  it("keeps him online only by a permission, which can be taken back while it waits", async () => {
    const page = await SCREENS.tasks();
    await page.fill(T("two-reason"), "三次临开庭反悔");
    await page.click(T("two-ask"));
    await page.click(`${T("two")}[data-state=asked] ${T("two-withdraw")}`);
    await page.waitForSelector(`${T("two")}[data-state=withdrawn]`);
    await page.fill(T("two-reason"), "三次临开庭反悔");
    await page.click(T("two-ask"));
    await page.waitForSelector(`${T("two")}[data-state=asked]`);
    assert.deepEqual(told.map((one) => one.what), ["approvals", "withdraw", "approvals"]);
    assert.deepEqual(told[0].said, { right: "override", object: "consent:c1:hearing", reason: "三次临开庭反悔" });
    Object.assign(mine[0], { state: "granted", decided_by: "周院长" });
    await page.reload();
    await page.click(`${keep} summary`);
    await page.click(T("two-do"));
    await page.waitForFunction(() => document.querySelectorAll("[data-test=task]").length === 1);
    assert.deepEqual(told.at(-1), { what: "h1", said: { rev: 3, plan: { room: "", as: "it was" } } });
  });
});
