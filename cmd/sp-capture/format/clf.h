/* clf.h -- splits a line of an access log into its fields. */
#ifndef CAPTURE_FORMAT_CLF_H
#define CAPTURE_FORMAT_CLF_H
#include "sp-capture/record.h"

/* The fields of a line, as parts of the line, with escapes as they are. A field is SPAN_NONE if the line does not have
 * it, and "-" if the server did not know its value. */
struct clf_entry {
	struct span vhost, client, user, time, request, status, bytes, referer, agent, forwarded, duration;
};

/* Splits REC->raw into *F, whose fields must all be SPAN_NONE before. COMBINED: the line must have referer and agent.
 * Does not check that the text of the time is a time. Returns true; or false with REC rejected and the fault in the
 * reason. After a fault *F has only the fields before it. */
bool clf_read(bool combined, struct clf_entry *f, struct record *rec);

/* Returns true if S is "-": the server did not know the value of this field. */
static inline bool clf_unknown(struct span s)
{
	return s.n == 1 && s.p[0] == '-';
}
#endif
