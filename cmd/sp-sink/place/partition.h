/* partition.h -- the folders that events go to: "dt=%Y-%m-%d/hour=%H/app={app}".
 *
 * In a template %X is strftime(3)'s conversion of the event time, {name} is the value of a top-level field, and "%%",
 * "{{" and "}}" stand for the characters %, { and }. NAME=VALUE folders are Hive's partitions, which query engines read
 * as columns.
 *
 * No value can lead out of the folder of dir:PATH: its bytes become "%XX", except letters, digits, '.', '_' and '-'. So
 * a value has no '/', and a '.' at the beginning of a folder's name is escaped as well. Null, a missing field and ""
 * become HIVE_NULL. Different strings give different folders, except that "" and the text of HIVE_NULL give the same
 * one. */
#ifndef SINK_PLACE_PARTITION_H
#define SINK_PLACE_PARTITION_H
#include "sp-sink/event.h"
#include "text/time.h"

#define HIVE_NULL "__HIVE_DEFAULT_PARTITION__"

struct partition;
/* Parses the template TEXT. ZONE, in which times are shown, is borrowed; NULL: UTC. Returns 0 with *OUT, which
 * the caller frees with partition_free(), or -1 with E set (EX_USAGE if TEXT is wrong) and *OUT NULL. */
int partition_new(const char *text, const struct zone *zone, struct partition **out, struct err *e) MUST_USE;
/* Frees P, which may be NULL. */
void partition_free(struct partition *p);
/* Returns true if the template uses the event time. */
bool partition_needs_time(const struct partition *p);
/* Sets OUT to the folder of EV, whose event time is MS (milliseconds since 1970), without '/' at either end and with a
 * NUL after it. Returns 0; 1 if EV is rejected (E and EV's kind say why); or -1 with E set. */
int partition_expand(struct partition *p, struct event *ev, int64_t ms, struct buf *out, struct err *e) MUST_USE;
#endif
