/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The registry's pages for papers in a running case, and on the case's page its limits and representatives. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { overflow, violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";
import { FORM } from "./support/filing.mjs";

const drive = useBrowser();
const { fake } = drive;
const SHOTS = process.env.OYER_SHOTS;
const ROOT = "/api/v1/registry/papers";
const CASES = "/api/v1/registry/cases/c1";
const HOUR_US = 3600e6;
const DAY_US = 24 * HOUR_US;
const NUMBER = "（2026）沪0114民初1号";
const RULE = "民事诉讼法第128条 (Civil Procedure Law §128)";
const LIST = {
  limits: [{ code: "answer", zh: "答辩期限", en: "Time to answer", days: 15, rule: RULE }, { code: "evidence", zh: "举证期限", en: "Time for evidence", days: 15, rule: "民诉法解释第99条 (Interpretation §99)" }],
  papers: [
    { code: "answer", kind: "answer", zh: "答辩状", en: "Statement of defence", rule: RULE, limit: "answer" },
    { code: "evidence", kind: "evidence", zh: "证据", en: "Evidence", rule: "民事诉讼法第68条", limit: "evidence" },
    { code: "authority", kind: "authority", zh: "授权委托书", en: "Power of attorney", rule: "民事诉讼法第62条", limit: "" },
  ],
};

/** A black square. */
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==", "base64");

let asked;
let paper;
let queue;
let limits;
let standing;
let faster;

const now_us = () => Date.now() * 1000;

function row(id, changes = {}) {
  return {
    id, state: "filed", case: "c1", case_number: NUMBER, kind: "answer", code: "answer", party_name: "王磊", role: "defendant", receipt_no: "R2026沪0114-000009", received_us: now_us() - HOUR_US,
    target_us: now_us() + 2.5 * HOUR_US, limit_us: now_us() + 3 * DAY_US, rule: RULE, late: false, was_sent_back: false, entry: 0, files: 0, correction_due_us: 0, ...changes,
  };
}

/** A paper as the registry reads it. */
function before(code, changes = {}) {
  const { kind } = LIST.papers.find((one) => one.code === code);
  const file = (id, name) => ({ id, name, state: "ready", type: "image/png", size_bytes: 183220, sha256: "ab".repeat(32), scan: "not_scanned", reason: "" });
  return {
    id: "x1", state: "filed", rev: 2, round: 1, text: code === "answer" ? "不同意原告的请求。\n钱已经还清。" : "", receipt_no: "R2026沪0114-000009", target_us: now_us() + HOUR_US / 2, correction_due_us: 0, correction: null, now_us: now_us(), may: ["enter", "send_back"],
    documents: code === "answer" ? [] : [{ id: "d1", title: code === "evidence" ? "转账记录" : "授权委托书", kind: code, purpose: code === "evidence" ? "已经还清" : "", round: 1, sealed: false, files: [file("p1", "1.png"), file("p2", "2.png")] }],
    paper: { case: "c1", case_number: NUMBER, party: "p2", party_name: "王磊", role: "defendant", kind, code, limit_us: now_us() - DAY_US, rule: RULE, late: true, was_sent_back: false, entry: 0, remark: "", first_us: now_us() - HOUR_US },
    ...changes,
  };
}

function authority(id, name, changes = {}) {
  const change = { action: "granted", scope: "special", matters: ["settle"], valid_from_us: 0, valid_until_us: 0, reason: "", by: "陈静", at_us: now_us() - DAY_US };
  return { id, name, kind: "lawyer", scope: "special", matters: ["settle", "appeal"], valid_from_us: 0, valid_until_us: now_us() + 90 * DAY_US, ended_us: 0, state: "holds", document: "d9", changes: [change], ...changes };
}

/** What the registry does, on the one paper there is. */
function act(what, body) {
  asked.push({ what, ...body });
  if (faster) {
    Object.assign(paper, faster);
    faster = null;
    return { refused: [409, "wrong_state"] };
  }
  if (what === "enter") Object.assign(paper, { state: "entered", may: [] }).paper.entry = 5;
  if (what === "send_back") {
    Object.assign(paper, { state: "sent_back", may: ["recall"], correction_due_us: now_us() + 5 * DAY_US, correction: { items: body.items, text: body.text, due_us: now_us() + 5 * DAY_US, at_us: now_us() } });
    paper.paper.was_sent_back = true;
  }
  if (what === "recall") Object.assign(paper, { state: "filed", may: ["enter", "send_back"], correction_due_us: 0 }).paper.was_sent_back = false;
  return paper;
}

function change(what, body) {
  asked.push({ what, ...body });
  if (what === "limits") limits.limits.unshift({ code: body.code, party: body.party ?? "", name: body.party ? "王磊" : "", from_us: body.from_us, due_us: now_us() + 30 * DAY_US, rule: RULE, reason: body.reason, set_us: now_us() });
  if (what === "limits") return limits;
  if (what === "address") return body.address === "13600136000" ? { refused: [409, "address_taken"] } : { ok: true };
  const all = standing.parties[1].representatives;
  if (what === "representatives" && all.filter((one) => one.state === "holds").length > 1) return { refused: [409, "too_many_files"] };
  if (what === "representatives") all.push(authority("r9", body.name, { ...body, id: "r9" }));
  const found = all.find((one) => one.id === body.representative);
  if (what === "end") Object.assign(found, { state: "ended" });
  if (what === "renew") Object.assign(found, body, { id: found.id });
  return standing;
}

beforeEach(() => {
  asked = [];
  faster = null;
  paper = before("answer");
  queue = [row("x1", { late: true, limit_us: now_us() - DAY_US, target_us: now_us() - 50 * HOUR_US }), row("x2", { kind: "evidence", code: "evidence", files: 12, party_name: "上海某某建设工程有限公司" }), row("x3", { case_number: "（2026）沪0114民初2号", kind: "authority", code: "authority", limit_us: 0, rule: "" })];
  limits = {
    list: LIST,
    limits: [
      { code: "answer", party: "p2", name: "王磊", from_us: now_us() - 3 * DAY_US, due_us: now_us() + 20 * DAY_US, rule: RULE, reason: "准许延长", set_us: now_us() },
      { code: "evidence", party: "", name: "", from_us: now_us() - 40 * DAY_US, due_us: now_us() - DAY_US, rule: RULE, reason: "当面送达", set_us: now_us() - DAY_US },
      { code: "answer", party: "", name: "", from_us: now_us() - 9 * DAY_US, due_us: now_us() + 6 * DAY_US, rule: RULE, reason: "当面送达", set_us: now_us() - 2 * DAY_US },
      { code: "answer", party: "", name: "", from_us: now_us() - 12 * DAY_US, due_us: now_us() + 3 * DAY_US, rule: RULE, reason: "", set_us: now_us() - 3 * DAY_US },
    ],
  };
  standing = {
    case: "c1", case_number: NUMBER, timezone: "Asia/Shanghai", now_us: now_us(),
    parties: [{ party: "p1", name: "朱敏", role: "plaintiff", representatives: [] }, { party: "p2", name: "王磊", role: "defendant", representatives: [authority("r1", "严华"), authority("r2", "何律师", { state: "expired", scope: "general", matters: [] })] }],
  };
  for (const one of ["p1", "p2"]) fake.files.set(`${ROOT}/x1/files/${one}/content`, PICTURE);
  fake.api.set("GET /api/v1/staff/me", () => ({
    id: "chen", login: "chen.jing", name: "陈静", language: "zh", court: "hd", courts: [{ id: "hd", name: "海东区人民法院", roles: ["clerk"] }], roles: ["clerk"], rights: ["signed_in", "read_register", "write_register"],
    means: "totp", password: true, second_factor: true, now_us: now_us(), idle_ends_us: now_us() + 1800e6, ends_us: now_us() + 40000e6,
  }));
  fake.api.set("GET /api/v1/staff/hearings", () => ({ timezone: "Asia/Shanghai", now_us: now_us(), hearings: [] }));
  fake.api.set("GET /api/v1/filing/form", FORM);
  fake.api.set("GET /api/v1/registry/waiting", () => ({ papers: 3 }));
  fake.api.set(`GET ${ROOT}`, (url) => ({ now_us: now_us(), counts: { open: queue.length, waiting: 1, entered: 12 }, list: LIST, papers: url.searchParams.get("view") === "open" ? queue : [] }));
  fake.api.set(`GET ${ROOT}/x1/trail`, () => ({ events: [{ at_us: now_us(), type: "submitted", office: "filer", object: "x1", reason: "", details: {} }, { at_us: now_us(), type: "recalled", office: "registry", by: "陈静", object: "", reason: "", details: {} }] }));
  fake.api.set(`GET ${ROOT}/x1`, () => paper);
  fake.api.set(`GET ${CASES}/limits`, () => limits);
  fake.api.set(`GET ${CASES}/representatives`, () => standing);
  fake.api.set("GET /api/v1/register/cases/c1", () => ({
    id: "c1", court: "hd", court_name: "海东区人民法院", timezone: "Asia/Shanghai", number: NUMBER, cause: "private_lending", procedure: "summary", docketed_us: now_us() - 9 * DAY_US, claimant: "朱敏", respondent: "王磊", access: "public", entry_count: 1, now_us: now_us(),
    parties: [{ id: "p1", role: "plaintiff", order: 1, name: "朱敏", representatives: [] }, { id: "p2", role: "defendant", order: 1, name: "王磊", representatives: [] }], hearings: [],
    entries: [{ number: 1, kind: "authority", text: "授权委托书", access: "parties", filed_us: now_us(), filed_by: "王磊", entered_us: now_us(), entered_by: "陈静", documents: [{ id: "d9", filing: "x9", title: "授权委托书", kind: "authority", sealed: false, files: [] }] }],
  }));
  fake.api.set("GET /api/v1/register/cases/c1/clocks", () => ({ case: "c1", timezone: "Asia/Shanghai", now_us: now_us(), clocks: [], adjournments: { count: 0, most: 1, gap_days: 31, article: { zh: "规定第三条", en: "Rules §3" } } }));
  fake.court = (method, url, body) => {
    if (method !== "POST") return undefined;
    const what = url.pathname.split("/").at(-1);
    if (url.pathname.startsWith(`${ROOT}/x1/`)) return act(what, JSON.parse(body));
    return url.pathname.startsWith(CASES) ? change(what, JSON.parse(body)) : undefined;
  };
});

afterEach(async () => {
  await drive.closePages();
  fake.files.clear();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

async function open(path, waiting, { size = "desk", language = "zh" } = {}) {
  const context = await drive.context({ size, language });
  const page = await context.newPage();
  page.on("pageerror", (error) => drive.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) drive.complaints.push(message.text());
  });
  await page.goto(`${fake.base}/staff?lang=${language}#/${path}`);
  await page.waitForSelector(T(waiting));
  return page;
}

const opened = (options) => open("papers/x1", "text", options);
const ofCase = (options) => open("register/c1", "represented", options);
const unfold = async (page, name, at = page) => {
  await at.locator(`${T(name)} > summary`).first().click();
  return at.locator(T(name)).first();
};

const SCREENS = {
  home: (options) => open("", "waiting-papers", options),
  queue: (options) => open("papers", "queue", options),
  empty: (options) => {
    queue = [];
    return open("papers", "empty", options);
  },
  answer: opened,
  evidence: (options) => {
    paper = before("evidence");
    return opened(options);
  },
  enter: async (options) => {
    const page = await opened(options);
    await page.click(T("enter"));
    return page;
  },
  back: async (options) => {
    paper = before("evidence");
    const page = await opened(options);
    await page.click(T("send_back"));
    return page;
  },
  sent: async (options) => {
    paper = before("evidence");
    act("send_back", { items: [{ code: "illegible", text: "第二页看不清" }], text: "" });
    return opened(options);
  },
  authority: async (options) => {
    paper = before("authority", { state: "entered", may: [] });
    const page = await open("papers/x1", "represented", options);
    await unfold(page, "stand-add");
    return page;
  },
  case: async (options) => {
    const page = await ofCase(options);
    await unfold(page, "limits-set");
    await unfold(page, "limits-before");
    await unfold(page, "renew-r1");
    await unfold(page, "history-r1");
    await unfold(page, "stand-address");
    return page;
  },
};

describe("papers at the registry", () => {
  for (const [name, go] of Object.entries(SCREENS)) {
    it(`${name}: axe is content and nothing is wider than the screen`, async () => {
      for (const options of [{ size: "phone", language: "zh" }, { size: "desk", language: "en" }]) {
        paper = before("answer");
        const page = await go(options);
        assert.deepEqual(await violations(page), [], `${name} ${JSON.stringify(options)}`);
        assert.equal(await overflow(page), 0, `${name} ${JSON.stringify(options)}`);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/papers-${name}-${options.size}-${options.language}.png`, fullPage: true });
        await drive.closePages();
      }
    });
  }

  it("says what is late, by which rule, and finds what is looked for", async () => {
    const page = await SCREENS.queue();
    const late = await page.locator(T("in-time")).evaluateAll((all) => all.map((one) => one.dataset.late));
    assert.deepEqual(late, ["yes", "no"], "the third has no limit");
    assert.match(await page.locator(T("row")).first().textContent(), /答辩状[\s\S]*王磊[\s\S]*逾期[\s\S]*第128条[\s\S]*超时 2 天/);
    await page.selectOption(T("sieve-kind"), "evidence");
    await page.waitForFunction(() => document.querySelectorAll("[data-test=row]").length === 1);
    await page.selectOption(T("sieve-kind"), "");
    await page.fill(T("sieve-text"), "王磊 民初2号");
    await page.waitForSelector(`${T("row")}[data-paper=x3]`);
    assert.equal(await page.locator(T("row")).count(), 1);
    await page.check(T("sieve-late"), { force: true });
    await page.waitForSelector(T("queue"), { state: "detached" });
    await page.click(T("next"));
    await page.waitForSelector(T("text"));
    assert.match(page.url(), /#\/papers\/x1$/, "the one that waits longest");
  });

  it("says so when somebody else was faster, and shows the paper as it is now", async () => {
    const page = await SCREENS.enter();
    faster = { state: "entered", may: [] };
    await page.click(T("send"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.faster"]`);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.problem), "error.faster");
    assert.equal(await page.getAttribute(T("state"), "data-state"), "entered");
    assert.equal(await page.locator(T("send")).count(), 0);
  });

  it("sets a limit with its reason; the newer stands and the older is kept", async () => {
    const page = await ofCase();
    assert.deepEqual(await page.locator(T("limit-row")).evaluateAll((all) => all.map((one) => [one.dataset.code, one.dataset.over])), [["answer", "no"], ["evidence", "yes"], ["answer", "no"]]);
    const form = await unfold(page, "limits-set");
    await form.locator("[name=code]").selectOption("answer");
    await form.locator("[name=from]").fill("2026-03-02");
    await form.locator("[name=days]").fill("30");
    await page.click(T("limit-go"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.reason"]`);
    await form.locator("[name=reason]").fill("公告送达");
    await page.click(T("limit-go"));
    await page.waitForFunction(() => document.querySelector("[data-test=limits-said]").textContent.trim() !== "");
    assert.deepEqual(asked, [{ what: "limits", code: "answer", from_us: Date.parse("2026-03-02T12:00:00+08:00") * 1000, reason: "公告送达", days: 30 }]);
    assert.equal(await page.locator(T("limit-row")).count(), 2, "one for all takes the place of those before it");
  });

  it("enters, changes and ends an authority, and confirms an address", async () => {
    const page = await ofCase();
    const side = page.locator(`${T("represented")}[data-party=p1]`);
    const other = page.locator(`${T("represented")}[data-party=p2]`);
    await unfold(page, "stand-add", side);
    await side.locator("[name=name]").fill("赵律师");
    await side.locator(`${T("grant")} [name=address]`).fill("13700137000");
    await side.locator("[name=scope]").selectOption("special");
    await side.locator(T("grant-go")).click();
    await page.waitForSelector(`${T("problem")}[data-problem="error.matters"]`);
    await side.locator("[name=matters][value=settle]").check({ force: true });
    await side.locator("[name=until]").fill("2026-12-31");
    await side.locator("[name=document]").selectOption("d9");
    await side.locator(T("grant-go")).click();
    await page.waitForFunction(() => document.querySelector("[data-test=stand-said]").textContent.includes("已记入"));
    assert.deepEqual(asked.at(-1), { what: "representatives", party: "p1", name: "赵律师", address: "13700137000", kind: "lawyer", scope: "special", matters: ["settle"], valid_until_us: Date.parse("2027-01-01T00:00:00+08:00") * 1000, document: "d9" });
    const renew = await unfold(page, "renew-r1", other);
    await renew.locator("[name=until]").fill("2027-06-30");
    await renew.locator("[name=reason]").fill("新的委托书");
    await renew.locator(T("renew-go")).click();
    await page.waitForFunction(() => document.querySelector("[data-test=renew-r1]") && !document.querySelector("[data-test=renew-r1]").open);
    assert.deepEqual(asked.at(-1).matters, ["settle", "appeal"], "what is not changed stays");
    const end = await unfold(page, "end-r1", other);
    await end.locator(T("end-go")).click();
    await page.waitForSelector(`${T("problem")}[data-problem="error.reason"]`);
    await end.locator("[name=reason]").fill("解除委托");
    await end.locator(T("end-go")).click();
    await page.waitForSelector(`${T("authority")}[data-state=ended]`);
    assert.equal(await page.locator(T("end-r1")).count(), 0);
    const address = await unfold(page, "stand-address", other);
    await address.locator("[name=address]").fill("13600136000");
    await address.locator("[name=reason]").fill("送达地址确认书");
    await address.locator(T("address-go")).click();
    await page.waitForSelector(`${T("problem")}[data-problem="error.taken"]`);
  });

  it("confirms who is named in a power of attorney that was filed", async () => {
    const page = await SCREENS.authority();
    assert.equal(await page.locator(T("represented")).count(), 1, "of the party that filed it alone");
    await page.fill(`${T("grant")} [name=name]`, "钱律师");
    await page.fill(`${T("grant")} [name=address]`, "qian@example.com");
    assert.equal(await page.inputValue(`${T("grant")} [name=document]`), "d1", "the document is the one that came");
    await page.click(T("grant-go"));
    await page.waitForFunction(() => document.querySelector("[data-test=stand-said]").textContent.includes("已记入"));
    assert.deepEqual([asked.at(-1).party, asked.at(-1).scope, asked.at(-1).document, asked.at(-1).valid_until_us], ["p2", "general", "d1", 0]);
  });
});
