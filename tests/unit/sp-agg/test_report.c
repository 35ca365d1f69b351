/* test_report.c -- when sp-agg says that control lines are missing. */
#include "check.h"
#include "sp-agg/report.h"

/* Without rows, the message comes 30 s after control lines were first missing, and not again at the end. */
static void test_silence(void)
{
	struct intake intake = { .control_missing = false };
	struct rows rows = { .count = 0 };
	struct report r = { .intake = &intake, .rows = &rows };
	report_missing(&r, 1000, false);
	report_missing(&r, 99000, false);
	CHECK(!r.missing_said);
	intake.control_missing = true;
	report_missing(&r, 100000, false);
	report_missing(&r, 129999, false);
	CHECK(!r.missing_said);
	report_missing(&r, 130000, false);
	CHECK(r.missing_said);
}

/* If rows come all the same (--emit), nobody waits. The message comes at the end. */
static void test_rows(void)
{
	struct intake intake = { .control_missing = true };
	struct rows rows = { .count = 1 };
	struct report r = { .intake = &intake, .rows = &rows };
	report_missing(&r, 1000, false);
	report_missing(&r, 99000, false);
	CHECK(!r.missing_said);
	report_missing(&r, 99000, true);
	CHECK(r.missing_said);
}

int main(void)
{
	test_silence();
	test_rows();
	return check_end();
}
