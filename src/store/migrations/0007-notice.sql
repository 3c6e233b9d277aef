-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What the court tells people, and the outbox: both are written in the transaction of
-- the thing that they tell of.  docs/NOTICES.md has the states.

-- `key_` is what it tells of, so that nothing is told twice.  Subject, body and brief
-- are filled in but for the links, which are made when it is sent and kept nowhere.
-- `about_at`: the time of the hearing that it speaks of; 0: it speaks of none, and
-- goes out in any case.
CREATE TABLE notice (
    id TEXT PRIMARY KEY,
    key_ TEXT NOT NULL UNIQUE,
    court TEXT NOT NULL REFERENCES court (id),
    kind TEXT NOT NULL,
    template TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    language TEXT NOT NULL,
    case_id TEXT REFERENCES case_ (id),
    filing TEXT REFERENCES filing (id),
    hearing TEXT REFERENCES hearing (id),
    participant TEXT REFERENCES participant (id),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    brief TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    about_at BIGINT NOT NULL,
    send_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX notice_of_case ON notice (case_id, created_at);
CREATE INDEX notice_of_hearing ON notice (hearing, created_at);
CREATE INDEX notice_of_filing ON notice (filing, created_at);
CREATE INDEX notice_of_person ON notice (person, created_at);
CREATE INDEX notice_of_court ON notice (court, created_at);

-- One sending of a notice to one address.  Its id is in the Message-ID and does not
-- change from try to try; what a clerk sends again is a new row.
CREATE TABLE notice_sending (
    id TEXT PRIMARY KEY,
    notice TEXT NOT NULL REFERENCES notice (id),
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    basis TEXT NOT NULL,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    why TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    arrived_at BIGINT NOT NULL,
    read_at BIGINT NOT NULL,
    acted_at BIGINT NOT NULL,
    handled_by TEXT NOT NULL,
    handled_at BIGINT NOT NULL,
    handled_how TEXT NOT NULL,
    state_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX sending_of_notice ON notice_sending (notice, created_at);
CREATE INDEX sending_by_time ON notice_sending (state, next_at);

-- How a case stands is asked by its number.
CREATE INDEX case_by_number ON case_ (number_text);
CREATE INDEX filing_by_receipt ON filing (receipt_no);
CREATE INDEX hearing_by_start ON hearing (scheduled_start);
