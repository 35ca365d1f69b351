/* known.c -- the list of the files that a job has read, and its form in a snapshot (known.h). */
#include "sp-capture/checkpoint/known.h"
#include "base/diag.h"
#include "base/fault.h"
#include "base/vec.h"
#include "sp-capture/source/file.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void known_release(struct known *k)
{
	for (size_t i = 0; i < k->count; i++)
		free(k->list[i].name);
	free(k->list);
	*k = (struct known){ 0 };
}

struct known_file *known_add(struct known *k, const char *name, struct err *e)
{
	struct known_file *list = vec_room(k->list, &k->cap, k->count + 1, sizeof *list);
	char *copy = strdup(name);
	if (list)
		k->list = list;
	if (!list || !copy) {
		free(copy);
		err_oom(e, "the list of files");
		return NULL;
	}
	list[k->count] = (struct known_file){ .name = copy, .source = KNOWN_NO_SOURCE };
	return &list[k->count++];
}

int known_rename(struct known_file *f, const char *name, struct err *e)
{
	if (strcmp(f->name, name) == 0)
		return 0;
	char *copy = strdup(name);
	if (!copy)
		return err_oom(e, "the list of files");
	free(f->name);
	f->name = copy;
	return 0;
}

/* Returns true if P and Q are the same position. */
static bool position_eq(const struct position *p, const struct position *q)
{
	return p->offset == q->offset && p->number == q->number && p->skip == q->skip && p->state == q->state &&
		p->years == q->years && p->reached == q->reached;
}

/* Called if the file of F is gone, so that the mark before the new position cannot be read. F keeps its last mark: it
 * still distinguishes the file, or a copy of it, from files with the same beginning, such as tables with the same
 * header line. */
static void keep_mark(struct known_file *f)
{
	if (f->print.mark_bytes == 0)
		f->print.end = f->position.reached;
}

/* Sets the fingerprint and the size of F from the file that FD reads, if it still is the same file. Returns 0, or -1
 * with E set. */
static int look_again(struct known_file *f, int fd, uint64_t base, struct sum *sum, struct err *e)
{
	struct stat st;
	struct fingerprint_file file;
	if (f->cut || fstat(fd, &st) < 0 || (uint64_t)st.st_ino != f->inode || (uint64_t)st.st_dev != f->device) {
		keep_mark(f);
		return 0;
	}
	if (fingerprint_file_open(&file, fd, base, f->name, sum, e) < 0)
		return -1;
	/* The file was truncated, and may have been written anew. What was read of it is no longer there, so the first
	 * bytes of the new content must not be taken for those of the old one. */
	if (file.size < f->position.reached || !fingerprint_begins(&file, &f->print)) {
		diag("%s: was truncated while it was read", f->name);
		f->cut = true;
		keep_mark(f);
		return 0;
	}
	f->size = file.size;
	return fingerprint_take(&file, f->position.reached, &f->print, e);
}

int known_update(struct known_file *f, const struct source *s, struct sum *sum, struct err *e)
{
	struct position p;
	bool read = fault_mutant("position-read-not-written") ? s->type->mark(s, &p) : source_position(s, &p);
	/* Without a position, no record of the source has been written yet. */
	bool moved = read && !position_eq(&p, &f->position), ended = s->over && !f->ended;
	if (!moved && !ended)
		return 0;
	if (moved) {
		f->position = p;
		f->format = s->format ? s->format : f->format;
	}
	f->ended = s->over;
	struct err gone = ERR_INIT;
	uint64_t base;
	bool owned;
	int status = 0, fd = file_source_look(s, &base, &owned, &gone);
	if (fd < 0)
		keep_mark(f); /* the file was removed while it was read */
	else
		status = look_again(f, fd, base, sum, e);
	if (fd >= 0 && owned)
		close(fd);
	f->size = f->size > f->position.reached ? f->size : f->position.reached;
	return status;
}

int known_check(void *arg, int fd, struct err *e)
{
	const struct known_file *f = arg;
	struct stat st;
	struct fingerprint_file file;
	bool same = fd >= 0 && fstat(fd, &st) == 0 && (uint64_t)st.st_ino == f->inode &&
		(uint64_t)st.st_dev == f->device;
	/* An empty file has nothing to compare. */
	if (same && f->print.head_bytes > 0) {
		struct sum *sum = sum_new(e);
		int status = !sum || fingerprint_file_open(&file, fd, 0, f->name, sum, e) < 0 ?
			-1 :
			fingerprint_fits(&file, &f->print, &same, e);
		sum_free(sum);
		if (status < 0)
			return -1;
	}
	return same ?
		0 :
		err_set(e, EX_TEMPFAIL,
			"%s: was renamed, removed, replaced or truncated since this run began (rotated?): run the line "
			"again, and it reads on in each file under its present name",
			f->name);
}

static void save_file(const struct known_file *f, struct save *s)
{
	const struct position *p = &f->position;
	save_span(s, span_of(f->name));
	save_u64(s, f->device);
	save_u64(s, f->inode);
	save_u64(s, f->size);
	save_u64(s, f->print.head_bytes);
	save_u64(s, f->print.head);
	save_u64(s, f->print.end);
	save_u64(s, f->print.mark_bytes);
	save_u64(s, f->print.mark);
	save_u64(s, p->offset);
	save_u64(s, p->number);
	save_u64(s, p->skip);
	save_u64(s, p->state);
	save_u64(s, p->years);
	save_u64(s, p->reached);
	save_span(s, span_of(f->format ? f->format->name : ""));
}

void known_save(const struct known *k, struct save *s)
{
	size_t count = 0;
	for (size_t i = 0; i < k->count; i++)
		count += k->list[i].print.head_bytes > 0;
	save_u64(s, count);
	for (size_t i = 0; i < k->count; i++)
		if (k->list[i].print.head_bytes > 0)
			save_file(&k->list[i], s);
}

/* Returns the format NAME, or NULL if NAME is empty. A name that no format has makes L fail. */
static const struct format *find_format(struct load *l, struct span name)
{
	for (int i = 0; formats[i] && name.n > 0; i++)
		if (span_eq(span_of(formats[i]->name), name))
			return formats[i];
	if (name.n > 0)
		load_fail(l, "a format of sources that this version does not know");
	return NULL;
}

/* Reads what save_file() has written after the name. */
static void load_file(struct known_file *f, struct load *l)
{
	struct position *p = &f->position;
	f->device = load_u64(l);
	f->inode = load_u64(l);
	f->size = load_u64(l);
	f->print.head_bytes = load_max(l, FINGERPRINT_HEAD);
	f->print.head = load_u64(l);
	f->print.end = load_max(l, INT64_MAX);
	f->print.mark_bytes = load_max(l, f->print.end < FINGERPRINT_MARK ? f->print.end : FINGERPRINT_MARK);
	f->print.mark = load_u64(l);
	p->offset = load_max(l, INT64_MAX);
	p->number = load_u64(l);
	p->skip = load_u64(l);
	p->state = load_u64(l);
	p->years = load_u64(l);
	p->reached = load_max(l, INT64_MAX);
	f->format = find_format(l, load_span(l));
}

int known_load(struct known *k, struct load *l, struct err *e)
{
	enum { FILE_LEAST = 16 }; /* the fewest bytes that a file takes */
	size_t count = load_count(l, FILE_LEAST);
	for (size_t i = 0; i < count && !load_failed(l); i++) {
		struct span name = load_span(l);
		struct known_file *f = known_add(k, "", e);
		if (!f)
			return -1;
		char *copy = memchr(name.p, '\0', name.n) ? NULL : strndup(name.n ? name.p : "", name.n);
		if (!copy) {
			load_fail(l, "a file without a name");
			break;
		}
		free(f->name);
		f->name = copy;
		load_file(f, l);
	}
	return 0;
}
