/* place.h -- the place of one program in the folder of checkpoints, DIR/ID: its lock and its snapshots.
 *
 *	DIR/ID/lock		flock(2); its content is {"pid":"17","run":"9f2c..."}
 *	DIR/ID/EPOCH-RUN.snap	the state of the program after EPOCH of RUN
 *	DIR/ID/status.json	checkpoint/status_file.h
 *	DIR/ID/rejects.ndjson	dead letters of a program without --reject
 *	DIR/ID/aside		files of --late and --reject that the snapshot does not know (stage_state.c)
 *
 * A snapshot file is a JSON line (version, id, run, epoch, configuration, length of the body), the body (state/save.h),
 * and the XXH3 of the body and then the line, in 16 hexadecimal digits with a newline. At least three snapshots are
 * kept, and up to ten while they are under 64 MiB together. A barrier of epoch E removes only snapshots below E - 2, by
 * their numbers alone: the one that the next run needs is E, E - 1 or E - 2, because only one epoch is in flight, and
 * stop does not wait. */
#ifndef CHECKPOINT_PLACE_H
#define CHECKPOINT_PLACE_H
#include "checkpoint/folder.h"
#include "state/save.h"

struct checkpoint_place {
	const struct checkpoint_folder *folder; /* borrowed; outlives the place */
	char id[64];                            /* "sp-agg", "sp-agg.2" */
	int fd;                                 /* DIR/ID; -1: not open */
	int lock;                               /* DIR/ID/lock, locked; -1: not held */
};

/* Makes DIR/ID if needed, opens it, and takes the lock for RUN. If a program of another run holds it, waits up to five
 * seconds and then fails with EX_TEMPFAIL. If a program of the same RUN holds it, fails at once with EX_DATAERR: the
 * line has the program twice, or the program was started inside <( ) and inherited SP_CHECKPOINT. Removes temporary
 * files of dead programs. All descriptors are close-on-exec. Returns 0, or -1 with E set. */
int checkpoint_place_open(struct checkpoint_place *p, const struct checkpoint_folder *f, const char *id,
	const char *run, struct err *e) MUST_USE;
/* Closes P and gives up the lock. May be called after checkpoint_place_open() has failed, and for a place that was
 * never opened if its fd and lock are -1. */
void checkpoint_place_release(struct checkpoint_place *p);
/* Makes DIR/ID/rejects.ndjson with mode 0600 if it does not exist. Returns its path, which the caller owns, or
 * NULL with E set. */
char *checkpoint_place_rejects(const struct checkpoint_place *p, struct err *e) MUST_USE;
/* Sets *PID to the process that holds DIR/ID/lock now, or 0 if none does. Returns 0, or -1 with E set. For sp-run. */
int checkpoint_place_holder(const struct checkpoint_folder *f, const char *id, int64_t *pid, struct err *e) MUST_USE;

/* What a program writes into a snapshot. */
struct snapshot_source {
	struct span configuration; /* lines "NAME: VALUE\n"; what the state depends on */
	/* What is open, in words, for the message about another configuration: "1,204 keys in 3 windows". Empty: the
	 * state is empty, and the configuration may change. */
	struct span open;
	/* Writes the body. Returns 0, or -1 with E set. */
	int (*body)(void *arg, struct save *s, struct err *e);
	void *arg;
};

/* Writes the snapshot of EPOCH, durable when it returns 0, and then removes old snapshots. Returns -1 with E set
 * (EX_IOERR) on failure; no file is left then. Fail points: tmp-open, mid-write, before-fsync, after-fsync,
 * after-rename, after-dirsync, prune. */
int snapshot_write(const struct checkpoint_place *p, const struct epoch *epoch, const struct snapshot_source *s,
	struct err *e) MUST_USE;

struct snapshot {
	struct buf bytes;          /* the file; owned */
	struct span configuration; /* unescaped; points into `text` */
	struct span open;          /* as in snapshot_source; points into `text` */
	struct buf text;           /* owned */
	struct load body;          /* reads `bytes` */
};

/* Reads and checks the snapshot of EPOCH. Returns 0. Returns -1 with E set (EX_DATAERR) if it is missing, damaged, of
 * another program or of an unknown version; the message says that DIR must be restored, or removed to start over. The
 * caller must release S, even after a failure. */
int snapshot_read(const struct checkpoint_place *p, const struct epoch *epoch, struct snapshot *s,
	struct err *e) MUST_USE;
void snapshot_release(struct snapshot *s);

/* Compares CONFIGURATION with that of S. Returns 0 if they are equal. Returns 1 if they differ but S has nothing open,
 * or UPGRADE is true. Returns -1 with E set (EX_DATAERR) if they differ otherwise. The message names the first line
 * that differs with both values, what is open, and the cures --end and --upgrade. */
int snapshot_compare(const struct snapshot *s, struct span configuration, bool upgrade, const char *id,
	struct err *e) MUST_USE;
#endif
