/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "paper/proof.h"

#include <string.h>

#include <gio/gio.h>

json_t *oyer_proof_read(const json_t *proof, GError **error)
{
    const char *text = oyer_json_string(proof, "signed");

    if (text != NULL)
        return oyer_json_parse(text, strlen(text), error);
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                        "nothing is signed here");
    return NULL;
}

void oyer_paper_put_proof(OyerPaper *paper, const json_t *proof)
{
    static const struct {
        const char *field, *label;
    } rows[] = {
        {"signature", "签名 Signature (Ed25519, base64url)"},
        {"fingerprint", "法院密钥指纹 Fingerprint of the court's key"},
        {"key", "法院公钥 The court's public key"},
    };

    oyer_paper_put(paper, OYER_PAPER_HEADING, "核对 How to check it");
    oyer_paper_put(
        paper, OYER_PAPER_NOTE,
        "签名针对下面“签名文本”的字节。与网页保存的 JSON 内容相同，可用 openssl "
        "离线核对。 The signature is over the bytes of the signed text below; it is the "
        "same as in the JSON saved from the page, which openssl checks offline.");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        oyer_paper_put(paper, OYER_PAPER_LABEL, rows[i].label);
        oyer_paper_put(paper, OYER_PAPER_CODE, oyer_json_string(proof, rows[i].field));
    }
    oyer_paper_put(paper, OYER_PAPER_LABEL, "签名文本 Signed text");
    oyer_paper_put(paper, OYER_PAPER_FINE, oyer_json_string(proof, "signed"));
}
