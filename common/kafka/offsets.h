/* offsets.h -- inside common/kafka: asks the broker which offsets of one partition a form of -o means. */
#ifndef KAFKA_OFFSETS_H
#define KAFKA_OFFSETS_H
#include "base/opt.h"
#include "kafka/consumer.h"
#include "kafka/session.h"

struct kafka_offset_range {
	int64_t low, high;  /* the offsets that exist: low to high - 1 */
	int64_t start, end; /* the offsets to read: start to end - 1 */
};
/* Sets *OUT for PARTITION of TOPIC. START is the offset that FROM means. END is the offset that UNTIL means, or the end
 * of the partition if UNTIL is NULL. KAFKA_OFFSET_STORED in FROM means the beginning here, because the caller asks for
 * committed offsets itself. After an error that passes by itself, such as a change of leader, asks again for up to 10
 * s. Returns 0, or -1 with E set: EX_DATAERR (FROM is out of range), EX_UNAVAILABLE, EX_NOPERM. */
int kafka_offset_resolve(struct kafka_session *s, const char *topic, int32_t partition, const struct kafka_offset *from,
	const struct kafka_offset *until, struct kafka_offset_range *out, struct err *e) MUST_USE;
#endif
