/* ddsketch.c -- quantiles by logarithmic bins. */
#include "state/ddsketch.h"
#include <math.h>

enum { STEP = 32 }; /* bins are added in such groups, so that few blocks are moved */

static const double gamma_ = (1 + DDSKETCH_ERROR) / (1 - DDSKETCH_ERROR);

static int32_t bin_of(double size)
{
	return (int32_t)ceil(log(size) / log(gamma_));
}

/* The value of bin I with the least relative error. */
static double value_of(int32_t i)
{
	return 2 * exp(i * log(gamma_)) / (gamma_ + 1);
}

static int32_t floor_step(int32_t i)
{
	return (i >= 0 ? i : i - STEP + 1) / STEP * STEP;
}

/* The bin that stands for all below it. */
static int32_t lowest(int32_t top)
{
	return top - DDSKETCH_BINS + 1;
}

/* Makes room for the bins from that of LOW to that of HIGH; what is below the lowest for HIGH goes into that. */
static int extend(struct ddsketch_bins *b, struct pool *pool, int32_t low, int32_t high)
{
	int32_t first = floor_step(low), end = floor_step(high) + STEP;
	if (b->count) {
		if (first >= b->first && end <= b->first + (int32_t)b->count)
			return 0;
		first = b->first < first ? b->first : first;
		end = b->first + (int32_t)b->count > end ? b->first + (int32_t)b->count : end;
	}
	int32_t least = floor_step(lowest(high));
	first = first < least ? least : first;
	pool_ref ref = pool_zalloc(pool, (size_t)(end - first) * sizeof(uint64_t));
	if (!ref)
		return -1;
	uint64_t *to = pool_at(pool, ref);
	const uint64_t *from = b->ref ? pool_at(pool, b->ref) : NULL;
	for (uint32_t i = 0; i < b->count; i++) {
		int32_t bin = b->first + (int32_t)i;
		to[(bin < lowest(high) ? lowest(high) : bin) - first] += from[i];
	}
	pool_free(pool, b->ref, b->count * sizeof(uint64_t));
	*b = (struct ddsketch_bins){ ref, first, (uint32_t)(end - first), b->top, 0 };
	return 0;
}

static int add(struct ddsketch_bins *b, struct pool *pool, int32_t bin, uint64_t n)
{
	int32_t top = b->count && b->top > bin ? b->top : bin;
	if (bin < lowest(top))
		bin = lowest(top);
	if (extend(b, pool, bin, top) < 0)
		return -1;
	uint64_t *counts = pool_at(pool, b->ref);
	counts[bin - b->first] += n;
	b->top = top;
	return 0;
}

int ddsketch_add(struct ddsketch *d, struct pool *pool, double v)
{
	if (v == 0)
		d->zeros++;
	else if (add(v > 0 ? &d->positive : &d->negative, pool, bin_of(fabs(v)), 1) < 0)
		return -1;
	if (d->n == 0 || v < d->least)
		d->least = v;
	if (d->n == 0 || v > d->greatest)
		d->greatest = v;
	d->n++;
	return 0;
}

static int merge_bins(struct ddsketch_bins *into, struct pool *pool, const struct ddsketch_bins *from,
	const struct pool *from_pool)
{
	const uint64_t *counts = from->count ? pool_at(from_pool, from->ref) : NULL;
	for (uint32_t i = from->count; i-- > 0;)
		if (counts[i] && add(into, pool, from->first + (int32_t)i, counts[i]) < 0)
			return -1;
	return 0;
}

int ddsketch_merge(struct ddsketch *into, struct pool *pool, const struct ddsketch *from, const struct pool *from_pool)
{
	if (merge_bins(&into->positive, pool, &from->positive, from_pool) < 0 ||
		merge_bins(&into->negative, pool, &from->negative, from_pool) < 0)
		return -1;
	if (from->n && (into->n == 0 || from->least < into->least))
		into->least = from->least;
	if (from->n && (into->n == 0 || from->greatest > into->greatest))
		into->greatest = from->greatest;
	into->n += from->n;
	into->zeros += from->zeros;
	return 0;
}

/* The value of bin number I of B: what is below the lowest counts as that, whether it was moved yet or not. */
static double value_at(const struct ddsketch_bins *b, uint32_t i)
{
	int32_t bin = b->first + (int32_t)i;
	return value_of(bin < lowest(b->top) ? lowest(b->top) : bin);
}

/* The value at RANK, when the bins of B are walked from far below zero up. */
static double walk(const struct ddsketch *d, const struct pool *pool, double rank)
{
	double seen = 0;
	const uint64_t *counts = d->negative.count ? pool_at(pool, d->negative.ref) : NULL;
	for (uint32_t i = d->negative.count; i-- > 0;)
		if ((seen += (double)counts[i]) > rank)
			return -value_at(&d->negative, i);
	if ((seen += (double)d->zeros) > rank)
		return 0;
	counts = d->positive.count ? pool_at(pool, d->positive.ref) : NULL;
	for (uint32_t i = 0; i < d->positive.count; i++)
		if ((seen += (double)counts[i]) > rank)
			return value_at(&d->positive, i);
	return d->greatest;
}

double ddsketch_quantile(const struct ddsketch *d, const struct pool *pool, double p)
{
	double rank = floor(p * (double)(d->n - 1));
	if (rank <= 0)
		return d->least;
	if (rank >= (double)(d->n - 1))
		return d->greatest;
	double v = walk(d, pool, rank);
	return v < d->least ? d->least : v > d->greatest ? d->greatest : v;
}

void ddsketch_release(struct ddsketch *d, struct pool *pool)
{
	pool_free(pool, d->positive.ref, d->positive.count * sizeof(uint64_t));
	pool_free(pool, d->negative.ref, d->negative.count * sizeof(uint64_t));
	*d = (struct ddsketch){ 0 };
}
