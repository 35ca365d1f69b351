/* position.h -- the place in a source directly after a record.
 *
 * Reading can continue at a position. A reader that starts there, and a new decoder whose seek() got the position,
 * return exactly the records after that place. A position is only a few numbers, so it is cheap to keep one with each
 * record and to store it. */
#ifndef CAPTURE_POSITION_H
#define CAPTURE_POSITION_H
#include <stdint.h>

struct position {
	/* The byte where reading continues, counted from the start of the source after decompression. It is the end of
	 * the last record. If the record is part of a document that may contain more events (JSON), it is the start of
	 * the document. */
	uint64_t offset;
	uint64_t number; /* the number of lines before OFFSET, which is reader.number at OFFSET */
	/* The number of records of the document at OFFSET that were already returned. These are read again and
	 * dropped. */
	uint64_t skip;
	/* Everything else that the decoder has to know, as a number that only its format understands. 0 in most
	 * formats. */
	uint64_t state;
	/* If --time-format reads times without a year, their years depend on earlier times. YEARS has what is needed of
	 * the earlier times (year_run_save()). 0: nothing is needed. */
	uint64_t years;
	/* The end of the last record or of what was skipped after it, which is OFFSET or a later byte. All bytes before
	 * it were read. Shows whether the source has changed. If --format has changed, reading continues
	 * here and not at OFFSET (checkpoint/match.c). */
	uint64_t reached;
};
#endif
