/* clf.h -- a line of an access log, split into its fields. */
#ifndef CAPTURE_FORMAT_CLF_H
#define CAPTURE_FORMAT_CLF_H
#include "sp-capture/record.h"

/* The fields of a line as they are in it, escapes included. SPAN_NONE: the line does not have the field. "-": the server
 * did not know it. */
struct clf_entry {
	struct span vhost, client, user, time, request, status, bytes, referer, agent, forwarded, duration;
};

/* Splits REC->raw into *F, which must be all SPAN_NONE before; COMBINED: with referer and agent. Returns true; or false
 * with REC rejected and what is missing as its reason. F then has the fields before the fault. The time is not looked
 * into. */
bool clf_read(bool combined, struct clf_entry *f, struct record *rec);

/* Returns true if the server did not know the field S. */
static inline bool clf_unknown(struct span s)
{
	return s.n == 1 && s.p[0] == '-';
}
#endif
