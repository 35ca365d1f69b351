/* clf_probe.c -- says whether a line looks like a line of an access log. Detection may see only the beginning of a long
 * line. So a line that ends inside a field is accepted as well, if it has a time and at least the beginning of a
 * request. */
#include "sp-capture/format/clf.h"
#include "sp-capture/format/log_time.h"

/* Splits LINE into the fields *F of the format combined if COMBINED is true, otherwise of the format clf. Returns true
 * if LINE is complete. Otherwise returns false. Then *F has the fields before the fault, and perhaps the beginning of
 * the next field. */
static bool splits(bool combined, struct span line, struct clf_entry *f)
{
	struct record rec = { .raw = line };
	*f = (struct clf_entry){ .client = SPAN_NONE };
	return clf_read(combined, f, &rec);
}

/* Returns the number of quotes in LINE if LINE is a truncated line of an access log, otherwise 0. F has the fields that
 * were read from LINE. A truncated line must have a time like "[17/May/2015:10:05:03 +0000]" and at least the beginning
 * of a request. */
static size_t truncated_quotes(struct span line, const struct clf_entry *f)
{
	size_t quotes = 0;
	if (!f->time.p || f->time.n != CLF_STAMP || f->time.p[2] != '/' || log_time_month(f->time.p + 3) == 0 ||
		!f->request.p)
		return 0;
	for (size_t i = 0; i < line.n; i++)
		quotes += line.p[i] == '"';
	return quotes;
}

/* Returns true if LINE begins with a bracket that does not enclose an IPv6 address. Such a line is probably from
 * another log, whose lines begin with a time in brackets. */
static bool begins_with_bracket(struct span line)
{
	const char *close = line.p[0] == '[' ? memchr(line.p, ']', line.n) : NULL;
	bool address = close && close - line.p > 3 &&
		strspn(line.p + 1, "0123456789abcdefABCDEF:.") == (size_t)(close - line.p - 1) &&
		memchr(line.p, ':', (size_t)(close - line.p));
	return line.p[0] == '[' && !address;
}

bool clf_probe_combined(struct span line, bool whole)
{
	(void)whole;
	struct clf_entry f;
	if (begins_with_bracket(line))
		return false;
	if (splits(true, line, &f))
		return f.agent.p != NULL;
	size_t quotes = truncated_quotes(line, &f);
	return quotes > 2 && quotes % 2 == 1;
}

bool clf_probe_common(struct span line, bool whole)
{
	(void)whole;
	struct clf_entry f;
	return !begins_with_bracket(line) && (splits(false, line, &f) || truncated_quotes(line, &f) > 0);
}
