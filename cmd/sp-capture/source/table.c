/* table.c -- the table of source types, and how a type is found in it.
 *
 * To add a source that needs no large library, add its source_type here. If a source needs a large library, add a type
 * that has only .name, .scheme, .options and .helper. Then add a folder cmd/sp-capture-HELPER, whose main.c has the
 * complete type. */
#include "sp-capture/source/table.h"
#include <string.h>

const struct source_type *const source_types[] = { &source_file, &source_follow, &source_kafka_by_driver, NULL };

/* The name of a file may contain "://". So an operand with a scheme that no type has is a path. */
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
