/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Texts of the list of evidence. */

import { translator } from "./index.js";

const zh = {
  heading: "证据目录",
  purpose: "证明什么：{text}",
  filed: "{name} 提交于 {time}",
  hash: "校验值（SHA-256）",
  hash_text: "由文件内容算出。文件有一点改动，校验值就不同。",
  play: "播放 {mark} {name}",
  unplayable: "这台设备放不了这种录像。请点文件名下载后观看。",
};

export type ExhibitKey = keyof typeof zh;

const en: Record<ExhibitKey, string> = {
  heading: "Evidence",
  purpose: "What it proves: {text}",
  filed: "Filed by {name}, {time}",
  hash: "Checksum (SHA-256)",
  hash_text: "Made from the content of the file: if anything in it changes, so does this.",
  play: "Play {mark} {name}",
  unplayable: "This device cannot play this kind of recording. Press the name of the file to download it.",
};

export const EXHIBIT = { zh, en };
export const x = translator<ExhibitKey>(EXHIBIT);
