/* options.h -- what the command line asked for. command_line_parse() sets it, and nothing changes it later. */
#ifndef CAPTURE_OPTIONS_H
#define CAPTURE_OPTIONS_H
#include "checkpoint/settings.h"
#include "sp-capture/added_fields.h"
#include "sp-capture/format/format.h"

struct source_type;

struct options {
	char **operands; /* the sources; borrowed from argv; "-" is standard input */
	size_t operand_count;
	const struct source_type *type; /* the type of all operands */
	void *source_options;           /* owned: made by TYPE->options_new(); NULL if TYPE has no options */
	const struct format *format;    /* NULL: the first bytes of each source decide its format */
	struct format_options format_options;
	struct format_counts format_counts; /* what the decoders of all sources count */
	struct zone *zone;                  /* owned: --tz; NULL: UTC */
	const char *time;                   /* --time; NULL: the time that the decoder finds, else the member ts */
	bool time_now;                      /* --time now */
	/* --time-format accepts RFC 3339. An event that begins with such a time can be written unchanged. */
	bool time_plain;
	struct time_format *time_format; /* owned */
	bool time_format_given;          /* --time-format was given; if it was not, TIME_FORMAT is "auto" */
	struct added_fields added;
	bool follow, from_end, in_order;
	uint64_t limit; /* --limit; UINT64_MAX: no limit */
	size_t max_event;
	const char *reject, *metrics; /* paths; NULL: not given */
	bool status;
	struct checkpoint_settings checkpoint; /* CHECKPOINT.dir is NULL without checkpoints */
};

/* Sets O->format from NAME, the value of --format (NULL: not given), and from the options that only some formats know,
 * and completes O->format_options. Returns 0, or -1 with E set (EX_USAGE). */
int options_set_format(struct options *o, const char *name, struct err *e) MUST_USE;
/* Interprets --time together with the values of --time-format and --tz (NULL: not given). Returns 0, or -1 with E set
 * (EX_USAGE). O->zone and O->time_format are owned by O, even after a failure. */
int options_set_time(struct options *o, const char *time_format, const char *tz, struct err *e) MUST_USE;
/* Checks that --year is given only if times can lack a year. With --time-format, that format decides whether they can;
 * otherwise --format does. Must be called after the functions above. Returns 0, or -1 with E set (EX_USAGE). */
int options_check_year(const struct options *o, const char *time_format, struct err *e) MUST_USE;
#endif
