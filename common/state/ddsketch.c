/* ddsketch.c -- quantiles by logarithmic bins.
 *
 * With gamma = (1 + e) / (1 - e), where e is DDSKETCH_ERROR, a value x > 0 is counted in bin ceil(log x / log gamma).
 * The values of a bin differ by the factor gamma at most. So one estimate serves for all values of
 * the bin: the relative error of value_of() is e at most for each of them. Negative values have bins of their own, by
 * absolute value. Zeros have no bin; they are only counted. A quantile is found by adding up the counts of the bins in
 * the order of their values.
 *
 * The top is the greatest bin in use. The lowest bin is the one DDSKETCH_BINS - 1 below the top; it also counts all
 * smaller values. When the top rises, the lowest bin rises as well, but counts may stay in bins below it until the
 * block is allocated again. Functions that read bins treat those counts as counts of the lowest bin. So an estimate
 * does not depend on the order in which values were added. */
#include "state/ddsketch.h"
#include <math.h>

/* Bins are allocated in groups of this size, so that a block seldom grows. */
enum { GROUP = 32 };

/* The ratio of the upper edge of a bin to its lower edge. The paper calls it gamma. */
static const double bin_ratio = (1 + DDSKETCH_ERROR) / (1 - DDSKETCH_ERROR);

/* Returns the bin of the values whose absolute value is SIZE. */
static int32_t bin_of(double size)
{
	return (int32_t)ceil(log(size) / log(bin_ratio));
}

/* Returns the estimate for the values of bin I. Its relative error is DDSKETCH_ERROR at both edges of the bin, and less
 * between them. */
static double value_of(int32_t i)
{
	return 2 * exp(i * log(bin_ratio)) / (bin_ratio + 1);
}

/* Returns the first bin of the group of I. */
static int32_t group_begin(int32_t i)
{
	return (i >= 0 ? i : i - GROUP + 1) / GROUP * GROUP;
}

/* Returns the lowest bin if TOP is the greatest bin in use. The lowest bin also counts all smaller values. */
static int32_t lowest_bin(int32_t top)
{
	return top - DDSKETCH_BINS + 1;
}

/* Makes room in B for the bins from LOW to HIGH. HIGH must be the top that B is about to get. If the block is too
 * small, a larger one is allocated, and counts below the lowest bin are moved into the lowest bin. Returns 0, or -1 if
 * memory is exhausted; B is then unchanged. */
static int bins_extend(struct ddsketch_bins *b, struct pool *pool, int32_t low, int32_t high)
{
	int32_t first = group_begin(low), end = group_begin(high) + GROUP;
	if (b->count) {
		if (first >= b->first && end <= b->first + (int32_t)b->count)
			return 0;
		first = b->first < first ? b->first : first;
		end = b->first + (int32_t)b->count > end ? b->first + (int32_t)b->count : end;
	}
	int32_t least = group_begin(lowest_bin(high));
	first = first < least ? least : first;
	pool_ref ref = pool_zalloc(pool, (size_t)(end - first) * sizeof(uint64_t));
	if (!ref)
		return -1;
	uint64_t *to = pool_at(pool, ref);
	const uint64_t *from = b->ref ? pool_at(pool, b->ref) : NULL;
	for (uint32_t i = 0; i < b->count; i++) {
		int32_t bin = b->first + (int32_t)i;
		to[(bin < lowest_bin(high) ? lowest_bin(high) : bin) - first] += from[i];
	}
	pool_free(pool, b->ref, b->count * sizeof(uint64_t));
	*b = (struct ddsketch_bins){ ref, first, (uint32_t)(end - first), b->top, 0 };
	return 0;
}

/* Adds N values to the bin BIN of B, or to the lowest bin if BIN is below the lowest bin. Returns 0, or -1 if memory is
 * exhausted. */
static int bins_add(struct ddsketch_bins *b, struct pool *pool, int32_t bin, uint64_t n)
{
	int32_t top = b->count && b->top > bin ? b->top : bin;
	if (bin < lowest_bin(top))
		bin = lowest_bin(top);
	if (bins_extend(b, pool, bin, top) < 0)
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
	else if (bins_add(v > 0 ? &d->positive : &d->negative, pool, bin_of(fabs(v)), 1) < 0)
		return -1;
	if (d->n == 0 || v < d->least)
		d->least = v;
	if (d->n == 0 || v > d->greatest)
		d->greatest = v;
	d->n++;
	return 0;
}

static int bins_merge(struct ddsketch_bins *into, struct pool *pool, const struct ddsketch_bins *from,
	const struct pool *from_pool)
{
	const uint64_t *counts = from->count ? pool_at(from_pool, from->ref) : NULL;
	/* Add the greatest bin first. It gives INTO its final top, so bins that are too low are never allocated. */
	for (uint32_t i = from->count; i-- > 0;)
		if (counts[i] && bins_add(into, pool, from->first + (int32_t)i, counts[i]) < 0)
			return -1;
	return 0;
}

int ddsketch_merge(struct ddsketch *into, struct pool *pool, const struct ddsketch *from, const struct pool *from_pool)
{
	if (bins_merge(&into->positive, pool, &from->positive, from_pool) < 0 ||
		bins_merge(&into->negative, pool, &from->negative, from_pool) < 0)
		return -1;
	if (from->n && (into->n == 0 || from->least < into->least))
		into->least = from->least;
	if (from->n && (into->n == 0 || from->greatest > into->greatest))
		into->greatest = from->greatest;
	into->n += from->n;
	into->zeros += from->zeros;
	return 0;
}

/* Returns the estimate for the values in the bin b->first + I. A bin below the lowest bin is treated as the lowest
 * bin. */
static double bins_value(const struct ddsketch_bins *b, uint32_t i)
{
	int32_t bin = b->first + (int32_t)i;
	return value_of(bin < lowest_bin(b->top) ? lowest_bin(b->top) : bin);
}

/* Returns the estimate for the value with rank RANK: the estimate of the first bin with which the sum of counts exceeds
 * RANK. Bins are visited in the order of their values: negative ones from the top down, then zeros, then positive ones
 * from the bottom up. */
static double value_of_rank(const struct ddsketch *d, const struct pool *pool, double rank)
{
	double seen = 0;
	const uint64_t *counts = d->negative.count ? pool_at(pool, d->negative.ref) : NULL;
	for (uint32_t i = d->negative.count; i-- > 0;)
		if ((seen += (double)counts[i]) > rank)
			return -bins_value(&d->negative, i);
	if ((seen += (double)d->zeros) > rank)
		return 0;
	counts = d->positive.count ? pool_at(pool, d->positive.ref) : NULL;
	for (uint32_t i = 0; i < d->positive.count; i++)
		if ((seen += (double)counts[i]) > rank)
			return bins_value(&d->positive, i);
	return d->greatest;
}

double ddsketch_quantile(const struct ddsketch *d, const struct pool *pool, double p)
{
	/* The least and the greatest value are known exactly. An estimate outside that range is moved into it. */
	double rank = floor(p * (double)(d->n - 1));
	if (rank <= 0)
		return d->least;
	if (rank >= (double)(d->n - 1))
		return d->greatest;
	double v = value_of_rank(d, pool, rank);
	return v < d->least ? d->least : v > d->greatest ? d->greatest : v;
}

void ddsketch_release(struct ddsketch *d, struct pool *pool)
{
	pool_free(pool, d->positive.ref, d->positive.count * sizeof(uint64_t));
	pool_free(pool, d->negative.ref, d->negative.count * sizeof(uint64_t));
	*d = (struct ddsketch){ 0 };
}

/* ---- saving and loading ---- */

/* Writes the number of bins from the lowest one in use to the top, the place of the lowest, and their counts. Counts
 * below the lowest bin are added to it, as they are everywhere. */
static void bins_save(const struct ddsketch_bins *b, const struct pool *pool, struct save *s)
{
	const uint64_t *counts = b->count ? pool_at(pool, b->ref) : NULL;
	int32_t low = b->first, least = lowest_bin(b->top);
	uint64_t below = 0;
	if (!b->count) {
		save_u64(s, 0);
		return;
	}
	for (; low < least || (below == 0 && counts[low - b->first] == 0); low++)
		if (low < least)
			below += counts[low - b->first];
	save_u64(s, (uint64_t)(b->top - low) + 1);
	save_i64(s, low);
	save_u64(s, below + counts[low - b->first]);
	save_counts(s, counts + (low - b->first) + 1, (size_t)(b->top - low));
}

void ddsketch_save(const struct ddsketch *d, const struct pool *pool, struct save *s)
{
	save_u64(s, d->n);
	if (d->n == 0)
		return;
	save_u64(s, d->zeros);
	save_double(s, d->least);
	save_double(s, d->greatest);
	bins_save(&d->positive, pool, s);
	bins_save(&d->negative, pool, s);
}

/* Loads bins, and takes their counts from *LEFT, the number of values that are not accounted for yet. Returns 0, or -1
 * if memory is exhausted. */
static int bins_load(struct ddsketch_bins *b, struct pool *pool, uint64_t *left, struct load *l)
{
	/* The bins of the smallest and of the greatest double are closer to 0 than this. */
	enum { BIN_MAX = 40000 };
	uint64_t n = load_max(l, DDSKETCH_BINS);
	if (n == 0)
		return 0;
	int64_t low = load_i64(l);
	if (low < -BIN_MAX || low > BIN_MAX - (int64_t)n) {
		load_fail(l, "a bin is out of range");
		return 0;
	}
	int64_t top = low + (int64_t)n - 1;
	if (bins_extend(b, pool, (int32_t)low, (int32_t)top) < 0)
		return -1;
	b->top = (int32_t)top;
	uint64_t *counts = (uint64_t *)pool_at(pool, b->ref) + (low - b->first);
	counts[0] = load_u64(l);
	load_counts(l, counts + 1, n - 1);
	for (uint64_t i = 0; i < n; i++) {
		if (counts[i] > *left)
			load_fail(l, "bins count too many values");
		*left -= counts[i];
	}
	if (counts[0] == 0 || counts[n - 1] == 0)
		load_fail(l, "the first or the last bin is empty");
	return 0;
}

int ddsketch_load(struct ddsketch *d, struct pool *pool, struct load *l)
{
	d->n = load_u64(l);
	if (d->n == 0)
		return 0;
	d->zeros = load_max(l, d->n);
	d->least = load_double(l);
	d->greatest = load_double(l);
	uint64_t left = d->n - d->zeros;
	if (bins_load(&d->positive, pool, &left, l) < 0 || bins_load(&d->negative, pool, &left, l) < 0)
		return -1;
	if (left || d->least > d->greatest)
		load_fail(l, "bins count too few values");
	return 0;
}
