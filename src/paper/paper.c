/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "paper/paper.h"

#include <cairo-pdf.h>
#include <gio/gio.h>
#include <pango/pangocairo.h>

/* A4, in points. */
#define SHORT_SIDE 595.276
#define LONG_SIDE 841.89
#define MARGIN 56.0
#define FOOT 30.0 /* of the margin, for title and number */

#define LINE 1.45 /* a line's height, in sizes of its letters */
#define CELL_SIZE 9.0
#define CELL_PAD 3.0

#define SANS "Noto Sans CJK SC, Noto Sans, sans-serif"
#define BOLD "Noto Sans CJK SC, Noto Sans, sans-serif bold"
#define MONO "Noto Sans Mono CJK SC, monospace"

static const struct {
    const char *font;
    double size, before, after;
    guint lines_to_follow; /* that it keeps below it on its page */
} styles[OYER_PAPER_STYLES] = {
    [OYER_PAPER_TITLE] = {SANS, 20, 0, 2, 1},
    [OYER_PAPER_SUBTITLE] = {SANS, 13, 0, 10, 1},
    [OYER_PAPER_HEADING] = {SANS, 13, 8, 2, 4},
    [OYER_PAPER_TEXT] = {SANS, 11, 0, 2, 0},
    [OYER_PAPER_ITEM] = {SANS, 10, 0, 0, 1},
    [OYER_PAPER_NOTE] = {SANS, 9, 0, 6, 0},
    [OYER_PAPER_LABEL] = {SANS, 9, 0, 0, 1},
    [OYER_PAPER_CODE] = {MONO, 8, 0, 5, 0},
    [OYER_PAPER_FINE] = {MONO, 7, 0, 0, 0},
};

struct OyerPaper {
    char *title;
    double width, height;
    /* How many there are is known at the end: until then each is a recording. */
    GPtrArray *pages;
    cairo_t *cairo; /* of the last page */
    double y;
    const OyerPaperColumn *columns; /* of the table that is open, or NULL */
    guint n_columns;
};

static void destroy_page(gpointer page)
{
    cairo_surface_destroy(page);
}

OyerPaper *oyer_paper_new(const char *title, gboolean is_wide)
{
    OyerPaper *self = g_new0(OyerPaper, 1);

    self->title = g_strdup(title);
    self->width = is_wide ? LONG_SIDE : SHORT_SIDE;
    self->height = is_wide ? SHORT_SIDE : LONG_SIDE;
    self->pages = g_ptr_array_new_with_free_func(destroy_page);
    return self;
}

void oyer_paper_free(OyerPaper *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->cairo, cairo_destroy);
    g_ptr_array_unref(self->pages);
    g_free(self->title);
    g_free(self);
}

/* ---- pages and lines ---- */

static void open_page(OyerPaper *self)
{
    const cairo_rectangle_t extents = {0, 0, self->width, self->height};
    cairo_surface_t *page =
        cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extents);

    g_clear_pointer(&self->cairo, cairo_destroy);
    self->cairo = cairo_create(page);
    g_ptr_array_add(self->pages, page);
    self->y = MARGIN;
}

static double room(const OyerPaper *self)
{
    return self->cairo ? self->height - MARGIN - self->y : 0;
}

static PangoLayout *lay_out(cairo_t *cairo, const char *font, double size, double width,
                            const char *text)
{
    PangoLayout *layout = pango_cairo_create_layout(cairo);
    PangoFontDescription *description = pango_font_description_from_string(font);

    pango_font_description_set_absolute_size(description, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, description);
    pango_font_description_free(description);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    /* A hash has no place to break at. */
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout, text ? text : "", -1);
    return layout;
}

/* With its top at @y. */
static void show_line(cairo_t *cairo, PangoLayoutLine *line, double x, double y)
{
    PangoRectangle extents;

    pango_layout_line_get_extents(line, NULL, &extents);
    cairo_move_to(cairo, x, y + PANGO_ASCENT(extents) / (double)PANGO_SCALE);
    pango_cairo_show_layout_line(cairo, line);
}

void oyer_paper_put(OyerPaper *self, OyerPaperStyle style, const char *text)
{
    double size = styles[style].size, height = size * LINE;

    if (room(self) <
        styles[style].before + height * (1 + styles[style].lines_to_follow))
        open_page(self);
    else
        self->y += styles[style].before;
    g_autoptr(PangoLayout) layout =
        lay_out(self->cairo, styles[style].font, size, self->width - 2 * MARGIN, text);
    for (GSList *l = pango_layout_get_lines_readonly(layout); l != NULL; l = l->next) {
        if (room(self) < height)
            open_page(self);
        show_line(self->cairo, l->data, MARGIN, self->y);
        self->y += height;
    }
    self->y += styles[style].after;
}

void oyer_paper_put_row(OyerPaper *self, const char *label, const char *value)
{
    g_autofree char *text = g_strconcat(label, "　", value ? value : "", NULL);

    oyer_paper_put(self, OYER_PAPER_TEXT, text);
}

/* ---- tables ---- */

/* One row: the layout of each cell, and the next of its lines to be shown. */
typedef struct {
    PangoLayout *layouts[OYER_PAPER_COLUMNS_MAX];
    GSList *lines[OYER_PAPER_COLUMNS_MAX];
    guint n_lines; /* of the longest cell */
} Row;

static double column_width(const OyerPaper *self, guint column)
{
    guint sum = 0;

    for (guint i = 0; i < self->n_columns; i++)
        sum += self->columns[i].share;
    return (self->width - 2 * MARGIN) * self->columns[column].share / sum;
}

static void lay_out_row(OyerPaper *self, Row *row, const char *font,
                        const char *const *cells)
{
    row->n_lines = 1;
    for (guint i = 0; i < self->n_columns; i++) {
        row->layouts[i] = lay_out(self->cairo, font, CELL_SIZE,
                                  column_width(self, i) - 2 * CELL_PAD, cells[i]);
        row->lines[i] = pango_layout_get_lines_readonly(row->layouts[i]);
        row->n_lines = MAX(row->n_lines, g_slist_length(row->lines[i]));
    }
}

static void row_clear(Row *row, guint n_columns)
{
    for (guint i = 0; i < n_columns; i++)
        g_object_unref(row->layouts[i]);
}

static double height_of(guint n_lines)
{
    return n_lines * CELL_SIZE * LINE + 2 * CELL_PAD;
}

/* A line across, at @y. */
static void rule(OyerPaper *self, double weight)
{
    cairo_set_line_width(self->cairo, weight);
    cairo_move_to(self->cairo, MARGIN, self->y);
    cairo_line_to(self->cairo, self->width - MARGIN, self->y);
    cairo_stroke(self->cairo);
}

/* The next @n_lines of @row, which the page has room for. */
static void show_part(OyerPaper *self, Row *row, guint n_lines)
{
    double top = self->y + CELL_PAD, x = MARGIN;

    for (guint i = 0; i < self->n_columns; i++) {
        for (guint n = 0; n < n_lines && row->lines[i]; n++) {
            show_line(self->cairo, row->lines[i]->data, x + CELL_PAD,
                      top + n * CELL_SIZE * LINE);
            row->lines[i] = row->lines[i]->next;
        }
        x += column_width(self, i);
    }
    self->y += height_of(n_lines);
    row->n_lines -= n_lines;
}

static void show_heads(OyerPaper *self)
{
    const char *heads[OYER_PAPER_COLUMNS_MAX];
    Row row;

    for (guint i = 0; i < self->n_columns; i++)
        heads[i] = self->columns[i].head;
    rule(self, 1.2);
    lay_out_row(self, &row, BOLD, heads);
    show_part(self, &row, row.n_lines);
    row_clear(&row, self->n_columns);
    rule(self, 0.8);
}

static void open_table_page(OyerPaper *self)
{
    open_page(self);
    show_heads(self);
}

void oyer_paper_begin_table(OyerPaper *self, const OyerPaperColumn *columns,
                            guint n_columns)
{
    g_return_if_fail(n_columns > 0 && n_columns <= OYER_PAPER_COLUMNS_MAX);
    self->columns = columns;
    self->n_columns = n_columns;
    if (room(self) < height_of(2) + height_of(2))
        open_page(self);
    show_heads(self);
}

/* What a page below its heads can hold: more than one row of the table's needs to be
 * broken for. */
static double page_room(const OyerPaper *self)
{
    return self->height - 2 * MARGIN - height_of(2);
}

void oyer_paper_put_cells(OyerPaper *self, const char *const *cells)
{
    Row row;

    g_return_if_fail(self->columns != NULL);
    lay_out_row(self, &row, SANS, cells);
    if (room(self) < height_of(row.n_lines) && height_of(row.n_lines) < page_room(self))
        open_table_page(self);
    while (row.n_lines > 0) {
        if (room(self) < height_of(1))
            open_table_page(self);
        guint fit = (guint)((room(self) - 2 * CELL_PAD) / (CELL_SIZE * LINE));
        show_part(self, &row, CLAMP(fit, 1, row.n_lines));
        rule(self, 0.4);
    }
    row_clear(&row, self->n_columns);
}

void oyer_paper_end_table(OyerPaper *self)
{
    self->columns = NULL;
    self->n_columns = 0;
    self->y += 8;
}

/* ---- the PDF ---- */

static cairo_status_t on_bytes(void *data, const unsigned char *bytes, unsigned size)
{
    g_byte_array_append(data, bytes, size);
    return CAIRO_STATUS_SUCCESS;
}

/* Every page says which paper it is of, and how many there are. */
static void show_foot(OyerPaper *self, cairo_t *cairo, guint page)
{
    g_autofree char *text =
        g_strdup_printf("%s · %u / %u", self->title, page + 1, self->pages->len);
    g_autoptr(PangoLayout) layout =
        lay_out(cairo, SANS, 8, self->width - 2 * MARGIN, text);

    show_line(cairo, pango_layout_get_line_readonly(layout, 0), MARGIN,
              self->height - FOOT);
}

static void show_pages(OyerPaper *self, cairo_t *cairo)
{
    for (guint i = 0; i < self->pages->len; i++) {
        cairo_set_source_surface(cairo, self->pages->pdata[i], 0, 0);
        cairo_paint(cairo);
        cairo_set_source_rgb(cairo, 0, 0, 0);
        show_foot(self, cairo, i);
        cairo_show_page(cairo);
    }
}

GBytes *oyer_paper_finish(OyerPaper *self, GError **error)
{
    GByteArray *bytes = g_byte_array_new();
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(on_bytes, bytes, self->width, self->height);
    cairo_t *cairo = cairo_create(surface);

    if (self->cairo == NULL)
        open_page(self);
    g_clear_pointer(&self->cairo, cairo_destroy);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, self->title);
    show_pages(self, cairo);
    cairo_status_t status = cairo_status(cairo);
    cairo_destroy(cairo);
    cairo_surface_finish(surface);
    cairo_surface_destroy(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        return g_byte_array_free_to_bytes(bytes);
    g_byte_array_unref(bytes);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "the paper cannot be set: %s",
                cairo_status_to_string(status));
    return NULL;
}
