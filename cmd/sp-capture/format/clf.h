/* clf.h -- splits a line of a web server's access log into its fields, and recognises such lines. */
#ifndef CAPTURE_FORMAT_CLF_H
#define CAPTURE_FORMAT_CLF_H
#include "sp-capture/format/log_cursor.h"
#include "sp-capture/record.h"

enum { CLF_STAMP = 26 }; /* bytes of the usual time, "17/May/2015:10:05:03 +0000" */

/* The fields of one line of an access log. Each field points into the line, and its escapes are not resolved. A field
 * is SPAN_NONE if the line does not have the field, and "-" if the server did not know the value. */
struct clf_entry {
	struct span vhost, client, user, time, request, status, bytes, referer, agent, duration;
	/* FORWARDED is the list of addresses in the field X-Forwarded-For of the request. PEER is the address of the
	 * proxy that has sent the request. */
	struct span forwarded, peer;
	bool raw_quotes; /* the request contains quotes that are not escaped */
	/* All text after the last field of the format. SPAN_NONE if this text is only forwarded, duration, or both. */
	struct span extra;
};

/* Splits REC->raw into the fields *F, which must all be SPAN_NONE before. If COMBINED is true, the line must have a
 * referer, and may have an agent. The text of the time is not checked. Returns true, or false with REC rejected. After
 * a fault *F holds the fields before the fault, and perhaps the beginning of the field with the fault. */
bool clf_read(bool combined, struct clf_entry *f, struct record *rec);

/* Reads the first fields of a line from C into F, up to and including the time. Moves C past the closing bracket of the
 * time. Returns true, or false with REC rejected. */
bool clf_read_who(struct log_cursor *c, struct clf_entry *f, struct record *rec);
/* Returns true if S, a virtual host, ends with a colon and a port. */
bool clf_has_port(struct span s);

/* The function probe() of the format combined. Accepts a line that has a referer and an agent. Also accepts a truncated
 * line that has a time and a request, if the number of its quotes is odd and at least three. Two quotes are around the
 * request, and the third begins the referer. WHOLE has no effect. */
bool clf_probe_combined(struct span line, bool whole);
/* The function probe() of the format clf. Accepts lines of access logs, complete or truncated. Detection asks the
 * format combined first, so lines with a referer and an agent are not left for clf. WHOLE has no effect. */
bool clf_probe_common(struct span line, bool whole);

/* Returns true if S is "-", which servers log for an unknown value. */
static inline bool clf_unknown(struct span s)
{
	return s.n == 1 && s.p[0] == '-';
}
#endif
