/* fuzz_fold_parse.c -- parsing any text as a column, such as "n=sum(.x) where .y". It is slow, because expressions that
 * are not native are compiled by libjq: fuzz_fold has fixed columns for that reason. */
#include "fold/fold.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libjq 1.6 leaks memory when a program has a syntax error. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libjq\n";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e;
	struct fold f;
	struct exprs *x = exprs_new(&e);
	char *text = strndup((const char *)data, size);
	if (!x || !text)
		abort();
	if (fold_parse(&f, text, x, &e) < 0) {
		if (e.status != EX_USAGE || e.msg[0] == '\0')
			abort();
	} else {
		if (!f.name || !f.text || !f.type)
			abort();
		fold_release(&f);
	}
	free(text);
	exprs_free(x);
	return 0;
}
