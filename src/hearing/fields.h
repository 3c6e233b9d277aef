/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The fields of a client's messages: one function a kind of field, which checks
 * the JSON value and puts it into the message.  hearing/message.c has the table
 * of which message has which.
 *
 * Thread: any.
 */
#pragma once

#include "hearing/message.h"

/* FALSE if @value is not what the field may hold; @name says which field it is. */
typedef gboolean (*OyerFieldTake)(OyerMessage *message, const char *name,
                                  const json_t *value);

typedef struct {
    const char *name; /* NULL: the list has ended */
    OyerFieldTake take;
    gboolean required; /* otherwise it may be absent, or null */
} OyerField;

#define OYER_FIELD(name)                                                \
    gboolean oyer_field_##name(OyerMessage *message, const char *field, \
                               const json_t *value)

OYER_FIELD(version);
OYER_FIELD(token);
OYER_FIELD(device);
OYER_FIELD(language);
OYER_FIELD(agent);
OYER_FIELD(check_result);
OYER_FIELD(check_device);
OYER_FIELD(check_line);
OYER_FIELD(share);   /* 0…1 */
OYER_FIELD(count);   /* a whole number, at most a minute's worth of ms */
OYER_FIELD(percent); /* a whole number, 0…100 */
OYER_FIELD(flag);
OYER_FIELD(true); /* only `true` will do */
OYER_FIELD(sdp);
OYER_FIELD(tracks);
OYER_FIELD(negotiation);
OYER_FIELD(connection);
OYER_FIELD(mid);
OYER_FIELD(candidate);
OYER_FIELD(wishes);
OYER_FIELD(chosen);
OYER_FIELD(sends);
OYER_FIELD(raised);
OYER_FIELD(trouble);
OYER_FIELD(text);
OYER_FIELD(rules);  /* what was declared, as it stood on the screen */
OYER_FIELD(remark); /* looked at here, kept as it was sent */
OYER_FIELD(line);
OYER_FIELD(at);
OYER_FIELD(participant);
OYER_FIELD(from);
OYER_FIELD(reason);
OYER_FIELD(kinds);
OYER_FIELD(verified);
OYER_FIELD(where);
OYER_FIELD(document);
OYER_FIELD(number);
OYER_FIELD(compared);
OYER_FIELD(screen_media);
OYER_FIELD(on);
OYER_FIELD(symmetric);
OYER_FIELD(override);
OYER_FIELD(adjourn);
OYER_FIELD(let_in);
OYER_FIELD(stage);
