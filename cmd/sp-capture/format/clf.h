/* clf.h -- a line of an access log, split into its fields. */
#ifndef CAPTURE_FORMAT_CLF_H
#define CAPTURE_FORMAT_CLF_H
#include "sp-capture/format/decode_line.h"

/* The fields of a line, as they stand in it; SPAN_NONE: not there. "-" is a field that is not known. */
struct clf_entry {
	struct span vhost, client, user, time, request, status, bytes, referer, agent, forwarded, duration;
};

/* Splits REC->raw. False: REC is rejected, with what is missing. */
bool clf_read(bool combined, struct clf_entry *f, struct record *rec);

static inline bool clf_unknown(struct span s)
{
	return s.n == 1 && s.p[0] == '-';
}
#endif
