/* clf.h -- splits a line of a web server's access log into its fields. */
#ifndef CAPTURE_FORMAT_CLF_H
#define CAPTURE_FORMAT_CLF_H
#include "sp-capture/record.h"

/* The fields of one line of an access log. Each field points into the line, and its escapes are not resolved. A field
 * is SPAN_NONE if the line does not have the field, and "-" if the server did not know the value. */
struct clf_entry {
	struct span vhost, client, user, time, request, status, bytes, referer, agent, forwarded, duration;
};

/* Splits REC->raw into the fields *F, which must all be SPAN_NONE before. If COMBINED is true, the line must have a
 * referer and an agent. The text of the time is not checked. Returns true, or false with REC rejected. After a fault
 * *F holds only the fields that were read before the fault. */
bool clf_read(bool combined, struct clf_entry *f, struct record *rec);

/* Returns true if S is "-", which servers log for an unknown value. */
static inline bool clf_unknown(struct span s)
{
	return s.n == 1 && s.p[0] == '-';
}
#endif
