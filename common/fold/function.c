/* function.c -- what the functions share: checks of arguments, canonical forms, constants.
 *
 * Functions that compare or count values need one spelling for each value: 1, 1.0 and 1e0 are equal in jq, and so are
 * objects whose members are in another order. That spelling is the canonical form. Most values are in it already (short
 * strings, decimals), so fold_canonical() tries hard not to copy: it returns the value's own bytes where it can. */
#include "fold/function.h"
#include "base/amount.h"
#include "text/utf8.h"

int fold_write_null(struct buf *out)
{
	return buf_add(out, "null", 4);
}

/* num_mod() drops the fraction; the modulus is greater than V, so that nothing else is lost. */
int64_t fold_whole_part(struct num v)
{
	struct num whole;
	if (num_mod(v, num_from_i64(INT64_MAX), &whole) < 0)
		return 0; /* fails for a division by zero only */
	return (int64_t)num_double(whole);
}

int fold_constant_integer(struct span text, const char *what, int64_t low, int64_t high, int64_t *out, struct err *e)
{
	char s[32] = "";
	if (text.n < sizeof s)
		memcpy(s, text.p, text.n);
	if (text.n >= sizeof s || amount_parse_int(s, low, high, out, e) < 0)
		return err_set(e, EX_USAGE, "%s is a whole number from %lld to %lld, not '%.*s'", what, (long long)low,
			(long long)high, SPAN_ARG(text));
	return 1;
}

/* ---- checks ---- */

/* Returns how many bytes of V to show in a message: all, or what ends before a character at about 60. */
static int shown_bytes(const struct value *v)
{
	enum { SHOWN = 60 };
	size_t n = v->text.n;
	if (n > SHOWN)
		for (n = SHOWN; n > 0 && ((unsigned char)v->text.p[n] & 0xc0) == 0x80; n--)
			;
	return (int)n;
}

static int not_json(const struct fold *f, const struct value *v, struct err *e)
{
	return err_set(e, EX_DATAERR, "%s: %.*s is not valid JSON", f->text, shown_bytes(v), v->text.p);
}

/* Reads the digits of V in place, unless another fold has. */
static int read_number(const struct fold *f, struct value *v, struct err *e)
{
	if (v->is_num)
		return 0;
	if (num_parse(v->text, &v->num) < 0)
		return not_json(f, v, e);
	v->is_num = true;
	return 0;
}

int fold_check_number(const struct fold *f, struct value *args, struct err *e)
{
	/* only the types that are neither absent nor a number are needed */
	static const char *const names[] = { [JSON_FALSE] = "a boolean",
		[JSON_TRUE] = "a boolean",
		[JSON_STRING] = "a string",
		[JSON_ARRAY] = "an array",
		[JSON_OBJECT] = "an object" };
	if (args->type == JSON_NUMBER)
		return read_number(f, args, e);
	if (args->type <= JSON_NULL)
		return 0;
	return err_set(e, EX_DATAERR, "%s: %.*s%s is %s, not a number", f->text, shown_bytes(args), args->text.p,
		shown_bytes(args) < (int)args->text.n ? "..." : "", names[args->type]);
}

/* A number is read, because numbers are compared by value. Other values get their form here for the sake of the error:
 * it is made again in add(), unless the text is canonical as it is. */
int fold_check_comparable(const struct fold *f, struct value *args, struct err *e)
{
	struct span unused;
	if (args->type <= JSON_NULL)
		return 0;
	if (args->type == JSON_NUMBER)
		return read_number(f, args, e);
	return fold_canonical(f, args, &unused) < 0 ? not_json(f, args, e) : 0;
}

/* ---- canonical forms ---- */

/* Returns a word that has the top bit set in each of eight bytes that is not ASCII or is a backslash. The zero-byte
 * test is that of Mycroft ((v - 0x01..) & ~v & 0x80..): a byte of v ^ '\\' is zero where the backslash is. */
static uint64_t odd_bytes(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t v;
	memcpy(&v, p, sizeof v);
	uint64_t zero = v ^ ones * '\\';
	return (v | ((zero - ones) & ~zero)) & tops;
}

/* Returns true if S is eight bytes or more, all ASCII and without a backslash. The last eight bytes may overlap those
 * before them: reading them again costs less than a loop over single bytes. */
static bool is_simple(struct span s)
{
	uint64_t odd = s.n >= 8 ? odd_bytes(s.p + s.n - 8) : 1;
	for (size_t i = 0; i + 8 < s.n; i += 8)
		odd |= odd_bytes(s.p + i);
	return !odd;
}

/* Returns true if V is a string that json_quote() would write as it is, which most strings are. */
static bool is_plain_string(const struct value *v)
{
	return v->type == JSON_STRING && v->text.n >= 2 && v->text.p[v->text.n - 1] == '"' &&
		(is_simple(v->text) || (!memchr(v->text.p, '\\', v->text.n) && utf8_valid(v->text) == v->text.n));
}

int fold_canonical(const struct fold *f, const struct value *v, struct span *out)
{
	buf_reset(f->scratch);
	*out = v->text;
	if (v->is_num) {
		if (num_write(v->num, f->scratch) < 0)
			return -1;
		*out = buf_span(f->scratch);
		if (v->num.exact)
			return 0;
	} else if (is_plain_string(v)) {
		return 0;
	}
	/* a double's text may not be the canonical one; it moves out of scratch, which json_canon() writes to */
	char text[64];
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
