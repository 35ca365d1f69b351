/* packed_value.c -- one JSON value in 16 bytes: numbers and short texts in place, all others in the pool.
 *
 * A text is kept byte for byte. A decimal in binary is kept as its coefficient, its scale, and the number of additional
 * zeros at its end. Every function that sets a value allocates all memory before it changes the old value, so that the
 * old value is unchanged if memory is exhausted. */
#include "fold/packed_value.h"
#include <limits.h>
#include <stddef.h>

_Static_assert(sizeof(struct packed_value) == 16, "a packed value is two words");
_Static_assert(offsetof(struct packed_value, bytes) + PACKED_SHORT_MAX == sizeof(struct packed_value),
	"a short text ends where the packed value ends");

/* Returns where the bytes of a short text begin. The text may continue over the members after bytes[]. */
static char *short_text(struct packed_value *p)
{
	return (char *)p + offsetof(struct packed_value, bytes);
}

void packed_value_release(struct packed_value *p, struct pool *pool)
{
	/* Only these two kinds have a block. */
	if (p->kind == PACKED_TEXT)
		pool_free(pool, p->u.ref, p->length);
	else if (p->kind == PACKED_WIDE_NUM)
		pool_free(pool, p->u.ref, sizeof(struct num));
	*p = (struct packed_value){ 0 };
}

int packed_value_set_num(struct packed_value *p, struct pool *pool, struct num v)
{
	/* A double is kept as it is. For an exact number, one of the branches below replaces this value. */
	struct packed_value fresh = { .kind = PACKED_REAL, .u.real = v.real };
	if (v.exact && v.coef >= INT64_MIN && v.coef <= INT64_MAX) {
		fresh = (struct packed_value){ .kind = PACKED_DECIMAL, .scale = v.scale, .u.coef = (int64_t)v.coef };
	} else if (v.exact) {
		fresh = (struct packed_value){ .kind = PACKED_WIDE_NUM, .u.ref = pool_alloc(pool, sizeof v) };
		if (!fresh.u.ref)
			return -1;
		/* A block is 8-aligned, but a struct num must be 16-aligned to be assigned. So copy its bytes. */
		memcpy(pool_at(pool, fresh.u.ref), &v, sizeof v);
	}
	packed_value_release(p, pool);
	*p = fresh;
	return 0;
}

/* Makes P a copy of the JSON text TEXT. Returns 0, or -1 if memory is exhausted or TEXT has more than 2^32 - 1
 * bytes. */
static int set_text(struct packed_value *p, struct pool *pool, struct span text)
{
	struct packed_value fresh = { .kind = PACKED_SHORT_TEXT, .scale = (uint8_t)text.n };
	if (text.n <= PACKED_SHORT_MAX) {
		memcpy(short_text(&fresh), text.p, text.n);
	} else if (p->kind == PACKED_TEXT && text.n <= UINT32_MAX && pool_room(p->length) == pool_room(text.n)) {
		/* The old block has the same room, so it is used again. This saves time for a column such as
		 * last(.url), which changes at every event. */
		memcpy(pool_at(pool, p->u.ref), text.p, text.n);
		p->length = (uint32_t)text.n;
		return 0;
	} else {
		pool_ref ref = text.n <= UINT32_MAX ? pool_alloc(pool, text.n) : 0;
		if (!ref)
			return -1;
		memcpy(pool_at(pool, ref), text.p, text.n);
		fresh = (struct packed_value){ .kind = PACKED_TEXT, .length = (uint32_t)text.n, .u.ref = ref };
	}
	packed_value_release(p, pool);
	*p = fresh;
	return 0;
}

/* Keeps the text if V has one, even if the number is known: 1.50 must not become 1.5. */
int packed_value_set(struct packed_value *p, struct pool *pool, const struct value *v)
{
	return v->text.p ? set_text(p, pool, v->text) : packed_value_set_num(p, pool, v->num);
}

/* Returns the number of zeros at the end of TEXT that num_write() would leave out for *V, the number of TEXT. The
 * result is 1 for 1.50. Returns -1 if TEXT differs from the text of num_write() in another way, as 1e3 and -0 do.
 * Returns -1 as well if there are more than 255 zeros, or if *V is not exact. */
static int extra_zeros(const struct num *v, struct span text)
{
	size_t fraction = 0;
	if (!v->exact || (v->coef == 0 && *text.p == '-'))
		return -1;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '.')
			fraction = text.n - i - 1;
		if (text.p[i] == 'e' || text.p[i] == 'E')
			return -1;
	}
	return fraction - v->scale <= UCHAR_MAX ? (int)(fraction - v->scale) : -1;
}

int packed_value_set_parsed(struct packed_value *p, struct pool *pool, const struct value *v)
{
	int zeros = v->is_num && v->text.p ? extra_zeros(&v->num, v->text) : -1;
	if (zeros < 0)
		return packed_value_set(p, pool, v);
	if (packed_value_set_num(p, pool, v->num) < 0)
		return -1;
	p->bytes[0] = (char)zeros;
	return 0;
}

/* Gives TO a block of its own in POOL if FROM has a block. Otherwise copies the 16 bytes. Returns 0, or -1 if memory is
 * exhausted. */
int packed_value_copy(struct packed_value *to, struct pool *pool, const struct packed_value *from,
	const struct pool *from_pool)
{
	if (from->kind == PACKED_TEXT)
		return set_text(to, pool, (struct span){ pool_at(from_pool, from->u.ref), from->length });
	if (from->kind == PACKED_WIDE_NUM) {
		if (packed_value_set_num(to, pool, packed_value_num(from, from_pool)) < 0)
			return -1;
		to->bytes[0] = from->bytes[0];
		return 0;
	}
	struct packed_value copy = *from;
	packed_value_release(to, pool);
	*to = copy;
	return 0;
}

struct num packed_value_num(const struct packed_value *p, const struct pool *pool)
{
	/* A double is read here. The lines below replace this value for the other kinds. */
	struct num v = { .real = p->u.real };
	if (p->kind == PACKED_DECIMAL)
		return (struct num){ .exact = true, .scale = p->scale, .coef = p->u.coef };
	if (p->kind == PACKED_WIDE_NUM)
		memcpy(&v, pool_at(pool, p->u.ref), sizeof v);
	return v;
}

/* Returns the value of P. The type of a text follows from its first byte, because the text was valid JSON when it was
 * set. */
struct value packed_value_get(const struct packed_value *p, const struct pool *pool)
{
	struct span text = SPAN("null");
	if (p->kind == PACKED_DECIMAL || p->kind == PACKED_REAL || p->kind == PACKED_WIDE_NUM)
		return (struct value){ .type = JSON_NUMBER, .is_num = true, .num = packed_value_num(p, pool) };
	if (p->kind == PACKED_SHORT_TEXT)
		text = (struct span){ (const char *)p + offsetof(struct packed_value, bytes), p->scale };
	else if (p->kind == PACKED_TEXT)
		text = (struct span){ pool_at(pool, p->u.ref), p->length };
	return (struct value){ .type = json_type(text), .text = text };
}

int packed_value_write(const struct packed_value *p, const struct pool *pool, struct buf *out)
{
	struct value v = packed_value_get(p, pool);
	bool decimal = p->kind == PACKED_DECIMAL || p->kind == PACKED_WIDE_NUM;
	int zeros = decimal ? (unsigned char)p->bytes[0] : 0;
	if (value_write(&v, out) < 0 || (zeros > 0 && v.num.scale == 0 && buf_addc(out, '.') < 0))
		return -1;
	for (; zeros > 0; zeros--)
		if (buf_addc(out, '0') < 0)
			return -1;
	return 0;
}

/* ---- saving and loading ---- */

/* How a value is saved: one of these numbers, then what the comment says. The numbers must never change. */
enum saved_kind {
	SAVED_EMPTY,
	SAVED_DECIMAL, /* scale, zeros at the end, coefficient */
	SAVED_REAL,    /* double */
	SAVED_WIDE,    /* scale, zeros at the end, coefficient as two words, the lower one first */
	SAVED_TEXT,    /* length, bytes */
};
enum { SCALE_MAX = 38 };

static void save_wide(const struct packed_value *p, const struct pool *pool, struct save *s)
{
	struct num v = packed_value_num(p, pool);
	const uint64_t words[2] = { (uint64_t)(u128)v.coef, (uint64_t)((u128)v.coef >> 64) };
	save_u64(s, SAVED_WIDE);
	save_u64(s, v.scale);
	save_u64(s, (unsigned char)p->bytes[0]);
	save_words(s, words, 2);
}

void packed_value_save(const struct packed_value *p, const struct pool *pool, struct save *s)
{
	switch ((enum packed_kind)p->kind) {
	case PACKED_EMPTY: save_u64(s, SAVED_EMPTY); break;
	case PACKED_DECIMAL:
		save_u64(s, SAVED_DECIMAL);
		save_u64(s, p->scale);
		save_u64(s, (unsigned char)p->bytes[0]);
		save_i64(s, p->u.coef);
		break;
	case PACKED_REAL:
		save_u64(s, SAVED_REAL);
		save_double(s, p->u.real);
		break;
	case PACKED_WIDE_NUM: save_wide(p, pool, s); break;
	case PACKED_SHORT_TEXT:
	case PACKED_TEXT:
		/* The length says which of the two it is. */
		save_u64(s, SAVED_TEXT);
		save_span(s, packed_value_get(p, pool).text);
		break;
	}
}

/* Loads a decimal, whose coefficient is two words if WIDE. Returns 0, or -1 if memory is exhausted. */
static int load_decimal(struct packed_value *p, struct pool *pool, bool wide, struct load *l)
{
	struct num v = { .exact = true, .scale = (uint8_t)load_max(l, SCALE_MAX) };
	uint64_t zeros = load_max(l, UCHAR_MAX), words[2];
	if (wide) {
		load_words(l, words, 2);
		v.coef = (i128)((u128)words[1] << 64 | words[0]);
	} else {
		v.coef = load_i64(l);
	}
	if (load_failed(l))
		return 0;
	if (packed_value_set_num(p, pool, v) < 0)
		return -1;
	p->bytes[0] = (char)zeros;
	return 0;
}

/* Loads a text, which must be valid JSON: other functions rely on it. Returns 0, or -1 if memory is exhausted. */
static int load_text(struct packed_value *p, struct pool *pool, struct load *l)
{
	struct span text = load_span(l);
	if (text.n > 0 && text.n <= UINT32_MAX && json_valid_fast(text, json_type(text)))
		return set_text(p, pool, text);
	load_fail(l, "a value is not valid JSON");
	return 0;
}

int packed_value_load(struct packed_value *p, struct pool *pool, struct load *l)
{
	uint64_t kind = load_max(l, SAVED_TEXT);
	if (kind == SAVED_DECIMAL || kind == SAVED_WIDE)
		return load_decimal(p, pool, kind == SAVED_WIDE, l);
	if (kind == SAVED_TEXT)
		return load_text(p, pool, l);
	if (kind == SAVED_REAL)
		*p = (struct packed_value){ .kind = PACKED_REAL, .u.real = load_double(l) };
	return 0;
}

int packed_value_load_num(struct packed_value *p, struct pool *pool, struct load *l)
{
	if (packed_value_load(p, pool, l) < 0)
		return -1;
	struct value v = packed_value_get(p, pool);
	struct num n = { 0 };
	/* fold_check_number() accepts no number that is too large for a double, and exact sums rely on that. */
	if (p->kind == PACKED_EMPTY ||
		(v.type == JSON_NUMBER && (!v.text.p || (num_parse(v.text, &n) == 0 && !num_too_large(&n, v.text)))))
		return 0;
	packed_value_release(p, pool);
	load_fail(l, "a value is not a number, or too large");
	return 0;
}
