-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What the malware scanner said of a file, and when it was asked last.

ALTER TABLE filing_file ADD COLUMN finding TEXT NOT NULL DEFAULT '';
ALTER TABLE filing_file ADD COLUMN scanned_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX file_by_scan ON filing_file (scan, scanned_at);
