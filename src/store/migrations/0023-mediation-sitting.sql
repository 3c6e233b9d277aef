-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- A sitting of a mediation (docs/FILING.md) is a hearing of no case: whatever asks by
-- the case, as the sheet, the search, the cause list and the calendar do, finds none.
-- Of a case or of a mediation, never of both: what is tried is never one that is not
-- recorded.
DROP INDEX register_hearing_of_case;
ALTER TABLE hearing ADD COLUMN of_case TEXT REFERENCES case_ (id);
UPDATE hearing SET of_case = case_id;
ALTER TABLE hearing DROP COLUMN case_id;
ALTER TABLE hearing RENAME COLUMN of_case TO case_id;
ALTER TABLE hearing ADD COLUMN mediation TEXT REFERENCES mediation (id)
    CHECK ((mediation IS NULL) <> (case_id IS NULL));
CREATE INDEX register_hearing_of_case ON hearing (case_id);
CREATE INDEX hearing_of_mediation ON hearing (mediation);
