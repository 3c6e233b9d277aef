-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Staff who sign in with the court's identity provider.

-- A subject is of one account (0004), and an account is one subject.
CREATE UNIQUE INDEX identity_of_account ON account_identity (issuer, account);

-- A sign-in under way: SHA-256 of the state that the provider hands back, and of what
-- the browser keeps.
CREATE TABLE account_attempt (
    state TEXT PRIMARY KEY,
    browser TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX attempt_by_time ON account_attempt (expires_at);
