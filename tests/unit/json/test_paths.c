/* test_paths.c -- values at paths, against one plain walk; and the two kernels, which must agree on every text,
 * wherever it is in memory: also at either end of what may be read. */
#include "check.h"
#include "random.h"
#include "json/json_cases.h"
#include "json/json.h"
#include "json/dup_names.h"
#include "json/paths_internal.h"
#include "json/fault.h"
#include "json/kernel/dispatch.h"
#include <stdlib.h>
#include <sys/mman.h>

/* ---- tables ---- */

#define NAME(s)                              \
	{                                    \
		.name = { s, sizeof(s) - 1 } \
	}
#define INDEX(i)             \
	{                    \
		.index = (i) \
	}

static int add(struct json_paths *k, const struct json_step *steps, size_t count)
{
	struct err e = ERR_INIT;
	return json_paths_add(k, steps, count, &e);
}

/* Returns the text found at one path in EVENT; "-" for none, "error" and "wrong" for the results -1 and -2. */
static const char *at(const char *event, const struct json_step *steps, size_t count)
{
	static char text[200];
	struct err e = ERR_INIT;
	struct json_paths *k = json_paths_new(&e);
	struct span out[1];
	int bad = -1;
	if (!k || add(k, steps, count) != 0)
		return "cannot add";
	int r = json_paths_run(k, span_of(event), out, &bad), again = json_paths_run(k, span_of(event), out, &bad);
	CHECK_EQ(r, again); /* with and without what was learnt */
	if (r == 0)
		snprintf(text, sizeof text, "%.*s", SPAN_ARG(out[0].p ? out[0] : SPAN("-")));
	else
		snprintf(text, sizeof text, "%s", r == -1 ? "error" : bad == 0 && out[0].n == 1 ? "wrong" : "?");
	json_paths_free(k);
	return text;
}

static void test_paths(void)
{
	static const struct {
		const char *event, *out;
		size_t count;
		struct json_step steps[3];
	} cases[] = {
		{ "{\"a\":1}", "1", 1, { NAME("a") } },
		{ " { \"a\" : 1 } ", "1", 1, { NAME("a") } },
		{ " { \"a\" : 1 } ", "{ \"a\" : 1 }", 0, { NAME("") } },
		{ "{}", "-", 1, { NAME("a") } },
		{ "{ }", "-", 1, { NAME("a") } },
		{ "{\"b\":[1,{\"a\":2}],\"a\":\"x,}\\\"\"}", "\"x,}\\\"\"", 1, { NAME("a") } },
		{ "{\"\\u0061\":1}", "1", 1, { NAME("a") } },
		{ "{\"a\":1,\"a\":2}", "1", 1, { NAME("a") } },
		{ "{\"\":0}", "0", 1, { NAME("") } },
		{ "{\"a\":{\"b\":1,\"b\":2}}", "2", 2, { NAME("a"), NAME("b") } },
		{ "{\"a\":{\"b\":{\"c\":[0,[1]]}}}", "[0,[1]]", 3, { NAME("a"), NAME("b"), NAME("c") } },
		{ "{\"a\":[10,20,30]}", "20", 2, { NAME("a"), INDEX(1) } },
		{ "{\"a\":[10,20,30]}", "30", 2, { NAME("a"), INDEX(-1) } },
		{ "{\"a\":[10,20,30]}", "10", 2, { NAME("a"), INDEX(-3) } },
		{ "{\"a\":[10,20,30]}", "-", 2, { NAME("a"), INDEX(-4) } },
		{ "{\"a\":[10,20,30]}", "-", 2, { NAME("a"), INDEX(3) } },
		{ "{\"a\":[]}", "-", 2, { NAME("a"), INDEX(0) } },
		{ "{\"a\":null}", "null", 1, { NAME("a") } },
		{ "{\"a\":null}", "-", 2, { NAME("a"), NAME("b") } },
		{ "{\"a\":null}", "-", 3, { NAME("a"), INDEX(0), NAME("b") } },
		{ "{\"a\":{}}", "-", 3, { NAME("a"), NAME("b"), NAME("c") } },
		{ "{\"a\":1}", "wrong", 2, { NAME("a"), NAME("b") } },
		{ "{\"a\":\"x\"}", "wrong", 2, { NAME("a"), NAME("b") } },
		{ "{\"a\":[]}", "wrong", 2, { NAME("a"), NAME("b") } },
		{ "{\"a\":{}}", "wrong", 2, { NAME("a"), INDEX(0) } },
		{ "{\"a\":true}", "wrong", 3, { NAME("a"), NAME("b"), NAME("c") } },
		{ "{\"a\":1}", "wrong", 1, { INDEX(0) } },
		{ "", "error", 1, { NAME("a") } },
		{ "[1]", "error", 1, { NAME("a") } },
		{ "{\"a\":1", "error", 1, { NAME("a") } },
		{ "{\"a\":1,\"b", "error", 1, { NAME("a") } },
		{ "{\"b\":1}}", "error", 1, { NAME("a") } },
		{ "{\"b\":1,}", "error", 1, { NAME("a") } },
		{ "{\"b\" 1}", "error", 1, { NAME("a") } },
		{ "{\"b\":[1}", "error", 1, { NAME("a") } },
		{ "{\"b\":\"}", "error", 1, { NAME("a") } },
		{ "{\"a\":}", "error", 1, { NAME("a") } },
		{ "{\"a\":{\"b\" 1}}", "error", 2, { NAME("a"), NAME("b") } },
		{ "{", "error", 0, { NAME("") } },
		{ "x}", "error", 0, { NAME("") } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_ROW("%s", cases[i].event);
		CHECK_STR(at(cases[i].event, cases[i].steps, cases[i].count), cases[i].out);
	}
}

static void test_sets(void)
{
	struct err e = ERR_INIT;
	struct json_paths *k = json_paths_new(&e);
	struct json_step geo[] = { NAME("geo"), NAME("city") }, x[] = { NAME("x") }, deep[JSON_PATH_STEPS_MAX + 1];
	struct span out[JSON_PATHS_MAX];
	int bad = -1;
	CHECK_EQ(add(k, geo, 2), 0);
	CHECK_EQ(add(k, x, 1), 1);
	CHECK_EQ(add(k, geo, 1), 2);
	CHECK_EQ(add(k, geo, 2), 0);
	CHECK_EQ(add(k, NULL, 0), 3);
	/* One path into a wrong type does not affect the others. */
	CHECK_EQ(json_paths_run(k, SPAN("{\"geo\":5,\"x\":6}"), out, &bad), -2);
	CHECK_EQ(bad, 0);
	CHECK(!out[0].p && out[0].n == 1 && span_eq(out[1], SPAN("6")) && span_eq(out[2], SPAN("5")));
	/* The first of two members counts, although the search for others goes on. */
	CHECK_EQ(json_paths_run(k, SPAN("{\"x\":1,\"x\":2,\"geo\":{}}"), out, &bad), 0);
	CHECK(span_eq(out[1], SPAN("1")) && span_eq(out[2], SPAN("{}")));
	/* A name that was cached as not wanted becomes wanted. */
	CHECK_EQ(json_paths_run(k, SPAN("{\"y\":1,\"x\":2}"), out, &bad), 0);
	CHECK_EQ(add(k, &(struct json_step)NAME("y"), 1), 4);
	CHECK_EQ(json_paths_run(k, SPAN("{\"y\":1,\"x\":2}"), out, &bad), 0);
	CHECK(span_eq(out[4], SPAN("1")) && span_eq(out[1], SPAN("2")) && !out[0].p && !out[2].p);
	for (size_t i = 0; i < JSON_PATH_STEPS_MAX + 1; i++)
		deep[i] = (struct json_step)NAME("d");
	CHECK_EQ(json_paths_add(k, deep, JSON_PATH_STEPS_MAX + 1, &e), -1);
	CHECK_EQ(e.status, EX_USAGE);
	for (int i = 5; i < JSON_PATHS_MAX; i++) {
		char name[8];
		snprintf(name, sizeof name, "n%d", i);
		CHECK_EQ(add(k, &(struct json_step){ .name = span_of(name) }, 1), i);
	}
	CHECK_EQ(json_paths_add(k, &(struct json_step)NAME("one more"), 1, &e), -1);
	CHECK_EQ(json_paths_run(k, SPAN("{\"n255\":1,\"n5\":2}"), out, &bad), 0);
	CHECK(span_eq(out[255], SPAN("1")) && span_eq(out[5], SPAN("2")));
	json_paths_free(k);
	json_paths_free(NULL);
}

static void test_walk(void)
{
	struct json_walk w;
	struct span name, value;
	CHECK(json_walk_init(&w, SPAN("{ \"a\" : 1 , \"b\\\"\":[ ] }")) == 0);
	CHECK(json_walk(&w, &name, &value) == 1 && span_eq(name, SPAN("a")) && span_eq(value, SPAN("1")));
	CHECK(json_walk(&w, &name, &value) == 1 && span_eq(name, SPAN("b\\\"")) && span_eq(value, SPAN("[ ]")));
	CHECK(json_walk(&w, &name, &value) == 0);
	CHECK(json_walk(&w, &name, &value) == 0);
	CHECK(json_walk_init(&w, SPAN("[1,[2],\"]\"]")) == 0);
	CHECK(json_walk(&w, &name, &value) == 1 && !name.p && span_eq(value, SPAN("1")));
	CHECK(json_walk(&w, &name, &value) == 1 && span_eq(value, SPAN("[2]")));
	CHECK(json_walk(&w, &name, &value) == 1 && span_eq(value, SPAN("\"]\"")));
	CHECK(json_walk(&w, &name, &value) == 0);
	CHECK(json_walk_init(&w, SPAN("5")) < 0);
	CHECK(json_walk_init(&w, SPAN_NONE) < 0);
	CHECK(json_walk_init(&w, SPAN("[1 2]")) == 0);
	CHECK(json_walk(&w, &name, &value) == 1);
	CHECK(json_walk(&w, &name, &value) == -1);
	CHECK(json_walk_init(&w, SPAN("{\"a\":1")) == 0);
	CHECK(json_walk(&w, &name, &value) == 1);
	CHECK(json_walk(&w, &name, &value) == -1);
}

/* ---- both kernels agree ---- */

enum { PATHS = 5 };

/* What one kernel makes of a text. */
struct outcome {
	int event, event_again, value, run, run_again;
	ptrdiff_t event_at, value_at, skip;
	char why[2][120];
	struct {
		ptrdiff_t at;
		size_t n;
	} found[PATHS];
};

static struct json_checker checkers[2];
static struct json_paths *path_sets[2];
static const struct json_kernel *kernels[2] = { &json_kernel_plain, &json_kernel_plain };

static ptrdiff_t offset(const char *p, struct span text)
{
	return p ? p - text.p : -1;
}

static struct outcome try_kernel(int i, struct span text)
{
	struct outcome o;
	struct json_fault f = { NULL, "" };
	struct span out[PATHS] = { { NULL, 0 } };
	int bad;
	memset(&o, 0, sizeof o); /* compared as bytes */
	o.event = kernels[i]->check(&checkers[i], text, &f);
	o.event_at = offset(f.at, text);
	snprintf(o.why[0], sizeof o.why[0], "%s", o.event < 0 ? f.why : "");
	o.event_again = kernels[i]->check(&checkers[i], text, &f);
	const char *end = kernels[i]->check_value(text, JSON_DEPTH_MAX, &f);
	o.value = end ? 0 : -1;
	o.value_at = offset(end ? end : f.at, text);
	snprintf(o.why[1], sizeof o.why[1], "%s", end ? "" : f.why);
	o.skip = offset(text.n > 0 ? kernels[i]->skip(text.p, text.p + text.n) : NULL, text);
	o.run = json_paths_run(path_sets[i], text, out, &bad);
	o.run_again = json_paths_run(path_sets[i], text, out, &bad);
	for (int j = 0; j < PATHS && o.run != -1; j++) {
		CHECK(!out[j].p || (out[j].p >= text.p && out[j].n <= (size_t)(text.p + text.n - out[j].p)));
		o.found[j].at = offset(out[j].p, text);
		o.found[j].n = out[j].n;
	}
	if (o.event < 0) { /* what is found in such a text is not defined */
		o.run = o.run_again = 0;
		memset(o.found, 0, sizeof o.found);
	}
	return o;
}

/* Returns the first member WANTED of EVENT, by walking. */
static struct span plain_member(struct span event, struct span wanted)
{
	struct json_walk w;
	struct span name, value;
	if (json_walk_init(&w, (struct span){ json_space(event.p, event.p + event.n), event.n }) == 0)
		for (w.end = event.p + event.n; json_walk(&w, &name, &value) > 0;)
			if (json_string_is(name, wanted))
				return value;
	return SPAN_NONE;
}

static void try_text(struct span text)
{
	struct outcome a = try_kernel(0, text), b = try_kernel(1, text);
	bool same = memcmp(&a, &b, sizeof a) == 0;
	if (!CHECK(same))
		fprintf(stderr, "\t%.*s\n\tplain %d %s, wide %d %s\n", SPAN_ARG(text), a.event, a.why[0], b.event,
			b.why[0]);
	CHECK_EQ(a.event, a.event_again);
	CHECK_EQ(a.run, a.run_again);
	CHECK(a.skip < 0 || a.skip == offset(json_skip(text.p, text.p + text.n), text));
	if (a.value == 0 && a.skip >= 0 && (size_t)a.value_at == text.n)
		CHECK_EQ(a.skip, a.value_at);
	if (a.event == 0) {
		struct span first = plain_member(text, SPAN("a"));
		CHECK(a.run != -1);
		CHECK(a.found[0].at == offset(first.p, text) && (!first.p || a.found[0].n == first.n));
	}
}

/* Returns PAGE bytes of memory between two pages that cannot be read. */
enum { PAGE = 8192 };
static char *fenced(void)
{
	char *p = mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED || mprotect(p + PAGE, PAGE, PROT_READ | PROT_WRITE) < 0)
		abort();
	memset(p + PAGE, '"', PAGE); /* bytes around a text that would mislead a reader which looks at them */
	return p + PAGE;
}

/* Tries TEXT at both ends of the readable memory. */
static void try_fenced(char *memory, const char *text, size_t n)
{
	memcpy(memory + PAGE - n, text, n);
	try_text((struct span){ memory + PAGE - n, n });
	memcpy(memory, text, n);
	try_text((struct span){ memory, n });
}

static void test_fences(void)
{
	char *memory = fenced();
	for (int i = 0; i < GOOD_COUNT + BAD_COUNT; i++) {
		const char *value = i < GOOD_COUNT ? good_values[i] : bad_values[i - GOOD_COUNT];
		char text[400];
		try_fenced(memory, value, strlen(value));
		for (int pad = 0; pad < 70; pad++) { /* every position in a window */
			int n = snprintf(text, sizeof text, "{\"b\":\"%.*s\",\"a\":%s,\"c\":{\"d\":%s}}", pad,
				"0123456789012345678901234567890123456789012345678901234567890123456789", value, value);
			try_fenced(memory, text, (size_t)n);
		}
	}
	munmap(memory - PAGE, 3 * PAGE);
}

/* Changes TEXT at one position. */
static size_t mutate(char *text, size_t n, size_t max)
{
	static const char bytes[] = "\"\\{}[],: 0-.eE+atn\t\n\x01\x80\xc3\xa9\xffu";
	size_t at = random_below((unsigned)n + 1);
	switch (random_below(4)) {
	case 0:
		if (at < n)
			text[at] = bytes[random_below(sizeof bytes)];
		return n;
	case 1:
		if (n == max)
			return n;
		memmove(text + at + 1, text + at, n - at);
		text[at] = bytes[random_below(sizeof bytes)];
		return n + 1;
	case 2:
		if (at == n)
			return n;
		memmove(text + at, text + at + 1, n - at - 1);
		return n - 1;
	default: return random_below(8) ? n : at;
	}
}

static void test_random(void)
{
	static const char *const seeds[] = {
		("{\"ts\":\"2024-05-01T00:11:59.274Z\",\"user\":\"u085879\",\"a\":\"RO\",\"page\":\"/catalogue/product/00041\",\"status\":200,"
		 "\"ms\":30.643,\"amount\":407.17,\"bytes\":48431,\"agent\":\"Safari/17.4 iPhone\"}"),
		"{\"b\":{\"c\":[1,2,{\"d\":\"]}\"}]},\"a\":\"é\\\"\\\\\\u00e9\",\"e\":[\"[\\\\\"]}",
		"{\"a\":1, \"b\": {\"c\": [1, 2.5e-3, null]}, \"long name, quite so, to be sure, more than sixty bytes, yes\": true}",
		"{\"a\":123456789012345678901234567890123456789012345678901234567890.123456789,\"b\":[[[[[]]]]]}",
	};
	char *memory = fenced(), text[400];
	for (int round = 0; round < 20000; round++) {
		const char *seed = seeds[random_below(4)];
		size_t n = strlen(seed);
		memcpy(text, seed, n);
		for (unsigned i = random_below(4); i > 0; i--)
			n = mutate(text, n, sizeof text);
		try_fenced(memory, text, n);
	}
	munmap(memory - PAGE, 3 * PAGE);
}

static int set_up(void)
{
	struct err e = ERR_INIT;
	const struct json_step steps[PATHS][2] = { { NAME("a") }, { NAME("b"), NAME("c") }, { NAME("ts") },
		{ NAME("agent") }, { NAME("b"), INDEX(0) } };
#ifdef JSON_AVX2
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
		kernels[1] = &json_kernel_avx2;
#endif
	for (int i = 0; i < 2; i++) {
		path_sets[i] = json_paths_new(&e);
		if (!path_sets[i] || json_checker_init(&checkers[i], &e) < 0)
			return -1;
		path_sets[i]->kernel = kernels[i];
		for (int j = 0; j < PATHS; j++)
			if (add(path_sets[i], steps[j], steps[j][1].name.p || j == 4 ? 2 : 1) != j)
				return -1;
	}
	return 0;
}

/* ---- the shape cache ---- */

/* A flat event of members with values of random lengths, "a" and "ts" among them, mostly of the same shape as
 * the one before; sometimes one that is nested, escaped, spaced, or lacks a member. */
static size_t random_event(char *text, size_t max)
{
	static const char *const odd[] = { "[1,\"]\"]", "\"\\\"\"", "{\"a\":7}", "\"[,]\"", " 1", "1 ", "\"\"", "null",
		"-0.5e7", "{\"\":1,\"a\":5}", "[{\"\":1,\"ts\":[{}]}]" };
	static const char *names[] = { "ts", "a", "user", "page", "ms", "bytes" };
	static unsigned members = 6, longest = 70;
	size_t n = (size_t)snprintf(text, max, "{");
	if (random_below(50) == 0) { /* another shape from here on */
		members = 2 + random_below(5);
		longest = random_below(2) ? 70 : 8;
		unsigned i = random_below(6), j = random_below(6);
		const char *keep = names[i];
		names[i] = names[j];
		names[j] = keep;
	}
	for (unsigned i = 0; i < members; i++) {
		if (random_below(400) == 0)
			continue;
		n += (size_t)snprintf(text + n, max - n, "%s\"%s\":", n > 1 ? "," : "", names[i]);
		if (random_below(100) == 0)
			n += (size_t)snprintf(text + n, max - n, "%s", odd[random_below(11)]);
		else if (i % 3 == 1)
			n += (size_t)snprintf(text + n, max - n, "%u.%02u", random_below(100000), random_below(100));
		else
			n += (size_t)snprintf(text + n, max - n, "\"%.*s\"", (int)random_below(longest),
				"/a/path/of/a/page/that/is/long/enough/to/cross/from/one/block/into/another");
	}
	return n + (size_t)snprintf(text + n, max - n, "}");
}

static void test_shape_cache(void)
{
	char *memory = fenced(), text[1000];
	struct err e = ERR_INIT;
	unsigned known[3] = { 0 }; /* by length: one load, two, more */
	struct json_paths *k = json_paths_new(&e);
	const struct json_step a = NAME("a"), ts = NAME("ts");
	if (!CHECK(k && add(k, &a, 1) == 0 && add(k, &ts, 1) == 1))
		return;
	k->kernel = kernels[1];
	for (int round = 0; round < 50000; round++) {
		size_t n = random_event(text, sizeof text);
		struct span out[2], event = { memory + PAGE - n, n };
		int bad;
		memcpy(memory + PAGE - n, text, n);
		CHECK_EQ(json_paths_run(k, event, out, &bad), 0);
		struct span first = plain_member(event, a.name), second = plain_member(event, ts.name);
		if (!CHECK(out[0].p == first.p && out[0].n == first.n && out[1].p == second.p && out[1].n == second.n))
			fprintf(stderr, "\t%.*s: %.*s\n", SPAN_ARG(event), SPAN_ARG(out[0]));
		known[n < 32 ? 0 : n < 64 ? 1 : 2] += k->shape.count == 2;
	}
	CHECK(kernels[1] == &json_kernel_plain || (known[0] > 20 && known[1] > 500 && known[2] > 3000));
	json_paths_free(k);
	munmap(memory - PAGE, 3 * PAGE);
}

int main(void)
{
	test_paths();
	test_sets();
	test_walk();
	if (set_up() < 0)
		return 1;
	test_fences();
	test_random();
	test_shape_cache();
	for (int i = 0; i < 2; i++) {
		json_paths_free(path_sets[i]);
		json_checker_release(&checkers[i]);
	}
	return check_end();
}
