/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What travels on the WebSocket.  docs/PROTOCOL.md is the text; this is its type. */

export type Language = "zh" | "en";

export type Role =
  | "judge"
  | "clerk"
  | "party"
  | "representative"
  | "witness"
  | "interpreter"
  | "observer"
  | "usher"
  | "mediator";

export type Status =
  | "invited"
  | "checked_in"
  | "waiting"
  | "admitted"
  | "in_hearing"
  | "disconnected"
  | "absent"
  | "sent_out"
  | "dismissed"
  | "removed"
  | "left";

export type Room = "lobby" | "waiting" | "witness" | "hearing" | "none";
export type Kind = "audio" | "video" | "screen";
export type Side = "plaintiff" | "defendant" | "third_party";
export type SessionState =
  | "not_started"
  | "in_session"
  | "paused"
  | "suspended"
  | "closed";

export type Stage =
  | "opening"
  | "identity"
  | "rights"
  | "statement"
  | "defence"
  | "investigation"
  | "debate"
  | "last_words"
  | "mediation"
  | "deliberation"
  | "pronouncement"
  | "transcript_review";

export type DeviceHealth = "ok" | "blocked" | "none" | "busy" | "unknown";

export interface Check {
  result: "green" | "amber" | "red";
  camera: DeviceHealth;
  microphone: DeviceHealth;
  speaker: DeviceHealth;
  line: { rtt_ms: number; kbps: number } | null;
}

/** Where and how somebody takes part, by his own word. */
export interface Ready {
  quiet: boolean;
  alone: boolean;
  still: boolean;
  with: string | null;
  needs: string | null;
}

export interface HearingInfo {
  id: string;
  case_number: string;
  cause: string;
  court: string;
  timezone: string;
  scheduled_start: string;
  openness?: string;
  status: string;
  session: SessionState;
  session_no?: number;
  /** When the session after this one is booked. */
  next_session?: string | null;
  stage: Stage | null;
  stages: readonly Stage[];
  opened_at: string | null;
  closed_at: string | null;
  reason: string | null;
  mediation?: boolean;
}

export interface RecordingInfo {
  /** `none`: a mediation, which is not recorded. */
  state: "none" | "idle" | "armed" | "recording" | "paused" | "failed" | "closing" | "sealed";
  alarm: boolean;
}

export interface TranscriptionInfo {
  state: "live" | "catching_up" | "unavailable" | "off";
  engine?: string | null;
  model?: string | null;
  language?: string | null;
  rough?: boolean;
  reason?: string | null;
}

export type RecordState =
  | "none"
  | "recording"
  | "finishing"
  | "sealing"
  | "sealed"
  | "failed";

export interface RecordInfo {
  state: RecordState;
  progress?: number;
  root: string | null;
}

export interface You {
  id: string;
  name: string;
  role: Role;
  room: Room;
  status: Status;
  declared: boolean;
  muted: readonly Kind[];
  locked: boolean;
  hand: number;
  may: readonly string[];
  help?: "asked" | "claimed" | null;
  publish: readonly Kind[];
  subscribe: boolean;
  /** One of the court looks at this person in private, before they are let in. */
  look?: Look | null;
}

/** A private look: who looks, since when. */
export interface Look {
  by: string;
  since: string;
}

export const DOCUMENTS = ["id_card", "passport", "travel_permit", "lawyer", "organisation", "other"] as const;
export const COMPARED = ["face", "name", "number", "validity"] as const;
export type DocumentKind = (typeof DOCUMENTS)[number];
export type Compared = (typeof COMPARED)[number];
export type Where = "video" | "in_person";

export interface Identified {
  by: string;
  at: string;
  where: Where | null;
  document: DocumentKind | null;
  compared: readonly Compared[];
  verifier?: Verifier | null;
}

/** What the court's verifier said of a document. */
export interface Verifier {
  state: "asked" | "matched" | "not_matched" | "unsure" | "no_answer" | "bad_answer";
  at: string | null;
  document: DocumentKind | null;
  reference: string | null;
  level: string | null;
}

export interface Person {
  id: string;
  name: string;
  role: Role;
  party: Side | null;
  represents: readonly string[];
  room: Room;
  status: Status;
  online: boolean;
  sending: readonly Kind[];
  muted: readonly Kind[];
  locked: boolean;
  hand: number;
  silent: boolean;
  /* staff only */
  identity?: "self" | "verified";
  /** Who checked it, when and how; null: nobody yet. */
  identified?: Identified | null;
  verifier?: Verifier | null;
  declared?: boolean;
  check?: Check | null;
  agent?: string | null;
  trouble?: string | null;
  /** An open call for help. */
  help?: { asked: string; claimed: string | null; by: string | null } | null;
  /** Since when the line is lost, and why. */
  away?: { since: string | null; reason: string | null } | null;
  ready?: Ready | null;
  look?: Look | null;
  /** When the person showed the pass at the court house's door. */
  door?: string | null;
  /** Another device asks in with this person's pass. */
  knock?: { since: string | null; agent: string | null } | null;
}

export type ScreeningMedia = "video" | "audio" | "both" | "presence";

export interface ScreeningRule {
  participant: string;
  from: string;
  media: ScreeningMedia;
  symmetric?: boolean;
}

export interface Alert {
  id: string;
  level: "info" | "warning" | "alarm";
  code: string;
  participant: string | null;
  at: string;
}

export interface State {
  type: "state";
  seq: number;
  now: string;
  hearing: HearingInfo;
  recording: RecordingInfo;
  transcription: TranscriptionInfo;
  record: RecordInfo;
  you: You;
  people: readonly Person[];
  screening?: readonly ScreeningRule[];
  alerts?: readonly Alert[];
  /** The court has a verifier that can be asked. */
  verifier?: boolean;
}

export interface Word {
  w: string;
  start_us: number;
  end_us: number;
  conf: number;
}

export interface Line {
  id: string;
  participant: string | null;
  start_us: number;
  end_us: number;
  text: string;
  language?: string | null;
  confidence?: number | null;
  source?: "asr" | "clerk" | string;
  revision?: number;
  words?: readonly Word[] | null;
}

export interface RecorderTrack {
  participant: string;
  kind: Kind;
  codec: string;
  bytes: number;
  age_ms: number;
}

export interface Recorder {
  type: "recorder";
  state: string;
  bytes: number;
  free_bytes: number;
  synced_age_ms: number;
  tracks: readonly RecorderTrack[];
}

/** One way of a line, as the server counted it; null: not known. */
export interface Flow {
  loss: number | null;
  audio_loss: number | null;
  video_loss: number | null;
  loss_sender: number | null;
  rtt_ms: number | null;
  kbps: number;
  jitter_ms: number;
  freezes: number;
  frozen_ms: number;
  /** How many pictures go this way now, in which sizes ("640x360", the smallest first), and the largest there is. */
  pictures: number;
  sizes: readonly string[];
  full_size: string | null;
}

/** What a client states of its own line: its word. */
export interface Report {
  up_loss?: number | null;
  down_loss?: number | null;
  concealed?: number | null;
  rtt_ms?: number | null;
  freezes?: number | null;
  frozen_ms?: number | null;
  hidden?: boolean | null;
  battery?: number | null;
}

export type Rating = "good" | "poor" | "bad";
export type Cause = "sound_up" | "sound_down" | "picture_up" | "picture_down" | "delay";

export interface NetworkRow {
  up?: Partial<Flow>;
  down?: Partial<Flow>;
  client?: Report;
  rating: Rating;
  cause?: Cause | null;
  /** The rating is the client's word alone. */
  stated?: boolean;
}

/** What of a picture anybody has use for: nothing, the named layers, or (none named) all. */
export interface Layers {
  on: boolean;
  rids: readonly string[];
}

export interface IceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}

export type ServerMessage =
  | { type: "welcome"; version: number; you: string; hearing: string; ice_servers: IceServer[] }
  | State
  | { type: "offer"; negotiation: number; sdp: string }
  | { type: "reconnect"; connection: "publish" | "subscribe" | "both" }
  | ({ type: "layers"; kind: Kind } & Layers)
  | { type: "speaker"; participant: string | null }
  | { type: "caption"; line: Line }
  | { type: "partial"; participant: string; track: string; text: string }
  | Recorder
  | { type: "levels"; levels: Readonly<Record<string, number>> }
  | { type: "network"; participants: Readonly<Record<string, NetworkRow>> }
  | { type: "weak_line"; audio_only: boolean }
  | { type: "moved"; room: Room; by: "clerk" | "judge" | "system" }
  | { type: "bye"; reason: "removed" | "closed" | "elsewhere" | "replaced" }
  | { type: "knocking" }
  | { type: "second_use"; state: "asked" | "kept" | "gone" }
  | { type: "ok"; id?: string; sdp?: string }
  | { type: "error"; id?: string; code: string; text: string; reason?: string; from?: string }
  | { type: "pong" };

export type Do =
  | "admit"
  | "send_out"
  | "call_witness"
  | "dismiss_witness"
  | "mute"
  | "unmute"
  | "lock"
  | "unlock"
  | "mute_all"
  | "lower_hand"
  | "identify"
  | "screen"
  | "remove"
  | "arm"
  | "open"
  | "pause"
  | "suspend"
  | "resume"
  | "stage"
  | "close"
  | "seal_retry"
  | "next_session"
  | "help_claim"
  | "help_answer"
  | "second_use"
  | "look"
  | "verify";

export interface Command {
  type: "command";
  do: Do;
  participant?: string;
  reason?: string;
  kinds?: readonly Kind[];
  level?: "verified";
  where?: Where;
  document?: DocumentKind;
  compared?: readonly Compared[];
  number?: string;
  from?: string;
  media?: ScreeningMedia;
  on?: boolean;
  symmetric?: boolean;
  override?: boolean;
  stage?: Stage;
  confirm?: boolean;
  adjourn?: boolean;
  let_in?: boolean;
}

/** What the client sends after `hello`; the connection adds `id` where a reply matters. */
export type ClientMessage =
  | ({ type: "check" } & Check)
  | ({ type: "report" } & Report)
  | ({ type: "ready" } & Ready)
  | { type: "declare"; rules: true; language: Language; text: string }
  | { type: "wait" }
  | { type: "publish"; sdp: string; tracks: { mid: string; kind: Kind }[] }
  | { type: "unpublish" }
  | { type: "subscribe" }
  | { type: "answer"; negotiation: number; sdp: string }
  | { type: "candidate"; connection: "publish" | "subscribe"; mid: string; candidate: string }
  | { type: "wish"; tracks: Readonly<Record<string, number>>; chosen?: string }
  | { type: "media"; audio: boolean; video: boolean; screen: boolean }
  | { type: "hand"; raised: boolean }
  | { type: "trouble"; text: string }
  | { type: "leave" }
  | { type: "line"; text: string; participant: string | null; at_us: number | null }
  | { type: "line_edit"; line: string; text: string }
  | { type: "note"; text: string }
  | Command;

const TYPES = new Set([
  "welcome", "state", "offer", "layers", "reconnect", "speaker", "caption", "partial",
  "recorder", "levels", "network", "weak_line", "moved", "bye", "ok", "error", "pong",
  "knocking", "second_use",
]);

/** The message in `text`, or null when it is none that this client knows. */
export function parse(text: string): ServerMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || !("type" in value)) return null;
  if (typeof value.type !== "string" || !TYPES.has(value.type)) return null;
  if (value.type === "state" && !isState(value)) return null;
  if (value.type === "caption" && !isObject((value as { line?: unknown }).line)) return null;
  return value as ServerMessage;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isState(value: Record<string, unknown> | object): boolean {
  const state = value as Record<string, unknown>;
  return (
    isObject(state["hearing"]) &&
    isObject(state["you"]) &&
    isObject(state["recording"]) &&
    isObject(state["transcription"]) &&
    isObject(state["record"]) &&
    Array.isArray(state["people"]) &&
    typeof state["seq"] === "number"
  );
}
