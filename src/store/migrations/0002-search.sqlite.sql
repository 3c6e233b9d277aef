-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Search over folded tokens (one for each CJK character), so that the words are
-- split by us alone.  PostgreSQL has its own file for this.

CREATE VIRTUAL TABLE transcript_search USING fts5 (
    folded,
    hearing UNINDEXED,
    line UNINDEXED,
    tokenize = 'unicode61 remove_diacritics 0'
);
