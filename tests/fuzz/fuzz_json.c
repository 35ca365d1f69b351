/* fuzz_json.c -- any bytes as an event and as a value. Invariants: both kernels give the same answer, with cached names
 * and without; what json_check() accepts can be skipped, walked and looked up by paths, and its compact and canonical
 * forms are accepted, too, are fixed points, and compare as equal. */
#include "json/json.h"
#include "json/dup_names.h"
#include "json/paths_internal.h"
#include "json/fault.h"
#include "json/kernel/dispatch.h"
#include "text/utf8.h"
#include <stdint.h>
#include <stdlib.h>

static void must(bool holds)
{
	if (!holds)
		abort();
}

enum { PATHS = 4 };

struct under_test {
	const struct json_kernel *kernel;
	struct json_checker checker;
	struct json_paths *paths;
};

static struct under_test plain, wide;

static void set_up(struct under_test *w, const struct json_kernel *kernel)
{
	static const struct json_step a[] = { { .name = { "a", 1 } }, { .name = { "b", 1 } } },
				      i[] = { { .name = { "a", 1 } }, { .index = -1 } };
	struct err e = ERR_INIT;
	w->kernel = kernel;
	must(json_checker_init(&w->checker, &e) == 0);
	must((w->paths = json_paths_new(&e)) != NULL);
	w->paths->kernel = kernel;
	must(json_paths_add(w->paths, a, 1, &e) == 0 && json_paths_add(w->paths, a, 2, &e) == 1 &&
		json_paths_add(w->paths, i, 2, &e) == 2 && json_paths_add(w->paths, a + 1, 1, &e) == 3);
}

/* Returns VALUE as FORM (json_compact or json_canon) writes it. */
static struct buf formed(struct span value, int (*form)(struct span, struct buf *))
{
	struct buf b;
	buf_init(&b, 1 << 24);
	must(form(value, &b) == 0);
	return b;
}

static void check_forms(struct span value)
{
	struct json_fault f;
	struct buf compact = formed(value, json_compact), canon = formed(value, json_canon);
	struct buf again = formed(buf_span(&compact), json_compact), twice = formed(buf_span(&canon), json_canon);
	struct buf both = formed(buf_span(&compact), json_canon);
	must(span_eq(buf_span(&compact), buf_span(&again)));
	must(span_eq(buf_span(&canon), buf_span(&twice)) && span_eq(buf_span(&canon), buf_span(&both)));
	must(plain.kernel->check_value(buf_span(&canon), JSON_DEPTH_MAX, &f) == canon.p + canon.n);
	must(plain.kernel->check_value(buf_span(&compact), JSON_DEPTH_MAX, &f) == compact.p + compact.n);
	must(json_compare(value, buf_span(&canon)) == 0 && json_compare(buf_span(&compact), buf_span(&canon)) == 0);
	buf_release(&compact);
	buf_release(&canon);
	buf_release(&again);
	buf_release(&twice);
	buf_release(&both);
}

static void check_strings(struct span text)
{
	struct json_fault f;
	struct buf quoted, back;
	buf_init(&quoted, 1 << 24);
	buf_init(&back, 1 << 24);
	must(json_quote(text, &quoted) == 0);
	must(plain.kernel->check_value(buf_span(&quoted), 0, &f) == quoted.p + quoted.n);
	must(json_unescape((struct span){ quoted.p + 1, quoted.n - 2 }, &back) == 0);
	must(json_string_is((struct span){ quoted.p + 1, quoted.n - 2 }, buf_span(&back)));
	if (utf8_valid(text) == text.n)
		must(span_eq(buf_span(&back), text));
	buf_reset(&back);
	(void)!json_unescape(text, &back);
	buf_release(&quoted);
	buf_release(&back);
}

static struct span first_member(struct span event, struct span wanted)
{
	struct json_walk w;
	struct span name, value, found = SPAN_NONE;
	const char *end = event.p + event.n, *p = json_space(event.p, end);
	int r;
	must(json_walk_init(&w, (struct span){ p, (size_t)(end - p) }) == 0);
	while ((r = json_walk(&w, &name, &value)) > 0)
		if (!found.p && json_string_is(name, wanted))
			found = value;
	must(r == 0);
	return found;
}

static void check_paths(struct span text, bool event)
{
	struct span a[PATHS] = { { NULL, 0 } }, b[PATHS] = { { NULL, 0 } };
	int bad = 0, worse = 0, r = json_paths_run(plain.paths, text, a, &bad),
	    s = json_paths_run(wide.paths, text, b, &worse);
	for (int i = 0; i < PATHS && s != -1; i++)
		must(!b[i].p || (b[i].p >= text.p && b[i].n <= (size_t)(text.p + text.n - b[i].p)));
	if (!event)
		return;
	must(r == s && bad == worse);
	for (int i = 0; i < PATHS && r != -1; i++)
		must(a[i].p == b[i].p && a[i].n == b[i].n);
	struct span found = first_member(text, SPAN("a"));
	must(r != -1 && a[0].p == found.p && a[0].n == found.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!plain.kernel) {
		set_up(&plain, &json_kernel_plain);
		set_up(&wide, json_kernel());
	}
	char *copy = malloc(size + !size); /* of the exact length, so that a read past the end is detected */
	must(copy != NULL);
	memcpy(copy, data, size);
	struct span text = { copy, size };
	struct json_fault f = { NULL, "" }, g = { NULL, "" };
	int r = plain.kernel->check(&plain.checker, text, &f), s = wide.kernel->check(&wide.checker, text, &g);
	must(r == s && f.at == g.at && strcmp(f.why, g.why) == 0);
	must(wide.kernel->check(&wide.checker, text, &g) == r);
	check_paths(text, r == 0);
	const char *p = plain.kernel->check_value(text, JSON_DEPTH_MAX, &f);
	must(p == wide.kernel->check_value(text, JSON_DEPTH_MAX, &g) && f.at == g.at);
	must(r < 0 || p);
	const char *end = text.p + text.n, *first = json_space(text.p, end);
	must(size == 0 || plain.kernel->skip(text.p, end) == wide.kernel->skip(text.p, end));
	must(json_skip(first, end) == (first < end ? wide.kernel->skip(first, end) : NULL));
	if (p && json_space(p, end) == end) {
		must(json_skip(first, end) == p);
		check_forms((struct span){ first, (size_t)(p - first) });
	}
	check_strings(text);
	(void)json_compare(text, SPAN("{\"a\":[1]}"));
	free(copy);
	return 0;
}
