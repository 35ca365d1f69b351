/* live_rows.c -- rows that replace one another. */
#include "sp-sink/target/table/live_rows.h"
#include "text/number.h"

enum {
	KEY_BYTES = 64 << 20,
	KEY_FIELDS = 1000, /* of --key, at most */
	BEGINNING = 8,     /* fields among which "revision" and "final" are looked for */
};

static int no_memory(struct err *e)
{
	return err_set(e, EX_OSERR, "out of memory for the rows of a table");
}

static int start_index(struct live_rows *r, struct err *e)
{
	pool_init(&r->pool);
	return table_init(&r->index, &r->pool, sizeof(uint32_t), e);
}

int live_rows_init(struct live_rows *r, const char *key, struct err *e)
{
	*r = (struct live_rows){ .by_key = key != NULL };
	buf_init(&r->bytes_of_key, KEY_BYTES);
	if (name_table_init(&r->key, KEY_FIELDS, false, e) < 0 || start_index(r, e) < 0)
		return -1;
	return key ? name_table_add_key(&r->key, key, NULL, NULL, e) : 0;
}

static void free_rows(struct live_rows *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->all[i].text);
	r->count = r->live = r->bytes = 0;
	table_release(&r->index);
	pool_release(&r->pool);
}

void live_rows_release(struct live_rows *r)
{
	free_rows(r);
	free(r->all);
	free(r->order);
	name_table_release(&r->key);
	buf_release(&r->bytes_of_key);
}

int live_rows_clear(struct live_rows *r, struct err *e)
{
	free_rows(r);
	return start_index(r, e);
}

/* Where "final" stands, behind "revision"; row->count if the row is none that can come again. */
static size_t find_final(const struct event *ev)
{
	for (size_t i = 1; i < ev->count && i < BEGINNING; i++)
		if (json_string_is(ev->fields[i].name, SPAN("final")) &&
			json_string_is(ev->fields[i - 1].name, SPAN("revision")))
			return i;
	return ev->count;
}

void live_rows_strip(struct event *ev)
{
	size_t final = find_final(ev);
	if (final == ev->count)
		return;
	memmove(ev->fields + final - 1, ev->fields + final + 1, (ev->count - final - 1) * sizeof ev->fields[0]);
	ev->count -= 2;
}

bool live_rows_can_update(const struct live_rows *r, const struct event *ev)
{
	return r->by_key || find_final(ev) < ev->count;
}

static int add_key_value(struct live_rows *r, struct span value)
{
	struct buf *b = &r->bytes_of_key;
	bool none = json_type(value) <= JSON_NULL;
	return (none ? buf_adds(b, "null") : json_canon(value, b)) < 0 ? -1 : buf_addc(b, ',');
}

/* The bytes that ROW is found by. 0: it has none, no row can take its place. */
static int make_key(struct live_rows *r, const struct event *ev)
{
	size_t final = find_final(ev);
	buf_reset(&r->bytes_of_key);
	if (r->by_key) {
		for (size_t i = 0; i < r->key.count; i++) {
			size_t guess = i;
			struct span name = { r->key.all[i].text, r->key.all[i].n };
			if (add_key_value(r, event_find(ev, name, &guess)) < 0)
				return -1;
		}
		return 1;
	}
	if (final == ev->count)
		return 0;
	for (size_t i = 0, left = r->prefix; i < ev->count && (i <= final || left > 0); i++) {
		/* The bounds of the window, and the key; but not what says that the row goes. */
		if (i + 1 == final || i == final || json_string_is(ev->fields[i].name, SPAN("retracted")))
			continue;
		left -= i > final;
		if (add_key_value(r, ev->fields[i].value) < 0)
			return -1;
	}
	return 1;
}

static uint32_t *find_kept(struct live_rows *r)
{
	struct span key = buf_span(&r->bytes_of_key);
	return table_find(&r->index, key, table_hash(key));
}

static int note_kept(struct live_rows *r, size_t i)
{
	struct span key = buf_span(&r->bytes_of_key);
	bool added = false;
	uint32_t *number = table_add(&r->index, key, table_hash(key), &added);
	if (number)
		*number = (uint32_t)i;
	return number ? 0 : -1;
}

/* The index anew, after the key or the numbers of the rows have changed. */
static int rebuild(struct live_rows *r, struct err *e)
{
	struct event ev = { 0 };
	int status = 0;
	table_release(&r->index);
	pool_release(&r->pool);
	if (start_index(r, e) < 0)
		return -1;
	for (size_t i = 0; i < r->count && status == 0; i++) {
		struct live_row *k = &r->all[i];
		if (k->text &&
			(event_read(&ev, (struct span){ k->text, k->n }, e) < 0 || make_key(r, &ev) < 0 ||
				note_kept(r, i) < 0))
			status = no_memory(e);
	}
	event_release(&ev);
	return status;
}

int live_rows_forget(struct live_rows *r, size_t n, struct err *e)
{
	size_t kept = 0;
	for (size_t i = 0; i < r->count; i++) {
		struct live_row *k = &r->all[i];
		if (i >= n && k->text) {
			r->all[kept++] = *k;
		} else if (k->text) {
			r->bytes -= k->n;
			free(k->text);
		}
	}
	r->count = r->live = kept;
	return rebuild(r, e);
}

static int64_t revision_of(const struct event *ev)
{
	size_t final = find_final(ev);
	struct num n;
	int64_t v = 0;
	if (final < ev->count && num_parse(ev->fields[final - 1].value, &n) == 0 && num_i64(n, &v))
		return v;
	return 0;
}

/* Index of the row that ROW takes the place of, -1 if there is none; -2 out of memory. */
static int64_t predecessor(struct live_rows *r, const struct event *ev, int64_t revision, bool retracted, struct err *e)
{
	size_t final = find_final(ev);
	for (;;) {
		int has = make_key(r, ev);
		if (has < 0) {
			no_memory(e);
			return -2;
		}
		const uint32_t *number = has ? find_kept(r) : NULL;
		if (!number)
			return -1;
		/* A revision that does not grow: it is another key's row. */
		bool other = !r->by_key && !retracted && revision <= r->all[*number].revision;
		if (!other || final + r->prefix + 1 >= ev->count)
			return (int64_t)*number;
		r->prefix++;
		if (rebuild(r, e) < 0)
			return -2;
	}
}

static void take_away(struct live_rows *r, size_t i)
{
	struct live_row *k = &r->all[i];
	struct span key = buf_span(&r->bytes_of_key);
	table_remove(&r->index, key, table_hash(key));
	r->bytes -= k->n;
	r->live--;
	free(k->text);
	k->text = NULL;
}

static int room(struct live_rows *r, struct err *e)
{
	if (r->count < r->cap)
		return 0;
	size_t cap = r->cap ? 2 * r->cap : 64;
	struct live_row *all = realloc(r->all, cap * sizeof *all);
	if (!all)
		return no_memory(e);
	r->all = all;
	r->cap = cap;
	return 0;
}

static int set_text(struct live_rows *r, struct live_row *k, const struct event *ev, int64_t revision, struct err *e)
{
	char *text = malloc(ev->text.n);
	if (!text)
		return no_memory(e);
	memcpy(text, ev->text.p, ev->text.n);
	struct live_row fresh = { text, ev->text.n, revision, { 0, 0 } };
	size_t prefix = 0;
	if (live_rows_can_update(r, ev))
		(void)bounds_read(ev->text, &fresh.window, &prefix);
	r->bytes += ev->text.n - k->n;
	free(k->text);
	*k = fresh;
	return 0;
}

int live_rows_take(struct live_rows *r, const struct event *ev, struct err *e)
{
	size_t guess = 0;
	int64_t revision = revision_of(ev);
	bool keyed = live_rows_can_update(r, ev);
	bool retracted = keyed && json_type(event_find(ev, SPAN("retracted"), &guess)) == JSON_TRUE;
	int64_t at = keyed ? predecessor(r, ev, revision, retracted, e) : -1;
	if (at < -1)
		return -1;
	if (retracted) {
		if (at >= 0)
			take_away(r, (size_t)at);
		return 0;
	}
	if (at >= 0)
		return set_text(r, &r->all[at], ev, revision, e);
	if (room(r, e) < 0)
		return -1;
	r->all[r->count] = (struct live_row){ 0 };
	if (set_text(r, &r->all[r->count], ev, revision, e) < 0)
		return -1;
	if (keyed && note_kept(r, r->count) < 0)
		return no_memory(e);
	r->count++;
	r->live++;
	return 0;
}

static int by_window(const void *a, const void *b, void *arg)
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
		return no_memory(e);
	r->order = order;
	for (size_t i = 0, n = 0; i < r->count; i++)
		if (r->all[i].text)
			order[n++] = (uint32_t)i;
	qsort_r(order, r->live, sizeof *order, by_window, r->all);
	return 0;
}
