/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "media/error.h"

#include "base/id.h"

G_DEFINE_QUARK(oyer_media_error, oyer_media_error)

static const char *const codes[] = {
    [OYER_MEDIA_ERROR_BAD_REQUEST] = "bad_request",
    [OYER_MEDIA_ERROR_NO_SUCH] = "no_such",
    [OYER_MEDIA_ERROR_BAD_SDP] = "bad_sdp",
    [OYER_MEDIA_ERROR_BUSY] = "busy",
    [OYER_MEDIA_ERROR_DISK] = "disk",
    [OYER_MEDIA_ERROR_STATE] = "state",
    [OYER_MEDIA_ERROR_INTERNAL] = "internal",
};

const char *oyer_media_error_code(const GError *error)
{
    if (error->domain == OYER_MEDIA_ERROR && error->code >= 0 &&
        error->code < (int)G_N_ELEMENTS(codes))
        return codes[error->code];
    return codes[OYER_MEDIA_ERROR_INTERNAL];
}

const char *oyer_media_take_text(json_t *request, const char *name, GError **error)
{
    const char *text = json_string_value(json_object_get(request, name));

    if (!text)
        g_set_error(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_REQUEST,
                    "%s is missing", name);
    return text;
}

const char *oyer_media_take_id(json_t *request, const char *name, GError **error)
{
    const char *id = oyer_media_take_text(request, name, error);

    if (id && !oyer_id_is_valid(id)) {
        g_set_error(error, OYER_MEDIA_ERROR, OYER_MEDIA_ERROR_BAD_REQUEST,
                    "%s is not an id", name);
        return NULL;
    }
    return id;
}
