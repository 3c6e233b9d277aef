/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** The desks of judge and clerk: a chunk that no phone of a party ever fetches. */

import "../../styles/staff.scss";
import "../room/index.js";
import "./alerts.js";
import "./desk.js";
import "./lines-panel.js";
import "./identity.js";
import "./new-pass.js";
import "./notes.js";
import "./people-panel.js";
import "./question.js";
import "./recorder-panel.js";
import "./screening.js";
import "./session.js";
import "./transcript.js";
