-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- How a case comes to the court.  What was done with a filing stands in the chain
-- `filing:ID` of audit_event.

-- `content` is what the filer writes, `submitted` what he handed in last: the registry
-- sees only that.  `head_task`: why the head of filing must look at it, or "".
CREATE TABLE filing (
    id TEXT PRIMARY KEY,
    court TEXT NOT NULL REFERENCES court (id),
    filer TEXT NOT NULL REFERENCES person (id),
    state TEXT NOT NULL,
    rev BIGINT NOT NULL,
    round BIGINT NOT NULL,
    content TEXT NOT NULL,
    submitted TEXT NOT NULL,
    receipt_no TEXT NOT NULL,
    first_received_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    target_at BIGINT NOT NULL,
    correction_due_at BIGINT NOT NULL,
    decided_at BIGINT NOT NULL,
    case_id TEXT REFERENCES case_ (id),
    case_number TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    late_defect BIGINT NOT NULL,
    head_task TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX filing_of_filer ON filing (filer, created_at);
CREATE INDEX filing_of_court ON filing (court, state, due_at);
CREATE INDEX filing_by_due ON filing (state, due_at);

CREATE TABLE filing_document (
    id TEXT PRIMARY KEY,
    filing TEXT NOT NULL REFERENCES filing (id),
    position BIGINT NOT NULL,
    round BIGINT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX document_of_filing ON filing_document (filing, position);

-- The bytes are DIR/filings/FILING/ID.
CREATE TABLE filing_file (
    id TEXT PRIMARY KEY,
    filing TEXT NOT NULL REFERENCES filing (id),
    document TEXT NOT NULL REFERENCES filing_document (id),
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    scan TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX file_of_filing ON filing_file (filing, document, position);

-- Notices, notes, refusals: body is what docs/FILING.md shows of them.
CREATE TABLE filing_review (
    id TEXT PRIMARY KEY,
    filing TEXT NOT NULL REFERENCES filing (id),
    round BIGINT NOT NULL,
    kind TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX review_of_filing ON filing_review (filing, created_at);

CREATE TABLE filing_receipt (
    filing TEXT NOT NULL REFERENCES filing (id),
    round BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (filing, round)
);

CREATE TABLE receipt_number_seq (
    court TEXT NOT NULL REFERENCES court (id),
    year BIGINT NOT NULL,
    next BIGINT NOT NULL,
    PRIMARY KEY (court, year)
);

-- Who read which file last, so that one reading is one line of the trail.
CREATE TABLE filing_reading (
    file TEXT NOT NULL REFERENCES filing_file (id),
    account TEXT NOT NULL REFERENCES account (id),
    read_at BIGINT NOT NULL,
    PRIMARY KEY (file, account)
);

-- A case number that was taken and belongs to no case.
CREATE TABLE void_number (
    court TEXT NOT NULL REFERENCES court (id),
    year BIGINT NOT NULL,
    type_code TEXT NOT NULL,
    seq BIGINT NOT NULL,
    number_text TEXT NOT NULL,
    reason TEXT NOT NULL,
    voided_by TEXT NOT NULL,
    voided_at BIGINT NOT NULL,
    PRIMARY KEY (court, year, type_code, seq)
);
