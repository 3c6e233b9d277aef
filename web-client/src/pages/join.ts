/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The entry of `/` and `/j/TOKEN`. */

import "../styles/join.scss";
import { theApp } from "../app/app.js";
import { firstLanguage, savedLanguage, setLanguage } from "../core/i18n/index.js";
import { restoreTextSize } from "../ui/common/header.js";
import "../ui/join/root.js";

setLanguage(firstLanguage(location.search, savedLanguage(), navigator.language));
restoreTextSize();
void theApp().start();
