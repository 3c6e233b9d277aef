-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What was done with the statutory clocks of a case (docs/REGISTER.md), in order; rows
-- are added and never changed.  `at` is when it takes effect, `done_at` when it was
-- written; `allowed_by`: the superior, or "" where none was needed.
CREATE TABLE case_clock (
    case_id TEXT NOT NULL REFERENCES case_ (id),
    seq BIGINT NOT NULL,
    clock TEXT NOT NULL,
    step TEXT NOT NULL,
    at BIGINT NOT NULL,
    months BIGINT NOT NULL,
    days BIGINT NOT NULL,
    reason TEXT NOT NULL,
    done_by TEXT NOT NULL REFERENCES account (id),
    allowed_by TEXT NOT NULL,
    done_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, seq)
);
