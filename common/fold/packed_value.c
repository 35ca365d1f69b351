/* packed_value.c -- one value in 16 bytes. */
#include "fold/fold_internal.h"
#include "text/utf8.h"

_Static_assert(sizeof(struct cell) == 16, "a cell is two words");

void init_zero(const struct fold *f, void *state)
{
	memset(state, 0, f->type->state_size(f));
}

int write_null(struct buf *out)
{
	return buf_add(out, "null", 4);
}

int64_t whole_part(struct num v)
{
	struct num whole;
	if (num_mod(v, num_from_i64(INT64_MAX), &whole) < 0)
		return 0; /* only a division by zero fails */
	return (int64_t)num_double(whole);
}

/* V as shown in a message: cut between characters, not in one. */
static int shown(const struct value *v)
{
	enum { SHOWN = 60 };
	size_t n = v->text.n;
	if (n > SHOWN)
		for (n = SHOWN; n > 0 && ((unsigned char)v->text.p[n] & 0xc0) == 0x80; n--)
			;
	return (int)n;
}

static int unreadable(const struct fold *f, const struct value *v, struct err *e)
{
	return err_set(e, EX_DATAERR, "%s: %.*s is no valid JSON", f->text, shown(v), v->text.p);
}

/* The number in V is read, once. */
static int read_number(const struct fold *f, struct value *v, struct err *e)
{
	if (v->is_num)
		return 0;
	if (num_parse(v->text, &v->num) < 0)
		return unreadable(f, v, e);
	v->is_num = true;
	return 0;
}

int check_number(const struct fold *f, struct value *args, struct err *e)
{
	static const char *const names[] = { [JSON_FALSE] = "a boolean",
		[JSON_TRUE] = "a boolean",
		[JSON_STRING] = "a string",
		[JSON_ARRAY] = "an array",
		[JSON_OBJECT] = "an object" };
	if (args->type == JSON_NUMBER)
		return read_number(f, args, e);
	if (args->type <= JSON_NULL)
		return 0;
	return err_set(e, EX_DATAERR, "%s: %.*s%s is %s, not a number", f->text, shown(args), args->text.p,
		shown(args) < (int)args->text.n ? "..." : "", names[args->type]);
}

int check_comparable(const struct fold *f, struct value *args, struct err *e)
{
	struct span unused;
	if (args->type <= JSON_NULL)
		return 0;
	if (args->type == JSON_NUMBER)
		return read_number(f, args, e);
	return canonical(f, args, &unused) < 0 ? unreadable(f, args, e) : 0;
}

/* The top bit of each byte of eight that is no ASCII, or a backslash. */
static uint64_t odd_bytes(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t v;
	memcpy(&v, p, sizeof v);
	uint64_t zero = v ^ ones * '\\'; /* where a backslash is */
	return (v | ((zero - ones) & ~zero)) & tops;
}

/* Eight bytes or more, ASCII without a backslash. */
static bool is_simple(struct span s)
{
	uint64_t odd = s.n >= 8 ? odd_bytes(s.p + s.n - 8) : 1;
	for (size_t i = 0; i + 8 < s.n; i += 8)
		odd |= odd_bytes(s.p + i);
	return !odd;
}

/* A string that json_quote() would write as it is: most are. */
static bool is_plain(const struct value *v)
{
	return v->type == JSON_STRING && v->text.n >= 2 && v->text.p[v->text.n - 1] == '"' &&
		(is_simple(v->text) || (!memchr(v->text.p, '\\', v->text.n) && utf8_valid(v->text) == v->text.n));
}

int canonical(const struct fold *f, const struct value *v, struct span *out)
{
	buf_reset(f->scratch);
	*out = v->text;
	if (v->is_num) {
		if (num_write(v->num, f->scratch) < 0)
			return -1;
		*out = buf_span(f->scratch);
		if (v->num.exact)
			return 0;
	} else if (is_plain(v)) {
		return 0;
	}
	char text[64]; /* a double is shorter */
	if (v->is_num) {
		memcpy(text, out->p, out->n);
		out->p = text;
		buf_reset(f->scratch);
	}
	if (json_canon(*out, f->scratch) < 0)
		return -1;
	*out = buf_span(f->scratch);
	return 0;
}

void cell_release(struct cell *c, struct pool *pool)
{
	if (c->kind == CELL_TEXT)
		pool_free(pool, c->u.ref, c->length);
	else if (c->kind == CELL_WIDE)
		pool_free(pool, c->u.ref, sizeof(struct num));
	*c = (struct cell){ 0 };
}

int cell_set_num(struct cell *c, struct pool *pool, struct num v)
{
	struct cell fresh = { .kind = CELL_REAL, .u.real = v.real };
	if (v.exact && v.coef >= INT64_MIN && v.coef <= INT64_MAX) {
		fresh = (struct cell){ .kind = CELL_DECIMAL, .scale = v.scale, .u.coef = (int64_t)v.coef };
	} else if (v.exact) {
		fresh = (struct cell){ .kind = CELL_WIDE, .u.ref = pool_alloc(pool, sizeof v) };
		if (!fresh.u.ref)
			return -1;
		/* a block is 8-aligned, a struct num wants 16 */
		memcpy(pool_at(pool, fresh.u.ref), &v, sizeof v);
	}
	cell_release(c, pool);
	*c = fresh;
	return 0;
}

static int set_text(struct cell *c, struct pool *pool, struct span text)
{
	struct cell fresh = { .kind = CELL_SHORT, .scale = (uint8_t)text.n };
	if (text.n <= CELL_SHORT_MAX) {
		memcpy((char *)&fresh + 2, text.p, text.n);
	} else if (c->kind == CELL_TEXT && text.n <= UINT32_MAX && pool_room(c->length) == pool_room(text.n)) {
		memcpy(pool_at(pool, c->u.ref), text.p, text.n);
		c->length = (uint32_t)text.n;
		return 0;
	} else {
		pool_ref ref = text.n <= UINT32_MAX ? pool_alloc(pool, text.n) : 0;
		if (!ref)
			return -1;
		memcpy(pool_at(pool, ref), text.p, text.n);
		fresh = (struct cell){ .kind = CELL_TEXT, .length = (uint32_t)text.n, .u.ref = ref };
	}
	cell_release(c, pool);
	*c = fresh;
	return 0;
}

int cell_set(struct cell *c, struct pool *pool, const struct value *v)
{
	return v->is_num ? cell_set_num(c, pool, v->num) : set_text(c, pool, v->text);
}

int cell_copy(struct cell *to, struct pool *pool, const struct cell *from, const struct pool *from_pool)
{
	if (from->kind == CELL_TEXT)
		return set_text(to, pool, (struct span){ pool_at(from_pool, from->u.ref), from->length });
	if (from->kind == CELL_WIDE)
		return cell_set_num(to, pool, cell_num(from, from_pool));
	struct cell copy = *from;
	cell_release(to, pool);
	*to = copy;
	return 0;
}

struct num cell_num(const struct cell *c, const struct pool *pool)
{
	struct num v = { .real = c->u.real };
	if (c->kind == CELL_DECIMAL)
		return (struct num){ .exact = true, .scale = c->scale, .coef = c->u.coef };
	if (c->kind == CELL_WIDE)
		memcpy(&v, pool_at(pool, c->u.ref), sizeof v);
	return v;
}

struct value cell_value(const struct cell *c, const struct pool *pool)
{
	struct span text = SPAN("null");
	if (c->kind == CELL_DECIMAL || c->kind == CELL_REAL || c->kind == CELL_WIDE)
		return (struct value){ .type = JSON_NUMBER, .is_num = true, .num = cell_num(c, pool) };
	if (c->kind == CELL_SHORT)
		text = (struct span){ (const char *)c + 2, c->scale };
	else if (c->kind == CELL_TEXT)
		text = (struct span){ pool_at(pool, c->u.ref), c->length };
	return (struct value){ .type = json_type(text), .text = text };
}

int cell_write(const struct cell *c, const struct pool *pool, struct buf *out)
{
	struct value v = cell_value(c, pool);
	return value_write(&v, out);
}
