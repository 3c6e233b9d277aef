/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/fee.h"

#include <gio/gio.h>

#include "base/text.h"
#include "filing/builtin.h"

#define FEES_MAX_BYTES (64 * 1024)
#define ROWS_MAX 200
#define TEXT_MAX 200
#define DAYS_MAX 365
/* What may be claimed is bounded too (filing/content.c): no product overflows. */
#define FEN_MAX G_GINT64_CONSTANT(1000000000000000)
#define SHARE_MAX 2000 /* of 10 000 */

static gboolean fail(GError **error, const char *why)
{
    g_set_error(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE, "fees: %s", why);
    return FALSE;
}

static gboolean is_sum(json_int_t fen)
{
    return fen >= 0 && fen <= FEN_MAX;
}

static gboolean is_list(const json_t *list)
{
    return json_is_array(list) && json_array_size(list) <= ROWS_MAX;
}

static gboolean check_steps(const json_t *steps, GError **error)
{
    gsize count = json_array_size(steps), i;
    json_int_t before = 0;
    json_t *step;

    json_array_foreach(steps, i, step)
    {
        json_int_t to, fixed;
        int share;
        if (!oyer_json_unpack(step, error, "{s:I,s:I,s:i}", "to_fen", &to, "fixed_fen",
                              &fixed, "per_10000", &share))
            return FALSE;
        if (!is_sum(to) || !is_sum(fixed) || share < 0 || share > SHARE_MAX ||
            (i + 1 < count ? to <= before : to != 0))
            return fail(error, "the steps rise, and the last has no end");
        before = to;
    }
    return count > 0 || fail(error, "there are no steps");
}

static gboolean check_causes(const json_t *causes, GError **error)
{
    json_t *cause;
    gsize i;

    json_array_foreach(causes, i, cause)
    {
        const char *code;
        json_int_t fee;
        if (!oyer_json_unpack(cause, error, "{s:s,s:I}", "code", &code, "fee_fen",
                              &fee))
            return FALSE;
        if (!is_sum(fee))
            return fail(error, "a fee is no sum");
    }
    return TRUE;
}

static gboolean check_fees(json_t *fees, GError **error)
{
    json_t *steps, *causes, *halved, *procedure;
    const char *rule;
    json_int_t no_amount;
    gsize i;
    int days;

    if (!oyer_json_unpack(fees, error, "{s:i,s:s,s:o,s:I,s:o,s:o}", "days", &days,
                          "rule", &rule, "steps", &steps, "no_amount_fen", &no_amount,
                          "causes", &causes, "halved", &halved))
        return FALSE;
    if (days < 1 || days > DAYS_MAX || !oyer_text_is_clean(rule, TEXT_MAX) ||
        !is_sum(no_amount) || !is_list(steps) || !is_list(causes) || !is_list(halved))
        return fail(error, "out of bounds");
    json_array_foreach(halved, i, procedure)
    {
        if (!json_is_string(procedure))
            return fail(error, "a procedure is a word");
    }
    return check_steps(steps, error) && check_causes(causes, error);
}

json_t *oyer_fees_parse(const char *text, gsize size_bytes, GError **error)
{
    if (size_bytes > FEES_MAX_BYTES) {
        fail(error, "too large");
        return NULL;
    }
    g_autoptr(json_t) fees = oyer_json_parse(text, size_bytes, error);
    return fees != NULL && check_fees(fees, error) ? g_steal_pointer(&fees) : NULL;
}

json_t *oyer_fees_built_in(void)
{
    g_autoptr(GBytes) bytes = g_resource_lookup_data(
        oyer_filing_get_resource(), "/oyer/filing/data/fees.json",
        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    gsize size_bytes = 0;
    const char *text = g_bytes_get_data(bytes, &size_bytes);
    json_t *fees = oyer_fees_parse(text, size_bytes, NULL);

    g_assert(fees != NULL);
    return fees;
}

/* ---- what it costs ---- */

static gint64 by_amount(const json_t *steps, gint64 amount_fen)
{
    gint64 fee_fen = 0, from_fen = 0;
    json_t *step;
    gsize i;

    json_array_foreach(steps, i, step)
    {
        gint64 to_fen = oyer_json_int(step, "to_fen", 0);
        gint64 end_fen = to_fen ? MIN(amount_fen, to_fen) : amount_fen;
        if (amount_fen <= from_fen)
            break;
        fee_fen += oyer_json_int(step, "fixed_fen", 0) +
                   (end_fen - from_fen) * oyer_json_int(step, "per_10000", 0) / 10000;
        from_fen = to_fen;
    }
    return fee_fen;
}

static gint64 whole_fee(const json_t *fees, const char *cause, gint64 amount_fen)
{
    json_t *row;
    gsize i;

    json_array_foreach(json_object_get(fees, "causes"), i, row)
    {
        if (!g_strcmp0(oyer_json_string(row, "code"), cause))
            return oyer_json_int(row, "fee_fen", 0);
    }
    return amount_fen > 0 ? by_amount(json_object_get(fees, "steps"), amount_fen)
                          : oyer_json_int(fees, "no_amount_fen", 0);
}

gint64 oyer_fee_fen(const json_t *fees, const char *cause, const char *procedure,
                    gint64 amount_fen)
{
    gint64 fee_fen = whole_fee(fees, cause, MIN(amount_fen, FEN_MAX));
    json_t *halved;
    gsize i;

    json_array_foreach(json_object_get(fees, "halved"), i, halved)
    {
        if (!g_strcmp0(json_string_value(halved), procedure))
            return fee_fen / 2;
    }
    return fee_fen;
}

guint oyer_fee_days(const json_t *fees)
{
    return (guint)oyer_json_int(fees, "days", 0);
}

const char *oyer_fee_rule(const json_t *fees)
{
    return oyer_json_string(fees, "rule");
}
