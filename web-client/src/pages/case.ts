/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The entry of `/case`. */

import "../styles/join.scss";
import "../styles/filing.scss";
import { firstLanguage, savedLanguage, setLanguage } from "../core/i18n/index.js";
import { restoreTextSize } from "../ui/common/header.js";
import "../ui/case/root.js";

setLanguage(firstLanguage(location.search, savedLanguage(), navigator.language));
restoreTextSize();
