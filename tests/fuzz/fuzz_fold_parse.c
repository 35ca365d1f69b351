/* fuzz_fold_parse.c -- any text as a column, "n=sum(.x) where .y". Slow: jq is asked about expressions that are not
 * native, which is why fuzz_fold has columns of its own. */
#include "fold/fold.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libjq 1.6 loses what it had read of a program that has a syntax error. */
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
