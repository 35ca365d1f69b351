/* test_merge.c -- the merge by event time against a plain one that looks at everything anew for each record: the same
 * order however many records come at a time, every byte of them, and nothing lost when sources have nothing for now. */
#include "sp-capture/merge.h"
#include "check.h"
#include "random.h"
#include <stdlib.h>

enum { SOURCES = 7, MOST = 2500, LONGEST = 60000 };

struct source {
	struct {
		int64_t ms;
		size_t n;
	} records[MOST];
	size_t count, given, taken;
};
static struct source sources[SOURCES];
static char text[LONGEST + SOURCES + MOST];

struct feed {
	size_t chunk;    /* records at a time, at most */
	unsigned pauses; /* one time of so many, there is nothing; 0: there always is */
	bool end_with_records;
};

/* What record NUMBER of source S says: a stretch of TEXT that begins where none other does. */
static struct span bytes_of(size_t s, size_t number)
{
	return (struct span){ text + s + number, sources[s].records[number].n };
}

static enum next fill(void *arg, struct merge *m, size_t s, struct err *e)
{
	const struct feed *f = arg;
	struct source *source = &sources[s];
	if (f->pauses > 0 && random_next() % f->pauses == 0)
		return NEXT_LATER;
	if (source->given == source->count)
		return NEXT_END;
	for (size_t i = 0; i < f->chunk && source->given < source->count; i++) {
		struct span b = bytes_of(s, source->given);
		size_t cut = b.n / 3; /* in two parts, the second of them empty at times */
		if (merge_push(m, s, source->records[source->given].ms,
			    (struct span[]){ { b.p, b.n - cut }, { b.p + b.n - cut, cut } }, 2, e) < 0)
			return NEXT_ERROR;
		source->given++;
	}
	return f->end_with_records && source->given == source->count ? NEXT_END : NEXT_EVENT;
}

/* Where a source stands: the oldest of its next records, as merge.h says. */
static int64_t stand(const struct source *s)
{
	int64_t least = INT64_MAX;
	size_t timed = 0, ahead = 0;
	for (size_t i = s->taken; i < s->count && timed < MERGE_RECORDS && (ahead < MERGE_BYTES || i == s->taken);
		i++) {
		ahead += s->records[i].n;
		if (s->records[i].ms == MERGE_NO_TIME)
			continue;
		timed++;
		least = s->records[i].ms < least ? s->records[i].ms : least;
	}
	return timed > 0 ? least : INT64_MIN;
}

static size_t furthest_back(size_t count)
{
	size_t best = count;
	for (size_t s = 0; s < count; s++)
		if (sources[s].taken < sources[s].count &&
			(best == count || stand(&sources[s]) < stand(&sources[best])))
			best = s;
	return best;
}

static void make(size_t count)
{
	for (size_t s = 0; s < count; s++) {
		sources[s] = (struct source){ .count = random_next() % 8 == 0 ? 0 : random_next() % MOST };
		unsigned kind = (unsigned)(random_next() % 4);
		for (size_t i = 0; i < sources[s].count; i++) {
			int64_t ms = (int64_t)(i / 4 * 10 + random_next() % 500);
			if (random_next() % 150 == 0)
				ms -= 100000; /* a bad clock */
			bool timed = random_next() % (kind == 0 ? 3 : 50) != 0;
			sources[s].records[i].ms = timed ? ms : MERGE_NO_TIME;
			sources[s].records[i].n = 1 +
				random_next() % (kind == 1 && random_next() % 9 == 0 ? LONGEST : 400);
		}
	}
}

/* One run over COUNT sources. With PAUSES the order is not known, but within a source. */
static void run(size_t count, struct feed f)
{
	struct err e = ERR_INIT;
	struct merge *m = merge_new(count, (struct merge_callbacks){ &f, fill, NULL, 0 }, &e);
	size_t s, wrong = 0, left = 0;
	struct span b;
	enum next r;
	if (!CHECK(m != NULL))
		return;
	while ((r = merge_next(m, &s, &b, &e)) == NEXT_EVENT || r == NEXT_LATER) {
		if (r == NEXT_LATER)
			continue;
		wrong += f.pauses == 0 && s != furthest_back(count);
		struct span want = bytes_of(s, sources[s].taken++);
		wrong += b.n != want.n || memcmp(b.p, want.p, want.n) != 0;
	}
	for (s = 0; s < count; s++) {
		left += sources[s].count - sources[s].taken;
		sources[s].taken = sources[s].given = 0;
	}
	CHECK_EQ(r, NEXT_END);
	CHECK_EQ(wrong, 0);
	CHECK_EQ(left, 0);
	merge_free(m);
}

int main(void)
{
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)random_next();
	for (size_t round = 0; round < 2 * SOURCES; round++) {
		size_t count = 1 + round % SOURCES;
		make(count);
		run(count, (struct feed){ 1, 0, false });
		run(count, (struct feed){ 7, 0, true });
		run(count, (struct feed){ 256, 0, false });
		run(count, (struct feed){ 3000, 0, true });
		run(count, (struct feed){ 256, 4, false });
		run(count, (struct feed){ 3, 2, true });
	}
	return check_end();
}
