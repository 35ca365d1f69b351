/* outbox.h -- all or nothing for stores without transactions.
 *
 * A folder takes files one by one (rename(2)), an object store takes uploads, a web server takes requests. None of them
 * takes all results of an epoch at once. The outbox adds this. It works like a write-ahead log with redo (Gray and
 * Reuter, "Transaction Processing", 1992, chapter 10):
 *
 *  1. stage:   the caller makes each part durable where no reader looks, and gives it to outbox_stage();
 *  2. seal:    a manifest that names all parts of the epoch is made durable. This is the commit;
 *  3. deliver: each part is delivered. A crash here is followed by a redo: the next run delivers every part of the same
 *              manifest again, so delivering must be idempotent;
 *  4. forget:  the manifest is marked as delivered, and the one before it is removed.
 *
 *	FOLDER/EPOCH-RUN	the manifest of an epoch that is being delivered
 *	FOLDER/EPOCH-RUN.done	the same, after all parts were delivered
 *
 * The last manifest stays, because it says which epoch the store has. Both names have epoch and run: a new run divides
 * the stream elsewhere, so its epoch of the same number has other rows. The mark ".done" makes sure that a part is not
 * delivered again after its receiver has taken it away.
 *
 * The outbox does not know what a part is. The functions of the caller (struct outbox_hooks) do. */
#ifndef OUTBOX_OUTBOX_H
#define OUTBOX_OUTBOX_H
#include "outbox/manifest.h"

/* The caller's part. Functions return 0, or -1 with E set. */
struct outbox_hooks {
	/* Delivers PART. It is idempotent: if the part was delivered before, nothing changes. REDO is true if a run
	 * before this one may have delivered it. */
	int (*deliver)(void *arg, const struct outbox_part *part, bool redo, struct err *e);
	/* Makes all deliveries since the last call durable. May be NULL if deliver() does that. */
	int (*settle)(void *arg, struct err *e);
	/* Removes all staged parts. Called when no manifest names them. Must leave alone the files of FOLDER for which
	 * manifest_name_read() returns true. */
	int (*discard)(void *arg, struct err *e);
	void *arg;
};

struct outbox {
	int folder;       /* FOLDER, open for reading and locked; borrowed */
	const char *path; /* path of FOLDER, for messages; borrowed */
	const char *job;  /* borrowed */
	struct outbox_hooks hooks;
	struct manifest next;        /* the parts of the current epoch */
	struct manifest_name last;   /* of the newest manifest that is delivered; number 0: there is none */
	struct manifest_name sealed; /* of the manifest that outbox_seal() has written */
};

/* Prepares O for the manifests of JOB in FOLDER, and locks FOLDER (flock(2)) as long as the descriptor is open. Changes
 * nothing else. Returns 0, or -1 with E set: EX_TEMPFAIL if another process has the lock. The caller must call
 * outbox_release() in both cases. */
int outbox_open(struct outbox *o, int folder, const char *path, const char *job, const struct outbox_hooks *hooks,
	struct err *e) MUST_USE;
void outbox_release(struct outbox *o);

/* Finishes what the last run has sealed but not delivered, removes older manifests and all staged parts, and sets *LAST
 * to the epoch that the store has; number 0 if there is no manifest. Must be called before a part is staged. Returns 0,
 * or -1 with E set (EX_DATAERR if a manifest is damaged or belongs to another job). */
int outbox_recover(struct outbox *o, struct epoch *last, struct err *e) MUST_USE;
/* Makes EPOCH the epoch that the store has, without any part. For a store that knows nothing of the job. Returns 0, or
 * -1 with E set. */
int outbox_adopt(struct outbox *o, const struct epoch *epoch, struct err *e) MUST_USE;

/* Adds a part to the current epoch. deliver() finds the part by STAGED, which must be durable; TARGET is where it goes.
 * Both are copied. Returns the number of the part in its epoch, from 0, or -1 with E set. */
int64_t outbox_stage(struct outbox *o, struct span staged, struct span target, struct err *e) MUST_USE;
/* Commits the current epoch as EPOCH. After this, its parts will be delivered, in this run or the next one. Returns 0,
 * or -1 with E set: EX_DATAERR if another process has changed the manifests of the job. */
int outbox_seal(struct outbox *o, const struct epoch *epoch, struct err *e) MUST_USE;
/* Delivers all parts of the epoch that was sealed, forgets the epoch before it, and begins the next epoch. Returns
 * 0, or -1 with E set. */
int outbox_deliver(struct outbox *o, struct err *e) MUST_USE;
#endif
