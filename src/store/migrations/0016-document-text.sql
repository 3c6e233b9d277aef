-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- The text of documents, for a search of the register.

-- text_state: '' not read yet, `taken` under way, `read`, `none` (a picture), `failed`;
-- text_why says why it failed.
ALTER TABLE filing_file ADD COLUMN text_state TEXT NOT NULL DEFAULT '';
ALTER TABLE filing_file ADD COLUMN text_why TEXT NOT NULL DEFAULT '';
ALTER TABLE filing_file ADD COLUMN text_tries BIGINT NOT NULL DEFAULT 0;
CREATE INDEX file_without_text ON filing_file (text_state, id)
    WHERE text_state IN ('', 'taken', 'failed');
CREATE INDEX docket_entry_of_document ON docket_document (document);

-- Some of a file's text, with the page where it begins.  `id` is of the same series as
-- those of register_text, and register_search has its tokens.
CREATE TABLE register_piece (
    id BIGINT PRIMARY KEY,
    case_id TEXT NOT NULL,
    entry BIGINT NOT NULL,
    file TEXT NOT NULL REFERENCES filing_file (id),
    page BIGINT NOT NULL,
    text TEXT NOT NULL,
    FOREIGN KEY (case_id, entry) REFERENCES docket_entry (case_id, number)
);
CREATE INDEX register_piece_of_case ON register_piece (case_id);
CREATE INDEX register_piece_of_file ON register_piece (file);

-- Who may see what a search finds: never more than may see the case, the entry and the
-- document.  An entry names its documents, so it is sealed with any of them.
CREATE VIEW register_level (id, case_id, entry, file, page, text, access) AS
    SELECT t.id, t.case_id, t.entry, NULL, 0, t.text,
        CASE WHEN EXISTS (SELECT 1 FROM docket_document d
                          JOIN filing_document f ON f.id = d.document
                          WHERE d.case_id = t.case_id AND d.entry = t.entry
                          AND f.sealed_at > 0) THEN 3
             WHEN COALESCE(e.access, 0) > c.access THEN e.access ELSE c.access END
    FROM register_text t JOIN case_ c ON c.id = t.case_id
    LEFT JOIN docket_entry e ON e.case_id = t.case_id AND e.number = t.entry
    UNION ALL
    SELECT p.id, p.case_id, p.entry, p.file, p.page, p.text,
        CASE WHEN d.sealed_at > 0 THEN 3
             WHEN e.access > c.access THEN e.access ELSE c.access END
    FROM register_piece p JOIN case_ c ON c.id = p.case_id
    JOIN docket_entry e ON e.case_id = p.case_id AND e.number = p.entry
    JOIN filing_file f ON f.id = p.file JOIN filing_document d ON d.id = f.document;

-- What was sealed before is not found any more.
UPDATE register_search SET access = 3 WHERE rowid IN (
    SELECT t.id FROM register_text t
    JOIN docket_document d ON d.case_id = t.case_id AND d.entry = t.entry
    JOIN filing_document f ON f.id = d.document WHERE f.sealed_at > 0);
