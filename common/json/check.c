/* check.c -- making and freeing a checker, and the check that decides whether a line is an event.
 *
 * kernel/check.inc has the grammar; the functions here call it and describe faults. The cache of names (dup_names.h)
 * makes checking cheap: once the names of a source are known, one comparison checks the name of a member. */
#include "json/check.h"
#include "json/dup_names.h"
#include "json/fault.h"
#include "json/kernel/dispatch.h"
#include <unistd.h>

/* The cache of names takes about 16 KiB, so it is allocated and not part of struct json_checker. */
int json_checker_init(struct json_checker *c, struct err *e)
{
	*c = (struct json_checker){ .depth_max = JSON_DEPTH_MAX, .names = calloc(1, sizeof *c->names) };
	if (!c->names)
		return err_oom(e, "the JSON checker");
	/* Without a random number, an address serves as the seed. It is harder to guess than a constant. */
	if (getentropy(&c->names->seed, sizeof c->names->seed) < 0)
		c->names->seed = (uint64_t)(uintptr_t)c->names;
	c->names->kernel = json_kernel();
	json_dup_names_clear(c->names);
	return 0;
}

void json_checker_release(struct json_checker *c)
{
	if (c->names)
		free(c->names->rest.slots);
	free(c->names);
	c->names = NULL;
}

int json_check(struct json_checker *c, struct span line, size_t *at, const char **why)
{
	struct json_fault f = { NULL, NULL };
	/* If the cache is full and misses many names, the source may have changed. An empty cache can learn the new
	 * names of the source. */
	if (c->names->cache.missed > NAME_CACHE_PATIENCE)
		json_dup_names_clear(c->names);
	if (c->names->kernel->check(c, line, &f) == 0)
		return 0;
	*at = (size_t)(f.at - line.p);
	*why = f.why;
	return -1;
}

/* A checker is needed only to remember names. This check has no rules about names, so it needs no checker. */
int json_check_value(struct span text, unsigned depth_max, const char **end, size_t *at, const char **why)
{
	struct json_fault f = { NULL, NULL };
	const char *p = json_kernel()->check_value(text, depth_max, &f);
	if (p) {
		*end = p;
		return 0;
	}
	*at = (size_t)(f.at - text.p);
	*why = f.why;
	return -1;
}
