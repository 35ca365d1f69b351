/* dir.c -- files in folders: a data lake that any query engine reads.
 *
 * Each event goes to one folder below PATH, by the template of --partition. A part is a file of such a folder. It is
 * written in PATH/.sp-tmp and renamed into its folder when it is complete. So a reader of PATH finds only complete
 * files. A folder has at most one open part.
 *
 * A part is due when it has --roll-size bytes, or when it was opened --roll-every ago. If more than --max-open parts
 * are open, the least recently used one is due. put() and due() only mark a part as due; commit() completes the marked
 * parts, or all of them.
 *
 * Under checkpoints (recover(), commit_epoch()) parts are staged in a folder of the job instead, and appear all
 * together at a barrier (dir_job.h). Every part is completed at the barrier. A part that is due before is completed in
 * put(), but stays invisible. */
#include "json/json_time.h"
#include "sp-sink/encode/file_format.h"
#include "sp-sink/place/dirs.h"
#include "sp-sink/place/outfile.h"
#include "sp-sink/place/partition.h"
#include "sp-sink/place/temp_dir.h"
#include "sp-sink/target/dir_job.h"
#include "sp-sink/target/target.h"
#include "stream/reader.h"
#include "state/table.h"
#include "base/clock.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

enum {
	LINE_MAX_BYTES = (1 << 30) + EVENT_MAX_EXTRA, /* most bytes of one encoded event */
	/* Most bytes of a folder's name. PATH_MAX (4096) must also hold PATH and the file's name. */
	FOLDER_MAX_BYTES = 3000,
};

/* An open part. */
struct dir_part {
	char *folder;  /* below PATH; owned */
	uint64_t hash; /* of folder */
	struct outfile file;
	struct encoder encoder;
	int64_t opened_ms;
	uint64_t used;                /* number of the last event that was added; 0: none */
	bool due;                     /* to be completed by the next commit */
	char staged[DIR_STAGED_NAME]; /* with checkpoints: its name in the folder of the job */
};

struct target {
	const struct target_config *c;
	const char *root; /* PATH */
	struct temp_dir temp_dir;
	struct dir_job *job; /* NULL: no checkpoints */
	struct file_format format;
	struct partition *partition; /* NULL: all events go to PATH itself */
	struct time_format *time_format;
	size_t ts_guess, window_guess; /* places of ts and window_start in the last event */
	struct dir_part **parts;       /* the open parts, at most max_open + 1; owned */
	size_t part_count;
	struct dir_part *last; /* the part used last, or NULL */
	uint64_t events;       /* stored so far */
	uint64_t opened;       /* parts opened so far */
	uint64_t files;        /* parts completed so far */
	uint64_t run;          /* a random number in the names of this run's parts */
	struct buf folder;     /* scratch: the folder of an event */
	struct buf line;       /* scratch: one encoded event */
};

/* ---- the folder of an event ---- */

/* Sets *MS to the event time of EV: "ts", or "window_start" for results of windows. Returns 0, or 1 if EV is
 * rejected. */
static int dir_event_time(struct target *t, struct event *ev, int64_t *ms, struct err *e)
{
	struct stamp stamp;
	struct span v = event_find(ev, SPAN("ts"), &t->ts_guess);
	if (json_type(v) <= JSON_NULL)
		v = event_find(ev, SPAN("window_start"), &t->window_guess);
	if (json_type(v) <= JSON_NULL)
		return event_reject(ev, "no time", e, "no event time: --partition needs the field ts or window_start");
	if (json_type(v) == JSON_STRING && time_read_fast(event_string_inside(v), ms) == 0)
		return 0;
	if (json_time_parse(t->time_format, v, &stamp, e) < 0)
		return event_reject(ev, "no time", e, "no event time: ts or window_start cannot be read as a time");
	*ms = stamp_ms(stamp);
	return 0;
}

/* Sets t->folder to the folder of EV. Returns 0, 1 if EV is rejected, or -1 with E set. */
static int dir_find_folder(struct target *t, struct event *ev, struct err *e)
{
	int64_t ms = 0;
	int r = 0;
	buf_reset(&t->folder);
	if (!t->partition)
		return buf_string(&t->folder) ? 0 : err_oom(e, "the name of a folder");
	if (partition_needs_time(t->partition))
		r = dir_event_time(t, ev, &ms, e);
	return r != 0 ? r : partition_expand(t->partition, ev, ms, &t->folder, e);
}

/* ---- opening parts ---- */

static void dir_part_free(struct dir_part *p)
{
	outfile_release(&p->file);
	encoder_release(&p->encoder);
	free(p->folder);
	free(p);
}

/* Returns a new name, "PATH/FOLDER/part-TIME-RUN-N.SUFFIX", which the caller frees, or NULL if memory is exhausted.
 * TIME sorts a listing of the folder. RUN and N make the name unique. An example of TIME is 20240501T103959Z. TIME has
 * no '-', because '-' separates TIME, RUN and N. TIME has no ':', because some file systems do not allow it. */
static char *dir_part_name(struct target *t, const char *folder)
{
	char time[TIME_TEXT_MAX + 1], *name = NULL;
	size_t n = time_write_ms(clock_realtime_ms() / 1000 * 1000, time), length = 0;
	for (size_t i = 0; i < n; i++)
		if (time[i] != '-' && time[i] != ':')
			time[length++] = time[i];
	time[length] = '\0';
	if (asprintf(&name, "%s/%s%spart-%s-%016" PRIx64 "-%06" PRIu64 "%s%s", t->root, folder, *folder ? "/" : "",
		    time, t->run, ++t->opened, t->format.encoder->suffix, t->format.compressor->suffix) < 0)
		return NULL;
	return name;
}

/* Opens the file of P in the temporary folder. Returns 0, or -1 with E set. */
static int dir_part_create(struct target *t, struct dir_part *p, struct err *e)
{
	char *name = dir_part_name(t, p->folder);
	int r = name ? outfile_create(&p->file, t->temp_dir.path, name, t->format.compressor, e) :
		       err_oom(e, "the name of a file");
	free(name);
	return r;
}

/* Opens P as a new part of FOLDER. Returns 0, or -1 with E set. */
static int dir_part_open(struct target *t, struct dir_part *p, const char *folder, struct err *e)
{
	p->folder = strdup(folder);
	p->file.fd = p->file.out.out.fd = -1;
	p->opened_ms = clock_monotonic_ms();
	if (!p->folder)
		return err_oom(e, "the name of a folder");
	if (encoder_begin(&p->encoder, t->format.encoder, &t->c->encoding, e) < 0)
		return -1;
	return t->job ? dir_job_create(t->job, &p->file, p->staged, t->format.compressor, e) : dir_part_create(t, p, e);
}

/* Adds a new part of t->folder, whose hash is HASH, and sets t->last to it. Returns 0, or -1 with E set. */
static int dir_part_new(struct target *t, uint64_t hash, struct err *e)
{
	struct dir_part *p = calloc(1, sizeof *p);
	if (!p)
		return err_oom(e, "an open file");
	p->hash = hash;
	if (dir_part_open(t, p, t->folder.p, e) < 0) {
		dir_part_free(p);
		return -1;
	}
	t->parts[t->part_count++] = p;
	t->last = p;
	return 0;
}

/* Marks the least recently used part as due, but never t->last, which was just opened for the current event. */
static void dir_mark_oldest(struct target *t)
{
	struct dir_part *oldest = NULL;
	for (size_t i = 0; i < t->part_count; i++)
		if (t->parts[i] != t->last && (!oldest || t->parts[i]->used < oldest->used))
			oldest = t->parts[i];
	if (oldest)
		oldest->due = true;
}

/* Sets t->last to the open part of t->folder, and opens a part if there is none. If too many parts are open, marks one
 * as due and sets *DUE to true. Returns 0, or -1 with E set. */
static int dir_find_part(struct target *t, bool *due, struct err *e)
{
	if (t->last && strcmp(t->last->folder, t->folder.p) == 0)
		return 0;
	uint64_t hash = table_hash(buf_span(&t->folder));
	for (size_t i = 0; i < t->part_count; i++) {
		struct dir_part *p = t->parts[i];
		if (p->hash == hash && strcmp(p->folder, t->folder.p) == 0) {
			t->last = p;
			return 0;
		}
	}
	if (dir_part_new(t, hash, e) < 0)
		return -1;
	if (t->part_count > (size_t)t->c->max_open) {
		dir_mark_oldest(t);
		*due = true;
	}
	return 0;
}

/* ---- completing parts ---- */

/* Completes P as a staged file of the job. Returns 0, or -1 with E set. */
static int dir_part_stage(struct target *t, struct dir_part *p, struct err *e)
{
	char suffix[32];
	if (p->used == 0) {
		dir_job_drop(t->job, p->staged);
		return 0;
	}
	snprintf(suffix, sizeof suffix, "%s%s", t->format.encoder->suffix, t->format.compressor->suffix);
	int r = dir_job_stage(t->job, &p->file, p->staged, p->folder, suffix, e);
	t->files += r == 0;
	return r;
}

/* Completes P: syncs its bytes to the disk, then renames it. If all events for P were rejected, no file is made.
 * Returns 0, or -1 with E set. */
static int dir_part_commit(struct target *t, struct dir_part *p, struct err *e)
{
	if (t->job)
		return dir_part_stage(t, p, e);
	if (p->used == 0)
		return 0;
	int folder = dirs_open(t->root, p->folder, e);
	if (folder < 0)
		return -1;
	int r = outfile_commit_in(&p->file, folder, e);
	close(folder);
	t->files += r == 0;
	return r;
}

static int dir_commit(struct target *t, enum target_extent extent, struct err *e)
{
	int r = 0;
	for (size_t i = 0; i < t->part_count && r == 0;) {
		struct dir_part *p = t->parts[i];
		if (extent != TARGET_ALL && !p->due) {
			i++;
			continue;
		}
		r = dir_part_commit(t, p, e);
		t->parts[i] = t->parts[--t->part_count];
		if (t->last == p)
			t->last = NULL;
		dir_part_free(p);
	}
	return r;
}

/* ---- the target ---- */

static int dir_store(struct target *t, struct event *ev, bool *due, struct err *e)
{
	int r = dir_find_folder(t, ev, e);
	if (r != 0)
		return r;
	if (dir_find_part(t, due, e) < 0)
		return -1;
	struct dir_part *p = t->last;
	buf_reset(&t->line);
	r = encoder_event(&p->encoder, ev, &t->line, e);
	if (r != 0)
		return r;
	if (outfile_add(&p->file, buf_span(&t->line), e) < 0)
		return -1;
	p->used = ++t->events;
	if (compressor_bytes(&p->file.out) >= t->c->roll_bytes)
		*due = p->due = true;
	return 0;
}

static int dir_put(struct target *t, struct event *ev, bool *due, struct err *e)
{
	int r = dir_store(t, ev, due, e);
	/* Under checkpoints, commit() is not called for due parts. They are staged here, where no reader sees them. */
	if (r >= 0 && t->job && *due && dir_commit(t, TARGET_DUE, e) < 0)
		return -1;
	return r;
}

static bool dir_due(struct target *t, int64_t now, int64_t *next)
{
	bool any = false;
	for (size_t i = 0; i < t->part_count; i++) {
		struct dir_part *p = t->parts[i];
		int64_t due = p->opened_ms + t->c->roll_every_ms;
		if (due <= now)
			p->due = true;
		else
			*next = due < *next ? due : *next;
		any = any || p->due;
	}
	return any;
}

static int dir_open(struct target **out, const struct target_config *c, struct err *e)
{
	/* Everything that can be wrong with the options is checked before a folder is made. */
	struct target *t = *out = calloc(1, sizeof *t);
	if (!t)
		return err_oom(e, "a target");
	t->c = c;
	t->temp_dir.fd = -1;
	t->root = c->uri.path;
	t->format = FILE_FORMAT_DEFAULT;
	buf_init(&t->folder, FOLDER_MAX_BYTES);
	buf_init(&t->line, LINE_MAX_BYTES);
	if (!*t->root)
		return err_set(e, EX_USAGE, "dir: needs a folder: write dir:PATH");
	if (c->uri.param_count > 0)
		return err_set(e, EX_USAGE,
			"dir: takes no parameters (?%s=...); use the options --format, --partition, --roll-size and "
			"--roll-every",
			c->uri.params[0].name);
	if (c->format && file_format_parse(c->format, &t->format, e) < 0)
		return -1;
	if (c->partition && partition_new(c->partition, c->zone, &t->partition, e) < 0)
		return -1;
	if (c->zone && !(t->partition && partition_needs_time(t->partition)))
		return err_set(e, EX_USAGE,
			"--tz: only folders are named by times of a zone; give --partition with a time, such as dt=%%Y-%%m-%%d");
	if (time_format_new("auto", c->zone, &t->time_format, e) < 0)
		return -1;
	t->parts = calloc((size_t)c->max_open + 1, sizeof(struct dir_part *));
	if (!t->parts)
		return err_oom(e, "the open files");
	if (getrandom(&t->run, sizeof t->run, 0) != sizeof t->run)
		return err_set(e, EX_OSERR, "%s: there are no random numbers for the names of files", t->root);
	if (dirs_make(t->root, e) < 0)
		return -1;
	return temp_dir_open(&t->temp_dir, t->root, e);
}

/* ---- checkpoints ---- */

static int dir_recover(struct target *t, const struct target_job *job, struct epoch *out, struct err *e)
{
	/* Parts go into the folder of the job, not into the one that other runs clean. */
	temp_dir_close(&t->temp_dir);
	t->job = dir_job_open(t->root, job->name, job->any_fs, out, e);
	return t->job ? 0 : -1;
}

static int dir_adopt(struct target *t, const struct epoch *from, struct err *e)
{
	return dir_job_adopt(t->job, from, e);
}

static int dir_commit_epoch(struct target *t, const struct epoch *epoch, enum target_boundary boundary, struct err *e)
{
	(void)boundary;
	return dir_commit(t, TARGET_ALL, e) < 0 ? -1 : dir_job_commit(t->job, epoch, e);
}

/* A barrier completes all parts. So --roll-every sets the interval between barriers. */
static int64_t dir_pace_ms(const struct target_config *c)
{
	return c->roll_every_ms;
}

static void dir_describe(const struct target *t, struct buf *out)
{
	buf_addf(out, ", %" PRIu64 " files, %zu open", t->files, t->part_count);
}

static void dir_free(struct target *t)
{
	for (size_t i = 0; i < t->part_count; i++)
		dir_part_free(t->parts[i]);
	temp_dir_close(&t->temp_dir);
	dir_job_free(t->job);
	free(t->parts);
	partition_free(t->partition);
	time_format_free(t->time_format);
	buf_release(&t->folder);
	buf_release(&t->line);
	free(t);
}

const struct target_type target_dir = {
	.schemes = (const char *const[]){ "dir", NULL },
	.form = "dir:PATH",
	.help = "files in folders, rolled by size and time",
	.options = TARGET_FORMAT | TARGET_COLUMNS | TARGET_DELIMITER | TARGET_PARTITION | TARGET_TZ | TARGET_ROLL_SIZE |
		TARGET_ROLL_EVERY | TARGET_MAX_OPEN,
	.guarantee = TARGET_EXACTLY_ONCE,
	.open = dir_open,
	.put = dir_put,
	.due = dir_due,
	.commit = dir_commit,
	.recover = dir_recover,
	.adopt = dir_adopt,
	.commit_epoch = dir_commit_epoch,
	.pace_ms = dir_pace_ms,
	.describe = dir_describe,
	.free = dir_free,
};
