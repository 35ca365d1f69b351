/* source.h -- a source: an ordered sequence of records, in which reading can begin at a position.
 *
 * A file, a followed file name and a Kafka partition are sources. All sources of a run have the same type and form a
 * set. The set holds what its sources share, such as a Kafka consumer or an inotify descriptor. The run (run.h) knows
 * sources only through this interface: it opens them, asks for records, merges them or not, and writes. A new type is a
 * struct source_type and a row in a table (table.h). */
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
	const char *name;            /* for messages, rejected records and --source-field; borrowed */
	const struct format *format; /* NULL: not decided yet, or the type has no decoder */
	int64_t last_event_ms;       /* event time of the last event that was read; INT64_MIN: none yet */
	bool open;                   /* open() has succeeded and close() was not called since */
	bool over;                   /* the source has ended or failed, and is not read any more */
	bool unwritten;              /* the last record of the source could not be written, and so the run ended */
	bool can_reopen;             /* after close() and open(), the source returns the same records again */
	bool has_written;            /* WRITTEN is set */
	struct position written;     /* with a merge: the position after the last record that was written */
	uint64_t in_merge;           /* with a merge: records that were read and not written yet */
};

struct source_set {
	const struct source_type *type;
	const struct options *options;
	struct source **list; /* owned array; the type's free_all() frees the sources in it */
	size_t count, cap;
	void *state;          /* what the sources share; owned by the type */
	bool changed;         /* the list is out of date, and the run must call refresh() */
	bool whole_lines;     /* set by init(): a write to a pipe must not end inside an event */
	bool merged;          /* set by the run: records wait in a merge before they are written */
	bool needs_positions; /* set by init(): with a merge too, the position after each record must be known */
	bool may_grow;        /* a later run reads what is appended, so an incomplete last record is not read */
	/* Functions of the run, which all readers of the set call. A type that waits itself must call before_wait()
	 * first. A type that frees a buffer must call before_fill() first, because events that count as written may
	 * still be in it. Both return -1 with E set if the output failed. */
	struct reader_hooks hooks;
};

/* Appends S to the list of SET, and sets its type and its set. Returns 0, or -1 with E set if memory is exhausted. */
int source_set_add(struct source_set *set, struct source *s, struct err *e) MUST_USE;

/* Functions of this struct that return int return 0, or -1 with E set. */
struct source_type {
	const char *name;   /* in the table: "file" */
	const char *scheme; /* operands that begin with "SCHEME://" are of this type; NULL: options choose the type */
	/* The driver, another program that reads this type (base/helper.h). In sp-capture's table, such a type has only
	 * the members from `name` to `needs_no_source`. The table of the driver has the complete type. NULL: this
	 * program reads the type itself. */
	const char *helper;
	/* The options of the type, ended by OPT_END, or NULL. Their ids must be unique in the program. */
	const struct opt *options;
	/* Returns true if option ID with VALUE asks for something that needs no source. The option then chooses this
	 * type without an operand. May be NULL. */
	bool (*needs_no_source)(int id, const char *value);

	/* ---- options; all NULL in a type that has none ---- */

	/* Returns a new struct for the values of the options. The functions below get this struct as OWN. Returns NULL
	 * with E set if memory is exhausted. */
	void *(*options_new)(struct err *e);
	/* Stores VALUE of option ID. Returns -1 with EX_USAGE if VALUE is wrong. */
	int (*options_set)(void *own, int id, const char *value, struct err *e);
	/* Checks all options together with O, the options of the program. Called when all options are stored. */
	int (*options_finish)(void *own, struct options *o, struct err *e);
	void (*options_free)(void *own);
	/* Does what replaces a run, such as a listing, and sets *STATUS to the exit status. Returns false if the
	 * options ask for a run. */
	bool (*run_instead)(const void *own, int *status);

	/* ---- the set ---- */

	/* Checks all operands before anything is written. Fills the list if the sources are known already. */
	int (*init)(struct source_set *set, struct err *e);
	/* Makes the list of sources. Called at the start, and each time CHANGED was set. Returns
	 * - NEXT_EVENT: the list is ready;
	 * - NEXT_LATER: there is no source now, so wait and call again;
	 * - NEXT_END: there will be no source any more;
	 * - NEXT_ERROR with E set.
	 * NULL: init() has made the list, and it never changes. */
	enum next (*refresh)(struct source_set *set, struct err *e);
	/* Waits until there may be records, or for a short time. Called when no source had a record. Must not wait if
	 * stop_flag is set. NULL: the run waits a few milliseconds itself. */
	int (*wait)(struct source_set *set, struct err *e);
	/* Called every few thousand records, when all records so far have left the program, so that they can be
	 * committed. NULL: the type does not need it. */
	int (*done)(struct source_set *set, struct err *e);
	/* Does the last commit. Called after the last record, even if the run has failed. May be NULL. */
	int (*finish)(struct source_set *set, struct err *e);
	/* Sets *DONE to how much of all sources was read, and *TOTAL to how much there is, in the same unit. Returns
	 * false if these numbers are not known. May be NULL. */
	bool (*progress)(const struct source_set *set, uint64_t *done, uint64_t *total);
	/* Append to the status line and to the metrics what only this type knows. May be NULL. */
	void (*describe)(struct source_set *set, struct buf *out);
	void (*metrics)(struct source_set *set, struct buf *out);
	/* Closes and frees all sources, and frees the state. */
	void (*free_all)(struct source_set *set);

	/* ---- one source ---- */

	/* Opens S. NULL: S is open from the beginning. */
	int (*open)(struct source *s, struct err *e);
	/* Reads the next record of S into *OUT, which is valid until the next call for S. Returns NEXT_EVENT,
	 * NEXT_REJECTED, NEXT_END, NEXT_ERROR with E set, or NEXT_LATER if S has no record now or the next source has
	 * its turn. */
	enum next (*next)(struct source *s, struct record *out, struct err *e);
	/* Sets *OUT to the position after the last record that next() returned. Returns false if the position is not
	 * known. */
	bool (*mark)(const struct source *s, struct position *out);
	/* Makes the record after position P the next record. Called before the first next(). Opens S if S is not
	 * open. */
	int (*seek)(struct source *s, const struct position *p, struct err *e);
	void (*close)(struct source *s); /* frees the buffers of S; NULL: there are none */

	/* Stands between name and position in messages: ':' before a line, '@' before an offset. */
	char position_sign;
	/* Without a merge: if a source has no record now, the run reads the next source instead of waiting. */
	bool takes_turns;
	bool merges;           /* several sources are merged by event time, unless --in-order is given */
	bool stops_at_once;    /* a stop drops records that were not written, because the next run reads them again */
	bool failures_in_turn; /* if a source fails, the run ends after its earlier records are written */
	bool outlives_errors;  /* a source that has failed can be read again later */
};

/* Sets *OUT to the position after the last record of S that was written. A later run that begins there loses no record
 * and writes no record twice. Without a merge, it is the position after the last record that was read, because each
 * record is written before the next one is read. With a merge, the position of each record is kept only if
 * SET->needs_positions is set. Returns false if the position is not known: the type has no mark(), a record could not
 * be written, or no record has left the merge yet. */
bool source_position(const struct source *s, struct position *out);
#endif
