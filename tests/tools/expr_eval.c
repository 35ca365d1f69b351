/* expr_eval.c -- evaluates expressions for the differential test.
 *
 * Reads lines "EXPR<TAB>EVENT" and writes one line for each: the value, or "error: " and the message. Expressions are
 * kept in one struct exprs, up to SET of them (the argument, 8 by default), so that the paths of several are found
 * together. */
#include "expr/expr.h"
#include <stdio.h>

static struct exprs *set;
static char *texts[64];
static int numbers[64];
static size_t count, set_size = 8;

static void forget(void)
{
	exprs_free(set);
	set = NULL;
	while (count > 0)
		free(texts[--count]);
}

/* Returns the number of TEXT, which is compiled if it is new. */
static int compile(const char *text, struct err *e)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(texts[i], text) == 0)
			return numbers[i];
	if (count == set_size)
		forget();
	if (!set)
		set = exprs_new(e);
	int n = set ? exprs_add(set, text, e) : -1;
	if (n >= 0) {
		texts[count] = strdup(text);
		numbers[count++] = n;
	}
	return n;
}

static int evaluate(const char *text, struct span event, struct buf *out, struct err *e)
{
	struct value v;
	int n = compile(text, e);
	if (n < 0 || exprs_event(set, event, e) < 0 || exprs_eval(set, n, &v, e) < 0)
		return -1;
	return value_write(&v, out);
}

int main(int argc, char *argv[])
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	struct buf out;
	buf_init(&out, 1 << 26);
	if (argc > 1)
		set_size = (size_t)strtoul(argv[1], NULL, 10);
	if (set_size < 1 || set_size > 64)
		return EX_USAGE;
	while ((n = getline(&line, &cap, stdin)) > 0) {
		struct err e = ERR_INIT;
		char *tab = strchr(line, '\t');
		if (!tab || line[n - 1] != '\n')
			return EX_DATAERR;
		*tab = '\0';
		buf_reset(&out);
		struct span event = { tab + 1, (size_t)(line + n - 1 - (tab + 1)) };
		if (evaluate(line, event, &out, &e) < 0)
			printf("error: %s\n", e.msg);
		else
			printf("%.*s\n", (int)out.n, out.p);
	}
	forget();
	free(line);
	buf_release(&out);
	return fflush(stdout) == 0 ? 0 : EX_IOERR;
}
