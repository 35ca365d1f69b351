/* table.c -- the types of sources, and how one is found.
 *
 * To add a source that needs no heavy library, add its source_type here. For one that does, add a type that has only
 * .scheme, .options and .helper, and a folder cmd/sp-capture-HELPER whose main.c passes the real type. */
#include "sp-capture/source/table.h"
#include "base/vec.h"
#include <string.h>

const struct source_type *const source_types[] = { &source_file, &source_follow, &source_kafka_by_driver, NULL };

/* An operand without a scheme is a path, also if a file's name contains "://" somewhere: only known schemes count. */
const struct source_type *source_type_of(const struct source_type *const *types, const char *operand)
{
	for (; *types; types++) {
		size_t n = (*types)->scheme ? strlen((*types)->scheme) : 0;
		if (n > 0 && strncmp(operand, (*types)->scheme, n) == 0 && strncmp(operand + n, "://", 3) == 0)
			return *types;
	}
	return NULL;
}

const struct source_type *source_type_of_option(const struct source_type *const *types, int id)
{
	for (; *types; types++)
		for (const struct opt *o = (*types)->options; o && o->name; o++)
			if (o->id == id)
				return *types;
	return NULL;
}

int source_set_add(struct source_set *set, struct source *s, struct err *e)
{
	struct source **list = vec_room(set->list, &set->cap, set->count + 1, sizeof(struct source *));
	if (!list)
		return err_oom(e, "the list of sources");
	set->list = list;
	list[set->count++] = s;
	s->type = set->type;
	s->set = set;
	s->head_ms = INT64_MIN;
	return 0;
}

/* Without a merge nothing is read ahead of what is written, so the type's own mark is the answer, unless the very last
 * record could not be written. */
bool source_position(const struct source *s, struct position *out)
{
	if (!s->set->merged)
		return !s->unwritten && s->type->mark && s->type->mark(s, out);
	*out = s->written;
	return s->set->marks && s->has_written;
}
