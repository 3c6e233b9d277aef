-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- The court house's door: what the usher scanned, and when people came.

-- `id` is made by the usher's device: told twice is once.  `shown`: what stood on the
-- screen there; `verdict`: what the server says of the same pass and moment.
CREATE TABLE door_scan (
    id TEXT PRIMARY KEY,
    court TEXT NOT NULL REFERENCES court (id),
    account TEXT NOT NULL REFERENCES account (id),
    participant TEXT,
    jti TEXT NOT NULL,
    at BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    offline BIGINT NOT NULL,
    shown TEXT NOT NULL,
    verdict TEXT NOT NULL
);
CREATE INDEX scan_of_court ON door_scan (court, at);

-- What is known of somebody's coming, as JSON; '' is nothing.
ALTER TABLE participant ADD COLUMN check_in TEXT NOT NULL DEFAULT '';
