/* check.h -- the macros of the unit tests.
 *
 * A test program calls its test functions and ends with `return check_end();`, which prints "N passed, M failed" and
 * returns 1 if a check failed. A failed check prints its file, line and expression. The test continues after it, so one
 * run shows all failures. Each check returns 1 if it passed and 0 if it failed.
 *
 *	CHECK(condition)      CHECK_EQ(integer, integer)      CHECK_STR(text, text)      FAIL("why")
 *
 * CHECK_ROW is for loops over a table. It names the row in the message of every failure up to the end of the enclosing
 * block, including failures in functions that the block calls. Rows may be nested.
 *
 *	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
 *		CHECK_ROW("%s", cases[i].text);
 *		CHECK_EQ(length(cases[i].text), cases[i].length);
 *	} */
#ifndef UNIT_CHECK_H
#define UNIT_CHECK_H
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int check_passed, check_failed;
/* The names of the current rows, outermost first, each with its newline. */
static char check_row_text[2000];
/* The seed of the random numbers; NULL if the test has not used any (random.h). */
static const uint64_t *check_seed;

#define CHECK(c) check_that((c), __FILE__, __LINE__, #c)
#define FAIL(what) check_that(0, __FILE__, __LINE__, what)
#define CHECK_EQ(a, b) check_eq((int64_t)(a), (int64_t)(b), __FILE__, __LINE__, #a " == " #b)
#define CHECK_STR(a, b) check_str((a), (b), __FILE__, __LINE__, #a)

/* Declares a variable whose clean-up function removes the name of the row when the enclosing block ends in any way. */
#define CHECK_ROW(...) CHECK_ROW_AT(__LINE__, __VA_ARGS__)
#define CHECK_ROW_AT(line, ...) CHECK_ROW_NAMED(line, __VA_ARGS__)
#define CHECK_ROW_NAMED(line, ...) \
	__attribute__((unused, cleanup(check_row_end))) size_t check_row_##line = check_row_begin(__VA_ARGS__)

/* Appends the name of a row, which FORMAT gives, cut if it is too long. Returns the length of the names before it. */
__attribute__((format(printf, 1, 2))) static inline size_t check_row_begin(const char *format, ...)
{
	size_t before = strlen(check_row_text), left = sizeof check_row_text - before;
	va_list arguments;
	va_start(arguments, format);
	if (left > 8) {
		int n = vsnprintf(check_row_text + before, left - 2, format, arguments);
		size_t end = before + (n < 0 ? 0 : (size_t)n < left - 2 ? (size_t)n : left - 3);
		memcpy(check_row_text + end, "\n", 2);
	}
	va_end(arguments);
	return before;
}

static inline void check_row_end(const size_t *before)
{
	check_row_text[*before] = '\0';
}

/* Prints the names of the current rows, one per line, indented. */
static inline void check_print_rows(void)
{
	for (const char *row = check_row_text; *row;) {
		size_t n = strcspn(row, "\n");
		fprintf(stderr, "\tin row: %.*s\n", (int)n, row);
		row += n + (row[n] == '\n');
	}
}

static inline int check_that(int ok, const char *file, int line, const char *what)
{
	if (ok) {
		check_passed++;
		return 1;
	}
	check_failed++;
	fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
	check_print_rows();
	return 0;
}

static inline int check_eq(int64_t a, int64_t b, const char *file, int line, const char *what)
{
	if (check_that(a == b, file, line, what))
		return 1;
	fprintf(stderr, "\tis        %" PRId64 "\n\tshould be %" PRId64 "\n", a, b);
	return 0;
}

/* Checks that two strings are equal. NULL is not equal to anything, not even to NULL. */
static inline int check_str(const char *a, const char *b, const char *file, int line, const char *what)
{
	if (check_that(a && b && strcmp(a, b) == 0, file, line, what))
		return 1;
	fprintf(stderr, "\tis        '%s'\n\tshould be '%s'\n", a ? a : "(null)", b ? b : "(null)");
	return 0;
}

static inline int check_end(void)
{
	printf("%d passed, %d failed\n", check_passed, check_failed);
	if (check_failed && check_seed)
		fprintf(stderr, "repeat with SP_TEST_SEED=%" PRIu64 "\n", *check_seed);
	return check_failed ? 1 : 0;
}
#endif
