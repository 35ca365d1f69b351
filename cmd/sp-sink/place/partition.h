/* partition.h -- the folders that events go to: "dt=%Y-%m-%d/hour=%H/app={app}".
 *
 * %X is strftime's conversion of the event time, {name} the value of a top-level field, "%%", "{{" and "}}" the
 * character itself. Whatever a value holds, the result stays below the folder it is used in: its bytes are
 * letters, digits, '.', '_', '-' and "%XX"; it never begins with '.'; null, nothing and "" are
 * HIVE_NULL. */
#ifndef SINK_PLACE_PARTITION_H
#define SINK_PLACE_PARTITION_H
#include "sp-sink/event.h"
#include "text/time.h"

#define HIVE_NULL "__HIVE_DEFAULT_PARTITION__"

struct partition;
/* ZONE is borrowed. -1: EX_USAGE, what is wrong with TEXT. */
int partition_new(const char *text, const struct zone *zone, struct partition **out, struct err *e) MUST_USE;
void partition_free(struct partition *t);
/* Does it need the event time? */
bool partition_needs_time(const struct partition *t);
/* Sets OUT to the folder of ROW at MS, without '/' at its ends, zero-terminated. 0; 1: refused (E,
 * row->kind); -1: E. */
int partition_expand(struct partition *t, struct event *ev, int64_t ms, struct buf *out, struct err *e) MUST_USE;
#endif
