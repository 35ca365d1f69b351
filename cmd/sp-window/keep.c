/* keep.c -- the fields of an event that are passed on.
 *
 * json_paths finds the values of all kept fields in one pass. The new object consists of their names, which are quoted
 * once at the start, and copies of their values. Each field is written with a comma before it. So the first byte of the
 * new object is a comma instead of the opening brace, which does no harm: ev->body is 1, so the first byte is not
 * used. */
#include "sp-window/keep.h"
#include "base/diag.h"
#include "json/path_text.h"
#include "json/string.h"
#include "stream/reader.h"
#include "window/bounds.h"
#include <ctype.h>

enum { NAMES_MAX = 64 << 10 }; /* bytes of all quoted names */

/* Adds the top-level field of the path P. Returns 0, or -1 with E set. */
static int keep_add(struct keep *k, const struct json_path_text *p, struct err *e)
{
	struct span name = p->steps[0].name;
	if (!name.p)
		return err_set(e, EX_USAGE, "an event is an object: a path begins with a name, such as .user");
	if (bounds_is_name(name))
		return err_set(e, EX_USAGE, "leave .%.*s out: the bounds of the window are always passed on",
			SPAN_ARG(name));
	int n = json_paths_add(k->paths, p->steps, 1, e);
	if (n < 0)
		return -1;
	/* N is the number of the field. If N is less than the count, the field was added before. */
	if ((size_t)n < k->count)
		return 0;
	if (k->count == KEEP_MAX)
		return err_set(e, EX_USAGE, "more than %d fields", KEEP_MAX);
	if (buf_addc(&k->names, ',') < 0 || json_quote(name, &k->names) < 0 || buf_addc(&k->names, ':') < 0)
		return err_set(e, EX_USAGE, "the names are longer than %d bytes in all", NAMES_MAX);
	k->name_end[k->count++] = k->names.n;
	seen_add(&k->seen, n);
	return 0;
}

/* Sets E to the message that PATHS is not a list of plain paths. MISTAKE is the place in PATHS where the mistake
 * begins. Always returns -1. */
static int keep_refuse(const char *paths, const char *mistake, struct err *e)
{
	if (isalpha((unsigned char)*mistake) && (mistake == paths || mistake[-1] == ','))
		return err_set(e, EX_USAGE, "'%s': a field has a dot: write .%.*s", paths, (int)strcspn(mistake, ","),
			mistake);
	if (*mistake)
		return err_set(e, EX_USAGE, "'%s': not a plain path at '%s'; give paths such as .user,.[\"x y\"]",
			paths, mistake);
	return err_set(e, EX_USAGE, "'%s': a path is missing at the end; give paths such as .user,.[\"x y\"]", paths);
}

int keep_init(struct keep *k, const char *paths, size_t max_event, struct err *e)
{
	struct json_path_text p;
	int r = -1;
	*k = (struct keep){ .count = 0 };
	seen_init(&k->seen);
	buf_init(&k->names, NAMES_MAX);
	buf_init(&k->text, max_event + NAMES_MAX);
	if (!paths)
		return 0;
	k->paths = json_paths_new(e);
	if (!k->paths || json_path_text_init(&p, e) < 0)
		return -1;
	/* REST is the text that is not parsed yet. After an error, it begins with the mistake. */
	const char *rest = paths;
	do {
		r = json_path_text_parse(&p, &rest) < 0 ? keep_refuse(paths, rest, e) : keep_add(k, &p, e);
	} while (r == 0 && *rest++ == ',');
	json_path_text_release(&p);
	return r < 0 ? err_context(e, "--keep") : 0;
}

void keep_release(struct keep *k)
{
	json_paths_free(k->paths);
	seen_release(&k->seen);
	buf_release(&k->names);
	buf_release(&k->text);
}

/* In k->names, the name of each field stands between `,"` and `":`. */
void keep_report(const struct keep *k)
{
	struct buf text;
	buf_init(&text, NAMES_MAX * 2);
	for (size_t i = 0, begin = 0; i < k->count; begin = k->name_end[i++]) {
		if (!seen_never(&k->seen, (int)i))
			continue;
		buf_reset(&text);
		buf_addc(&text, '.');
		buf_add(&text, k->names.p + begin + 2, k->name_end[i] - begin - 4);
		size_t name_n = text.n;
		buf_addc(&text, '\0');
		seen_hint(&k->seen, text.p, &text);
		diag("--keep %.*s: no event had it (%.*s)", (int)name_n, text.p, (int)(text.n - name_n - 1),
			text.p + name_n + 1);
	}
	buf_release(&text);
}

/* Values are copied unchanged, with the white space inside them. So numbers keep their spelling. */
int keep_event(struct keep *k, struct event *ev, struct err *e)
{
	struct span found[KEEP_MAX];
	size_t n = 2;
	int bad;
	if (json_paths_run(k->paths, ev->line, found, &bad) < 0) {
		err_set(e, EX_DATAERR, "not a JSON object that can be read");
		return 1;
	}
	seen_event(&k->seen, ev->line, found);
	/* Reserve room once, for the values, all names and two braces. */
	for (size_t i = 0; i < k->count; i++)
		n += found[i].n;
	buf_reset(&k->text);
	char *to = buf_room(&k->text, n + k->names.n);
	if (!to)
		return err_oom(e, "the fields of --keep");
	for (size_t i = 0, begin = 0; i < k->count; begin = k->name_end[i++]) {
		if (!found[i].p)
			continue;
		memcpy(to, k->names.p + begin, k->name_end[i] - begin);
		to += k->name_end[i] - begin;
		memcpy(to, found[i].p, found[i].n);
		to += found[i].n;
	}
	/* If the event has none of the fields, there is no comma in the place of the brace. Write the brace. */
	if (to == k->text.p)
		*to++ = '{';
	*to++ = '}';
	ev->line = (struct span){ k->text.p, (size_t)(to - k->text.p) };
	ev->body = 1;
	return 0;
}
