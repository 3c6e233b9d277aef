-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- A document of a filing that a judge has sealed: 0 is "not sealed".

ALTER TABLE filing_document ADD COLUMN sealed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE filing_document ADD COLUMN sealed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE filing_document ADD COLUMN seal_reason TEXT NOT NULL DEFAULT '';
