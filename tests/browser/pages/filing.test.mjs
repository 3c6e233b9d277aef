/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Filing a case from a phone: every screen, the way through, the line that drops, the status. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, it } from "node:test";
import { overflow, violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";
import { FakeFiling } from "./support/filing.mjs";

const drive = useBrowser();
const { fake } = drive;
const SHOTS = process.env.OYER_SHOTS;
let court;

beforeEach(() => {
  court = new FakeFiling();
  fake.court = court.answer;
});

afterEach(async () => {
  await drive.closePages();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

async function open(path = "", { size = "phone", language = "zh" } = {}) {
  const context = await drive.context({ size, language });
  const page = await context.newPage();
  page.on("pageerror", (error) => drive.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) drive.complaints.push(message.text());
  });
  await page.goto(`${fake.base}/file?lang=${language}#/${path}`);
  return page;
}

const screen = (page, name) => page.waitForSelector(`${T("filing")}[data-screen=${name}]`);
const draft = () => court.complete();

function photo(n, size = 5000) {
  const buffer = Buffer.alloc(size, n);
  return { name: `p${n}.jpg`, mimeType: "image/jpeg", buffer };
}

async function at(path, name, options) {
  const page = await open(path, options);
  await screen(page, name);
  return page;
}

/** Every screen: name → how to get there. */
const SCREENS = {
  enter: (options) => {
    court.isKnown = false;
    return at("", "enter", options);
  },
  code: async (options) => {
    const page = await SCREENS.enter(options);
    await page.fill(T("address"), "13812345678");
    await page.click(T("go"));
    await screen(page, "code");
    return page;
  },
  mine: (options) => {
    draft();
    court.submitted();
    return at("", "mine", options);
  },
  consents: (options) => {
    court.askedToConsent();
    return at("consents", "consents", options);
  },
  tasks: (options) => at(court.filing({ parties: draft().parties }).id, "tasks", options),
  party: (options) => at(`${court.filing().id}/plaintiffs`, "plaintiffs", options),
  "party with errors": async (options) => {
    const page = await SCREENS.party(options);
    await page.click(T("go"));
    await page.waitForSelector(T("problem"));
    return page;
  },
  parties: (options) => at(`${draft().id}/defendants`, "defendants", options),
  cause: (options) => at(`${draft().id}/cause`, "cause", options),
  claim: (options) => at(`${draft().id}/claim`, "claim", options),
  facts: (options) => at(`${draft().id}/facts`, "facts", options),
  documents: (options) => at(`${draft().id}/documents`, "documents", options),
  "new document": (options) => at(`${draft().id}/documents/new`, "documents", options),
  pages: async (options) => {
    const filing = draft();
    filing.documents[0].files.push({ ...filing.documents[0].files[0], id: "px", name: "p2.jpg", state: "uploading" }, { ...filing.documents[0].files[0], id: "py", name: "p3.jpg", state: "refused", reason: "type" });
    const page = await at(`${filing.id}/documents/${filing.documents[0].id}`, "documents", options);
    court.onPart = () => 503;
    await page.setInputFiles(T("camera"), photo(4));
    await page.waitForSelector(T("offline"));
    return page;
  },
  check: (options) => at(`${draft().id}/check`, "check", options),
  receipt: async (options) => {
    const page = await at(`${court.submitted().id}/receipt`, "receipt", options);
    await page.waitForSelector(T("receipt-number"));
    return page;
  },
  status: async (options) => {
    const filing = court.submitted({ state: "in_review" });
    court.events = EVENTS(filing);
    const page = await at(filing.id, "status", options);
    await page.waitForSelector(T("trail"));
    await page.click(`${T("more")} summary`);
    return page;
  },
  deficiency: async (options) => {
    const page = await at(asked().id, "status", options);
    await page.waitForSelector(T("notice"));
    return page;
  },
  refused: (options) =>
    at(court.submitted({ state: "refused", may: [], refusal: { code: "not_this_court", text: "本案不属于本院管辖。", ruling: "（2026）沪0114民初不受1号", appeal: "十日内可向上一级人民法院上诉。", at_us: Date.now() * 1000 } }).id, "status", options),
};

const EVENTS = (filing) => [
  { at_us: Date.now() * 1000 - 7200e6, type: "submitted", office: "filer", object: filing.id, reason: "", details: {} },
  { at_us: Date.now() * 1000 - 3600e6, type: "opened", office: "registry", object: filing.id, reason: "", details: {} },
  { at_us: Date.now() * 1000 - 3500e6, type: "read", office: "registry", object: filing.documents[0].files[0].id, reason: "", details: {} },
];

function asked() {
  const filing = court.submitted({ state: "correction_requested", may: ["save", "submit", "withdraw"] });
  filing.correction = { items: [{ code: "illegible", text: "借条第一页看不清，请重新拍照。", document: filing.documents[0].id }, { code: "identity", text: "缺少您的身份证。" }], text: "", due_us: Date.now() * 1000 + 15 * 86400e6, at_us: Date.now() * 1000 };
  return filing;
}

describe("the filing page", () => {
  for (const [name, go] of Object.entries(SCREENS)) {
    it(`${name}: axe is content and nothing is wider than the screen`, async () => {
      for (const options of [{ size: "phone", language: "zh" }, { size: "narrow", language: "en" }, { size: "desk", language: "en" }]) {
        court = new FakeFiling();
        fake.court = court.answer;
        const page = await go(options);
        assert.deepEqual(await violations(page), [], `${name} ${JSON.stringify(options)}`);
        assert.equal(await overflow(page), 0, `${name} ${JSON.stringify(options)}`);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/filing-${name.replace(/ /g, "-")}-${options.size}-${options.language}.png`, fullPage: true });
        await drive.closePages();
      }
    });
  }

  it("asks for each stage by itself whether online will do, and takes another answer later", async () => {
    const asked = court.askedToConsent();
    const page = await at("", "mine");
    assert.match(await page.textContent(T("consent-card")), /1 个问题/);
    await page.click(T("to-consents"));
    await screen(page, "consents");
    assert.equal(await page.locator("[data-test^=consent-form]").count(), 1, "only what was asked");
    await page.click(T("go"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.consent"]`);
    await page.check(T("p1-hearing-yes"));
    await page.click(T("go"));
    await page.waitForSelector(`${T("consent-hearing")}[data-answer=yes]`);
    assert.equal(asked.answer, "yes");
    await page.check(T("p1-hearing-no"));
    await page.click(T("go"));
    await page.waitForSelector(`${T("consent-hearing")}[data-answer=no]`);
    assert.deepEqual(court.asked, ["POST consents/c1", "POST consents/c1"]);
  });

  it("takes a case from the number to the receipt, though the line drops after page 3 of 5", async () => {
    const page = await SCREENS.enter();
    await page.click(T("go"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.address"]`);
    // The summary takes the focus.
    await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "alert");
    await page.fill(T("address"), "138 1234 5678");
    await page.click(T("go"));
    await page.fill(T("code"), "111111");
    await page.click(T("go"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.code"]`);
    await page.fill(T("code"), "123456");
    await page.click(T("go"));
    await screen(page, "mine");
    await page.click(T("go"));
    await screen(page, "tasks");
    await page.click(T("task-plaintiffs"));
    for (const [who, address] of [["朱敏", "长安路 1 号"], ["王磊", "和平路 9 号"]]) {
      await page.check(T("kind-person"), { force: true });
      await page.fill(T("name"), who);
      if (who === "朱敏") await page.fill(T("phone"), "13812345678");
      await page.fill(T("address"), address);
      await page.click(T("go"));
      await page.waitForSelector(T("listed"));
      await page.click(T("go"));
    }
    await page.selectOption(T("cause"), "private_lending");
    await page.click(T("go"));
    await page.fill(T("claim"), "归还借款");
    await page.fill(T("amount"), "5万");
    await page.click(T("go"));
    await page.waitForSelector("#amount-error");
    assert.equal(await page.inputValue(T("claim")), "归还借款", "what was written stays");
    await page.fill(T("amount"), "50,000");
    await page.click(T("go"));
    await page.fill(T("facts"), "2025 年 3 月借款，至今未还。");
    await page.click(T("go"));
    await page.click(T("add"));
    await page.check(T("kind-evidence"), { force: true });
    await page.fill(T("title"), "借款合同");
    await page.click(T("go"));
    await page.waitForSelector(T("shoot"));

    let isDown = false;
    const [filing] = court.filings.values();
    court.onPart = (file) => {
      if (file.name === "p4.jpg" && !court.wasDown) isDown = court.wasDown = true;
      return isDown ? 503 : undefined;
    };
    for (const n of [1, 2, 3, 4, 5]) await page.setInputFiles(T("camera"), photo(n));
    await page.waitForSelector(`${T("offline")}`);
    assert.equal(await page.getAttribute(T("progress"), "data-done"), "3");
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/filing-line-down.png`, fullPage: true });
    isDown = false;
    await page.waitForSelector(`${T("progress")}[data-done="5"][data-all="5"]`);
    const names = filing.documents[0].files.map((one) => one.name);
    assert.deepEqual(names, ["p1.jpg", "p2.jpg", "p3.jpg", "p4.jpg", "p5.jpg"]);

    await page.click(T("done"));
    await screen(page, "documents");
    await page.click(T("go"));
    await screen(page, "check");
    await page.click(T("go"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.declare"]`);
    await page.check(T("declare"), { force: true });
    await page.click(T("go"));
    await screen(page, "receipt");
    const hashes = await page.locator(T("hash")).allTextContents();
    assert.deepEqual(hashes, [1, 2, 3, 4, 5].map((n) => createHash("sha256").update(photo(n).buffer).digest("hex")));
    assert.equal(filing.amount_fen, 5000000);
    assert.deepEqual(filing.parties.map(({ role, name, self }) => [role, name, self]), [["plaintiff", "朱敏", true], ["defendant", "王磊", false]]);
    assert.match(await page.getAttribute(T("pdf"), "href"), /^\/api\/v1\/filings\/[^/]+\/receipt\.pdf$/);
    const [saved] = await Promise.all([page.waitForEvent("download"), page.click(T("save"))]);
    assert.match(saved.suggestedFilename(), /^R2026.*\.json$/);
  });

  it("comes back on another device as it was left, and sends the rest of a page that was cut off", async () => {
    const filing = court.filing({ claim: "归还借款", documents: [{ id: "d9", title: "借条", kind: "evidence", round: 0, files: [] }] });
    let sent = 0;
    court.onPart = () => ((sent += 1) > 2 ? 503 : undefined);
    const first = await at(`${filing.id}/documents/d9`, "documents");
    await first.setInputFiles(T("files"), photo(7));
    await first.waitForSelector(T("offline"));
    await drive.closePages();

    sent = -100;
    const page = await at(filing.id, "tasks");
    assert.match(await page.textContent(T("count")), /1/);
    await page.click(T("task-documents"));
    await page.click(T("open"));
    const file = filing.documents[0].files[0];
    await page.setInputFiles(T(`rest-${file.id}`), photo(7));
    await page.waitForSelector(`${T("page")}[data-state=ready]`);
    assert.equal(sent, -97, "two of five parts were there");
  });

  it("lets pages be moved, removed and had back; pauses and goes on", async () => {
    const filing = court.filing({ documents: [{ id: "d9", title: "借条", kind: "evidence", round: 0, files: [] }] });
    const page = await at(`${filing.id}/documents/d9`, "documents");
    await page.setInputFiles(T("files"), [photo(1), photo(2), photo(3)]);
    await page.waitForSelector(`${T("progress")}[data-done="3"]`);
    const names = () => filing.documents[0].files.map((one) => one.name).join();
    await page.click(`${T("page")}[data-file="p3.jpg"] ${T("up")}`);
    await page.waitForFunction(() => document.querySelectorAll("[data-test=page]")[1]?.dataset.file === "p3.jpg");
    assert.equal(names(), "p1.jpg,p3.jpg,p2.jpg");

    await page.click(`${T("page")}[data-file="p1.jpg"] ${T("remove")}`);
    await page.click(T("undo"));
    assert.equal(await page.locator(T("page")).count(), 3);
    await page.click(`${T("page")}[data-file="p1.jpg"] ${T("remove")}`);
    await page.waitForSelector(T("undo"));
    assert.equal(names(), "p1.jpg,p3.jpg,p2.jpg", "it can still be had back");

    court.onPart = () => 503;
    await page.setInputFiles(T("files"), photo(4));
    await page.click(`${T("page")}[data-file="p4.jpg"] ${T("pause")}`);
    await page.waitForSelector(`${T("page")}[data-file="p4.jpg"][data-state=paused]`);
    court.onPart = () => undefined;
    await page.click(`${T("page")}[data-file="p4.jpg"] ${T("pause")}`);
    await page.waitForSelector(`${T("page")}[data-file="p4.jpg"][data-state=ready]`);
    await page.click(T("done"));
    await page.waitForFunction(() => location.hash.endsWith("/documents"));
    assert.equal(names(), "p3.jpg,p2.jpg,p4.jpg");
  });

  it("keeps what was written when the visit has run out", async () => {
    const filing = draft();
    const page = await at(`${filing.id}/facts`, "facts");
    court.isKnown = false;
    await page.fill(T("facts"), "还有一件事。");
    await page.click(T("go"));
    await screen(page, "enter");
    await page.fill(T("address"), "13812345678");
    await page.click(T("go"));
    await page.fill(T("code"), "123456");
    await page.click(T("go"));
    await screen(page, "facts");
    assert.equal(filing.facts, "还有一件事。");
  });

  it("does not overwrite unseen what another device wrote", async () => {
    const filing = draft();
    const page = await at(`${filing.id}/claim`, "claim");
    filing.rev += 1;
    await page.fill(T("claim"), "第一");
    await page.click(T("go"));
    await screen(page, "facts");
    assert.equal(filing.claim, "第一", "only the number had changed");

    Object.assign(filing, { rev: filing.rev + 1, facts: "别处写的" });
    await page.fill(T("facts"), "这里写的");
    await page.click(T("go"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.stale"]`);
    assert.equal(filing.facts, "别处写的");
    await page.click(T("go"));
    await screen(page, "documents");
    assert.equal(filing.facts, "这里写的");
  });

  it("shows the clock and each step, and the way from the notice to the supplement", async () => {
    const page = await SCREENS.status();
    assert.match(await page.textContent(T("left")), /还剩 5 天 1 小时/);
    assert.match(await page.textContent(T("trail")), /立案庭[\s\S]*借条 第 1 页/);
    await drive.closePages();

    const filing = asked();
    const again = await at(filing.id, "status");
    await again.click(T("supplement"));
    await again.click(T("task-documents"));
    assert.equal(await again.locator(T("open")).count(), 0, "what was handed in stays as it was");
    await again.click(T("add"));
    await again.check(T("kind-identity"), { force: true });
    await again.click(T("go"));
    await again.setInputFiles(T("camera"), photo(9));
    await again.waitForSelector(`${T("progress")}[data-done="1"]`);
    await again.click(T("done"));
    await again.click(T("go"));
    await again.check(T("declare"), { force: true });
    await again.click(T("go"));
    await screen(again, "receipt");
    assert.equal(filing.round, 2);
    assert.equal(filing.documents[1].title, "身份证明");
  });
});
