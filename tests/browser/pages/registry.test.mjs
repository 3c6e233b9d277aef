/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The registry: the queue with both clocks, one filing, and the three decisions. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { overflow, violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";
import { FakeFiling, FORM } from "./support/filing.mjs";

const drive = useBrowser();
const { fake } = drive;
const SHOTS = process.env.OYER_SHOTS;
const ROOT = "/api/v1/registry/filings";
const HOUR_US = 3600e6;
let asked;
let filing;
let mine;

/** A black square. */
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==", "base64");

function me() {
  const now_us = Date.now() * 1000;
  return {
    id: "li", login: "li.fang", name: "李芳", language: "zh", court: "hd", courts: [{ id: "hd", name: "海东区人民法院", roles: ["registrar"] }],
    roles: ["registrar"], rights: ["signed_in", "review_filing", "write_register"], means: "totp", password: true, second_factor: true,
    now_us, idle_ends_us: now_us + 1800e6, ends_us: now_us + 40000e6,
  };
}

function row(id, changes = {}) {
  const now_us = Date.now() * 1000;
  return {
    id, state: "received", round: 1, cause: "private_lending", claimant: "朱敏", respondent: "王磊", receipt_no: "R2026沪0114-000001", received_us: now_us,
    due_us: now_us + 100.5 * HOUR_US, target_us: now_us + 2.5 * HOUR_US, reviewer: "", reviewer_name: "", files: 5, late_defect: false, head_task: "", case_number: "", ...changes,
  };
}

beforeEach(() => {
  asked = [];
  mine = [];
  const court = new FakeFiling();
  filing = court.submitted({ state: "received", may: ["open"], reviews: [], reviewer: "", head_task: "", target_us: Date.now() * 1000 + HOUR_US / 2 });
  const file = filing.documents[0].files[0];
  filing.documents[0].files.push({ ...file, id: "p8", name: "p2.jpg" }, { ...file, id: "p9", name: "p3.pdf", type: "application/pdf" });
  for (const one of filing.documents[0].files) fake.files.set(`${ROOT}/${filing.id}/files/${one.id}/content`, PICTURE);
  fake.api.set("GET /api/v1/staff/me", me());
  fake.api.set("GET /api/v1/filing/form", FORM);
  const now_us = Date.now() * 1000;
  fake.api.set(`GET ${ROOT}`, () => ({
    now_us: Date.now() * 1000,
    counts: { open: 3, waiting: 1, head: 0 },
    filings: [
      row("other", { state: "in_review", reviewer: "wu", reviewer_name: "吴刚", due_us: now_us + 20 * HOUR_US, target_us: now_us - 50 * HOUR_US }),
      row(filing.id, { target_us: now_us + HOUR_US / 2, round: 2, late_defect: true }),
      row("third", { claimant: "海东市长风贸易有限公司", respondent: "上海某某建设工程有限公司" }),
    ],
  }));
  const at = `${ROOT}/${filing.id}`;
  fake.court = (method, url, body) => {
    const path = url.pathname;
    if (path === "/api/v1/staff/approvals" && method === "GET") return { waiting: [], mine };
    if (path.startsWith("/api/v1/staff/approvals")) {
      asked.push({ what: path.split("/").at(-1), ...JSON.parse(body) });
      mine = [{ id: "a1", right: "override", object: `filing:${filing.id}`, reason: "x", asked_by: "李芳", asked_us: Date.now() * 1000, expires_us: Date.now() * 1000 + 3600e6, state: "granted", decided_by: "周院长" }];
      return { id: "a1" };
    }
    if (!path.startsWith(at)) return undefined;
    if (method === "GET" && path === at) return filing;
    if (path === `${at}/trail`) return { events: [{ at_us: Date.now() * 1000, type: "submitted", office: "filer", object: filing.id, reason: "", details: {} }] };
    const what = path.split("/").at(-1);
    if (method !== "POST") return undefined;
    const said = JSON.parse(body);
    asked.push({ what, ...said });
    if (what === "open") return Object.assign(filing, { state: "in_review", reviewer: "li", may: ["note", "request_correction", "accept", "refuse"] });
    if (what === "accept") return Object.assign(filing, { state: "docketed", case_number: "（2026）沪0114民初1号", may: [] });
    if (what === "refuse") return Object.assign(filing, { state: "refused", may: [] });
    if (what === "correction" && filing.round > 1 && !said.late_reason) return { refused: [422, "late_reason"] };
    if (what === "extend") {
      Object.assign(filing, { state: "correction_requested", may: [] });
      return { ok: true };
    }
    if (what === "correction") return Object.assign(filing, { state: "correction_requested", may: [] });
    return what === "dwell" ? { ok: true } : filing;
  };
});

afterEach(async () => {
  await drive.closePages();
  fake.files.clear();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

const open = (path = "", options = {}) => openAt(path, path ? "sheet" : "queue", options);

async function openAt(path, waiting, { size = "desk", language = "zh" } = {}) {
  const context = await drive.context({ size, language });
  const page = await context.newPage();
  page.on("pageerror", (error) => drive.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) drive.complaints.push(message.text());
  });
  await page.goto(`${fake.base}/staff?lang=${language}#/registry${path}`);
  await page.waitForSelector(T(waiting));
  return page;
}

const opened = (options) => open(`/${filing.id}`, options);

const SCREENS = {
  queue: (options) => open("", options),
  filing: opened,
  infected: async (options) => {
    Object.assign(filing.documents[0].files[0], { state: "refused", reason: "malware", scan: "infected", finding: "Test.EICAR" });
    return opened(options);
  },
  extension: async (options) => {
    Object.assign(filing, { state: "returned", may: ["extend"] });
    const page = await openAt(`/${filing.id}`, "extend", options);
    await page.click(`${T("extend")} summary`);
    await page.waitForSelector(`${T("two")}[data-state=none]`);
    return page;
  },
  accept: async (options) => {
    const page = await opened(options);
    await page.click(T("accept"));
    return page;
  },
  correction: async (options) => {
    const page = await opened(options);
    await page.click(T("correct"));
    await page.click(T("add-item"));
    return page;
  },
  refusal: async (options) => {
    const page = await opened(options);
    await page.click(T("refuse"));
    await page.click(T("send"));
    await page.waitForSelector(T("problem"));
    return page;
  },
};

describe("the registry", () => {
  for (const [name, go] of Object.entries(SCREENS)) {
    it(`${name}: axe is content and nothing is wider than the screen`, async () => {
      for (const options of [{ size: "phone", language: "zh" }, { size: "narrow", language: "en" }, { size: "desk", language: "zh" }]) {
        Object.assign(filing, { state: "received", may: ["open"] });
        mine = [];
        const page = await go(options);
        assert.deepEqual(await violations(page), [], `${name} ${JSON.stringify(options)}`);
        assert.equal(await overflow(page), 0, `${name} ${JSON.stringify(options)}`);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/registry-${name}-${options.size}-${options.language}.png`, fullPage: true });
        await drive.closePages();
      }
    });
  }

  it("neither shows nor links what is infected, and says so", async () => {
    const page = await SCREENS.infected();
    assert.match(await page.textContent(T("infected")), /病毒/);
    assert.equal(await page.locator(`${T("sheet")} img, ${T("sheet")} a`).count(), 0);
  });

  it("gives more time when a superior has granted it", async () => {
    const page = await SCREENS.extension();
    await page.fill("#extend-days", "20");
    await page.click(T("two-ask"));
    await page.waitForSelector(T("two-problem"));
    await page.fill(T("two-reason"), "当事人住院");
    await page.click(T("two-ask"));
    await page.waitForSelector(`${T("two")}[data-state=granted]`);
    await page.click(T("two-do"));
    await page.waitForFunction(() => !document.querySelector("[data-test=extend]"));
    assert.deepEqual(asked.map((one) => one.what), ["approvals", "extend"]);
    assert.equal(asked[0].object, `filing:${filing.id}`);
    assert.deepEqual([asked[1].days, asked[1].text], [20, "补正期限已经延长。"]);
  });

  it("says which clock is over or near, and opens the most urgent that is free", async () => {
    const page = await open();
    const levels = await page.locator(`${T("row")} [data-level]`).evaluateAll((all) => all.map((one) => one.dataset.level));
    assert.deepEqual(levels, ["over", "near", "near", "fine", "fine", "fine"]);
    assert.match(await page.textContent(T("queue")), /超时 2 天 2 小时/);
    await page.keyboard.press("Alt+KeyN");
    await page.waitForSelector(T("sheet"));
    assert.match(page.url(), new RegExp(`#/registry/${filing.id}$`));
    assert.deepEqual(asked.map((one) => one.what), ["open"]);
  });

  it("accepts by keys alone, shows the number, and goes on to the next", async () => {
    const page = await opened();
    await page.keyboard.press("Alt+KeyJ");
    await page.waitForSelector(`${T("sheet")}[data-file="p2.jpg"]`);
    await page.keyboard.press("Alt+KeyK");
    await page.waitForSelector(`${T("sheet")}[data-file="p1.jpg"]`);
    await page.keyboard.press("Alt+KeyA");
    await page.waitForSelector(T("send"));
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector(T("case-number"));
    assert.equal(await page.textContent(T("case-number")), "（2026）沪0114民初1号");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.test), "next");
    assert.ok(asked.some((one) => one.what === "accept"));
  });

  it("sends one notice with all that is missing, and asks for a reason when an old defect comes late", async () => {
    filing.round = 2;
    const page = await opened();
    await page.keyboard.press("Alt+KeyB");
    await page.selectOption(T("code-0"), "identity");
    assert.match(await page.inputValue(T("words-0")), /身份证/, "the usual words stand there");
    await page.click(T("add-item"));
    await page.click(T("send"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.words"]`);
    await page.selectOption(T("code-1"), "illegible");
    await page.selectOption(T("document-1"), filing.documents[0].id);
    await page.fill(T("words-1"), "第二页重拍");
    await page.click(T("send"));
    await page.waitForSelector(T("late"));
    assert.equal(await page.inputValue(T("words-1")), "第二页重拍", "what was written stays");
    await page.fill(T("late"), "第一次漏看");
    await page.click(T("send"));
    await page.waitForSelector(T("outcome"));
    const sent = asked.filter((one) => one.what === "correction").at(-1);
    assert.deepEqual(sent.items, [
      { code: "identity", text: "请补交您的身份证明（身份证正反面）。 Please add your proof of identity (both sides of the card)." },
      { code: "illegible", text: "第二页重拍", document: filing.documents[0].id },
    ]);
    assert.deepEqual([sent.days, sent.late_reason], [15, "第一次漏看"]);
  });

  it("refuses only with reason, text and ruling", async () => {
    const page = await opened();
    await page.click(T("refuse"));
    await page.selectOption(T("refuse-code"), "not_this_court");
    await page.fill(T("refuse-text"), "不属于本院管辖");
    await page.click(T("send"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.ruling"]`);
    assert.equal(asked.some((one) => one.what === "refuse"), false);
    await page.fill(T("refuse-ruling"), "（2026）沪0114民初不受1号");
    await page.click(T("send"));
    await page.waitForSelector(T("outcome"));
    assert.deepEqual(asked.at(-1), { what: "refuse", code: "not_this_court", text: "不属于本院管辖", ruling: "（2026）沪0114民初不受1号" });
  });
});
