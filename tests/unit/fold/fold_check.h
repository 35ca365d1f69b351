/* fold_check.h -- runs a function over events and checks its result.
 *
 * The functions' main promise is checked for every case: the events in random parts, merged in random order, give the
 * same bytes as all events in one state. */
#ifndef FOLD_FOLD_CHECK_H
#define FOLD_FOLD_CHECK_H
#include "fold/fold_state.h"
#include "random.h"

enum { EVENTS_MAX = 400, PARTS_MAX = 5 };

/* One row of a table: FOLD ("sum(.x)") over events whose .x are VALUES, separated by spaces. */
struct fold_case {
	const char *fold, *values, *want;
};

static inline void fold_result(const struct fold *f, struct state *s, struct buf *out)
{
	buf_reset(out);
	CHECK(f->type->result(f, s->at, &s->pool, out) == 0);
	CHECK(buf_string(out) != NULL);
}

/* A result that does not fit is a failure, and never a text with a piece missing. */
static inline void check_small_buffers(const struct fold *f, struct state *s, size_t whole)
{
	for (size_t max = whole > 200 ? whole - 200 : 0; max < whole; max++) {
		struct buf small;
		buf_init(&small, max);
		CHECK(f->type->result(f, s->at, &s->pool, &small) < 0);
		buf_release(&small);
	}
}

static inline void check_merges(const struct fold *f, struct exprs *x, const struct event *events, int n,
	const char *whole)
{
	struct buf out;
	struct err e = ERR_INIT;
	buf_init(&out, FOLD_RESULT_MAX);
	for (int round = 0; round < 6; round++) {
		struct state parts[PARTS_MAX];
		int left[PARTS_MAX]; /* the parts that are not merged into another yet */
		for (int i = 0; i < PARTS_MAX; i++) {
			state_init(&parts[i], f);
			left[i] = i;
		}
		for (int i = 0; i < n; i++)
			feed(&parts[random_below(PARTS_MAX)], f, x, &events[i], (uint64_t)i, &e);
		for (int count = PARTS_MAX; count > 1; count--) {
			unsigned i = random_below((unsigned)count);
			const struct state *from = &parts[left[i]];
			left[i] = left[count - 1];
			struct state *into = &parts[left[random_below((unsigned)count - 1)]];
			CHECK(f->type->merge(f, into->at, &into->pool, from->at, &from->pool) == 0);
		}
		fold_result(f, &parts[left[0]], &out);
		if (!CHECK(strcmp(out.p, whole) == 0))
			fprintf(stderr, "\tmerged '%.200s', in one state '%.200s'\n", out.p, whole);
		for (int i = 0; i < PARTS_MAX; i++)
			state_free(&parts[i], f);
	}
	buf_release(&out);
}

/* Checks that TEXT ("sum(.x)") over EVENTS gives WANT, or, if WANT is NULL, that parts give the same as the whole. */
static inline void check_fold(const char *text, const struct event *events, int n, const char *want)
{
	struct err e = ERR_INIT;
	struct exprs *x = exprs_new(&e);
	struct fold f;
	struct state s;
	struct buf out;
	char line[300];
	CHECK_ROW("%s", text);
	snprintf(line, sizeof line, "x=%s", text);
	if (!CHECK(fold_parse(&f, line, x, &e) == 0)) {
		fprintf(stderr, "\t%s\n", e.msg);
		exprs_free(x);
		return;
	}
	buf_init(&out, FOLD_RESULT_MAX);
	state_init(&s, &f);
	for (int i = 0; i < n; i++)
		feed(&s, &f, x, &events[i], (uint64_t)i, &e);
	fold_result(&f, &s, &out);
	if (want)
		CHECK_STR(out.p, want);
	check_small_buffers(&f, &s, out.n);
	check_merges(&f, x, events, n, out.p);
	state_free(&s, &f);
	fold_release(&f);
	exprs_free(x);
	buf_release(&out);
}

/* Makes events, a second apart, of the values in LIST: {"x":VALUE,"i":NUMBER}. Returns how many. */
static inline int events_of(const char *list, struct event *events, char *memory, size_t room)
{
	int n = 0;
	size_t used = 0;
	while (*list && n < EVENTS_MAX) {
		size_t len = strcspn(list, " ");
		int wrote = snprintf(memory + used, room - used, "{\"x\":%.*s,\"i\":%d}", (int)len, list, n);
		events[n] = (struct event){ 1000 * n, memory + used };
		used += (size_t)wrote + 1;
		n++;
		list += len + strspn(list + len, " ");
	}
	return n;
}

static inline void check_cases(const struct fold_case *cases, size_t count)
{
	struct event events[EVENTS_MAX];
	static char memory[1 << 16];
	for (size_t i = 0; i < count; i++) {
		CHECK_ROW("values %s", cases[i].values);
		int n = events_of(cases[i].values, events, memory, sizeof memory);
		check_fold(cases[i].fold, events, n, cases[i].want);
	}
}
#endif
