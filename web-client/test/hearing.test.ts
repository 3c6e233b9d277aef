/* SPDX-License-Identifier: LGPL-2.1-or-later */

import { describe, expect, it } from "vitest";
import { apply, everybody, hands, nothing, waiting } from "../src/core/hearing.js";
import { parse } from "../src/core/messages.js";
import { line, person, state } from "./fixtures.js";

describe("hearing", () => {
  it("keeps lines in the order of their beginning, however they come", () => {
    let hearing = nothing;
    for (const one of [line("b", 20), line("c", 30), line("a", 10)]) {
      hearing = apply(hearing, { type: "caption", line: one });
    }
    expect(hearing.lines.map((one) => one.id)).toEqual(["a", "b", "c"]);
  });

  it("takes a newer revision of a line and ignores an older one", () => {
    let hearing = apply(nothing, { type: "caption", line: line("a", 1, { text: "new", revision: 2 }) });
    hearing = apply(hearing, { type: "caption", line: line("a", 1, { text: "old", revision: 1 }) });
    expect(hearing.lines.map((one) => one.text)).toEqual(["new"]);
    hearing = apply(hearing, { type: "caption", line: line("a", 1, { text: "newest", revision: 3 }) });
    expect(hearing.lines.map((one) => one.text)).toEqual(["newest"]);
  });

  it("replaces a track's partial and drops it when it is empty", () => {
    const say = (text: string) => ({ type: "partial" as const, participant: "a", track: "a-audio", text });
    let hearing = apply(nothing, say("one"));
    hearing = apply(hearing, say("one two"));
    expect([...hearing.partials.values()].map((one) => one.text)).toEqual(["one two"]);
    expect(apply(hearing, say("")).partials.size).toBe(0);
  });

  it("drops the partial of who has just got a final line", () => {
    let hearing = apply(nothing, { type: "partial", participant: "a", track: "a-audio", text: "x" });
    hearing = apply(hearing, { type: "partial", participant: "b", track: "b-audio", text: "y" });
    hearing = apply(hearing, { type: "caption", line: line("l", 1) });
    expect([...hearing.partials.keys()]).toEqual(["b-audio"]);
  });

  it("forgets a speaker who is no longer there", () => {
    let hearing = apply(nothing, state({ people: [person("a")] }));
    hearing = apply(hearing, { type: "speaker", participant: "a" });
    expect(hearing.speaker).toBe("a");
    expect(apply(hearing, state({ people: [] })).speaker).toBeNull();
  });

  it("remembers that the line has room for sound only, until it has for more", () => {
    const weak = parse('{"type":"weak_line","audio_only":true}');
    expect(weak).not.toBeNull();
    const hearing = apply(nothing, weak as NonNullable<typeof weak>);
    expect(hearing.audioOnly).toBe(true);
    expect(apply(hearing, { type: "weak_line", audio_only: false }).audioOnly).toBe(false);
  });

  it("leaves the hearing alone for what is the connection's business", () => {
    expect(apply(nothing, { type: "pong" })).toBe(nothing);
    expect(apply(nothing, { type: "offer", negotiation: 1, sdp: "" })).toBe(nothing);
  });

  it("numbers raised hands by who was first", () => {
    const people = [person("late", { hand: 5 }), person("none"), person("early", { hand: 2 })];
    expect(hands(state({ people })).map((one) => one.id)).toEqual(["early", "late"]);
  });

  it("counts oneself among everybody when the server does not", () => {
    expect(everybody(state({ people: [person("a")] })).map((one) => one.id)).toEqual(["a", "me"]);
    expect(everybody(state({ people: [person("me")] }))).toHaveLength(1);
  });

  const start_ms = Date.parse("2026-11-22T01:30:00.000Z");
  const you = (changes: object) => ({ you: { ...state().you, ...changes } });
  const session = (of: string) => ({ hearing: { ...state().hearing, session: of as "paused" } });
  it.each([
    ["soon", state(), 0],
    ["delayed", state(), 6 * 60_000],
    ["started", state(session("in_session")), 0],
    ["paused", state(session("paused")), 0],
    ["suspended", state(session("suspended")), 0],
    ["witness", state({ ...session("in_session"), ...you({ role: "witness" }) }), 0],
    ["dismissed", state(you({ role: "witness", status: "dismissed" })), 0],
    ["sent_out", state({ ...session("in_session"), ...you({ status: "sent_out" }) }), 0],
  ])("tells in the waiting room: %s", (expected, seen, later_ms) => {
    expect(waiting(seen, start_ms + later_ms)).toBe(expected);
  });
});

describe("messages", () => {
  it.each([
    ["no JSON", "{"],
    ["no object", "7"],
    ["no type", "{}"],
    ["an unknown type", '{"type":"surprise"}'],
    ["a state without people", '{"type":"state","seq":1,"hearing":{},"you":{}}'],
    ["a caption without a line", '{"type":"caption"}'],
  ])("refuses %s", (_what, text) => {
    expect(parse(text)).toBeNull();
  });

  it("takes a state with fields it does not know", () => {
    expect(parse(JSON.stringify({ ...state(), later: 1 }))?.type).toBe("state");
  });
});
