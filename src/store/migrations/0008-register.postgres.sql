-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- The register: sheets, and a search over all cases of a court.  SQLite has a file of
-- its own; they differ in register_search alone.

-- The docket sheet of a case.  `access`: 0 public, 1 the parties, 2 the court, 3 sealed.
-- `entries`: how many the case has, and so the number of the last: gap-free, because it
-- is raised in the transaction that enters one.  0: it has no sheet yet.
ALTER TABLE case_ ADD COLUMN access BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_ ADD COLUMN entries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE case_ ADD COLUMN claimant TEXT NOT NULL DEFAULT '';
ALTER TABLE case_ ADD COLUMN respondent TEXT NOT NULL DEFAULT '';
CREATE INDEX case_by_day ON case_ (court, docketed_at, id);
CREATE INDEX case_without_sheet ON case_ (id) WHERE entries = 0;
CREATE INDEX party_of_person ON party (person);
CREATE INDEX representative_of_party ON representative (party);
CREATE INDEX representative_of_person ON representative (person);
CREATE INDEX register_hearing_of_case ON hearing (case_id);
CREATE INDEX register_filing_of_case ON filing (case_id);

-- `filed_by` is a name as it was then, `entered_by` an account or `system`.
CREATE TABLE docket_entry (
    case_id TEXT NOT NULL REFERENCES case_ (id),
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    access BIGINT NOT NULL,
    filed_at BIGINT NOT NULL,
    filed_by TEXT NOT NULL,
    entered_at BIGINT NOT NULL,
    entered_by TEXT NOT NULL,
    PRIMARY KEY (case_id, number)
);

CREATE TABLE docket_document (
    case_id TEXT NOT NULL,
    entry BIGINT NOT NULL,
    position BIGINT NOT NULL,
    document TEXT NOT NULL REFERENCES filing_document (id),
    PRIMARY KEY (case_id, entry, position),
    FOREIGN KEY (case_id, entry) REFERENCES docket_entry (case_id, number)
);

-- Each court has a range of ids of its own, 2^40 of them, so that the newest of a
-- court's are found without looking at other courts'.
CREATE TABLE register_range (
    court TEXT PRIMARY KEY REFERENCES court (id),
    first BIGINT NOT NULL UNIQUE,
    next BIGINT NOT NULL
);

-- What is found by a search: the case itself (entry 0), and its entries with the text
-- of their documents.
CREATE TABLE register_text (
    id BIGINT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES case_ (id),
    entry BIGINT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (case_id, entry)
);

-- The tokens of base/search.h under the id of register_text, which is called as in FTS5.
CREATE TABLE register_search (
    folded TEXT NOT NULL,
    pairs TEXT NOT NULL,
    access BIGINT NOT NULL,
    rowid BIGINT PRIMARY KEY
);

-- A GIN index knows no order: the newest of a million cases with a common word would
-- all be fetched and sorted.  So each token carries the block of 8192 rows in which it
-- stands, and a search goes from the newest block back until it has enough.  That also
-- keeps what a new row costs from growing: it touches its own block's tokens only.
CREATE FUNCTION oyer_register_tokens(block BIGINT, tokens TEXT) RETURNS TEXT[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_to_array(
        block || ':' || replace(tokens, ' ', ' ' || block || ':'), ' ')
$$;
CREATE INDEX register_search_tokens ON register_search USING gin (
    oyer_register_tokens(rowid >> 13, folded || ' ' || pairs)
) WITH (fastupdate = off);

-- At most `most` rows from `low` to `high` that hold every quoted phrase of `query` and
-- may be seen with `clearance`, the newest first.
CREATE FUNCTION oyer_search_register(
    query TEXT, low BIGINT, high BIGINT, clearance BIGINT, most BIGINT
) RETURNS SETOF BIGINT LANGUAGE plpgsql STABLE ROWS 20 SET enable_seqscan = off AS $$
DECLARE
    phrases TEXT[] := string_to_array(btrim(query, '"'), '" "');
    wanted TEXT := replace(query, '"', '');
    found_now BIGINT;
BEGIN
    FOR block IN REVERSE (high >> 13)..(low >> 13) LOOP
        RETURN QUERY
            WITH hit AS MATERIALIZED (
                SELECT s.rowid AS id, s.access, ' ' || s.folded || ' ' || s.pairs || ' ' AS tokens
                FROM register_search s
                WHERE oyer_register_tokens(s.rowid >> 13, s.folded || ' ' || s.pairs)
                    @> oyer_register_tokens(block, wanted))
            SELECT h.id FROM hit h
            WHERE h.id BETWEEN low AND high AND h.access <= clearance
                AND NOT EXISTS (SELECT 1 FROM unnest(phrases) p
                                WHERE strpos(h.tokens, ' ' || p || ' ') = 0)
            ORDER BY h.id DESC LIMIT most;
        GET DIAGNOSTICS found_now = ROW_COUNT;
        most := most - found_now;
        EXIT WHEN most <= 0;
    END LOOP;
END $$;
