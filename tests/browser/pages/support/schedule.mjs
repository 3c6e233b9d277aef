/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The schedule of a small court, as docs/SCHEDULE.md says it: a clash of rooms or judges
 * is refused, an old rev is stale.  It is Thursday, 12 March 2026, nine in the morning. */

const HOUR_US = 3600e6;
const ROOT = "/api/v1/schedule";

/** "2026-03-16 09:30" of Shanghai's clocks. */
export const at = (text) => Date.parse(`${text.replace(" ", "T")}:00+08:00`) * 1000;
export const span = (from, hours = 1) => ({ from_us: at(from), to_us: at(from) + hours * HOUR_US });

const NAMES = { j1: "周正", j2: "韩梅", k1: "陈静", zhu: "朱敏", wang: "王磊", yan: "严华", li: "李娜", zhao: "赵勇" };
const ROOMS = [{ id: "r1", name: "第一法庭" }, { id: "r2", name: "第二法庭" }];
const REASONS = [["clerical", false], ["settled", false], ["judge_unavailable", true]];

function people(a, b, judge) {
  return [
    { person: a, name: "", as: "party", mode: "video", side: "plaintiff", represents: "" },
    { person: b, name: "", as: "party", mode: "in_person", side: "defendant", represents: "" },
    { person: "yan", name: "", as: "representative", mode: "phone", side: "plaintiff", represents: a },
    { person: judge, name: "", as: "judge", mode: "video", side: "", represents: "" },
    { person: "k1", name: "", as: "clerk", mode: "video", side: "", represents: "" },
  ];
}

export class FakeSchedule {
  #changes = new Map();
  #plans = new Map();
  hearings = new Map();
  waiting = [];
  absences = [];
  /** Every request that changed something, or asked to: {path, …body}. */
  asked = [];
  now_us = at("2026-03-12 09:00");

  constructor() {
    this.#put("h1", { cases: ["c1"], room: "r1", sessions: [span("2026-03-16 09:00")], people: people("zhu", "wang", "j1") });
    this.#put("h2", { cases: ["c2", "c3"], room: "r2", sessions: [span("2026-03-16 10:00"), span("2026-03-17 14:00", 2)], people: people("li", "zhao", "j2"), openness: "closed" });
    this.waiting = ["c7", "c8", "c9"].map((id, n) => this.#waits(id, n));
  }

  /** A Monday of twelve hearings in two rooms. */
  fill() {
    const starts = ["09:00", "09:45", "10:30", "11:15", "14:00", "15:00"];
    this.hearings.clear();
    for (const [n, start] of [...starts, ...starts].entries())
      this.#put(`h${n + 10}`, { cases: [`c${n + 10}`], room: n < 6 ? "r1" : "r2", sessions: [span(`2026-03-16 ${start}`, n % 2 ? 0.5 : 0.75)], people: people("zhu", "wang", n < 6 ? "j1" : "j2") });
  }

  /** Leave of j1, j2 or k1, repair of a room. */
  keepFree(resource, { from_us, to_us }, note = "") {
    const kind = resource.startsWith("r") ? "repair" : "leave";
    const one = { id: `x${this.absences.length + 1}`, kind, resource, name: this.#nameOf(resource), from_us, to_us, note };
    this.absences.push(one);
    return one;
  }

  #nameOf(resource) {
    return NAMES[resource] ?? ROOMS.find((one) => one.id === resource)?.name ?? "";
  }

  #waits(id, n) {
    const names = { [`a${n}`]: `申请人${n}`, [`b${n}`]: `被告${n}` };
    return {
      case: id, case_number: `（2026）沪0114民初${n + 7}号`, cause: "private_lending", procedure: "summary", docketed_us: at("2026-02-10 10:00"), due_us: at("2026-05-10 10:00"), names,
      people: people(`a${n}`, `b${n}`, "").slice(0, 2),
    };
  }

  #number(id) {
    return `（2026）沪0114民初${id.slice(1)}号`;
  }

  #put(id, plan, action = "booked", more = {}) {
    const old = this.hearings.get(id);
    const rev = (old?.rev ?? 0) + 1;
    const whole = { kind: "first", openness: "public", room: "", ...plan };
    const state = more.state ?? "booked";
    const hearing = {
      id, rev, state, status: state === "cancelled" ? "cancelled" : "scheduled", case_number: this.#number(plan.cases[0]), cause: "private_lending", plan: whole,
      begins_us: whole.sessions[0].from_us, ends_us: whole.sessions.at(-1).to_us,
    };
    this.#plans.set(id, [...(this.#plans.get(id) ?? []), { plan: whole, state }]);
    this.#changes.set(id, [{ rev, action, code: more.code ?? "", reason: more.reason ?? "", by: more.by ?? "陈静", at_us: this.now_us }, ...(this.#changes.get(id) ?? [])]);
    this.hearings.set(id, hearing);
    return this.#whole(id);
  }

  /** A colleague moves it. */
  moveElsewhere(id, sessions) {
    this.#put(id, { ...this.hearings.get(id).plan, sessions }, "moved", { by: "林涛", code: "judge_unavailable" });
  }

  #names() {
    return { ...NAMES, ...Object.assign({}, ...this.waiting.map((one) => one.names)) };
  }

  #whole(id) {
    return { ...this.hearings.get(id), names: this.#names(), changes: this.#changes.get(id) };
  }

  #work(from_us, to_us) {
    const out = [];
    for (let day = at("2026-03-01 00:00"); day < at("2026-05-01 00:00"); day += 24 * HOUR_US) {
      const weekday = new Date(day / 1000 + 8 * 3600e3).getUTCDay();
      if (weekday === 0 || weekday === 6) continue;
      for (const [from, to] of [[9, 12], [13.5, 17.5]]) if (day + to * HOUR_US > from_us && day + from * HOUR_US < to_us) out.push([day + from * HOUR_US, day + to * HOUR_US]);
    }
    return out;
  }

  #judge(plan, self) {
    const faults = [];
    const free = (from_us) => ![...this.hearings.values()].some((one) => one.id !== self && one.state === "booked" && one.plan.sessions.some((s) => s.from_us < from_us + HOUR_US && s.to_us > from_us));
    for (const wanted of plan.sessions) {
      for (const one of this.hearings.values()) {
        if (one.id === self || one.state !== "booked") continue;
        for (const s of one.plan.sessions.filter((s) => s.from_us < wanted.to_us && s.to_us > wanted.from_us)) {
          const clash = { code: "clash", hearing: one.id, case_number: one.case_number, number: 0, ...s };
          if (plan.room && plan.room === one.plan.room) faults.push({ ...clash, resource: plan.room, name: this.#nameOf(plan.room), as: "room" });
          for (const { person, as } of one.plan.people) if (plan.people.some((mine) => mine.person === person)) faults.push({ ...clash, resource: person, name: NAMES[person], as });
        }
      }
      for (const { kind, resource, name, from_us, to_us } of this.absences.filter((one) => one.from_us < wanted.to_us && one.to_us > wanted.from_us)) {
        const as = resource === plan.room ? "room" : plan.people.find((one) => one.person === resource)?.as;
        if (as) faults.push({ code: kind, resource, name, as, hearing: "", case_number: "", number: 0, from_us, to_us });
      }
      if (this.#work(wanted.from_us, wanted.to_us).every(([from, to]) => wanted.from_us < from || wanted.to_us > to)) faults.push({ code: "hours", resource: "", name: "", as: "", hearing: "", case_number: "", number: 0, ...wanted });
    }
    const first = Math.max(at("2026-03-16 09:00"), plan.sessions[0].from_us);
    const offers = this.#work(first, first + 240 * HOUR_US).map(([from]) => from).filter((us) => us >= first && free(us)).slice(0, 3).map((from_us) => ({ sessions: [{ from_us, to_us: from_us + HOUR_US }], room: plan.room }));
    return { faults, offers, unannounced: false, stage: "hearing", mixed: null, approvals: [] };
  }

  answer(method, url, body) {
    const [path, query] = [url.pathname, url.searchParams];
    const said = method === "POST" || method === "PATCH" ? JSON.parse(body) : {};
    if (method !== "GET") this.asked.push({ method, path, ...said });
    if (path === "/api/v1/staff/approvals" && method === "POST") return { id: "a1" };
    if (path === `${ROOT}/form`)
      return {
        timezone: "Asia/Shanghai", now_us: this.now_us, notice_us: at("2026-03-16 00:00"), rooms: ROOMS,
        judges: ["j1", "j2"].map((id) => ({ id, name: NAMES[id] })), clerks: [{ id: "k1", name: "陈静" }], reasons: REASONS.map(([code, adjourns]) => ({ code, adjourns })),
      };
    if (path === ROOT) {
      const [from_us, to_us] = [Number(query.get("from_us")), Number(query.get("to_us"))];
      const hearings = [...this.hearings.values()].filter((one) => one.state === "booked" && one.ends_us > from_us && one.begins_us < to_us);
      const absences = this.absences.filter((one) => one.to_us > from_us && one.from_us < to_us);
      return { work: this.#work(from_us, to_us), absences, hearings, names: this.#names(), now_us: this.now_us };
    }
    if (path === `${ROOT}/waiting`) return { cases: this.waiting };
    if (path === `${ROOT}/proposal`) return { proposals: this.waiting.map((one, n) => this.#propose(one, n, said.minutes)) };
    if (path === `${ROOT}/check`) return this.#judge(said.plan, said.hearing);
    if (path.startsWith(`${ROOT}/absences`)) return this.#absence(method, path, said);
    return path.startsWith(`${ROOT}/hearings`) ? this.#hearing(method, path, said) : undefined;
  }

  #absence(method, path, said) {
    if (method === "DELETE") return { absence: this.absences.splice(this.absences.findIndex((one) => path.endsWith(`/${one.id}`)), 1)[0] };
    const absence = this.keepFree(said.resource, said, said.note);
    const holds = (one) => one.plan.room === absence.resource || one.plan.people.some((who) => who.person === absence.resource);
    const hearings = [...this.hearings.values()].filter((one) => one.state === "booked" && holds(one)).flatMap(({ id, case_number, plan }) =>
      plan.sessions.filter((s) => s.from_us < absence.to_us && s.to_us > absence.from_us).map((s) => ({ id, case_number, ...s })));
    return { absence, hearings };
  }

  /** The third gets none; the first two the same time, so that the second comes too late. */
  #propose({ people: who, ...one }, n, minutes) {
    const from_us = at("2026-03-18 09:00");
    const sitting = [{ person: "j1", as: "judge", mode: "video" }, { person: "k1", as: "clerk", mode: "video" }];
    const plan = { kind: "first", openness: "public", room: "", cases: [one.case], sessions: [{ from_us, to_us: from_us + minutes * 60e6 }], people: [...who, ...sitting] };
    return { ...one, plan: n < 2 ? plan : null, short: n < 2 ? "" : "judge" };
  }

  #hearing(method, path, said) {
    const [id, action] = path.slice(`${ROOT}/hearings/`.length).split("/");
    if (!id) return this.#book(`h${this.hearings.size + 1}`, said.plan, "booked", {});
    const one = this.hearings.get(id);
    if (!one) return { refused: [404, "no_such"] };
    if (method === "GET") return this.#whole(id);
    if (said.rev !== one.rev) return { refused: [409, "stale"] };
    if (method === "PATCH") return this.#book(id, said.plan, JSON.stringify(said.plan.sessions) === JSON.stringify(one.plan.sessions) ? "changed" : "moved", said);
    if (action === "cancel") return this.#put(id, one.plan, "cancelled", { ...said, state: "cancelled" });
    const before = this.#plans.get(id).at(-2);
    return this.#put(id, before?.plan ?? one.plan, "undone", { state: before?.state ?? "cancelled" });
  }

  #book(id, plan, action, said) {
    const verdict = this.#judge(plan, id);
    return verdict.faults.length > 0 ? { refused: [409, "refused", "", verdict] } : this.#put(id, plan, action, said);
  }
}
