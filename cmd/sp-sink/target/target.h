/* target.h -- the interface of all targets: files, folders, SQLite, a table on the screen.
 *
 * A kind of target is a struct target_type, defined in one file or folder, with a row in the table in target.c. It is
 * chosen by the scheme of the TARGET on the command line. For a target that needs a heavy library, the row in target.c
 * has only .schemes, .form, .help, .options and .driver. A folder cmd/sp-sink-DRIVER has the complete type, without
 * .driver, and a main.c that passes a table with that type to sink_main().
 *
 * put() stores one event but does not make it durable. The caller decides when to call commit(), which puts either all
 * events of a file or transaction into the store, or none of them. A target that is freed without commit() and finish()
 * leaves nothing incomplete under a final name.
 *
 * If the stream has checkpoints (sp-checkpoint(7)), the target belongs to a job. Then recover() is called once, before
 * the first put(), and commit_epoch() at each barrier. commit(), due() and finish() are not called, and *DUE of put()
 * is ignored: nothing becomes visible between two barriers. */
#ifndef SINK_TARGET_TARGET_H
#define SINK_TARGET_TARGET_H
#include "base/uri.h"
#include "sp-sink/encode/encoder.h"
#include "stream/barrier.h"
#include "text/time.h"

struct target; /* each kind of target defines its own */

/* What the command line asks of a target. Pointers are borrowed for the life of the target. */
struct target_config {
	struct uri uri;                         /* the TARGET, split; uri.scheme NULL: a path or "-" */
	const struct target_type *const *types; /* the targets of this program, for messages that list them */
	const char *format;                     /* --format, or NULL */
	struct encoder_options encoding;        /* --columns and --delimiter; its member zone is not set */
	const char *key;                        /* --key a,b, or NULL */
	const char *partition;                  /* --partition TEMPLATE, or NULL */
	struct zone *zone;                      /* --tz; NULL: UTC */
	uint64_t roll_bytes;                    /* --roll-size */
	int64_t roll_every_ms;                  /* --roll-every */
	int64_t max_open;                       /* --max-open */
	bool append;                            /* --append */
};

/* The job that a target stores for. */
struct target_job {
	const char *name; /* "web.9f2c77ab"; borrowed for the life of the target */
	bool any_fs;      /* a store on a network file system is accepted */
};

/* What a stream guarantees if it has checkpoints and ends in a target. */
enum target_guarantee {
	TARGET_REFUSES_JOBS,  /* the target cannot be the end of a job */
	TARGET_AT_LEAST_ONCE, /* events after the last barrier come again after a crash */
	TARGET_EXACTLY_ONCE,  /* the target has recover(), adopt() and commit_epoch() */
};

/* Where an epoch ends. */
enum target_boundary {
	TARGET_BARRIER,
	TARGET_STOP, /* the stream ends for now */
	TARGET_END,  /* the stream ends for good */
};

/* Options that only some targets use. */
enum target_options {
	TARGET_APPEND = 1,
	TARGET_FORMAT = 2,
	TARGET_COLUMNS = 4,
	TARGET_KEY = 8,
	TARGET_PARTITION = 16,
	TARGET_DELIMITER = 32,
	TARGET_TZ = 64,
	TARGET_ROLL_SIZE = 256,
	TARGET_ROLL_EVERY = 512,
	TARGET_MAX_OPEN = 1024,
};

enum target_extent {
	TARGET_DUE, /* what put() or due() has reported as due: files, or the open transaction */
	TARGET_ALL, /* all events so far */
};

#define TARGET_NEVER INT64_MAX

/* A kind of target. Functions return 0, or -1 with E set, unless their comment says otherwise. A function that is NULL
 * does nothing. */
struct target_type {
	const char *const *schemes; /* NULL-terminated, such as "dir"; NULL: the target is chosen without a scheme */
	const char *form;           /* how the target is named on the command line: "dir:PATH" */
	const char *help;           /* one line of --help */
	const char *driver;         /* the driver that stores to this target (base/helper.h); NULL: this program does */
	unsigned options;           /* bit mask of the TARGET_... options that the target uses */
	enum target_guarantee guarantee;
	bool exclusive;        /* from a put() to the commit, no other program can write to the store */
	bool key_ignores_case; /* a name in --key also matches a field that differs in upper and lower case */

	/* Opens the target. A failure must not lose anything that is in the store. The status in E is EX_USAGE for
	 * options that do not fit, else EX_CANTCREAT or another status. If *OUT is set, the caller must call free(),
	 * even after a failure. */
	int (*open)(struct target **out, const struct target_config *c, struct err *e);
	/* Stores EV. Sets *DUE to true if enough is stored for a commit(TARGET_DUE), and else leaves *DUE alone.
	 * Returns 0, 1 if EV is rejected, or -1 with E set. After a rejection, E and EV's kind say why, and no value of
	 * EV is stored. */
	int (*put)(struct target *t, struct event *ev, bool *due, struct err *e);
	/* Returns true if a commit is due by the clock at NOW_MS (clock_monotonic_ms()). Lowers *NEXT_MS to the time at
	 * which the next commit will be due. NULL: commits do not depend on the clock. */
	bool (*due)(struct target *t, int64_t now_ms, int64_t *next_ms);
	/* Makes the events of EXTENT durable and visible. NULL: only finish() makes events durable and visible. */
	int (*commit)(struct target *t, enum target_extent extent, struct err *e);
	/* Called when the input pauses: writes the buffered bytes, so that a reader of the target sees them. May be
	 * NULL. */
	int (*pause)(struct target *t, struct err *e);
	/* Does work that depends on the clock but does not store anything, such as painting. Lowers *NEXT_MS to the
	 * time of the next call. May be NULL. */
	int (*tick)(struct target *t, int64_t now_ms, int64_t *next_ms, struct err *e);
	/* Completes and closes what is open. Called at the end of the input, after commit(TARGET_ALL). May be NULL. */
	int (*finish)(struct target *t, struct err *e);

	/* ---- for TARGET_EXACTLY_ONCE; NULL in other types ---- */

	/* From now on T stores for JOB. Sets *OUT to the last epoch that is in the store: number 0 if the store knows
	 * nothing of JOB. Completes a commit that was interrupted after it had become certain. */
	int (*recover)(struct target *t, const struct target_job *job, struct epoch *out, struct err *e);
	/* Records in the store, which knows nothing of the job, that the job is at FROM. Stores no event. */
	int (*adopt)(struct target *t, const struct epoch *from, struct err *e);
	/* Makes all events since the last commit durable and visible, and records EPOCH in the store with them, all or
	 * nothing. If another run has committed since recover(), nothing is stored, and the error is EX_DATAERR. */
	int (*commit_epoch)(struct target *t, const struct epoch *epoch, enum target_boundary boundary, struct err *e);
	/* Returns how long an epoch should last, in ms. NULL: the target has no wish. */
	int64_t (*pace_ms)(const struct target_config *c);

	/* Appends a few words for the status line (", 3 open"). May be NULL. */
	void (*describe)(const struct target *t, struct buf *out);
	void (*free)(struct target *t);
};

extern const struct target_type target_stdout, target_file, target_dir, target_sqlite, target_table;
/* The targets of sp-sink itself, NULL-terminated. A driver passes a table of its own to sink_main(). */
extern const struct target_type *const target_types[];

/* Splits TEXT, the TARGET of the command line, into URI and sets *OUT to the type of the target: the type in TYPES that
 * has the scheme, or else target_stdout or target_file. An unknown scheme is an error, unless TEXT can be the name of a
 * file, such as "report:1.csv". It can be one if no "//" follows the colon, and if --format is given (HAS_FORMAT) or
 * TEXT ends in the suffix of a format. Returns 0, or -1 with E set (EX_USAGE). The caller must release URI, even after
 * a failure. */
int target_choose(const struct target_type *const *types, const char *text, bool has_format, struct uri *uri,
	const struct target_type **out, struct err *e) MUST_USE;
/* Checks that TYPE uses all options in GIVEN, a bit mask of TARGET_... values. Returns 0, or -1 with E set (EX_USAGE),
 * which names an option that TYPE does not use, and the members of TYPES that use it. */
int target_check_options(const struct target_type *const *types, const struct target_type *type, unsigned given,
	struct err *e) MUST_USE;
/* Appends the forms of all TYPES, as in "a, b and c". Returns 0, or -1 if OUT is full. */
int target_add_forms(const struct target_type *const *types, struct buf *out);
#endif
