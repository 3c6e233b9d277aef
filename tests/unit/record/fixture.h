/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the record's tests share: a closed session with a journal, a WebM file, an
 * event log and lines, made without any encoder.
 *
 * Thread: main.
 */
#pragma once

#include <stdio.h>

#include "record/events.h"
#include "record/package.h"
#include "record/sign.h"
#include "unit/journal/fixture.h"

#define SESSION_SECONDS 4
#define SESSION_EVENTS 12

static inline void session_put(const char *dir, const char *name, const void *bytes,
                               gssize size)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, bytes, size, &error));
    g_assert_no_error(error);
}

/* An EBML element of @id with an 8-byte size; unknown when @size is G_MAXUINT64. */
static inline void webm_head(GByteArray *out, guint32 id, guint64 size)
{
    guint width = id > 0xFFFFFF ? 4 : id > 0xFFFF ? 3 : id > 0xFF ? 2 : 1;

    for (guint i = width; i-- > 0;) {
        guint8 byte = (guint8)(id >> (8 * i));
        g_byte_array_append(out, &byte, 1);
    }
    for (guint i = 8; i-- > 0;) {
        guint8 byte = (guint8)(size >> (8 * i));
        if (i == 7)
            byte = size == G_MAXUINT64 ? 0x01 : (guint8)(0x01 | byte);
        g_byte_array_append(out, &byte, 1);
    }
}

/* Clusters of @cluster_ms with a block each 100 ms, as a live muxer writes them. */
static inline GByteArray *webm_make(guint seconds, guint cluster_ms)
{
    GByteArray *out = g_byte_array_new();
    guint8 block[204] = {0x81};

    webm_head(out, 0x1A45DFA3, 0);
    webm_head(out, 0x18538067, G_MAXUINT64);
    for (guint ms = 0; ms < seconds * 1000; ms += 100) {
        if (ms % cluster_ms == 0) {
            guint8 time[4] = {(guint8)(ms >> 24), (guint8)(ms >> 16), (guint8)(ms >> 8),
                              (guint8)ms};
            webm_head(out, 0x1F43B675, G_MAXUINT64);
            webm_head(out, 0xE7, sizeof time);
            g_byte_array_append(out, time, sizeof time);
        }
        guint relative = ms % cluster_ms;
        block[1] = (guint8)(relative >> 8);
        block[2] = (guint8)relative;
        for (guint i = 4; i < sizeof block; i++)
            block[i] = (guint8)(ms / 100 * 3 + i);
        webm_head(out, 0xA3, sizeof block);
        g_byte_array_append(out, block, sizeof block);
    }
    return out;
}

/* A chained event log. */
static inline char *events_make(guint count)
{
    GString *log = g_string_new(NULL);
    char prev[65], hash[65];
    const OyerEvents start = OYER_EVENTS_INIT;

    g_strlcpy(prev, start.hash, sizeof prev);
    for (guint seq = 1; seq <= count; seq++) {
        g_autofree char *body = g_strdup_printf(
            "{\"at_us\":%" G_GINT64_FORMAT ",\"type\":\"stage\",\"note\":\"庭审 %u\"}",
            FIXTURE_UTC_US + seq * 300000, seq);
        oyer_events_hash(seq, prev, body, strlen(body), hash);
        g_string_append_printf(
            log, "{\"seq\":%u,\"prev\":\"%s\",\"hash\":\"%s\",\"event\":%s}\n", seq,
            prev, hash, body);
        memcpy(prev, hash, sizeof prev);
    }
    return g_string_free(log, FALSE);
}

/* Makes the session folder that oyer seal finds.  Returns: its path. */
static inline char *session_make(void)
{
    g_autofree char *journal = fixture_dir();
    char *dir = g_path_get_dirname(journal);
    g_autoptr(GByteArray) webm = webm_make(SESSION_SECONDS, 500);
    g_autofree char *events = events_make(SESSION_EVENTS);
    g_autofree char *key = g_build_filename(dir, "sign.pem", NULL);
    g_autofree char *session = g_strdup_printf(
        "{\"version\":1,\"hearing\":\"h1\",\"session\":\"1\",\"case_number\":\"(2026)1\","
        "\"cause\":\"合同纠纷\",\"court\":\"示范法院\",\"opened_us\":%" G_GINT64_FORMAT
        ",\"closed_us\":%" G_GINT64_FORMAT
        ",\"people\":[{\"id\":\"judge\",\"name\":\"王法官\"},{\"id\":\"wit_2\",\"name\":\"Li "
        "Ming\"}],\"lines\":[{\"id\":\"a\",\"participant\":\"judge\",\"start_us\":"
        "%" G_GINT64_FORMAT ",\"end_us\":%" G_GINT64_FORMAT
        ",\"text\":\"现在开庭 <&>\"}]}",
        FIXTURE_UTC_US, FIXTURE_UTC_US + SESSION_SECONDS * 1000000,
        FIXTURE_UTC_US + 1000000, FIXTURE_UTC_US + 2500000);
    g_autofree char *index = g_strdup_printf(
        "{\"version\":1,\"files\":[{\"participant\":\"wit_2\",\"file\":\"wit_2.webm\","
        "\"start_us\":%" G_GINT64_FORMAT ",\"duration_us\":%d}]}",
        FIXTURE_UTC_US, SESSION_SECONDS * 1000000);
    g_autoptr(GError) error = NULL;

    fixture_make(journal, SESSION_SECONDS, 2);
    session_put(dir, "media/wit_2.webm", webm->data, webm->len);
    session_put(dir, "media/index.json", index, -1);
    session_put(dir, "events.jsonl", events, -1);
    session_put(dir, "connectivity.jsonl",
                "{\"participant\":\"wit_2\",\"type\":\"fact\",\"fact\":\"lost\"}\n",
                -1);
    session_put(dir, "session.json", session, -1);
    g_assert_true(oyer_sign_make_key(key, &error));
    g_assert_no_error(error);
    return dir;
}

/* The same, sealed.  Returns: the package's path. */
static inline char *package_make(void)
{
    g_autofree char *dir = session_make();
    g_autofree char *key = g_build_filename(dir, "sign.pem", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(oyer_package_make(dir, key, NULL, NULL, &error));
    g_assert_no_error(error);
    return g_build_filename(dir, "package", NULL);
}

static inline void remove_tree(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_tree(child);
    }
    (void)g_remove(path);
}

/* Removes the whole temporary folder of a session or package. */
static inline void session_remove(const char *path)
{
    g_autofree char *up = g_strdup(path);

    while (!g_str_has_prefix(strrchr(up, '/'), "/oyer-journal-")) {
        char *parent = g_path_get_dirname(up);
        g_free(up);
        up = parent;
    }
    remove_tree(up);
}
