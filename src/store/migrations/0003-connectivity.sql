-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- The connectivity record of a hearing: what happened to whose line (connectivity),
-- and how each line was, every five seconds (line_sample).

ALTER TABLE connectivity ADD COLUMN session BIGINT NOT NULL DEFAULT 1;

-- body: the figures as JSON, as docs/PROTOCOL.md has them.
CREATE TABLE line_sample (
    hearing TEXT NOT NULL REFERENCES hearing (id),
    at BIGINT NOT NULL,
    participant TEXT NOT NULL,
    session BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (hearing, at, participant)
);
