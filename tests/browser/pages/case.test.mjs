/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The page of one's own case: what is due, filing something, what became of it; docs/PAPERS.md. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { overflow, violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";
import { FakeFiling } from "./support/filing.mjs";

const drive = useBrowser();
const { fake } = drive;
const SHOTS = process.env.OYER_SHOTS;
const DAY_US = 86_400e6;
const NUMBER = "（2026）沪0114民初1号";
const RULE = "民事诉讼法第128条 (Civil Procedure Law §128)";
const LIST = {
  papers: [
    { code: "answer", kind: "answer", zh: "答辩状", en: "Statement of defence", rule: RULE, limit: "answer" },
    { code: "evidence", kind: "evidence", zh: "证据", en: "Evidence", rule: "民事诉讼法第68条", limit: "evidence" },
    { code: "adjournment", kind: "motion", zh: "延期开庭申请", en: "Request for adjournment", rule: "民事诉讼法第149条", limit: "" },
    { code: "settlement", kind: "motion", zh: "和解协议", en: "Settlement", rule: "民事诉讼法第53条", limit: "" },
  ],
};
let court;
let papers;
let notices;
let opened;
let page_;

const now_us = () => Date.now() * 1000;

function entry(number, changes = {}) {
  return { number, kind: "docketed", text: NUMBER, access: "public", filed_us: now_us() - 9 * DAY_US, filed_by: "", entered_us: now_us() - 9 * DAY_US, documents: [], ...changes };
}

const ARTICLE = { zh: "民事诉讼法第一百二十八条", en: "Civil Procedure Law §128" };

function clock(code, changes = {}) {
  const name = { answer: { zh: "答辩期", en: "Time to answer" }, evidence: { zh: "举证期限", en: "Time for evidence" }, trial: { zh: "审理期限", en: "Time to decide" } }[code];
  return { clock: code, party: "p2", name, article: ARTICLE, extension_article: null, state: "running", began_us: now_us(), due_us: 0, steps: [], ...changes };
}

/** A paper as the court has it, in the fake's filings. */
function paper(code, changes = {}) {
  const kind = LIST.papers.find((one) => one.code === code).kind;
  return court.filing({
    state: "writing", text: "", may: ["save", "submit", "withdraw"],
    paper: { case: "c1", case_number: NUMBER, party: "p2", party_name: "王磊", role: "defendant", kind, code, limit_us: 0, rule: "", late: false, entry: 0, remark: "" },
    ...changes,
  });
}

beforeEach(() => {
  court = new FakeFiling();
  const file = { id: "f9", name: "转账.pdf", type: "application/pdf", size_bytes: 183220, sha256: "0".repeat(64) };
  papers = {
    case: "c1", now_us: now_us(), list: LIST,
    parties: [{ party: "p2", name: "王磊", role: "defendant", kind: "lawyer", scope: "general", matters: "", valid_until_us: now_us() + 90 * DAY_US, may: ["answer", "evidence", "adjournment"] }],
    papers: [{ id: "x1", state: "entered", code: "adjournment", party: "p2", own: false, by: "王磊", receipt_no: "R2026沪0114-000007", received_us: now_us() - 2 * DAY_US, late: true, limit_us: 0, rule: "", entry: 4, correction_due_us: 0 }],
    clocks: [
      clock("trial", { party: "", due_us: now_us() + 80 * DAY_US, extension_article: ARTICLE, steps: [{ step: "extend", at_us: now_us(), months: 1, days: 0, kind: { zh: "案情特殊，需要更多时间", en: "The case is unusual and needs more time", article: ARTICLE } }] }),
      clock("answer", { due_us: now_us() + 5 * DAY_US }),
      clock("evidence", { state: "over", due_us: now_us() - DAY_US }),
    ],
    seats: [{ participant: "s1", hearing: "h1", role: "representative", scheduled_us: now_us() + 6 * DAY_US, status: "scheduled" }],
  };
  opened = [];
  notices = [
    { id: "n2", kind: "hearing_invitation", subject: `${NUMBER}：开庭通知`, created_us: now_us() - 2 * DAY_US, sent_us: now_us() - 2 * DAY_US, arrived_us: now_us() - 2 * DAY_US, read_us: 0, ways: ["sms", "email"] },
    { id: "n1", kind: "paper_limit", subject: `${NUMBER}：答辩期`, created_us: now_us() - 3 * DAY_US, sent_us: 0, arrived_us: 0, read_us: now_us() - DAY_US, ways: [] },
  ];
  page_ = {
    id: "c1", court: "hd", court_name: "海东区人民法院", timezone: "Asia/Shanghai", number: NUMBER, cause: "private_lending", procedure: "summary", docketed_us: now_us() - 9 * DAY_US,
    claimant: "朱敏", respondent: "王磊", access: "public", entry_count: 4, parties: [], hearings: [], now_us: now_us(),
    entries: [
      entry(1, { kind: "complaint", text: "R2026沪0114-000001", access: "parties", filed_by: "朱敏" }),
      entry(2),
      { number: 3, access: "sealed", withheld: true },
      entry(4, { kind: "evidence", text: "证据 Evidence · R2026沪0114-000007", access: "parties", filed_by: "朱敏", documents: [{ id: "d9", filing: "x9", title: "转账记录", kind: "evidence", sealed: false, exhibit: "原1", purpose: "已经付款", files: [file] }] }),
    ],
  };
  fake.court = (method, url, body) => {
    const path = url.pathname.replace("/api/v1/", "");
    if (court.isKnown && path === "cases") return { cases: [{ id: "c1", number: NUMBER, cause: "private_lending", claimant: "朱敏", respondent: "王磊", docketed_us: page_.docketed_us }] };
    if (court.isKnown && path === "cases/c1") return page_;
    if (court.isKnown && path === "cases/c1/notices") return { notices, now_us: now_us() };
    if (court.isKnown && path === "cases/c1/notices/n2/open" && method === "POST") {
      opened.push("n2");
      notices[0].read_us = now_us();
      return { text: "孙丽：您好！\n\n进入：https://court.example/j/ABC\n需要帮助：https://court.example/court#help", links: { pass_link: "https://court.example/j/ABC", check_link: "https://court.example/j/ABC#check", help_link: "https://court.example/court#help" } };
    }
    if (court.isKnown && path === "cases/c1/papers" && method === "POST") return paper(JSON.parse(body).code);
    if (court.isKnown && path === "cases/c1/papers") return papers;
    if (path.endsWith("/submit")) return submit(path.split("/")[1], JSON.parse(body));
    return court.answer(method, url, body);
  };
});

function submit(id, { rev }) {
  const filing = court.filings.get(id);
  const missing = filing.paper.kind === "evidence" ? [] : filing.text ? [] : ["text"];
  if (missing.length) return { refused: [422, "incomplete", "", { fields: missing }] };
  return Object.assign(filing, { state: "filed", round: 1, rev: rev + 1, receipt_no: "R2026沪0114-000009", received_us: now_us(), may: ["withdraw"] });
}

afterEach(async () => {
  await drive.closePages();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

async function at(path, name, { size = "phone", language = "zh" } = {}) {
  const context = await drive.context({ size, language });
  const page = await context.newPage();
  page.on("pageerror", (error) => drive.complaints.push(String(error)));
  await page.goto(`${fake.base}/case?lang=${language}#/${path}`);
  await screen(page, name);
  return page;
}

const screen = (page, name) => page.waitForSelector(`${T("case-page")}[data-screen=${name}]`);

const late = () =>
  paper("answer", {
    state: "entered", text: "不欠钱。", receipt_no: "R2026沪0114-000009", received_us: now_us(), may: [],
    paper: { case: "c1", case_number: NUMBER, party: "p2", party_name: "王磊", role: "defendant", kind: "answer", code: "answer", limit_us: now_us() - DAY_US, rule: RULE, late: true, entry: 5, remark: "照收" },
  });

/** Every screen: name → how to get there. */
const SCREENS = {
  enter: (options) => {
    court.isKnown = false;
    return at("case/c1", "enter", options);
  },
  cases: (options) => at("", "cases", options),
  case: (options) => at("case/c1", "case", options),
  new: (options) => at("case/c1/new", "new", options),
  answer: (options) => at(paper("answer").id, "paper", options),
  evidence: (options) => at(paper("evidence", { documents: [{ id: "d1", title: "转账记录", kind: "evidence", purpose: "已经还清", round: 1, sealed: false, files: [] }] }).id, "paper", options),
  piece: (options) => at(`${paper("evidence").id}/documents/new`, "piece", options),
  "sent back": (options) =>
    at(paper("adjournment", { state: "sent_back", text: "住院", correction: { items: [{ code: "evidence", text: "请附病历" }], text: "", due_us: now_us() + 5 * DAY_US, at_us: now_us() } }).id, "paper", options),
  status: (options) => {
    court.events = [{ at_us: now_us(), type: "submitted", office: "filer", object: "", reason: "", details: {} }, { at_us: now_us(), type: "entered", office: "registry", object: "", reason: "照收", details: {} }];
    return at(late().id, "status", options);
  },
};

describe("the page of one's own case", () => {
  for (const [name, go] of Object.entries(SCREENS)) {
    it(`${name}: reads well on a phone, in both languages`, async () => {
      for (const language of ["zh", "en"]) {
        const page = await go({ language });
        assert.deepEqual(await violations(page), []);
        assert.equal(await overflow(page), 0);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/case-${name.replace(/ /g, "-")}-${language}.png`, fullPage: true });
        await drive.closePages();
      }
    });
  }

  it("says what is due, what is over, and where to be", async () => {
    const page = await at("case/c1", "case");
    const limits = await page.$$eval(`${T("limits")} [data-over]`, (all) => all.map((one) => [one.dataset.clock, one.dataset.over]));
    assert.deepEqual(limits, [["trial", "no"], ["answer", "no"], ["evidence", "yes"]]);
    assert.match(await page.textContent(T("limits")), /法院应当在[^]*第一百二十八条/);
    assert.match(await page.textContent(T("clock-why")), /已延长 1 个月：案情特殊/);
    assert.match(await page.textContent(T("authority")), /王磊/);
    assert.equal((await page.$$(T("enter-hearing"))).length, 1);
    assert.equal((await page.textContent(T("exhibit"))).trim(), "原1");
    assert.equal((await page.$$(`${T("sheet")} > li`)).length, 4, "what is withheld keeps its place");
  });

  it("has every notice, and to open one is to have read it", async () => {
    const page = await at("case/c1", "case");
    assert.equal((await page.$$(T("notice"))).length, 2);
    assert.match(await page.textContent(T("unread")), /1 份/);
    await page.click(`${T("notice")} summary`);
    await page.waitForSelector(T("notice-text"));
    assert.equal(await page.getAttribute(T("pass_link"), "href"), "https://court.example/j/ABC");
    assert.equal(await page.locator(T("check_link")).count(), 0, "only what the text carries");
    await page.waitForSelector(`${T("notice")}[data-read=yes] >> nth=1`);
    assert.match(await page.textContent(T("times")), /用短信、电子邮件发出；[^]*送到；[^]*您已看过/);
    assert.equal(await page.locator(T("unread")).count(), 0);
    assert.deepEqual(opened, ["n2"]);
    assert.equal(await overflow(page), 0);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/case-notice-zh.png`, fullPage: true });
  });

  it("says why a clock stands still, and what is done", async () => {
    papers.clocks = [
      clock("trial", { party: "", state: "suspended", due_us: now_us() + 90 * DAY_US, steps: [{ step: "suspend", at_us: now_us(), months: 0, days: 0, kind: { zh: "鉴定期间", en: "An expert is at work", article: { zh: "规定第九条", en: "Rules §9" } } }] }),
      clock("answer", { state: "met", due_us: now_us() }),
    ];
    const page = await at("case/c1", "case", { language: "en" });
    assert.match(await page.textContent("[data-clock=trial]"), /not running[^]*Why it stopped: An expert is at work \(Rules §9\)/);
    assert.match(await page.textContent("[data-clock=answer]"), /done/);
  });

  it("lists the evidence with what it proves and its checksums; what a device cannot play is said", async () => {
    const [{ files }] = page_.entries[3].documents;
    files.push({ id: "f8", name: "电梯.mov", type: "video/quicktime", size_bytes: 180e6, sha256: "1".repeat(64) });
    const page = await at("case/c1", "case");
    const piece = `${T("piece")}[data-exhibit="原1"]`;
    assert.match(await page.textContent(piece), /转账记录[\s\S]*证明什么：已经付款[\s\S]*朱敏 提交于/);
    assert.deepEqual(await page.$$eval(`${piece} ${T("hash")}`, (all) => all.map((one) => one.textContent)), ["0".repeat(64), "1".repeat(64)]);
    await page.$eval(`${piece} video`, (player) => void player.play().catch(() => undefined));
    await page.waitForSelector(`${piece} ${T("unplayable")}`);
    assert.equal(await page.isVisible(`${piece} video`), false);
  });

  it("files an answer from the first button to the receipt", async () => {
    const page = await at("case/c1", "case");
    await page.click(T("new"));
    await screen(page, "new");
    assert.equal((await page.$$(T("code-settlement"))).length, 0, "not in the authority of this representative");
    await page.click(T("go"));
    await page.waitForSelector(T("problem"));
    await page.check(T("code-answer"));
    await page.click(T("go"));
    await screen(page, "paper");
    assert.equal((await page.textContent(T("paper-name"))).trim(), "答辩状");
    assert.equal(await page.getAttribute(T("limit"), "data-over"), "no");
    await page.click(T("submit"));
    await page.waitForSelector(T("wrong"));
    await page.fill(T("text"), "不同意原告的请求。");
    await page.click(T("save"));
    await page.waitForFunction(() => document.querySelector("[data-test=saved]")?.textContent?.includes("已保存"));
    await page.click(T("submit"));
    await screen(page, "status");
    assert.equal(await page.getAttribute(T("state"), "data-state"), "filed");
    assert.match(await page.textContent(T("receipt")), /R2026沪0114-000009/);
    assert.equal([...court.filings.values()][0].text, "不同意原告的请求。");
  });

  it("lets in who brings his code, and shows the case that he was told of", async () => {
    const page = await SCREENS.enter({});
    await page.fill(T("address"), "13812345678");
    await page.click(T("go"));
    await screen(page, "code");
    await page.fill(T("code"), "123456");
    await page.click(T("go"));
    await screen(page, "case");
    assert.equal((await page.textContent(T("number"))).trim(), NUMBER);
  });

  it("marks what came late", async () => {
    const page = await SCREENS.status({});
    assert.match(await page.textContent(T("late")), /§128/);
    await page.waitForSelector(`${T("trail")} li:nth-child(2)`);
  });
});
