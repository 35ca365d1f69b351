/* plain.c -- the kernel in plain C: for processors without AVX2, and for tests of the AVX2 kernel against it. */
#include "json/kernel/dispatch.h"
#include "json/kernel/scan_plain.inc"
#include "json/kernel/check.inc"
#include "json/kernel/paths.inc"

const struct json_kernel json_kernel_plain = { .check = check,
	.check_value = check_value,
	.find_members = find_members,
	.skip = skip };
