/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Where to tap, drawn.  The words beside it say the same. */

import { html } from "lit";
import type { TemplateResult } from "lit";
import { browser } from "../../app/browser.js";
import { t } from "../../core/i18n/hearing.js";

export function permissionPicture(): TemplateResult {
  return browser() === "wechat" ? wechatPicture() : addressBarPicture();
}

function addressBarPicture(): TemplateResult {
  return html`<svg class="oyer-picture" viewBox="0 0 320 168" role="img" aria-label=${t("problem.picture")}>
    <rect x="1" y="1" width="318" height="166" rx="10" class="oyer-picture__frame" />
    <rect x="12" y="12" width="296" height="34" rx="17" class="oyer-picture__bar" />
    <circle cx="32" cy="29" r="13" class="oyer-picture__ring" />
    <path d="M26 25h7m3 0h2M26 33h2m3 0h7" class="oyer-picture__ink" />
    <circle cx="34.500" cy="25" r="2" class="oyer-picture__dot" />
    <circle cx="29.500" cy="33" r="2" class="oyer-picture__dot" />
    <text x="56" y="34" class="oyer-picture__text oyer-picture__text--quiet">https://…</text>
    <path d="M20 56h232v100H20z" class="oyer-picture__menu" />
    <text x="34" y="88" class="oyer-picture__text">${t("check.camera")}</text>
    <text x="34" y="132" class="oyer-picture__text">${t("check.microphone")}</text>
    <rect x="160" y="68" width="80" height="30" rx="15" class="oyer-picture__on" />
    <rect x="160" y="112" width="80" height="30" rx="15" class="oyer-picture__on" />
    <text x="200" y="88" text-anchor="middle" class="oyer-picture__text oyer-picture__text--on">
      ${t("problem.allow")}
    </text>
    <text x="200" y="132" text-anchor="middle" class="oyer-picture__text oyer-picture__text--on">
      ${t("problem.allow")}
    </text>
  </svg>`;
}

export function wechatPicture(): TemplateResult {
  return html`<svg class="oyer-picture" viewBox="0 0 320 168" role="img" aria-label=${t("problem.picture_wechat")}>
    <rect x="1" y="1" width="318" height="166" rx="10" class="oyer-picture__frame" />
    <rect x="1" y="1" width="318" height="40" rx="10" class="oyer-picture__bar" />
    <circle cx="290" cy="21" r="16" class="oyer-picture__ring" />
    <circle cx="282" cy="21" r="2.500" class="oyer-picture__dot" />
    <circle cx="290" cy="21" r="2.500" class="oyer-picture__dot" />
    <circle cx="298" cy="21" r="2.500" class="oyer-picture__dot" />
    <rect x="110" y="62" width="194" height="44" rx="8" class="oyer-picture__on" />
    <text x="207" y="90" text-anchor="middle" class="oyer-picture__text oyer-picture__text--on">
      ${t("problem.open_in_browser")}
    </text>
    <path d="M286 42c-4 8-10 14-18 18" class="oyer-picture__ink" />
  </svg>`;
}
