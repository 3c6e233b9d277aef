-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- A mediation's own file (docs/FILING.md): nothing of it is in a case, in a docket sheet
-- or in what a search finds, but how it ended.
CREATE TABLE mediation (
    id TEXT PRIMARY KEY,
    court TEXT NOT NULL REFERENCES court (id),
    case_id TEXT REFERENCES case_ (id),
    subject TEXT NOT NULL,
    mediator TEXT NOT NULL REFERENCES account (id),
    state TEXT NOT NULL,
    opened_by TEXT NOT NULL REFERENCES account (id),
    opened_at BIGINT NOT NULL,
    closed_at BIGINT NOT NULL
);
CREATE INDEX mediation_of_mediator ON mediation (mediator, opened_at);

CREATE TABLE mediation_party (
    mediation TEXT NOT NULL REFERENCES mediation (id),
    person TEXT NOT NULL REFERENCES person (id),
    side TEXT NOT NULL,
    PRIMARY KEY (mediation, person)
);
CREATE INDEX mediation_of_person ON mediation_party (person);

-- `person` or `account` wrote it; the other is "".
CREATE TABLE mediation_paper (
    mediation TEXT NOT NULL REFERENCES mediation (id),
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    person TEXT NOT NULL,
    account TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    PRIMARY KEY (mediation, seq)
);
