/* keep.c -- the members that leave, when not all do: bytes that need not go through a pipe cost nothing there, nor in
 * the program that reads it. */
#include "sp-window/window.h"

/* The member that P begins with; deeper steps keep the whole of it. */
static int add(struct keep *k, const struct path *p, struct err *e)
{
	struct span name = p->steps[0].name;
	if (!name.p)
		return err_set(e, EX_USAGE, "an event is an object: a path begins with a name, such as .user");
	if (bounds_is_name(name))
		return err_set(e, EX_USAGE, ".%.*s is there anyway: the bounds of the window always stand in front",
			SPAN_ARG(name));
	int n = json_paths_add(k->pick, p->steps, 1, e);
	if (n < 0 || (size_t)n < k->count) /* named twice */
		return n < 0 ? -1 : 0;
	if (k->count == KEEP_MAX)
		return err_set(e, EX_USAGE, "more than %d members", KEEP_MAX);
	if (buf_addc(&k->heads, ',') < 0 || json_quote(name, &k->heads) < 0 || buf_addc(&k->heads, ':') < 0)
		return err_set(e, EX_USAGE, "names are too long");
	k->head_end[k->count++] = k->heads.n;
	return 0;
}

static int no_path(const char *paths, const char *at, struct err *e)
{
	if (*at)
		return err_set(e, EX_USAGE, "'%s': no plain path at '%s'; give some, such as .user,.[\"x y\"]", paths,
			at);
	return err_set(e, EX_USAGE, "'%s': a path is missing at the end; give plain paths, such as .user,.[\"x y\"]",
		paths);
}

int keep_init(struct keep *k, const char *paths, struct err *e)
{
	struct path p;
	int r = -1;
	*k = (struct keep){ .count = 0 };
	buf_init(&k->heads, 64 << 10);
	buf_init(&k->text, EVENT_MAX + EVENT_MAX_EXTRA + (64 << 10));
	if (!paths)
		return 0;
	k->pick = json_paths_new(e);
	if (!k->pick || path_init(&p, e) < 0)
		return -1;
	const char *at = paths;
	do {
		r = path_parse(&p, &at) < 0 ? no_path(paths, at, e) : add(k, &p, e);
	} while (r == 0 && *at++ == ',');
	path_release(&p);
	return r < 0 ? err_context(e, "--keep") : 0;
}

void keep_release(struct keep *k)
{
	json_paths_free(k->pick);
	buf_release(&k->heads);
	buf_release(&k->text);
}

int keep_event(struct keep *k, struct event *ev, struct err *e)
{
	struct span found[KEEP_MAX];
	size_t n = 2;
	int bad;
	if (json_paths_run(k->pick, ev->line, found, &bad) < 0) {
		err_set(e, EX_DATAERR, "not a JSON object that can be read");
		return 1;
	}
	for (size_t i = 0; i < k->count; i++)
		n += found[i].n;
	buf_reset(&k->text);
	char *at = buf_room(&k->text, n + k->heads.n);
	if (!at)
		return err_set(e, EX_OSERR, "out of memory");
	for (size_t i = 0, begin = 0; i < k->count; begin = k->head_end[i++]) {
		if (!found[i].p)
			continue;
		memcpy(at, k->heads.p + begin, k->head_end[i] - begin);
		at += k->head_end[i] - begin;
		memcpy(at, found[i].p, found[i].n);
		at += found[i].n;
	}
	if (at == k->text.p) /* nothing of it is there; else the first member's comma is in the brace's place */
		*at++ = '{';
	*at++ = '}';
	ev->line = (struct span){ k->text.p, (size_t)(at - k->text.p) };
	ev->body = 1;
	return 0;
}
