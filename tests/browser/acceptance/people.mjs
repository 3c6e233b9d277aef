// SPDX-License-Identifier: LGPL-2.1-or-later

// The people of the acceptance hearing: each with a window of his own, a phone in Chinese for the parties, a desk in
// English for the court.  Every page that is looked at is seen in both languages and at both sizes.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { launch, overflow, SIZES, violations } from '../pages/support/browser.mjs';

export const T = (name) => `[data-test="${name}"]`;
export const TIMEZONE = 'Asia/Shanghai';
const shots = process.env.OYER_SHOTS;

/** What is not the page's fault: the answer was a refusal, which the page shows in words; both hung up at once. */
const EXPECTED = /Failed to load resource|ERR_INTERNET_DISCONNECTED|ERR_ABORTED|Close received after close/;

export class Scene {
  constructor(court) {
    this.court = court;
    this.browsers = [];
    this.complaints = [];
    this.pages = {};
    this.looked = 0;
  }

  /** Browsers with a camera and a microphone: one that lets a page have them, and one that asks first. */
  async open() {
    this.browsers = [await launch('granted'), await launch('blocked')];
  }

  async close() {
    for (const browser of this.browsers) await browser.close();
  }

  /** A window: `size` phone or desk, `language`; with `permissions` it may use these and nothing else. */
  async window(name, size, language, permissions = null) {
    await this.pages[name]?.context().close();
    const context = await this.browsers[permissions ? 1 : 0].newContext({ viewport: SIZES[size], locale: language === 'zh' ? 'zh-CN' : 'en-GB', timezoneId: TIMEZONE, permissions: permissions ?? ['camera', 'microphone'], reducedMotion: 'reduce', acceptDownloads: true });
    // By a clock that goes right.
    await context.addInitScript((ahead_ms) => {
      const Real = Date;
      globalThis.Date = class extends Real {
        constructor(...rest) {
          if (rest.length === 0) super(Real.now() + ahead_ms);
          else super(...rest);
        }
        static now() {
          return Real.now() + ahead_ms;
        }
      };
    }, this.court.ahead_ms);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => this.complaints.push(`${name}: ${error.stack ?? error}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !EXPECTED.test(message.text())) this.complaints.push(`${name}: ${message.text()}`);
    });
    // A page without its looks is another page.
    const isOurs = (request) => request.url().includes('/assets/');
    page.on('requestfailed', (request) => isOurs(request) && !EXPECTED.test(request.failure()?.errorText) && this.complaints.push(`${name}: ${request.url()} ${request.failure()?.errorText}`));
    page.on('response', (response) => isOurs(response.request()) && response.status() >= 400 && this.complaints.push(`${name}: ${response.url()} ${response.status()}`));
    this.pages[name] = page;
    return page;
  }

  /** At the desk of the court, signed in, in the section of `role`. */
  async desk(role, section, language = 'en') {
    const page = await this.window(role, 'desk', language);
    await page.goto(this.court.staffLinks[role].replace('#', `?lang=${language}#`));
    await page.click(T(`section-${section}`));
    return page;
  }

  /** The page as it stands is clean, and nothing is wider than the screen: at both sizes, in both languages. */
  async look(page, name) {
    const size = page.viewportSize();
    const other = size.width < 1000 ? SIZES.desk : SIZES.phone;
    this.looked++;
    assert.deepEqual(await violations(page), [], name);
    for (const turn of ['as it is', 'the other way round']) {
      for (const viewport of [size, other]) {
        await page.setViewportSize(viewport);
        assert.equal(await overflow(page), 0, `${name}, ${turn}, ${viewport.width} wide`);
        if (shots) await page.screenshot({ path: path.join(shots, `${String(this.looked).padStart(2, '0')}-${name}-${viewport.width}-${await page.evaluate(() => document.documentElement.lang.slice(0, 2))}.png`), fullPage: true });
      }
      await page.setViewportSize(size);
      // A dialog may lie over it; the desk in the court room has none.
      const button = page.locator(T('language')).first();
      if ((await button.count()) === 0) return;
      await button.evaluate((one) => one.click());
    }
  }

  /** What the server says to whoever is signed in on `page`. */
  async ask(page, method, url, body) {
    const { http, answer } = await page.evaluate(async ([how, where, what]) => {
      const response = await fetch(where, { method: how, ...(what ? { body: JSON.stringify(what), headers: { 'Content-Type': 'application/json' } } : {}) });
      return { http: response.status, answer: await response.json().catch(() => null) };
    }, [method, url, body]);
    return { http, ...answer };
  }

  /** A party comes in with an address and the code that was sent there. */
  async enter(page, address) {
    await page.fill(T('address'), address);
    const [asked] = await Promise.all([page.waitForResponse((one) => one.url().endsWith('/visitor/ask')), page.click(T('go'))]);
    await this.code(page, (await asked.json()).challenge);
  }

  async code(page, challenge) {
    const letter = path.join(this.court.data, 'outbox', `${challenge}.json`);
    await this.court.fact('a code in the outbox', () => fs.existsSync(letter), 10);
    await page.fill(T('code'), JSON.parse(fs.readFileSync(letter, 'utf8')).code);
    await page.click(T('go'));
  }

  quiet() {
    assert.deepEqual(this.complaints, [], 'a page complained');
  }
}

/** The day of `us` in the court's zone, 2026-03-13. */
export const dayOf = (us) => new Intl.DateTimeFormat('sv-SE', { timeZone: TIMEZONE }).format(us / 1000);

/** A time of the court's as the register knows it. */
export const at_us = (local) => Date.parse(`${local}+08:00`) * 1000;
