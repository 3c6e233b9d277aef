/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What the staff's home page offers: one row a section.  A section is shown to whoever
 * has one of its rights (docs/PERMISSIONS.md); the server decides in any case.  Its
 * element is fetched when it is opened, at `/staff#/ID`, and gets `office`, `me` and, as
 * `path`, what stands behind it in the address (`/staff#/ID/PATH`).
 */

import type { Me, Office } from "../../core/office.js";
import { n } from "../../core/i18n/notice.js";
import { o } from "../../core/i18n/office.js";

export interface Section {
  id: string;
  rights: readonly string[];
  title: () => string;
  text: () => string;
  /** A page of its own; otherwise `load` defines the custom element and gives its name. */
  href?: string;
  load?: () => Promise<string>;
}

export interface SectionElement extends HTMLElement {
  office: Office;
  me: Me;
  path: string;
}

export const SECTIONS: readonly Section[] = [
  {
    id: "registry",
    rights: ["review_filing"],
    title: () => o("registry.title"),
    text: () => o("registry.text"),
    load: async () => (await import("../registry/root.js")).TAG,
  },
  {
    id: "papers",
    rights: ["write_register"],
    title: () => o("papers.title"),
    text: () => o("papers.text"),
    load: async () => (await import("../papers/root.js")).TAG,
  },
  {
    id: "calendar",
    rights: ["read_schedule"],
    title: () => o("calendar.title"),
    text: () => o("calendar.text"),
    load: async () => (await import("../calendar/root.js")).TAG,
  },
  {
    id: "notices",
    rights: ["send_notice"],
    title: () => n("desk.title"),
    text: () => n("desk.text"),
    load: async () => (await import("../notices/root.js")).TAG,
  },
  {
    id: "consents",
    rights: ["read_register"],
    title: () => o("consents.title"),
    text: () => o("consents.text"),
    load: async () => (await import("../consents/root.js")).TAG,
  },
  {
    id: "register",
    rights: ["read_register"],
    title: () => o("register.title"),
    text: () => o("register.text"),
    load: async () => (await import("../register/root.js")).TAG,
  },
  {
    id: "door",
    rights: ["check_in"],
    title: () => o("door.title"),
    text: () => o("door.text"),
    href: "/door",
  },
  {
    id: "approvals",
    rights: ["approve", "unseal", "delete", "override"],
    title: () => o("approvals.title"),
    text: () => o("approvals.text"),
    load: async () => (await import("./approvals.js")).TAG,
  },
  {
    id: "account",
    rights: ["signed_in"],
    title: () => o("account.title"),
    text: () => o("account.text"),
    load: async () => (await import("./account.js")).TAG,
  },
];

export function sectionsOf(me: Me): Section[] {
  return SECTIONS.filter((one) => one.rights.some((right) => me.rights.includes(right)));
}
