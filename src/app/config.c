/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "app/config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/program.h"
#include "base/clock.h"
#include "filing/number.h"
#include "filing/scan.h"
#include "post/mail.h"
#include "store/db.h"

#define DEFAULT_LISTEN "127.0.0.1"
#define DEFAULT_LANGUAGE "zh-en"
#define DEFAULT_ENGINE "auto"
#define PORT_UNSET -1

/* Of a secret that signs. */
#define SECRET_MIN 16

static const char *const languages[] = {"zh", "en", "zh-en", NULL};

/* ---- oyer.conf ---- */

typedef struct {
    const char *group, *key;
    gsize offset; /* of a char * in OyerConfig; port is read apart */
} Key;

static const Key keys[] = {
    {"serve", "admin-listen", G_STRUCT_OFFSET(OyerConfig, admin_listen)},
    {"serve", "listen", G_STRUCT_OFFSET(OyerConfig, listen)},
    {"serve", "port", G_STRUCT_OFFSET(OyerConfig, port)},
    {"serve", "public-url", G_STRUCT_OFFSET(OyerConfig, public_url)},
    {"serve", "tls-cert", G_STRUCT_OFFSET(OyerConfig, tls_cert)},
    {"serve", "tls-key", G_STRUCT_OFFSET(OyerConfig, tls_key)},
    {"serve", "web-root", G_STRUCT_OFFSET(OyerConfig, web_root)},
    {"filing", "case-number", G_STRUCT_OFFSET(OyerConfig, case_number)},
    {"filing", "clamd", G_STRUCT_OFFSET(OyerConfig, clamd)},
    {"store", "database", G_STRUCT_OFFSET(OyerConfig, database)},
    {"media", "ice", G_STRUCT_OFFSET(OyerConfig, ice)},
    {"media", "port", G_STRUCT_OFFSET(OyerConfig, media_port)},
    {"media", "port-range", G_STRUCT_OFFSET(OyerConfig, port_range)},
    {"oidc", "issuer", G_STRUCT_OFFSET(OyerConfig, oidc_issuer)},
    {"oidc", "client-id", G_STRUCT_OFFSET(OyerConfig, oidc_client)},
    {"oidc", "client-secret", G_STRUCT_OFFSET(OyerConfig, oidc_secret)},
    {"oidc", "name", G_STRUCT_OFFSET(OyerConfig, oidc_name)},
    {"oidc", "algorithms", G_STRUCT_OFFSET(OyerConfig, oidc_algorithms)},
    {"oidc", "acr", G_STRUCT_OFFSET(OyerConfig, oidc_acr)},
    {"oidc", "amr", G_STRUCT_OFFSET(OyerConfig, oidc_amr)},
    {"oidc", "second-factor", G_STRUCT_OFFSET(OyerConfig, oidc_second_factor)},
    {"oidc", "link-by", G_STRUCT_OFFSET(OyerConfig, oidc_link_by)},
    {"oidc", "sign-out", G_STRUCT_OFFSET(OyerConfig, oidc_sign_out)},
    {"turn", "urls", G_STRUCT_OFFSET(OyerConfig, turn_urls)},
    {"turn", "secret", G_STRUCT_OFFSET(OyerConfig, turn_secret)},
    {"turn", "hours", G_STRUCT_OFFSET(OyerConfig, turn_hours)},
    {"notices", "smtp-url", G_STRUCT_OFFSET(OyerConfig, smtp_url)},
    {"notices", "smtp-user", G_STRUCT_OFFSET(OyerConfig, smtp_user)},
    {"notices", "smtp-password", G_STRUCT_OFFSET(OyerConfig, smtp_password)},
    {"notices", "smtp-from", G_STRUCT_OFFSET(OyerConfig, smtp_from)},
    {"notices", "smtp-tls", G_STRUCT_OFFSET(OyerConfig, smtp_tls)},
    {"notices", "sms-url", G_STRUCT_OFFSET(OyerConfig, sms_url)},
    {"notices", "sms-secret", G_STRUCT_OFFSET(OyerConfig, sms_secret)},
    {"notices", "wechat-url", G_STRUCT_OFFSET(OyerConfig, wechat_url)},
    {"notices", "wechat-secret", G_STRUCT_OFFSET(OyerConfig, wechat_secret)},
    {"notices", "receipt-secret", G_STRUCT_OFFSET(OyerConfig, receipt_secret)},
    {"notices", "bounces", G_STRUCT_OFFSET(OyerConfig, bounces)},
    {"verifier", "url", G_STRUCT_OFFSET(OyerConfig, verifier_url)},
    {"verifier", "secret", G_STRUCT_OFFSET(OyerConfig, verifier_secret)},
    {"verifier", "sends", G_STRUCT_OFFSET(OyerConfig, verifier_sends)},
    {"transcribe", "language", G_STRUCT_OFFSET(OyerConfig, language)},
    {"transcribe", "engine", G_STRUCT_OFFSET(OyerConfig, engine)},
};

/* Numbers that only oyer.conf says. */
static const struct {
    const char *group, *key;
    gsize offset; /* of an int in OyerConfig */
    int least, most, fallback;
} numbers[] = {
    {"people", "session-idle-minutes",
     G_STRUCT_OFFSET(OyerConfig, session_idle_minutes), 1, 24 * 60, 30},
    {"people", "session-hours", G_STRUCT_OFFSET(OyerConfig, session_hours), 1, 24, 12},
    {"people", "free-failures", G_STRUCT_OFFSET(OyerConfig, free_failures), 1, 100, 5},
    {"people", "lock-minutes", G_STRUCT_OFFSET(OyerConfig, lock_minutes), 1, 24 * 60,
     15},
    {"pass", "early-minutes", G_STRUCT_OFFSET(OyerConfig, pass_early_minutes), 1,
     24 * 60, 30},
    {"pass", "hours", G_STRUCT_OFFSET(OyerConfig, pass_hours), 1, 31 * 24, 24},
    {"oidc", "clock-skew-seconds", G_STRUCT_OFFSET(OyerConfig, oidc_skew_s), 1, 300,
     60},
    {"notices", "first-pause-seconds", G_STRUCT_OFFSET(OyerConfig, first_pause_seconds),
     1, 3600, 60},
};

static int *number_slot(OyerConfig *self, gsize index)
{
    return (int *)G_STRUCT_MEMBER_P(self, numbers[index].offset);
}

/* −1: no such number.  Otherwise whether it was read. */
static int take_number(OyerConfig *self, GKeyFile *file, const char *group,
                       const char *name, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if (strcmp(numbers[i].group, group) != 0 || strcmp(numbers[i].key, name) != 0)
            continue;
        g_autoptr(GError) wrong = NULL;
        int value = g_key_file_get_integer(file, group, name, &wrong);
        if (wrong != NULL) {
            g_propagate_error(error, g_steal_pointer(&wrong));
            return FALSE;
        }
        if (value < numbers[i].least || value > numbers[i].most) {
            g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                        "%s in [%s]: %d to %d", name, group, numbers[i].least,
                        numbers[i].most);
            return FALSE;
        }
        *number_slot(self, i) = value;
        return TRUE;
    }
    return -1;
}

static const Key *find_key(const char *group, const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        if (!strcmp(keys[i].group, group) && !strcmp(keys[i].key, name))
            return &keys[i];
    return NULL;
}

static gboolean take_key(OyerConfig *self, GKeyFile *file, const char *group,
                         const char *name, GError **error)
{
    const Key *key = find_key(group, name);
    int number = take_number(self, file, group, name, error);

    if (number >= 0)
        return number;
    if (key == NULL) {
        g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
                    "unknown key '%s' in [%s]", name, group);
        return FALSE;
    }
    if (key->offset == G_STRUCT_OFFSET(OyerConfig, port)) {
        g_autoptr(GError) wrong = NULL;
        int port = g_key_file_get_integer(file, group, name, &wrong);
        if (wrong != NULL) {
            g_propagate_error(error, g_steal_pointer(&wrong));
            return FALSE;
        }
        if (self->port == PORT_UNSET)
            self->port = port;
        return TRUE;
    }
    char **slot = (char **)G_STRUCT_MEMBER_P(self, key->offset);
    g_autofree char *value = g_key_file_get_string(file, group, name, error);
    if (value == NULL)
        return FALSE;
    if (*slot == NULL)
        *slot = g_steal_pointer(&value);
    return TRUE;
}

gboolean oyer_config_read(OyerConfig *self, const char *path, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();

    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error))
        return FALSE;
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    for (guint g = 0; groups[g] != NULL; g++) {
        g_auto(GStrv) names = g_key_file_get_keys(file, groups[g], NULL, error);
        for (guint n = 0; names != NULL && names[n] != NULL; n++)
            if (!take_key(self, file, groups[g], names[n], error))
                return FALSE;
    }
    return TRUE;
}

/* ---- the command line ---- */

static int wrong(const char *text)
{
    fprintf(stderr, "oyer serve: %s\n", text);
    return 2;
}

static gboolean read_options(OyerConfig *self, int argc, char *argv[], int *out_code)
{
    g_autofree char *port = NULL;
    gboolean help = FALSE;
    const GOptionEntry entries[] = {
        {"data", 0, 0, G_OPTION_ARG_FILENAME, &self->data_dir,
         "The data directory; it is made if need be", "DIR"},
        {"port", 0, 0, G_OPTION_ARG_STRING, &port,
         "The TCP port of the web server; 0: any (default: 8080)", "N"},
        {"listen", 0, 0, G_OPTION_ARG_STRING, &self->listen,
         "The IP address of web and media (default: 127.0.0.1)", "ADDRESS"},
        {"demo", 0, 0, G_OPTION_ARG_NONE, &self->demo,
         "Have a demo court with a hearing today, and DIR/demo.json", NULL},
        {"tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &self->tls_cert,
         "Serve https with this certificate (PEM)", "FILE"},
        {"tls-key", 0, 0, G_OPTION_ARG_FILENAME, &self->tls_key,
         "The private key of it (PEM)", "FILE"},
        {"public-url", 0, 0, G_OPTION_ARG_STRING, &self->public_url,
         "The address that people open, when a proxy is in front", "URL"},
        {"web-root", 0, 0, G_OPTION_ARG_FILENAME, &self->web_root,
         "The folder of the built web client", "DIR"},
        {"language", 0, 0, G_OPTION_ARG_STRING, &self->language,
         "What is spoken: zh, en or zh-en (default: zh-en)", "L"},
        {"engine", 0, 0, G_OPTION_ARG_STRING, &self->engine,
         "Speech recogniser: auto, sherpa, pocketsphinx or none (default: auto)", "E"},
        {"media-port", 0, 0, G_OPTION_ARG_STRING, &self->media_port,
         "One UDP port of media for everybody, such as 443 (default: any)", "N"},
        {"media-ports", 0, 0, G_OPTION_ARG_STRING, &self->port_range,
         "Full ICE with a UDP port each, such as 20000-29999", "A-B"},
        {"ice", 0, 0, G_OPTION_ARG_STRING, &self->ice,
         "ICE of media: lite or full (default: lite)", "KIND"},
        {"database", 0, 0, G_OPTION_ARG_STRING, &self->database,
         "postgresql://… instead of a file in DIR", "URI"},
        {"clamd", 0, 0, G_OPTION_ARG_STRING, &self->clamd,
         "Have files scanned: clamd's socket, or its ADDRESS:PORT (default: not)",
         "PLACE"},
        {"admin-listen", 0, 0, G_OPTION_ARG_STRING, &self->admin_listen,
         "Serve figures for Prometheus here, at /metrics (default: nowhere)",
         "ADDRESS:PORT"},
        {"help", 'h', 0, G_OPTION_ARG_NONE, &help, "Print this", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;

    g_set_prgname("oyer serve");
    g_option_context_set_summary(context, "Runs the court-hearing server.");
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_help_enabled(context, FALSE);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        *out_code = wrong(error->message);
        return FALSE;
    }
    if (help) {
        g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
        fputs(text, stdout);
        *out_code = 0;
        return FALSE;
    }
    if (argc > 1) {
        g_autofree char *text = g_strdup_printf("unexpected argument '%s'", argv[1]);
        *out_code = wrong(text);
        return FALSE;
    }
    guint64 number = 0;
    if (port != NULL &&
        !g_ascii_string_to_unsigned(port, 10, 0, 65535, &number, NULL)) {
        g_autofree char *text =
            g_strdup_printf("'%s' is not a port (0 to 65535)", port);
        *out_code = wrong(text);
        return FALSE;
    }
    if (port != NULL)
        self->port = (int)number;
    return TRUE;
}

gboolean oyer_config_split(const char *text, char **out_address, guint *out_port)
{
    const char *colon = strrchr(text, ':');
    gboolean has_brackets = text[0] == '[';
    guint64 port;

    if (colon == NULL || colon == text ||
        !g_ascii_string_to_unsigned(colon + 1, 10, 0, 65535, &port, NULL) ||
        has_brackets != (colon[-1] == ']') ||
        (!has_brackets && strchr(text, ':') != colon))
        return FALSE;
    *out_address = has_brackets ? g_strndup(text + 1, (gsize)(colon - text) - 2)
                                : g_strndup(text, (gsize)(colon - text));
    *out_port = (guint)port;
    return TRUE;
}

static gboolean is_place(const char *text)
{
    g_autofree char *address = NULL;
    guint port;

    return oyer_config_split(text, &address, &port);
}

static void set_default(char **slot, const char *value)
{
    if (*slot == NULL)
        *slot = g_strdup(value);
}

static gboolean is_secret(const char *text)
{
    return text != NULL && strlen(text) >= SECRET_MIN;
}

static gboolean is_web(const char *url)
{
    return g_str_has_prefix(url, "https://") || g_str_has_prefix(url, "http://");
}

/* What is wrong with [notices], or NULL. */
static const char *check_notices(OyerConfig *self)
{
    set_default(&self->smtp_tls, "try");
    if (self->smtp_url != NULL && !g_str_has_prefix(self->smtp_url, "smtp://") &&
        !g_str_has_prefix(self->smtp_url, "smtps://"))
        return "smtp-url: smtp://… or smtps://…";
    if (self->smtp_url != NULL &&
        (self->smtp_from == NULL || !oyer_mail_is_address(self->smtp_from)))
        return "smtp-from: the court's e-mail address";
    if (self->bounces != NULL && !g_path_is_absolute(self->bounces))
        return "bounces: the path of a Maildir";
    if ((self->smtp_user == NULL) != (self->smtp_password == NULL))
        return "smtp-user and smtp-password go together";
    if (strcmp(self->smtp_tls, "try") != 0 && strcmp(self->smtp_tls, "require") != 0)
        return "smtp-tls: try or require";
    if ((self->sms_url != NULL && !is_web(self->sms_url)) ||
        (self->wechat_url != NULL && !is_web(self->wechat_url)))
        return "sms-url, wechat-url: https://…";
    if ((self->sms_url != NULL && !is_secret(self->sms_secret)) ||
        (self->wechat_url != NULL && !is_secret(self->wechat_secret)) ||
        (self->receipt_secret != NULL && !is_secret(self->receipt_secret)))
        return "sms-secret, wechat-secret, receipt-secret: at least 16 characters";
    return NULL;
}

/* What is wrong with [verifier], or NULL.  What it is told is nobody else's business. */
static const char *check_verifier(OyerConfig *self)
{
    set_default(&self->verifier_sends, "digest");
    if (self->verifier_url == NULL)
        return self->verifier_secret ? "[verifier]: secret without url" : NULL;
    if (!g_str_has_prefix(self->verifier_url, "https://") &&
        !g_str_has_prefix(self->verifier_url, "http://127.0.0.1:") &&
        !g_str_has_prefix(self->verifier_url, "http://[::1]:"))
        return "[verifier] url: https://… (http on loopback only)";
    if (!is_secret(self->verifier_secret))
        return "[verifier] secret: at least 16 characters";
    if (strcmp(self->verifier_sends, "digest") != 0 &&
        strcmp(self->verifier_sends, "number") != 0)
        return "[verifier] sends: digest or number";
    return NULL;
}

/* What the options do not say, and what cannot be. */
static const char *complete(OyerConfig *self)
{
    set_default(&self->listen, DEFAULT_LISTEN);
    set_default(&self->language, DEFAULT_LANGUAGE);
    set_default(&self->engine, DEFAULT_ENGINE);
    if (self->port == PORT_UNSET)
        self->port = 8080;
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
        if (*number_slot(self, i) == 0)
            *number_slot(self, i) = numbers[i].fallback;
    if (self->web_root == NULL)
        self->web_root = oyer_program_web_root();
    if (self->admin_listen != NULL && !is_place(self->admin_listen))
        return "admin-listen: ADDRESS:PORT, such as 127.0.0.1:9464";
    if (self->case_number != NULL && !oyer_number_format_is_valid(self->case_number))
        return "case-number: {year}, {court}, {type} and {seq}, each once";
    if (self->clamd != NULL && !oyer_scanner_is_place(self->clamd))
        return "clamd: a path such as /run/clamav/clamd.ctl, or ADDRESS:PORT";
    if (self->port < 0 || self->port > 65535)
        return "port: not between 0 and 65535";
    if (!g_strv_contains(languages, self->language))
        return "language: zh, en or zh-en";
    if ((self->tls_cert == NULL) != (self->tls_key == NULL))
        return "--tls-cert and --tls-key go together";
    if (self->tls_cert != NULL && access(self->tls_cert, R_OK) < 0)
        return "the certificate cannot be read";
    if (self->tls_key != NULL && access(self->tls_key, R_OK) < 0)
        return "the private key cannot be read";
    if (self->database != NULL && !oyer_db_is_uri(self->database))
        return "database: postgresql://…";
    if (self->public_url != NULL) {
        if (!g_str_has_prefix(self->public_url, "http://") &&
            !g_str_has_prefix(self->public_url, "https://"))
            return "public-url: http://… or https://…";
        while (g_str_has_suffix(self->public_url, "/"))
            self->public_url[strlen(self->public_url) - 1] = '\0';
    }
    const char *fault = check_verifier(self);
    return fault ? fault : check_notices(self);
}

/* A relay is there as a whole or not at all. */
static gboolean read_turn(OyerConfig *self, GError **error)
{
    if (self->turn_urls == NULL && self->turn_secret == NULL &&
        self->turn_hours == NULL)
        return TRUE;
    self->turn =
        oyer_turn_new(self->turn_urls, self->turn_secret, self->turn_hours, error);
    return self->turn != NULL;
}

/* So is an identity provider. */
static gboolean read_oidc(OyerConfig *self, GError **error)
{
    const OyerOidcText text = {.issuer = self->oidc_issuer,
                               .client_id = self->oidc_client,
                               .client_secret = self->oidc_secret,
                               .name = self->oidc_name,
                               .algorithms = self->oidc_algorithms,
                               .acr = self->oidc_acr,
                               .amr = self->oidc_amr,
                               .second_factor = self->oidc_second_factor,
                               .link_by = self->oidc_link_by,
                               .sign_out = self->oidc_sign_out,
                               .skew_s = self->oidc_skew_s};

    if (self->oidc_issuer == NULL && self->oidc_client == NULL)
        return TRUE;
    self->oidc = oyer_oidc_new(&text, error);
    return self->oidc != NULL;
}

OyerConfig *oyer_config_new(int argc, char *argv[], int *out_code)
{
    g_autoptr(OyerConfig) self = g_new0(OyerConfig, 1);
    g_autoptr(GError) error = NULL;

    self->port = PORT_UNSET;
    if (!read_options(self, argc, argv, out_code))
        return NULL;
    if (self->data_dir == NULL) {
        *out_code = wrong("--data DIR is missing");
        return NULL;
    }
    g_autofree char *given = g_steal_pointer(&self->data_dir);
    self->data_dir = g_canonicalize_filename(given, NULL);

    g_autofree char *path = g_build_filename(self->data_dir, "oyer.conf", NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS) &&
        !oyer_config_read(self, path, &error)) {
        g_autofree char *text = g_strdup_printf("%s: %s", path, error->message);
        *out_code = wrong(text);
        return NULL;
    }
    const char *fault = complete(self);
    if (fault != NULL) {
        *out_code = wrong(fault);
        return NULL;
    }
    OyerMediaListen listen = oyer_config_media(self);
    OyerMediaPorts ports;
    if (!oyer_media_listen_read(&listen, &ports, &error) || !read_turn(self, &error) ||
        !read_oidc(self, &error)) {
        *out_code = wrong(error->message);
        return NULL;
    }
    return g_steal_pointer(&self);
}

void oyer_config_free(OyerConfig *self)
{
    if (self == NULL)
        return;
    g_free(self->data_dir);
    g_free(self->listen);
    g_free(self->tls_cert);
    g_free(self->tls_key);
    g_free(self->public_url);
    g_free(self->web_root);
    g_free(self->language);
    g_free(self->engine);
    g_free(self->port_range);
    g_free(self->database);
    g_free(self->media_port);
    g_free(self->turn_urls);
    g_free(self->verifier_url);
    g_free(self->verifier_secret);
    g_free(self->verifier_sends);
    g_free(self->turn_secret);
    g_free(self->turn_hours);
    oyer_turn_free(self->turn);
    g_free(self->oidc_issuer);
    g_free(self->oidc_client);
    g_free(self->oidc_secret);
    g_free(self->oidc_name);
    g_free(self->oidc_algorithms);
    g_free(self->oidc_acr);
    g_free(self->oidc_amr);
    g_free(self->oidc_second_factor);
    g_free(self->oidc_link_by);
    g_free(self->oidc_sign_out);
    oyer_oidc_free(self->oidc);
    g_free(self->smtp_url);
    g_free(self->smtp_user);
    g_free(self->smtp_password);
    g_free(self->smtp_from);
    g_free(self->smtp_tls);
    g_free(self->sms_url);
    g_free(self->sms_secret);
    g_free(self->wechat_url);
    g_free(self->wechat_secret);
    g_free(self->receipt_secret);
    g_free(self->bounces);
    g_free(self->ice);
    g_free(self->admin_listen);
    g_free(self->clamd);
    g_free(self->case_number);
    g_free(self);
}

OyerMediaListen oyer_config_media(const OyerConfig *self)
{
    return (OyerMediaListen){
        .address = self->listen,
        .ice = self->ice,
        .port = self->media_port,
        .port_range = self->port_range,
    };
}

OyerPeoplePolicy oyer_config_people(const OyerConfig *self)
{
    const gint64 minute_us = 60 * OYER_SECOND_US;

    return (OyerPeoplePolicy){
        .session = {.idle_us = self->session_idle_minutes * minute_us,
                    .max_us = self->session_hours * 60 * minute_us},
        .lock = {.free_failures = self->free_failures,
                 .first_lock_us = minute_us,
                 .lock_max_us = self->lock_minutes * minute_us}};
}

OyerPassPolicy oyer_config_pass(const OyerConfig *self)
{
    const gint64 minute_us = 60 * OYER_SECOND_US;

    return (OyerPassPolicy){.early_us = self->pass_early_minutes * minute_us,
                            .life_us = self->pass_hours * 60 * minute_us};
}

OyerPostConfig oyer_config_post(const OyerConfig *self)
{
    const char *at = self->smtp_from ? strchr(self->smtp_from, '@') : NULL;

    return (OyerPostConfig){.smtp = {.url = self->smtp_url,
                                     .user = self->smtp_user,
                                     .password = self->smtp_password,
                                     .from = self->smtp_from,
                                     .domain = at ? at + 1 : NULL,
                                     .needs_tls = !strcmp(self->smtp_tls, "require")},
                            .sms = {"sms", self->sms_url, self->sms_secret},
                            .wechat = {"wechat", self->wechat_url, self->wechat_secret},
                            .receipt_secret = self->receipt_secret,
                            .bounces = self->bounces,
                            .first_pause_us =
                                self->first_pause_seconds * OYER_SECOND_US};
}

OyerVerifierConfig oyer_config_verifier(const OyerConfig *self)
{
    return (OyerVerifierConfig){.url = self->verifier_url,
                                .secret = self->verifier_secret,
                                .sends_number =
                                    !strcmp(self->verifier_sends, "number")};
}

char *oyer_config_base(const OyerConfig *self, int port)
{
    const char *scheme = self->tls_cert != NULL ? "https" : "http";
    gboolean is_any = !strcmp(self->listen, "0.0.0.0") || !strcmp(self->listen, "::");
    gboolean is_v6 = !is_any && strchr(self->listen, ':') != NULL;

    if (self->public_url != NULL)
        return g_strdup(self->public_url);
    return g_strdup_printf(is_v6 ? "%s://[%s]:%d" : "%s://%s:%d", scheme,
                           is_any ? "127.0.0.1" : self->listen, port);
}
