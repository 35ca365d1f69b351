/* window.h -- the parts of sp-window: options (main.c), where an event's time is (clock.c, path.c), what of it
 * leaves (keep.c), which window it is in and what is written (assign.c), what is told (report.c). */
#ifndef WINDOW_WINDOW_H
#define WINDOW_WINDOW_H
#include "stream/reader.h"
#include "stream/rejects.h"
#include "stream/status.h"
#include "window/windowing.h"
#include "stream/writer.h"
#include "json/json.h"
#include "text/time.h"

#define SOURCE "standard input"

struct config {
	struct windowing w;
	const char *late, *reject, *metrics;
	const char *keep; /* paths; NULL: everything leaves */
	bool expand, status;
	int64_t idle_close; /* ms; 0: never */
	int64_t max_ahead;  /* ms; -1: any */
};

enum {
	PATH_NAMES_MAX = 1024, /* bytes in the quoted names of a path */
	KEEP_MAX = 64,         /* members for --keep */
};

/* A plain path. */
struct path {
	struct json_step steps[JSON_PATH_STEPS_MAX];
	size_t count;
	struct buf names; /* owned; what quoted names point into: never grows, so that they stay */
};

/* The members that leave. */
struct keep {
	size_t count;              /* 0: all do */
	struct json_paths *pick;   /* owned */
	struct buf heads;          /* owned: `,"name":` of each, ... */
	size_t head_end[KEEP_MAX]; /* ... up to here */
	struct buf text;           /* owned: of the event in hand */
};

/* Where the time of an event is and how it is written. */
struct clock {
	bool is_ts;     /* at .ts: it stands in front */
	bool is_common; /* written as the stream writes it (or otherwise: auto, rfc3339) */
	const char *path;
	struct time_minute minute_cache;
	struct json_paths *pick;    /* owned */
	struct time_format *format; /* owned */
};

/* An event as it was read. */
struct event {
	struct span raw;  /* the line as it was read */
	struct span line; /* without white space around it */
	size_t body;      /* the event without bounds is '{' and what is from here on */
	int64_t ts;
	bool from_bounds; /* it has no time but that of the window it is the result of */
};

/* All mutable state of a run. */
struct run {
	const struct config *c;
	const struct windowing *w;
	struct clock clock;
	struct keep keep;
	struct reader in;
	struct writer out, late;
	struct rejects rejects;
	struct status status;
	struct buf scratch; /* control lines */

	int64_t max_ts;    /* greatest event time; INT64_MIN: none yet */
	int64_t watermark; /* INT64_MIN: none yet */
	int64_t next_edge; /* a watermark line is due from this watermark on */
	bool began;        /* the windowing line is written */

	/* The slice of the last event, ready for the next one. */
	int64_t from, to; /* events of [from, to) have these bounds: */
	struct bounds slice;
	int64_t forgotten_at; /* the slice's events are late from this watermark on */
	char front[BOUNDS_TEXT_MAX];
	size_t front_n;

	int64_t latest_now; /* --max-ahead: events up to here are fine, as far as known */
	int64_t newest_end; /* end of the newest window that has an event */
	int64_t first_end;  /* end of the first window that has one, to tell why nothing has come out */
	bool fired, told;   /* one has come out; it was told that none has */

	uint64_t lines, events, late_count, ahead_count;
	uint64_t lines_waited;                 /* lines when the wait began */
	int64_t started_ms, first_ms, wait_ms; /* monotonic: start, first event, begin of the wait */
	bool idle;                             /* closed by --idle-close since the last line */
};

/* ---- clock.c ---- */

/* PATH is a plain jq path. -1: EX_USAGE. */
int clock_init(struct clock *k, const char *path, const char *format, const struct zone *zone, struct err *e) MUST_USE;
void clock_release(struct clock *k);
/* Fills EV from LINE. 0; 1: it is no event, *KIND (static) and E say why; -1: the run cannot go on. */
int clock_read(struct clock *k, struct span line, struct event *ev, const char **kind, struct err *e) MUST_USE;

/* ---- path.c ---- */

int path_init(struct path *p, struct err *e) MUST_USE;
void path_release(struct path *p);
/* Reads the path at *TEXT, up to a comma or the end, and moves *TEXT there. Names are valid until the next call, and
 * as long as the text. -1: no plain path, and *TEXT is where that shows. */
int path_parse(struct path *p, const char **text) MUST_USE;

/* ---- keep.c ---- */

/* PATHS: what --keep was given, or NULL. -1: EX_USAGE. */
int keep_init(struct keep *k, const char *paths, struct err *e) MUST_USE;
void keep_release(struct keep *k);
/* EV's line becomes one of the members that leave, in the order of the option; valid until the next call. 1: it
 * cannot be read, E says why; -1. */
int keep_event(struct keep *k, struct event *ev, struct err *e) MUST_USE;

/* ---- assign.c ---- */

/* One event: into the output, or set aside; then the watermark moves. */
int assign_event(struct run *r, const struct event *ev, struct err *e) MUST_USE;
/* A control line from before: passed on unless this program takes its place. */
int assign_control(struct run *r, struct span line, struct err *e) MUST_USE;
/* Nothing has come for --idle-close: the watermark moves to the end of the newest window. */
int assign_idle(struct run *r, struct err *e) MUST_USE;

/* ---- report.c ---- */

void report_init(struct run *r);
/* Now and then, and before waiting: status, and once the reason why nothing has come out. */
void report_poll(struct run *r);
/* What was left out, at the end. */
void report_finish(struct run *r);
#endif
