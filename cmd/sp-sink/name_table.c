/* name_table.c -- a set of numbered names.
 *
 * The index finds a name by its unescaped bytes, which are in lower case if the set ignores case. The number of a name
 * is its place in the array. Names are never removed, so numbers stay valid. */
#include "sp-sink/name_table.h"
#include "base/vec.h"
#include "json/json.h"
#include "text/csv.h"
#include <stdlib.h>

enum { NAME_MAX_BYTES = 16 << 20 }; /* largest size of a name; by default, no line is so long */

int name_table_init(struct name_table *s, size_t max, bool fold_case, struct err *e)
{
	*s = (struct name_table){ .max = max, .fold_case = fold_case };
	buf_init(&s->key, NAME_MAX_BYTES);
	pool_init(&s->pool);
	return table_init(&s->index, &s->pool, sizeof(uint32_t), e);
}

void name_table_release(struct name_table *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->all[i].text);
		free(s->all[i].raw);
	}
	free(s->all);
	table_release(&s->index);
	pool_release(&s->pool);
	buf_release(&s->key);
	*s = (struct name_table){ 0 };
}

/* Returns a copy of S, which the caller frees, or NULL if memory is exhausted. A NUL follows the copy, because messages
 * print names by %s. */
static char *name_copy(struct span s)
{
	char *p = malloc(s.n + 1);
	if (p) {
		memcpy(p, s.p, s.n);
		p[s.n] = '\0';
	}
	return p;
}

/* Makes the name in s->key lower case if the set ignores case. Returns the result, by which the index finds the
 * name. */
static struct span name_table_key(struct name_table *s)
{
	/* Only ASCII letters are made lower case, as in SQLite when it compares the names of columns. */
	for (size_t i = 0; s->fold_case && i < s->key.n; i++)
		if (s->key.p[i] >= 'A' && s->key.p[i] <= 'Z')
			s->key.p[i] = (char)(s->key.p[i] + 32);
	return buf_span(&s->key);
}

/* Returns the number of the name KEY, or NAME_NONE. If the set ignores case, KEY must be in lower case. */
static int64_t name_table_lookup(struct name_table *s, struct span key)
{
	const uint32_t *number = table_find(&s->index, key, table_hash(key));
	return number ? (int64_t)*number : NAME_NONE;
}

int64_t name_table_find(struct name_table *s, struct span raw, size_t guess)
{
	/* If RAW equals the raw name at GUESS, RAW need not be unescaped and hashed. */
	if (guess < s->count && s->all[guess].raw &&
		span_eq(raw, (struct span){ s->all[guess].raw, s->all[guess].raw_n }))
		return (int64_t)guess;
	buf_reset(&s->key);
	if (json_unescape(raw, &s->key) < 0)
		return NAME_NONE;
	return name_table_lookup(s, name_table_key(s));
}

/* Adds TEXT, which is not in the set. RAW is the name as an event wrote it, or SPAN_NONE. Returns the number, NAME_FULL
 * or NAME_MEMORY. */
static int64_t name_table_append(struct name_table *s, struct span text, struct span raw)
{
	if (s->count == s->max)
		return NAME_FULL;
	struct name *all = vec_room(s->all, &s->cap, s->count + 1, sizeof *all);
	if (!all)
		return NAME_MEMORY;
	s->all = all;
	struct name n = { .text = name_copy(text), .n = text.n, .raw = raw.p ? name_copy(raw) : NULL, .raw_n = raw.n };
	buf_reset(&s->key);
	/* The index keeps a copy of the key. */
	bool added = false;
	uint32_t *number = NULL;
	if (n.text && (n.raw || !raw.p) && buf_add_span(&s->key, text) == 0) {
		struct span key = name_table_key(s);
		number = table_add(&s->index, key, table_hash(key), &added);
	}
	/* The array counts the name only if the index has it, so a failure leaves the set unchanged. */
	if (!number) {
		free(n.text);
		free(n.raw);
		return NAME_MEMORY;
	}
	*number = (uint32_t)s->count;
	s->all[s->count] = n;
	return (int64_t)s->count++;
}

int64_t name_table_add(struct name_table *s, struct span raw, size_t guess)
{
	int64_t i = name_table_find(s, raw, guess);
	if (i != NAME_NONE)
		return i;
	/* s->key is used by name_table_append(), so the unescaped name needs a buffer of its own. */
	struct buf text;
	buf_init(&text, NAME_MAX_BYTES);
	i = json_unescape(raw, &text) < 0 ? NAME_MEMORY : name_table_append(s, buf_span(&text), raw);
	buf_release(&text);
	return i;
}

int64_t name_table_add_plain(struct name_table *s, struct span text)
{
	buf_reset(&s->key);
	if (buf_add_span(&s->key, text) < 0)
		return NAME_MEMORY;
	/* s->key may now be in lower case, so TEXT is added and not s->key. */
	int64_t i = name_table_lookup(s, name_table_key(s));
	return i != NAME_NONE ? i : name_table_append(s, text, SPAN_NONE);
}

int name_table_add_key(struct name_table *s, const char *key, int (*each)(void *arg, size_t number), void *arg,
	struct err *e)
{
	struct buf cell;
	const char *p = key, *end = key + strlen(key);
	int more = 1;
	bool good = true;
	buf_init(&cell, NAME_MAX_BYTES);
	while (more > 0 && good) {
		more = csv_read_cell(&p, end, ',', &cell);
		int64_t i = more < 0 || cell.n == 0 ? NAME_NONE : name_table_add_plain(s, buf_span(&cell));
		good = i >= 0 && (!each || each(arg, (size_t)i) == 0);
	}
	buf_release(&cell);
	return good ? 0 : err_set(e, EX_USAGE, "--key '%s': give the names of fields, joined by commas", key);
}
