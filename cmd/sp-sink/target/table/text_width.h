/* text_width.h -- makes text harmless for a terminal, and counts the columns that it takes.
 *
 * Widths are those of wcwidth(3) in a UTF-8 locale: 2 for CJK and emoji, 0 for combining marks. */
#ifndef SINK_TARGET_TABLE_TEXT_WIDTH_H
#define SINK_TARGET_TABLE_TEXT_WIDTH_H
#include "base/buf.h"

/* Makes wcwidth(3) know Unicode, whatever the user's locale is. Must be called once, before any function below. */
void text_width_init(void);
/* Appends TEXT. Escapes characters that would move the cursor or change the direction of writing, as JSON does (\n,
 * \u001b, \u202e). Bytes that are not UTF-8 become U+FFFD. Returns 0, or -1 if OUT is full. */
int text_width_show(struct span text, struct buf *out) MUST_USE;
/* Returns the columns that TEXT, from text_width_show(), takes. */
size_t text_width_of(struct span text);
/* Returns the number of bytes of the longest beginning of TEXT that takes at most COLUMNS. Sets *TAKEN to the columns
 * that this beginning takes. */
size_t text_width_cut(struct span text, size_t columns, size_t *taken);
#endif
