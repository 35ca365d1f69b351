/* options.h -- what the command line asked for. Set by command_line_parse(), not changed afterwards. */
#ifndef CAPTURE_OPTIONS_H
#define CAPTURE_OPTIONS_H
#include "sp-capture/added_fields.h"
#include "sp-capture/format/format.h"

struct source_type;

struct options {
	char **operands; /* the sources; borrowed from argv; "-" is standard input */
	size_t operand_count;
	const struct source_type *type; /* of all operands */
	void *source_options;           /* owned: what TYPE's own options said; NULL if it has none */
	const struct format *format;    /* NULL: decided by each source's first bytes */
	struct format_options format_options;
	struct zone *zone; /* owned */
	const char *time;  /* --time; NULL: the format's own time, or ts */
	bool time_now;     /* --time now */
	bool time_plain;   /* times are RFC 3339 or numbers: an event with its time first may pass unchanged */
	struct time_format *time_format; /* owned */
	struct added_fields added;
	bool follow, from_end, in_order;
	uint64_t limit; /* UINT64_MAX: none */
	size_t max_event;
	const char *reject, *metrics; /* or NULL */
	bool status;
};
#endif
