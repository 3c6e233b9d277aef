/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The register: searching, a case with its docket sheet, an entry, who may see it. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { overflow, violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";
import { FORM } from "./support/filing.mjs";

const drive = useBrowser();
const { fake } = drive;
const SHOTS = process.env.OYER_SHOTS;
const ROOT = "/api/v1/register/cases";
const NUMBER = "（2026）沪0114民初1号";
let asked;
let page_;
let rights;
let mine;

function hit(id, changes = {}) {
  return {
    case: id, entry: 0, kind: "case", number: NUMBER, cause: "private_lending", claimant: "朱敏", respondent: "王磊", docketed_us: 1773363600e6,
    access: "public", snippet: { before: "", match: "", after: "" }, ...changes,
  };
}

const BOTH = { zh: "规定第九条", en: "Rules §9" };

function terms() {
  const now_us = Date.now() * 1000;
  const day = 86400e6;
  const one = (clock, state, changes = {}) => ({
    clock, party: "", party_name: "", ask_until_us: 0, name: { zh: { trial: "审理期限", answer: "答辩期", evidence: "举证期限", service: "送达起诉状副本" }[clock], en: clock }, article: { zh: "民事诉讼法第一百六十四条", en: "Civil Procedure Law §164" },
    extension: null, begins: "docketed", state, began_us: 1773363600e6, due_us: now_us + 40 * day, extensions: 0, months: 0, days: 0, suspended_days: 0, steps: [], ...changes,
  });
  return {
    case: "c1", timezone: "Asia/Shanghai", now_us,
    reasons: [{ code: "special_case", step: "extend", zh: "案情特殊，需要更多时间", en: "The case is unusual", article: BOTH }, { code: "appraisal", step: "suspend", zh: "鉴定期间", en: "An expert is at work", article: BOTH }],
    clocks: [
      one("trial", "running", { due_us: now_us + 9.5 * day, ask_until_us: now_us - 5.5 * day, extension: { months: 1, days: 0, times: 1, ask_days: 15, article: { zh: "延长审限规定第一条", en: "Rules on extension §1" } } }),
      one("service", "over", { due_us: now_us - 2.5 * day }),
      one("answer", "waiting", { begins: "by_hand", began_us: 0, due_us: 0 }),
      one("evidence", "running", { party: "p2", party_name: "王磊", begins: "by_hand" }),
      one("evidence", "suspended", { steps: [{ step: "suspend", at_us: now_us, months: 0, days: 0, kind: "appraisal", reason: "等待鉴定", by: "陈静", allowed_by: "周明", done_us: now_us }] }),
    ],
    adjournments: { count: 1, most: 1, gap_days: 31, article: { zh: "延期开庭问题的规定第三条、第五条", en: "Rules on adjournment §3, §5" } },
  };
}

function entry(number, changes = {}) {
  return {
    number, kind: "docketed", text: NUMBER, access: "public", filed_us: 1773363600e6, filed_by: "", entered_us: 1773363600e6, entered_by: "", documents: [], ...changes,
  };
}

beforeEach(() => {
  asked = [];
  mine = [];
  rights = ["signed_in", "read_register", "write_register", "review_filing"];
  const now_us = Date.now() * 1000;
  const file = { id: "f1", name: "p1.jpg", type: "image/jpeg", size_bytes: 183220, sha256: "0".repeat(64), text_state: "failed" };
  page_ = {
    id: "c1", court: "hd", court_name: "海东区人民法院", timezone: "Asia/Shanghai", number: NUMBER, cause: "private_lending", procedure: "summary", docketed_us: 1773363600e6,
    claimant: "朱敏", respondent: "王磊、海东市长风贸易有限公司", access: "public", entry_count: 4, now_us,
    parties: [
      { id: "p1", role: "plaintiff", order: 1, name: "朱敏", representatives: [] },
      { id: "p2", role: "defendant", order: 1, name: "王磊", representatives: [{ name: "严华", kind: "lawyer", scope: "general" }] },
    ],
    hearings: [{ id: "h1", scheduled_us: 1774000000e6, openness: "public", status: "scheduled" }],
    entries: [
      entry(1, { kind: "complaint", text: "R2026沪0114-000001", access: "parties", filed_by: "朱敏", documents: [{ id: "d1", filing: "f0", title: "借条", kind: "evidence", sealed: false, exhibit: "原1", purpose: "借过钱", files: [file] }, { id: "d2", filing: "f0", title: "", kind: "", sealed: true, files: [] }] }),
      entry(2),
      { number: 3, access: "sealed", withheld: true },
      entry(4, { kind: "motion", text: "申请延期开庭：\n证人三月不能出庭", access: "confidential", filed_by: "王磊", entered_by: "陈静" }),
    ],
  };
  fake.api.set("GET /api/v1/staff/me", () => ({
    id: "chen", login: "chen.jing", name: "陈静", language: "zh", court: "hd", courts: [{ id: "hd", name: "海东区人民法院", roles: ["clerk"] }], roles: ["clerk"], rights,
    means: "totp", password: true, second_factor: true, now_us: Date.now() * 1000, idle_ends_us: Date.now() * 1000 + 1800e6, ends_us: Date.now() * 1000 + 40000e6,
  }));
  fake.api.set("GET /api/v1/filing/form", FORM);
  fake.court = (method, url, body) => {
    const query = url.searchParams;
    if (url.pathname === ROOT && query.get("q") === "没有") return { hits: [], next: 0 };
    if (url.pathname === ROOT && query.get("before")) return { hits: [hit("c9")], next: 0 };
    if (url.pathname === ROOT && query.get("q")) {
      const snippet = { before: "归还", match: query.get("q"), after: "五万元及利息" };
      return { hits: [hit("c1", { entry: 1, kind: "complaint", access: "parties", snippet, file: "f1", file_name: "合同.pdf", page: 3 }), hit("c2", { access: "sealed", claimant: "海东市长风贸易有限公司", respondent: "上海某某建设工程有限公司" })], next: 7 };
    }
    if (url.pathname === ROOT) return { hits: [hit("c1")], next: 0 };
    if (method === "GET" && url.pathname === `${ROOT}/c1`) return page_;
    if (method === "GET" && url.pathname === `${ROOT}/c1/clocks`) return terms();
    if (method === "GET" && url.pathname === "/api/v1/registry/cases/c1/limits") return { limits: [], list: { limits: [], papers: [] } };
    if (method === "GET" && url.pathname === "/api/v1/registry/cases/c1/representatives") return { case: "c1", case_number: NUMBER, timezone: "Asia/Shanghai", now_us: page_.now_us, parties: [] };
    if (method === "GET" && url.pathname.startsWith(`${ROOT}/`)) return { refused: [404, "no_such"] };
    if (url.pathname === "/api/v1/staff/approvals" && method === "GET") return { waiting: [], mine };
    if (method === "DELETE") {
      asked.push({ path: url.pathname });
      return { ok: true };
    }
    if (method !== "POST") return undefined;
    const said = JSON.parse(body);
    asked.push({ path: url.pathname, ...said });
    if (url.pathname === `${ROOT}/c1/entries`) {
      page_.entries.push(entry(5, { ...said, entered_by: "陈静" }));
      page_.entry_count = 5;
      return page_;
    }
    if (url.pathname === `${ROOT}/c1/access`) return said.reason === "解封" ? { refused: [409, "needs_two"] } : page_;
    if (url.pathname.startsWith(`${ROOT}/c1/clocks/`)) return terms();
    if (url.pathname.startsWith("/api/v1/registry/filings/f0/documents/")) return { ok: true };
    return url.pathname === "/api/v1/staff/approvals" ? { id: "a1" } : undefined;
  };
});

afterEach(async () => {
  await drive.closePages();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

async function open(path = "", { size = "desk", language = "zh" } = {}) {
  const context = await drive.context({ size, language });
  const page = await context.newPage();
  page.on("pageerror", (error) => drive.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) drive.complaints.push(message.text());
  });
  await page.goto(`${fake.base}/staff?lang=${language}#/register${path}`);
  await page.waitForSelector(path === "/c1" ? T("sheet") : path ? T("problem") : T("hits"));
  return page;
}

async function find(page, text) {
  await page.fill(T("q"), text);
  await page.keyboard.press("Enter");
  await page.waitForSelector(text === "没有" ? T("none") : `${T("hits")} mark`);
}

const SCREENS = {
  newest: (options) => open("", options),
  found: async (options) => {
    const page = await open("", options);
    await find(page, "借款");
    return page;
  },
  case: async (options) => {
    const page = await open("/c1", options);
    await page.click(`${T("enter")} summary`);
    await page.click(`${T("level")} summary`);
    return page;
  },
  terms: async (options) => {
    rights = ["signed_in", "read_register", "write_register", "override"];
    const now_us = Date.now() * 1000;
    mine = [{ id: "a2", right: "override", object: "clock:c1:trial", reason: "x", asked_by: "陈静", asked_us: now_us, expires_us: now_us + 3600e6, state: "granted", decided_by: "周院长" }];
    const page = await open("/c1", options);
    await page.waitForSelector(T("terms"));
    await page.click(`${T("change-trial")} summary`);
    await page.click(`${T("change-answer")} summary`);
    await page.waitForSelector(T("two-do"));
    return page;
  },
  papers: async (options) => {
    rights = ["signed_in", "read_register", "write_register", "seal", "unseal", "delete"];
    const now_us = Date.now() * 1000;
    mine = [{ id: "a1", right: "delete", object: "file:f1", reason: "x", asked_by: "陈静", asked_us: now_us, expires_us: now_us + 3600e6, state: "granted", decided_by: "周院长" }];
    const page = await open("/c1", options);
    await page.click(`${T("paper-d1")} summary`);
    await page.click(`${T("paper-d2")} summary`);
    await page.waitForSelector(T("two-do"));
    await page.waitForSelector(`${T("paper-d2")} ${T("two-ask")}`);
    return page;
  },
  missing: (options) => open("/c7", options),
};

describe("the register", () => {
  for (const [name, go] of Object.entries(SCREENS)) {
    it(`${name}: axe is content and nothing is wider than the screen`, async () => {
      for (const options of [{ size: "phone", language: "zh" }, { size: "narrow", language: "en" }, { size: "desk", language: "zh" }]) {
        const page = await go(options);
        assert.deepEqual(await violations(page), [], `${name} ${JSON.stringify(options)}`);
        assert.equal(await overflow(page), 0, `${name} ${JSON.stringify(options)}`);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/register-${name}-${options.size}-${options.language}.png`, fullPage: true });
        await drive.closePages();
      }
    });
  }

  it("finds by two characters, shows where they stand, goes on, and comes back to what was found", async () => {
    const page = await open();
    await find(page, "借款");
    assert.equal(await page.textContent(`${T("hit")} mark`), "借款");
    assert.match(await page.textContent(T("in-file")), /合同\.pdf.*3/);
    await page.click(T("more"));
    await page.waitForSelector(`${T("hit")}[data-case="c9"]`);
    assert.equal(await page.locator(T("hit")).count(), 3);
    await page.click(`${T("hit")}[data-case="c1"] a`);
    await page.waitForSelector(T("sheet"));
    assert.equal(await page.evaluate(() => document.activeElement.textContent), NUMBER);
    await page.click(T("to-search"));
    await page.waitForSelector(`${T("hits")} mark`);
    assert.equal(await page.inputValue(T("q")), "借款");
    await find(page, "没有");
  });

  it("shows the sheet by its numbers, with what is withheld and what may be opened", async () => {
    const page = await open("/c1");
    const values = await page.locator(`${T("sheet")} > li`).evaluateAll((all) => all.map((one) => one.value));
    assert.deepEqual(values, [1, 2, 3, 4]);
    assert.match(await page.textContent(`${T("entry")}[value="3"]`), /不公开.*封存/s);
    assert.equal(await page.getAttribute(T("file"), "href"), `${ROOT}/c1/files/f1/content`);
    assert.equal(await page.locator(T("unread")).count(), 1);
    assert.equal(await page.textContent(`${T("sheet")} ${T("exhibit")}`), "原1");
    assert.match(await page.textContent(`${T("sheet")} ${T("purpose")}`), /借过钱/);
    assert.equal(await page.textContent(`${T("exhibits")} ${T("hash")}`), "0".repeat(64));
    assert.equal(await page.getAttribute(T("pdf"), "href"), `${ROOT}/c1/sheet?format=pdf&language=zh`);
    assert.equal(await page.getAttribute(T("csv"), "href"), `${ROOT}/c1/sheet?format=csv&language=zh`);
  });

  it("enters what happened elsewhere", async () => {
    const page = await open("/c1");
    await page.click(`${T("enter")} summary`);
    await page.click(T("enter-send"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.text"]`);
    await page.selectOption(T("kind"), "service");
    await page.fill(T("text"), "起诉状副本已送达");
    const levels = await page.locator(`${T("level")} option`).evaluateAll((all) => all.map((one) => one.value));
    assert.equal(levels.includes("sealed"), false, "a clerk does not seal");
    await page.click(T("enter-send"));
    await page.waitForSelector(`${T("entry")}[value="5"]`);
    assert.match(await page.textContent(T("said")), /第 5 号/);
    assert.deepEqual(asked, [{ path: `${ROOT}/c1/entries`, kind: "service", text: "起诉状副本已送达", access: "parties", filed_by: "" }]);
  });

  it("asks for a second person to unseal", async () => {
    rights = ["signed_in", "read_register", "seal", "unseal"];
    const page = await open("/c1");
    assert.equal(await page.locator(T("enter")).count(), 0, "a judge enters nothing");
    await page.click(`${T("level")} summary`);
    await page.selectOption(T("what"), "4");
    await page.selectOption(T("access"), "parties");
    await page.click(T("level-send"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.reason"]`);
    await page.fill(T("reason"), "解封");
    await page.click(T("level-send"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.needs_two"]`);
    await page.click(T("level-ask"));
    await page.waitForFunction(() => /申请已发出/.test(document.querySelector("[data-test=said]").textContent));
    assert.deepEqual(asked.at(-1), { path: "/api/v1/staff/approvals", right: "unseal", object: "case:c1", reason: "解封" });
  });

  it("seals with a reason, and deletes what a second person has granted", async () => {
    const page = await SCREENS.papers();
    await page.click(T("seal"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.reason"]`);
    await page.fill(T("seal-reason"), "商业秘密");
    await page.click(T("seal"));
    await page.waitForFunction(() => document.querySelector("[data-test=said]").textContent.includes("已封存"));
    assert.deepEqual(asked, [{ path: "/api/v1/registry/filings/f0/documents/d1/seal", reason: "商业秘密" }]);
    await page.click(T("two-do"));
    await page.waitForFunction(() => document.querySelector("[data-test=said]").textContent.includes("已删除"));
    assert.equal(asked.at(-1).path, "/api/v1/registry/filings/f0/files/f1");
  });

  it("takes back a change of who may see it", async () => {
    const page = await SCREENS.case();
    await page.selectOption(T("access"), "confidential");
    await page.fill(T("reason"), "写错了");
    await page.click(T("level-send"));
    await page.click(T("undo"));
    await page.waitForFunction(() => document.querySelector("[data-test=said]").textContent.includes("已撤销"));
    assert.deepEqual(asked.map((one) => one.access), ["confidential", "public"]);
    assert.equal(await page.locator(T("undo")).count(), 0);
  });

  it("says how many days are left, and extends by permission", async () => {
    const page = await SCREENS.terms();
    const levels = await page.locator(`${T("terms")} [data-level]`).evaluateAll((all) => all.map((one) => [one.dataset.level, one.textContent.trim()]));
    assert.deepEqual(levels, [["near", "还剩 10 天"], ["over", "已超 3 天"], ["fine", "还剩 40 天"]]);
    assert.match(await page.textContent(T("term-evidence-p2")), /举证期限\s+王磊/);
    assert.match(await page.textContent(T("term-evidence")), /鉴定期间 · 等待鉴定 · 陈静 · 周明 批准/);
    const done = (step) => page.waitForResponse((one) => one.url().includes(`/clocks/${step}`));
    const extended = done("trial/extend");
    await page.fill(T("why"), "案情复杂");
    await page.click(T("two-do"));
    await extended;
    const started = done("answer/start");
    await page.fill(T("start-reason"), "三月十六日送达");
    await page.click(T("start"));
    await started;
    const steps = asked.filter((one) => one.path.includes("/clocks/"));
    assert.deepEqual(steps[0], { path: `${ROOT}/c1/clocks/trial/extend`, reason: "案情复杂", kind: "special_case", months: 1 });
    assert.deepEqual(steps[1], { path: `${ROOT}/c1/clocks/answer/start`, reason: "三月十六日送达" });
  });
});
