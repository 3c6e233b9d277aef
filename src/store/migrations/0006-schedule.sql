-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- When which hearing is held, where, with whom; docs/SCHEDULE.md.

CREATE TABLE court_room (
    id TEXT PRIMARY KEY,
    court TEXT NOT NULL REFERENCES court (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT NOT NULL
);
CREATE INDEX room_of_court ON court_room (court);

-- One row.  Whoever writes into the schedule raises it first: so bookings come one
-- after the other, whatever process makes them.
CREATE TABLE schedule_clock (
    id BIGINT PRIMARY KEY,
    rev BIGINT NOT NULL
);
INSERT INTO schedule_clock (id, rev) VALUES (1, 0);

-- What a hearing is booked as.  `rev` counts the changes.  `body` is the plan, without
-- names.
CREATE TABLE hearing_plan (
    hearing TEXT PRIMARY KEY REFERENCES hearing (id),
    court TEXT NOT NULL REFERENCES court (id),
    rev BIGINT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    begins_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX plan_of_court ON hearing_plan (court, ends_at);

CREATE TABLE hearing_case (
    hearing TEXT NOT NULL REFERENCES hearing (id),
    case_id TEXT NOT NULL REFERENCES case_ (id),
    position BIGINT NOT NULL,
    PRIMARY KEY (hearing, case_id)
);
CREATE INDEX hearing_of_case ON hearing_case (case_id);

-- What the plans that stand hold: of one resource no two rows overlap.
CREATE TABLE booking (
    hearing TEXT NOT NULL REFERENCES hearing (id),
    session BIGINT NOT NULL,
    resource TEXT NOT NULL,
    capacity TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    PRIMARY KEY (hearing, session, resource)
);
CREATE INDEX booking_of_resource ON booking (resource, to_at);
CREATE INDEX booking_by_time ON booking (to_at);

-- What somebody is booked for.
CREATE INDEX participant_by_person ON participant (person);

-- Every change with what stood before ("" nothing), so that it can be taken back.
CREATE TABLE schedule_change (
    hearing TEXT NOT NULL REFERENCES hearing (id),
    rev BIGINT NOT NULL,
    action TEXT NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    state_before TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    changed_by TEXT NOT NULL REFERENCES account (id),
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (hearing, rev)
);

-- A case whose hearing was put off.  `new_at`: 0 while there is no new day.
CREATE TABLE adjournment (
    case_id TEXT NOT NULL REFERENCES case_ (id),
    hearing TEXT NOT NULL REFERENCES hearing (id),
    rev BIGINT NOT NULL,
    code TEXT NOT NULL,
    old_at BIGINT NOT NULL,
    new_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, hearing, rev)
);

-- A secret address of the calendar of a person or a room.  The token is not kept, only
-- its SHA-256.
CREATE TABLE calendar_feed (
    digest TEXT PRIMARY KEY,
    court TEXT NOT NULL REFERENCES court (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL
);
CREATE INDEX feed_of_subject ON calendar_feed (court, kind, subject);
