/* stage_internal.h -- the parts of a stage: stage.c has the protocol, stage_state.c the snapshot, stage_end.c what only
 * an end does. For these three files only. */
#ifndef CHECKPOINT_STAGE_INTERNAL_H
#define CHECKPOINT_STAGE_INTERNAL_H
#include "checkpoint/stage.h"

struct stage {
	const char *name; /* of the program; borrowed */
	const char *dir;  /* --checkpoint; borrowed, or NULL */
	struct stage_hooks hooks;
	struct stage_streams io;
	struct checkpoint_settings settings;
	struct start_line start;
	struct checkpoint_folder folder;
	struct checkpoint_place place;
	struct committed committed; /* an end: what COMMITTED says */
	struct epoch last;          /* the last epoch that is finished */
	bool started, ended;
	bool windowed;            /* a windowing line was read, in this run or before */
	bool windowing_again;     /* the next windowing line repeats an earlier one */
	uint64_t rejected_before; /* lines rejected in earlier runs */
	char *rejects_path;       /* of the file that rejects_keep() has opened; owned */
	struct buf line;          /* the control line that is being written */
	struct buf configuration, open;
	int64_t next_status_ms; /* when the status file is written next, by the monotonic clock */
	/* The last status file: what the program waited for, since when, and the number of input lines at that time. */
	const char *waiting_for;
	int64_t waiting_since_ms;
	uint64_t waiting_line;
};

/* ---- stage_state.c ---- */

/* Loads the snapshot of the epoch that the stream continues after, if there is one, and makes the files of --late and
 * --reject what they were then. Returns 0, or -1 with E set. */
int stage_load(struct stage *s, struct err *e) MUST_USE;
/* Forces the files of --late and --reject to the disk and writes the snapshot of EPOCH. Returns 0, or -1 with E set. */
int stage_save(struct stage *s, const struct epoch *epoch, struct err *e) MUST_USE;

/* ---- stage_end.c: nothing is done if the program is no end ---- */

/* At start: compares the store with the epoch that the stream continues after. Returns 0 if they are equal. Returns -1
 * with E set otherwise: EX_TEMPFAIL if COMMITTED was made equal to the store, so that the next run is right. */
int stage_end_check(struct stage *s, struct err *e) MUST_USE;
/* Commits EPOCH in the store, and then writes COMMITTED. Returns 0, or -1 with E set. */
int stage_end_commit(struct stage *s, const struct epoch *epoch, bool last, struct err *e) MUST_USE;
#endif
