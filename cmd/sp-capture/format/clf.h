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
	/* The list of addresses from the field X-Forwarded-For, and the address of the proxy that has sent it. */
	struct span forwarded, peer;
	bool raw_quotes;   /* the request has quotes without a backslash */
	struct span extra; /* all text after the last field of the format, if it is more than forwarded and duration */
};

/* Splits REC->raw into the fields *F, which must all be SPAN_NONE before. If COMBINED is true, the line must have a
 * referer, and may have an agent. The text of the time is not checked. Returns true, or false with REC rejected. After a fault
 * *F holds only the fields that were read before the fault. */
bool clf_read(bool combined, struct clf_entry *f, struct record *rec);

/* Reads the front of a line up to the time, and moves C past its closing bracket. Returns true, or false with REC
 * rejected. */
bool clf_read_who(struct log_cursor *c, struct clf_entry *f, struct record *rec);
/* Returns true if S, a virtual host, ends with a colon and a port. */
bool clf_has_port(struct span s);

/* The probe of format combined (struct format). Accepts lines that have a referer and an agent. Accepts a truncated line only if its quotes are odd and at least three:
 * two are around the request, and the third begins the referer. */
bool clf_probe_combined(struct span line, bool whole);
/* The probe of format clf. Accepts all other lines of access logs, complete or truncated. */
bool clf_probe_common(struct span line, bool whole);

/* Returns true if S is "-", which servers log for an unknown value. */
static inline bool clf_unknown(struct span s)
{
	return s.n == 1 && s.p[0] == '-';
}
#endif
