/* position.h -- the place in a source directly after a record.
 *
 * A reader that starts at a position, together with a new decoder that is set to it (seek() of struct format), returns
 * exactly the records after that place. A position consists of four numbers, so that it can be kept with its record and
 * be stored. */
#ifndef CAPTURE_POSITION_H
#define CAPTURE_POSITION_H
#include <stdint.h>

struct position {
	/* The byte where reading continues, counted from the start of the source after decompression. It is the end of
	 * the last record. If the record is part of a document that may contain more events (JSON), it is the start of
	 * the document. */
	uint64_t offset;
	uint64_t number; /* lines before OFFSET: the value of reader.number at OFFSET */
	/* Records of the document at OFFSET that were returned before. They are read again and dropped. */
	uint64_t skip;
	/* Everything else that the decoder has to know, as a number that only its format understands. 0 in most
	 * formats. */
	uint64_t state;
};
#endif
