/* function.c -- what the functions share: checks of arguments, canonical forms, constants.
 *
 * Functions that compare or count values need one spelling for each value: 1, 1.0 and 1e0 are equal in jq, and so are
 * objects whose members are in different orders. This spelling is the canonical form. Most values (short strings,
 * decimals) are written in their canonical form already. So fold_canonical() returns the bytes of the value itself
 * where it can, and copies only where it must. */
#include "fold/function.h"
#include "base/amount.h"

int fold_write_null(struct buf *out)
{
	return buf_add(out, "null", 4);
}

/* Divides V by INT64_MAX and returns the remainder. num_mod() first drops the fraction of V. What is left, the integer
 * part, is less than INT64_MAX. So the remainder is the integer part itself. */
int64_t fold_whole_part(struct num v)
{
	struct num whole;
	/* num_mod() fails only if the modulus is 0. */
	if (num_mod(v, num_from_i64(INT64_MAX), &whole) < 0)
		return 0;
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

int fold_constant_part(struct fold *f, int i, struct span text, struct err *e)
{
	enum { PLACES_MAX = 18 };
	if (i != 1)
		return 0;
	if (num_parse(text, &f->p) < 0 || !f->p.exact || f->p.scale > PLACES_MAX ||
		num_compare(f->p, num_from_i64(0)) < 0 || num_compare(f->p, num_from_i64(1)) > 0)
		return err_set(e, EX_USAGE, "P is a number from 0 to 1, such as 0.99, not '%.*s'", SPAN_ARG(text));
	return 1;
}

/* ---- checks ---- */

/* Returns how many bytes of V to show in a message: all of them if there are at most 60, otherwise up to 60, without
 * cutting a character in two. */
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

/* Reads v->num from the text of V, unless another fold has done so. Keeps the text as well, because a double can lose
 * digits of the text. Returns 0, or -1 with E set if the text is not a number. */
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
	/* What the message calls a value of each type. The other types are accepted, so they need no name. */
	static const char *const names[] = { [JSON_FALSE] = "a boolean",
		[JSON_TRUE] = "a boolean",
		[JSON_STRING] = "a string",
		[JSON_ARRAY] = "an array",
		[JSON_OBJECT] = "an object" };
	if (args->type == JSON_NUMBER && read_number(f, args, e) < 0)
		return -1;
	if (args->type == JSON_NUMBER && num_too_large(&args->num, args->text))
		return err_set(e, EX_DATAERR, "%s: %.*s%s is too large to compute with: the limit is 1.8e308", f->text,
			shown_bytes(args), args->text.p, shown_bytes(args) < (int)args->text.n ? "..." : "");
	if (args->type == JSON_NUMBER || args->type <= JSON_NULL)
		return 0;
	return err_set(e, EX_DATAERR, "%s: %.*s%s is %s, not a number", f->text, shown_bytes(args), args->text.p,
		shown_bytes(args) < (int)args->text.n ? "..." : "", names[args->type]);
}

/* Reads the number if the value is one, because numbers are compared by value. Makes the canonical form of an array or
 * object only to find out whether this succeeds, because the form can be too long. The function's add() makes the form
 * again. Returns 0, or -1 with E set. */
int fold_check_comparable(const struct fold *f, struct value *args, struct err *e)
{
	struct span unused;
	if (args->type <= JSON_NULL)
		return 0;
	if (args->type == JSON_NUMBER)
		return read_number(f, args, e);
	if (!json_valid_fast(args->text, args->type) ||
		(args->type >= JSON_ARRAY && fold_canonical(f, args, &unused) < 0))
		return not_json(f, args, e);
	return 0;
}

int fold_check_json(const struct fold *f, struct value *args, struct err *e)
{
	/* If is_num is set, the number was parsed or computed before, so it is valid. */
	if (args->type <= JSON_NULL || args->is_num || json_valid_fast(args->text, args->type))
		return 0;
	return not_json(f, args, e);
}

/* ---- canonical forms ---- */

/* Returns true if V is a string without escapes. If the text is valid JSON, it is then in canonical form. */
static bool is_plain_string(const struct value *v)
{
	return v->type == JSON_STRING && v->text.n >= 2 && v->text.p[v->text.n - 1] == '"' &&
		(json_is_plain(v->text) || !value_text_escaped(v->text));
}

int fold_canonical(const struct fold *f, const struct value *v, struct span *out)
{
	int r;
	buf_reset(f->scratch);
	*out = v->text;
	if (is_plain_string(v))
		return 0;
	if (v->is_num && (v->num.exact || !v->text.p))
		r = num_write_canon(v->num, f->scratch);
	else
		r = json_canon(v->text, f->scratch);
	*out = buf_span(f->scratch);
	return r;
}
