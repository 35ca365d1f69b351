/* fired_windows.h -- the windows of slices that have fired and may fire again, and the revisions of their rows.
 *
 * The rows that a window has written are not kept. Only their number is kept, for each key whose row was written more
 * than once. */
#ifndef AGG_STORE_FIRED_WINDOWS_H
#define AGG_STORE_FIRED_WINDOWS_H
#include "sp-agg/store/window_list.h"
#include "state/save.h"

struct fired_windows {
	struct group_budget *budget; /* borrowed */
	struct window_list list;     /* each item is a struct fired_window, owned */
};

struct fired_window; /* fired_windows.c */

/* Makes F empty. Its memory is counted in BUDGET, which is borrowed. */
void fired_windows_init(struct fired_windows *f, struct group_budget *budget);
void fired_windows_release(struct fired_windows *f);

/* Returns the entry of the window B. If there is none, makes an entry that says that B fired after the events with
 * arrival numbers below SEQ. The entry is valid until it is dropped. Returns NULL with E set if it fails. */
struct fired_window *fired_windows_get(struct fired_windows *f, struct bounds b, uint64_t seq, struct err *e) MUST_USE;
/* Returns the number of times that the row of KEY was written for the window W, and counts one more. FIRST is the
 * arrival number of the group's first event: if that event came before the window fired, the row was written then.
 * Returns -1 with E set if it fails. */
int64_t fired_windows_revision(const struct fired_windows *f, struct fired_window *w, struct span key, uint64_t first,
	struct err *e) MUST_USE;
/* Sets *B to the bounds of the first window. Returns false if there is none. */
bool fired_windows_first(const struct fired_windows *f, struct bounds *b);
/* Removes the first window. There must be one. */
void fired_windows_drop_first(struct fired_windows *f);

void fired_windows_save(const struct fired_windows *f, struct save *s);
/* Adds what fired_windows_save() wrote to F, which must be empty. Returns 0; L may have failed then. Returns -1 with E
 * set if memory is exhausted or a limit is exceeded. */
int fired_windows_load(struct fired_windows *f, struct load *l, struct err *e) MUST_USE;
#endif
