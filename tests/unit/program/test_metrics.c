/* test_metrics.c -- the text of metrics. */
#include "check.h"
#include "program/metrics.h"

int main(void)
{
	struct buf b;
	buf_init(&b, 4096);
	metrics_counter(&b, "x_total", "Things.", UINT64_MAX);
	metrics_gauge(&b, "x_bytes", "Size.", 7);
	metrics_seconds(&b, "x_seconds", "Time.", -1500);
	metrics_decimal(&b, "x_ratio", "Part.", 0.25, 4);
	metrics_head(&b, "y", "gauge", "By label.");
	CHECK_STR(buf_string(&b),
		"# HELP x_total Things.\n# TYPE x_total counter\nx_total 18446744073709551615\n"
		"# HELP x_bytes Size.\n# TYPE x_bytes gauge\nx_bytes 7\n"
		"# HELP x_seconds Time.\n# TYPE x_seconds gauge\nx_seconds -1.500\n"
		"# HELP x_ratio Part.\n# TYPE x_ratio gauge\nx_ratio 0.2500\n"
		"# HELP y By label.\n# TYPE y gauge\n");
	buf_release(&b);
	return check_end();
}
