/* top.c -- the N best rows of a window, or of each value of the --per keys.
 *
 * A candidate is a group that can still be among the best. The result that ranks it is kept as text. When there are
 * twice as many candidates as were kept the last time, and at least CANDIDATES, they are sorted, and all but the best
 * are dropped. So memory grows with N and the number of --per values, not with the number of keys. Nulls rank last in
 * either order, and groups with equal results rank by first appearance. So no two groups have the same rank, and the
 * result does not depend on when candidates are dropped. */
#include "sp-agg/top.h"
#include "base/vec.h"
#include "sp-agg/results.h"

enum { CANDIDATES = 4096 }; /* the number of candidates at which they are first sorted */

/* Returns the text of the result that ranks C. */
static struct span text_of(const struct top *t, const struct top_candidate *c)
{
	return (struct span){ t->texts.p + c->text_start, c->text_n };
}

/* Compares two candidates for qsort_r(), by per_group, then by rank. ARG is the struct top. */
static int by_rank(const void *x, const void *y, void *arg)
{
	const struct top *t = arg;
	const struct top_candidate *a = x, *b = y;
	if (a->per_group != b->per_group)
		return a->per_group < b->per_group ? -1 : 1;
	struct span p = text_of(t, a), q = text_of(t, b);
	bool p_null = json_type(p) == JSON_NULL, q_null = json_type(q) == JSON_NULL;
	int r = p_null || q_null ? p_null - q_null : json_compare(p, q) * (t->config->ascending ? 1 : -1);
	return r ? r : (a->place > b->place) - (a->place < b->place);
}

/* Sorts the candidates and keeps the best N for each value of the --per keys. Returns 0, or -1 with E set. */
static int top_cut(struct top *t, struct err *e)
{
	struct buf texts;
	size_t kept = 0;
	int64_t rank = 0;
	/* If there is no candidate, t->list is NULL, and qsort_r() must not be given a null pointer. */
	if (t->count == 0)
		return 0;
	qsort_r(t->list, t->count, sizeof t->list[0], by_rank, t);
	/* The texts of the winners move to a new buffer; the texts of the losers are freed with the old buffer. */
	buf_init(&texts, t->texts.max);
	for (size_t i = 0; i < t->count; i++) {
		struct top_candidate c = t->list[i];
		rank = i > 0 && t->list[i - 1].per_group == c.per_group ? rank + 1 : 0;
		if (rank >= t->config->top)
			continue;
		if (buf_add_span(&texts, text_of(t, &c)) < 0) {
			buf_release(&texts);
			return err_oom(e, "the ranking of --top");
		}
		c.text_start = texts.n - c.text_n;
		t->list[kept++] = c;
	}
	buf_release(&t->texts);
	t->texts = texts;
	t->count = kept;
	/* The next call comes after at least as many new candidates as were kept now. */
	t->limit = kept * 2 > CANDIDATES ? kept * 2 : CANDIDATES;
	return 0;
}

/* Returns the number that stands for the --per values of KEY (top_candidate.per_group), or -1 with E set (EX_OSERR).
 * With --per, the group of the keys over --max-keys has a number of its own. */
static int64_t per_group_of(struct top *t, struct span key, struct err *e)
{
	const struct plan *plan = t->plan;
	bool added, other = span_eq(key, GROUP_KEY_OTHER);
	const char *p = key.p, *end = key.p + key.n;
	/* t->key holds the --per values of KEY, each with a newline after it; it stays empty for GROUP_KEY_OTHER. */
	buf_reset(&t->key);
	for (size_t i = 0; i < plan->key_count && !other; i++) {
		const char *stop = i + 1 < plan->key_count ? memchr(p, '\n', (size_t)(end - p)) : end;
		if (t->config->per[i] && (buf_add(&t->key, p, (size_t)(stop - p)) < 0 || buf_addc(&t->key, '\n') < 0))
			return err_oom(e, "the ranking of --top");
		p = stop + 1;
	}
	uint32_t *number = table_add(&t->per_groups, buf_span(&t->key), table_hash(buf_span(&t->key)), &added);
	if (!number)
		return err_oom(e, "the ranking of --top");
	if (added)
		*number = t->per_groups.count;
	return *number;
}

/* Appends the result that ranks the group KEY to t->texts. If a derived column ranks the groups, computes all columns
 * before it as well, because its expression can need them. The results that are not computed here are computed only for
 * the winners. Returns 0, or -1 with E set. */
static int add_text(struct top *t, struct span key, const char *record, const struct pool *pool, struct err *e)
{
	const struct result_column *r = &t->plan->results[t->config->order];
	const struct fold *f = &t->plan->folds.folds[r->fold];
	if (!r->derived)
		return f->type->result(f, record + f->offset, pool, &t->texts) < 0 ?
			err_oom(e, "the ranking of --top") :
			0;
	buf_reset(&t->row);
	if (buf_addc(&t->row, '{') < 0)
		return err_oom(e, "the ranking of --top");
	if (results_add_keys(t->plan, key, &t->row, e) < 0)
		return -1;
	return results_add(t->plan, record, pool, t->config->order + 1, &t->row, &t->texts, e);
}

/* Makes the group KEY a candidate. RECORD is its record, and PLACE is its place in the order of first appearance.
 * Returns 0, or -1 with E set. */
static int top_add(struct top *t, uint32_t place, struct span key, const char *record, const struct pool *pool,
	struct err *e)
{
	int64_t per_group = per_group_of(t, key, e);
	if (per_group < 0)
		return -1;
	if (t->count == t->cap) {
		struct top_candidate *list = vec_room(t->list, &t->cap, t->count + 1, sizeof *list);
		if (!list)
			return err_oom(e, "the ranking of --top");
		t->list = list;
	}
	size_t at = t->texts.n;
	if (add_text(t, key, record, pool, e) < 0)
		return -1;
	t->list[t->count++] = (struct top_candidate){ (uint32_t)per_group, place, at, t->texts.n - at };
	return t->count >= t->limit ? top_cut(t, e) : 0;
}

/* Reads all groups once. top_cut() at the end also sorts the winners by rank. */
int top_rank(struct top *t, const struct config *config, struct plan *plan, const struct groups *g, struct err *e)
{
	*t = (struct top){ .config = config, .plan = plan, .limit = CANDIDATES };
	buf_init(&t->texts, (size_t)1 << 40);
	buf_init(&t->key, (size_t)1 << 30);
	buf_init(&t->row, (size_t)1 << 32);
	pool_init(&t->pool);
	if (table_init(&t->per_groups, &t->pool, sizeof(uint32_t), e) < 0 || order_make(&t->order, g, e) < 0)
		return -1;
	for (uint32_t i = 0; i < t->order.count; i++) {
		struct span key;
		const char *record = table_at(&g->table, order_index(&t->order, i), &key);
		if (record && top_add(t, i, key, record, &g->pool, e) < 0)
			return -1;
	}
	return top_cut(t, e);
}

void top_release(struct top *t)
{
	order_release(&t->order);
	free(t->list);
	buf_release(&t->texts);
	buf_release(&t->key);
	buf_release(&t->row);
	pool_release(&t->pool);
}
