/* plain.c -- the kernel in plain C.
 *
 * It runs on processors without AVX2, and is the reference that tests compare the AVX2 kernel with. */
#include "json/kernel/dispatch.h"
#include "json/kernel/scan_plain.inc"
#include "json/kernel/check.inc"
#include "json/kernel/paths.inc"

const struct json_kernel json_kernel_plain = { .check = check,
	.check_value = check_value,
	.find_members = find_members,
	.skip = skip };
