/* options.h -- what the command line asked for. Set by options_parse(), const afterwards. */
#ifndef CAPTURE_OPTIONS_H
#define CAPTURE_OPTIONS_H
#include "base/buf.h"
#include "base/opt.h"
#include "sp-capture/format/format.h"
#include "sp-capture/source/kafka_options.h"

enum { ADDED_MAX = 32 << 10 }; /* what --add may put in front of each event, in bytes */

struct options {
	char **sources; /* borrowed from argv; "-" is standard input */
	size_t source_count;
	const struct format *format; /* NULL: decided by each source's first bytes */
	struct format_options format_options;
	struct zone *zone;               /* owned */
	const char *time;                /* --time, or NULL: where DESIGN says */
	bool time_now, time_kafka;       /* --time now, --time kafka */
	bool time_plain;                 /* times are RFC 3339 or numbers: one in front may pass as it is */
	struct time_format *time_format; /* owned */
	struct buf added_text;           /* "k":v,"l":w of --add, ready to be written */
	struct span *added;              /* names of --add, then that of --source-field; owned, bytes in argv */
	size_t added_count;
	const char *source_field; /* or NULL */
	bool follow, from_end, in_order;
	uint64_t limit; /* UINT64_MAX: none */
	size_t max_event;
	const char *reject, *metrics;
	bool status;
	struct kafka_options kafka;
};

extern const struct opt_program capture_program;

/* 0: run; 1: --help or --version was printed, exit with *STATUS; -1: E (EX_USAGE ...). */
int options_parse(struct options *c, int argc, char **argv, int *status, struct err *e) MUST_USE;
void options_release(struct options *c);
#endif
