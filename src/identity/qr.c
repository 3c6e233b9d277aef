/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "identity/qr.h"

#include <qrencode.h>

struct OyerQr {
    QRcode *code;
};

OyerQr *oyer_qr_new(const char *text, int version_max)
{
    static const QRecLevel levels[] = {QR_ECLEVEL_M, QR_ECLEVEL_L};

    for (gsize i = 0; i < G_N_ELEMENTS(levels); i++) {
        QRcode *code = QRcode_encodeString(text, 0, levels[i], QR_MODE_8, 1);

        if (code != NULL && code->version <= version_max) {
            OyerQr *self = g_new0(OyerQr, 1);
            self->code = code;
            return self;
        }
        QRcode_free(code);
    }
    return NULL;
}

void oyer_qr_free(OyerQr *self)
{
    if (self == NULL)
        return;
    QRcode_free(self->code);
    g_free(self);
}

int oyer_qr_version(const OyerQr *self)
{
    return self->code->version;
}

int oyer_qr_width(const OyerQr *self)
{
    return self->code->width;
}

gboolean oyer_qr_is_dark(const OyerQr *self, int x, int y)
{
    int width = self->code->width;

    return x >= 0 && y >= 0 && x < width && y < width &&
           (self->code->data[y * width + x] & 1) != 0;
}

json_t *oyer_qr_rows(const OyerQr *self)
{
    json_t *rows = json_array();

    for (int y = 0; self != NULL && y < self->code->width; y++) {
        g_autoptr(GString) row = g_string_new(NULL);
        for (int x = 0; x < self->code->width; x++)
            g_string_append_c(row, oyer_qr_is_dark(self, x, y) ? '1' : '0');
        json_array_append_new(rows, json_string(row->str));
    }
    return rows;
}
