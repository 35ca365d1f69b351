/* slips.c -- reports mistakes in expressions that show only when events are read, such as a field that no event has.
 *
 * Equal expressions have the same number. So an expression that is used several times is reported once, for its first
 * use. */
#include "sp-agg/slips.h"
#include "program/slips.h"

enum { USES_MAX = KEYS_MAX + FOLDS_MAX * (FOLD_ARGS + 1) };

/* Appends USE to the COUNT uses in LIST. Does nothing if USE has no expression (its number is -1), or if LIST has a use
 * of the same expression already. Returns the new number of uses. */
static size_t add_use(struct slip_use *list, size_t count, const struct slip_use *use)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].number == use->number)
			return count;
	if (use->number >= 0)
		list[count++] = *use;
	return count;
}

/* Fills LIST with the expressions of the keys, arguments and conditions of P, each of them once. Keys come first, then
 * functions, in the order of the columns. Returns the number of elements in LIST. */
static size_t list_uses(const struct plan *p, struct slip_use list[USES_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < p->key_count; i++)
		n = add_use(list, n, &(struct slip_use){ p->x, p->keys[i].expr, "--by", NULL });
	for (size_t i = 0; i < p->folds.fold_count; i++) {
		const struct fold *f = &p->folds.folds[i];
		for (size_t a = 0; a < FOLD_ARGS; a++)
			n = add_use(list, n, &(struct slip_use){ p->x, f->args[a], "", f->text });
		n = add_use(list, n, &(struct slip_use){ p->x, f->where, "where", NULL });
	}
	return n;
}

void slips_report(const struct plan *p)
{
	struct slip_use list[USES_MAX];
	size_t n = list_uses(p, list);
	for (size_t i = 0; i < n; i++)
		slips_print(&list[i]);
}

void slips_add(const struct plan *p, struct buf *out)
{
	struct slip_use list[USES_MAX];
	size_t n = list_uses(p, list);
	for (size_t i = 0; i < n && !slips_describe(&list[i], out); i++) {
	}
}
