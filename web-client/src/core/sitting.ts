/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** How people come to booked hearings (docs/SCHEDULE.md): what is to be done about it. */

import type { Stage } from "./consent.js";
import type { Office } from "./office.js";

/** A plan as the server keeps it; here only its room is looked at. */
export interface SittingPlan {
  room: string;
  [field: string]: unknown;
}

export interface Task {
  hearing: string;
  rev: number;
  begins_us: number;
  case: string;
  case_number: string;
  stage: Stage;
  people: { person: string; name: string; as: string; online: string }[];
  /** The plan with those in person who may not be online. */
  mixed: SittingPlan;
}

export interface Room {
  id: string;
  name: string;
}

const ROOT = "/api/v1/schedule";

export class Sittings {
  readonly #office: Office;

  constructor(office: Office) {
    this.#office = office;
  }

  async tasks(): Promise<Task[]> {
    return (await this.#office.json<{ tasks: Task[] }>("GET", `${ROOT}/tasks`)).tasks;
  }

  form(): Promise<{ rooms: Room[]; timezone: string }> {
    return this.#office.json("GET", `${ROOT}/form`);
  }

  read(hearing: string): Promise<{ plan: SittingPlan }> {
    return this.#office.json("GET", `${ROOT}/hearings/${hearing}`);
  }

  async change(hearing: string, rev: number, plan: SittingPlan): Promise<void> {
    await this.#office.json("PATCH", `${ROOT}/hearings/${hearing}`, { rev, plan });
  }
}
