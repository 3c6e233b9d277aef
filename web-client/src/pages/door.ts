/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The entry of `/door`. */

import "../styles/join.scss";
import "../styles/door.scss";
import { firstLanguage, savedLanguage, setLanguage } from "../core/i18n/index.js";
import { restoreTextSize } from "../ui/common/header.js";
import "../ui/door/root.js";

setLanguage(firstLanguage(location.search, savedLanguage(), navigator.language));
restoreTextSize();
