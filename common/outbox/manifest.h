/* manifest.h -- the list of what an epoch delivers, as a file (outbox.h).
 *
 * The file is a JSON line {"outbox":"1","job":"...","epoch":"42","run":"...","parts":"2"}, then for each part two texts
 * (state/save.h: the length, then the bytes), then the XXH3 of all that in 16 hexadecimal digits and a newline. */
#ifndef OUTBOX_MANIFEST_H
#define OUTBOX_MANIFEST_H
#include "state/save.h"
#include "stream/barrier.h"

/* A part of an epoch. The outbox does not interpret the two texts. */
struct outbox_part {
	struct span staged; /* where the part is until it is delivered */
	struct span target; /* where it goes */
};

/* What the name of a manifest says. */
struct manifest_name {
	struct epoch epoch;
	bool done; /* all parts were delivered */
};
enum { MANIFEST_NAME = 64 }; /* bytes of a name with its NUL */

/* Writes the name N to TEXT. */
void manifest_name_write(const struct manifest_name *n, char text[MANIFEST_NAME]);
/* Reads TEXT into N. Returns true if TEXT is the name of a manifest. */
bool manifest_name_read(struct manifest_name *n, const char *text);

struct manifest {
	size_t count;     /* of parts */
	struct buf parts; /* as in the file; owned */
};

void manifest_init(struct manifest *m);
void manifest_release(struct manifest *m);
/* Removes all parts from M. */
void manifest_reset(struct manifest *m);
/* Adds PART, which is copied. Returns 0, or -1 with E set. */
int manifest_add(struct manifest *m, const struct outbox_part *part, struct err *e) MUST_USE;
/* Returns a position before the first part of M. It is valid until M changes. */
struct load manifest_begin(const struct manifest *m);
/* Reads the next part into PART, which points into the manifest. Returns false after the last part. */
bool manifest_next(struct load *l, struct outbox_part *part);

/* Writes M as the file NAME of FOLDER, whole or not at all, so that it survives a power cut. PATH is that of FOLDER,
 * for messages. Returns 0, or -1 with E set. */
int manifest_write(const struct manifest *m, const struct manifest_name *name, const char *job, int folder,
	const char *path, struct err *e) MUST_USE;
/* Reads the file NAME of FOLDER into M, which is initialised. Returns 0, or -1 with E set: EX_DATAERR if the file is
 * damaged, of a later version or of another job than JOB. */
int manifest_read(struct manifest *m, const struct manifest_name *name, const char *job, int folder, const char *path,
	struct err *e) MUST_USE;
#endif
