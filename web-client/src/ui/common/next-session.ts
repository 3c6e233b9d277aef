/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The session that is booked after this one: its number, and its time by the court's clock. */

import { dateTime } from "../../core/format.js";
import { language } from "../../core/i18n/index.js";
import type { HearingInfo } from "../../core/messages.js";

/** What the hearing's state and the card of a pass both say. */
export type Held = Pick<HearingInfo, "status" | "session" | "timezone" | "session_no" | "next_session">;

export function nextSession(hearing: Held): { n: number; time: string } | null {
  if (!hearing.next_session) return null;
  return { n: (hearing.session_no ?? 1) + 1, time: dateTime(hearing.next_session, hearing.timezone, language()) };
}

/** It was adjourned: the hearing goes on, though this session is over. */
export function isAdjourned(hearing: Held): boolean {
  return hearing.status === "part_heard" && hearing.session === "closed";
}
