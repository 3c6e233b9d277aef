/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Headless Chromium with a fake camera and microphone, and axe. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../../web-client/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const ARGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
  "--disable-background-networking", "--disable-component-update", "--mute-audio",
  "--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection",
  "--enable-blink-features=MediaStreamInsertableStreams", "--force-color-profile=srgb",
];
const DEVICES = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=2,fps=10"];

/** `devices`: "granted", "blocked" (the browser says no) or "none" (there are none). */
export function launch(devices = "granted", more = []) {
  const args = devices === "granted" ? [...ARGS, ...DEVICES] : devices === "blocked" ? [...ARGS, DEVICES[1]] : [...ARGS, DEVICES[0]];
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: [...args, ...more] });
}

export const SIZES = {
  phone: { width: 360, height: 640 },
  narrow: { width: 320, height: 640 },
  landscape: { width: 640, height: 360 },
  desk: { width: 1280, height: 800 },
};

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Violations of WCAG A and AA on the page as it stands: one line each. */
export async function violations(page) {
  // axe is no part of the page, so it must not be stopped by the page's policy.
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: AXE });
  await session.detach();
  return page.evaluate(async (rules) => {
    const result = await globalThis.axe.run(document, { runOnly: rules });
    return result.violations.flatMap((one) =>
      one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} | ${node.failureSummary.replace(/\s+/g, " ").slice(0, 260)}`),
    );
  }, RULES);
}

/** The page is wider than the screen by this much: must be 0. */
export function overflow(page) {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}
