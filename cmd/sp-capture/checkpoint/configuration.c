/* configuration.c -- the options that cut a source into records, as text (configuration.h).
 *
 * Options that only change the events that are made of the records, such as --time and --add, are not among them: they
 * may change from run to run. */
#include "sp-capture/checkpoint/configuration.h"

/* Appends the line of option NAME. A newline in VALUE would begin another line, so it is written as \n. */
static int add_line(struct buf *out, const char *name, const char *value)
{
	int status = buf_addf(out, "%s: ", name);
	for (; value && *value && status == 0; value++)
		status = *value == '\n' ? buf_adds(out, "\\n") :
			*value == '\\'  ? buf_adds(out, "\\\\") :
					  buf_addc(out, *value);
	return status < 0 ? -1 : buf_addc(out, '\n');
}

int configuration_text(const struct options *o, struct buf *out, struct err *e)
{
	const struct format_options *f = &o->format_options;
	char max_event[32];
	snprintf(max_event, sizeof max_event, "%zu", o->max_event);
	const char *const lines[][2] = {
		{ "--format", o->format ? o->format->name : "" },
		{ "--each", f->each },
		{ "--columns", f->columns },
		{ "--delimiter", f->csv.delimiter },
		{ "--quote", f->csv.quote },
		{ "--skip", f->csv.skip },
		{ "--comment", f->csv.comment },
		{ "--pattern", f->pattern },
		{ "--max-event", max_event },
	};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		if (add_line(out, lines[i][0], lines[i][1]) < 0)
			return err_oom(e, "the configuration");
	return 0;
}
