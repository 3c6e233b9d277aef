/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The staff's page: signing in, what is offered to whom, and the end of a session. */

import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { overflow, violations } from "./support/browser.mjs";
import { T, useBrowser } from "./support/drive.mjs";

const drive = useBrowser();
const { fake } = drive;
const ME = "GET /api/v1/staff/me";
const OUT = { refused: [401, "signed_out"] };
const SHOTS = process.env.OYER_SHOTS;

afterEach(async () => {
  await drive.closePages();
  assert.deepEqual(drive.complaints.splice(0), [], "a page complained");
});

function me(changes = {}) {
  const now_us = Date.now() * 1000;
  return {
    id: "li", login: "li.fang", name: "李芳", language: "zh", court: "hd",
    courts: [{ id: "hd", name: "海东区人民法院", roles: ["registrar"] }],
    roles: ["registrar"], rights: ["signed_in", "review_filing", "read_register"], means: "totp",
    password: true, second_factor: true,
    now_us, idle_ends_us: now_us + 1800e6, ends_us: now_us + 40000e6, ...changes,
  };
}

/** A pattern as large as a real code of this length. */
const QR = Array.from({ length: 41 }, (_, y) => Array.from({ length: 41 }, (_x, x) => ((x * 7 + y * 3 + x * y) % 3 ? "0" : "1")).join(""));
const FACTOR = { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", uri: "otpauth://totp/Oyer:li.fang?secret=GEZD", qr: QR };

const NOON = new Date().setUTCHours(4, 0, 0, 0) * 1000;
const sitting = {
  participant: "p-1", hearing: "h-1", case_number: "（2026）沪0114民初123号", cause: "服务合同纠纷", role: "clerk",
  status: "not_started", openness: "public", room: "第一法庭", session: 1, sessions: 1, begins_us: NOON, ends_us: NOON + 5400e6,
};
const DAY = {
  timezone: "Asia/Shanghai", now_us: NOON - 3600e6, hearings: [
    { ...sitting, participant: "p-0", case_number: "（2026）沪0114民初98号", status: "closed", begins_us: NOON - 7200e6, ends_us: NOON - 3900e6 },
    sitting,
    { ...sitting, participant: "p-2", case_number: "（2026）沪0114民初130号", openness: "closed", session: 2, sessions: 3, begins_us: NOON + 7200e6, ends_us: NOON + 9000e6 },
    { ...sitting, participant: "p-3", case_number: "（2026）沪0114民初140号", begins_us: NOON + 3 * 86400e6, ends_us: NOON + 3 * 86400e6 + 5400e6 },
  ],
};
const MY_DAY = "GET /api/v1/staff/hearings";

const asked = { right: "unseal", object: "case:77", asked_by: "徐明", asked_us: 1773363600000000, expires_us: 1773963600000000 };
const APPROVALS = {
  waiting: [{ ...asked, id: "a1", state: "asked", reason: "上诉法院调阅 3 月 12 日的封存录像" }],
  mine: [{ ...asked, id: "a2", right: "delete", state: "refused", reason: "重复上传", decided_by: "周正", decision_reason: "两份不同" }],
};

async function open(hash = "", { size = "phone", language = "zh" } = {}) {
  const context = await drive.context({ size, language });
  const page = await context.newPage();
  page.on("pageerror", (error) => drive.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) drive.complaints.push(message.text());
  });
  await page.goto(`${fake.base}/staff?lang=${language}${hash}`);
  return page;
}

const screen = (page, name) => page.waitForSelector(`${T("office")}[data-screen=${name}]`);

async function fillIn(page, code = "123456") {
  await page.fill(T("login"), "li.fang");
  await page.fill(T("password"), "correct horse battery");
  await page.fill(T("code"), code);
  await page.click(T("sign-in"));
}

/** Every screen: name → how to get there. */
const SCREENS = {
  "sign-in": async (options) => {
    fake.api.set(ME, OUT);
    const page = await open("", options);
    await screen(page, "sign-in");
    return page;
  },
  "sign-in refused": async (options) => {
    fake.api.set(ME, OUT);
    fake.api.set("POST /api/v1/staff/sign-in", { refused: [401, "refused"] });
    const page = await open("", options);
    await fillIn(page);
    await page.waitForSelector(T("problem"));
    return page;
  },
  "sign-in with a provider": async (options) => {
    fake.api.set(ME, OUT);
    fake.api.set("GET /api/v1/staff/oidc", { configured: true, name: "" });
    const page = await open("#refused=unknown", options);
    await page.waitForSelector(T("sign-in-provider"));
    await page.waitForSelector(T("problem"));
    return page;
  },
  "set-up": async (options) => {
    const page = await open("#set-up=abc", options);
    await screen(page, "set-up");
    return page;
  },
  "second factor": async (options) => {
    fake.api.set(ME, me({ means: "password", rights: [], second_factor: false }));
    fake.api.set("POST /api/v1/staff/totp", FACTOR);
    const page = await open("", options);
    await page.waitForSelector(T("secret"));
    return page;
  },
  home: async (options) => {
    fake.api.set(MY_DAY, DAY);
    fake.api.set(ME, me({ courts: [...me().courts, { id: "hx", name: "海西区人民法院", roles: ["clerk"] }] }));
    const page = await open("", options);
    await page.waitForSelector(T("day-row"));
    return page;
  },
  account: async (options) => {
    fake.api.set(ME, me());
    const page = await open("#/account", options);
    await page.waitForSelector(T("password-form"));
    return page;
  },
  approvals: async (options) => {
    fake.api.set(ME, me({ roles: ["president"], rights: ["signed_in", "approve"] }));
    fake.api.set("GET /api/v1/staff/approvals", APPROVALS);
    const page = await open("#/approvals", options);
    await page.waitForSelector(T("waiting-a1"));
    return page;
  },
  expiry: async (options) => {
    const now_us = Date.now() * 1000;
    fake.api.set(ME, me({ now_us, idle_ends_us: now_us + 90e6 }));
    const page = await open("", options);
    await page.waitForSelector(`${T("expiry")} dialog[open]`);
    return page;
  },
};

describe("the staff's page", () => {
  for (const [name, go] of Object.entries(SCREENS)) {
    it(`${name}: axe is content and nothing is wider than the screen`, async () => {
      for (const options of [{ size: "phone", language: "zh" }, { size: "narrow", language: "en" }, { size: "desk", language: "en" }]) {
        fake.reset();
        const page = await go(options);
        assert.deepEqual(await violations(page), [], `${name} ${JSON.stringify(options)}`);
        assert.equal(await overflow(page), 0, `${name} ${JSON.stringify(options)}`);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name.replace(/ /g, "-")}-${options.size}-${options.language}.png`, fullPage: true });
        await drive.closePages();
      }
    });
  }

  it("says what is wrong at once, to a screen reader too, and then lets in", async () => {
    const page = await SCREENS["sign-in refused"]();
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("role")), "alert");
    assert.equal(await page.inputValue(T("login")), "li.fang", "what was typed stays");
    fake.api.set("POST /api/v1/staff/sign-in", { ok: true, next: "home" });
    fake.api.set(ME, me());
    await page.click(T("sign-in"));
    await screen(page, "home");
    assert.match(await page.textContent("main h1"), /李芳/);
  });

  it("signs in by a link that leaves the address at once", async () => {
    fake.api.set("POST /api/v1/staff/link", { ok: true, next: "home" });
    fake.api.set(ME, me());
    const page = await open("#link=SECRET_token-1");
    await screen(page, "home");
    assert.equal(await page.evaluate(() => location.href.includes("SECRET")), false);
  });

  it("goes to the identity provider and back out of it, when the court has one", async () => {
    fake.api.set(ME, OUT);
    const plain = await SCREENS["sign-in"]();
    assert.equal(await plain.locator(T("sign-in-provider")).count(), 0, "no button without one");
    await drive.closePages();
    fake.api.set("GET /api/v1/staff/oidc", { configured: true, name: "法院统一认证" });
    fake.api.set("POST /api/v1/staff/oidc/start", { refused: [503, "provider_away"] });
    const page = await open();
    await page.click(T("sign-in-provider"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.oidc_away"]`);
    fake.api.set("POST /api/v1/staff/oidc/start", { url: `${fake.base}/staff?provider=asks` });
    await page.click(T("sign-in-provider"));
    await page.waitForURL(/provider=asks/);

    fake.api.set(ME, me({ means: "oidc" }));
    fake.api.set("POST /api/v1/staff/sign-out", { ok: true });
    fake.api.set("POST /api/v1/staff/oidc/leave", { url: `${fake.base}/staff?provider=left` });
    await page.goto(`${fake.base}/staff`);
    await screen(page, "home");
    fake.api.set(ME, OUT);
    await page.click(T("sign-out"));
    await page.waitForURL(/provider=left/);
  });

  it("leads a new member from the password to the second factor and home", async () => {
    fake.api.set("POST /api/v1/staff/set-up", { ok: true, next: "second_factor" });
    fake.api.set("POST /api/v1/staff/totp", FACTOR);
    fake.api.set("POST /api/v1/staff/totp/confirm", { ok: true, next: "home" });
    fake.api.set(ME, me());
    const page = await open("#set-up=abc");
    await page.fill("#new-password", "one good sentence");
    await page.fill("#again", "another sentence");
    await page.click(T("set-up"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.differs"]`);
    await page.fill("#again", "one good sentence");
    await page.click(T("set-up"));
    await page.fill("#new-code", "123456");
    await page.click(T("factor-confirm"));
    await screen(page, "home");
  });

  it("asks for a reason to refuse, and then takes the matter off the list", async () => {
    const page = await SCREENS.approvals();
    await page.click(T("refuse"));
    await page.waitForSelector(`${T("problem")}[data-problem="error.reason"]`);
    fake.api.set("POST /api/v1/staff/approvals/a1/refuse", { ok: true });
    fake.api.set("GET /api/v1/staff/approvals", { waiting: [], mine: [] });
    await page.fill("#reason-a1", "理由不足");
    await page.click(T("refuse"));
    await page.waitForSelector(T("none-waiting"));
  });

  it("warns before silence ends the session, and goes on when told to", async () => {
    const page = await SCREENS.expiry();
    fake.api.set(ME, me());
    await page.click(T("stay"));
    await page.waitForSelector(T("expiry"), { state: "detached" });
    await screen(page, "home");
  });

  it("says why when the session has ended, and when one has signed out", async () => {
    const now_us = Date.now() * 1000;
    let asked = 0;
    fake.api.set(ME, () => ((asked += 1) === 1 ? me({ now_us, idle_ends_us: now_us + 1e6 }) : OUT));
    const page = await open();
    await page.waitForSelector(T("notice"));
    assert.match(await page.textContent(T("notice")), /没有操作/);

    fake.api.set("POST /api/v1/staff/sign-in", { ok: true, next: "home" });
    fake.api.set("POST /api/v1/staff/sign-out", { ok: true });
    fake.api.set(ME, me());
    await fillIn(page);
    await page.click(T("sign-out"));
    await screen(page, "sign-in");
    assert.match(await page.textContent(T("notice")), /已退出/);
  });

  it("shows today's hearings with the next one marked, and lets in on this device", async () => {
    const page = await SCREENS.home();
    const rows = page.locator(`${T("day")} > ul ${T("day-row")}`);
    assert.equal(await rows.count(), 3, "today's");
    assert.match(await page.textContent(".oyer-day__row--next"), /12:00–13:30.*下一场.*民初123号/s);
    assert.match(await rows.nth(2).textContent(), /第 2 次，共 3 次 · 不公开/);
    assert.match(await page.textContent(T("day-later")), /\(1\)/);
    let device = "";
    fake.api.set("POST /api/v1/staff/hearings/p-1/pass", { token: "v1.mine.pass", link: "", from: "", until: "" });
    page.on("request", (one) => void (device = one.headers()["oyer-device"] ?? device));
    await page.click(".oyer-day__row--next button");
    await page.waitForURL(/\/j\/v1\.mine\.pass$/);
    assert.match(device, /^[A-Za-z0-9_-]{22,64}$/);
  });

  it("offers each only what his rights are for", async () => {
    fake.api.set(ME, me({ rights: [] }));
    const page = await open();
    await page.waitForSelector(T("me"));
    assert.equal(await page.locator(`${T("sections")} li`).count(), 0);
  });
});
