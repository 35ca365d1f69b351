/* source.h -- what a source is: an ordered sequence of records that can be read on from a position.
 *
 * A file, a followed file name and a Kafka partition are sources. All sources of a run are of one type and form a set;
 * the set holds what they share, such as a consumer or an inotify descriptor. The run (run.h) knows sources only
 * through this interface: it opens them, asks for records, merges them or not, and writes. A new type is a struct
 * source_type and a line in a table (table.h). */
#ifndef CAPTURE_SOURCE_SOURCE_H
#define CAPTURE_SOURCE_SOURCE_H
#include "base/opt.h"
#include "sp-capture/options.h"
#include "sp-capture/position.h"
#include "stream/reader.h"

/* A type embeds this as the first member of its own struct. */
struct source {
	const struct source_type *type;
	struct source_set *set;
	const char *name;            /* for diagnostics, dead letters and --source-field; not owned */
	const struct format *format; /* NULL: not decided yet, or the type has no decoder */
	int64_t last_event_ms;       /* event time of the last event that was read; INT64_MIN: none yet */
	bool open;                   /* open() has succeeded and close() was not called */
	bool over;                   /* its end was reached, or it failed: it is not read any more */
	bool unwritten;              /* a record that it gave could not be written, which ended the run */
	bool can_reopen;             /* after close() and open() it gives the same records again */
	bool has_written;            /* of a merged source: WRITTEN is set */
	struct position written;     /* of a merged source: after the last record that left the merge */
};

struct source_set {
	const struct source_type *type;
	const struct options *options;
	struct source **list; /* owned array; the sources belong to the type, which releases them in free_all() */
	size_t count, cap;
	void *state;          /* of the type */
	bool changed;         /* the list is not valid any more: the run must call refresh() */
	bool whole_lines;     /* set by init(): a write to a pipe must not tear an event */
	bool merged;          /* set by the run: records wait in a merge before they are written */
	bool needs_positions; /* set by the run or by init(): positions must be known in a merge, too */
	/* Calls into the run: for the readers of the sources; a type also calls before_wait() before it waits itself,
	 * and before_fill() before it releases a buffer that events may still refer to. Both return -1 with E if the
	 * output failed. */
	struct reader_hooks hooks;
};

/* Appends S to SET's list and sets its type and set. -1: out of memory (E). */
int source_set_add(struct source_set *set, struct source *s, struct err *e) MUST_USE;

struct source_type {
	const char *name;   /* in the table: "file" */
	const char *scheme; /* operands that begin with "SCHEME://" are of this type; NULL: chosen by options */
	/* The driver that reads this type (base/helper.h). The program's own table then describes the type only
	 * (scheme, options, needs_no_source), and the driver's table has the rest. NULL: this program reads it
	 * itself. */
	const char *helper;
	/* The type's own options, ended by OPT_END; or NULL. Ids must be unique in the program. */
	const struct opt *options;
	/* True if option ID with VALUE asks for something that needs no source: it chooses this type all the same. May
	 * be NULL. */
	bool (*needs_no_source)(int id, const char *value);

	/* ---- options; all NULL in a type that has none ---- */

	void *(*options_new)(struct err *e);                                     /* NULL: E */
	int (*options_set)(void *own, int id, const char *value, struct err *e); /* one option; -1: EX_USAGE */
	int (*options_finish)(void *own, struct options *o, struct err *e);      /* all are known; -1: E */
	void (*options_free)(void *own);
	/* Does what replaces a run, such as a listing, and sets *STATUS to the exit status. Returns false if the
	 * options ask for a run. */
	bool (*run_instead)(const void *own, int *status);

	/* ---- the set ---- */

	/* Looks at all operands before anything is written, and fills the list if it is known already. -1: E. */
	int (*init)(struct source_set *set, struct err *e);
	/* Makes the list anew: at the start, and whenever CHANGED was set. NEXT_EVENT: it is ready; NEXT_LATER: there
	 * is no source now, wait and call again; NEXT_END: there will be none; NEXT_ERROR: E. NULL: the list never
	 * changes. */
	enum next (*refresh)(struct source_set *set, struct err *e);
	/* Returns when there may be news, or after a short time; called when no source had a record. Must not wait when
	 * stop_flag is set. NULL: sources of this type never return NEXT_LATER for long. */
	int (*wait)(struct source_set *set, struct err *e);
	/* All records that were written so far have left the program: they may be committed. Called every few thousand
	 * records; NULL: this type does not commit. */
	int (*done)(struct source_set *set, struct err *e);
	/* The last commit, after the last record; also after a failure. May be NULL. */
	int (*finish)(struct source_set *set, struct err *e);
	/* How much of all sources was read, in any unit. False: not known. May be NULL. */
	bool (*progress)(const struct source_set *set, uint64_t *done, uint64_t *total);
	/* Appends what only this type knows to the status line, and to the metrics. May be NULL. */
	void (*describe)(struct source_set *set, struct buf *out);
	void (*metrics)(struct source_set *set, struct buf *out);
	/* Closes and releases all sources and the state. */
	void (*free_all)(struct source_set *set);

	/* ---- one source ---- */

	int (*open)(struct source *s, struct err *e); /* -1: E. NULL: it is open from the beginning */
	/* The next record; valid until the next call for this source. NEXT_LATER: none now, or it is the turn of
	 * others. */
	enum next (*next)(struct source *s, struct record *out, struct err *e);
	/* The mark after the last record that next() returned: where reading would go on. False: it is not known. */
	bool (*mark)(const struct source *s, struct position *out);
	/* Before the first next() of a source that is not open: opens it so that it goes on at P. -1: E. */
	int (*seek)(struct source *s, const struct position *p, struct err *e);
	void (*close)(struct source *s); /* releases its buffers; NULL: nothing to do */

	char position_sign; /* between name and position in diagnostics: ':' a line, '@' an offset */
	bool takes_turns; /* unmerged, a source that has nothing now lets the next one go on (else it is waited for) */
	bool merges;      /* several sources are merged by event time, unless --in-order is given */
	bool stops_at_once;    /* what was read but not written is read again by the next run, so a stop drops it */
	bool failures_in_turn; /* a source that fails ends the run, but not before its records in the merge are written */
	bool outlives_errors; /* a source that failed can be asked again */
};

/* Where a later run must go on so that no record is lost and none is written twice: the mark of what was WRITTEN.
 * Without a merge that is what was read, because each record is written before the next one is read. In a merge the
 * mark travels with the record, and requires SET->needs_positions. False: nothing was written yet, or the type does not
 * know. */
bool source_position(const struct source *s, struct position *out);
#endif
