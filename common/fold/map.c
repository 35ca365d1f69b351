/* map.c -- matches the columns of a snapshot with those of this run, by their texts. */
#include "fold/map.h"
#include <string.h>

static struct span trim(struct span text)
{
	while (text.n > 0 && strchr(" \t\n", *text.p))
		text = (struct span){ text.p + 1, text.n - 1 };
	while (text.n > 0 && strchr(" \t\n", text.p[text.n - 1]))
		text.n--;
	return text;
}

/* Parses the old column TEXT, number I, which has no counterpart. Returns 0, or -1 with E set. */
static int drop_column(struct fold_map *m, size_t i, struct span text, struct err *e)
{
	char *copy = strndup(text.p, text.n);
	if (!copy)
		return err_oom(e, "a column");
	int r = fold_parse(&m->dropped[i], copy, m->exprs, e);
	free(copy);
	if (r == 0)
		return 0;
	if (e->status == EX_USAGE)
		e->status = EX_DATAERR;
	return err_context(e, "a column of the snapshot");
}

/* Both lists are short, so each old text is compared with all new ones. */
int fold_map_init(struct fold_map *m, const struct span *old, size_t count, const struct span *now, size_t now_count,
	struct err *e)
{
	bool taken[FOLDS_MAX] = { false };
	*m = (struct fold_map){ .exprs = exprs_new(e), .added = now_count };
	if (!m->exprs)
		return -1;
	if (count > FOLDS_MAX || now_count > FOLDS_MAX) {
		fold_map_release(m);
		return err_set(e, EX_DATAERR, "the snapshot has %zu columns, more than %d", count, FOLDS_MAX);
	}
	for (size_t i = 0; i < count; i++) {
		m->to[i] = -1;
		/* Equal texts can occur more than once, so each text of NOW is used once. */
		for (size_t k = 0; k < now_count && m->to[i] < 0; k++)
			if (!taken[k] && span_eq(trim(old[i]), trim(now[k])))
				m->to[i] = (int)k;
		if (m->to[i] >= 0) {
			taken[m->to[i]] = true;
			m->added--;
		} else if (drop_column(m, i, old[i], e) < 0) {
			fold_map_release(m);
			return -1;
		}
		m->count = i + 1;
	}
	return 0;
}

void fold_map_release(struct fold_map *m)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->to[i] < 0)
			fold_release(&m->dropped[i]);
	exprs_free(m->exprs);
	*m = (struct fold_map){ 0 };
}
