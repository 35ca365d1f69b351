/* text_width.h -- text on a terminal: how many columns it takes, and making it harmless.
 *
 * Widths are wcwidth(3)'s in a UTF-8 locale: 2 for CJK and emoji, 0 for combining marks. What would move the
 * cursor or turn the direction of writing is shown as JSON escapes it: \n, \u001b, \u202e. */
#ifndef SINK_TARGET_TABLE_TEXT_WIDTH_H
#define SINK_TARGET_TABLE_TEXT_WIDTH_H
#include "base/buf.h"

/* Makes wcwidth(3) know Unicode, whatever the user's locale. Call once. */
void text_width_init(void);
/* Appends TEXT (UTF-8) in its harmless form. -1: full. */
int text_width_show(struct span text, struct buf *out) MUST_USE;
/* Columns that TEXT takes, which text_width_show() wrote. */
size_t text_width_of(struct span text);
/* Bytes of the longest beginning of TEXT that takes at most COLUMNS; *TAKEN is what it takes. */
size_t text_width_cut(struct span text, size_t columns, size_t *taken);
#endif
