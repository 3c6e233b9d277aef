/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The entry of `/pass#TOKEN`. */

import "../styles/join.scss";
import "../styles/pass.scss";
import { firstLanguage, savedLanguage, setLanguage } from "../core/i18n/index.js";
import { restoreTextSize } from "../ui/common/header.js";
import "../ui/pass/sheet.js";

setLanguage(firstLanguage(location.search, savedLanguage(), navigator.language));
restoreTextSize();
