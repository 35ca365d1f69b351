/* offset.h -- offsets from UTC as text. */
#ifndef TEXT_OFFSET_H
#define TEXT_OFFSET_H
#include "base/attr.h"
#include "base/span.h"

/* Reads the offset Z, +hh, +hhmm, +hh:mm, +hhmmss or +hh:mm:ss (or the same with '-') at the start of *S, and moves *S
 * past it. Returns 0 and sets *OFFSET, in seconds east of UTC; -1 for any other text. */
int offset_read(struct span *s, int32_t *offset) MUST_USE;
#endif
