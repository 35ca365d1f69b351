/* filter.h -- what every program that reads a stream on standard input does around its own work.
 *
 * The filter owns the input, standard output, the files of --late and --reject, the status line and --metrics. It reads
 * lines, separates control lines from events, rejects lines over the limit, flushes all output before it waits for
 * input, and closes all files at the end. The program's own work is in its struct filter_hooks.
 *
 *	int status = filter_init(&f, &config, &hooks, &e) < 0 ? diag_err(&e) : filter_run(&f);
 *	filter_release(&f);
 *
 * Control lines of checkpoints (start, barrier, stop, and end with a run) do not reach the program. They go to its
 * stage (checkpoint/stage.h), which calls the hooks in filter_config.stage to save and load the state. A program
 * without these hooks refuses such a stream. Under checkpoints, filter_hooks.end is not called: at an end line the
 * stage closes the windows, and at a stop line they stay open. */
#ifndef PROGRAM_FILTER_H
#define PROGRAM_FILTER_H
#include "checkpoint/stage.h"
#include "stream/aside.h"
#include "stream/control.h"
#include "stream/reader.h"
#include "stream/rejects.h"
#include "stream/status.h"
#include "stream/writer.h"

/* Name of the input in diagnostics and dead letters. */
#define FILTER_INPUT "standard input"

/* event() and control() return FILTER_STOP to end the run as if the input had ended. */
enum { FILTER_STOP = 1 };

/* The program's own work: functions that the filter calls with filter_hooks.arg as ARG. All of them but event() may be
 * NULL. A hook of type int returns 0 to continue, or -1 with E set to end the run with this error, unless its comment
 * says otherwise. If event() or control() fails with EX_DATAERR, the filter puts "standard input:LINE: " in front of
 * the message, unless the message begins so already. */
struct filter_hooks {
	/* Handles a line that is neither a control line nor over the limit. LINE->text stays valid until before_fill()
	 * is called. The hook passes a bad line to filter_reject(). Returns 0, FILTER_STOP, or -1 with E set. */
	int (*event)(void *arg, const struct line *line, struct err *e);
	/* Handles a control line. Returns 0, FILTER_STOP, or -1 with E set. If NULL, control lines are dropped. */
	int (*control)(void *arg, enum control_kind kind, struct span line, struct err *e);
	/* Finishes the work that still refers to earlier lines. Called before the reader's buffer changes, before a
	 * control line, and after an error, so that lines before the error are still written. */
	int (*before_fill)(void *arg, struct err *e);
	/* Called before the filter flushes output and waits for input. May set in.timeout_ms of the struct filter. */
	int (*before_wait)(void *arg, struct err *e);
	/* Called when no input came for as long as in.timeout_ms of the struct filter says. Then before_wait() is
	 * called again. */
	int (*idle)(void *arg, struct err *e);
	/* Called after every FILTER_POLL_LINES lines, for work that depends on the clock. */
	int (*tick)(void *arg, struct err *e);
	/* Writes the remaining output. Called at the end of the input. Returns the exit status, usually 0, or -1 with E
	 * set. */
	int (*end)(void *arg, struct err *e);
	/* Prints how many events were left out, if any. Called when all output is complete. */
	void (*report)(void *arg);
	/* Waits for work that goes on outside the program, such as messages to be acknowledged. Called after an error
	 * has been printed. */
	void (*abandon)(void *arg);
	/* Appends the text of the status line, without a newline. */
	void (*describe)(void *arg, struct buf *out);
	/* Appends Prometheus text (program/metrics.h). */
	void (*metrics)(void *arg, struct buf *out);
	void *arg; /* passed to all hooks; borrowed */
};

enum { FILTER_POLL_LINES = 1024 }; /* lines between two calls of tick() */

/* Values of the options. Strings are borrowed for the life of the filter; NULL means that the option was not given. */
struct filter_config {
	const char *late, *reject, *metrics;
	bool status;
	bool no_output;         /* the program writes nothing to standard output */
	const char *checkpoint; /* --checkpoint DIR, of an end */
	bool loose;             /* --loose (checkpoint/stage.h) */
	bool upgrade, adopt;    /* --upgrade and --adopt (checkpoint/stage.h) */
	/* What the program does at checkpoints; borrowed by filter_init() only. NULL: a stream with checkpoints is an
	 * error. */
	const struct stage_hooks *stage;
	size_t max_line; /* bytes */
	/* The name of the option that sets max_line, for the message about a longer line; NULL if there is none. */
	const char *max_option;
	int64_t timeout_ms; /* time without input after which idle() is called; if 0, it is never called */
};

struct filter {
	struct reader in;
	struct writer out; /* standard output; out.fd is -1 if config.no_output is true */
	struct aside late; /* the file of --late, for events that came too late */
	struct rejects rejects;
	struct status status;
	struct stage *stage; /* owned; NULL if config.stage is */
	bool watched;        /* filter_watch() must check each line, because it may be forbidden here */
	bool unplaced;       /* the message of the error is not about a line */
	uint64_t lines;      /* lines read so far, without blank lines */
	bool windowed;       /* a windowing line was read */
	/* The value of `lines` after the last end line and the control lines of unknown kinds right after it; 0 if no
	 * end line was read. */
	uint64_t ended_at;
	/* The line number of the first windowing line before which an earlier stream lacks its end line; 0 if there is
	 * none. */
	uint64_t cut_before;
	int64_t started_ms; /* when the run started, by the monotonic clock */
	struct filter_hooks hooks;
	struct filter_config config;
};

/* Opens the files of C, standard output and standard input, in this order. Copies C and H. Returns 0, or -1 with E set.
 * The caller must call filter_release(), even after a failure. */
int filter_init(struct filter *f, const struct filter_config *c, const struct filter_hooks *h, struct err *e) MUST_USE;

/* Closes and frees what filter_init() opened. A zeroed filter may be released. */
void filter_release(struct filter *f);

/* Runs to the end of the input or to the first error, which is printed. Returns the exit status. After an error this is
 * the status of the error. Otherwise it is EX_TEMPFAIL if there are checkpoints and the program before has died, the
 * result of end() if that is not 0, EX_DATAERR if lines were rejected without --reject, or 0. */
int filter_run(struct filter *f) MUST_USE;

/* Prints E, the reason why the run cannot begin, reports the exit status to sp-run, as filter_run() does, and returns
 * it. Call it for a wrong command line too. */
int filter_refuse(const struct err *e);

/* Rejects LINE: counts it under KIND, a static string, reports it with WHY, and writes a dead letter
 * (stream/rejects.h). Returns 0, or -1 with E set if the dead letter cannot be written. */
int filter_reject(struct filter *f, const struct line *line, const char *kind, const char *why, struct err *e) MUST_USE;

/* Returns true if the stream has a windowing line, but no end line after its last event. If several such streams were
 * joined, returns true if one of them lacks its end line. At the end of the input, the result true means that the
 * program that made the windows was killed or failed, or that lines were lost. */
bool filter_is_cut(const struct filter *f);

/* Returns the number of the last line of the stream that was cut off. May be called only at the end of the run, and
 * only if filter_is_cut() returns true. */
uint64_t filter_cut_line(const struct filter *f);

/* Writes LINE and a newline to standard output. Programs pass on control lines with it. Returns 0, or -1 with E set. */
int filter_pass(struct filter *f, struct span line, struct err *e) MUST_USE;

/* Ends a run that had no error. Programs with a loop of their own call it instead of filter_run(). Closes OUT unless
 * its fd is -1, closes LATE (may be NULL), calls REPORT(ARG) (may be NULL), prints the last status line, writes the
 * last metrics, and closes the dead letters. Returns the exit status: EX_DATAERR if lines were rejected without
 * --reject, otherwise 0. Returns -1 with E set on failure. */
int filter_complete(struct writer *out, struct aside *late, struct rejects *rejects, struct status *status,
	void (*report)(void *arg), void *arg, struct err *e) MUST_USE;
#endif
