/* json_time.c -- reading a JSON value as a time.
 *
 * The formats themselves (text/time_format.c) read plain text and are independent of JSON. A number is passed to them
 * as text, so that no digit is lost in a double. A string is passed without its quotes, and unescaped if it has an
 * escape. */
#include "json/json_time.h"
#include "base/buf.h"
#include "json/scan.h"
#include "json/string.h"

/* Reads RAW, a raw string with escapes, as a time. Such a time is valid but rare ("2024\u002d05-01"). Returns 0; -1
 * with E set. */
static int parse_escaped(const struct time_format *f, struct span raw, struct stamp *out, struct err *e)
{
	struct buf plain;
	buf_init(&plain, 4096);
	int r = json_unescape(raw, &plain) < 0 ? time_format_mismatch(f, raw, e) :
						 time_parse_text(f, buf_span(&plain), out, e);
	buf_release(&plain);
	return r;
}

int json_time_parse(const struct time_format *f, struct span value, struct stamp *out, struct err *e)
{
	static const char *const kinds[] = { "missing", "null", "false", "true", "", "", "an array", "an object" };
	enum json_type type = json_type(value);
	if (type == JSON_NUMBER)
		return time_parse_text(f, value, out, e);
	if (type != JSON_STRING || value.n < 2)
		return err_set(e, EX_DATAERR, "the time is %s, not a string or a number",
			kinds[type == JSON_STRING ? JSON_MISSING : type]);
	struct span raw = { value.p + 1, value.n - 2 };
	if (memchr(raw.p, '\\', raw.n))
		return parse_escaped(f, raw, out, e);
	return time_parse_text(f, raw, out, e);
}
