/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The entry of `/court`, for everybody, and of `/n/TOKEN`, one notice for who got it. */

import "../styles/join.scss";
import "../styles/court.scss";
import { firstLanguage, savedLanguage, setLanguage } from "../core/i18n/index.js";
import { restoreTextSize } from "../ui/common/header.js";
import "../ui/court/root.js";

setLanguage(firstLanguage(location.search, savedLanguage(), navigator.language));
restoreTextSize();
