-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Who agreed to what being done online: party × stage × answer, with time, means and
-- evidence.  Rows are added and never changed: the newest answer stands, and none is
-- ever taken from another stage.

CREATE TABLE consent_question (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_ (id),
    stage TEXT NOT NULL,
    text TEXT NOT NULL,
    asked_by TEXT NOT NULL REFERENCES account (id),
    asked_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL
);
CREATE INDEX question_of_case ON consent_question (case_id, stage, asked_at);

-- `given_by`: the person who answered, or the account that wrote down what was said.
CREATE TABLE consent (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_ (id),
    party TEXT NOT NULL REFERENCES party (id),
    stage TEXT NOT NULL,
    answer TEXT NOT NULL,
    means TEXT NOT NULL,
    evidence TEXT NOT NULL,
    reason TEXT NOT NULL,
    given_by TEXT NOT NULL,
    given_at BIGINT NOT NULL
);
CREATE INDEX consent_of_party ON consent (party, stage, given_at);
CREATE INDEX consent_of_case ON consent (case_id, given_at);
