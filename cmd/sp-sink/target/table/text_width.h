/* text_width.h -- text on a terminal: made harmless, and how many columns it takes.
 *
 * Widths are those of wcwidth(3) in a UTF-8 locale: 2 for CJK and emoji, 0 for combining marks. */
#ifndef SINK_TARGET_TABLE_TEXT_WIDTH_H
#define SINK_TARGET_TABLE_TEXT_WIDTH_H
#include "base/buf.h"

/* Makes wcwidth(3) know Unicode, whatever the user's locale is. To be called once, before the others. */
void text_width_init(void);
/* Appends TEXT with the characters escaped, as JSON does (\n, \u001b, \u202e), that would move the cursor or turn the
 * direction of writing. Bytes that are not UTF-8 become U+FFFD. Returns -1 when OUT is full. */
int text_width_show(struct span text, struct buf *out) MUST_USE;
/* Returns the columns that TEXT, from text_width_show(), takes. */
size_t text_width_of(struct span text);
/* Returns the number of bytes of the longest beginning of TEXT that takes at most COLUMNS; *TAKEN is what it takes. */
size_t text_width_cut(struct span text, size_t columns, size_t *taken);
#endif
