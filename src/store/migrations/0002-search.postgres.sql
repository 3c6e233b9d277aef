-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Search over folded tokens (one for each CJK character), as in the file for
-- SQLite.  The words are split by us alone: PostgreSQL's own parser depends on the
-- locale of the database and knows no CJK words.

CREATE TABLE transcript_search (
    folded TEXT NOT NULL,
    hearing TEXT NOT NULL,
    line TEXT NOT NULL
);
CREATE INDEX transcript_search_tokens ON transcript_search
    USING gin (string_to_array(folded, ' '));
CREATE INDEX transcript_search_line ON transcript_search (hearing, line);

-- Whether the tokens of phrase, which is quoted as FTS5 has it, stand one after the
-- other.  It is inlined, so that the index above is used.
CREATE FUNCTION oyer_matches(folded TEXT, phrase TEXT) RETURNS BOOLEAN
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_to_array(folded, ' ') @> string_to_array(btrim(phrase, '"'), ' ')
        AND strpos(' ' || folded || ' ', ' ' || btrim(phrase, '"') || ' ') > 0
$$;
