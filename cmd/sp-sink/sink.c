/* sink.c -- writes events to a store.
 *
 * Events come from standard input, one in each line, and go to the TARGET of the command line. options.c reads the
 * command line and chooses the target from the table that main() passes. run.c reads the events, and a target in the
 * folder target/ stores them. A target that needs a heavy library is in a driver: a program that calls sink_main() with
 * another table. */
#include "sp-sink/sink.h"
#include "base/diag.h"
#include "program/filter.h"
#include "sp-sink/options.h"
#include "sp-sink/run.h"
#include "stream/stop.h"

int sink_main(int argc, char *argv[], const struct target_type *const *types)
{
	struct config c;
	struct err e = ERR_INIT;
	int status = 0;
	diag_init("sp-sink");
	stop_init(IGNORE_FIRST_SIGINT);
	enum program_outcome outcome = config_read(&c, types, argc, argv, &status, &e);
	if (outcome == PROGRAM_FAILED)
		status = filter_refuse(&e);
	else if (outcome == PROGRAM_RUN)
		status = run_sink(&c);
	config_release(&c);
	return status;
}
