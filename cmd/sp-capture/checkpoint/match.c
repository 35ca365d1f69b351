/* match.c -- finds the files that a job has read before among the sources of this run (match.h).
 *
 * Each file is opened once. If the known file with its device and inode fits, the source is that file. Otherwise its
 * content is compared with all known files, and a source that can be only one of them is decided. Known files that are
 * equal in everything are interchangeable: which of them a source gets makes no difference. They are compared once, as
 * one group, because there may be thousands of them, such as tables that have only a header line so far. */
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
	size_t from, to;          /* its part of matching.pairs */
};

/* Known files that are equal in everything: matching.order[FROM] up to TO. Files that have a source are not in it. */
struct group {
	size_t from, to;
};

struct matching {
	struct known *known;
	struct source_set *set;
	struct look *looks;        /* owned; one for each source */
	struct known_file **order; /* owned; the known files, equal ones next to one another */
	struct group *groups;      /* owned */
	size_t group_count;
	struct group **pairs; /* owned; the groups that a source fits */
	size_t pair_count, pair_cap;
	struct sum *sum; /* owned */
};

/* ---- groups of equal files ---- */

/* Compares A and B in everything that decides how a source is read on. Returns a number below, equal to or above 0. 0
 * means that A and B are interchangeable. */
static int compare_places(const struct known_file *a, const struct known_file *b)
{
	const struct position *p = &a->position, *q = &b->position;
	const uint64_t x[] = { a->print.head_bytes, a->print.head, a->print.end, a->print.mark_bytes, a->print.mark,
		p->offset, p->number, p->skip, p->state, p->years, p->reached, (uintptr_t)a->format };
	const uint64_t y[] = { b->print.head_bytes, b->print.head, b->print.end, b->print.mark_bytes, b->print.mark,
		q->offset, q->number, q->skip, q->state, q->years, q->reached, (uintptr_t)b->format };
	size_t i = 0;
	while (i + 1 < sizeof x / sizeof x[0] && x[i] == y[i])
		i++;
	return (x[i] > y[i]) - (x[i] < y[i]);
}

/* For qsort(3). Equal files keep their order. */
static int compare_known(const void *a, const void *b)
{
	const struct known_file *const *x = a, *const *y = b;
	int r = compare_places(*x, *y);
	return r ? r : (*x > *y) - (*x < *y);
}

/* Puts the known files into groups. Returns 0, or -1 with E set. */
static int make_groups(struct matching *m, struct err *e)
{
	size_t n = m->known->count;
	m->order = calloc(n + 1, sizeof(struct known_file *));
	m->groups = calloc(n + 1, sizeof *m->groups);
	if (!m->order || !m->groups)
		return err_oom(e, "the list of files");
	for (size_t i = 0; i < n; i++)
		m->order[i] = &m->known->list[i];
	qsort(m->order, n, sizeof(struct known_file *), compare_known);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || compare_places(m->order[i - 1], m->order[i]) != 0)
			m->groups[m->group_count++] = (struct group){ i, i };
		m->groups[m->group_count - 1].to = i + 1;
	}
	return 0;
}

/* Takes the files that have a source out of their groups. */
static void shrink_groups(struct matching *m)
{
	for (size_t g = 0; g < m->group_count; g++) {
		struct group *group = &m->groups[g];
		size_t to = group->from;
		for (size_t i = group->from; i < group->to; i++)
			if (m->order[i]->source == KNOWN_NO_SOURCE)
				m->order[to++] = m->order[i];
		group->to = to;
	}
}

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

/* Gives source I the known file that has its device and inode, if the content FILE fits it. Returns 0, or -1 with E
 * set. */
static int match_by_inode(struct matching *m, size_t i, struct fingerprint_file *file, struct err *e)
{
	struct look *l = &m->looks[i];
	for (size_t k = 0; k < m->known->count; k++) {
		struct known_file *f = &m->known->list[k];
		bool fits;
		if (f->inode != l->inode || f->device != l->device || f->source != KNOWN_NO_SOURCE)
			continue;
		if (fingerprint_fits(file, &f->print, &fits, e) < 0)
			return -1;
		if (!fits)
			continue;
		l->known = k;
		f->source = i;
		return 0;
	}
	return 0;
}

/* Compares source I, whose content is FILE, with all groups of known files. Returns 0, or -1 with E set. */
static int add_pairs(struct matching *m, size_t i, struct fingerprint_file *file, struct err *e)
{
	for (size_t g = 0; g < m->group_count; g++) {
		bool fits;
		if (fingerprint_fits(file, &m->order[m->groups[g].from]->print, &fits, e) < 0)
			return -1;
		if (!fits)
			continue;
		struct group **pairs = vec_room(m->pairs, &m->pair_cap, m->pair_count + 1, sizeof *pairs);
		if (!pairs)
			return err_oom(e, "the list of files");
		m->pairs = pairs;
		pairs[m->pair_count++] = &m->groups[g];
	}
	m->looks[i].to = m->pair_count;
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
		return err_set(e, EX_IOERR, "%s: cannot be examined", s->name);
	l->device = (uint64_t)st.st_dev;
	l->inode = (uint64_t)st.st_ino;
	l->size = file.size;
	for (size_t j = 0; j < i; j++)
		if (m->looks[j].inode == l->inode && m->looks[j].device == l->device)
			return err_set(e, EX_USAGE, "%s and %s are the same file: name it once", m->set->list[j]->name,
				s->name);
	l->from = l->to = m->pair_count;
	if (fingerprint_take(&file, 0, &l->print, e) < 0 || match_by_inode(m, i, &file, e) < 0)
		return -1;
	return l->known == KNOWN_NO_SOURCE ? add_pairs(m, i, &file, e) : 0;
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

/* Returns a file of the group G, which is not empty. */
static const struct known_file *first_of(const struct matching *m, const struct group *g)
{
	return m->order[g->from];
}

/* Returns the first group that source I fits and that has a file left. Returns NULL if there is none, or if the source
 * has its known file already. Sets *OTHER to the next such group, or to NULL. */
static struct group *free_group(const struct matching *m, size_t i, const struct group **other)
{
	const struct look *l = &m->looks[i];
	struct group *first = NULL;
	*other = NULL;
	for (size_t j = l->from; j < l->to && l->known == KNOWN_NO_SOURCE && !*other; j++) {
		struct group *g = m->pairs[j];
		if (g->from == g->to)
			continue;
		if (first)
			*other = g;
		else
			first = g;
	}
	return first;
}

/* Checks that there is a known file for each source that fits only the group G, as source I does. Returns 0, or -1 with
 * E set: more files fit than there were. */
static int check_enough(const struct matching *m, const struct group *g, size_t i, struct err *e)
{
	size_t sources = 0, last = i;
	for (size_t j = 0; j < m->set->count; j++) {
		const struct group *other;
		if (free_group(m, j, &other) != g || other)
			continue;
		sources++;
		last = j == i ? last : j;
	}
	if (sources <= g->to - g->from)
		return 0;
	return err_set(e, EX_DATAERR,
		"%s and %s both fit what was read as %s before, so it cannot be told which of them is read on: leave out "
		"the copy",
		m->set->list[i]->name, m->set->list[last]->name, first_of(m, g)->name);
}

/* Gives source I the first file of G. */
static void decide(struct matching *m, size_t i, struct group *g)
{
	struct known_file *f = m->order[g->from++];
	m->looks[i].known = (size_t)(f - m->known->list);
	f->source = i;
}

/* Decides sources that fit only one group until none is left. Returns 0, or -1 with E set if a source fits several
 * groups. */
static int decide_by_content(struct matching *m, struct err *e)
{
	const struct group *other;
	for (bool moved = true; moved;) {
		moved = false;
		for (size_t i = 0; i < m->set->count; i++) {
			struct group *g = free_group(m, i, &other);
			if (!g || other)
				continue;
			if (check_enough(m, g, i, e) < 0)
				return -1;
			decide(m, i, g);
			moved = true;
		}
	}
	for (size_t i = 0; i < m->set->count; i++) {
		const struct group *g = free_group(m, i, &other);
		if (g)
			return err_set(e, EX_DATAERR,
				"%s fits what was read as %s before and what was read as %s, to different places, so it "
				"cannot be told where to go on: leave it out",
				m->set->list[i]->name, first_of(m, g)->name, first_of(m, other)->name);
	}
	return 0;
}

/* ---- continuing at the positions ---- */

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

/* Reports it if source I is not the file that was read under its name before, unless that file is another source
 * now. */
static void report_other(const struct matching *m, size_t i)
{
	const struct source *s = m->set->list[i];
	for (size_t k = 0; k < m->known->count; k++) {
		const struct known_file *f = &m->known->list[k];
		if (f->source != KNOWN_NO_SOURCE || f->position.reached == 0 || strcmp(f->name, s->name) != 0)
			continue;
		diag("%s: is another file than the one of this name before, or was truncated: it is read from its start; "
		     "if the old one was renamed, name it too, because it may have grown",
			s->name);
		return;
	}
}

/* Makes source I begin where its known file was left. If --format has changed, the state of the old
 * format is dropped, and reading continues after the last byte that was read: only whole records were read. */
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

/* Gives each source its known file, which guards it. Returns 0, or -1 with E set. */
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
	/* The list does not move any more. */
	for (size_t k = 0; k < m->known->count; k++)
		if (m->known->list[k].source != KNOWN_NO_SOURCE)
			file_source_guard(m->set->list[m->known->list[k].source], known_check, &m->known->list[k]);
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
		status = make_groups(&m, e);
	if (status == 0)
		status = look_at_all(&m, e);
	if (status == 0) {
		shrink_groups(&m);
		status = decide_by_content(&m, e);
	}
	if (status == 0)
		status = check_lost(&m, lost_ok, e);
	if (status == 0)
		status = apply(&m, e);
	sum_free(m.sum);
	free(m.looks);
	free(m.order);
	free(m.groups);
	free(m.pairs);
	return status;
}
