/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * `oyer graph`: the pipeline of a live hearing, as media has it, in Graphviz' dot
 * language.  It asks the running server, and the server asks media.
 *
 * Thread: main.
 */
#pragma once

int oyer_graph_main(int argc, char *argv[]);
