/* offsets.h -- inside common/kafka: offsets of a partition, asked from the broker. */
#ifndef KAFKA_OFFSETS_H
#define KAFKA_OFFSETS_H
#include "base/opt.h"
#include "kafka/consumer.h"
#include "kafka/session.h"

struct kafka_range {
	int64_t low, high;  /* what there is: [low, high) */
	int64_t start, end; /* what was asked for */
};
/* FROM and UNTIL (NULL: high) as offsets of one partition. OFFSET_STORED counts as the beginning here: the caller
 * asks the group first. -1: EX_DATAERR out of range, EX_UNAVAILABLE. */
int kafka_offset_resolve(struct kafka_session *s, const char *topic, int32_t partition, const struct kafka_offset *from,
	const struct kafka_offset *until, struct kafka_range *out, struct err *e) MUST_USE;
#endif
