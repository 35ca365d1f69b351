/* live_rows.c -- rows that replace one another.
 *
 * sp-agg does not say which fields of its rows are the key, but the key can be found. The fields of a row are: the
 * window's bounds, "revision", "final", the fields of the key, the results. The first row of a key in a window has
 * revision 0, and each later row of that key a larger number. The key is taken to be the first K fields after "final"
 * (r->prefix); the search starts with K = 0. If two rows agree in the bounds and in these K fields, but the revision
 * does not grow, they have different keys. Then K is raised by one and the index is built again. For example,
 * {..."revision":0,"final":true,"path":"/a","n":1} and {..."revision":0,"final":true,"path":"/b","n":2} raise K to 1.
 * While few rows have come, rows of two keys may look like rows of one key. The option --key avoids that. */
#include "sp-sink/target/table/live_rows.h"
#include "base/vec.h"
#include "text/number.h"
#include <stdlib.h>

enum {
	KEY_BYTES = 64 << 20,
	KEY_FIELDS = 1000, /* most names in --key */
	FINAL_WITHIN = 8,  /* "revision" and "final" are looked for in so many first fields only */
};

/* What live_rows_predecessor() returns instead of the place of a row. */
enum { PREDECESSOR_NONE = -1, PREDECESSOR_ERROR = -2 };

static int live_rows_oom(struct err *e)
{
	return err_oom(e, "the rows of a table");
}

/* Starts an empty index. All memory of the index is in the pool, which is released as a whole. Returns 0, or -1 with E
 * set. */
static int live_rows_start_index(struct live_rows *r, struct err *e)
{
	pool_init(&r->pool);
	return table_init(&r->index, &r->pool, sizeof(uint32_t), e);
}

int live_rows_init(struct live_rows *r, const char *key, struct err *e)
{
	*r = (struct live_rows){ .by_key = key != NULL };
	buf_init(&r->bytes_of_key, KEY_BYTES);
	if (name_table_init(&r->key, KEY_FIELDS, false, e) < 0 || live_rows_start_index(r, e) < 0)
		return -1;
	return key ? name_table_add_key(&r->key, key, NULL, NULL, e) : 0;
}

/* Frees all rows and the index, but not the arrays. */
static void live_rows_free(struct live_rows *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->all[i].text);
	r->count = r->live = r->bytes = 0;
	table_release(&r->index);
	pool_release(&r->pool);
}

void live_rows_release(struct live_rows *r)
{
	live_rows_free(r);
	free(r->all);
	free(r->order);
	name_table_release(&r->key);
	buf_release(&r->bytes_of_key);
}

int live_rows_clear(struct live_rows *r, struct err *e)
{
	live_rows_free(r);
	return live_rows_start_index(r, e);
}

/* Returns the place of the field "final" that directly follows "revision", or ev->count if EV has no such fields. */
static size_t event_final(const struct event *ev)
{
	for (size_t i = 1; i < ev->count && i < FINAL_WITHIN; i++)
		if (json_string_is(ev->fields[i].name, SPAN("final")) &&
			json_string_is(ev->fields[i - 1].name, SPAN("revision")))
			return i;
	return ev->count;
}

/* "revision" is directly before "final", so both are removed by one move. */
void live_rows_strip(struct event *ev)
{
	size_t final = event_final(ev);
	if (final == ev->count)
		return;
	memmove(ev->fields + final - 1, ev->fields + final + 1, (ev->count - final - 1) * sizeof ev->fields[0]);
	ev->count -= 2;
}

bool live_rows_can_update(const struct live_rows *r, const struct event *ev)
{
	return r->by_key || event_final(ev) < ev->count;
}

/* Appends VALUE to the key. A missing value is the same as null. Returns 0, or -1 if memory is exhausted. */
static int live_rows_add_key_value(struct live_rows *r, struct span value)
{
	struct buf *b = &r->bytes_of_key;
	bool none = json_type(value) <= JSON_NULL;
	return (none ? buf_adds(b, "null") : json_canon(value, b)) < 0 ? -1 : buf_addc(b, ',');
}

/* Sets r->bytes_of_key to the key of EV, in canonical JSON, so that 1 and 1.0 are equal. Returns 1; 0 if EV has no key;
 * or -1 if memory is exhausted. */
static int live_rows_make_key(struct live_rows *r, const struct event *ev)
{
	size_t final = event_final(ev);
	buf_reset(&r->bytes_of_key);
	if (r->by_key) {
		for (size_t i = 0; i < r->key.count; i++) {
			size_t guess = i;
			struct span name = { r->key.all[i].text, r->key.all[i].n };
			if (live_rows_add_key_value(r, event_find(ev, name, &guess)) < 0)
				return -1;
		}
		return 1;
	}
	if (final == ev->count)
		return 0;
	for (size_t i = 0, left = r->prefix; i < ev->count && (i <= final || left > 0); i++) {
		/* The key is the window's bounds and the first fields after "final", but not the field "retracted". */
		if (i + 1 == final || i == final || json_string_is(ev->fields[i].name, SPAN("retracted")))
			continue;
		left -= i > final;
		if (live_rows_add_key_value(r, ev->fields[i].value) < 0)
			return -1;
	}
	return 1;
}

/* Looks up the key in r->bytes_of_key. Returns a pointer to the place of the row that has this key, or NULL if there is
 * no such row. */
static uint32_t *live_rows_find(struct live_rows *r)
{
	struct span key = buf_span(&r->bytes_of_key);
	return table_find(&r->index, key, table_hash(key));
}

/* Adds the key in r->bytes_of_key to the index, for row I. Returns 0, or -1 if memory is exhausted. */
static int live_rows_add_to_index(struct live_rows *r, size_t i)
{
	struct span key = buf_span(&r->bytes_of_key);
	bool added = false;
	uint32_t *number = table_add(&r->index, key, table_hash(key), &added);
	if (number)
		*number = (uint32_t)i;
	return number ? 0 : -1;
}

/* Builds the index again, after the key has become longer or rows have moved. Returns 0, or -1 with E set. */
static int live_rows_rebuild(struct live_rows *r, struct err *e)
{
	struct event ev = { 0 };
	int status = 0;
	table_release(&r->index);
	pool_release(&r->pool);
	if (live_rows_start_index(r, e) < 0)
		return -1;
	for (size_t i = 0; i < r->count && status == 0; i++) {
		struct live_row *row = &r->all[i];
		if (row->text &&
			(event_read(&ev, (struct span){ row->text, row->n }, e) < 0 || live_rows_make_key(r, &ev) < 0 ||
				live_rows_add_to_index(r, i) < 0))
			status = live_rows_oom(e);
	}
	event_release(&ev);
	return status;
}

int live_rows_forget(struct live_rows *r, size_t n, struct err *e)
{
	/* Rows after the first N places move to the front. The places of retracted rows are removed as well. */
	size_t kept = 0;
	for (size_t i = 0; i < r->count; i++) {
		struct live_row *row = &r->all[i];
		if (i >= n && row->text) {
			r->all[kept++] = *row;
		} else if (row->text) {
			r->bytes -= row->n;
			free(row->text);
		}
	}
	r->count = r->live = kept;
	return live_rows_rebuild(r, e);
}

/* Returns the number in "revision", or 0 if EV has no such field. */
static int64_t event_revision(const struct event *ev)
{
	size_t final = event_final(ev);
	struct num n;
	int64_t v = 0;
	if (final < ev->count && num_parse(ev->fields[final - 1].value, &n) == 0 && num_i64(n, &v))
		return v;
	return 0;
}

/* Returns the place in r->all of the row that EV replaces, PREDECESSOR_NONE, or PREDECESSOR_ERROR with E set. Leaves
 * the key of EV in r->bytes_of_key. */
static int64_t live_rows_predecessor(struct live_rows *r, const struct event *ev, int64_t revision, bool retracted,
	struct err *e)
{
	size_t final = event_final(ev);
	for (;;) {
		int has = live_rows_make_key(r, ev);
		if (has < 0) {
			live_rows_oom(e);
			return PREDECESSOR_ERROR;
		}
		const uint32_t *number = has ? live_rows_find(r) : NULL;
		if (!number)
			return PREDECESSOR_NONE;
		/* If the revision does not grow, the row has another key, unless no field is left in which the keys
		 * could differ. */
		bool other = !r->by_key && !retracted && revision <= r->all[*number].revision;
		if (!other || final + r->prefix + 1 >= ev->count)
			return (int64_t)*number;
		/* The index has the shorter keys, so it is built again with the longer keys. */
		r->prefix++;
		if (live_rows_rebuild(r, e) < 0)
			return PREDECESSOR_ERROR;
	}
}

/* Removes row I, whose key is in r->bytes_of_key. */
static void live_rows_remove(struct live_rows *r, size_t i)
{
	struct live_row *row = &r->all[i];
	struct span key = buf_span(&r->bytes_of_key);
	table_remove(&r->index, key, table_hash(key));
	r->bytes -= row->n;
	r->live--;
	free(row->text);
	row->text = NULL;
}

/* Replaces the text, revision and window of ROW by the values from EV. Returns 0, or -1 with E set. */
static int live_row_set(struct live_rows *r, struct live_row *row, const struct event *ev, int64_t revision,
	struct err *e)
{
	char *text = malloc(ev->text.n);
	if (!text)
		return live_rows_oom(e);
	memcpy(text, ev->text.p, ev->text.n);
	struct live_row fresh = { text, ev->text.n, revision, { 0, 0 } };
	size_t prefix = 0;
	/* A row without bounds keeps the window 0. Rows of one window are sorted in the order of their appearance. */
	if (live_rows_can_update(r, ev))
		(void)bounds_read(ev->text, &fresh.window, &prefix);
	r->bytes += ev->text.n - row->n;
	free(row->text);
	*row = fresh;
	return 0;
}

int live_rows_take(struct live_rows *r, const struct event *ev, struct err *e)
{
	size_t guess = 0;
	int64_t revision = event_revision(ev);
	bool keyed = live_rows_can_update(r, ev);
	bool retracted = keyed && json_type(event_find(ev, SPAN("retracted"), &guess)) == JSON_TRUE;
	/* Rows that cannot be replaced are added without a search in the index. */
	int64_t at = keyed ? live_rows_predecessor(r, ev, revision, retracted, e) : PREDECESSOR_NONE;
	if (at == PREDECESSOR_ERROR)
		return -1;
	/* A retraction without a predecessor changes nothing. The predecessor may have been removed by
	 * live_rows_forget(). */
	if (retracted) {
		if (at >= 0)
			live_rows_remove(r, (size_t)at);
		return 0;
	}
	if (at >= 0)
		return live_row_set(r, &r->all[at], ev, revision, e);
	struct live_row *all = vec_room(r->all, &r->cap, r->count + 1, sizeof *all);
	if (!all)
		return live_rows_oom(e);
	r->all = all;
	r->all[r->count] = (struct live_row){ 0 };
	if (live_row_set(r, &r->all[r->count], ev, revision, e) < 0)
		return -1;
	if (keyed && live_rows_add_to_index(r, r->count) < 0)
		return live_rows_oom(e);
	r->count++;
	r->live++;
	return 0;
}

/* Compares two places in ALL for qsort_r(3): by the window's end and start, then by place. Places differ, so the order
 * is the same in each run. */
static int live_rows_compare(const void *a, const void *b, void *arg)
{
	const struct live_row *all = arg;
	const uint32_t *i = a, *k = b;
	const struct bounds *x = &all[*i].window, *y = &all[*k].window;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return *i < *k ? -1 : *i > *k;
}

int live_rows_sort(struct live_rows *r, struct err *e)
{
	uint32_t *order = realloc(r->order, (r->live + 1) * sizeof *order);
	if (!order)
		return live_rows_oom(e);
	r->order = order;
	for (size_t i = 0, n = 0; i < r->count; i++)
		if (r->all[i].text)
			order[n++] = (uint32_t)i;
	qsort_r(order, r->live, sizeof *order, live_rows_compare, r->all);
	return 0;
}
