/* position.h -- the place in a source after the last record that was given out.
 *
 * A reader that starts at a position, and a new decoder that is set to it (seek() of struct format), give exactly the
 * records after it. A position consists of four numbers, so that it can be kept with its record and be stored. */
#ifndef CAPTURE_POSITION_H
#define CAPTURE_POSITION_H
#include <stdint.h>

struct position {
	/* The byte at which reading continues, counted from the start of the source after decompression. It is the end of the
	 * last record; or the start of its document, if the document may contain more events (JSON). */
	uint64_t offset;
	uint64_t number; /* lines before OFFSET: the number of the reader there */
	/* Records of the document at OFFSET that were given out already. They are read again and dropped. */
	uint64_t skip;
	/* Everything else that the decoder has to know, as a number that only its format understands; 0 in most formats. */
	uint64_t state;
};
#endif
