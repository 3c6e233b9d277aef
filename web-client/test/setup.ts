/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** What every browser has and Node.js 18, Debian 12's, does not say yet. */

import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto as unknown as Crypto;
