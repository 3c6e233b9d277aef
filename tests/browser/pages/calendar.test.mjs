/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The calendar: days and weeks, booking, dragging, taking back, and cases that wait. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { overflow, violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";
import { FORM } from "./support/filing.mjs";
import { at, FakeSchedule, span } from "./support/schedule.mjs";

const drive = useBrowser();
const { fake } = drive;
const SHOTS = process.env.OYER_SHOTS;
const MONDAY = "/2026-03-16/day/rooms";
const HEARINGS = "/api/v1/schedule/hearings";
let court;
let rights;

beforeEach(() => {
  court = new FakeSchedule();
  rights = ["signed_in", "read_schedule", "schedule"];
  fake.api.set("GET /api/v1/staff/me", () => ({
    id: "chen", login: "chen.jing", name: "陈静", language: "zh", court: "hd", courts: [{ id: "hd", name: "海东区人民法院", roles: ["clerk"] }], roles: ["clerk"], rights,
    means: "totp", password: true, second_factor: true, now_us: Date.now() * 1000, idle_ends_us: Date.now() * 1000 + 1800e6, ends_us: Date.now() * 1000 + 40000e6,
  }));
  fake.api.set("GET /api/v1/filing/form", FORM);
  fake.court = (method, url, body) => court.answer(method, url, body);
});

afterEach(async () => {
  await drive.closePages();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

async function open(path = MONDAY, { size = "desk", language = "zh", zone = "Asia/Shanghai" } = {}) {
  const context = await drive.context({ size, language, timezoneId: zone });
  const page = await context.newPage();
  page.on("pageerror", (error) => drive.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) drive.complaints.push(message.text());
  });
  await page.goto(`${fake.base}/staff?lang=${language}#/calendar${path}`);
  await page.waitForSelector(path === "/waiting" ? T("waiting-list") : [T("grid"), T("week"), T("day")].join(", "));
  return page;
}

const block = (id, session = 0) => `${T("block")}[data-hearing="${id}"][data-session="${session}"]`;

async function openHearing(page, id = "h1") {
  await page.click(block(id));
  await page.waitForSelector(T("form"));
}

async function clash(page) {
  await openHearing(page);
  await page.fill(T("from-0"), "09:45");
  await page.fill(T("to-0"), "10:45");
  await page.selectOption(T("room"), "r2");
  await page.selectOption(T("code"), "clerical");
  await page.click(T("save"));
  await page.waitForSelector(T("verdict"));
}

async function propose(page) {
  await page.click(T("propose"));
  await page.waitForSelector(T("accept"));
}

async function drag(page, selector, dx, dy, where = { x: 20, y: 8 }, held = async () => {}) {
  await page.locator(selector).evaluate((one) => one.scrollIntoView({ block: "center" }));
  const box = await page.locator(selector).boundingBox();
  await page.mouse.move(box.x + where.x, box.y + where.y);
  await page.mouse.down();
  await page.mouse.move(box.x + where.x + dx / 2, box.y + where.y + dy / 2);
  await page.mouse.move(box.x + where.x + dx, box.y + where.y + dy, { steps: 4 });
  await held();
  await page.mouse.up();
}

const values = async (page) => Object.fromEntries(await Promise.all(["day-0", "from-0", "to-0", "room", "judge"].map(async (id) => [id, await page.inputValue(T(id))])));
const said = (page, words) => page.waitForFunction((source) => new RegExp(source).test(document.querySelector("[data-test=said]").textContent), words);

/** The next row has the focus, and the page has come to rest there. */
const focusIn = (page, wanted) => page.waitForFunction((id) => document.activeElement?.closest("[data-case]")?.dataset.case === id, wanted);

/** What a finger cannot hit. */
function small(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll("oyer-calendar :is(button, a, input, select, summary, textarea)")]
      .map((one) => ({ one, box: one.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.height < 43.9 || box.width < 43.9))
      .map(({ one, box }) => `${one.outerHTML.slice(0, 100)} ${box.width}x${box.height}`),
  );
}

const SCREENS = {
  busy: (options) => {
    court.fill();
    return open(MONDAY, options);
  },
  day: (options) => open(MONDAY, options),
  judges: (options) => open("/2026-03-16/day/judges", options),
  week: (options) => open("/2026-03-16/week/rooms", options),
  off: (options) => open("/2026-03-15/day/rooms", options),
  elsewhere: (options) => open(MONDAY, { ...options, zone: "Europe/London" }),
  blank: async (options) => {
    const page = await open(MONDAY, options);
    await page.click(T("new"));
    await page.waitForSelector(T("form"));
    await page.selectOption(T("add-case"), "c7");
    await page.click(`${T("waiver")} summary`);
    await page.selectOption(T("ground"), "agreed");
    return page;
  },
  clash: async (options) => {
    const page = await open(MONDAY, options);
    await clash(page);
    return page;
  },
  away: async (options) => {
    court.keepFree("j1", { from_us: at("2026-03-16 13:30"), to_us: at("2026-03-18 17:30") }, "培训");
    court.keepFree("r2", { from_us: at("2026-03-16 09:00"), to_us: at("2026-03-16 12:00") });
    return open(options.language === "en" ? "/2026-03-16/week/judges" : MONDAY, options);
  },
  enter: async (options) => {
    const page = await open(MONDAY, options);
    await page.click(T("new-absence"));
    await page.waitForSelector(T("absence-form"));
    return page;
  },
  cancel: async (options) => {
    const page = await open(MONDAY, options);
    await openHearing(page);
    await page.click(T("cancel"));
    await page.waitForSelector(T("cancel-form"));
    return page;
  },
  waiting: async (options) => {
    const page = await open("/waiting", options);
    await propose(page);
    await page.click(T("accept"));
    await focusIn(page, "c8");
    await page.keyboard.press("Enter");
    await page.waitForSelector(T("row-taken"));
    return page;
  },
};

describe("the calendar", () => {
  for (const [name, go] of Object.entries(SCREENS)) {
    it(`${name}: axe is content, everything fits and can be hit`, async () => {
      for (const options of [{ size: "phone", language: "zh" }, { size: "narrow", language: "en" }, { size: "desk", language: "zh" }]) {
        court = new FakeSchedule();
        const page = await go(options);
        assert.deepEqual(await violations(page), [], `${name} ${JSON.stringify(options)}`);
        assert.equal(await overflow(page), 0, `${name} ${JSON.stringify(options)}`);
        assert.deepEqual(await small(page), [], `${name} ${JSON.stringify(options)}`);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/calendar-${name}-${options.size}-${options.language}.png`, fullPage: true });
        await drive.closePages();
      }
    });
  }

  it("is a grid on a desk and a list on a phone, with working hours and days off told", async () => {
    const desk = await open();
    assert.equal(await desk.locator(T("grid")).count(), 1);
    assert.ok((await desk.locator(T("off")).count()) >= 2, "lunch and evening are shaded");
    assert.match(await desk.textContent(T("work")), /09:00–12:00、13:30–17:30/);
    await desk.click(T("before"));
    await desk.waitForFunction(() => /休息日/.test(document.querySelector("[data-test=work]")?.textContent));
    const phone = await open(MONDAY, { size: "phone" });
    assert.equal(await phone.locator(T("grid")).count(), 0);
    assert.match(await phone.textContent(block("h1")), /09:00–10:00.*朱敏 诉 王磊.*沪0114民初1号.*第一法庭.*周正/s);
  });

  it("keeps to the court's clock and shows the reader's beside it", async () => {
    const page = await open(MONDAY, { zone: "America/New_York", size: "phone", language: "en" });
    assert.match(await page.textContent(T("zone-yours")), /America\/New_York/);
    assert.match(await page.textContent(block("h1")), /09:00–10:00.*15 March.*21:00–22:00/s);
    await openHearing(page);
    assert.deepEqual(await values(page), { "day-0": "2026-03-16", "from-0": "09:00", "to-0": "10:00", room: "r1", judge: "j1" });
    assert.match(await page.textContent(`${T("session")} ${T("your-time")}`), /21:00–22:00/);
    const here = await open();
    assert.equal(await here.locator(T("zone-yours")).count(), 0);
  });

  it("moves by dragging, to another time and room, asks why, and takes it back", async () => {
    const page = await open();
    const columns = await page.locator(T("column")).evaluateAll((all) => all.map((one) => one.getBoundingClientRect().x));
    await drag(page, block("h1"), columns[1] - columns[0], 180, undefined, async () => {
      // Drawn anew meanwhile, it stays under the mouse.
      await page.evaluate(() => document.querySelector("oyer-calendar").requestUpdate());
      assert.equal(await page.locator(block("h1")).evaluate((one) => one.parentElement.style.getPropertyValue("--from")), "120");
    });
    await page.waitForSelector(T("fine"));
    assert.deepEqual(await values(page), { "day-0": "2026-03-16", "from-0": "11:00", "to-0": "12:00", room: "r2", judge: "j1" });
    await page.click(T("save"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.code"]`);
    await page.selectOption(T("code"), "clerical");
    await page.click(T("save"));
    await said(page, "已移到 3月16日.*11:00");
    const { plan, rev, code } = court.asked.at(-1);
    assert.deepEqual([rev, code, plan.room, plan.sessions], [1, "clerical", "r2", [span("2026-03-16 11:00")]]);
    assert.match(await page.textContent(T("undo")), /撤销：已移到 3月16日.*11:00/);
    await page.click(T("undo"));
    await said(page, "已撤销.*09:00");
    assert.deepEqual(court.hearings.get("h1").plan.sessions, [span("2026-03-16 09:00")]);
    await page.locator(block("h1"), { hasText: "09:00–10:00" }).waitFor();
  });

  it("gets longer by its edge, and lets go with Escape", async () => {
    const page = await open();
    const { height } = await page.locator(block("h1")).boundingBox();
    await drag(page, block("h1"), 0, 45, { x: 30, y: height - 4 });
    await page.waitForSelector(T("form"));
    assert.deepEqual(await values(page), { "day-0": "2026-03-16", "from-0": "09:00", "to-0": "10:30", room: "r1", judge: "j1" });
    await page.keyboard.press("Escape");
    await page.waitForSelector(T("form"), { state: "detached" });
    const box = await page.locator(block("h1")).boundingBox();
    await page.mouse.move(box.x + 20, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 20, box.y + 200, { steps: 4 });
    await page.keyboard.press("Escape");
    await page.mouse.up();
    assert.equal(await page.locator(T("form")).count(), 0);
    assert.equal(court.asked.filter((one) => one.method === "PATCH").length, 0);
  });

  it("goes to another day and judge in the week", async () => {
    const page = await open("/2026-03-16/week/judges");
    const [from, onto] = await Promise.all([page.locator(block("h1")).boundingBox(), page.locator(`${T("cell")}[data-day="2026-03-18"][data-column="j2"]`).boundingBox()]);
    await drag(page, block("h1"), onto.x - from.x, onto.y - from.y + 4);
    await page.waitForSelector(T("form"));
    assert.deepEqual(await values(page), { "day-0": "2026-03-18", "from-0": "09:00", "to-0": "10:00", room: "r1", judge: "j2" });
  });

  it("names every clash in plain words, and takes the next free time by a button", async () => {
    const page = await open(MONDAY, { size: "phone" });
    await clash(page);
    const faults = await page.locator(`${T("faults")} li`).allTextContents();
    assert.ok(faults.some((one) => /第二法庭.*10:00–11:00.*沪0114民初2号/.test(one)), faults.join());
    assert.ok(faults.some((one) => /陈静（书记员）.*沪0114民初2号/.test(one)), faults.join());
    await page.click(T("offer"));
    await page.waitForSelector(T("fine"));
    assert.equal(await page.evaluate(() => document.activeElement.dataset.test), "save");
    await page.keyboard.press("Enter");
    await said(page, "已移到");
    assert.equal(court.hearings.get("h1").rev, 2);
  });

  it("books a waiting case by keyboard alone, with everybody's mode", async () => {
    const page = await open();
    await page.focus(T("new"));
    await page.keyboard.press("Enter");
    await page.waitForSelector(T("form"));
    await page.click(T("save"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.case"]`);
    await page.selectOption(T("add-case"), "c8");
    await page.fill(T("day-0"), "2026-03-19");
    await page.fill(T("from-0"), "09:00");
    await page.fill(T("to-0"), "10:30");
    await page.selectOption(T("judge"), "j1");
    await page.selectOption(T("clerk"), "k1");
    await page.fill(T("new-name"), "赵勇");
    await page.click(T("add-person"));
    await page.selectOption(T("mode-0"), "phone");
    await page.focus(T("save"));
    await page.keyboard.press("Enter");
    await said(page, "已排定 3月19日.*09:00–10:30");
    const { plan } = court.asked.at(-1);
    assert.deepEqual([plan.cases, plan.sessions], [["c8"], [span("2026-03-19 09:00", 1.5)]]);
    assert.deepEqual(plan.people.map((one) => `${one.as} ${one.mode}`), ["party phone", "party in_person", "judge video", "clerk video", "witness video"]);
    await page.click(T("undo"));
    await said(page, "不再排期");
  });

  it("begins a booking where the free time was clicked", async () => {
    const page = await open();
    await page.click(`${T("column")}[data-column="r2"]`, { position: { x: 30, y: 455 } });
    await page.waitForSelector(T("form"));
    assert.deepEqual(await values(page), { "day-0": "2026-03-16", "from-0": "14:00", "to-0": "15:00", room: "r2", judge: "" });
  });

  it("says who changed it meanwhile, and how it stands now", async () => {
    const page = await open();
    await openHearing(page);
    court.moveElsewhere("h1", [span("2026-03-20 15:00")]);
    await page.fill(T("from-0"), "11:00");
    await page.fill(T("to-0"), "12:00");
    await page.selectOption(T("code"), "clerical");
    await page.click(T("save"));
    await page.waitForSelector(T("stale"));
    assert.match(await page.textContent(T("stale")), /没有保存.*林涛.*改期/s);
    assert.match(await page.textContent(T("summary")), /3月20日.*15:00–16:00/s);
    assert.equal(await page.inputValue(T("day-0")), "2026-03-20");
    await page.keyboard.press("Escape");
    await page.waitForSelector(block("h1"), { state: "detached" });
    // What was dragged from an old picture is not asked for at all.
    court.moveElsewhere("h2", [span("2026-03-20 10:00")]);
    await drag(page, block("h2"), 0, 90);
    await page.waitForSelector(T("stale"));
    assert.equal(await page.inputValue(T("from-0")), "10:00");
  });

  it("does not take back what somebody else changed since", async () => {
    const page = await open();
    await openHearing(page);
    await page.selectOption(T("kind"), "continued");
    await page.click(T("save"));
    await page.waitForSelector(T("undo"));
    court.moveElsewhere("h1", [span("2026-03-20 15:00")]);
    await page.click(T("undo"));
    await page.waitForSelector(T("stale"));
    assert.match(await page.textContent(T("summary")), /3月20日/);
  });

  it("cancels with a reason, and takes that back too", async () => {
    const page = await open();
    await openHearing(page);
    await page.click(T("cancel"));
    await page.click(T("cancel-send"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.code"]`);
    await page.selectOption(T("code"), "settled");
    await page.fill(T("reason"), "双方和解");
    await page.click(T("cancel-send"));
    await page.waitForSelector(block("h1"), { state: "detached" });
    assert.deepEqual(court.asked.at(-1), { method: "POST", path: `${HEARINGS}/h1/cancel`, rev: 1, code: "settled", reason: "双方和解" });
    assert.match(await page.textContent(T("undo")), /撤销：已取消/);
    await page.click(T("undo"));
    await page.waitForSelector(block("h1"));
  });

  it("proposes a day for each waiting case, accepted one by one, and says what was taken", async () => {
    court.waiting[1].due_us = at("2026-03-18 00:00");
    const page = await open("/waiting");
    assert.equal(await page.locator(T("late")).count(), 0);
    await page.selectOption(T("minutes"), "45");
    await propose(page);
    assert.deepEqual(await page.locator(`${T("waiting-row")}:has(${T("late")})`).evaluateAll((all) => all.map((one) => one.dataset.case)), ["c8"]);
    assert.match(await page.textContent(T("short")), /主审法官/);
    await page.click(`${T("waiting-row")}[data-case="c7"] ${T("accept")}`);
    await page.waitForSelector(`${T("waiting-row")}[data-case="c7"][data-booked="true"]`);
    assert.deepEqual(court.asked.at(-1).plan.sessions, [{ from_us: at("2026-03-18 09:00"), to_us: at("2026-03-18 09:45") }]);
    await focusIn(page, "c8");
    await page.keyboard.press("Enter");
    await page.waitForSelector(T("row-taken"));
    assert.match(await page.textContent(T("row-taken")), /周正（主审法官）.*沪0114民初7号/s);
    await page.click(`${T("waiting-row")}[data-case="c8"] ${T("choose")}`);
    await page.click(T("offer"));
    await page.waitForSelector(T("fine"));
    await page.click(T("save"));
    await page.waitForSelector(`${T("waiting-row")}[data-case="c8"][data-booked="true"]`);
    await page.click(T("undo"));
    await page.waitForSelector(`${T("waiting-row")}[data-case="c8"][data-booked="false"]`);
  });

  it("books once more with the same people, and asks a superior where only he may allow it", async () => {
    const page = await open();
    await openHearing(page);
    await page.selectOption(T("code"), "judge_unavailable");
    const answer = court.answer.bind(court);
    const fault = { code: "adjourned", resource: "", name: "", as: "", hearing: "", case_number: "", from_us: 0, to_us: 0, number: 2 };
    court.answer = (method, url, body) => (method === "PATCH" ? { refused: [409, "refused", "", { faults: [fault], offers: [], unannounced: false, approvals: [{ right: "override", object: "case:c1" }] }] } : answer(method, url, body));
    await page.fill(T("day-0"), "2026-03-18");
    await page.click(T("save"));
    await page.waitForSelector(T("verdict"));
    assert.match(await page.textContent(T("faults")), /已经延期 2 次/);
    await page.fill(T("reason"), "主审法官住院");
    await page.click(T("ask-override"));
    await page.waitForFunction(() => /申请已发出/.test(document.querySelector("[data-test=asked]").textContent));
    assert.deepEqual(court.asked.at(-1), { method: "POST", path: "/api/v1/staff/approvals", right: "override", object: "case:c1", reason: "主审法官住院" });
    await page.click(T("again"));
    await page.fill(T("day-0"), "2026-03-23");
    await page.fill(T("from-0"), "09:00");
    await page.fill(T("to-0"), "10:00");
    await page.click(T("save"));
    await said(page, "已排定 3月23日");
    const { plan, path } = court.asked.at(-1);
    assert.deepEqual([path, plan.kind, plan.cases, plan.people.length], [HEARINGS, "continued", ["c1"], 5]);
  });

  it("lets who did not agree to be online come to court, and the others stay", async () => {
    const page = await open();
    await openHearing(page);
    const answer = court.answer.bind(court);
    const fault = { code: "consent", resource: "p1", name: "朱某", as: "party", hearing: "", case_number: "", from_us: 0, to_us: 0, number: 0 };
    court.answer = (method, url, body) => {
      if (method !== "POST" || !url.pathname.endsWith("/check")) return answer(method, url, body);
      const { plan } = JSON.parse(body);
      const online = plan.people.filter((one) => one.as === "party" && one.mode !== "in_person");
      const mixed = { ...plan, people: plan.people.map((one) => (one.as === "party" ? { ...one, mode: "in_person" } : one)) };
      return { faults: online.length ? [fault] : [], offers: [], unannounced: false, stage: "hearing", mixed: online.length ? mixed : null, approvals: [] };
    };
    await page.click(T("check"));
    await page.waitForSelector(T("verdict"));
    assert.match(await page.textContent(T("faults")), /朱某（当事人）没有同意在网上参加/);
    assert.equal(await page.locator(`${T("verdict")} h4`).count(), 0, "another time does not help");
    await page.click(T("mix"));
    await page.waitForSelector(T("fine"));
    await page.click(T("save"));
    await page.waitForSelector(T("dialog"), { state: "detached" });
    assert.ok(court.asked.at(-1).plan.people.every((one) => one.as !== "party" || one.mode === "in_person"));
  });

  it("keeps leave and repair free, and says what has to be moved", async () => {
    const page = await open();
    await page.click(T("new-absence"));
    await page.click(T("absence-save"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.away_who"]`);
    await page.selectOption(T("away-resource"), "j1");
    await page.fill(T("away-toDay"), "2026-03-15");
    await page.click(T("absence-save"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.away_times"]`);
    await page.fill(T("away-toDay"), "2026-03-17");
    await page.fill(T("away-note"), "培训");
    await page.keyboard.press("Enter");
    await said(page, "已登记：周正 休假，到 3月17日.*17:30");
    assert.deepEqual(court.asked.at(-1), { method: "POST", path: "/api/v1/schedule/absences", resource: "j1", from_us: at("2026-03-16 09:00"), to_us: at("2026-03-17 17:30"), note: "培训" });
    assert.match(await page.textContent(T("hits")), /1 次开庭.*09:00–10:00.*沪0114民初1号/s);
    await page.click(T("hit"));
    await page.waitForSelector(T("form"));
    await page.click(T("check"));
    await page.waitForSelector(T("verdict"));
    assert.match(await page.textContent(T("faults")), /周正（主审法官）休假，到 3月17日.*17:30/);
    await page.keyboard.press("Escape");
    await page.click(T("by-judges"));
    await page.waitForSelector(`${T("column")}[data-column="j1"] ${T("band")}`);
    await page.click(`${T("column")}[data-column="j1"] ${T("band")}`, { position: { x: 20, y: 600 } });
    await page.waitForSelector(T("absence-remove"));
    assert.match(await page.textContent(T("absence-dialog")), /周正 · 休假.*3月16日.*09:00 到 3月17日.*17:30.*培训/s);
    await page.click(T("absence-remove"));
    await said(page, "已删除：周正 休假");
    assert.equal(await page.locator(`${T("band")}, ${T("absence")}`).count(), 0);
  });

  it("only shows to who may only look", async () => {
    court.keepFree("r1", span("2026-03-16 14:00"));
    rights = ["signed_in", "read_schedule"];
    const page = await open();
    assert.equal(await page.locator(`${T("new")}, ${T("to-waiting")}, ${T("new-absence")}, ${T("edge")}`).count(), 0);
    await page.click(T("absence"));
    assert.match(await page.textContent(T("absence-dialog")), /第一法庭 · 维修/);
    assert.equal(await page.locator(T("absence-remove")).count(), 0);
    await page.keyboard.press("Escape");
    await page.click(block("h2"));
    await page.waitForSelector(T("summary"));
    assert.equal(await page.locator(T("form")).count(), 0);
    assert.match(await page.textContent(T("summary")), /3月17日.*14:00–16:00.*第二法庭.*不公开/s);
  });
});
