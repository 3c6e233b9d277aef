/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The record: pictures in step, a line plays its moment, words are found. */

import assert from "node:assert/strict";
import { afterEach, before, describe, it } from "node:test";
import { T, useBrowser } from "./support/drive.mjs";
import { card, LINES } from "./support/people.mjs";
import { film, sealed } from "./support/record.mjs";

const drive = useBrowser();
const { fake } = drive;
const RECORD = "GET /api/v1/hearings/h1/record";

before(() => {
  const bytes = film(30);
  fake.files.set("/media/judge.webm", bytes);
  fake.files.set("/media/plaintiff.webm", film(27, "testsrc"));
});

afterEach(async () => {
  await drive.closePages();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

async function open(record = sealed(), { pass = "judge", size = "desk", language = "zh" } = {}) {
  fake.api.set(RECORD, record);
  const context = await drive.context({ size, language });
  const page = await context.newPage();
  page.on("pageerror", (error) => drive.complaints.push(String(error)));
  if (pass) {
    fake.api.set("GET /api/v1/pass", card(pass, { session: "closed" }));
    await page.addInitScript((token) => sessionStorage.setItem("oyer.pass", token), `TOKEN-${pass}`);
  }
  await page.goto(`${fake.base}/r/h1?lang=${language}`);
  return page;
}

const position = (page) => page.getAttribute(T("position"), "data-seconds").then(Number);

describe("the record page", () => {
  it("plays all pictures in step, each from when its person came", async () => {
    const page = await open();
    await page.waitForFunction(() => [...document.querySelectorAll("video")].every((one) => one.readyState >= 2));
    await page.locator(T("seek")).evaluate((element) => {
      element.value = "10";
      element.dispatchEvent(new Event("input"));
    });
    await page.click(T("play"));
    await page.waitForFunction(() => Number(document.querySelector("[data-test=position]").dataset.seconds) > 12);
    const times = await page.evaluate(() => {
      const of = (who) => document.querySelector(`[data-participant=${who}] video`).currentTime;
      return { judge: of("judge"), plaintiff: of("plaintiff"), at: Number(document.querySelector("[data-test=position]").dataset.seconds) };
    });
    assert.ok(Math.abs(times.judge - times.plaintiff - 3) < 0.3, JSON.stringify(times));
    assert.ok(Math.abs(times.judge - times.at) < 0.5, JSON.stringify(times));
    await page.click(T("play"));
    assert.equal(await page.getAttribute(T("play"), "aria-pressed"), "false");
  });

  it("shows who is not there yet", async () => {
    const page = await open();
    await page.waitForSelector(`${T("record-tile")}[data-participant=plaintiff][data-here=false]`);
    await page.waitForSelector(`${T("record-tile")}[data-participant=judge][data-here=true]`);
  });

  it("a click on a line plays its moment, within half a second", async () => {
    const page = await open();
    await page.click(`${T("line")}[data-line=l4] button`);
    await page.waitForSelector(`${T("line")}[data-line=l4][data-current=true]`);
    const at = await position(page);
    assert.ok(at >= 17.9 && at < 19.5, `${at}`);
    await page.waitForFunction(() => !document.querySelector("[data-participant=judge] video").paused);
    const video = await page.evaluate(() => document.querySelector("[data-participant=judge] video").currentTime);
    assert.ok(Math.abs(video - (await position(page))) < 0.5);
  });

  it("asks the server for two Chinese characters and goes to the place", async () => {
    let asked = "";
    fake.api.set("GET /api/v1/hearings/h1/record/search", (url) => {
      asked = url.searchParams.get("q");
      const line = LINES[3];
      return { q: asked, hits: [{ line: line.id, start_us: line.start_us, text: line.text, participant: line.participant }] };
    });
    const page = await open();
    await page.fill(T("search"), "物业");
    await page.click(T("search-go"));
    await page.click(`${T("search-hit")}[data-line=l4]`);
    assert.equal(asked, "物业");
    assert.equal(await page.textContent("mark"), "物业");
    assert.ok(Math.abs((await position(page)) - 18) < 1);
  });

  it("stages, interruptions, speed and keys work", async () => {
    const page = await open();
    await page.click(`${T("chapter")} >> nth=1`);
    assert.ok(Math.abs((await position(page)) - 17) < 0.1);
    assert.match(await page.textContent(T("interval")), /0:25 – 0:28/);
    await page.selectOption(T("speed"), "2");
    await page.focus("section.oyer-player");
    await page.keyboard.press("ArrowLeft");
    assert.ok(Math.abs((await position(page)) - 12) < 0.1);
    await page.keyboard.press(" ");
    await page.waitForSelector(`${T("play")}[aria-pressed=true]`);
  });

  it("shows the checksum, how to verify it, and the package only to whom it is given", async () => {
    const page = await open();
    assert.equal(await page.textContent(T("root")), sealed().root);
    assert.equal(await page.getAttribute(T("package"), "href"), "/api/v1/hearings/h1/record/package.tar");
    const party = await open(sealed({ package: false }), { pass: "plaintiff" });
    await party.waitForSelector(T("root"));
    assert.equal(await party.locator(T("package")).count(), 0);
  });

  it("waits for the sealing and then opens by itself", async () => {
    const page = await open(sealed({ state: "sealing", progress: 0.4, media: [] }));
    await page.waitForSelector(`${T("record")}[data-state=sealing]`);
    fake.api.set(RECORD, sealed());
    await page.waitForSelector(`${T("record")}[data-state=sealed]`);
  });

  for (const [status, shown] of [[403, "refused"], [404, "missing"]]) {
    it(`has a page for ${shown}`, async () => {
      const page = await open(status, { pass: null });
      await page.waitForSelector(`${T("record")}[data-state=${shown}]`);
    });
  }
});
