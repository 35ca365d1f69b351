/* test_revisions.c -- which rows may come more than once. */
#include "check.h"
#include "window/revisions.h"

int main(void)
{
	static const struct {
		const char *rest;
		bool begin, numbered;
	} cases[] = {
		{ "\"revision\":0,\"final\":true,\"n\":1}", true, true },
		{ "\"revision\":18446744073709551615,\"final\":true,\"n\":1}", true, true },
		{ "\"retracted\":true,\"n\":1}", true, false },
		{ "\"revision\":7,\"n\":1}", true, false },
		{ "\"revision\" :7,\"final\":true}", true, false },
		{ "\"revisions\":7,\"final\":true}", false, false },
		{ "\"n\":1,\"revision\":0,\"final\":true}", false, false },
		{ "}", false, false },
		{ "", false, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].rest);
		CHECK_EQ(revisions_begin(span_of(cases[i].rest)), cases[i].begin);
		CHECK_EQ(revisions_begin_numbered(span_of(cases[i].rest)), cases[i].numbered);
	}
	struct err e = ERR_INIT;
	CHECK(revisions_refuse(&e) < 0 && e.status == EX_DATAERR);
	return check_end();
}
