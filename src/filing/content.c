/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/content.h"

#include <string.h>

#include <gio/gio.h>

#include "base/text.h"
#include "filing/builtin.h"

#define AMOUNT_MAX_FEN G_GINT64_CONSTANT(1000000000000000)
#define CAUSES_MAX 2000
#define ITEMS_MAX 50

const char *const oyer_filing_document_kinds[] = {"complaint", "identity", "authority",
                                                  "evidence",  "other",    NULL};
const char *const oyer_filing_defects[] = {
    "identity", "authority", "complaint", "evidence", "illegible", "other", NULL};
const char *const oyer_filing_refusals[] = {"not_a_party_concerned",
                                            "no_defendant",
                                            "no_claim",
                                            "not_civil",
                                            "not_this_court",
                                            "already_decided",
                                            "barred",
                                            "not_corrected",
                                            NULL};

static const char *const languages[] = {"zh", "en", NULL};
static const char *const roles[] = {"plaintiff", "defendant", "third_party", NULL};
static const char *const kinds[] = {"person", "organization", NULL};
static const char *const id_types[] = {
    "", "identity_card", "passport", "credit_code", "other", NULL};

/* The texts of the form and of a party: longest, and words if only those will do. */
typedef struct {
    const char *name;
    gsize max_characters;
    const char *const *words;
} Field;

static const Field fields[] = {
    {"step", 40, NULL},
    {"language", 2, languages},
    {"cause", 64, NULL},
    {"claim", OYER_FILING_CLAIM_MAX, NULL},
    {"facts", OYER_FILING_FACTS_MAX, NULL},
};

static const Field party_fields[] = {
    {"role", 20, roles},
    {"kind", 20, kinds},
    {"name", OYER_FILING_NAME_MAX, NULL},
    {"id_type", 20, id_types},
    {"id_number", 100, NULL},
    {"phone", 100, NULL},
    {"email", 100, NULL},
    {"address", 300, NULL},
};

static gboolean fail(GError **error, const char *name, const char *why)
{
    g_set_error(error, OYER_JSON_ERROR, OYER_JSON_ERROR_SHAPE, "%s: %s", name, why);
    return FALSE;
}

gboolean oyer_filing_is_word(const char *const *words, const char *word)
{
    return word != NULL && g_strv_contains(words, word);
}

static const Field *find_field(const Field *table, gsize count, const char *name)
{
    for (gsize i = 0; i < count; i++)
        if (!strcmp(table[i].name, name))
            return &table[i];
    return NULL;
}

static gboolean check_text(const Field *field, const json_t *value, GError **error)
{
    const char *text = json_string_value(value);

    if (text == NULL || !oyer_text_is_clean(text, field->max_characters))
        return fail(error, field->name, "not a text, or too long");
    if (field->words != NULL && !oyer_filing_is_word(field->words, text))
        return fail(error, field->name, "not one of its words");
    return TRUE;
}

/* ---- parties ---- */

/* Puts what @name says of a party into @out. */
static gboolean take_party_field(json_t *out, const char *name, json_t *value,
                                 GError **error)
{
    if (!strcmp(name, "self")) {
        if (!json_is_boolean(value))
            return fail(error, name, "true or false");
        json_object_set(out, name, value);
        return TRUE;
    }
    const Field *field = find_field(party_fields, G_N_ELEMENTS(party_fields), name);
    if (field == NULL)
        return fail(error, "parties", "a field that nobody knows");
    if (!check_text(field, value, error))
        return FALSE;
    json_object_set(out, name, value);
    return TRUE;
}

/* (transfer full): the party with every field, or NULL. */
static json_t *read_party(json_t *party, GError **error)
{
    g_autoptr(json_t) out =
        oyer_json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b}", "role", "", "kind", "",
                       "name", "", "id_type", "", "id_number", "", "phone", "", "email",
                       "", "address", "", "self", FALSE);
    const char *name;
    json_t *value;

    if (!json_is_object(party)) {
        fail(error, "parties", "not an object");
        return NULL;
    }
    json_object_foreach(party, name, value)
    {
        if (!take_party_field(out, name, value, error))
            return NULL;
    }
    if (!*oyer_json_string(out, "role") || !*oyer_json_string(out, "kind")) {
        fail(error, "parties", "role and kind are needed");
        return NULL;
    }
    return g_steal_pointer(&out);
}

static json_t *read_parties(json_t *parties, GError **error)
{
    g_autoptr(json_t) out = json_array();
    json_t *party;
    gsize i;

    if (!json_is_array(parties) || json_array_size(parties) > OYER_FILING_PARTIES_MAX) {
        fail(error, "parties", "not a list, or too many");
        return NULL;
    }
    json_array_foreach(parties, i, party)
    {
        json_t *read = read_party(party, error);
        if (read == NULL)
            return NULL;
        json_array_append_new(out, read);
    }
    return g_steal_pointer(&out);
}

/* ---- the whole ---- */

json_t *oyer_filing_content_new(const char *language)
{
    return oyer_json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:[]}", "step", "", "language",
                          oyer_filing_is_word(languages, language) ? language : "zh",
                          "cause", "", "claim", "", "facts", "", "amount_fen",
                          (json_int_t)0, "parties");
}

static gboolean take(json_t *out, const char *name, json_t *value, const json_t *causes,
                     GError **error)
{
    if (!strcmp(name, "amount_fen")) {
        if (!json_is_integer(value) || json_integer_value(value) < 0 ||
            json_integer_value(value) > AMOUNT_MAX_FEN)
            return fail(error, name, "not an amount");
        json_object_set(out, name, value);
        return TRUE;
    }
    if (!strcmp(name, "parties")) {
        json_t *parties = read_parties(value, error);
        if (parties != NULL)
            json_object_set_new(out, name, parties);
        return parties != NULL;
    }
    const Field *field = find_field(fields, G_N_ELEMENTS(fields), name);
    if (field == NULL)
        return fail(error, "filing", "a field that nobody knows");
    if (!check_text(field, value, error))
        return FALSE;
    if (!strcmp(name, "cause") && *json_string_value(value) &&
        oyer_filing_cause_type(causes, json_string_value(value)) == NULL)
        return fail(error, name, "not a cause of this court");
    json_object_set(out, name, value);
    return TRUE;
}

json_t *oyer_filing_content_change(const json_t *content, const json_t *patch,
                                   const json_t *causes, GError **error)
{
    g_autoptr(json_t) out = json_deep_copy(content);
    g_autoptr(json_t) mine = json_deep_copy(patch);
    const char *name;
    json_t *value;

    if (!json_is_object(mine)) {
        fail(error, "filing", "not an object");
        return NULL;
    }
    json_object_foreach(mine, name, value)
    {
        if (!take(out, name, value, causes, error))
            return NULL;
    }
    return g_steal_pointer(&out);
}

const char *oyer_filing_content_party(const json_t *content, const char *role)
{
    const json_t *parties = json_object_get(content, "parties");
    json_t *party;
    gsize i;

    json_array_foreach(parties, i, party)
    {
        const char *name = oyer_json_string(party, "name");
        if (!g_strcmp0(oyer_json_string(party, "role"), role) && name && *name)
            return name;
    }
    return "";
}

static gboolean is_nameless(const json_t *content)
{
    const json_t *parties = json_object_get(content, "parties");
    json_t *party;
    gsize i;

    json_array_foreach(parties, i, party)
    {
        g_autofree char *name = g_strdup(oyer_json_string(party, "name"));
        if (name == NULL || *g_strstrip(name) == '\0')
            return TRUE;
    }
    return FALSE;
}

json_t *oyer_filing_content_missing(const json_t *content)
{
    static const char *const texts[] = {"cause", "claim", "facts"};
    json_t *missing = json_array();

    if (!*oyer_filing_content_party(content, "plaintiff"))
        json_array_append_new(missing, json_string("parties.plaintiff"));
    if (!*oyer_filing_content_party(content, "defendant"))
        json_array_append_new(missing, json_string("parties.defendant"));
    if (is_nameless(content))
        json_array_append_new(missing, json_string("parties.name"));
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *text = g_strdup(oyer_json_string(content, texts[i]));
        if (text == NULL || *g_strstrip(text) == '\0')
            json_array_append_new(missing, json_string(texts[i]));
    }
    return missing;
}

/* ---- causes ---- */

static gboolean check_cause(json_t *cause, GError **error)
{
    const char *code, *zh, *en, *type;

    if (!oyer_json_unpack(cause, error, "{s:s,s:s,s:s,s:s}", "code", &code, "zh", &zh,
                          "en", &en, "type_code", &type))
        return FALSE;
    if (!*code || !oyer_text_is_clean(code, 64) || !oyer_text_is_clean(zh, 100) ||
        !oyer_text_is_clean(en, 100) || !*type || !oyer_text_is_clean(type, 10))
        return fail(error, "causes", "a text is empty or too long");
    return TRUE;
}

json_t *oyer_filing_causes_parse(const char *text, gsize size_bytes, GError **error)
{
    g_autoptr(json_t) object = oyer_json_parse(text, size_bytes, error);
    json_t *causes, *cause;
    gsize i;

    if (object == NULL || !oyer_json_unpack(object, error, "{s:o}", "causes", &causes))
        return NULL;
    if (!json_is_array(causes) || json_array_size(causes) > CAUSES_MAX) {
        fail(error, "causes", "not a list, or too long");
        return NULL;
    }
    json_array_foreach(causes, i, cause)
    {
        if (!check_cause(cause, error))
            return NULL;
    }
    return json_incref(causes);
}

json_t *oyer_filing_causes_built_in(void)
{
    g_autoptr(GBytes) bytes = g_resource_lookup_data(
        oyer_filing_get_resource(), "/oyer/filing/data/causes.json",
        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    gsize size_bytes = 0;
    const char *text = g_bytes_get_data(bytes, &size_bytes);
    json_t *causes = oyer_filing_causes_parse(text, size_bytes, NULL);

    g_assert(causes != NULL);
    return causes;
}

/* (transfer none): NULL: none such. */
static const json_t *find_cause(const json_t *causes, const char *code)
{
    json_t *cause;
    gsize i;

    json_array_foreach(causes, i, cause)
    {
        if (!g_strcmp0(oyer_json_string(cause, "code"), code))
            return cause;
    }
    return NULL;
}

const char *oyer_filing_cause_type(const json_t *causes, const char *code)
{
    return oyer_json_string(find_cause(causes, code), "type_code");
}

char *oyer_filing_cause_names(const json_t *causes, const char *code)
{
    const json_t *cause = find_cause(causes, code);

    return cause ? g_strdup_printf("%s %s", oyer_json_string(cause, "zh"),
                                   oyer_json_string(cause, "en"))
                 : NULL;
}

/* ---- notices ---- */

static gboolean check_item(json_t *item, GError **error)
{
    const char *code, *text, *document = "";
    int is_old = FALSE;

    if (!oyer_json_unpack(item, error, "{s:s,s:s,s?s,s?b}", "code", &code, "text",
                          &text, "document", &document, "old", &is_old))
        return FALSE;
    if (!oyer_filing_is_word(oyer_filing_defects, code) || !*text ||
        !oyer_text_is_clean(text, 1000) || strlen(document) > 64)
        return fail(error, "items", "a defect has a code and a text");
    return TRUE;
}

gboolean oyer_filing_items_check(const json_t *items, GError **error)
{
    json_t *item;
    gsize i;

    if (json_array_size(items) == 0 || json_array_size(items) > ITEMS_MAX)
        return fail(error, "items", "a list of at least one");
    json_array_foreach(items, i, item)
    {
        if (!check_item(item, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean is_named(const json_t *item, const json_t *items)
{
    const char *document = oyer_json_string(item, "document");
    json_t *other;
    gsize i;

    json_array_foreach(items, i, other)
    {
        const char *its = oyer_json_string(other, "document");
        if (!g_strcmp0(oyer_json_string(item, "code"),
                       oyer_json_string(other, "code")) &&
            !g_strcmp0(document ? document : "", its ? its : ""))
            return TRUE;
    }
    return FALSE;
}

static gboolean was_named(const json_t *item, const json_t *reviews)
{
    json_t *review;
    gsize i;

    json_array_foreach(reviews, i, review)
    {
        if (is_named(item, json_object_get(review, "items")))
            return TRUE;
    }
    return FALSE;
}

static gboolean is_new(const json_t *item, const json_t *new_documents)
{
    const char *document = oyer_json_string(item, "document");
    json_t *id;
    gsize i;

    json_array_foreach(new_documents, i, id)
    {
        if (document != NULL && !g_strcmp0(json_string_value(id), document))
            return TRUE;
    }
    return FALSE;
}

gboolean oyer_filing_is_late(const json_t *items, const json_t *reviews,
                             const json_t *new_documents)
{
    json_t *item;
    gsize i;

    if (json_array_size(reviews) == 0)
        return FALSE;
    json_array_foreach(items, i, item)
    {
        if (oyer_json_bool(item, "old", FALSE) ||
            (!was_named(item, reviews) && !is_new(item, new_documents)))
            return TRUE;
    }
    return FALSE;
}
