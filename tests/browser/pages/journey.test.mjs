/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The way of a person from their link to the end, step by step. */

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";
import { card, HEARING, inSession, LINES, state } from "./support/people.mjs";

const drive = useBrowser();
const { fake } = drive;
const SHOTS = process.env.OYER_SHOTS;

afterEach(async () => {
  await drive.closePages();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

describe("from the link to the waiting room", () => {
  it("the card says who, what and when, and touches neither devices nor the pass", async () => {
    const page = await drive.open("plaintiff");
    await page.waitForSelector(T("card"));
    assert.match(await page.textContent(T("card-case")), /民初123号/);
    assert.match(await page.textContent(T("card-you")), /朱丽/);
    assert.equal(await page.evaluate(() => document.querySelectorAll("video").length), 0);
    assert.equal(fake.connected, 0);
  });

  it("one tap checks the device and tells the clerk; a tick and one tap lead on", async () => {
    const page = await drive.join("plaintiff", state("plaintiff"));
    await page.waitForSelector(`${T("check-result")}[data-result=green]`, { timeout: 15_000 });
    const check = await fake.got((one) => one.type === "check");
    assert.equal(check.result, "green");
    assert.equal(check.camera, "ok");
    assert.ok(check.line.rtt_ms >= 0);
    await page.check(T("rules-tick"));
    await page.click(T("enter-waiting"));
    await fake.got((one) => one.type === "declare" && one.rules === true && one.language === "zh");
    await fake.got((one) => one.type === "wait");
    await page.waitForSelector(`${T("waiting")}[data-waiting]`);
  });

  it("the check link of a notice tests devices and line by itself, and the clerk sees the result", async () => {
    for (const language of ["zh", "en"]) {
      fake.state = state("plaintiff");
      const page = await drive.open("plaintiff", { language, hash: "#check" });
      await page.waitForSelector(`${T("check-result")}[data-result=green]`, { timeout: 15_000 });
      const check = await fake.got((one) => one.type === "check");
      assert.equal(check.microphone, "ok");
      assert.ok(check.line.rtt_ms >= 0);
      await page.waitForSelector(T("check-told"));
      assert.deepEqual(await violations(page), []);
      if (process.env.OYER_SHOTS) await page.screenshot({ path: `${process.env.OYER_SHOTS}/check-link-${language}.png`, fullPage: true });
      await drive.closePages();
    }
  });

  it("where one is, is asked, told to the clerk, and keeps nobody out", async () => {
    for (const language of ["zh", "en"]) {
      const page = await drive.join("plaintiff", state("plaintiff"), { language });
      await page.check(T("ready-quiet-yes"));
      await page.check(T("ready-alone-no"));
      await page.check(T("ready-still-no"));
      await page.waitForSelector(T("ready-stop"));
      await page.fill(T("ready-with"), "my daughter");
      await page.fill(T("ready-needs"), "an interpreter");
      await page.check(T("rules-tick"));
      assert.deepEqual(await violations(page), []);
      if (process.env.OYER_SHOTS) await page.screenshot({ path: `${process.env.OYER_SHOTS}/ready-${language}.png`, fullPage: true });
      await page.click(T("enter-waiting"));
      await fake.got((one) => one.type === "ready" && one.still === false && one.with === "my daughter" && one.needs === "an interpreter");
      const declared = await fake.got((one) => one.type === "declare");
      for (const words of await page.locator(".oyer-rules__list li").allTextContents()) assert.ok(declared.text.includes(words.trim()), words);
      await fake.got((one) => one.type === "wait");
      await drive.closePages();
      fake.reset();
    }
  });

  it("without the tick it does not go on, and says so beside it", async () => {
    const page = await drive.join("plaintiff", state("plaintiff"));
    await page.waitForSelector(`${T("enter-waiting")}[aria-disabled=false]`);
    await page.click(T("enter-waiting"));
    await page.waitForSelector(T("error-summary"));
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("data-test"));
    assert.equal(focused, "error-summary");
    assert.equal(fake.received.some((one) => one.type === "wait"), false);
  });

  for (const language of ["zh", "en"]) {
    it(`nothing leaves the device of who waits, but while the court looks, and says so: ${language}`, async () => {
      const waits = (look) => state("plaintiff", { you: { room: "waiting", status: "waiting", declared: true, subscribe: look !== null, look } });
      const page = await drive.join("plaintiff", waits(null), { language });
      await page.waitForSelector(T("waiting"));
      await page.waitForTimeout(500);
      assert.equal(fake.received.some((one) => one.type === "publish"), false);
      fake.show(waits({ by: "clerk", since: "2026-11-22T01:20:00.000Z" }));
      await page.waitForSelector(T("look"));
      const publish = await fake.got((one) => one.type === "publish");
      assert.deepEqual(publish.tracks.map((one) => one.kind).sort(), ["audio", "video"]);
      assert.match(await page.textContent(`${T("look")} h2`), language === "zh" ? /正在看您的画面/ : /looking at your picture/);
      assert.deepEqual(await violations(page), []);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/looked-at-${language}.png` });
      await page.click(T("look-camera"));
      await fake.got((one) => one.type === "media" && one.audio && !one.video);
      fake.show(waits(null));
      await fake.got((one) => one.type === "unpublish");
      await page.waitForSelector(T("look"), { state: "detached" });
    });
  }

  it("the device keeps its name, the pass stays in the address", async () => {
    const page = await drive.join("plaintiff", state("plaintiff"));
    const first = await fake.got((one) => one.type === "hello");
    assert.equal(first.token, "TOKEN-plaintiff");
    assert.match(first.device, /^[A-Za-z0-9_-]{22,64}$/);
    assert.match(page.url(), /\/j\/TOKEN-plaintiff/);
    fake.received = [];
    await page.reload();
    const second = await fake.got((one) => one.type === "hello");
    assert.equal(second.device, first.device);
  });

  it("an observer is asked for no device", async () => {
    const page = await drive.join("observer", state("observer"));
    await page.waitForSelector(`${T("check-result")}[data-result=green]`, { timeout: 15_000 });
    assert.equal(await page.locator(T("preview")).count(), 0);
  });

  it("the language changes at once and is remembered", async () => {
    const page = await drive.open("plaintiff");
    await page.click(T("language"));
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
    await page.waitForSelector("text=Check device and join");
    assert.equal(await page.evaluate(() => localStorage.getItem("oyer.language")), "en");
  });
});

describe("the waiting room", () => {
  const waiting = (changes) => state("plaintiff", { ...changes, you: { room: "waiting", status: "waiting", declared: true, ...changes?.you } });
  const later = { scheduled_start: new Date(Date.now() + 3_600_000).toISOString() };

  for (const [name, changes] of [
    ["soon", { hearing: later }],
    ["delayed", {}],
    ["started", { hearing: { session: "in_session" } }],
    ["paused", { hearing: { session: "paused" } }],
    ["suspended", { hearing: { session: "suspended" } }],
    ["sent_out", { hearing: { session: "in_session" }, you: { status: "sent_out" } }],
  ]) {
    it(`says it: ${name}`, async () => {
      const page = await drive.join("plaintiff", waiting(changes));
      await page.waitForSelector(`${T("waiting")}[data-waiting=${name}]`);
    });
  }

  it("tells a witness that they will be called, and shows no picture", async () => {
    const page = await drive.join("witness", state("witness", { hearing: { session: "in_session" }, people: [], you: { room: "witness", status: "waiting", declared: true } }));
    await page.waitForSelector(`${T("waiting")}[data-waiting=witness]`);
    assert.equal(await page.locator(T("tile")).count(), 0);
    assert.equal(await page.getAttribute("oyer-app", "data-subscribe"), "none");
  });

  it("takes a private word to the clerk", async () => {
    const page = await drive.join("plaintiff", waiting());
    await page.click(T("trouble-open"));
    await page.fill(T("trouble-text"), "我听不清楚");
    await page.click(T("trouble-send"));
    const sent = await fake.got((one) => one.type === "trouble");
    assert.equal(sent.text, "我听不清楚");
  });

  it("asks before it lets somebody leave, and lets them come back", async () => {
    const page = await drive.join("plaintiff", waiting());
    await page.click(T("leave"));
    await page.click(T("leave-cancel"));
    assert.equal(await page.locator("dialog[open]").count(), 0);
    await page.click(T("leave"));
    await page.click(T("leave-confirm"));
    await page.waitForSelector("oyer-app[data-notice=left]");
    await fake.got((one) => one.type === "leave");
    await page.click(T("notice-action"));
    await page.waitForSelector(T("waiting"));
  });
});

describe("the court room", () => {
  it("pictures come and go both ways", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff"));
    await page.waitForFunction(() => {
      const video = document.querySelector('[data-test=tile][data-participant=judge] video');
      return video && video.videoWidth > 0 && video.currentTime > 0.2;
    });
    const published = await fake.got((one) => one.type === "publish");
    assert.deepEqual(published.tracks.map((one) => one.kind), ["audio", "video"]);
    await page.waitForSelector("oyer-app[data-publish=connected]");
    await page.waitForTimeout(1200);
    const bytes = await drive.sfu.receivedBytes();
    assert.ok(bytes.video > 5_000, `${bytes.video} bytes of video`);
    assert.equal(await page.getAttribute(`${T("tile")}[data-participant=judge]`, "data-place"), "first");
  });

  it("whom one picks out is large, marked and told to the server; a tap undoes it, and so does an exhibit", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff"));
    const place = (id, kind = "video") => page.getAttribute(`${T("tile")}[data-participant=${id}][data-kind=${kind}]`, "data-place");
    const told = (chosen) => fake.got((one) => one.type === "wish" && one.chosen === chosen && "lawyer-video" in one.tracks);
    const pick = async () => {
      await page.click(`${T("tile")}[data-participant=lawyer] ${T("pin")}`);
      await page.waitForSelector(`${T("tile")}[data-participant=lawyer][data-pinned=true][data-place=second]`);
      await told("lawyer-video");
      fake.received = [];
    };

    await told(undefined);
    await pick();
    assert.equal(await place("judge"), "first");
    const button = page.locator(`${T("tile")}[data-participant=lawyer] ${T("pin")}`);
    assert.match(await button.textContent(), /取消放大/);
    assert.deepEqual(await violations(page), []);
    if (process.env.OYER_SHOTS) await page.screenshot({ path: `${process.env.OYER_SHOTS}/pinned.png` });
    await button.click();
    await page.waitForSelector(`${T("tile")}[data-participant=lawyer][data-pinned=false]`);
    await told(undefined);

    if ((await place("lawyer")) === "strip") await pick();
    const people = fake.state.people.map((one) => (one.id === "defendant" ? { ...one, sending: ["audio", "video", "screen"] } : one));
    fake.show({ ...fake.state, people });
    await page.waitForSelector(`${T("tile")}[data-participant=defendant][data-kind=screen][data-place=second]`);
    assert.equal(await page.locator(`${T("tile")}[data-pinned=true]`).count(), 0);
  });

  it("microphone, camera and hand say what they do", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff"));
    assert.equal(await page.getAttribute(T("toggle-mic"), "aria-pressed"), "true");
    await page.click(T("toggle-mic"));
    await fake.got((one) => one.type === "media" && one.audio === false && one.video === true);
    assert.equal(await page.getAttribute(T("toggle-mic"), "aria-pressed"), "false");
    await page.keyboard.press("Alt+v");
    await fake.got((one) => one.type === "media" && one.video === false);
    await page.click(T("toggle-hand"));
    await fake.got((one) => one.type === "hand" && one.raised === true);
    await page.waitForSelector(`${T("toggle-hand")}[aria-pressed=true]`);
  });

  it("shows captions, marks unsure words, replaces what is being said", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff"));
    for (const line of LINES) fake.tell({ type: "caption", line });
    await page.waitForSelector(`${T("caption-line")}[data-line=l4]`);
    assert.equal(await page.textContent(".oyer-unsure"), "物业服务费");
    fake.tell({ type: "partial", participant: "judge", track: "judge-audio", text: "请" });
    fake.tell({ type: "partial", participant: "judge", track: "judge-audio", text: "请被告" });
    await page.waitForSelector(`${T("caption-partial")} >> text=请被告`);
    assert.equal(await page.locator(T("caption-partial")).count(), 1);
    await page.click(T("captions-larger"));
    assert.ok(await page.locator(".oyer-captions--l").count());
  });

  it("says when there is no transcription, and why", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff", { transcription: { state: "unavailable", reason: "no_model" } }));
    assert.match(await page.textContent(T("captions-status")), /没有安装语音识别模型/);
  });

  it("tells who was muted and locked, and keeps the button in reach", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff"));
    fake.show({ ...fake.state, you: { ...fake.state.you, muted: ["audio"], locked: true } });
    await page.waitForSelector(`${T("banner")}[data-banner=locked]`);
    assert.equal(await page.getAttribute(T("toggle-mic"), "aria-disabled"), "true");
    assert.equal(await page.getAttribute(T("toggle-mic"), "aria-pressed"), "false");
  });

  it("lets somebody who is muted but not locked take the word back", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff", { you: { muted: ["audio"] } }));
    await page.waitForSelector(`${T("banner")}[data-banner=muted]`);
    await page.click(T("toggle-mic"));
    const asked = await fake.got((one) => one.type === "command");
    assert.deepEqual([asked.do, asked.participant, asked.kinds], ["unmute", "plaintiff", ["audio"]]);
  });

  for (const [name, changes] of [
    ["paused", { hearing: { session: "paused" } }],
    ["suspended", { hearing: { session: "suspended" } }],
    ["recorder", { recording: { state: "failed", alarm: true } }],
  ]) {
    it(`has a banner for it: ${name}`, async () => {
      const page = await drive.joinRoom("plaintiff", inSession("plaintiff"));
      fake.show(inSession("plaintiff", changes));
      await page.waitForSelector(`${T("banner")}[data-banner=${name}]`);
    });
  }

  it("says in words that the line carries sound only, until pictures are back", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff"));
    fake.tell({ type: "weak_line", audio_only: true });
    await page.waitForSelector(`${T("banner")}[data-banner=slow]`);
    assert.match(await page.textContent(`${T("banner")}[data-banner=slow]`), /只有声音/);
    fake.tell({ type: "weak_line", audio_only: false });
    await page.waitForSelector(`${T("banner")}[data-banner=slow]`, { state: "detached" });
  });

  it("keeps the pictures when only the server's line breaks, and counts the seconds", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff"));
    await page.waitForSelector("oyer-app[data-publish=connected]");
    fake.deaf = true;
    fake.dropAll();
    await page.waitForSelector(`${T("banner")}[data-banner=lost]`);
    assert.equal(await page.getAttribute("oyer-app", "data-subscribe"), "connected");
    const before = fake.received.filter((one) => one.type === "publish").length;
    fake.deaf = false;
    await page.waitForSelector("oyer-app[data-link=live]");
    await page.waitForSelector(`${T("banner")}[data-banner=lost]`, { state: "detached" });
    assert.equal(fake.received.filter((one) => one.type === "publish").length, before);
  });

  it("has sound and picture back within three seconds after media was killed", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff"));
    await page.waitForSelector("oyer-app[data-publish=connected]");
    await drive.sfu.kill();
    const at = Date.now();
    fake.tell({ type: "reconnect", connection: "both" });
    await page.waitForTimeout(50);
    await page.waitForSelector("oyer-app[data-publish=connected][data-subscribe=connected]");
    await page.waitForFunction(() => {
      const video = document.querySelector('[data-test=tile][data-participant=judge] video');
      return video && video.readyState >= 2 && video.srcObject?.getTracks()[0]?.muted === false;
    });
    assert.ok(Date.now() - at < 3_000, `took ${Date.now() - at} ms`);
  });

  it("sends and asks for no picture in the sound-only mode", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff"));
    await page.click(T("more"));
    await page.check(T("mode-sound"), { force: true });
    await fake.got((one) => one.type === "media" && one.video === false);
    const answers = () => fake.received.filter((one) => one.type === "answer");
    await page.waitForFunction(() => document.querySelector("[data-test=tile][data-participant=judge]")?.dataset.picture === "false");
    const { sdp } = answers().at(-1);
    const sections = sdp.split("\r\nm=").slice(1);
    assert.ok(sections.some((one) => one.startsWith("video") && /a=inactive/.test(one)));
    assert.ok(sections.filter((one) => one.startsWith("video")).every((one) => /a=inactive/.test(one)));
    assert.ok(sections.filter((one) => one.startsWith("audio")).some((one) => /a=recvonly/.test(one)));
  });

  it("a reload comes back to the room without a question", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff"));
    await page.reload();
    await page.waitForSelector(T("room"));
    await page.waitForSelector("oyer-app[data-subscribe=connected]");
  });

  it("a phone never fetches the desks", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff"));
    const files = await page.evaluate(() => performance.getEntriesByType("resource").map((one) => one.name));
    assert.equal(files.some((one) => /desk-|staff-/.test(one)), false, files.join("\n"));
  });
});

describe("the end, and when it does not go on", () => {
  it("ends with what happens next", async () => {
    const page = await drive.joinRoom("plaintiff", inSession("plaintiff"));
    fake.show(inSession("plaintiff", { hearing: { session: "closed" } }));
    fake.tell({ type: "bye", reason: "closed" });
    fake.closeAll(4410);
    await page.waitForSelector(T("end"));
    assert.equal(await page.locator(`${T("then")} li`).count(), 3);
    assert.equal(await page.locator(T("office")).count(), 0, "the office is not for parties");
  });

  it("gives the link to the record once it is sealed", async () => {
    fake.api.set("GET /api/v1/pass", card("plaintiff", { session: "closed" }));
    fake.api.set("GET /api/v1/hearings/h1/record", { state: "sealed", progress: 1, root: "ab".repeat(32), media: [], people: [], chapters: [], intervals: [], lines: [] });
    const page = await drive.open("plaintiff");
    await page.waitForSelector(`${T("record-state")}[data-state=sealed]`);
    assert.equal(await page.getAttribute(T("record-link"), "href"), "/r/h1");
  });

  for (const [code, notice] of [[4401, "pass_unreadable"], [4403, "removed"], [4409, "elsewhere"], [4426, "version"]]) {
    it(`close code ${code}: ${notice}, and it does not try again`, async () => {
      const page = await drive.join("plaintiff", state("plaintiff"));
      fake.closeAll(code);
      await page.waitForSelector(`oyer-app[data-notice=${notice}]`);
      fake.received = [];
      await page.waitForTimeout(800);
      assert.equal(fake.received.some((one) => one.type === "hello"), false);
    });
  }

  it("a pass that is refused says what to do", async () => {
    fake.api.set("GET /api/v1/pass", 401);
    const page = await drive.open("plaintiff");
    await page.waitForSelector("oyer-app[data-notice=pass_unreadable]");
  });

  it("a server that is away is asked again", async () => {
    fake.api.set("GET /api/v1/pass", 503);
    const page = await drive.open("plaintiff");
    await page.waitForSelector("oyer-app[data-notice=unreachable]");
    fake.api.set("GET /api/v1/pass", card("plaintiff"));
    await page.waitForSelector(T("card"));
  });

  it("a browser without WebRTC is told so", async () => {
    const page = await drive.open("plaintiff", { init: () => delete window.RTCPeerConnection });
    await page.waitForSelector("oyer-app[data-notice=unsupported]");
  });

  it("WeChat is shown the way out", async () => {
    const page = await drive.open("plaintiff", {
      userAgent: "Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0.42",
      init: () => delete window.RTCPeerConnection,
    });
    await page.waitForSelector("oyer-app[data-notice=wechat]");
  });

  it("the bare address says where the link is", async () => {
    const context = await drive.context();
    const page = await context.newPage();
    await page.goto(`${fake.base}/`);
    await page.waitForSelector("oyer-app[data-notice=no_pass]");
  });

  it("a hearing that was closed before shows its end", async () => {
    fake.api.set("GET /api/v1/pass", card("witness", { ...HEARING, session: "closed" }));
    const page = await drive.open("witness");
    await page.waitForSelector(T("end"));
  });
});
