/* stage.h -- what every program after the source does at the control lines of checkpoints (sp-checkpoint(7)).
 *
 * The filter (program/filter.h) calls it, so all programs behave alike. At start: it takes the lock of its place, and
 * loads exactly the snapshot of the epoch that the stream continues after. At a barrier, in this order: checks the sum
 * of the input; writes out all data; forces the files of --late and --reject to the disk; writes its snapshot; and only
 * then passes the barrier on, with the sum of its own output. A program that stores (an end: sp-sink) does not pass the
 * barrier on, but commits its store and then writes COMMITTED. A stop is a barrier after which the input ends. At an
 * end line all windows are closed first. If the input ends without stop or end, the program before has died: the result
 * is EX_TEMPFAIL, and nothing more is written. */
#ifndef CHECKPOINT_STAGE_H
#define CHECKPOINT_STAGE_H
#include "checkpoint/place.h"
#include "checkpoint/status_file.h"
#include "stream/aside.h"
#include "stream/reader.h"
#include "stream/rejects.h"
#include "stream/writer.h"

/* The program's part. ARG is stage_hooks.arg. Functions of type int return 0, or -1 with E set. */
struct stage_hooks {
	/* Appends what the state depends on, as lines "NAME: VALUE\n" in a fixed order, for example
	 * "by: .country\n". Two runs with equal lines can use each other's state. NULL: nothing. */
	int (*configuration)(void *arg, struct buf *out, struct err *e);
	/* Appends what is open, in words: "1,204 keys in 3 windows". Appends nothing if the state is empty, so that the
	 * configuration may change. NULL: the state is always empty in this sense. */
	void (*open)(void *arg, struct buf *out);
	/* Writes the state. NULL: there is none. */
	int (*save)(void *arg, struct save *s, struct err *e);
	/* Replaces the state by the one in L. OLD is the configuration that the state was saved under, or SPAN_NONE if
	 * it is the present one. If it differs, either nothing was open, or --upgrade was given: the hook takes what it
	 * can, and fails with EX_DATAERR if something that is open cannot be taken. */
	int (*load)(void *arg, struct load *l, struct span old, struct err *e);
	/* The end line was read: closes all windows and writes their rows. The state is empty afterwards, but the
	 * watermark stays, so that later events of these windows are late. May be NULL. */
	int (*close)(void *arg, struct err *e);
	/* Called before a snapshot: writes out data that is buffered for the output or the store. May be NULL. */
	int (*flush)(void *arg, struct err *e);
	void (*status)(void *arg, struct status_fields *out); /* fills what the program knows; may be NULL */

	/* ---- an end; NULL in other programs ---- */

	/* Opens what the store keeps of JOB, and sets *OUT to the last epoch that is committed there: number 0 if the
	 * store knows nothing of JOB. Finishes a commit that was interrupted. NULL: the store keeps no epoch, such as a
	 * terminal, and COMMITTED is taken as its epoch. A program with commit() is an end. */
	int (*recover)(void *arg, const char *job, struct epoch *out, struct err *e);
	/* The store knows nothing of the job, and the stream continues after FROM (--adopt): nothing is stored, but
	 * from now on the store is at FROM. */
	int (*adopt)(void *arg, const struct epoch *from, struct err *e);
	/* Commits all events since the last commit together with EPOCH, all or nothing. LAST is true at stop and
	 * end. */
	int (*commit)(void *arg, const struct epoch *epoch, bool last, struct err *e);
	/* How long an epoch should last, in ms; 0: no wish. */
	int64_t pace_ms;

	void *arg;
};

struct stage; /* stage.c */

/* What the stage works on; borrowed. OUT is NULL for an end. */
struct stage_streams {
	struct reader *in;
	struct writer *out;
	struct aside *late;
	struct rejects *rejects;
	bool loose; /* --loose: the sums of the input are not checked, because a program between may drop lines */
	bool upgrade, adopt; /* --upgrade and --adopt, for runs without sp-run (checkpoint/settings.h) */
};

/* Returns a stage for the program NAME (its id without the number), or NULL with E set. Reads the environment. DIR is
 * the value of --checkpoint, or NULL. Copies HOOKS. */
struct stage *stage_new(const char *name, const char *dir, const struct stage_hooks *hooks,
	struct stage_streams streams, struct err *e) MUST_USE;
void stage_free(struct stage *s); /* S may be NULL */

/* Returns true if the stream has a start line. */
bool stage_is_started(const struct stage *s);
/* Returns true if a stop or end line was read. */
bool stage_is_ended(const struct stage *s);
/* Returns true if the stream must have a start line, and none has come yet. */
bool stage_lacks_start(const struct stage *s);
/* Must be called before the first event. If checkpoints are demanded (--checkpoint or SP_CHECKPOINT) but no start line
 * came, returns -1 with E set (EX_DATAERR). */
int stage_first_event(struct stage *s, struct err *e) MUST_USE;
/* Must be called at a windowing line. sp-window writes one again when a run continues. Such a line, and the control
 * lines of checkpoints, do not count in the line numbers of the input: these are the same however often a job was
 * stopped. */
void stage_windowing(struct stage *s);
/* Acts on LINE, a start, barrier, stop or end line with a run. Returns 0, 1 after a stop or end line, or -1 with E
 * set. */
int stage_control(struct stage *s, enum control_kind kind, struct span line, struct err *e) MUST_USE;
/* The input has ended, or its last line has no newline. Returns 0 if a stop or end line came last, or there are no
 * checkpoints. Returns EX_TEMPFAIL after a message if the program before has died. */
int stage_input_ended(struct stage *s);
/* Replaces the status file if a second has passed. WAITING_FOR as in status_fields. */
void stage_status(struct stage *s, const char *waiting_for);
/* Adds the program's exit status to SP_STATUS and returns STATUS. Called at the very end. */
int stage_exit(struct stage *s, int status);
#endif
