-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- A time limit of papers is a clock that began by hand, for one party or, with NULL, for
-- all: one list of steps for both.  `kind`: why it was extended or suspended, of the
-- court's reasons; "" where none is needed, or before this version.
ALTER TABLE case_clock ADD COLUMN party TEXT REFERENCES party (id);
ALTER TABLE case_clock ADD COLUMN kind TEXT NOT NULL DEFAULT '';

INSERT INTO case_clock (case_id, seq, clock, party, step, at, months, days, kind,
                        reason, done_by, allowed_by, done_at)
SELECT l.case_id,
       COALESCE((SELECT MAX(k.seq) FROM case_clock k WHERE k.case_id = l.case_id), 0)
           + ROW_NUMBER() OVER (PARTITION BY l.case_id ORDER BY l.set_at, l.id),
       l.code, l.party, 'start', l.from_at, 0,
       (l.due_at - l.from_at - 1) / 86400000000, '', l.reason, l.set_by, '', l.set_at
FROM paper_limit l;
DROP TABLE paper_limit;
