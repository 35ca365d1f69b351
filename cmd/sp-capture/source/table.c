/* table.c -- the types of sources, and how one is found.
 *
 * To add a source that needs no heavy library, add its source_type here. For one that does, add a type that has only
 * .scheme, .options and .helper, and a folder cmd/sp-capture-HELPER whose main.c passes the real type. */
#include "sp-capture/source/table.h"
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
