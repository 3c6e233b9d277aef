-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- When somebody of the court or one of its rooms cannot be booked; docs/SCHEDULE.md.

-- `kind`: leave (`resource` is a person), repair (a court room).  What was taken back
-- stays, with who did it.
CREATE TABLE absence (
    id TEXT PRIMARY KEY,
    court TEXT NOT NULL REFERENCES court (id),
    kind TEXT NOT NULL,
    resource TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    note TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL,
    removed_by TEXT NOT NULL,
    removed_at BIGINT NOT NULL
);
CREATE INDEX absence_of_resource ON absence (resource, to_at);
CREATE INDEX absence_of_court ON absence (court, to_at);
