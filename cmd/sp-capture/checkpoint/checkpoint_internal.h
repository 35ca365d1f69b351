/* checkpoint_internal.h -- what start.c and checkpoint.c share. */
#ifndef CAPTURE_CHECKPOINT_CHECKPOINT_INTERNAL_H
#define CAPTURE_CHECKPOINT_CHECKPOINT_INTERNAL_H
#include "sp-capture/checkpoint/checkpoint.h"
#include "sp-capture/checkpoint/dead_letters.h"
#include "sp-capture/checkpoint/known.h"

enum {
	CHECKPOINT_STATE_VERSION = 1, /* of the body of a snapshot */
	CHECKPOINT_STATUS_MS = 1000,  /* how often status.json is written between barriers */
};

/* The inode and the time of COMMITTED when it was last read. Each commit replaces the file, so they show a change. */
struct seen {
	uint64_t inode;
	int64_t seconds, nanoseconds;
};

struct checkpoint {
	struct run_checkpoints hooks;
	const struct checkpoint_settings *settings; /* borrowed */
	struct checkpoint_folder folder;
	struct checkpoint_place place;
	struct committed committed; /* what COMMITTED said last */
	struct seen seen;
	struct epoch last; /* the epoch of the last barrier of this run, or the one that this run continues after */
	bool in_flight;    /* LAST is a barrier of this run that is not committed yet */
	bool told;         /* the message about a missing commit was printed */
	struct known known;
	struct dead_letters dead_letters;
	struct sum *sum;          /* owned, for fingerprints */
	struct buf configuration; /* configuration.h */
	uint64_t written;         /* events and rejected records when the last barrier was written */
	uint64_t rejected_before; /* rejected records of the job before this run */
	/* Monotonic times. */
	int64_t barrier_ms, look_ms, status_ms;
};

/* run_checkpoints.poll: writes a barrier if one is due. Returns 0, or -1 with E set. */
int checkpoint_poll(void *arg, struct run *r, struct err *e) MUST_USE;
/* run_checkpoints.finish: writes the line that ends the stream, and reports what was left unread. Returns 0, or -1 with
 * E set. */
int checkpoint_finish(void *arg, struct run *r, struct err *e) MUST_USE;
#endif
