/* value.c -- JSON values as SQLite stores them.
 *
 * True and false are 1 and 0. A number without point and exponent is an INTEGER, or text if it does not fit 64 bits.
 * Any other number is a REAL, or text if it is too large for a double. A REAL is a double, which keeps 15 to 17 digits.
 * Arrays and objects are their compact JSON text, which SQLite's JSON functions read.
 *
 * A column with the affinity INTEGER, REAL or NUMERIC turns text into a number if it looks like one. A REAL column
 * turns integers into doubles (https://www.sqlite.org/datatype3.html, section 3). sqlite_value_fits() foresees both. */
#include "sp-sink/target/sqlite/value.h"
#include "sp-sink/event.h"
#include <errno.h>
#include <math.h>

#define EXACT_MAX (INT64_C(1) << 53) /* a double holds every integer up to EXACT_MAX exactly */

/* Reads S, digits with or without a minus, into *OUT. Returns false if the number does not fit 64 bits. */
static bool value_read_integer(struct span s, int64_t *out)
{
	bool minus = *s.p == '-';
	uint64_t v = 0;
	if (s.n - minus > 19)
		return false;
	for (size_t i = minus; i < s.n; i++)
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	/* With a minus, one more is allowed: the range of 64 bits is -9223372036854775808 to 9223372036854775807. */
	if (v > (uint64_t)INT64_MAX + minus)
		return false;
	*out = minus ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

static int value_read_number(struct sqlite_value *v, struct span s, struct buf *text)
{
	/* A number with a point or an exponent is a REAL even if its value is whole: 1.0 stays 1.0. */
	bool whole = true;
	for (size_t i = 0; i < s.n && whole; i++)
		whole = s.p[i] == '-' || (s.p[i] >= '0' && s.p[i] <= '9');
	v->text = s;
	if (whole) {
		v->kind = value_read_integer(s, &v->integer) ? VALUE_INTEGER : VALUE_DIGITS;
		return 0;
	}
	/* strtod() needs a NUL after the number, which the line does not have. So the number is copied. */
	size_t start = text->n;
	if (buf_add_span(text, s) < 0 || buf_addc(text, '\0') < 0)
		return -1;
	v->real = strtod(text->p + start, NULL);
	text->n = start;
	v->kind = isfinite(v->real) ? VALUE_REAL : VALUE_DIGITS;
	return 0;
}

static int value_read_text(struct sqlite_value *v, struct span json, struct buf *text)
{
	size_t start = text->n;
	v->kind = VALUE_TEXT;
	v->text = event_string_inside(json);
	/* A string without escapes is not copied. V then points into the line of the event. */
	if (!memchr(json.p, '\\', json.n))
		return 0;
	if (json_unescape(v->text, text) < 0)
		return -1;
	v->text = (struct span){ text->p + start, text->n - start };
	return 0;
}

int sqlite_value_read(struct sqlite_value *v, struct span json, struct buf *text)
{
	switch (json_type(json)) {
	case JSON_TRUE:
	case JSON_FALSE:
		v->kind = VALUE_BOOL;
		v->integer = *json.p == 't';
		v->text = json;
		return 0;
	case JSON_NUMBER: return value_read_number(v, json, text);
	case JSON_STRING: return value_read_text(v, json, text);
	case JSON_ARRAY:
	case JSON_OBJECT: {
		size_t start = text->n;
		v->kind = VALUE_TEXT;
		if (json_compact(json, text) < 0)
			return -1;
		v->text = (struct span){ text->p + start, text->n - start };
		return 0;
	}
	default: v->kind = VALUE_NULL; return 0;
	}
}

enum affinity sqlite_value_affinity(const struct sqlite_value *v)
{
	switch (v->kind) {
	case VALUE_BOOL:
	case VALUE_INTEGER: return AFFINITY_INTEGER;
	case VALUE_REAL: return AFFINITY_REAL;
	case VALUE_DIGITS:
	case VALUE_TEXT: return AFFINITY_TEXT;
	default: return AFFINITY_NONE;
	}
}

static size_t digits(const char *p, const char *end)
{
	size_t n = 0;
	while (p + n < end && p[n] >= '0' && p[n] <= '9')
		n++;
	return n;
}

/* Returns the end of the white space at P: blanks and the characters 9 to 13, as in SQLite. */
static const char *spaces(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || (*p >= '\t' && *p <= '\r')))
		p++;
	return p;
}

/* Returns true if a column with the affinity INTEGER, REAL or NUMERIC would store TEXT as a number. The grammar is that
 * of SQLite (AtoF in its util.c): spaces, a sign, digits with at most one point, an exponent, spaces. */
static bool looks_numeric(struct span text)
{
	const char *end = text.p + text.n, *p = spaces(text.p, end);
	p += p < end && (*p == '-' || *p == '+');
	size_t whole = digits(p, end), fraction = 0;
	p += whole;
	if (p < end && *p == '.') {
		fraction = digits(p + 1, end);
		p += 1 + fraction;
	}
	if (whole + fraction == 0)
		return false;
	if (p < end && (*p == 'e' || *p == 'E')) {
		const char *q = p + 1;
		q += q < end && (*q == '-' || *q == '+');
		size_t power = digits(q, end);
		p = power ? q + power : p;
	}
	return spaces(p, end) == end;
}

bool sqlite_value_fits(const struct sqlite_value *v, enum affinity affinity)
{
	if (affinity == AFFINITY_NONE || affinity == AFFINITY_TEXT)
		return true;
	switch (v->kind) {
	/* Text that does not look like a number is kept by every affinity. */
	case VALUE_TEXT: return !looks_numeric(v->text);
	case VALUE_DIGITS: return false;
	case VALUE_INTEGER: return affinity != AFFINITY_REAL || (v->integer <= EXACT_MAX && v->integer >= -EXACT_MAX);
	default: return true;
	}
}

int sqlite_value_bind(const struct sqlite_value *v, sqlite3_stmt *st, int number, enum affinity affinity)
{
	/* A TEXT column gets a number as the event wrote it: SQLite would write 1.50 as 1.5. */
	bool as_text = v->kind >= VALUE_DIGITS || affinity == AFFINITY_TEXT;
	if (as_text)
		return sqlite3_bind_text64(st, number, v->text.p, v->text.n, SQLITE_STATIC, SQLITE_UTF8);
	if (v->kind == VALUE_REAL)
		return sqlite3_bind_double(st, number, v->real);
	return sqlite3_bind_int64(st, number, v->integer);
}
