/* offsets.h -- inside common/kafka: turns the forms of -o into offsets of one partition, by asking the broker. */
#ifndef KAFKA_OFFSETS_H
#define KAFKA_OFFSETS_H
#include "base/opt.h"
#include "kafka/consumer.h"
#include "kafka/session.h"

struct kafka_offset_range {
	int64_t low, high;  /* the offsets that exist: low to high - 1 */
	int64_t start, end; /* the offsets to read: start to end - 1 */
};
/* Finds where FROM starts and where UNTIL ends (NULL: at the end of the partition) in PARTITION of TOPIC. A FROM of
 * KAFKA_OFFSET_STORED counts as the beginning; the caller looks up committed offsets itself. A leader that is unknown
 * or changes is asked again for 10 s. Returns 0, or -1: EX_DATAERR (FROM is out of range), EX_UNAVAILABLE,
 * EX_NOPERM. */
int kafka_offset_resolve(struct kafka_session *s, const char *topic, int32_t partition, const struct kafka_offset *from,
	const struct kafka_offset *until, struct kafka_offset_range *out, struct err *e) MUST_USE;
#endif
