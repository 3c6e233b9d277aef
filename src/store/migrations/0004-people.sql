-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Who works here and may do what; who comes from outside and proves it with a
-- code; what needs two; and the log of all that belongs to no hearing.
-- No token, link or code is kept, only its SHA-256.

-- A member of staff.  `login` is lower-case.  "" is no password, no second factor.
CREATE TABLE account (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    login TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    totp TEXT NOT NULL,
    totp_step BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    disabled_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- A role holds in one court.  A role that has ended stays.
CREATE TABLE account_role (
    account TEXT NOT NULL REFERENCES account (id),
    court TEXT NOT NULL REFERENCES court (id),
    role TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    PRIMARY KEY (account, court, role)
);
CREATE INDEX role_of_court ON account_role (court);

-- Who an account is at an OpenID provider.
CREATE TABLE account_identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account TEXT NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);

-- A link that signs in once, or lets a person choose a password.
CREATE TABLE account_link (
    digest TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    purpose TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);

CREATE TABLE account_session (
    digest TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account (id),
    court TEXT NOT NULL REFERENCES court (id),
    means TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    ended_why TEXT
);
CREATE INDEX session_of_account ON account_session (account, ended_at);

-- Where a person can be reached.  `verified_at`: a code sent there came back.
CREATE TABLE person_contact (
    person TEXT NOT NULL REFERENCES person (id),
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    verified_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (person, channel, address)
);
CREATE INDEX contact_by_address ON person_contact (channel, address);

-- A personal link to a case, a filing, …  It opens nothing without a code.
CREATE TABLE visitor_link (
    digest TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL
);
CREATE INDEX link_of_person ON visitor_link (person);

-- `person` is NULL while a newcomer's address has not been proven.
CREATE TABLE one_time_code (
    id TEXT PRIMARY KEY,
    person TEXT REFERENCES person (id),
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    digest TEXT NOT NULL,
    tries BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);
CREATE INDEX code_by_address ON one_time_code (channel, address, created_at);

CREATE TABLE visitor_session (
    digest TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL
);

-- What one person asks for and another must grant.
CREATE TABLE approval (
    id TEXT PRIMARY KEY,
    court TEXT NOT NULL REFERENCES court (id),
    right_ TEXT NOT NULL,
    object TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_by TEXT NOT NULL REFERENCES account (id),
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT REFERENCES account (id),
    decided_at BIGINT NOT NULL,
    decision_reason TEXT,
    used_at BIGINT NOT NULL
);
CREATE INDEX approval_of_court ON approval (court, state, asked_at);

-- The log beside those of the hearings, in chains: `accounts`, `court:ID`,
-- `case:ID`, `filing:ID`.
CREATE TABLE audit_event (
    chain TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
);
