/* json_plain.c -- the hot loops in plain C. */
#include "text/json_ways.h"
#include "text/json_kernel_plain.h"
#include "text/json_check_hot.h"
#include "text/json_pick_hot.h"

const struct json_ways json_ways_plain = {
	.check = check, .check_value = check_value, .pick = pick, .skip = skip
};
