/* dir_job.h -- the files of dir:PATH under checkpoints: exactly once by an outbox (outbox/outbox.h).
 *
 *	PATH/.sp-job-JOB/000001.part		a staged file: complete or still open
 *	PATH/.sp-job-JOB/EPOCH-RUN[.done]	the manifest
 *	PATH/FOLDER/part-EPOCH-RUN-N.SUFFIX	a delivered file
 *
 * A file is written in the folder of its job and forced to the disk. The manifest of the epoch names it and the path
 * that it will have; rename(2) delivers it. So a reader of PATH sees a file only if its epoch is committed, and never
 * an incomplete file. Readers ignore the folder of the job, whose name begins with a dot, as Hive and Spark do.
 *
 * The staged files of a job that was stopped or killed stay until it runs again: no other run removes them, and they
 * are not temporary files of place/tempfile.h, which signals remove. Several jobs may store into one PATH. */
#ifndef SINK_TARGET_DIR_JOB_H
#define SINK_TARGET_DIR_JOB_H
#include "sp-sink/place/outfile.h"
#include "stream/barrier.h"

struct dir_job;
enum { DIR_STAGED_NAME = 32 }; /* bytes of the name of a staged file with its NUL */

/* Opens the folder of JOB in ROOT, which must exist; makes it if it is missing, and locks it. Refuses network file
 * systems (EX_CONFIG) unless ANY_FS. Delivers what the last run has committed, removes all other staged files, and sets
 * *LAST to the epoch that the files in ROOT have; number 0 if there is none. Returns the job, which the caller must
 * free by dir_job_free(), or NULL with E set. ROOT and JOB are borrowed. */
struct dir_job *dir_job_open(const char *root, const char *job, bool any_fs, struct epoch *last,
	struct err *e) MUST_USE;
/* Frees J, which may be NULL. Staged files stay; the next run removes them. */
void dir_job_free(struct dir_job *j);

/* Opens F as a new staged file, and sets NAME to its name. Returns 0, or -1 with E set; outfile_release() may be called
 * in both cases. */
int dir_job_create(struct dir_job *j, struct outfile *f, char name[DIR_STAGED_NAME], const struct compressor_type *type,
	struct err *e) MUST_USE;
/* Completes F, whose name is NAME, and forces it to the disk. The next commit will deliver it into FOLDER (below ROOT)
 * under a name that ends in SUFFIX. Returns 0, or -1 with E set. */
int dir_job_stage(struct dir_job *j, struct outfile *f, const char *name, const char *folder, const char *suffix,
	struct err *e) MUST_USE;
/* Removes the staged file NAME, which nothing was stored in. */
void dir_job_drop(struct dir_job *j, const char *name);
/* Commits and delivers all staged files as EPOCH. Returns 0, or -1 with E set. */
int dir_job_commit(struct dir_job *j, const struct epoch *epoch, struct err *e) MUST_USE;
/* Makes EPOCH the epoch of ROOT, which knows nothing of the job. Returns 0, or -1 with E set. */
int dir_job_adopt(struct dir_job *j, const struct epoch *epoch, struct err *e) MUST_USE;
#endif
