/* intake.h -- lines become control, rejects, or events in a store. */
#ifndef AGG_INTAKE_H
#define AGG_INTAKE_H
#include "sp-agg/agg.h"

/* One line of the input. 0, also when it was rejected; -1: E, the run ends. */
int intake_line(struct agg *a, const struct line *line, struct err *e) MUST_USE;
/* The input is over: fires what is open. */
int intake_end(struct agg *a, struct err *e) MUST_USE;
/* Rows that changed since the last call (--emit DUR). */
int intake_emit_changed(struct agg *a, struct err *e) MUST_USE;
/* Puts the events that wait into their groups: before anything else happens, and before the reader's buffer, where
 * their text is, changes. */
int intake_flush(struct agg *a, struct err *e) MUST_USE;
int intake_init(struct agg *a, struct err *e) MUST_USE;
void intake_release(struct agg *a);

/* ---- values.c ---- */

/* Expression EXPR of the current event; TEXT is what exprs_text() gave for it. */
static inline int value_eval(struct exprs *x, int expr, const struct span *text, struct value *out, struct err *e)
{
	if (!text || !text->p || json_type(*text) == JSON_MISSING)
		return exprs_eval(x, expr, out, e);
	out->type = json_type(*text);
	out->is_num = false;
	out->text = *text;
	return 0;
}

/* Finds out which expressions are paths, and which functions are to be asked. To be called once all are known. */
void values_init(struct config *c);

/* Reads the key, arguments and time of the current event. 1: E says why it is rejected; *KIND groups such. */
int values_read(struct agg *a, const char **kind, struct err *e) MUST_USE;
/* Do they stay good when the next event is read? */
bool values_last(const struct agg *a);

/* ---- keys.c ---- */

/* The grouping key of the current event into a->ev: canonical JSON of each key, joined by newlines, which no
 * JSON value holds, so that equal keys, and only they, have equal bytes. -1: E (EX_DATAERR). */
int keys_make(struct agg *a, struct err *e) MUST_USE;
/* The key of the group that takes what is over --max-keys: no JSON value looks like it. */
#define KEY_OTHER SPAN("\n")
#endif
