/* saved_state.h -- saves states into memory and loads them again; random events with values of every kind. */
#ifndef FOLD_SAVED_STATE_H
#define FOLD_SAVED_STATE_H
#include "fold/fold_state.h"
#include "random.h"
#include "state/save.h"

static inline int saved_write(void *arg, const void *p, size_t n, struct err *e)
{
	return buf_add(arg, p, n) < 0 ? err_oom(e, "a test") : 0;
}

/* Begins to save into OUT, which need not be initialised. */
static inline void saved_begin(struct save *s, struct buf *out)
{
	struct err e = ERR_INIT;
	buf_init(out, (size_t)1 << 30);
	CHECK(save_init(s, saved_write, out, &e) == 0);
}

/* Passes on all bytes, and checks their number. */
static inline void saved_end(struct save *s, const struct buf *out)
{
	struct err e = ERR_INIT;
	CHECK(save_finish(s, &e) == 0);
	CHECK_EQ(s->bytes, out->n);
	save_release(s);
}

/* Saves S into OUT, which need not be initialised. */
static inline void state_save(const struct fold *f, const struct state *s, struct buf *out)
{
	struct save save;
	saved_begin(&save, out);
	f->type->save(f, s->at, &s->pool, &save);
	CHECK(save.bytes > 0);
	saved_end(&save, out);
}

/* Loads S, which need not be initialised, from BYTES. Returns true if all of them were read and they are not damaged. */
static inline bool state_load(const struct fold *f, struct state *s, struct span bytes)
{
	struct load l = load_from(bytes);
	struct err e = ERR_INIT;
	state_init(s, f);
	CHECK(f->type->load(f, s->at, &s->pool, &l) == 0);
	return load_finish(&l, &e) == 0;
}

/* Replaces S by what is loaded from its saved bytes. These are the same when the loaded state is saved again. */
static inline void state_reload(const struct fold *f, struct state *s)
{
	struct buf first, second;
	struct state loaded;
	state_save(f, s, &first);
	CHECK(state_load(f, &loaded, buf_span(&first)));
	state_save(f, &loaded, &second);
	CHECK(span_eq(buf_span(&first), buf_span(&second)));
	state_free(s, f);
	/* A struct pool may not be moved, so the state is loaded once more in its place. */
	CHECK(state_load(f, s, buf_span(&second)));
	state_free(&loaded, f);
	buf_release(&first);
	buf_release(&second);
}

/* The columns that the tests save and load: every function, some with a condition. */
static const char *const saved_columns[] = { "n=count", "n=count(.x) where .y", "n=sum(.x)", "n=avg(.x)", "n=var(.x)",
	"n=stddev(.x)", "n=min(.x)", "n=max(.y)", "n=arg_min(.y, .x)", "n=arg_max(.x, .y)", "n=first(.y)", "n=last(.x)",
	"n=any(.y)", "n=delta(.x)", "n=rate(.x)", "n=duration", "n=count_distinct(.y)", "n=approx_distinct(.y)",
	"n=quantile(.x, 0.93)", "n=median(.x)", "n=approx_quantile(.x, 0.5)", "n=topk(.y, 3)", "n=collect_set(.y)",
	"n=collect(.y)", "n=histogram(.x, -5, 40.5, 9)" };
enum { SAVED_COLUMNS = sizeof saved_columns / sizeof saved_columns[0] };

/* Appends a short text to P, and returns the end. */
__attribute__((format(printf, 2, 3))) static inline char *put(char *p, const char *format, ...)
{
	enum { PUT_MAX = 80 };
	va_list arguments;
	va_start(arguments, format);
	int n = vsnprintf(p, PUT_MAX, format, arguments);
	va_end(arguments);
	CHECK(n < PUT_MAX);
	return p + n;
}

/* Appends a random number to P, and returns the end. KINDS is how many kinds of numbers there are: 1 gives small
 * integers, 2 decimals as well, and so on up to 8, the doubles whose sums need all words. */
static inline char *random_number(char *p, unsigned kinds)
{
	int sign = (int)random_below(2) * 2 - 1;
	switch (random_below(kinds)) {
	case 0: return put(p, "%d", sign * (int)random_below(50));
	case 1: return put(p, "%d.%02u", sign * (int)random_below(50), random_below(100));
	case 2: return put(p, "%d.%u0", sign * (int)random_below(9), random_below(1000));
	case 3: return put(p, "%" PRId64, (int64_t)random_next());
	case 4:
		return put(p, "%" PRId64 "%" PRIu64 ".%u00", (int64_t)random_next(), random_next() >> 2,
			random_below(10));
	case 5:
		return put(p, "%d.%ue%d", sign * (int)random_below(9), random_below(1000),
			(int)random_below(600) - 300);
	case 6: return put(p, "%s0.%020u%u", sign < 0 ? "-" : "", random_below(1000), random_below(1000));
	default: return put(p, "%s", sign < 0 ? "-0" : random_below(2) ? "1e3" : "-1.7976931348623157e308");
	}
}

/* Appends any JSON value. */
static inline char *random_value(char *p)
{
	static const char *const fixed[] = { "null", "true", "false", "\"\"", "\"fourteen bytes\"", "\"a\\u0041\\n\"",
		"[]", "{}", "[1.0,[2,\"x\"]]", "{\"b\":1.50,\"a\":[null]}", "\"a string of more than thirty bytes\"",
		"{\"text\":\"an object of more than thirty bytes\"}", "\"\xc3\xa4\"" };
	switch (random_below(4)) {
	case 0: return random_number(p, 8);
	case 1: return put(p, "\"%u\"", random_below(30));
	case 2: return put(p, "\"a value with the number %u\"", random_below(20));
	default: return put(p, "%s", fixed[random_below(sizeof fixed / sizeof fixed[0])]);
	}
}

enum { SAVED_EVENT_MAX = 200 };

/* Writes an event {"x":NUMBER,"y":VALUE}; either may be missing. KINDS is as in random_number(). */
static inline void random_event(char out[SAVED_EVENT_MAX], unsigned kinds)
{
	char *p = out;
	*p++ = '{';
	if (random_below(12)) {
		p = put(p, "\"x\":");
		p = random_below(12) ? random_number(p, kinds) : random_value(p);
	}
	if (random_below(12)) {
		p = put(p, "%s\"y\":", p[-1] == '{' ? "" : ",");
		p = random_value(p);
	}
	put(p, "}");
}
#endif
