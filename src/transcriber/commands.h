/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The subcommands of this folder: see app/commands.h.
 *
 * Thread: main.
 */
#pragma once

/* oyer transcribe: the worker, kept alive by a parent of its own. */
int oyer_transcribe_main(int argc, char *argv[]);

/* oyer model: list, install, check and remove speech models. */
int oyer_model_main(int argc, char *argv[]);
