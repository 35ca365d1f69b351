/* options.h -- what the command line asked for. Set by options_parse(), not changed afterwards. */
#ifndef CAPTURE_OPTIONS_H
#define CAPTURE_OPTIONS_H
#include "program/options.h"
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

/* Parses the command line of a program that knows the source types TYPES (NULL-terminated). The process is replaced by a
 * driver if the operands need one. Returns PROGRAM_RUN; PROGRAM_DONE: what was asked for is printed, *STATUS is the exit
 * status; PROGRAM_FAILED with E (EX_USAGE and others). options_release() must be called in any case. */
enum program_next options_parse(struct options *o, const struct source_type *const *types, int argc, char **argv,
	int *status, struct err *e) MUST_USE;
void options_release(struct options *o);
#endif
