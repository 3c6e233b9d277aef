/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/post.h"

#include <string.h>

#include "api/bounce.h"
#include "api/internal.h"
#include "post/bounce.h"

#define TICK_S 5
#define AT_ONCE 20

/* 120 bits of a signature. */
#define CODE_BYTES 15
#define CODE_PREFIX "oyer.notice.v1:"
#define STATUS_PREFIX "oyer.status.v1:"
#define BOUNCE_PREFIX "oyer.bounce.v1:"
#define STATUS_CODE_LETTERS 10

#define CARRIERS 3

typedef struct {
    OyerCarrier *carrier; /* NULL: no such way out */
    gboolean is_claiming; /* a job of it is under way */
} Way;

struct OyerPost {
    OyerNoticeTexts *texts;
    OyerNoticeRules rules;
    Way ways[CARRIERS];   /* in the order of oyer_carrier_channels */
    OyerBounces *bounces; /* NULL: the court has no place where mail comes back to */
    guint tick_source;
    gboolean is_ending;
};

/* ---- links ---- */

/* What nobody else can make of @text.  FALSE: the key fails. */
static gboolean sign(OyerHouse *house, const char *prefix, const char *text,
                     guint8 out[OYER_SIGNATURE_BYTES])
{
    g_autofree char *whole = g_strconcat(prefix, text, NULL);
    g_autoptr(GError) error = NULL;

    if (oyer_key_sign(house->config.key, whole, strlen(whole), out, &error))
        return TRUE;
    g_critical("a notice cannot be signed: %s", error->message);
    return FALSE;
}

static char *code_of(OyerHouse *house, const char *sending)
{
    guint8 signature[OYER_SIGNATURE_BYTES];

    return sign(house, CODE_PREFIX, sending, signature)
               ? oyer_base64url_encode(signature, CODE_BYTES)
               : NULL;
}

/* Letters and digits that nobody takes for each other: 50 bits, and few tries. */
static char *letters_of(OyerHouse *self, const char *prefix, const char *text)
{
    static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    guint8 signature[OYER_SIGNATURE_BYTES];
    char code[STATUS_CODE_LETTERS + 1] = "";

    if (*text && sign(self, prefix, text, signature))
        for (gsize i = 0; i < STATUS_CODE_LETTERS; i++)
            code[i] = letters[signature[i] % (sizeof letters - 1)];
    return g_strdup(code);
}

char *oyer_post_status_code(OyerHouse *self, const char *number)
{
    return letters_of(self, STATUS_PREFIX, number);
}

char *oyer_post_bounce_code(OyerHouse *self, const char *sending)
{
    return letters_of(self, BOUNCE_PREFIX, sending);
}

char *oyer_number_tidy(const char *number)
{
    g_autoptr(GString) out = g_string_new(NULL);

    for (const char *at = number; *at; at++) {
        if (*at == '(')
            g_string_append(out, "（");
        else if (*at == ')')
            g_string_append(out, "）");
        else if (!g_ascii_isspace(*at))
            g_string_append_c(out, *at);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

json_t *oyer_post_contact(OyerHouse *self)
{
    char *const *contact = self->post->texts->contact;

    return oyer_json_pack("{s:s,s:s}", "zh", contact[OYER_NOTICE_ZH], "en",
                          contact[OYER_NOTICE_EN]);
}

char *oyer_post_token(OyerHouse *self, const char *sending)
{
    g_autofree char *code = code_of(self, sending);

    return g_strconcat(sending, ".", code ? code : "", NULL);
}

gboolean oyer_post_read_token(OyerHouse *self, const char *token,
                              char out_sending[OYER_ID_SIZE])
{
    const char *dot = strchr(token, '.');
    g_autofree char *id = dot ? g_strndup(token, (gsize)(dot - token)) : NULL;

    if (id == NULL || !oyer_id_is_valid(id))
        return FALSE;
    g_autofree char *code = code_of(self, id);
    if (code == NULL || !oyer_text_equal(code, dot + 1))
        return FALSE;
    g_strlcpy(out_sending, id, OYER_ID_SIZE);
    return TRUE;
}

static void set_link(json_t *links, const char *name, const char *base,
                     const char *path, const char *rest, const char *end)
{
    g_autofree char *text = g_strconcat(base, path, rest, end, NULL);

    json_object_set_new(links, name, json_string(text));
}

json_t *oyer_post_links(OyerHouse *self, const OyerSending *sending)
{
    static const char none[] = "（请向书记员索取 / please ask the clerk）";
    const char *base = self->base;
    json_t *links = json_object();
    g_autofree char *token = oyer_post_token(self, sending->id);
    g_autofree char *code = oyer_post_status_code(self, sending->number);
    g_autofree char *pass_token =
        sending->has_pass ? oyer_pass_issue(&sending->pass, self->config.key, NULL)
                          : NULL;

    if (pass_token != NULL) {
        set_link(links, "pass_link", base, "/j/", pass_token, "");
        set_link(links, "check_link", base, "/j/", pass_token, "#check");
    } else {
        json_object_set_new(links, "pass_link", json_string(none));
        json_object_set_new(links, "check_link", json_string(none));
    }
    set_link(links, "read_link", base, "/n/", token, "");
    set_link(links, "help_link", base, "/court", "#help", "");
    json_object_set_new(links, "status_code", json_string(code));
    if (*sending->filing)
        set_link(links, "status_link", base,
                 g_str_has_prefix(sending->kind, "paper_") ? "/case#/" : "/file#/",
                 sending->filing, "");
    else
        set_link(links, "status_link", base, "/court", "#status", "");
    if (*sending->case_id)
        set_link(links, "case_link", base, "/case#/case/", sending->case_id, "");
    else
        set_link(links, "case_link", base, "/court", "#status", "");
    return links;
}

static OyerParcel *make_parcel(OyerHouse *house, const OyerSending *sending)
{
    OyerParcel *parcel = g_new0(OyerParcel, 1);
    g_autoptr(json_t) links = oyer_post_links(house, sending);

    parcel->id = g_strdup(sending->id);
    parcel->to = g_strdup(sending->address);
    parcel->name = g_strdup(sending->name);
    parcel->language = g_strdup(sending->language);
    parcel->kind = g_strdup(sending->kind);
    parcel->subject = g_strdup(sending->subject);
    parcel->text = oyer_notice_fill_links(sending->body, links);
    parcel->brief = oyer_notice_fill_links(sending->brief, links);
    parcel->link = g_strdup(oyer_json_string(links, "read_link"));
    if (house->post->bounces != NULL) {
        g_autofree char *code = oyer_post_bounce_code(house, sending->id);
        parcel->return_address =
            oyer_bounce_address(house->config.post.smtp.from, sending->id, code);
    }
    return parcel;
}

/* ---- Thread: a carrier's ---- */

typedef struct {
    const OyerParcel *parcel;
    OyerSendingStep step;
    const char *why;
    gint64 first_pause_us;
    gboolean done;
} Step;

/* Thread: database. */
static gboolean take_step(OyerDb *db, gpointer data, GError **error)
{
    Step *self = data;

    return oyer_docket_step_sending(db, self->parcel->id, self->step, self->why,
                                    self->first_pause_us, oyer_clock_now_us(NULL),
                                    &self->done, error);
}

/* On the disk when it returns. */
static gboolean write_step(OyerHouse *house, const OyerParcel *parcel,
                           OyerSendingStep step, const char *why)
{
    g_autoptr(GError) error = NULL;
    Step job = {.parcel = parcel,
                .step = step,
                .why = why,
                .first_pause_us = house->config.post.first_pause_us};

    if (oyer_db_call(house->config.db, take_step, &job, &error))
        return job.done;
    g_critical("sending=%s cannot be written: %s", parcel->id, error->message);
    return FALSE;
}

static gboolean on_hand(const OyerParcel *parcel, gpointer data)
{
    return write_step(data, parcel, OYER_SENDING_HAND, "");
}

static void on_carried(const OyerParcel *parcel, OyerCarried carried, const char *why,
                       gpointer data)
{
    static const OyerSendingStep steps[] = {
        [OYER_CARRIED_ACCEPTED] = OYER_SENDING_ACCEPT,
        [OYER_CARRIED_PUT_OFF] = OYER_SENDING_PUT_OFF,
        [OYER_CARRIED_REFUSED] = OYER_SENDING_REFUSE,
        [OYER_CARRIED_LOST] = OYER_SENDING_LOSE,
    };

    g_message("sending=%s %s", parcel->id, *why ? why : "sent");
    (void)write_step(data, parcel, steps[carried], why);
}

/* A gateway takes an id once, so what it may have is given to it again. */
static void on_carried_by_gateway(const OyerParcel *parcel, OyerCarried carried,
                                  const char *why, gpointer data)
{
    if (carried != OYER_CARRIED_LOST) {
        on_carried(parcel, carried, why, data);
        return;
    }
    g_message("sending=%s %s", parcel->id, why);
    (void)write_step(data, parcel, OYER_SENDING_REPEAT, why);
}

/* ---- Thread: main ---- */

typedef struct {
    OyerHouse *house;
    guint way;
    GPtrArray *list; /* of OyerSending */
    gboolean more;
} Claim;

static void claim_free(gpointer data)
{
    Claim *self = data;

    g_clear_pointer(&self->list, g_ptr_array_unref);
    g_free(self);
}

/* Thread: database. */
static gboolean claim(OyerDb *db, gpointer data, GError **error)
{
    Claim *self = data;
    const Way *way = &self->house->post->ways[self->way];

    return oyer_docket_claim_sendings(
        db, oyer_carrier_channels[self->way], way->carrier != NULL, AT_ONCE,
        oyer_clock_now_us(NULL), &self->list, &self->more, error);
}

static void look(OyerHouse *house, guint number);

static void on_claimed(gpointer data, const GError *error)
{
    Claim *self = data;
    Way *way = &self->house->post->ways[self->way];

    way->is_claiming = FALSE;
    if (error != NULL) {
        g_critical("the outbox cannot be read: %s", error->message);
        return;
    }
    /* At the end they stay claimed, and the next start begins with them. */
    if (self->house->post->is_ending)
        return;
    for (guint i = 0; i < self->list->len; i++)
        oyer_carrier_send(way->carrier, make_parcel(self->house, self->list->pdata[i]));
    if (self->more)
        look(self->house, self->way);
}

static void look(OyerHouse *house, guint number)
{
    Way *way = &house->post->ways[number];

    if (way->is_claiming || house->post->is_ending ||
        (way->carrier != NULL && oyer_carrier_waiting(way->carrier) >= AT_ONCE))
        return;
    Claim *self = g_new0(Claim, 1);
    self->house = house;
    self->way = number;
    way->is_claiming = TRUE;
    oyer_db_submit(house->config.db, claim, self, on_claimed, claim_free);
}

static gboolean on_tick(gpointer data)
{
    OyerHouse *house = data;

    oyer_post_kick(house);
    oyer_bounces_look(house->post->bounces);
    return G_SOURCE_CONTINUE;
}

void oyer_post_kick(OyerHouse *self)
{
    for (guint i = 0; i < CARRIERS; i++)
        look(self, i);
}

gboolean oyer_post_has(OyerHouse *self, const char *channel)
{
    for (guint i = 0; i < CARRIERS; i++)
        if (!strcmp(oyer_carrier_channels[i], channel))
            return self->post->ways[i].carrier != NULL;
    return FALSE;
}

const OyerNoticeRules *oyer_post_rules(OyerHouse *self)
{
    return &self->post->rules;
}

/* ---- beginning and end ---- */

static gboolean read_texts(OyerHouse *house, GError **error)
{
    g_autofree char *text = NULL;
    gsize size = 0;

    if (!oyer_house_read_own(house, "notices.json", &text, &size, error))
        return FALSE;
    house->post->texts = text ? oyer_notice_texts_parse(text, size, error)
                              : oyer_notice_texts_built_in();
    return house->post->texts != NULL;
}

gboolean oyer_post_install(OyerHouse *self, GError **error)
{
    self->post = g_new0(OyerPost, 1);
    if (!read_texts(self, error))
        return FALSE;
    for (guint i = 0; i < CARRIERS; i++)
        self->post->ways[i].carrier = oyer_carrier_new(
            &self->config.post, oyer_carrier_channels[i], on_hand,
            !strcmp(oyer_carrier_channels[i], "email") ? on_carried
                                                       : on_carried_by_gateway,
            self);
    if (self->config.post.bounces != NULL && self->config.post.smtp.url != NULL)
        self->post->bounces = oyer_bounces_new(self, self->config.post.bounces);
    self->post->rules = (OyerNoticeRules){
        .texts = self->post->texts, .has_wechat = self->config.post.wechat.url != NULL};
    return TRUE;
}

/* Thread: database. */
static gboolean recover(OyerDb *db, gpointer data G_GNUC_UNUSED, GError **error)
{
    return oyer_docket_recover_sendings(db, oyer_clock_now_us(NULL), error);
}

static void on_recovered(gpointer data, const GError *error)
{
    OyerHouse *house = data;

    if (error != NULL) {
        g_critical("nothing is sent: the outbox cannot be settled: %s", error->message);
        return;
    }
    if (house->post->is_ending)
        return;
    house->post->tick_source = g_timeout_add_seconds(TICK_S, on_tick, house);
    oyer_post_kick(house);
}

void oyer_post_begin(OyerHouse *self)
{
    oyer_db_submit(self->config.db, recover, self, on_recovered, NULL);
}

void oyer_post_stop(OyerHouse *self)
{
    OyerPost *post = self->post;

    post->is_ending = TRUE;
    oyer_bounces_stop(post->bounces);
    g_clear_handle_id(&post->tick_source, g_source_remove);
    for (guint i = 0; i < CARRIERS; i++)
        g_clear_pointer(&post->ways[i].carrier, oyer_carrier_free);
}

void oyer_post_free(OyerHouse *self)
{
    OyerPost *post = self->post;

    if (post == NULL)
        return;
    oyer_post_stop(self);
    oyer_bounces_free(post->bounces);
    oyer_notice_texts_free(post->texts);
    g_free(post);
    self->post = NULL;
}
