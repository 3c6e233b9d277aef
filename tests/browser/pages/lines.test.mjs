/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Everybody's line on the clerk's screen: worst first, in words, on any screen, in both languages. */

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { overflow, violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";
import { inSession, PEOPLE } from "./support/people.mjs";

const drive = useBrowser();
const { fake } = drive;

afterEach(async () => {
  await drive.closePages();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

const flow = (changes = {}) => ({
  loss: 0, audio_loss: 0, video_loss: 0, loss_sender: 0, jitter_ms: 6, kbps: 640, rtt_ms: 38,
  freezes: 0, frozen_ms: 0, ...changes,
});
/** One camera in three sizes; three people seen, the stage as large as it gets. */
const sent = { pictures: 1, sizes: ["320x180", "640x360", "1280x720"], full_size: "1280x720" };
const seen = { pictures: 5, sizes: ["160x90", "320x180", "640x360", "1280x720"], full_size: "1920x1080" };
const good = { up: flow(sent), down: flow(seen), rating: "good", cause: null, stated: false };
const plaintiff = {
  up: flow({ loss: 0.21, audio_loss: 0.21, loss_sender: 0.19, pictures: 1, sizes: ["640x360"], full_size: "1280x720" }),
  down: flow({ pictures: 0, sizes: [], full_size: null }),
  rating: "bad", cause: "sound_up", stated: false,
};
const lawyer = {
  up: flow(), down: flow(), rating: "poor", cause: "picture_down", stated: true,
  client: { frozen_ms: 1200, concealed: 0.01, hidden: true, battery: 8 },
};

/** Three minutes of it; @now is the last. */
function tell(now) {
  for (let i = 0; i < 30; i += 1) {
    const loss = i < 12 ? 0.01 : 0.06 + (i % 7) * 0.02;
    const rating = loss >= 0.15 ? "bad" : loss >= 0.1 ? "poor" : "good";
    fake.tell({
      type: "network",
      participants: { judge: good, plaintiff: { ...plaintiff, up: flow({ loss }), rating }, lawyer: good },
    });
  }
  fake.tell({ type: "network", participants: now });
}

async function panel(options) {
  const people = PEOPLE.map((one) => (one.id === "defendant" ? { ...one, room: "hearing", online: false, status: "disconnected", away: { since: "2026-11-22T01:42:10.000Z", reason: "line_silent" } } : one));
  const page = await drive.join("clerk", inSession("clerk", { people }), options);
  await page.waitForSelector(T("room"));
  if (options.size !== "desk") await page.click(`${T("tab")}[data-tab=recorder]`);
  tell({ judge: good, clerk: good, plaintiff, lawyer });
  await page.waitForSelector(`${T("line")}[data-participant=plaintiff][data-line=bad]`);
  return page;
}

describe("everybody's line on the clerk's screen", () => {
  it("puts whom to help first, in words with what helps, never by colour alone", async () => {
    const page = await panel({ size: "desk" });
    const order = await page.locator(T("line")).evaluateAll((all) => all.map((one) => one.dataset.participant));
    assert.deepEqual(order.slice(0, 3), ["defendant", "plaintiff", "lawyer"]);
    const text = (id) => page.textContent(`${T("line")}[data-participant=${id}]`);
    assert.match(await text("defendant"), /掉线[\s\S]*线路无响应[\s\S]*09:42[\s\S]*由审判员决定/);
    assert.match(await text("plaintiff"), /声音断续[\s\S]*关闭摄像头/);
    assert.match(await text("lawyer"), /画面卡[\s\S]*本人设备自述[\s\S]*后台[\s\S]*电量 8%/);
    assert.match(await text("judge"), /良好/);
    assert.match(await page.textContent(T("lines-summary")), /3 人/);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/lines-first.png` });
  });

  for (const [language, words] of Object.entries({
    zh: {
      judge: ["画面：320×180 + 640×360 + 1280×720", "画面：160×90 至 1280×720（最大 1920×1080）"],
      plaintiff: ["画面：640×360（最大 1280×720）", "画面：无"],
      whip: ["画面：1280×720", "画面：有，尺寸未知"],
    },
    en: {
      judge: ["picture: 320×180 + 640×360 + 1280×720", "picture: 160×90 to 1280×720 of 1920×1080"],
      plaintiff: ["picture: 640×360 of 1280×720", "picture: none"],
      whip: ["picture: 1280×720", "picture: yes, size not known"],
    },
  }))
    it(`says which picture is sent, and of what: ${language}`, async () => {
      const page = await panel({ size: "desk", language });
      const pictures = (id) => page.locator(`${T("line")}[data-participant=${id}] ${T("line-picture")}`).allTextContents();
      assert.deepEqual(await pictures("judge"), words.judge);
      assert.deepEqual(await pictures("plaintiff"), words.plaintiff);
      // Of figures without it (a server that is older than the page) nothing is said.
      assert.deepEqual(await pictures("lawyer"), []);
      // One layer, as WHIP has it: nothing is missing of it.
      const whip = {
        ...good,
        up: flow({ pictures: 1, sizes: ["1280x720"], full_size: "1280x720" }),
        down: flow({ pictures: 1, sizes: [], full_size: null }),
      };
      fake.tell({ type: "network", participants: { judge: whip } });
      await page.waitForFunction(
        ([line, text]) => document.querySelector(line)?.textContent.trim() === text,
        [`${T("line")}[data-participant=judge] ${T("line-picture")}`, words.whip[0]],
      );
      assert.deepEqual(await pictures("judge"), words.whip);
    });

  it("draws the last minutes, and says them to whoever cannot see", async () => {
    const page = await panel({ size: "desk" });
    const curve = page.locator(`${T("line")}[data-participant=plaintiff] ${T("line-curve")}`);
    const points = await curve.locator("polyline").getAttribute("points");
    assert.equal(points.split(" ").length, 31);
    assert.match(await curve.getAttribute("aria-label"), /31 次测量：很差 \d+ 次/);
  });

  it("follows a line that recovers", async () => {
    const page = await panel({ size: "desk" });
    fake.tell({ type: "network", participants: { plaintiff: good, lawyer: good } });
    await page.waitForSelector(`${T("line")}[data-participant=plaintiff][data-line=good]`);
    assert.match(await page.textContent(T("lines-summary")), /1 人/);
  });

  it("offers the record to download", async () => {
    const page = await panel({ size: "desk" });
    assert.equal(await page.getAttribute(T("lines-csv"), "href"), "/api/v1/hearings/h1/connectivity.csv");
    assert.equal(await page.getAttribute(T("lines-jsonl"), "href"), "/api/v1/hearings/h1/connectivity.jsonl");
  });

  for (const language of ["zh", "en"])
    for (const size of ["phone", "narrow", "desk"])
      it(`is clean for axe and fits: ${language}, ${size}`, async () => {
        const page = await panel({ size, language });
        await page.locator(T("line-more")).evaluateAll((all) => all.forEach((one) => (one.open = true)));
        await page.locator(T("lines")).scrollIntoViewIfNeeded();
        assert.deepEqual(await violations(page), []);
        assert.equal(await overflow(page), 0, "wider than the screen");
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/lines-${size}-${language}.png` });
      });
});
