/* dir.c -- files in folders: a lake that any engine reads.
 *
 * Each folder has at most one file open, written below PATH/.sp-tmp and renamed into its place when it is
 * complete: by size, by age, because too many others are newer, or at the end. So whoever reads PATH
 * sees whole files only. */
#include "json/json_time.h"
#include "sp-sink/place/dirs.h"
#include "sp-sink/encode/encoder.h"
#include "sp-sink/place/outfile.h"
#include "sp-sink/place/partition.h"
#include "base/clock.h"
#include "sp-sink/target/target.h"
#include "sp-sink/place/tempfile.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1 << 30, PATH_BYTES = 3000 };

struct part {
	char *folder; /* below PATH; owned */
	uint64_t hash;
	struct outfile file;
	struct encoder lines;
	int64_t opened_ms;
	uint64_t used; /* when it took its last event, in events */
};

struct target {
	const struct config *c;
	const char *root;
	char *temp_dir;
	int temp_fd; /* of it, with a lock */
	struct shape shape;
	struct partition *partition; /* NULL: all in PATH itself */
	struct time_format *time_format;
	size_t ts_guess, window_guess;
	struct part **parts; /* open ones; owned */
	size_t part_count;
	struct part *last; /* the one used last, or NULL */
	uint64_t events, opened, files, run;
	struct buf folder, line;
};

/* ---- the event's folder ---- */

static int event_time(struct target *t, struct event *ev, int64_t *ms, struct err *e)
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

static int find_folder(struct target *t, struct event *ev, struct err *e)
{
	int64_t ms = 0;
	int r = 0;
	buf_reset(&t->folder);
	if (!t->partition)
		return buf_string(&t->folder) ? 0 : err_set(e, EX_OSERR, "out of memory");
	if (partition_needs_time(t->partition))
		r = event_time(t, ev, &ms, e);
	return r != 0 ? r : partition_expand(t->partition, ev, ms, &t->folder, e);
}

/* ---- completing files ---- */

static void part_free(struct part *p)
{
	outfile_release(&p->file);
	encoder_release(&p->lines);
	free(p->folder);
	free(p);
}

static int part_commit(struct target *t, struct part *p, struct err *e)
{
	int folder = dirs_open(t->root, p->folder, e);
	if (folder < 0)
		return -1;
	int r = outfile_commit_in(&p->file, folder, e);
	close(folder);
	t->files += r == 0;
	return r;
}

/* Completes part I and takes it off the list. */
static int roll(struct target *t, size_t i, struct err *e)
{
	struct part *p = t->parts[i];
	int r = p->used > 0 ? part_commit(t, p, e) : 0; /* no file for refused events alone */
	t->parts[i] = t->parts[--t->part_count];
	if (t->last == p)
		t->last = NULL;
	part_free(p);
	return r;
}

static int roll_oldest(struct target *t, struct err *e)
{
	size_t oldest = 0;
	for (size_t i = 1; i < t->part_count; i++)
		if (t->parts[i]->used < t->parts[oldest]->used)
			oldest = i;
	return roll(t, oldest, e);
}

/* ---- opening files ---- */

/* PATH/FOLDER/part-TIME-RUN-N.SUFFIX: TIME so that a listing is in order, RUN and N so that no two are equal. */
static char *final_name(struct target *t, const char *folder)
{
	char stamp[TIME_TEXT_MAX + 1], *name = NULL;
	size_t n = time_write_ms(clock_realtime_ms() / 1000 * 1000, stamp), kept = 0;
	for (size_t i = 0; i < n; i++)
		if (stamp[i] != '-' && stamp[i] != ':')
			stamp[kept++] = stamp[i];
	stamp[kept] = '\0';
	if (asprintf(&name, "%s/%s%spart-%s-%016" PRIx64 "-%06" PRIu64 "%s", t->root, folder, *folder ? "/" : "", stamp,
		    t->run, ++t->opened, shape_suffix(t->shape)) < 0)
		return NULL;
	return name;
}

/* What is written stands here, never behind a link. Every run holds a shared lock on it, so that none removes it under
 * another; between open() and flock() it may have gone. */
static int make_temp_dir(struct target *t, struct err *e)
{
	for (;;) {
		struct stat st;
		int folder = dirs_open(t->root, TEMPFILE_SUFFIX, e);
		if (folder < 0)
			return -1;
		t->temp_fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		int why = errno;
		close(folder);
		if (t->temp_fd < 0 && why != ENOENT)
			return err_errno(e, err_status_write(why), why, "%s", t->temp_dir);
		if (t->temp_fd >= 0 &&
			(flock(t->temp_fd, LOCK_SH) < 0 || (fstat(t->temp_fd, &st) == 0 && st.st_nlink > 0)))
			return 0;
		if (t->temp_fd >= 0)
			close(t->temp_fd);
	}
}

/* The last run takes the folder away. */
static void leave_temp_dir(struct target *t)
{
	if (t->temp_fd < 0)
		return;
	if (flock(t->temp_fd, LOCK_EX | LOCK_NB) == 0)
		(void)rmdir(t->temp_dir); /* not empty: of a run that was killed */
	close(t->temp_fd);
}

static int part_open(struct target *t, struct part *p, const char *folder, struct err *e)
{
	p->folder = strdup(folder);
	char *name = final_name(t, folder);
	p->file.fd = p->file.out.out.fd = -1;
	if (!p->folder || !name) {
		free(name);
		return err_set(e, EX_OSERR, "out of memory");
	}
	int r = encoder_init(&p->lines, t->shape.format, t->c->columns, e);
	if (r == 0)
		r = outfile_create(&p->file, t->temp_dir, name, t->shape.packing, e);
	free(name);
	p->opened_ms = clock_monotonic_ms();
	return r;
}

static int part_new(struct target *t, uint64_t hash, struct err *e)
{
	if (t->part_count == (size_t)t->c->max_open && roll_oldest(t, e) < 0)
		return -1;
	struct part *p = calloc(1, sizeof *p);
	if (!p)
		return err_set(e, EX_OSERR, "out of memory");
	p->hash = hash;
	if (part_open(t, p, t->folder.p, e) < 0) {
		part_free(p);
		return -1;
	}
	t->parts[t->part_count++] = p;
	t->last = p;
	return 0;
}

/* The open file of t->folder becomes t->last. */
static int find_part(struct target *t, struct err *e)
{
	if (t->last && strcmp(t->last->folder, t->folder.p) == 0)
		return 0;
	uint64_t hash = table_hash(buf_span(&t->folder));
	for (size_t i = 0; i < t->part_count; i++) {
		struct part *p = t->parts[i];
		if (p->hash == hash && strcmp(p->folder, t->folder.p) == 0) {
			t->last = p;
			return 0;
		}
	}
	return part_new(t, hash, e);
}

/* ---- the driver ---- */

static int dir_put(struct target *t, struct event *ev, struct err *e)
{
	int r = find_folder(t, ev, e);
	if (r != 0)
		return r;
	if (find_part(t, e) < 0)
		return -1;
	struct part *p = t->last;
	buf_reset(&t->line);
	r = encoder_write(&p->lines, ev, &t->line, e);
	if (r != 0)
		return r;
	if (outfile_add(&p->file, buf_span(&t->line), e) < 0)
		return -1;
	p->used = ++t->events;
	if (compressor_bytes(&p->file.out) < t->c->roll_size)
		return 0;
	size_t i = 0;
	while (t->parts[i] != p)
		i++;
	return roll(t, i, e);
}

static int dir_tick(struct target *t, int64_t now, int64_t *next, struct err *e)
{
	*next = TICK_NEVER;
	for (size_t i = 0; i < t->part_count;) {
		int64_t due = t->parts[i]->opened_ms + t->c->roll_every_ms;
		if (due <= now) {
			if (roll(t, i, e) < 0)
				return -1;
			continue;
		}
		*next = due < *next ? due : *next;
		i++;
	}
	return 0;
}

static int dir_finish(struct target *t, struct err *e)
{
	while (t->part_count > 0)
		if (roll(t, 0, e) < 0)
			return -1;
	return 0;
}

static int dir_open(struct target **out, const struct config *c, struct err *e)
{
	struct target *t = *out = calloc(1, sizeof *t);
	if (!t)
		return err_set(e, EX_OSERR, "out of memory");
	t->c = c;
	t->temp_fd = -1;
	t->root = c->uri.path;
	buf_init(&t->folder, PATH_BYTES);
	buf_init(&t->line, LINE_MAX_BYTES);
	if (!*t->root)
		return err_set(e, EX_USAGE, "dir: which folder? write dir:PATH");
	if (c->uri.param_count > 0)
		return err_set(e, EX_USAGE,
			"dir: takes no parameters, but options: --format, --partition, --roll-size (?%s=...)",
			c->uri.params[0].name);
	if (c->format && shape_parse(c->format, &t->shape, e) < 0)
		return -1;
	if (c->partition && partition_new(c->partition, c->zone, &t->partition, e) < 0)
		return -1;
	if (time_format_new("auto", c->zone, &t->time_format, e) < 0)
		return -1;
	t->parts = calloc((size_t)c->max_open, sizeof(struct part *));
	if (!t->parts || asprintf(&t->temp_dir, "%s/" TEMPFILE_SUFFIX, t->root) < 0 ||
		getrandom(&t->run, sizeof t->run, 0) != sizeof t->run)
		return err_set(e, EX_OSERR, "out of memory");
	if (dirs_make(t->root, e) < 0 || make_temp_dir(t, e) < 0)
		return -1;
	tempfile_clean(t->temp_dir, ".");
	return 0;
}

static void dir_describe(const struct target *t, struct buf *out)
{
	buf_addf(out, ", %" PRIu64 " files, %zu open", t->files, t->part_count);
}

static void dir_free(struct target *t)
{
	for (size_t i = 0; i < t->part_count; i++)
		part_free(t->parts[i]);
	leave_temp_dir(t);
	free(t->parts);
	free(t->temp_dir);
	partition_free(t->partition);
	time_format_free(t->time_format);
	buf_release(&t->folder);
	buf_release(&t->line);
	free(t);
}

const struct target_type target_dir = {
	.open = dir_open,
	.put = dir_put,
	.tick = dir_tick,
	.finish = dir_finish,
	.describe = dir_describe,
	.free = dir_free,
};
