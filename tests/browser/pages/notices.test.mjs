/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Notices: the clerk's desk, the page of whoever got one, and the page for everybody. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { overflow, violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";
import { card, state } from "./support/people.mjs";

const drive = useBrowser();
const { fake } = drive;
const SHOTS = process.env.OYER_SHOTS;
const ROOT = "/api/v1/notices";
const DAY_US = 86400e6;
let asked;
let received_us;

function sending(id, changes = {}) {
  return {
    id, notice: "n1", channel: "email", address: "zhu@example.cn", basis: "confirmed", state: "sent", why: "", tries: 1, next_us: 0, sent_us: 0, arrived_us: 0,
    read_us: 0, acted_us: 0, effective_us: 0, handled_by: "", handled_us: 0, handled_how: "", state_us: 0, ...changes,
  };
}

function notice(now_us) {
  return {
    id: "n1", kind: "hearing_invitation", template: "hearing_invitation/party@1", role: "party", name: "朱敏", case_number: "（2026）沪0114民初123号", hearing: "h1",
    subject: "开庭通知：（2026）沪0114民初123号", send_us: 0, created_us: now_us, acted_us: 0, effective_us: now_us,
    sendings: [
      sending("s1", { arrived_us: now_us, sent_us: now_us, read_us: now_us, effective_us: now_us }),
      sending("s2", { channel: "sms", address: "+8613800138000", basis: "inferred", state: "bounced", why: "no_means" }),
    ],
    text: `朱敏：您好！\n\n您的专用入口：${fake.base}/j/v1.TOKEN\n设备检测：${fake.base}/j/v1.TOKEN#check\n需要帮助：${fake.base}/court#help`,
    links: { pass_link: `${fake.base}/j/v1.TOKEN` },
  };
}

beforeEach(() => {
  asked = [];
  received_us = 0;
  const now_us = Date.now() * 1000;
  fake.api.set("GET /api/v1/staff/me", {
    id: "chen", login: "chen.jing", name: "陈静", language: "zh", court: "hd", courts: [{ id: "hd", name: "海东区人民法院", roles: ["clerk"] }], roles: ["clerk"],
    rights: ["signed_in", "send_notice"], means: "totp", password: true, second_factor: true, now_us, idle_ends_us: now_us + 1800e6, ends_us: now_us + 40000e6,
  });
  fake.api.set("GET /api/v1/public/today", {
    contact: { zh: "全国法院服务热线：12368", en: "Court service line: 12368" },
    courts: [{
      name: "海东区人民法院", timezone: "Asia/Shanghai", date: "2026-03-13",
      hearings: [
        { start_us: 1773365400e6, is_public: true, case_number: "（2026）沪0114民初123号", cause: "民间借贷纠纷", status: "in_session", parties: [{ role: "plaintiff", name: "朱某" }, { role: "defendant", name: "王某" }] },
        { start_us: 1773372600e6, is_public: false, case_number: "", cause: "", status: "not_started", parties: [] },
      ],
    }],
  });
  fake.court = (method, url, body) => {
    const path = url.pathname;
    const said = method === "POST" ? JSON.parse(String(body) || "{}") : {};
    if (method === "POST") asked.push({ path, ...said });
    if (path === `${ROOT}/tasks`)
      return {
        now_us, means: { email: false, sms: true, wechat: false },
        tasks: [{ ...sending("s2", { channel: "sms", address: "+8613800138000", state: "bounced", why: "off" }), kind: "hearing_invitation", subject: "x", name: "王磊", case_number: "（2026）沪0114民初123号", hearing: "h1", start_us: 1773365400e6, timezone: "Asia/Shanghai", is_reached: true }],
      };
    if (path === `${ROOT}/hearings`) return { now_us, hearings: [{ id: "h1", case_number: "（2026）沪0114民初123号", start_us: now_us + 3 * DAY_US, timezone: "Asia/Shanghai", people: 6, told: 2 }] };
    if (path === `${ROOT}/hearings/h1`) return { told: 4 };
    if (path === ROOT) return { notices: [notice(now_us)] };
    if (path === `${ROOT}/n1`) return notice(now_us);
    if (path === `${ROOT}/n1/resend`) return said.address.includes("@") ? { ok: true } : { refused: [400, "bad_request"] };
    if (path === `${ROOT}/sendings/s2/handled`) return { ok: true };
    if (path === "/api/v1/notice/received") received_us = now_us;
    if (path.startsWith("/api/v1/notice/")) return { ...notice(now_us), received_us };
    if (path === "/api/v1/public/status")
      return said.code === "ABCDEFGHJK" ? { number: said.number, court: "海东区人民法院", timezone: "Asia/Shanghai", state: "docketed", since_us: now_us, hearing_us: now_us + DAY_US } : { refused: [404, "no_such"] };
    return undefined;
  };
});

afterEach(async () => {
  await drive.closePages();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

async function open(path, wait, { size = "desk", language = "zh" } = {}) {
  const context = await drive.context({ size, language });
  const page = await context.newPage();
  page.on("pageerror", (error) => drive.complaints.push(String(error)));
  await page.goto(`${fake.base}${path.replace("?", `?lang=${language}`)}`);
  await page.waitForSelector(T(wait));
  return page;
}

const SCREENS = {
  desk: (options) => open("/staff?#/notices", "task", options),
  hearing: (options) => open("/staff?#/notices/h1", "notices", options),
  notice: (options) => open("/staff?#/notices/h1/n1", "ways", options),
  public: (options) => open("/court?", "contact", options),
  reader: (options) => open("/n/ID.CODE?", "received", options),
};

describe("notices", () => {
  for (const [name, go] of Object.entries(SCREENS)) {
    it(`${name}: axe is content and nothing is wider than the screen`, async () => {
      for (const options of [{ size: "phone", language: "zh" }, { size: "narrow", language: "en" }, { size: "desk", language: "zh" }]) {
        const page = await go(options);
        await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
        assert.deepEqual(await violations(page), [], `${name} ${JSON.stringify(options)}`);
        assert.equal(await overflow(page), 0, `${name} ${JSON.stringify(options)}`);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/notices-${name}-${options.size}-${options.language}.png`, fullPage: true });
        await drive.closePages();
      }
    });
  }

  it("the clerk invites, sends again, and says how it was seen to", async () => {
    const page = await SCREENS.desk();
    assert.match(await page.textContent(T("task")), /王磊.*开庭通知.*3月13日.*09:30.*短信.*被退回/s);
    assert.ok(await page.isVisible(T("no-email")));
    await page.click(T("invite"));
    await page.waitForFunction(() => /已通知 4 人/.test(document.querySelector("[data-test=said]").textContent));
    await page.click("summary");
    await page.click(T("resend-s2"));
    await page.waitForSelector(T("problem"));
    await page.fill("#how-s2", "电话通知");
    await page.click(T("how-s2"));
    await page.waitForSelector(T("problem"), { state: "detached" });
    assert.deepEqual(asked.at(-1), { path: `${ROOT}/sendings/s2/handled`, how: "电话通知" });
  });

  it("whoever got it reads it, follows its link and says so", async () => {
    const page = await SCREENS.reader({ size: "phone" });
    const links = page.locator(`${T("text")} a`);
    assert.deepEqual(await links.evaluateAll((all) => all.map((one) => one.href)), [`${fake.base}/j/v1.TOKEN`, `${fake.base}/j/v1.TOKEN#check`, `${fake.base}/court#help`]);
    await page.click(T("received"));
    await page.waitForSelector(T("thanks"));
    assert.deepEqual(asked.map((one) => [one.path, one.token]), [["/api/v1/notice/open", "ID.CODE"], ["/api/v1/notice/received", "ID.CODE"]]);
  });

  it("each of its three links leads where it says: the card, the test of devices and line, help", async () => {
    fake.api.set("GET /api/v1/pass", card("plaintiff"));
    fake.state = state("plaintiff");
    const led = [[T("card"), 0], [`${T("check-result")}[data-result=green]`, 1], [T("contact"), 2]];
    for (const [wait, index] of led) {
      const page = await SCREENS.reader({ size: "phone" });
      await page.locator(`${T("text")} a`).nth(index).click();
      await page.waitForSelector(wait, { timeout: 15_000 });
      if (index === 1) await fake.got((one) => one.type === "check" && one.result === "green");
      if (index === 2) await page.waitForFunction(() => document.activeElement?.id === "help" && document.activeElement.getBoundingClientRect().top < innerHeight);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/notices-link-${index}.png` });
      await drive.closePages();
    }
    fake.api.delete("GET /api/v1/pass");
  });

  it("everybody sees the list, and with the code how a case stands", async () => {
    const page = await SCREENS.public({ size: "phone" });
    const list = await page.textContent(T("today"));
    assert.match(list, /09:30.*沪0114民初123号.*朱某 诉 王某.*正在开庭/s);
    assert.match(list, /11:30.*不公开审理/s);
    await page.fill("#ask-number", "（2026）沪0114民初123号");
    await page.fill("#ask-code", "WRONG");
    await page.click(T("ask"));
    await page.waitForSelector(T("asked"));
    await page.fill("#ask-code", "ABCDEFGHJK");
    await page.click(T("ask"));
    assert.match(await page.textContent(T("status")), /已立案.*开庭时间/s);
  });
});
