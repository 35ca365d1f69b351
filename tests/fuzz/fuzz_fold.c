/* fuzz_fold.c -- adding, merging, saving and loading with any events.
 *
 * The first byte of the input selects a column. Each line after it is an event, whose first byte selects the one of
 * three states that gets it, its event time, and whether the state is then saved and loaded; a fourth state gets all
 * events. The three states, merged, must give the same bytes as the fourth, and these must be JSON if the events were. A
 * state that is loaded must be saved as the same bytes again. */
#include "fold/fold.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PARTS = 3, EVENTS_MAX = 200 };

struct run {
	struct fold f;
	struct exprs *x;
	struct json_checker checker;
	struct pool pools[PARTS + 1]; /* of the states; the last state has all events */
	void *states[PARTS + 1];
	bool valid; /* all events added so far are JSON */
};

static void must(bool c)
{
	if (!c)
		abort();
}

static int save_write(void *arg, const void *p, size_t n, struct err *e)
{
	return buf_add(arg, p, n) < 0 ? err_oom(e, "a test") : 0;
}

/* Saves state number I into OUT, which the caller releases. */
static void save(const struct run *r, int i, struct buf *out)
{
	struct err e = ERR_INIT;
	struct save s;
	buf_init(out, FOLD_RESULT_MAX);
	must(save_init(&s, save_write, out, &e) == 0);
	r->f.type->save(&r->f, r->states[i], &r->pools[i], &s);
	must(s.bytes > 0 && save_finish(&s, &e) == 0);
	save_release(&s);
}

/* Replaces state number I by what is loaded from its saved bytes. */
static void reload(struct run *r, int i)
{
	struct buf bytes, again;
	struct err e = ERR_INIT;
	save(r, i, &bytes);
	if (r->f.type->release)
		r->f.type->release(&r->f, r->states[i], &r->pools[i]);
	pool_release(&r->pools[i]);
	fold_init(&r->f, r->states[i]);
	struct load l = load_from(buf_span(&bytes));
	must(r->f.type->load(&r->f, r->states[i], &r->pools[i], &l) == 0 && load_finish(&l, &e) == 0);
	save(r, i, &again);
	must(span_eq(buf_span(&bytes), buf_span(&again)));
	buf_release(&bytes);
	buf_release(&again);
}

/* Adds event number SEQ, unless it is one that sp-agg would reject. */
static void fold_event(struct run *r, struct span line, uint64_t seq)
{
	struct err e;
	struct value args[FOLD_ARGS] = { 0 }, where;
	unsigned kind = (unsigned char)line.p[0];
	struct span event = { line.p + 1, line.n - 1 };
	const char *why;
	size_t at;
	bool valid = json_check(&r->checker, event, &at, &why) == 0;
	if (exprs_event(r->x, event, &e) < 0)
		return;
	for (int i = 0; i < FOLD_ARGS; i++)
		if (r->f.args[i] >= 0 && exprs_eval(r->x, r->f.args[i], &args[i], &e) < 0)
			return;
	if (r->f.where >= 0 && (exprs_eval(r->x, r->f.where, &where, &e) < 0 || !value_true(&where)))
		return;
	if (r->f.type->check && r->f.type->check(&r->f, args, &e) < 0)
		return;
	r->valid = r->valid && valid;
	int64_t ts = kind / PARTS % 8 * 1000;
	unsigned part = kind % PARTS;
	must(r->f.type->add(&r->f, r->states[part], &r->pools[part], args, ts, seq) == 0);
	must(r->f.type->add(&r->f, r->states[PARTS], &r->pools[PARTS], args, ts, seq) == 0);
	if (kind / PARTS / 8 % 4 == 3)
		reload(r, (int)part);
}

static void result(const struct run *r, int i, struct buf *out)
{
	buf_init(out, FOLD_RESULT_MAX);
	must(r->f.type->result(&r->f, r->states[i], &r->pools[i], out) == 0);
}

/* Merges the parts, and compares the result with that of all events. */
static void compare(struct run *r)
{
	struct buf whole, merged;
	const char *end, *why;
	size_t at;
	must(r->f.type->merge(&r->f, r->states[1], &r->pools[1], r->states[0], &r->pools[0]) == 0);
	reload(r, 1);
	must(r->f.type->merge(&r->f, r->states[2], &r->pools[2], r->states[1], &r->pools[1]) == 0);
	result(r, PARTS, &whole);
	result(r, 2, &merged);
	must(span_eq(buf_span(&whole), buf_span(&merged)));
	if (r->valid)
		must(json_check_value(buf_span(&whole), JSON_DEPTH_MAX + 2, &end, &at, &why) == 0 &&
			end == whole.p + whole.n);
	buf_release(&whole);
	buf_release(&merged);
}

/* Adds the events from P to END, then compares. */
static void events(struct run *r, const char *p, const char *end)
{
	for (int i = 0; i <= PARTS; i++) {
		pool_init(&r->pools[i]);
		r->states[i] = malloc(r->f.type->state_size);
		must(r->states[i] != NULL);
		fold_init(&r->f, r->states[i]);
	}
	for (uint64_t seq = 0; p < end && seq < EVENTS_MAX; seq++) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		struct span line = { p, (size_t)((newline ? newline : end) - p) };
		if (line.n > 1)
			fold_event(r, line, seq);
		p += line.n + 1;
	}
	compare(r);
	for (int i = 0; i <= PARTS; i++) {
		if (r->f.type->release)
			r->f.type->release(&r->f, r->states[i], &r->pools[i]);
		free(r->states[i]);
		pool_release(&r->pools[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const columns[] = { "n=count(.x) where .y", "n=sum(.x)", "n=avg(.x)", "n=var(.x)",
		"n=stddev(.x)", "n=min(.y)", "n=max(.x)", "n=first(.y)", "n=last(.x)", "n=any(.y)", "n=arg_min(.y, .x)",
		"n=arg_max(.x, .y)", "n=count_distinct(.y)", "n=approx_distinct(.x)", "n=quantile(.x, 0.93)",
		"n=median(.x)", "n=approx_quantile(.x, 0.5)", "n=topk(.y, 2)", "n=histogram(.x, -1, 1.5, 7)",
		"n=collect(.y)", "n=collect_set(.y)", "n=rate(.x)", "n=delta(.x)", "n=sum(.x) where .x > 0",
		"n=duration" };
	enum { COLUMNS = sizeof columns / sizeof columns[0] };
	struct err e;
	struct run r = { .valid = true };
	if (size == 0)
		return 0;
	/* in a block of its own, so that the sanitizer notices reading past its end */
	char *lines = malloc(size);
	r.x = exprs_new(&e);
	must(lines && r.x && json_checker_init(&r.checker, &e) == 0);
	memcpy(lines, data + 1, size - 1);
	must(fold_parse(&r.f, columns[data[0] % COLUMNS], r.x, &e) == 0);
	events(&r, lines, lines + size - 1);
	fold_release(&r.f);
	json_checker_release(&r.checker);
	exprs_free(r.x);
	free(lines);
	return 0;
}
