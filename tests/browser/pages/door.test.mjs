/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The usher's phone: a camera that sees a real QR code, with a line and without. */

import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { launch, overflow, SIZES, violations } from "./support/browser.mjs";
import { T } from "./support/drive.mjs";
import { FakeServer } from "./support/fake-server.mjs";

const require = createRequire(new URL("../../../web-client/package.json", import.meta.url));
const { encodeQR } = await import(pathToFileURL(require.resolve("qr")));
const SHOTS = process.env.OYER_SHOTS;
const keys = generateKeyPairSync("ed25519");
const folder = mkdtempSync(join(tmpdir(), "oyer-door-"));
const fake = new FakeServer();
const complaints = [];
let browser;

function pass() {
  const head = Buffer.alloc(13);
  const now = Math.floor(Date.now() / 1000);
  head[0] = 4;
  head.writeUInt32BE(now - 3600, 5);
  head.writeUInt32BE(now + 86_400, 9);
  const ids = ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "h1", "h1-zhu"].map((one) => Buffer.from(String.fromCharCode(one.length) + one));
  const text = `v1.${Buffer.concat([head, ...ids]).toString("base64url")}`;
  return `${text}.${sign(null, Buffer.from(text), keys.privateKey).toString("base64url")}`;
}

/** What a camera sees that is held before the code: grey around it, a little small. */
function film(text) {
  const [width, height] = [640, 480];
  const code = encodeQR(text, "raw", { ecc: "medium", border: 4 });
  const module = Math.floor(400 / code.length);
  const left = Math.floor((width - code.length * module) / 2);
  const top = Math.floor((height - code.length * module) / 2);
  const light = Buffer.alloc(width * height, 150);
  code.forEach((row, y) =>
    row.forEach((dark, x) => {
      for (let dy = 0; dy < module; dy += 1) light.fill(dark ? 40 : 225, (top + y * module + dy) * width + left + x * module, (top + y * module + dy) * width + left + (x + 1) * module);
    }),
  );
  const frame = Buffer.concat([Buffer.from("FRAME\n"), light, Buffer.alloc((width * height) / 2, 128)]);
  const file = join(folder, "code.y4m");
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]));
  return file;
}

const now_us = Date.now() * 1000;
const person = { name: "朱敏", role: "party", scheduled_start_us: now_us + 1800e6, timezone: "Asia/Shanghai", room: "第一法庭", mode: "in_person", door_us: 0, participant: "h1-zhu" };
const list = (changes = {}) => ({
  now_us: Date.now() * 1000,
  key: keys.publicKey.export({ type: "spki", format: "pem" }),
  hearings: [{ id: "h1", scheduled_start_us: person.scheduled_start_us, timezone: "Asia/Shanghai", room: "第一法庭", people: [{ id: "h1-zhu", name: "朱敏", role: "party", side: "plaintiff", mode: "in_person", door_us: 0 }, { id: "h1-wang", name: "王磊", role: "party", side: "defendant", mode: "video", door_us: now_us }] }],
  revoked: [],
  ...changes,
});

/** The server's word on every scan; what it was told is kept. */
const told = [];
function answers(verdict, more = {}) {
  fake.court = (method, url, body) => {
    if (url.pathname !== "/api/v1/door/scans") return undefined;
    const { scans } = JSON.parse(body);
    told.push(...scans);
    return { results: scans.map(({ id }) => ({ id, verdict, ...more })) };
  };
}

before(async () => {
  await fake.start();
  const video = film(`${fake.base}/j/${pass()}`);
  browser = await launch("granted", [`--use-file-for-fake-video-capture=${video}`]);
});
after(async () => {
  await browser.close();
  await fake.stop();
  rmSync(folder, { recursive: true });
});
let context;
afterEach(async () => {
  await context?.close();
  fake.reset();
  told.length = 0;
  assert.deepEqual(complaints.splice(0), [], "a page complained");
});

async function open(language = "zh") {
  context = await browser.newContext({ viewport: SIZES.phone, locale: language === "zh" ? "zh-CN" : "en-GB", permissions: ["camera"], reducedMotion: "reduce" });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(`${fake.base}/door?lang=${language}`);
  return page;
}

async function check(page, name) {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  assert.deepEqual(await violations(page), [], name);
  assert.equal(await overflow(page), 0, `${name} is too wide`);
}

const result = (page, kind) => page.waitForSelector(`${T("result")}[data-kind=${kind}]`, { timeout: 20_000 });

describe("the usher's phone", () => {
  for (const language of ["zh", "en"]) {
    it(`reads the code with the camera and says who it is: ${language}`, async () => {
      fake.api.set("GET /api/v1/door/list", list());
      answers("valid", { person });
      const page = await open(language);
      await page.click(T("start-camera"));
      await result(page, "valid");
      assert.match(await page.textContent(T("name")), /朱敏/);
      assert.match(await page.textContent(T("way")), /第一法庭/);
      assert.match(told[0].token, /^v1\./);
      assert.equal(told[0].offline, false);
      await check(page, `door-valid-${language}`);
      // Held before the camera for longer it is still one visit.
      await page.waitForTimeout(1_000);
      assert.equal(told.length, 1);
      answers("valid", { person: { ...person, door_us: now_us - 600e6 } });
      await page.click(T("next"));
      await result(page, "again");
      await check(page, `door-again-${language}`);
      answers("valid", { person: { ...person, mode: "video" } });
      await page.click(T("next"));
      await page.waitForSelector(`${T("way")}[data-way=remote]`);
      await check(page, `door-remote-${language}`);
      answers("revoked");
      await page.click(T("next"));
      await result(page, "revoked");
      assert.equal(await page.locator(T("name")).count(), 0, "no name for a dead pass");
      await check(page, `door-revoked-${language}`);
      await page.click(`${T("people")} summary`);
      await check(page, `door-people-${language}`);
    });
  }

  it("works without a line, opened anew, and tells when it is back", async () => {
    fake.api.set("GET /api/v1/door/list", list());
    answers("revoked");
    const page = await open();
    await page.waitForSelector("oyer-door[data-kept]");
    await context.setOffline(true);
    await page.reload();
    await page.waitForSelector(`${T("status")}[data-line=offline]`);
    await page.click(T("start-camera"));
    await result(page, "valid");
    assert.match(await page.textContent(T("name")), /朱敏/);
    assert.match(await page.textContent(T("way")), /第一法庭/, "the room is in the list");
    assert.equal(await page.getAttribute(T("result"), "data-offline"), "yes");
    assert.equal(await page.getAttribute(T("status"), "data-untold"), "1");
    await check(page, "door-offline");
    assert.equal(told.length, 0);
    await page.click(T("stop-camera"));
    await context.setOffline(false);
    await page.waitForSelector(`${T("status")}[data-untold="0"]`, { timeout: 10_000 });
    assert.deepEqual([told.length, told[0].offline, told[0].shown], [1, true, "valid"]);
    // The pass was dead by then, which the phone could not know.
    await page.waitForSelector(T("late"));
    await check(page, "door-late");
    await page.click(`${T("people")} summary`);
    await page.click(T("forget"));
    assert.equal(await page.evaluate(() => localStorage.getItem("oyer.door.list")), null);
  });

  it("whoever is not signed in is sent there", async () => {
    fake.api.set("GET /api/v1/door/list", { refused: [401, "signed_out"] });
    const page = await open();
    await page.waitForSelector(T("to-sign-in"));
    await check(page, "door-sign-in");
  });
});
