// SPDX-License-Identifier: LGPL-2.1-or-later

// A court to test in, and browsers as people: each has a window of its own, a moving picture as camera and a speech
// file as microphone.  Chromium through playwright-core, Firefox through puppeteer-core; a Person
// hides the difference.

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
export const top = path.resolve(here, '../..');
const require = createRequire(path.join(top, 'web-client/package.json'));

const { chromium, devices } = require('playwright-core');
const puppeteer = require('puppeteer-core');

const CHROMIUM_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--use-fake-ui-for-media-stream', '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection', '--force-color-profile=srgb', '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows'];

const FIREFOX_PREFS = {
  'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true, 'media.autoplay.default': 0,
  'media.peerconnection.ice.obfuscate_host_addresses': false, 'media.peerconnection.ice.loopback': true,
  'media.gmp-manager.updateEnabled': false, 'app.update.enabled': false, 'intl.accept_languages': 'zh-CN,en',
};

/** A moving test picture as a capture file. */
export function makeCamera(file, pattern = 'testsrc2') {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', `${pattern}=size=640x360:rate=12`, '-t', '8', '-pix_fmt', 'yuv420p', file]);
}

/** Speech files one after the other, each followed by a pause, as a capture file. */
export function makeSpeech(file, wavs, pause = 1.6) {
  const inputs = wavs.flatMap((wav) => ['-i', wav]);
  const padded = wavs.map((_, i) => `[${i}]aresample=48000,apad=pad_dur=${pause}[a${i}]`).join(';');
  const joined = wavs.map((_, i) => `[a${i}]`).join('');
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...inputs, '-filter_complex', `${padded};${joined}concat=n=${wavs.length}:v=0:a=1`, '-ac', '1', file]);
}

/** In a page and its frames, before their own scripts: keeps every RTCPeerConnection in `window.connections`, to be asked what it counts. */
export function keepConnections() {
  const Native = window.RTCPeerConnection;
  window.connections = window === window.parent ? [] : window.parent.connections;
  window.RTCPeerConnection = class extends Native {
    constructor(...rest) {
      super(...rest);
      window.connections.push(this);
    }
  };
}

export class Person {
  constructor(name, page, close, kind) {
    Object.assign(this, { name, page, close, kind, errors: [] });
    page.on('pageerror', (error) => this.errors.push(String(error.stack ?? error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(`console: ${message.text()}`);
    });
  }

  /** `line`: the bad line that this person is behind; `args`: more of Chromium's. */
  static async chromium(name, { camera, microphone, device, viewport, line, args = [] }) {
    // Behind a line loopback leads nowhere, and must not be tried for media.
    const ours = CHROMIUM_ARGS.filter((arg) => !line || !arg.startsWith('--allow-loopback'));
    const browser = await chromium.launch({
      executablePath: line?.executable ?? '/usr/bin/chromium',
      args: [...ours, ...args, '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`, `--use-file-for-fake-audio-capture=${microphone}`],
    });
    const context = await browser.newContext({ ...(device ? devices[device] : {}), ...(viewport ? { viewport } : {}), permissions: ['camera', 'microphone'], reducedMotion: 'reduce', locale: 'zh-CN', acceptDownloads: true });
    return new Person(name, await context.newPage(), () => browser.close(), 'chromium');
  }

  static async firefox(name) {
    const browser = await puppeteer.launch({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true, extraPrefsFirefox: FIREFOX_PREFS });
    return new Person(name, await browser.newPage(), () => browser.close(), 'firefox');
  }

  goto(url) {
    return this.page.goto(url, { waitUntil: 'domcontentloaded' });
  }

  /** Waits until `fn(arg)` is true in the page; says what it waited for if it never is. */
  async until(what, fn, arg, seconds = 20) {
    const timeout = seconds * 1000;
    try {
      if (this.kind === 'chromium') await this.page.waitForFunction(fn, arg, { timeout, polling: 100 });
      else await this.page.waitForFunction(fn, { timeout, polling: 100 }, arg);
    } catch (error) {
      const seen = await this.page.evaluate(() => ({ screen: document.querySelector('oyer-app')?.dataset, text: document.body.innerText.slice(0, 600) })).catch(() => null);
      throw new Error(`${this.name}: waited ${seconds} s for: ${what}\n${JSON.stringify(seen)}\n${this.errors.slice(-5).join('\n')}\n${error.message.split('\n')[0]}`);
    }
  }

  see(selector, seconds) {
    return this.until(`${selector} to be seen`, (s) => { const e = document.querySelector(s); return Boolean(e && (e.offsetParent || e.getClientRects().length)); }, selector, seconds);
  }

  gone(selector, seconds) {
    return this.until(`${selector} to be gone`, (s) => !document.querySelector(s), selector, seconds);
  }

  async click(selector, seconds) {
    await this.see(selector, seconds);
    await this.page.click(selector);
  }

  async type(selector, text) {
    await this.see(selector);
    await this.page.type(selector, text);
  }

  evaluate(fn, arg) {
    return this.page.evaluate(fn, arg);
  }

  async shot(file) {
    await this.page.screenshot({ path: file }).catch(() => undefined);
  }

  /** From the link to the waiting room or, for those who need no admission, further. */
  async arrive(link) {
    await this.goto(link);
    await this.click('[data-test=start-check]', 30);
    await this.see('[data-test=rules-tick]', 30);
    await this.until('the rules to be ticked', () => { const t = document.querySelector('[data-test=rules-tick]'); if (t && !t.checked) t.click(); return t?.checked; });
    await this.click('[data-test=enter-waiting]');
    await this.until('the waiting room or the court room', () => ['waiting', 'room'].includes(document.querySelector('oyer-app')?.dataset.screen), null, 30);
  }

  /** The picture of `participant` is there and moves. */
  async sees(participant, seconds = 20) {
    await this.until(`a moving picture of ${participant}`, (id) => {
      const video = document.querySelector(`[data-test=tile][data-participant="${id}"] video`);
      if (!video || video.videoWidth === 0) return false;
      video.dataset.seen ??= String(video.currentTime);
      return video.currentTime - Number(video.dataset.seen) > 0.3;
    }, participant, seconds);
  }
}

/** By the clock on the wall of whatever runs with this; what counts seconds goes on as it was. */
function anotherTime(ahead_ms) {
  const library = execFileSync('sh', ['-c', 'ls /usr/lib/*/faketime/libfaketimeMT.so.1'], { encoding: 'utf8' }).trim();
  return { LD_PRELOAD: library, FAKETIME: `${ahead_ms < 0 ? '' : '+'}${(ahead_ms / 1000).toFixed(3)}`, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1' };
}

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A real server with its demo court, in a folder of its own; and TAP. */
export class Court {
  /** `options`: more of `oyer serve`'s, e.g. --listen; `at`: see serve(). */
  static async open(name, options = [], at = '') {
    const court = new Court();
    court.options = options;
    court.at = at;
    court.oyer = process.env.OYER ?? path.join(top, 'build/src/oyer');
    court.engine = process.env.OYER_ENGINE_DIR ?? path.join(top, 'build/engine');
    court.transcribes = fs.existsSync(path.join(court.engine, 'lib/libsherpa-onnx-c-api.so'));
    court.work = fs.mkdtempSync(path.join(os.tmpdir(), `oyer-${name}-`));
    court.data = path.join(court.work, 'data');
    court.people = {};
    court.number = court.failures = 0;
    return court;
  }

  /** For the first time.  Where it listens stays. */
  async start() {
    fs.mkdirSync(this.data, { recursive: true });
    if (this.transcribes) {
      fs.symlinkSync(this.engine, path.join(this.data, 'engine'));
      execFileSync(this.oyer, ['model', 'install', '--data', this.data, '--from', path.join(top, 'tests/data/speech/model'), '--clip', path.join(top, 'tests/data/speech/wav/en-6.a.wav')], { stdio: 'pipe' });
    }
    this.port = String(await freePort());
    await this.serve(this.at);
  }

  /** `at`: the day and hour that it is in this court house (ISO 8601), e.g. a fortnight later than before. */
  async serve(at) {
    await this.stop();
    const log = path.join(this.work, 'server.log');
    this.ahead_ms = at ? Date.parse(at) - Date.now() : 0;
    this.server = spawn(this.oyer, ['serve', '--data', this.data, '--port', this.port, '--demo', '--language', 'zh-en', ...this.options],
      { stdio: ['ignore', 'pipe', fs.openSync(log, 'a')], env: { ...process.env, OYER_ENGINE_DIR: '', ...(at ? anotherTime(this.ahead_ms) : {}) } });
    await new Promise((resolve, reject) => {
      this.server.once('exit', (code) => reject(new Error(`oyer serve ended with ${code}: ${fs.readFileSync(log, 'utf8').slice(-2000)}`)));
      readline.createInterface({ input: this.server.stdout }).on('line', (line) => line.startsWith('ready ') && resolve());
    });
    const demo = JSON.parse(fs.readFileSync(path.join(this.data, 'demo.json'), 'utf8'));
    this.base = demo.base;
    this.hearing = demo.hearing;
    this.ids = {};
    this.links = {};
    this.staffLinks = Object.fromEntries(demo.staff.map((one) => [one.role, one.link]));
    for (const person of demo.people) {
      const key = person.role === 'party' ? (this.ids.plaintiff ? 'defendant' : 'plaintiff') : person.role;
      this.ids[key] ??= person.id;
      this.links[key] ??= person.link;
    }
  }

  async stop() {
    if (!this.server || this.server.exitCode !== null) return;
    this.server.removeAllListeners('exit');
    const ended = new Promise((resolve) => this.server.once('exit', resolve));
    this.server.kill('SIGTERM');
    await ended;
  }

  /** Runs `steps`, each one line of TAP; the first that fails ends the test. */
  async run(steps) {
    const step = async (name, body) => {
      this.number++;
      try {
        await body();
        console.log(`ok ${this.number} - ${name}`);
      } catch (error) {
        this.failures++;
        console.log(`not ok ${this.number} - ${name}`);
        console.log(String(error.stack ?? error).split('\n').map((line) => `  # ${line}`).join('\n'));
        throw error;
      }
    };
    try {
      await step('the server starts with a demo court', () => this.start());
      await steps(step);
    } catch (error) {
      this.failures ||= 1;
    } finally {
      await this.end();
    }
    console.log(`1..${this.number}`);
    process.exit(this.failures ? 1 : 0);
  }

  async end() {
    const shots = process.env.OYER_SHOTS;
    for (const [name, person] of Object.entries(this.people)) {
      if (this.failures && shots) await person.shot(path.join(shots, `${name}.png`));
      if (this.failures) console.log(`# ${name}: ${person.errors.slice(-4).join(' | ')}`);
      await person.close().catch(() => undefined);
    }
    await this.stop();
    if (this.failures) console.log(`# left in ${this.work}`);
    else fs.rmSync(this.work, { recursive: true, force: true });
  }

  /** Presses a button of the people list, e.g. admit. */
  async staff(who, participant, action) {
    const button = `[data-test=person][data-participant="${participant}"] [data-test=${action}]`;
    await this.people[who].until(`the button ${action}`, (s) => document.querySelector(s), button);
    await this.people[who].evaluate((s) => {
      const pressed = document.querySelector(s);
      const more = pressed.closest('details');
      if (more) more.open = true;
      pressed.click();
    }, button);
  }

  /** Presses a session button, e.g. open, and answers the question that it may ask. */
  async confirm(who, action) {
    const person = this.people[who];
    await person.click(`[data-test=session] [data-test=${action}]`);
    await person.until('a question or its effect', () => document.querySelector('dialog[open] [data-test=confirm]') || !document.querySelector('dialog[open]'));
    if (await person.evaluate(() => Boolean(document.querySelector('dialog[open] [data-test=confirm]')))) await person.click('dialog[open] [data-test=confirm]');
  }

  /** Waits until `test()` is true outside of the browsers. */
  async fact(what, test, seconds) {
    const until = Date.now() + seconds * 1000;
    for (;;) {
      try {
        if (test()) return;
      } catch {
        // not yet
      }
      if (Date.now() > until) throw new Error(`waited ${seconds} s for: ${what}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
