/* valid.c -- checks single values by the same rules as whole events, except the rules about names. */
#include "json/valid.h"
#include "json/check.h"

bool json_valid(struct span text)
{
	const char *end, *why;
	size_t at;
	return json_type(text) != JSON_MISSING && json_check_value(text, JSON_DEPTH_MAX, &end, &at, &why) == 0 &&
		end == text.p + text.n;
}
