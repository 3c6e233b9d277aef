/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Texts for getting a new pass, and for the sheet to print. */

import { translator } from "./index.js";

const zh = {
  "renew.heading": "领取新的链接",
  "renew.text": "请填写您留给法院的手机号码或电子邮箱，我们会发送验证码。领取后，旧的链接立即作废。",
  "renew.address": "手机号码或电子邮箱",
  "renew.send": "发送验证码",
  "renew.code_text": "验证码已发送到 {to}，10 分钟内有效。",
  "renew.code": "6 位数字",
  "renew.check": "继续",
  "renew.choose": "为哪一场庭审领取？",
  "renew.none": "没有找到您要参加的庭审。请拨打通知书上的法院电话。",
  "renew.get": "领取",
  "error.address": "请填写手机号码或电子邮箱",
  "error.code": "验证码不正确或已过期",
  "error.often": "请求太频繁，请十分钟后再试",
  "error.other": "现在无法办理，请稍后再试，或拨打通知书上的法院电话",

  "sheet.title": "庭审出入证",
  "sheet.heading": "庭审出入证",
  "sheet.time": "开庭时间",
  "sheet.use": "怎样使用",
  "sheet.use_1": "在线参加：用手机相机扫描二维码，按页面提示进入。",
  "sheet.use_2": "到法院参加：在入口出示二维码，并带上身份证件。",
  "sheet.use_3": "只供您本人使用，请不要转发或拍照给别人。领取新的以后，这一张立即作废。",
  "sheet.qr": "出入证二维码",
  "sheet.too_long": "链接太长，无法生成小的二维码，请直接使用链接。",
  "sheet.print": "打印",
  "sheet.help": "需要帮助请拨打通知书上的法院电话。",
  "sheet.refused": "这张出入证现在不能使用",
  "sheet.loading": "正在打开……",
};

const en: Record<keyof typeof zh, string> = {
  "renew.heading": "Get a new link",
  "renew.text": "Enter the phone number or e-mail address that the court has of you. We send a code there. The old link stops working at once.",
  "renew.address": "Phone number or e-mail address",
  "renew.send": "Send the code",
  "renew.code_text": "The code was sent to {to}. It is good for 10 minutes.",
  "renew.code": "6 digits",
  "renew.check": "Go on",
  "renew.choose": "For which hearing?",
  "renew.none": "No hearing of yours was found. Call the court on the number in your notice.",
  "renew.get": "Get the link",
  "error.address": "Enter a phone number or an e-mail address",
  "error.code": "The code is wrong or too old",
  "error.often": "Too many attempts. Try again in ten minutes",
  "error.other": "It cannot be done now. Try again later, or call the court on the number in your notice",

  "sheet.title": "Hearing pass",
  "sheet.heading": "Hearing pass",
  "sheet.time": "Hearing",
  "sheet.use": "How to use it",
  "sheet.use_1": "Online: point your phone’s camera at the code and follow the page.",
  "sheet.use_2": "At the court: show the code at the entrance, and bring your identity document.",
  "sheet.use_3": "It is for you alone: do not pass it on or send a picture of it. When a new one is issued, this one stops working at once.",
  "sheet.qr": "QR code of the pass",
  "sheet.too_long": "The link is too long for a small code. Use the link itself.",
  "sheet.print": "Print",
  "sheet.help": "Need help? Call the court on the number in your notice.",
  "sheet.refused": "This pass cannot be used now",
  "sheet.loading": "Opening…",
};

export type RenewKey = keyof typeof zh;
export const r = translator<RenewKey>({ zh, en });
