/* fault.c -- describing faults of JSON text, and checking escapes.
 *
 * The loops of the checker (kernel/check.inc) are compiled once for each kernel. Functions that the loops need only
 * rarely are here, so that they are compiled once and not inlined. */
#include "json/fault.h"
#include "base/hex.h"
#include "text/utf8.h"

const char *json_fault_at(struct json_fault *f, const char *at, const char *why)
{
	f->at = at;
	f->why = why;
	return NULL;
}

/* The end of the text, bad UTF-8 and NUL have messages of their own, because these faults suggest a truncated line or a
 * binary file. */
const char *json_fault_no_value(const char *p, const char *end, struct json_fault *f)
{
	if (p == end)
		return json_fault_at(f, p, "the end where a value should begin");
	if ((unsigned char)*p >= 0x80 && utf8_length(p, end) == 0)
		return json_fault_at(f, p, "not UTF-8");
	return json_fault_at(f, p, *p == '\0' ? "NUL" : "no value");
}

const char *json_fault_in_string(char c)
{
	if (c == '\0')
		return "NUL in a string";
	return (unsigned char)c < 0x20 ? "control character in a string" : "not UTF-8";
}

/* Checks \uXXXX, whose backslash is at P, and the second half of a surrogate pair. Half of a pair is not a character
 * (RFC 7493, section 2.1). Returns the position after the escape; NULL with *F set. */
static const char *check_unicode(const char *p, const char *end, struct json_fault *f)
{
	int high = end - p < 6 ? -1 : hex_number(p + 2, 4);
	if (high < 0)
		return json_fault_at(f, p, "\\u without four hex digits");
	if (high < 0xD800 || high > 0xDFFF)
		return p + 6;
	int low = high < 0xDC00 && end - p >= 12 && p[6] == '\\' && p[7] == 'u' ? hex_number(p + 8, 4) : -1;
	if (low < 0xDC00 || low > 0xDFFF)
		return json_fault_at(f, p, "half of a surrogate pair");
	return p + 12;
}

/* Escapes are rare in practice, so the loops call this function instead of inlining it. */
const char *json_check_escape(const char *p, const char *end, struct json_fault *f)
{
	if (end - p < 2)
		return json_fault_at(f, end, "string without an end");
	if (p[1] == 'u')
		return check_unicode(p, end, f);
	if (!memchr("\"\\/bfnrt", p[1], 8))
		return json_fault_at(f, p, "unknown escape");
	return p + 2;
}
