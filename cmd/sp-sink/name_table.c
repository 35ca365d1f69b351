/* name_table.c -- numbered names. */
#include "sp-sink/name_table.h"
#include "json/json.h"

enum { NAME_MAX_BYTES = 16 << 20 };

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

static char *copy(struct span s)
{
	char *p = malloc(s.n + 1);
	if (p) {
		memcpy(p, s.p, s.n);
		p[s.n] = '\0';
	}
	return p;
}

/* What the index knows a name by: its bytes, in lower case where case does not count. */
static struct span index_key(struct name_table *s)
{
	for (size_t i = 0; s->fold_case && i < s->key.n; i++)
		if (s->key.p[i] >= 'A' && s->key.p[i] <= 'Z')
			s->key.p[i] = (char)(s->key.p[i] + 32);
	return buf_span(&s->key);
}

static int64_t lookup(struct name_table *s, struct span key)
{
	const uint32_t *number = table_find(&s->index, key, table_hash(key));
	return number ? (int64_t)*number : NAME_NONE;
}

int64_t name_table_find(struct name_table *s, struct span raw, size_t guess)
{
	if (guess < s->count && s->all[guess].raw &&
		span_eq(raw, (struct span){ s->all[guess].raw, s->all[guess].raw_n }))
		return (int64_t)guess;
	buf_reset(&s->key);
	if (json_unescape(raw, &s->key) < 0)
		return NAME_NONE;
	return lookup(s, index_key(s));
}

static int64_t add(struct name_table *s, struct span text, struct span raw)
{
	if (s->count == s->max)
		return NAME_FULL;
	if (s->count == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 16;
		struct name *all = realloc(s->all, cap * sizeof *all);
		if (!all)
			return NAME_MEMORY;
		s->all = all;
		s->cap = cap;
	}
	struct name n = { .text = copy(text), .n = text.n, .raw = raw.p ? copy(raw) : NULL, .raw_n = raw.n };
	buf_reset(&s->key);
	bool added = false;
	uint32_t *number = NULL;
	if (n.text && (n.raw || !raw.p) && buf_add_span(&s->key, text) == 0) {
		struct span key = index_key(s);
		number = table_add(&s->index, key, table_hash(key), &added);
	}
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
	struct buf text;
	buf_init(&text, NAME_MAX_BYTES);
	i = json_unescape(raw, &text) < 0 ? NAME_MEMORY : add(s, buf_span(&text), raw);
	buf_release(&text);
	return i;
}

int64_t name_table_add_plain(struct name_table *s, struct span text)
{
	buf_reset(&s->key);
	if (buf_add_span(&s->key, text) < 0)
		return NAME_MEMORY;
	int64_t i = lookup(s, index_key(s));
	return i != NAME_NONE ? i : add(s, text, SPAN_NONE);
}
