/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * Every screen in every state, in both languages, on a phone, a narrow phone and a
 * desk: axe finds no breach of WCAG A or AA, and nothing is wider than the screen.
 */

import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { launch, overflow, SIZES, violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";
import { ALERTS, card, inSession, LINES, PEOPLE, RECORDER, state, WITNESS } from "./support/people.mjs";
import { film, sealed } from "./support/record.mjs";

const drive = useBrowser();
const { fake } = drive;
const LANGUAGES = ["zh", "en"];

afterEach(() => drive.closePages());

async function clean(page, what) {
  assert.deepEqual(await violations(page), [], what);
  assert.equal(await overflow(page), 0, `${what} is wider than the screen`);
}

const waitingState = (changes = {}) => state("plaintiff", { ...changes, you: { room: "waiting", status: "waiting", declared: true } });
const full = (id, changes = {}) =>
  inSession(id, {
    alerts: ALERTS,
    screening: [{ participant: "plaintiff", from: "witness", media: "video", symmetric: true }],
    people: [
      ...PEOPLE.map((one) => {
        if (one.id === "defendant" && id !== "defendant") {
          return { ...one, room: "waiting", status: "waiting", sending: [], trouble: "我听不到声音", check: { result: "red", camera: "ok", microphone: "blocked", speaker: "unknown", line: null } };
        }
        if (one.id === "lawyer") return { ...one, muted: ["audio"], locked: true, sending: ["video"], hand: 1, silent: true };
        return one;
      }),
      WITNESS,
    ],
    ...changes,
  });

/** name → how to get there; each returns a page. */
const SCREENS = {
  card: (options) => drive.open("plaintiff", options),
  "card of an observer": (options) => drive.open("observer", options),
  "check, all fine": async (options) => {
    const page = await drive.join("plaintiff", state("plaintiff"), options);
    await page.waitForSelector(`${T("check-result")}[data-result=green]`, { timeout: 15_000 });
    await page.click(T("play-sound"));
    await page.waitForSelector(T("heard-yes"));
    return page;
  },
  "check without the tick": async (options) => {
    const page = await drive.join("plaintiff", state("plaintiff"), options);
    await page.waitForSelector(`${T("enter-waiting")}[aria-disabled=false]`);
    await page.click(T("enter-waiting"));
    await page.waitForSelector(T("error-summary"));
    return page;
  },
  waiting: (options) => drive.join("plaintiff", waitingState(), options),
  "waiting, a word to the clerk": async (options) => {
    const page = await drive.join("plaintiff", waitingState(), options);
    await page.click(T("trouble-open"));
    return page;
  },
  "waiting, leaving": async (options) => {
    const page = await drive.join("plaintiff", waitingState(), options);
    await page.click(T("leave"));
    return page;
  },
  "waiting as a witness": (options) =>
    drive.join("witness", state("witness", { people: [], you: { room: "witness", status: "waiting", declared: true } }), options),
  "room with captions": async (options) => {
    const page = await drive.join("plaintiff", full("plaintiff"), options);
    await page.waitForSelector(T("captions"));
    for (const line of LINES) fake.tell({ type: "caption", line });
    fake.tell({ type: "partial", participant: "judge", track: "judge-audio", text: "请" });
    fake.tell({ type: "speaker", participant: "judge" });
    fake.tell({ type: "network", participants: { plaintiff: { rating: "bad" } } });
    await page.waitForSelector(`${T("caption-line")}[data-line=l4]`);
    return page;
  },
  "room, locked, paused, recorder stopped": async (options) => {
    const page = await drive.join("plaintiff", full("plaintiff", { hearing: { session: "paused" }, recording: { state: "failed", alarm: true }, transcription: { state: "unavailable", reason: "no_model" }, you: { muted: ["audio"], locked: true } }), options);
    await page.waitForSelector(`${T("banner")}[data-banner=locked]`);
    return page;
  },
  "room, line lost": async (options) => {
    const page = await drive.join("plaintiff", full("plaintiff"), options);
    await page.waitForSelector(T("room"));
    fake.deaf = true;
    fake.dropAll();
    await page.waitForSelector(`${T("banner")}[data-banner=lost]`);
    return page;
  },
  "room, more": async (options) => {
    const page = await drive.join("plaintiff", full("plaintiff"), options);
    await page.click(T("more"));
    await page.waitForSelector(T("mode-sound"));
    return page;
  },
  "room of an observer": async (options) => {
    const page = await drive.join("observer", full("observer"), options);
    await page.waitForSelector(T("captions"));
    return page;
  },
  "bench before the opening": async (options) => {
    const page = await drive.join("judge", state("judge", { you: { room: "hearing", status: "in_hearing", declared: true } }), options);
    await page.waitForSelector(T("open"));
    return page;
  },
  "bench, asking": async (options) => {
    const page = await drive.join("judge", full("judge", { hearing: { session: "suspended", reason: "网络" }, recording: { state: "failed", alarm: true } }), options);
    await page.click(T("resume"));
    await page.click(T("confirm"));
    return page;
  },
  "clerk's desk": async (options) => {
    const page = await drive.join("clerk", full("clerk"), options);
    await page.waitForSelector(T("tab"), { state: "attached" });
    for (const line of LINES) fake.tell({ type: "caption", line });
    fake.tell({ ...RECORDER, tracks: RECORDER.tracks.map((one, n) => (n === 0 ? { ...one, age_ms: 12_000 } : one)) });
    fake.tell({ type: "network", participants: { plaintiff: { rating: "poor", up: { loss: 0.05, rtt_ms: 300 } } } });
    await page.waitForSelector(T("recorder-track"), { state: "attached" });
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
    return page;
  },
  "clerk edits a line": async (options) => {
    const page = await drive.join("clerk", full("clerk"), options);
    await page.waitForSelector(T("tab"), { state: "attached" });
    for (const line of LINES) fake.tell({ type: "caption", line });
    if (await page.isVisible(T("tab"))) await page.click(`${T("tab")}[data-tab=transcript]`);
    await page.click(`${T("caption-line")}[data-line=l1] ${T("line-edit")}`);
    return page;
  },
  end: async (options) => {
    fake.api.set("GET /api/v1/pass", card("plaintiff", { session: "closed" }));
    fake.api.set("GET /api/v1/hearings/h1/record", sealed());
    const page = await drive.open("plaintiff", options);
    await page.waitForSelector(T("record-link"));
    return page;
  },
  "end for the clerk": async (options) => {
    fake.api.set("GET /api/v1/pass", card("clerk", { session: "closed" }));
    fake.api.set("GET /api/v1/hearings/h1/record", sealed({ state: "sealing", progress: 0.5 }));
    const page = await drive.open("clerk", options);
    await page.waitForSelector(T("record-progress"));
    return page;
  },
  record: async (options) => {
    fake.api.set("GET /api/v1/hearings/h1/record", sealed());
    fake.api.set("GET /api/v1/hearings/h1/record/search", { q: "物业", hits: [{ line: "l4", start_us: LINES[3].start_us, text: LINES[3].text, participant: "plaintiff" }] });
    const page = await (await drive.context(options)).newPage();
    await page.goto(`${fake.base}/r/h1?lang=${options.language}`);
    await page.fill(T("search"), "物业");
    await page.click(T("search-go"));
    await page.waitForSelector(T("search-hit"));
    return page;
  },
};

before(() => {
  fake.files.set("/media/judge.webm", film(30));
  fake.files.set("/media/plaintiff.webm", film(27));
});

for (const [name, go] of Object.entries(SCREENS)) {
  describe(name, () => {
    for (const language of LANGUAGES) {
      it(`${name}: ${language}`, async () => {
        const page = await go({ language, size: "desk" });
        for (const size of ["desk", "phone", "narrow"]) {
          await page.setViewportSize(SIZES[size]);
          await clean(page, `${name}, ${language}, ${size}`);
        }
      });
    }
  });
}

const REFUSED = ["unreadable", "early", "expired", "revoked", "other_hearing", "elsewhere"].map((one) => `pass_${one}`);

describe("every notice", () => {
  for (const notice of ["no_pass", ...REFUSED, "knocking", "unsupported", "wechat", "unreachable", "elsewhere", "removed", "left"]) {
    it(`notice ${notice}`, async () => {
      for (const language of LANGUAGES) {
        const page = await openNotice(notice, language);
        await page.waitForSelector(`oyer-app[data-notice=${notice}]`);
        await clean(page, notice);
        fake.reset();
        await drive.closePages();
      }
    });
  }

  async function openNotice(notice, language) {
    const options = { language, size: "narrow" };
    const closing = { elsewhere: 4409, removed: 4403 };
    if (notice === "no_pass") {
      const page = await (await drive.context(options)).newPage();
      await page.goto(`${fake.base}/?lang=${language}`);
      return page;
    }
    if (REFUSED.includes(notice)) {
      const from = notice === "pass_early" ? { from: new Date(Date.now() + 3_600_000).toISOString() } : {};
      fake.api.set("GET /api/v1/pass", { refused: [401, "pass_refused", "", { reason: notice.slice(5), ...from }] });
    }
    if (notice === "knocking") {
      fake.api.set("GET /api/v1/pass", { refused: [401, "pass_refused", "", { reason: "elsewhere" }] });
      fake.knocks = true;
      const page = await drive.open("plaintiff", options);
      await page.click(T("notice-action"));
      return page;
    }
    if (notice === "unreachable") fake.api.set("GET /api/v1/pass", 503);
    if (notice in closing) {
      const page = await drive.join("plaintiff", waitingState(), options);
      fake.closeAll(closing[notice]);
      return page;
    }
    if (notice === "left") {
      const page = await drive.join("plaintiff", waitingState(), options);
      await page.click(T("leave"));
      await page.click(T("leave-confirm"));
      return page;
    }
    const init = notice === "unsupported" || notice === "wechat" ? () => delete window.RTCPeerConnection : undefined;
    const agent = notice === "wechat" ? { userAgent: "Mozilla/5.0 (iPhone) MicroMessenger/8.0.42" } : {};
    return drive.open("plaintiff", { ...options, ...agent, ...(init ? { init } : {}) });
  }
});

describe("devices that do not work", () => {
  for (const devices of ["blocked", "none"]) {
    describe(devices, () => {
      let browser;
      before(async () => {
        browser = await launch(devices);
      });
      after(() => browser.close());

      it(`devices ${devices}: says what to do`, async () => {
        for (const language of LANGUAGES) {
          fake.reset();
          fake.api.set("GET /api/v1/pass", card("plaintiff"));
          fake.state = state("plaintiff");
          const context = await browser.newContext({ viewport: { width: 360, height: 640 } });
          const page = await context.newPage();
          await page.goto(`${fake.base}/j/TOKEN-plaintiff?lang=${language}`);
          await page.click(T("start-check"));
          await page.waitForSelector(`${T("device-problem")}[data-problem=${devices}]`);
          await page.waitForSelector(`${T("check-result")}[data-result=red]`);
          await clean(page, devices);
          const check = await fake.got((one) => one.type === "check", 8_000);
          assert.equal(check.microphone, devices);
          await context.close();
        }
      });
    });
  }
});

describe("large text on a narrow phone", () => {
  it("every button of the call bar stays on the screen", async () => {
    const large = () => localStorage.setItem("oyer.large", "1");
    const page = await drive.join("plaintiff", full("plaintiff"), { size: "narrow", language: "en", init: large });
    await page.waitForSelector(T("leave"));
    for (const test of ["toggle-mic", "toggle-camera", "toggle-hand", "more", "leave"]) {
      const box = await page.locator(T(test)).boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= 320 && box.y + box.height <= 640, `${test}: ${JSON.stringify(box)}`);
      assert.ok(box.width >= 44 && box.height >= 44, `${test} is too small for a finger`);
    }
    await clean(page, "large text");
  });
});

describe("without a mouse", () => {
  it("the way to the waiting room needs only the keyboard", async () => {
    fake.state = state("plaintiff");
    const page = await drive.open("plaintiff", { size: "desk" });
    await page.waitForSelector(T("card"));
    const reach = async (test) => {
      for (let n = 0; n < 40; n += 1) {
        await page.keyboard.press("Tab");
        if (await page.evaluate((name) => document.activeElement?.getAttribute("data-test") === name, test)) return;
      }
      assert.fail(`${test} is not reached by Tab`);
    };
    await reach("start-check");
    await page.keyboard.press("Enter");
    await page.waitForSelector(`${T("enter-waiting")}[aria-disabled=false]`);
    await reach("rules-tick");
    await page.keyboard.press(" ");
    await reach("enter-waiting");
    await page.keyboard.press("Enter");
    await page.waitForSelector(T("waiting"));
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H1");
  });

  it("a dialog keeps the focus and gives it back", async () => {
    const page = await drive.join("plaintiff", waitingState());
    await page.focus(T("leave"));
    await page.keyboard.press("Enter");
    assert.ok(await page.evaluate(() => document.activeElement.closest("dialog") !== null));
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("data-test")), "leave");
  });
});
