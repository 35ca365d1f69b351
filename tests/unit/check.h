/* check.h -- the few macros of the unit tests: CHECK(condition), CHECK_EQ(i64, i64), CHECK_STR(text, text).
 * A test program counts, goes on after a failure, and ends with check_end(): "N passed, N failed". */
#ifndef UNIT_CHECK_H
#define UNIT_CHECK_H
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int check_passed, check_failed;

#define CHECK(c) check_that((c), __FILE__, __LINE__, #c)
#define FAIL(what) check_that(0, __FILE__, __LINE__, what)
#define CHECK_EQ(a, b) check_eq((int64_t)(a), (int64_t)(b), __FILE__, __LINE__, #a " == " #b)
#define CHECK_STR(a, b) check_str((a), (b), __FILE__, __LINE__, #a)

static inline int check_that(int ok, const char *file, int line, const char *what)
{
	if (ok)
		check_passed++;
	else
		check_failed++;
	if (!ok)
		fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
	return ok;
}

static inline int check_eq(int64_t a, int64_t b, const char *file, int line, const char *what)
{
	if (!check_that(a == b, file, line, what))
		fprintf(stderr, "\t%" PRId64 " is not %" PRId64 "\n", a, b);
	return a == b;
}

static inline int check_str(const char *a, const char *b, const char *file, int line, const char *what)
{
	int same = a && b && strcmp(a, b) == 0;
	if (!check_that(same, file, line, what))
		fprintf(stderr, "\tis     '%s'\n\tshould '%s'\n", a ? a : "(null)", b ? b : "(null)");
	return same;
}

static inline int check_end(void)
{
	printf("%d passed, %d failed\n", check_passed, check_failed);
	return check_failed ? 1 : 0;
}
#endif
