/* sum.c -- sums that do not depend on the order of what is added while they stay exact. */
#include "text/number_parts.h"
#include <float.h>
#include <math.h>

/* One step of Neumaier's sum: what the addition loses goes into LOW. */
static void add_real(struct sum *s, double v)
{
	double t = s->high + v;
	if (isinf(t)) { /* stays at the largest number, as jq's numbers do */
		s->high = t < 0 ? -DBL_MAX : DBL_MAX;
		s->low = 0;
		return;
	}
	if (fabs(s->high) >= fabs(v))
		s->low += (s->high - t) + v;
	else
		s->low += (v - t) + s->high;
	s->high = t;
}

static void leave_exact(struct sum *s)
{
	if (s->real)
		return;
	s->high = num_double((struct num){ .exact = true, .scale = s->scale, .coef = s->coef });
	s->low = 0;
	s->coef = 0;
	s->scale = 0;
	s->real = true;
}

/* True if COEF x 10^-SCALE went into the exact sum. */
static bool add_exact(struct sum *s, i128 coef, uint8_t scale)
{
	if (scale < s->scale) {
		if (num_scale_up(&coef, (unsigned)(s->scale - scale)))
			return false;
	} else if (scale > s->scale) {
		if (num_scale_up(&s->coef, (unsigned)(scale - s->scale)))
			return false;
		s->scale = scale;
	}
	i128 v;
	if (__builtin_add_overflow(s->coef, coef, &v) || v < -NUM_COEF_MAX)
		return false;
	s->coef = v;
	return true;
}

void sum_add(struct sum *s, struct num v)
{
	if (!s->real && v.exact && add_exact(s, v.coef, v.scale))
		return;
	leave_exact(s);
	add_real(s, num_double(v));
}

void sum_merge(struct sum *into, const struct sum *from)
{
	if (!from->real) {
		sum_add(into, (struct num){ .exact = true, .scale = from->scale, .coef = from->coef });
		return;
	}
	leave_exact(into);
	add_real(into, from->high);
	add_real(into, from->low);
}

struct num sum_value(const struct sum *s)
{
	if (s->real)
		return num_from_double(s->high + s->low);
	/* adding zero takes the trailing zeros out */
	return num_add((struct num){ .exact = true, .scale = s->scale, .coef = s->coef }, num_from_i64(0));
}
