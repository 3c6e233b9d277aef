/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a case costs when it is docketed (案件受理费; Measures on Litigation Fees §§13, 16,
 * 22): data (data/fees.json, or the court's own DIR/fees.json), because courts fix it
 * within bounds.  Paying is not done here.
 *
 * {"days","rule","steps":[{"to_fen","fixed_fen","per_10000"}],"no_amount_fen",
 *  "causes":[{"code","fee_fen"}],"halved":[procedure]}
 *
 * `steps` rise; each takes `fixed_fen` and its share of what lies between the step before
 * and `to_fen`; the last has `to_fen` 0: no end.  `causes` cost the same whatever the
 * amount.  `days`: to pay in, from the day after the notice.
 *
 * docket/filing_case.c tells the filer.  Thread: any; never changed after it was made.
 */
#pragma once

#include "base/json.h"

/* (transfer full): the object, checked; or NULL with @error set. */
json_t *oyer_fees_parse(const char *text, gsize size_bytes, GError **error);
json_t *oyer_fees_built_in(void);

/* In fen.  @amount_fen: what is claimed, 0: no sum. */
gint64 oyer_fee_fen(const json_t *fees, const char *cause, const char *procedure,
                    gint64 amount_fen);

guint oyer_fee_days(const json_t *fees);
const char *oyer_fee_rule(const json_t *fees);
