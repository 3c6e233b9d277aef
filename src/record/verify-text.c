/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdarg.h>

#include "base/clock.h"
#include "base/json.h"
#include "record/verify.h"

typedef enum { ENGLISH, CHINESE, LANGUAGES } Language;

static const struct {
    const char *name; /* in JSON */
    const char *text[LANGUAGES];
} kinds[] = {
    [OYER_FINDING_CHANGED] = {"changed",
                              {"changed since it was sealed", "封存后被改动"}},
    [OYER_FINDING_MISSING] = {"missing", {"missing", "缺失"}},
    [OYER_FINDING_EXTRA] = {"extra",
                            {"not part of the sealed record", "不属于封存的记录"}},
    [OYER_FINDING_STRUCTURE] = {"structure",
                                {"not readable as a record", "无法作为记录读取"}},
    [OYER_FINDING_SIGNATURE] = {"signature",
                                {"the signature is not valid", "签名无效"}},
    [OYER_FINDING_KEY] = {"key", {"signed by another key", "由另一把密钥签名"}},
    [OYER_FINDING_ROOT] = {"root", {"does not fit the record", "与记录不符"}},
    [OYER_FINDING_JOURNAL] = {"journal",
                              {"the journal's own chain is broken",
                               "原始记录的链被破坏"}},
    [OYER_FINDING_EVENTS] = {"events",
                             {"the event log's chain is broken", "事件日志的链被破坏"}},
};

/* The sentences of the report, each with its place for the values. */
enum {
    SAY_OK,
    SAY_NOT_OK,
    SAY_CASE,
    SAY_FILES,
    SAY_SEALED,
    SAY_KEY,
    SAY_COMPARE,
    SAY_AT,
    SAY_SPEAKER,
    SAY_BYTES,
    SAY_MORE,
};

static const char *const says[][LANGUAGES] = {
    [SAY_OK] = {"OK: the record is complete and unchanged.",
                "核验通过：记录完整，未被改动。"},
    [SAY_NOT_OK] = {"NOT OK: %u finding(s).", "核验不通过：发现 %u 处问题。"},
    [SAY_CASE] = {"Case %s, hearing %s, session %s", "案号 %s，庭审 %s，第 %s 次开庭"},
    [SAY_FILES] = {"%u files, %" G_GUINT64_FORMAT " bytes",
                   "共 %u 个文件，%" G_GUINT64_FORMAT " 字节"},
    [SAY_SEALED] = {"Sealed at %s", "封存时间 %s"},
    [SAY_KEY] = {"Key fingerprint %s", "公钥指纹 %s"},
    [SAY_COMPARE] = {"Compare the fingerprint with the one that the court publishes.",
                     "请与法院公布的指纹比对。"},
    [SAY_AT] = {"at %s (%02d:%02d from the opening)", "时间 %s（开庭后 %02d:%02d）"},
    [SAY_SPEAKER] = {"speaker %s", "发言人 %s"},
    [SAY_BYTES] = {"bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT,
                   "字节 %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT},
    [SAY_MORE] = {"… and %u more.", "……另有 %u 处。"},
};

/* A text from the package goes to a terminal: without control characters. */
static char *printable(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text ? text : "?", -1);
    GString *out = g_string_new(NULL);

    for (char *c = valid; *c; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);
        g_string_append_unichar(out, g_unichar_iscntrl(character) ? '?' : character);
    }
    return g_string_free(out, FALSE);
}

/* @format is one of says. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void say(GString *out, Language language, guint which, ...)
{
    va_list values;

    va_start(values, which);
    g_string_append_vprintf(out, says[which][language], values);
    va_end(values);
}
#pragma GCC diagnostic pop

static void put_finding(GString *out, const OyerVerdict *self,
                        const OyerFinding *finding, Language language)
{
    g_autofree char *file = printable(finding->file);
    g_autofree char *speaker = printable(finding->speaker);
    g_autofree char *text = printable(finding->text);

    g_string_append_printf(out, "  %s: %s", file, kinds[finding->kind].text[language]);
    if (finding->from_us) {
        g_autofree char *at = oyer_time_format(finding->from_us);
        gint64 since_s = self->opened_us ? MAX(finding->from_us - self->opened_us, 0) /
                                               OYER_SECOND_US
                                         : 0;
        g_string_append(out, ", ");
        say(out, language, SAY_AT, at, (int)(since_s / 60), (int)(since_s % 60));
    }
    if (finding->speaker) {
        g_string_append(out, ", ");
        say(out, language, SAY_SPEAKER, speaker);
    }
    if (finding->to_offset) {
        g_string_append(out, ", ");
        say(out, language, SAY_BYTES, finding->from_offset, finding->to_offset);
    }
    if (finding->text)
        g_string_append_printf(out, " (%s)", text);
    g_string_append_c(out, '\n');
}

static void put_head(GString *out, const OyerVerdict *self, Language language)
{
    g_autofree char *number = printable(self->case_number);
    g_autofree char *hearing = printable(self->hearing);
    g_autofree char *session = printable(self->session);
    g_autofree char *sealed_at = printable(self->sealed_at);

    say(out, language, SAY_CASE, number, hearing, session);
    g_string_append_c(out, '\n');
    say(out, language, SAY_FILES, self->files, self->bytes);
    g_string_append_c(out, '\n');
    say(out, language, SAY_SEALED, sealed_at);
    g_string_append_c(out, '\n');
    say(out, language, SAY_KEY, self->fingerprint ? self->fingerprint : "?");
    g_string_append_c(out, '\n');
}

char *oyer_verdict_to_text(const OyerVerdict *self, const char *language_name)
{
    Language language = g_str_has_prefix(language_name, "zh") ? CHINESE : ENGLISH;
    GString *out = g_string_new(NULL);
    guint count = self->findings->len + self->findings_left_out;

    put_head(out, self, language);
    for (guint i = 0; i < self->findings->len; i++)
        put_finding(out, self, self->findings->pdata[i], language);
    if (self->findings_left_out) {
        say(out, language, SAY_MORE, self->findings_left_out);
        g_string_append_c(out, '\n');
    }
    if (count)
        say(out, language, SAY_NOT_OK, count);
    else
        say(out, language, SAY_OK);
    g_string_append_c(out, '\n');
    if (!count) {
        say(out, language, SAY_COMPARE);
        g_string_append_c(out, '\n');
    }
    return g_string_free(out, FALSE);
}

/* --- JSON --- */

static void set_text(json_t *object, const char *name, const char *value)
{
    g_autofree char *valid = value ? g_utf8_make_valid(value, -1) : NULL;

    (void)json_object_set_new(object, name, valid ? json_string(valid) : json_null());
}

static json_t *finding_to_json(const OyerVerdict *self, const OyerFinding *finding)
{
    json_t *json = json_object();

    set_text(json, "kind", kinds[finding->kind].name);
    set_text(json, "file", finding->file);
    set_text(json, "participant", finding->participant);
    set_text(json, "speaker", finding->speaker);
    set_text(json, "text", finding->text);
    if (finding->from_us) {
        g_autofree char *at = oyer_time_format(finding->from_us);
        set_text(json, "at", at);
        (void)json_object_set_new(json, "from_us", json_integer(finding->from_us));
        (void)json_object_set_new(json, "to_us", json_integer(finding->to_us));
        if (self->opened_us)
            (void)json_object_set_new(json, "since_opening_us",
                                      json_integer(finding->from_us - self->opened_us));
    }
    if (finding->to_offset) {
        (void)json_object_set_new(json, "from",
                                  json_integer((gint64)finding->from_offset));
        (void)json_object_set_new(json, "to", json_integer((gint64)finding->to_offset));
    }
    return json;
}

json_t *oyer_verdict_to_json(const OyerVerdict *self)
{
    json_t *json = json_object(), *findings = json_array();

    for (guint i = 0; i < self->findings->len; i++)
        (void)json_array_append_new(findings,
                                    finding_to_json(self, self->findings->pdata[i]));
    (void)json_object_set_new(json, "ok", json_boolean(self->findings->len == 0));
    set_text(json, "hearing", self->hearing);
    set_text(json, "session", self->session);
    set_text(json, "case_number", self->case_number);
    set_text(json, "sealed_at", self->sealed_at);
    set_text(json, "fingerprint", self->fingerprint);
    set_text(json, "root", self->root);
    (void)json_object_set_new(json, "opened_us", json_integer(self->opened_us));
    (void)json_object_set_new(json, "files", json_integer(self->files));
    (void)json_object_set_new(json, "bytes", json_integer((gint64)self->bytes));
    (void)json_object_set_new(json, "findings", findings);
    (void)json_object_set_new(json, "findings_left_out",
                              json_integer(self->findings_left_out));
    return json;
}
