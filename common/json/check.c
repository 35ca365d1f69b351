/* check.c -- is a line an event? The parts that are not hot; the others are in json_check_hot.h. */
#include "json/check.h"
#include "json/dup_names.h"
#include "json/fault.h"
#include "json/kernel/dispatch.h"
#include <unistd.h>

int json_checker_init(struct json_checker *c, struct err *e)
{
	*c = (struct json_checker){ .depth_max = JSON_DEPTH_MAX, .names = calloc(1, sizeof *c->names) };
	if (!c->names)
		return err_oom(e, "the JSON checker");
	if (getentropy(&c->names->seed, sizeof c->names->seed) < 0)
		c->names->seed = (uint64_t)(uintptr_t)c->names; /* some address: better than none */
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
	if (c->names->cache.missed > NAME_CACHE_PATIENCE)
		json_dup_names_clear(c->names);
	if (c->names->kernel->check(c, line, &f) == 0)
		return 0;
	*at = (size_t)(f.at - line.p);
	*why = f.why;
	return -1;
}

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
