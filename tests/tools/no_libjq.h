/* no_libjq.h -- common/expr without libjq, for tests of the native part: an expression that needs libjq is the error
 * "libjq". The functions here replace those of jqlib.c, whose object the linker then leaves in the archive. */
#ifndef TOOLS_NO_LIBJQ_H
#define TOOLS_NO_LIBJQ_H
#include "expr/jqlib.h"

struct jqlib {
	char unused;
};

struct jqlib *jqlib_new(struct err *e)
{
	err_set(e, EX_UNAVAILABLE, "libjq");
	return NULL;
}

void jqlib_free(struct jqlib *q)
{
	free(q);
}

struct jqprog *jqlib_compile(struct jqlib *q, const char *text, struct err *e)
{
	(void)q, (void)text;
	err_set(e, EX_UNAVAILABLE, "libjq");
	return NULL;
}

void jqprog_free(struct jqprog *p)
{
	(void)p;
}

void jqlib_event(struct jqlib *q)
{
	(void)q;
}

int jqprog_run(struct jqprog *p, struct span event, struct arena *arena, struct value *out, struct err *e)
{
	(void)p, (void)event, (void)arena, (void)out;
	return err_set(e, EX_UNAVAILABLE, "libjq");
}
#endif
