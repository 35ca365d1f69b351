/* match.c -- finds the files that a job has read before among the sources of this run (match.h).
 *
 * Each file is opened once, and its content is compared with all known files. What fits is kept as pairs of a source and
 * a known file. Then the pairs are decided: first those with the same device and inode, then those that leave no choice.
 * Known files that are equal in everything are interchangeable: which of them a source gets makes no difference. */
#include "sp-capture/checkpoint/match.h"
#include "base/diag.h"
#include "base/vec.h"
#include "sp-capture/source/decompress.h"
#include "sp-capture/source/file.h"
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* What was seen of a source. */
struct look {
	uint64_t device, inode, size;
	struct fingerprint print; /* without a mark */
	size_t known;             /* its known file, or KNOWN_NO_SOURCE as long as it has none */
};

/* The content of a source fits a known file. */
struct pair {
	size_t source, known;
};

struct matching {
	struct known *known;
	struct source_set *set;
	struct look *looks; /* owned; one for each source */
	struct pair *pairs; /* owned; those of a source follow one another */
	size_t pair_count, pair_cap;
	struct sum *sum; /* owned */
};

/* ---- what fits ---- */

/* Refuses a source that cannot be read on at a position. Returns 0, or -1 with E set. */
static int check_kind(const struct source *s, const struct fingerprint_file *file, struct err *e)
{
	const char *kind = decompress_kind(file->head, file->head_n);
	if (!kind)
		return 0;
	return err_set(e, EX_USAGE,
		"%s: %s files under a checkpoint come with a later version; decompress it first, or leave it out",
		s->name, kind);
}

/* Compares source I, whose content is FILE, with all known files. Returns 0, or -1 with E set. */
static int add_pairs(struct matching *m, size_t i, struct fingerprint_file *file, struct err *e)
{
	for (size_t k = 0; k < m->known->count; k++) {
		bool fits;
		if (fingerprint_fits(file, &m->known->list[k].print, &fits, e) < 0)
			return -1;
		if (!fits)
			continue;
		struct pair *pairs = vec_room(m->pairs, &m->pair_cap, m->pair_count + 1, sizeof *pairs);
		if (!pairs)
			return err_oom(e, "the list of files");
		m->pairs = pairs;
		pairs[m->pair_count++] = (struct pair){ i, k };
	}
	return 0;
}

/* Looks at source I through the descriptor FD, whose data begins at BASE. Returns 0, or -1 with E set. */
static int look_at(struct matching *m, size_t i, int fd, uint64_t base, struct err *e)
{
	const struct source *s = m->set->list[i];
	struct fingerprint_file file;
	struct look *l = &m->looks[i];
	struct stat st;
	l->known = KNOWN_NO_SOURCE;
	if (fingerprint_file_open(&file, fd, base, s->name, m->sum, e) < 0 || check_kind(s, &file, e) < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return err_set(e, EX_IOERR, "%s: cannot be looked at", s->name);
	l->device = (uint64_t)st.st_dev;
	l->inode = (uint64_t)st.st_ino;
	l->size = file.size;
	for (size_t j = 0; j < i; j++)
		if (m->looks[j].inode == l->inode && m->looks[j].device == l->device)
			return err_set(e, EX_USAGE, "%s and %s are the same file: name it once", m->set->list[j]->name,
				s->name);
	return fingerprint_take(&file, 0, &l->print, e) < 0 ? -1 : add_pairs(m, i, &file, e);
}

/* Looks at all sources. Returns 0, or -1 with E set. */
static int look_at_all(struct matching *m, struct err *e)
{
	for (size_t i = 0; i < m->set->count; i++) {
		struct source *s = m->set->list[i];
		uint64_t base;
		bool owned;
		if (!file_source_is_regular(s))
			return err_set(e, EX_USAGE, "%s: is not a file, so it cannot be replayed after a crash",
				s->name);
		int fd = file_source_look(s, &base, &owned, e);
		if (fd < 0)
			return -1;
		int status = look_at(m, i, fd, base, e);
		if (owned)
			close(fd);
		if (status < 0)
			return -1;
	}
	return 0;
}

/* ---- which is which ---- */

static struct known_file *known_of(const struct matching *m, const struct pair *p)
{
	return &m->known->list[p->known];
}

/* Returns true if the pair P is not decided yet. */
static bool is_free(const struct matching *m, const struct pair *p)
{
	return m->looks[p->source].known == KNOWN_NO_SOURCE && known_of(m, p)->source == KNOWN_NO_SOURCE;
}

static void decide(struct matching *m, const struct pair *p)
{
	m->looks[p->source].known = p->known;
	known_of(m, p)->source = p->source;
}

/* Returns true if it makes no difference whether a source is read on as A or as B. */
static bool same_place(const struct known_file *a, const struct known_file *b)
{
	const struct position *p = &a->position, *q = &b->position;
	return fingerprint_eq(&a->print, &b->print) && a->format == b->format && p->offset == q->offset &&
		p->number == q->number && p->skip == q->skip && p->state == q->state && p->years == q->years &&
		p->reached == q->reached;
}

/* Decides the pairs that have the same device and inode. */
static void decide_by_inode(struct matching *m)
{
	for (size_t i = 0; i < m->pair_count; i++) {
		const struct pair *p = &m->pairs[i];
		const struct look *l = &m->looks[p->source];
		const struct known_file *f = known_of(m, p);
		if (is_free(m, p) && l->inode == f->inode && l->device == f->device)
			decide(m, p);
	}
}

/* Returns the first free pair of source I, or NULL. Sets *OTHER to a free pair of the source whose known file is at
 * another place, or to NULL if it makes no difference which pair is taken. */
static const struct pair *free_pair(const struct matching *m, size_t i, const struct pair **other)
{
	const struct pair *first = NULL;
	*other = NULL;
	for (size_t j = 0; j < m->pair_count && !*other; j++) {
		const struct pair *p = &m->pairs[j];
		if (p->source != i || !is_free(m, p))
			continue;
		if (!first)
			first = p;
		else if (!same_place(known_of(m, first), known_of(m, p)))
			*other = p;
	}
	return first;
}

/* Checks that there is a known file for each source that fits only such files as that of P. Returns 0, or -1 with E
 * set: more files fit than there were. */
static int check_enough(const struct matching *m, const struct pair *p, struct err *e)
{
	const struct known_file *f = known_of(m, p);
	size_t files = 0, sources = 0, last = p->source;
	for (size_t k = 0; k < m->known->count; k++)
		files += m->known->list[k].source == KNOWN_NO_SOURCE && same_place(f, &m->known->list[k]);
	for (size_t i = 0; i < m->set->count; i++) {
		const struct pair *other, *first = free_pair(m, i, &other);
		if (!first || other || !same_place(f, known_of(m, first)))
			continue;
		sources++;
		last = i == p->source ? last : i;
	}
	if (sources <= files)
		return 0;
	return err_set(e, EX_DATAERR,
		"%s and %s both fit what was read as %s before, so it cannot be told which of them is read on: leave out "
		"the copy",
		m->set->list[p->source]->name, m->set->list[last]->name, f->name);
}

/* Decides the pairs that leave no choice, as long as there are such. Returns 0, or -1 with E set if a choice is left. */
static int decide_by_content(struct matching *m, struct err *e)
{
	const struct pair *other;
	for (bool moved = true; moved;) {
		moved = false;
		for (size_t i = 0; i < m->set->count; i++) {
			const struct pair *p = free_pair(m, i, &other);
			if (!p || other)
				continue;
			if (check_enough(m, p, e) < 0)
				return -1;
			decide(m, p);
			moved = true;
		}
	}
	for (size_t i = 0; i < m->set->count; i++) {
		const struct pair *p = free_pair(m, i, &other);
		if (p)
			return err_set(e, EX_DATAERR,
				"%s fits what was read as %s before and what was read as %s, to different places, so it "
				"cannot be told where to go on: leave it out",
				m->set->list[i]->name, known_of(m, p)->name, known_of(m, other)->name);
	}
	return 0;
}

/* ---- what follows from it ---- */

/* Checks that no known file with unread bytes is gone. Returns 0, or -1 with E set. */
static int check_lost(struct matching *m, bool lost_ok, struct err *e)
{
	for (size_t i = 0; i < m->known->count; i++) {
		struct known_file *f = &m->known->list[i];
		uint64_t left = known_unread(f) ? f->size - f->position.reached : 0;
		if (f->source != KNOWN_NO_SOURCE || left == 0)
			continue;
		if (!lost_ok)
			return err_set(e, EX_DATAERR,
				"%s: %" PRIu64
				" bytes of it were not read yet, and it is not among the sources now; name "
				"it (under its new name), or go on without it: --lost-ok",
				f->name, left);
		diag("%s: %" PRIu64 " bytes of it were not read yet and are lost", f->name, left);
		f->size = f->position.reached;
	}
	return 0;
}

/* Says that source I is not the file of its name that was read before, if that is so and this file is not another
 * source now. */
static void report_other(const struct matching *m, size_t i)
{
	const struct source *s = m->set->list[i];
	for (size_t k = 0; k < m->known->count; k++) {
		const struct known_file *f = &m->known->list[k];
		if (f->source != KNOWN_NO_SOURCE || f->position.reached == 0 || strcmp(f->name, s->name) != 0)
			continue;
		diag("%s: is another file than the one of this name before, or was truncated: it is read from its start",
			s->name);
		return;
	}
}

/* Makes source I begin where its known file was left. If --format now differs from the format of the records before,
 * only whole records were read (match.h), so the bytes that were read say all. */
static void go_on(const struct matching *m, size_t i, struct known_file *f)
{
	const struct format *given = m->set->options->format;
	struct position *p = &f->position;
	if (given && f->format && f->format != given) {
		*p = (struct position){ .offset = p->reached,
			.number = p->number,
			.years = p->years,
			.reached = p->reached };
		f->format = given;
	}
	if (p->reached > 0)
		file_source_begin_at(m->set->list[i], given ? NULL : f->format, p);
}

/* Gives each source its known file. Returns 0, or -1 with E set. */
static int apply(struct matching *m, struct err *e)
{
	for (size_t i = 0; i < m->set->count; i++) {
		const struct look *l = &m->looks[i];
		const char *name = m->set->list[i]->name;
		bool is_new = l->known == KNOWN_NO_SOURCE;
		if (is_new && l->size > 0)
			report_other(m, i);
		struct known_file *f = is_new ? known_add(m->known, name, e) : &m->known->list[l->known];
		if (!f || known_rename(f, name, e) < 0)
			return -1;
		f->device = l->device;
		f->inode = l->inode;
		f->size = l->size;
		f->source = i;
		if (is_new)
			f->print = l->print;
		else
			go_on(m, i, f);
	}
	return 0;
}

int match_sources(struct known *k, struct source_set *set, bool lost_ok, struct err *e)
{
	struct matching m = { .known = k, .set = set, .sum = sum_new(e) };
	int status = m.sum ? 0 : -1;
	m.looks = calloc(set->count ? set->count : 1, sizeof *m.looks);
	if (status == 0 && !m.looks)
		status = err_oom(e, "the list of files");
	if (status == 0)
		status = look_at_all(&m, e);
	if (status == 0) {
		decide_by_inode(&m);
		status = decide_by_content(&m, e);
	}
	if (status == 0)
		status = check_lost(&m, lost_ok, e);
	if (status == 0)
		status = apply(&m, e);
	sum_free(m.sum);
	free(m.looks);
	free(m.pairs);
	return status;
}
