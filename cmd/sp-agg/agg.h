/* agg.h -- what the files of sp-agg share: one event, groups, and the run.
 *
 * An event goes through intake.c (bounds, key, values; a bad one changes nothing) into one of four
 * stores: one global window (global.c), windows of their own (windows.c), slices that are merged when a
 * window fires (slices.c), or sessions (sessions.c). All keep groups (groups.c): a table from key bytes
 * to a record, which is a head, if the store needs one, and the states of the functions. */
#ifndef AGG_AGG_H
#define AGG_AGG_H
#include "sp-agg/config.h"
#include "state/table.h"
#include "stream/reader.h"
#include "stream/rejects.h"
#include "stream/status.h"
#include "window/windowing.h"
#include "stream/writer.h"

enum { QUEUE = 16 }; /* events read ahead, so that memory has time to bring their groups */

/* One event, read and found good. */
struct event {
	struct span text; /* the line */
	uint64_t line;    /* its number */
	size_t prefix;    /* bytes of bounds in front */
	struct bounds b;
	char *brace, was; /* where the line was changed, and what stood there; NULL: nowhere */
	int64_t ts;       /* event time, ms */
	uint64_t seq;     /* arrival number */
	struct span key;  /* in the line, or in: */
	struct buf key_text;
	uint64_t hash;
	/* By number of shared arguments: */
	bool use[FOLDS_MAX]; /* where it holds */
	struct value *args;  /* owned; FOLD_ARGS for each */
};

/* What adds an event to a fold's state, with all that is needed side by side. */
struct adder {
	int (*add)(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
		uint64_t seq);
	const struct fold *fold;
	size_t offset; /* of the state in a record */
	size_t shared; /* number of its arguments */
};

/* In front of the states in a record, where rows repeat or groups are merged. */
struct head {
	uint64_t first;    /* arrival of the group's first event */
	uint64_t events;   /* --count: since the last row */
	uint32_t revision; /* rows written */
	uint32_t changed;  /* since the last one (--emit DUR) */
};

/* The groups of one window, or slice. */
struct pane {
	struct bounds b;
	bool fired;   /* its rows were written */
	bool changed; /* some group has changed (--emit DUR) */
	bool merged;  /* made of several: not in order of arrival */
	struct pool pool;
	struct table table;
	size_t counted; /* bytes that are in agg.state_bytes */
};

enum mode { MODE_NONE, MODE_GLOBAL, MODE_WINDOWS, MODE_SLICES, MODE_SESSIONS };

/* Windows of their own, by (end, start). */
struct windows {
	struct pane **list; /* owned */
	size_t count, cap;
};

struct slices;   /* slices.c */
struct sessions; /* sessions.c */

struct counters {
	uint64_t events, rows, late, windows;
};

/* The run. */
struct agg {
	struct config *c;
	struct reader in;
	struct writer out;
	struct rejects rejects;
	struct status status;
	struct counters n;
	int64_t started_ms;

	enum mode mode;
	enum bounds_kind bounds_kind; /* what bounds events have */
	bool has_windowing;
	struct windowing w;
	struct buf windowing_line; /* to know a second one */
	int64_t watermark;         /* INT64_MIN before the first */
	bool ended;                /* the input is over: no row follows any more */
	bool repeats;              /* rows have revision and final */

	/* intake */
	struct event queue[QUEUE];
	struct event *ev;       /* the current one */
	size_t waiting;         /* events in the queue that are read and not yet in their group */
	struct buf bounds_text; /* bounds of the last event, as text, with the comma; empty: it had none */
	struct bounds bounds;
	bool follows; /* slices: the watermark follows the events' own times, too */
	int64_t edge; /* where it next passes the end, or the forgetting, of a window */
	int time_expr;
	const struct span *time_text; /* as key_column.text */
	struct time_minute minute_cache;
	struct time_format *time_format;
	int64_t last_ts;

	/* stores */
	size_t head_size; /* of a record, before the states; 0: none */
	size_t record_size;
	struct adder adders[FOLDS_MAX]; /* one for each fold */
	struct pane *global;
	struct pane *hot; /* takes the next event, if its bounds are the last one's; NULL: unknown */
	struct windows windows;
	struct slices *slices;
	struct sessions *sessions;
	uint64_t state_bytes; /* in all panes, for --max-state */

	/* rows */
	struct buf row, order_text;
	struct bounds row_bounds; /* whose text stands in row_bounds_text */
	char row_bounds_text[BOUNDS_TEXT_MAX];
	size_t row_bounds_n;
	int64_t next_emit_ms; /* --emit DUR */

	struct writer late; /* --late; fd -1: none */
};

/* The store of MODE begins: where states stand in a record behind HEAD bytes. */
void layout(struct agg *a, size_t head);
#endif
