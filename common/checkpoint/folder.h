/* folder.h -- the folder of checkpoints of one job, DIR (sp-checkpoint(7)).
 *
 *	DIR/FORMAT		{"sp":1,"job":"web.9f2c77ab","cwd":"/x","shard":null}
 *	DIR/lock		held by sp-run (flock); its content is {"pid":"17","run":"","since":"2026-..."}
 *	DIR/COMMITTED		{"epoch":"41","run":"77ab...","path":["sp-capture",...],"pace":"0"}
 *	DIR/ID/			one folder for each program of the line: place.h
 *
 * Files are written under a temporary name, forced to the disk (fsync), renamed, and the folder is forced to the disk.
 * A failed write or fsync is never tried again in the same process: the error ends the run with EX_IOERR, and the next
 * process trusts only files that have their final names. */
#ifndef CHECKPOINT_FOLDER_H
#define CHECKPOINT_FOLDER_H
#include "checkpoint/settings.h"
#include "stream/barrier.h"

struct checkpoint_folder {
	int fd;             /* DIR, opened; -1: not open */
	char *path;         /* absolute; owned */
	char job[JOB_TEXT]; /* from FORMAT */
	char *cwd;          /* from FORMAT; owned */
};

/* Makes DIR (mode 0700) and FORMAT with a new job if they do not exist, and opens DIR. The job is the last component of
 * DIR and 8 random digits. CWD is noted for a new job. Refuses a DIR on NFS, SMB, 9p or FUSE unless ANY_FS (EX_CONFIG),
 * one that belongs to another user (EX_NOPERM), and a non-empty folder without FORMAT (EX_CANTCREAT). Returns 0, or -1
 * with E set. The caller must call checkpoint_folder_release(), even after a failure. */
int checkpoint_folder_create(struct checkpoint_folder *f, const char *dir, const char *cwd, bool any_fs,
	struct err *e) MUST_USE;
/* Opens DIR, which must exist, belong to this user, be closed to others (no permission for group and others), and have
 * FORMAT with JOB (unless JOB is NULL). Otherwise returns -1 with E set (EX_DATAERR, EX_NOPERM): a hostile stream must
 * not make a program write elsewhere. */
int checkpoint_folder_open(struct checkpoint_folder *f, const char *dir, const char *job, struct err *e) MUST_USE;
void checkpoint_folder_release(struct checkpoint_folder *f);
/* Notes CWD in FORMAT, in place of the folder of the first run, and sets f->cwd. The caller holds DIR/lock. Returns 0,
 * or -1 with E set. */
int checkpoint_folder_set_cwd(struct checkpoint_folder *f, const char *cwd, struct err *e) MUST_USE;

/* The last epoch that the end of the line has committed. It is written after the commit. So it may be one epoch behind
 * the store, but it is never ahead of it. */
struct committed {
	struct epoch epoch; /* number 0: nothing was committed */
	struct buf path;    /* ids of the programs of the line, from the source to the end, separated by commas */
	int64_t pace_ms;    /* the interval that the end asks the source for; 0: none */
};

void committed_init(struct committed *c);
void committed_release(struct committed *c);
/* Reads COMMITTED into C. A missing file is epoch 0. Returns 0, or -1 with E set (EX_DATAERR if it is damaged). */
int committed_read(const struct checkpoint_folder *f, struct committed *c, struct err *e) MUST_USE;
/* Writes COMMITTED so that it survives a power cut. Returns 0, or -1 with E set. */
int committed_write(const struct checkpoint_folder *f, const struct committed *c, struct err *e) MUST_USE;

/* Writes N bytes as the file NAME of the folder FD, whole or not at all, in the way that the head of this file
 * describes. POINTS is the beginning of the fail points ("committed": committed-tmp-open, ...). Returns 0, or -1 with E
 * set (EX_IOERR, EX_NOPERM); then no temporary file is left, and no file NAME was changed unless only the fsync of the
 * folder failed. The caller holds a lock under which only it writes NAME. PATH is for messages. */
int checkpoint_file_write(int fd, const char *name, const char *path, struct span bytes, const char *points,
	struct err *e) MUST_USE;
/* Reads the whole file NAME of the folder FD into OUT. Returns 1; 0 if there is no such file; -1 with E set. */
int checkpoint_file_read(int fd, const char *name, const char *path, struct buf *out, struct err *e) MUST_USE;
/* Returns the name of the network file system that the folder FD is on, such as "NFS", or NULL if it is none of NFS,
 * SMB, 9p and FUSE. Its locks and renames cannot be relied on. */
const char *checkpoint_network_fs(int fd);
/* Fills RUN with a new random run. Returns 0, or -1 with E set. */
int checkpoint_new_run(char run[RUN_TEXT], struct err *e) MUST_USE;
#endif
