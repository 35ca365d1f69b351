/* canon.c -- the canonical form of a value, jq's order of values, and the compact form of a value.
 *
 * The canonical form and the order sort the members of an object by their unescaped names. Of members with equal names,
 * the last one is kept. Sorting needs an array of the members, which is allocated for the time of the call. The
 * canonical form also allocates memory to unescape strings. Writing the canonical form and comparing recurse once for
 * each level of nesting, up to JSON_DEPTH_MAX levels. */
#include "json/canon.h"
#include "base/vec.h"
#include "json/check.h"
#include "json/scan.h"
#include "json/string.h"
#include "text/number.h"
#include "text/utf8.h"

struct member {
	struct span name, value;
	size_t number; /* position of the member in its object, from 0 */
};

struct members {
	struct member *list; /* sorted by name, without equal names; owned */
	size_t n;
};

/* Compares two members by name, for qsort(3). Members with equal names are compared by their numbers, because qsort()
 * is not stable. */
static int by_name(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int c = json_string_order(x->name, y->name);
	return c ? c : x->number < y->number ? -1 : 1;
}

/* Removes from M all but the last of each group of members with equal names. */
static void keep_last(struct members *m)
{
	size_t n = 0;
	for (size_t i = 0; i < m->n; i++) {
		if (n > 0 && json_string_order(m->list[n - 1].name, m->list[i].name) == 0)
			n--;
		m->list[n++] = m->list[i];
	}
	m->n = n;
}

/* Sets *OUT to the members of OBJECT, sorted by name; of members with equal names only the last is kept. Returns 0; -1
 * if OBJECT cannot be read or memory is exhausted. The caller must free out->list, even after a failure. */
static int members_of(struct span object, struct members *out)
{
	struct json_walk w;
	struct member m = { .number = 0 };
	size_t cap = 0;
	int r;
	*out = (struct members){ NULL, 0 };
	if (json_walk_init(&w, object) < 0)
		return -1;
	while ((r = json_walk(&w, &m.name, &m.value)) > 0) {
		struct member *list = vec_room(out->list, &cap, out->n + 1, sizeof *list);
		if (!list)
			return -1;
		out->list = list;
		m.number = out->n;
		out->list[out->n++] = m;
	}
	if (r < 0)
		return -1;
	if (out->n > 1)
		qsort(out->list, out->n, sizeof *out->list, by_name);
	keep_last(out);
	return 0;
}

/* Appends RAW, a string without its quotes, to OUT in canonical form, with quotes. RAW is copied unchanged if it has no
 * escapes and is valid UTF-8. Returns 0; -1 if OUT is full, memory is exhausted or an escape is bad. */
static int canon_string(struct span raw, struct buf *out)
{
	if (!memchr(raw.p, '\\', raw.n) && utf8_valid(raw) == raw.n)
		return buf_addc(out, '"') < 0 || buf_add_span(out, raw) < 0 || buf_addc(out, '"') < 0 ? -1 : 0;
	struct buf plain;
	/* The limit is enough, because an escape is never shorter than the bytes that it represents. */
	buf_init(&plain, raw.n + 4);
	int r = json_unescape(raw, &plain);
	if (r == 0)
		r = json_quote(buf_span(&plain), out);
	buf_release(&plain);
	return r;
}

static int canon(struct span value, struct buf *out, int depth);

/* Appends the array VALUE, which is inside DEPTH arrays and objects, to OUT. The elements stay in their order. Returns
 * 0; -1 on failure. */
static int canon_array(struct span value, struct buf *out, int depth)
{
	struct json_walk w;
	struct span name, element;
	int r;
	if (depth >= JSON_DEPTH_MAX || json_walk_init(&w, value) < 0 || buf_addc(out, '[') < 0)
		return -1;
	for (bool first = true; (r = json_walk(&w, &name, &element)) > 0; first = false)
		if ((!first && buf_addc(out, ',') < 0) || canon(element, out, depth + 1) < 0)
			return -1;
	return r < 0 ? -1 : buf_addc(out, ']');
}

/* Appends the object VALUE, which is inside DEPTH arrays and objects, to OUT, with its members sorted. Returns 0; -1 on
 * failure. */
static int canon_object(struct span value, struct buf *out, int depth)
{
	struct members m = { NULL, 0 };
	int r = depth < JSON_DEPTH_MAX ? members_of(value, &m) : -1;
	if (r == 0)
		r = buf_addc(out, '{');
	for (size_t i = 0; i < m.n && r == 0; i++)
		if ((i > 0 && buf_addc(out, ',') < 0) || canon_string(m.list[i].name, out) < 0 ||
			buf_addc(out, ':') < 0 || canon(m.list[i].value, out, depth + 1) < 0)
			r = -1;
	if (r == 0)
		r = buf_addc(out, '}');
	free(m.list);
	return r;
}

/* Appends VALUE, which is inside DEPTH arrays and objects, to OUT. Returns 0; -1 on failure. */
static int canon(struct span value, struct buf *out, int depth)
{
	switch (json_type(value)) {
	case JSON_NULL: return buf_adds(out, "null");
	case JSON_FALSE: return buf_adds(out, "false");
	case JSON_TRUE: return buf_adds(out, "true");
	case JSON_NUMBER: return num_canon(value, out);
	case JSON_STRING:
		if (value.n < 2)
			return -1;
		return canon_string((struct span){ value.p + 1, value.n - 2 }, out);
	case JSON_ARRAY: return canon_array(value, out, depth);
	case JSON_OBJECT: return canon_object(value, out, depth);
	default: return -1;
	}
}

int json_canon(struct span value, struct buf *out)
{
	return canon(value, out, 0);
}

/* ---- order ---- */

/* Compares two texts byte by byte. Values that cannot be read are put in this order. Returns <0, 0 or >0. */
static int compare_bytes(struct span a, struct span b)
{
	int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int compare(struct span a, struct span b, int depth);

/* Compares two arrays element by element. json_walk() returns 1 for an element and 0 at the end of an array, so r - s
 * is negative if A ends before B. Returns <0, 0 or >0. */
static int compare_arrays(struct span a, struct span b, int depth)
{
	struct json_walk x, y;
	struct span name, v, u;
	if (json_walk_init(&x, a) < 0 || json_walk_init(&y, b) < 0)
		return compare_bytes(a, b);
	for (;;) {
		int r = json_walk(&x, &name, &v), s = json_walk(&y, &name, &u);
		if (r <= 0 || s <= 0)
			return r - s;
		int c = compare(v, u, depth + 1);
		if (c)
			return c;
	}
}

/* Compares two objects as jq does. The sorted names are compared first, like arrays of strings. If all names are equal,
 * the values are compared in the order of the names. Returns <0, 0 or >0. */
static int compare_members(const struct members *x, const struct members *y, int depth)
{
	int c = 0;
	size_t n = x->n < y->n ? x->n : y->n;
	for (size_t i = 0; i < n && c == 0; i++)
		c = json_string_order(x->list[i].name, y->list[i].name);
	if (c == 0)
		c = (x->n > y->n) - (x->n < y->n);
	for (size_t i = 0; i < n && c == 0; i++)
		c = compare(x->list[i].value, y->list[i].value, depth + 1);
	return c;
}

/* Compares two objects. If either object cannot be read, or memory is exhausted, compares the texts instead. Returns
 * <0, 0 or >0. */
static int compare_objects(struct span a, struct span b, int depth)
{
	struct members x, y;
	int r = members_of(a, &x), s = members_of(b, &y);
	int c = r == 0 && s == 0 ? compare_members(&x, &y, depth) : compare_bytes(a, b);
	free(x.list);
	free(y.list);
	return c;
}

/* Compares two numbers by value: 1, 1.0 and 1e0 are equal. Returns <0, 0 or >0. */
static int compare_numbers(struct span a, struct span b)
{
	struct num x, y;
	if (num_parse(a, &x) < 0 || num_parse(b, &y) < 0)
		return compare_bytes(a, b);
	return num_compare_text(&x, a, &y, b);
}

static int compare(struct span a, struct span b, int depth)
{
	enum json_type x = json_type(a), y = json_type(b);
	if (x != y)
		return x < y ? -1 : 1;
	/* json_check() refuses events that nest this deeply, so the order of such values does not matter. */
	if (x >= JSON_ARRAY && depth >= JSON_DEPTH_MAX)
		return compare_bytes(a, b);
	switch (x) {
	case JSON_NUMBER: return compare_numbers(a, b);
	case JSON_STRING:
		if (a.n < 2 || b.n < 2)
			return compare_bytes(a, b);
		return json_string_order((struct span){ a.p + 1, a.n - 2 }, (struct span){ b.p + 1, b.n - 2 });
	case JSON_ARRAY: return compare_arrays(a, b, depth);
	case JSON_OBJECT: return compare_objects(a, b, depth);
	/* null, true and false have one value each. Texts without a value count as equal. */
	default: return 0;
	}
}

int json_compare(struct span a, struct span b)
{
	/* Equal texts are equal values. This test saves sorting their members. */
	if (span_eq(a, b))
		return 0;
	return compare(a, b, 0);
}

/* ---- compact ---- */

/* Copies all bytes except white space outside strings. The output is never longer than VALUE, so room for it is made
 * once. */
int json_compact(struct span value, struct buf *out)
{
	const char *p = value.p, *end = value.p + value.n;
	char *to = buf_room(out, value.n), *start = to;
	if (!to)
		return value.n == 0 ? 0 : -1;
	while (p < end) {
		if (json_is_space(*p)) {
			p++;
			continue;
		}
		const char *q = *p == '"' ? json_skip(p, end) : p + 1;
		if (!q)
			return -1;
		for (; p < q; p++)
			*to++ = *p;
	}
	out->n += (size_t)(to - start);
	return 0;
}
