/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The court room: a chunk of its own, fetched during the device check. */

import "../../styles/room.scss";
import "./announcer.js";
import "./banners.js";
import "./call-bar.js";
import "./captions.js";
import "./look.js";
import "./room.js";
import "./stage.js";
import "./tile.js";
import "./top.js";
