/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What `oyer serve` is told: options first, then DATA/oyer.conf (GKeyFile), then
 * defaults.  Everything is checked before anything is started.
 *
 * Thread: main.
 */
#pragma once

#include "api/house.h"
#include "identity/oidc.h"
#include "identity/turn.h"
#include "media/listen.h"

typedef struct {
    char *data_dir; /* absolute */
    char *listen;   /* IP address, of web and media */
    int port;
    gboolean demo;
    char *tls_cert, *tls_key;
    char *public_url; /* without a slash at its end, or NULL */
    char *web_root;   /* NULL: the client is not there */
    char *language;   /* of the transcriber */
    char *engine;
    char *media_port, *port_range, *ice; /* of media, or NULL: media/listen.h */
    char *database; /* a PostgreSQL URI; NULL: SQLite in the data directory */
    char *smtp_url, *smtp_user, *smtp_password, *smtp_from, *smtp_tls;
    char *sms_url, *sms_secret, *wechat_url, *wechat_secret, *receipt_secret, *bounces;
    int first_pause_seconds; /* of what could not be sent */
    int session_idle_minutes, session_hours, free_failures, lock_minutes; /* staff */
    int pass_early_minutes, pass_hours;
    char *admin_listen; /* "ADDRESS:PORT" of the figures; NULL: nowhere */
    char *case_number;  /* format of case numbers; NULL: the usual one */
    char *clamd;        /* the malware scanner's place; NULL: there is none */
    char *turn_urls, *turn_secret, *turn_hours;
    OyerTurn *turn; /* made of these; NULL: no relay */
    char *oidc_issuer, *oidc_client, *oidc_secret, *oidc_name, *oidc_algorithms;
    char *oidc_acr, *oidc_amr, *oidc_second_factor, *oidc_link_by, *oidc_sign_out;
    int oidc_skew_s;
    char *verifier_url, *verifier_secret, *verifier_sends; /* of identities */
    OyerOidc *oidc; /* made of these; NULL: no identity provider */
} OyerConfig;

/*
 * Reads the command line of `oyer serve`.
 *
 * @out_code: what to exit with when NULL is returned: 0 after --help, 2 after a
 * wrong option; one line was printed.
 *
 * Returns: (transfer full)
 */
OyerConfig *oyer_config_new(int argc, char *argv[], int *out_code);

void oyer_config_free(OyerConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OyerConfig, oyer_config_free)

/*
 * Takes "ADDRESS:PORT" apart, "[::1]:9464" too.  FALSE: it is none.
 * @out_address: (transfer full)
 */
gboolean oyer_config_split(const char *text, char **out_address, guint *out_port);

/* What @path of oyer.conf says, put where no option said anything.  For the above
 * and its test. */
gboolean oyer_config_read(OyerConfig *self, const char *path, GError **error);

/* Where media listens, borrowed from @self. */
OyerMediaListen oyer_config_media(const OyerConfig *self);

/* The address that people open: "http://127.0.0.1:8080".  (transfer full) */
char *oyer_config_base(const OyerConfig *self, int port);

/* The ways out for notices, borrowed from @self. */
OyerPostConfig oyer_config_post(const OyerConfig *self);

/* What is said of the staff's sessions, in the house's units. */
OyerPeoplePolicy oyer_config_people(const OyerConfig *self);

/* The court's verifier, borrowed from @self; its url is NULL when there is none. */
OyerVerifierConfig oyer_config_verifier(const OyerConfig *self);

/* When passes are good, in the house's units. */
OyerPassPolicy oyer_config_pass(const OyerConfig *self);
