/* configuration.h -- what the state of sp-agg depends on, as text in a checkpoint.
 *
 *	--by: .country, city=.geo.city
 *	columns: n=count, total=sum(.amount)
 *	--emit: close
 *	--count: none
 *	--overflow: error
 *	--top: none
 *
 * Two runs with equal texts can use each other's state. Limits and the paths of files are not in it. The windows are
 * not in it either, because sp-agg learns them from the stream: control_lines.c compares them. */
#ifndef AGG_CONFIGURATION_H
#define AGG_CONFIGURATION_H
#include "sp-agg/config.h"
#include "window/windowing.h"

/* Appends the text for C and P to OUT. Returns 0, or -1 with E set (EX_OSERR). */
int configuration_write(const struct config *c, const struct plan *p, struct buf *out, struct err *e) MUST_USE;
/* Appends the windows W in words, such as "hopping 1h every 10m", to OUT. Appends "none" if W is NULL. */
void configuration_windows(const struct windowing *w, struct buf *out);
/* Decides whether --upgrade can use state of the configuration OLD under NOW. The columns and --top may differ. Returns
 * 0, or -1 with E set (EX_DATAERR) to a message that names the line that differs. OPEN says what is open, in words. */
int configuration_upgrade(struct span old, struct span now, const char *open, struct err *e) MUST_USE;
#endif
