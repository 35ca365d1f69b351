/* capture.c -- turn sources into a stream of timestamped events.
 *
 * A source (source.c) is opened and unpacked (unpack.c) and cut into records by a decoder (format_*.c).
 * emit.c puts the time in front; what cannot become an event is rejected. Sources are read one after the
 * other, merged by event time (merge.c, gather.c), or followed (follow.c). What leaves here is valid:
 * later programs need not look again. */
#include "sp-capture/capture.h"
#include "base/diag.h"
#include "sp-capture/source/kafka_run.h"
#include "stream/stop.h"
#include <errno.h>
#include <malloc.h>

static int run(const struct options *c, struct err *e)
{
	struct run r;
	int status = run_init(&r, c, e);
	if (status == 0 && c->kafka.active)
		status = run_kafka(&r, e);
	else if (status == 0 && c->follow)
		status = run_follow(&r, e);
	else if (status == 0 && r.source_count > 1 && !c->in_order)
		status = run_merged(&r, e);
	else if (status == 0)
		status = run_in_order(&r, e);
	if (status == 0)
		status = run_finish(&r, e);
	else if (r.source_count > 0)
		run_abandon(&r);
	bool reader_gone = r.out.failed == EPIPE;
	run_release(&r);
	if (reader_gone)
		stop_die_of_pipe();
	return status;
}

int capture_main(int argc, char *argv[])
{
	diag_init("sp-capture");
	/* Buffers grow and go in sources by the hundred: large ones as maps of their own leave no holes. */
	(void)mallopt(M_MMAP_THRESHOLD, 128 << 10);
	struct err e = ERR_INIT;
	struct options c;
	int status = 0;
	int r = options_parse(&c, argc, argv, &status, &e);
	if (r == 0 && (c.kafka.list || c.kafka.properties_list)) {
		status = kafka_show(&c);
	} else if (r == 0) {
		stop_init(c.kafka.active ? DIE_AT_SIGINT : STOP_AT_SIGINT);
		status = run(&c, &e);
	}
	options_release(&c);
	return r < 0 || status < 0 ? diag_err(&e) : status;
}
