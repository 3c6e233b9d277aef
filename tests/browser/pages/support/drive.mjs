/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** One browser and one fake server for a test file, and the steps that tests share. */

import { after, before, beforeEach } from "node:test";
import { launch, SIZES } from "./browser.mjs";
import { FakeServer } from "./fake-server.mjs";
import { card } from "./people.mjs";
import { PageSfu } from "./sfu.mjs";

const COLORS = { judge: "#5b2333", clerk: "#23455b", lawyer: "#3c5b23", defendant: "#5b4f23", plaintiff: "#4a235b" };

export const T = (name) => `[data-test="${name}"]`;

/** `let` the test file drive: `const drive = useBrowser(); … await drive.open("plaintiff")`. */
export function useBrowser(devices = "granted") {
  const drive = new Drive(devices);
  before(() => drive.start());
  beforeEach(() => drive.fake.reset());
  after(() => drive.stop());
  return drive;
}

class Drive {
  #devices;
  #contexts = [];
  fake = new FakeServer();
  /** What pages complained about: errors, and breaches of their own policy. */
  complaints = [];

  constructor(devices) {
    this.#devices = devices;
  }

  async start() {
    await this.fake.start();
    this.browser = await launch(this.#devices);
  }

  async stop() {
    await this.closePages();
    await this.browser?.close();
    await this.fake.stop();
  }

  async closePages() {
    for (const context of this.#contexts) await context.close();
    this.#contexts = [];
  }

  async context({ size = "phone", language = "zh", ...more } = {}) {
    const context = await this.browser.newContext({
      viewport: SIZES[size],
      locale: language === "zh" ? "zh-CN" : "en-GB",
      permissions: this.#devices === "blocked" ? [] : ["camera", "microphone"],
      reducedMotion: "reduce",
      ...more,
    });
    this.#contexts.push(context);
    return context;
  }

  /** The link of `id`, opened. */
  async open(id, options = {}) {
    const context = options.context ?? (await this.context(options));
    const page = await context.newPage();
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !/Failed to load resource|WebSocket connection/.test(text)) {
        this.complaints.push(text);
      }
    });
    if (!this.fake.api.has("GET /api/v1/pass")) this.fake.api.set("GET /api/v1/pass", card(id));
    if (options.init) await page.addInitScript(options.init);
    await page.goto(`${this.fake.base}/j/TOKEN-${id}?lang=${options.language ?? "zh"}${options.hash ?? ""}`);
    return page;
  }

  /** Through the card; what comes then is as the state says. */
  async join(id, state, options = {}) {
    this.fake.state = state;
    const page = await this.open(id, options);
    await page.click(T("start-check"));
    await page.waitForSelector("oyer-app[data-link=live]");
    return page;
  }

  /** Into the court room with everybody else's picture coming in. */
  async joinRoom(id, state, options = {}) {
    const context = await this.context(options);
    const others = state.people.filter((one) => one.id !== id && one.room === "hearing");
    this.sfu = await PageSfu.make(
      context,
      this.fake.base,
      others.map((one) => ({ id: one.id, color: COLORS[one.id] ?? "#555", kinds: ["audio", "video"] })),
    );
    this.fake.media = this.sfu;
    const page = await this.join(id, state, { ...options, context });
    await page.waitForSelector(T("room"));
    await page.waitForSelector("oyer-app[data-subscribe=connected]", { timeout: 10_000 });
    return page;
  }
}
