/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/sdp.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_fragment(const char *text, gsize size)
{
    g_autoptr(OyerFragment) fragment = oyer_fragment_parse(text, size);

    if (fragment == NULL)
        return;
    g_assert_cmpuint(fragment->candidates->len, <=, OYER_FRAGMENT_MAX_CANDIDATES);
    g_assert_true((fragment->ufrag == NULL) == (fragment->password == NULL));
    for (guint i = 0; i < fragment->candidates->len; i++) {
        const OyerFragmentCandidate *candidate =
            &g_array_index(fragment->candidates, OyerFragmentCandidate, i);
        g_assert_cmpuint(strlen(candidate->mid), >, 0);
        g_assert_true(g_str_has_prefix(candidate->candidate, "candidate:"));
    }
}

static void check_offer(const char *text)
{
    json_t *tracks = oyer_sdp_tracks(text);

    if (tracks == NULL)
        return;
    g_assert_cmpuint(json_array_size(tracks), <=, 3);
    g_autofree char *other = oyer_sdp_with_credentials(text, "u", "p");
    json_t *same = oyer_sdp_tracks(other);
    g_assert_true(json_equal(tracks, same));
    json_decref(same);
    json_decref(tracks);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *text = g_strndup((const char *)data, size);

    check_fragment((const char *)data, size);
    check_offer(text);
    g_autofree char *answer = oyer_fragment_of_answer(text);
    g_assert_nonnull(answer);
    return 0;
}
