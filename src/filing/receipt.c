/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filing/receipt.h"

#include <string.h>

#include <cairo-pdf.h>
#include <gio/gio.h>
#include <pango/pangocairo.h>

/* A4, in points. */
#define PAGE_WIDTH 595.276
#define PAGE_HEIGHT 841.89
#define MARGIN 56.0
#define FOOT 30.0 /* of the margin, for the number of the page */
#define WIDTH (PAGE_WIDTH - 2 * MARGIN)

#define FONT "Noto Sans CJK SC, Noto Sans, sans-serif"
#define MONO "Noto Sans Mono CJK SC, monospace"

typedef struct {
    cairo_t *cairo;
    const char *number;
    double y;
    int page;
} Sheet;

static cairo_status_t on_bytes(void *data, const unsigned char *bytes, unsigned size)
{
    g_byte_array_append(data, bytes, size);
    return CAIRO_STATUS_SUCCESS;
}

static PangoLayout *lay_out(Sheet *self, const char *font, double size,
                            const char *text)
{
    PangoLayout *layout = pango_cairo_create_layout(self->cairo);
    PangoFontDescription *description = pango_font_description_from_string(font);

    pango_font_description_set_absolute_size(description, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, description);
    pango_font_description_free(description);
    pango_layout_set_width(layout, (int)(WIDTH * PANGO_SCALE));
    /* A hash has no place to break at. */
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout, text, -1);
    return layout;
}

/* Every page says which receipt it is of. */
static void end_page(Sheet *self)
{
    g_autofree char *text = g_strdup_printf("%s · %d", self->number, self->page);
    g_autoptr(PangoLayout) layout = lay_out(self, FONT, 8, text);

    cairo_move_to(self->cairo, MARGIN, PAGE_HEIGHT - FOOT);
    pango_cairo_show_layout(self->cairo, layout);
    cairo_show_page(self->cairo);
    self->page++;
    self->y = MARGIN;
}

static void show_line(Sheet *self, PangoLayoutLine *line, double height)
{
    PangoRectangle extents;

    pango_layout_line_get_extents(line, NULL, &extents);
    if (self->y + height > PAGE_HEIGHT - MARGIN)
        end_page(self);
    cairo_move_to(self->cairo, MARGIN,
                  self->y + PANGO_ASCENT(extents) / (double)PANGO_SCALE);
    pango_cairo_show_layout_line(self->cairo, line);
    self->y += height;
}

/* A paragraph, line by line, on as many pages as it needs. */
static void put(Sheet *self, const char *font, double size, double after,
                const char *text)
{
    g_autoptr(PangoLayout) layout = lay_out(self, font, size, text);

    for (GSList *l = pango_layout_get_lines_readonly(layout); l != NULL; l = l->next)
        show_line(self, l->data, size * 1.45);
    self->y += after;
}

static void put_row(Sheet *self, const char *label, const char *value)
{
    g_autofree char *text = g_strconcat(label, "　", value ? value : "", NULL);

    put(self, FONT, 11, 2, text);
}

static void put_file(Sheet *self, gsize number, const json_t *file)
{
    g_autofree char *size = g_format_size_full(
        (guint64)oyer_json_int(file, "size_bytes", 0), G_FORMAT_SIZE_LONG_FORMAT);
    const char *document = oyer_json_string(file, "document");
    const char *name = oyer_json_string(file, "name");
    const char *sha256 = oyer_json_string(file, "sha256");
    g_autofree char *text =
        g_strdup_printf("%" G_GSIZE_FORMAT ". %s · %s (%s)", number,
                        document ? document : "", name ? name : "", size);

    put(self, FONT, 10, 0, text);
    put(self, MONO, 8, 5, sha256 ? sha256 : "");
}

static void put_files(Sheet *self, const json_t *files)
{
    const json_t *file;
    gsize i;

    put(self, FONT, 13, 2, "收到的文件 Files received");
    put(self, FONT, 9, 6,
        "文件名下是它的 SHA-256 校验值：文件有任何改动，校验值就不同。 Below each name "
        "stands its SHA-256; any change to the file would change it.");
    json_array_foreach(files, i, file)
    {
        put_file(self, i + 1, file);
    }
}

static void put_proof(Sheet *self, const json_t *receipt, const char *text)
{
    static const struct {
        const char *field, *label;
    } rows[] = {
        {"signature", "签名 Signature (Ed25519, base64url)"},
        {"fingerprint", "法院密钥指纹 Fingerprint of the court's key"},
        {"key", "法院公钥 The court's public key"},
    };

    self->y += 8;
    put(self, FONT, 13, 2, "核对 How to check it");
    put(self, FONT, 9, 6,
        "签名针对下面“签名文本”的字节。与网页保存的 JSON 回执内容相同，可用 openssl "
        "离线核对。 The signature is over the bytes of the signed text below; it is the "
        "same as in the receipt saved as JSON, which openssl checks offline.");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *value = oyer_json_string(receipt, rows[i].field);
        put(self, FONT, 9, 0, rows[i].label);
        put(self, MONO, 8, 4, value ? value : "");
    }
    put(self, FONT, 9, 0, "签名文本 Signed text");
    put(self, MONO, 7, 0, text);
}

static void put_all(Sheet *self, const json_t *receipt, const json_t *said,
                    const char *text)
{
    g_autofree char *round =
        g_strdup_printf("%" G_GINT64_FORMAT, oyer_json_int(said, "round", 0));
    const char *local = oyer_json_string(said, "local");

    put(self, FONT, 20, 2, "诉讼材料收件回执");
    put(self, FONT, 13, 10, "Receipt for what was handed in");
    put_row(self, "法院 Court", oyer_json_string(said, "court_name"));
    put_row(self, "编号 Number", self->number);
    put_row(self, "收到时间 Received",
            local ? local : oyer_json_string(said, "received"));
    put_row(self, "第几次提交 Round", round);
    self->y += 8;
    put_files(self, json_object_get(said, "files"));
    put_proof(self, receipt, text);
    end_page(self);
}

GBytes *oyer_receipt_pdf(const json_t *receipt, GError **error)
{
    const char *text = oyer_json_string(receipt, "signed");
    g_autoptr(json_t) said = text ? oyer_json_parse(text, strlen(text), error) : NULL;
    const char *number = said ? oyer_json_string(said, "number") : NULL;

    if (number == NULL) {
        if (error != NULL && *error == NULL)
            g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                "this is no receipt");
        return NULL;
    }
    GByteArray *bytes = g_byte_array_new();
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(on_bytes, bytes, PAGE_WIDTH, PAGE_HEIGHT);
    Sheet sheet = {cairo_create(surface), number, MARGIN, 1};

    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, number);
    put_all(&sheet, receipt, said, text);
    cairo_status_t status = cairo_status(sheet.cairo);
    cairo_destroy(sheet.cairo);
    cairo_surface_finish(surface);
    cairo_surface_destroy(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        return g_byte_array_free_to_bytes(bytes);
    g_byte_array_unref(bytes);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "the receipt cannot be set: %s",
                cairo_status_to_string(status));
    return NULL;
}
