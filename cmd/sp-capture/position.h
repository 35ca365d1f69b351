/* position.h -- the place in a source after the last record that was given out.
 *
 * A reader that starts at a position, and a decoder that was told it (struct format, seek), give exactly the records
 * that were still to come. A position is four numbers, so that it can travel with its record and be stored. */
#ifndef CAPTURE_POSITION_H
#define CAPTURE_POSITION_H
#include <stdint.h>

struct position {
	/* Where reading goes on, in bytes from the start of the source after decompression. It is the end of the last
	 * record, or the start of the document that the last record came from (JSON with several events in a document). */
	uint64_t offset;
	uint64_t number; /* lines before OFFSET, so that line numbers go on: the reader's number there */
	uint64_t
		skip; /* records of the document at OFFSET that were given out already: they are read again and dropped */
	/* What the decoder knows besides, as one number that only its format understands (0 in most of them). */
	uint64_t state;
};
#endif
