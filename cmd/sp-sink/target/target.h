/* target.h -- where events go: the one face over files, folders, SQLite, a table on the terminal.
 *
 * put() takes events one by one. Each driver makes them durable in one function of its own, commit(), all
 * that were put or none: in tick(), when it is time, and in finish(). A target that is freed without finish()
 * leaves nothing half-written under a final name. */
#ifndef SINK_TARGET_TARGET_H
#define SINK_TARGET_TARGET_H
#include "base/uri.h"
#include "sp-sink/options.h"
#include "sp-sink/event.h"

struct target; /* each driver has its own */

#define TICK_NEVER INT64_MAX

struct target_type {
	/* -1: E says why it cannot be (EX_USAGE: bad options; EX_CANTCREAT ...). */
	int (*open)(struct target **out, const struct config *c, struct err *e);
	/* Takes one event: 0; 1: refused, E and row->kind say why, nothing has changed; -1: broken, E. */
	int (*put)(struct target *t, struct event *ev, struct err *e);
	/* The input pauses: what is buffered goes out if somebody may be looking. NULL: nobody is. */
	int (*pause)(struct target *t, struct err *e);
	/* Does what the clock asks for (NOW_MS: clock_monotonic_ms()) and sets *NEXT_MS to when to call
	 * again at the latest. NULL: nothing ever is. */
	int (*tick)(struct target *t, int64_t now_ms, int64_t *next_ms, struct err *e);
	/* The input is over: all that was put is made durable and visible, what is open is completed. */
	int (*finish)(struct target *t, struct err *e);
	/* Appends a few words for the status line ("3 files open"). NULL: none. */
	void (*describe)(const struct target *t, struct buf *out);
	void (*free)(struct target *t);
};

extern const struct target_type target_stdout, target_file, target_dir, target_sqlite, target_table;
#endif
