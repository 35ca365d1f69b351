/* main.c -- sp-publish: writes events to a Kafka topic, and succeeds only if every event is acknowledged.
 *
 * Each line of standard input is an event. message.c makes it a message, publish.c sends the messages, and options.c
 * reads the command line. */
#include "base/diag.h"
#include "program/filter.h"
#include "sp-publish/publish.h"

/* Prints all properties of librdkafka. Returns the exit status. */
static int list_properties(void)
{
	struct buf b;
	buf_init(&b, 16 << 20);
	int status = kafka_config_list(&b) < 0 ? EX_OSERR : diag_print(b.p, b.n);
	buf_release(&b);
	return status;
}

int main(int argc, char *argv[])
{
	struct publish_options o;
	struct err e = ERR_INIT;
	int status = 0;
	diag_init("sp-publish");
	switch (publish_options_read(&o, argc, argv, &status, &e)) {
	case PROGRAM_FAILED: status = filter_refuse(&e); break;
	case PROGRAM_RUN: status = o.list_properties ? list_properties() : publish_run(&o); break;
	case PROGRAM_DONE:
	default: break;
	}
	publish_options_release(&o);
	return status;
}
