/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What all pages have around them: `<!-- head -->`, and `<!-- without script: ZH | EN -->`
 * with what to do after JavaScript has been switched on.
 */

import type { Plugin } from "vite";

const HEAD = `<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
    <meta name="referrer" content="no-referrer" />
    <meta name="theme-color" content="#16324f" />
    <link rel="icon" href="/icon.svg" type="image/svg+xml" />`;

function withoutScript(zh: string, en: string): string {
  return `<noscript>
      <main class="oyer-noscript">
        <h1>云庭 Oyer</h1>
        <p>请在浏览器设置中启用 JavaScript，再打开${zh}</p>
        <p lang="en">Switch on JavaScript in your browser’s settings and open ${en}</p>
      </main>
    </noscript>`;
}

export function framed(html: string): string {
  return html
    .replace("<!-- head -->", HEAD)
    .replace(/<!-- without script: (.*?) \| (.*?) -->/, (_all, zh: string, en: string) => withoutScript(zh, en));
}

export function frame(): Plugin {
  return { name: "oyer-frame", transformIndexHtml: { order: "pre", handler: framed } };
}
