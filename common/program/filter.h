/* filter.h -- what every program that reads a stream on standard input does around its own work.
 *
 * The filter owns the input, standard output, the files of --late and --reject, the status line and --metrics. It
 * reads lines, tells control lines from events, rejects lines over the limit, flushes all output before the input
 * blocks, and completes everything at the end. The program supplies struct filter_hooks.
 *
 *	int status = filter_init(&f, &config, &hooks, &e) < 0 ? diag_err(&e) : filter_run(&f);
 *	filter_release(&f);
 *
 * Control lines that belong to checkpoints (start, barrier, stop, end) reach one function, filter_checkpoint() in
 * filter.c: the checkpoint protocol is to be written there, once for all programs. */
#ifndef PROGRAM_FILTER_H
#define PROGRAM_FILTER_H
#include "stream/aside.h"
#include "stream/control.h"
#include "stream/reader.h"
#include "stream/rejects.h"
#include "stream/status.h"
#include "stream/writer.h"

/* The input's name in diagnostics and dead letters. */
#define FILTER_INPUT "standard input"

enum { FILTER_STOP = 1 }; /* what event() returns to end the run as if the input had ended */

/* The program's part. ARG is filter_hooks.arg. All but event() may be NULL. A hook that returns -1 with E set ends
 * the run with that error; a data error (EX_DATAERR) that does not name its place gets that of the current line. */
struct filter_hooks {
	/* Takes a line that is neither a control line nor over the limit; valid until the next call, or until
	 * before_fill(). Returns 0, FILTER_STOP, or -1. A line that is rejected is passed to filter_reject(). */
	int (*event)(void *arg, const struct line *line, struct err *e);
	/* Takes a control line. NULL: control lines are dropped. */
	int (*control)(void *arg, enum control_kind kind, struct span line, struct err *e);
	/* Finishes what still refers to earlier lines: called before the buffer changes, before a control line, and
	 * after an error, so that what came before it counts. */
	int (*before_fill)(void *arg, struct err *e);
	/* The input pauses: called before output is flushed. May set f->in.timeout_ms. */
	int (*before_wait)(void *arg, struct err *e);
	/* Nothing has come for f->in.timeout_ms; before_wait() is called again after it. */
	int (*idle)(void *arg, struct err *e);
	/* Called about every FILTER_POLL_LINES lines, for work that depends on the clock. */
	int (*tick)(void *arg, struct err *e);
	/* The input has ended: writes what is left. Returns the exit status, 0 as a rule; or -1. */
	int (*end)(void *arg, struct err *e);
	/* All output is complete: prints what was left out, if anything. */
	void (*report)(void *arg);
	/* The run ends with an error, which has been printed: ends what outlives the process in good order. */
	void (*abandon)(void *arg);
	void (*describe)(void *arg, struct buf *out); /* as status.describe */
	void (*metrics)(void *arg, struct buf *out);  /* as status.metrics */
	void *arg;                                    /* borrowed */
};

enum { FILTER_POLL_LINES = 1024 };

/* What the options say. Strings are borrowed for the life of the filter; NULL: the option was not given. */
struct filter_config {
	const char *late, *reject, *metrics;
	bool status;
	bool no_output;           /* the program writes nothing to standard output */
	bool refuses_checkpoints; /* a stream with checkpoints is an error; else their lines go to control() */
	size_t max_line;          /* bytes */
	const char *max_option;   /* the option that sets it, for the message; NULL: none does */
	int64_t timeout_ms;       /* for idle(); 0: never */
};

struct filter {
	struct reader in;
	struct writer out; /* standard output; fd -1 under no_output */
	struct aside late;
	struct rejects rejects;
	struct status status;
	uint64_t lines;     /* read so far; blank ones are not counted */
	int64_t started_ms; /* monotonic */
	struct filter_hooks hooks;
	struct filter_config config;
};

/* Opens the files of C, standard output and standard input, in this order. Copies C and H. Returns 0, or -1 with E
 * set; filter_release() is due in either case. */
int filter_init(struct filter *f, const struct filter_config *c, const struct filter_hooks *h, struct err *e) MUST_USE;

/* Closes and frees what filter_init() opened. A zeroed filter may be released. */
void filter_release(struct filter *f);

/* Runs to the end of the input and returns the exit status: that of the first error, else end()'s, else EX_DATAERR
 * if lines were rejected and not kept. The error has been printed. */
int filter_run(struct filter *f) MUST_USE;

/* Rejects LINE: counts, reports and keeps it (stream/rejects.h). KIND is a static string. Returns 0, or -1 with E
 * set if the dead letter cannot be written. */
int filter_reject(struct filter *f, const struct line *line, const char *kind, const char *why, struct err *e) MUST_USE;

/* Writes LINE and a newline to standard output: how a program passes a control line on. */
int filter_pass(struct filter *f, struct span line, struct err *e) MUST_USE;

/* The end of a run that had no error, also for programs with loops of their own: closes OUT (fd -1: nothing to
 * close) and LATE (may be NULL), calls REPORT (may be NULL), prints the last status and writes the last metrics, and
 * completes the dead letters. Returns the exit status as filter_run(), or -1 with E set. */
int filter_complete(struct writer *out, struct aside *late, struct rejects *rejects, struct status *status,
	void (*report)(void *arg), void *arg, struct err *e) MUST_USE;
#endif
