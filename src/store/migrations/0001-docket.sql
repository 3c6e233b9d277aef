-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Times are BIGINT: UTC microseconds.  Yes and no are BIGINT 1 and 0.  Ids are
-- TEXT.  Nothing here that PostgreSQL does not know.

CREATE TABLE court (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE person (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- The next number of each court, year and type: gap-free, because it is raised in
-- the transaction that registers the case.
CREATE TABLE case_number_seq (
    court TEXT NOT NULL REFERENCES court (id),
    year BIGINT NOT NULL,
    type_code TEXT NOT NULL,
    next BIGINT NOT NULL,
    PRIMARY KEY (court, year, type_code)
);

CREATE TABLE case_ (
    id TEXT PRIMARY KEY,
    court TEXT NOT NULL REFERENCES court (id),
    year BIGINT NOT NULL,
    type_code TEXT NOT NULL,
    seq BIGINT NOT NULL,
    number_text TEXT NOT NULL,
    cause TEXT NOT NULL,
    procedure TEXT NOT NULL,
    docketed_at BIGINT NOT NULL,
    UNIQUE (court, year, type_code, seq)
);

CREATE TABLE party (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_ (id),
    person TEXT NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    order_no BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (case_id, role, order_no)
);

CREATE TABLE representative (
    id TEXT PRIMARY KEY,
    party TEXT NOT NULL REFERENCES party (id),
    person TEXT NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE hearing (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_ (id),
    scheduled_start BIGINT NOT NULL,
    openness TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE session (
    hearing TEXT NOT NULL REFERENCES hearing (id),
    number BIGINT NOT NULL,
    status TEXT NOT NULL,
    stage TEXT,
    reason TEXT,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT NOT NULL,
    hands BIGINT NOT NULL,
    unrecorded BIGINT NOT NULL,
    recording TEXT NOT NULL,
    record TEXT NOT NULL,
    root TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (hearing, number)
);

CREATE TABLE participant (
    id TEXT PRIMARY KEY,
    hearing TEXT NOT NULL REFERENCES hearing (id),
    person TEXT NOT NULL REFERENCES person (id),
    position BIGINT NOT NULL,
    role TEXT NOT NULL,
    side TEXT,
    represents TEXT,
    room TEXT NOT NULL,
    status TEXT NOT NULL,
    before TEXT NOT NULL,
    status_at BIGINT NOT NULL,
    muted BIGINT NOT NULL,
    locked BIGINT NOT NULL,
    hand BIGINT NOT NULL,
    verified BIGINT NOT NULL,
    declared_at BIGINT NOT NULL,
    language TEXT,
    device_check TEXT,
    agent TEXT,
    trouble TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX participant_of_hearing ON participant (hearing, position);

CREATE TABLE hearing_pass (
    jti TEXT PRIMARY KEY,
    hearing TEXT NOT NULL REFERENCES hearing (id),
    participant TEXT NOT NULL REFERENCES participant (id),
    nbf BIGINT NOT NULL,
    exp BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL,
    device TEXT NOT NULL,
    bound_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX pass_of_participant ON hearing_pass (participant);

CREATE TABLE screening_rule (
    hearing TEXT NOT NULL REFERENCES hearing (id),
    subject TEXT NOT NULL,
    from_ TEXT NOT NULL,
    media TEXT NOT NULL,
    symmetric_ BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (hearing, subject, from_, media)
);

CREATE TABLE chapter (
    hearing TEXT NOT NULL,
    session BIGINT NOT NULL,
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    stage TEXT NOT NULL,
    PRIMARY KEY (hearing, session, position)
);

CREATE TABLE record_interval (
    hearing TEXT NOT NULL,
    session BIGINT NOT NULL,
    position BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT,
    ordered_by TEXT NOT NULL,
    PRIMARY KEY (hearing, session, position)
);

CREATE TABLE event (
    hearing TEXT NOT NULL REFERENCES hearing (id),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (hearing, seq)
);

-- Every revision of every line.  `newest` marks the one that stands.
CREATE TABLE transcript_line (
    hearing TEXT NOT NULL REFERENCES hearing (id),
    id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    session BIGINT NOT NULL,
    participant TEXT,
    start_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    written_by TEXT,
    written_at BIGINT NOT NULL,
    newest BIGINT NOT NULL,
    PRIMARY KEY (hearing, id, revision)
);
CREATE INDEX line_by_time ON transcript_line (hearing, session, start_at);

CREATE TABLE log_note (
    id TEXT PRIMARY KEY,
    hearing TEXT NOT NULL REFERENCES hearing (id),
    session BIGINT NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    by_hand BIGINT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX note_by_time ON log_note (hearing, at);

CREATE TABLE connectivity (
    id TEXT PRIMARY KEY,
    hearing TEXT NOT NULL REFERENCES hearing (id),
    participant TEXT NOT NULL,
    at BIGINT NOT NULL,
    fact TEXT NOT NULL,
    details TEXT
);
CREATE INDEX connectivity_by_time ON connectivity (hearing, at);

CREATE TABLE command_memory (
    participant TEXT NOT NULL,
    id TEXT NOT NULL,
    reply TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (participant, id)
);
CREATE INDEX memory_by_time ON command_memory (participant, at);

