/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** One hearing with its people, as the server would describe it to each of them. */

export const HEARING = {
  id: "h1",
  case_number: "（2026）沪0114民初123号",
  cause: "服务合同纠纷",
  court: "上海市嘉定区人民法院",
  timezone: "Asia/Shanghai",
  scheduled_start: "2026-11-22T01:30:00.000Z",
  openness: "public",
  status: "ready",
  session: "not_started",
  session_no: 1,
  stage: null,
  stages: [
    "opening", "identity", "rights", "statement", "defence", "investigation",
    "debate", "last_words", "mediation", "deliberation", "pronouncement", "transcript_review",
  ],
  opened_at: null,
  closed_at: null,
  reason: null,
};

const base = {
  party: null, represents: [], room: "hearing", status: "in_hearing", online: true,
  sending: ["audio", "video"], muted: [], locked: false, hand: 0, silent: false,
};

export const PEOPLE = [
  { ...base, id: "judge", name: "徐明", role: "judge" },
  { ...base, id: "clerk", name: "陈晓", role: "clerk" },
  { ...base, id: "plaintiff", name: "朱丽", role: "party", party: "plaintiff" },
  { ...base, id: "lawyer", name: "王建国", role: "representative", party: "defendant", represents: ["defendant"] },
  { ...base, id: "defendant", name: "嘉和物业管理有限公司", role: "party", party: "defendant" },
];

export const WITNESS = { ...base, id: "witness", name: "赵磊", role: "witness", room: "witness", status: "waiting", sending: [] };

const PEOPLE_COMMANDS = [
  "admit", "send_out", "call_witness", "dismiss_witness", "mute", "unmute", "lock", "unlock",
  "mute_all", "lower_hand", "identify", "look", "verify", "screen", "remove", "stage",
];

/** What the court's staff may do in each state of the session. */
const MAY = {
  not_started: [...PEOPLE_COMMANDS, "arm", "open", "override"],
  in_session: [...PEOPLE_COMMANDS, "pause", "suspend", "close"],
  paused: [...PEOPLE_COMMANDS, "resume", "close"],
  suspended: [...PEOPLE_COMMANDS, "arm", "resume", "close", "override"],
  closed: ["seal_retry", "next_session", "issue_pass"],
};

const STAFF_FIELDS = {
  identity: "self",
  declared: true,
  check: { result: "green", camera: "ok", microphone: "ok", speaker: "ok", line: { rtt_ms: 38, kbps: 8200 } },
  agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) Safari/604.1",
  trouble: null,
};

export function card(id, changes = {}) {
  const person = [...PEOPLE, WITNESS, { id: "observer", name: "孙颖", role: "observer" }].find((one) => one.id === id);
  return {
    hearing: { ...HEARING, ...changes },
    you: { id, name: person.name, role: person.role, declared: false },
  };
}

/** What `id` sees.  `changes` are merged one level deep. */
export function state(id, changes = {}) {
  const everyone = [...PEOPLE, WITNESS, { ...base, id: "observer", name: "孙颖", role: "observer", sending: [] }];
  const self = everyone.find((one) => one.id === id);
  const staff = self.role === "judge" || self.role === "clerk";
  const room = changes.you?.room ?? "lobby";
  const status = changes.you?.status ?? "checked_in";
  const people = (changes.people ?? (staff ? [...PEOPLE, WITNESS] : PEOPLE))
    .map((one) => (one.id === id ? { ...one, room, status } : one))
    .map((one) => (staff && one.role !== "judge" && one.role !== "clerk" ? { ...STAFF_FIELDS, ...one } : one));
  const listens = self.role === "observer";
  return {
    type: "state",
    hearing: { ...HEARING, ...changes.hearing },
    recording: { state: "idle", alarm: false, ...changes.recording },
    transcription: {
      state: "off", engine: null, model: null, language: null, rough: false, reason: null,
      ...changes.transcription,
    },
    record: { state: "none", progress: 0, root: null, ...changes.record },
    you: {
      id, name: self.name, role: self.role, room: "lobby", status: "checked_in", declared: false,
      muted: [], locked: false, hand: 0,
      may: staff ? MAY[changes.hearing?.session ?? "not_started"] : [],
      publish: listens ? [] : ["audio", "video", "screen"], subscribe: false,
      ...changes.you,
    },
    people,
    ...(staff ? { screening: changes.screening ?? [], alerts: changes.alerts ?? [] } : {}),
  };
}

/** The same in the middle of the hearing. */
export function inSession(id, changes = {}) {
  return state(id, {
    ...changes,
    hearing: {
      status: "in_progress", session: "in_session", stage: "statement",
      opened_at: new Date(Date.now() - 761_000).toISOString(), ...changes.hearing,
    },
    recording: { state: "recording", ...changes.recording },
    transcription: { state: "live", engine: "sherpa", model: "zipformer", language: "zh", ...changes.transcription },
    you: { room: "hearing", status: "in_hearing", declared: true, subscribe: true, ...changes.you },
  });
}

/** The clerk's recorder, with one track that is late and one that has stopped. */
export const RECORDER = {
  type: "recorder", state: "open", bytes: 48_300_000, free_bytes: 83_000_000_000, synced_age_ms: 420,
  tracks: [
    { participant: "judge", kind: "audio", codec: "opus", bytes: 2_100_000, age_ms: 610 },
    { participant: "judge", kind: "video", codec: "vp8", bytes: 31_000_000, age_ms: 610 },
    { participant: "plaintiff", kind: "audio", codec: "opus", bytes: 1_900_000, age_ms: 540 },
    { participant: "plaintiff", kind: "video", codec: "vp8", bytes: 11_000_000, age_ms: 4_200 },
    { participant: "lawyer", kind: "audio", codec: "opus", bytes: 900_000, age_ms: 700 },
  ],
};

export const ALERTS = [
  { id: "a1", level: "warning", code: "person_lost", participant: "defendant", at: new Date().toISOString() },
  { id: "a2", level: "info", code: "person_waiting", participant: "plaintiff", at: new Date().toISOString() },
  { id: "a3", level: "alarm", code: "recorder_stopped", participant: null, at: new Date().toISOString() },
];

const start_us = Date.now() * 1000 - 60_000_000;

export const LINES = [
  line("l1", "judge", 0, "现在开庭。请书记员核对到庭人员。"),
  line("l2", "clerk", 6, "原告、被告诉讼代理人均已到庭。", { source: "clerk", words: null }),
  line("l3", "judge", 12, "请原告陈述诉讼请求。"),
  line("l4", "plaintiff", 18, "我请求判令被告返还物业服务费三千六百元，并承担诉讼费。", {
    words: [
      { w: "我请求判令被告返还", start_us: 0, end_us: 0, conf: 0.95 },
      { w: "物业服务费", start_us: 0, end_us: 0, conf: 0.42 },
      { w: "三千六百元", start_us: 0, end_us: 0, conf: 0.9 },
    ],
  }),
];

function line(id, participant, seconds, text, more = {}) {
  return {
    id, participant, start_us: start_us + seconds * 1e6, end_us: start_us + (seconds + 4) * 1e6,
    text, language: "zh", confidence: 0.9, source: "asr", revision: 1, words: null, ...more,
  };
}
