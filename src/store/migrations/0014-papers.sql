-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What is filed into a case that is there: answers, motions, evidence; until when; and
-- who may do it for a party.

-- `matters`: the special acts that the power of attorney names (filing/authority.h).
-- `valid_until`, `ended_at`: 0 is never.  `document`: the power of attorney, of the
-- sheet of the case; NULL: none was linked.
ALTER TABLE representative ADD COLUMN matters TEXT NOT NULL DEFAULT '';
ALTER TABLE representative ADD COLUMN valid_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE representative ADD COLUMN valid_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE representative ADD COLUMN document TEXT REFERENCES filing_document (id);
ALTER TABLE representative ADD COLUMN ended_at BIGINT NOT NULL DEFAULT 0;

-- What an authority was from when on: rows are added and never changed.
CREATE TABLE representative_change (
    representative TEXT NOT NULL REFERENCES representative (id),
    number BIGINT NOT NULL,
    action TEXT NOT NULL,
    scope TEXT NOT NULL,
    matters TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    document TEXT REFERENCES filing_document (id),
    reason TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (representative, number)
);

-- A paper is a filing (its states, files, receipts, trail are those of `filing`, whose
-- case_id stays NULL: no case comes of it) that goes into a case.  `code` is of the
-- court's list.  `limit_at`, `rule`: the time limit that held when it was handed in; 0,
-- '': none.  `entry`: its number on the sheet; 0: it is not there yet.
CREATE TABLE paper (
    filing TEXT PRIMARY KEY REFERENCES filing (id),
    case_id TEXT NOT NULL REFERENCES case_ (id),
    party TEXT NOT NULL REFERENCES party (id),
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    limit_at BIGINT NOT NULL,
    rule TEXT NOT NULL,
    is_late BIGINT NOT NULL,
    was_sent_back BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    remark TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX paper_of_case ON paper (case_id, created_at);

-- Until when something is to be filed, by one party or, with NULL, by all: the newest
-- row of a case, party and code stands.
CREATE TABLE paper_limit (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_ (id),
    party TEXT REFERENCES party (id),
    code TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    rule TEXT NOT NULL,
    reason TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at BIGINT NOT NULL
);
CREATE INDEX limit_of_case ON paper_limit (case_id, code, set_at);

-- 原1, 原2, 被1: numbered for each side of a case without a gap, when it is entered.
CREATE TABLE exhibit (
    case_id TEXT NOT NULL REFERENCES case_ (id),
    side TEXT NOT NULL,
    number BIGINT NOT NULL,
    document TEXT NOT NULL UNIQUE REFERENCES filing_document (id),
    PRIMARY KEY (case_id, side, number)
);

-- What a document of evidence is to prove.
ALTER TABLE filing_document ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
