/* options.c -- interprets the options that depend on other options, when all of them are known. */
#include "sp-capture/options.h"
#include "base/diag.h"

/* format_options.note: prints TEXT about the source NAME on standard error. */
static void note(const char *name, const char *text)
{
	diag("%s: %s", name, text);
}

/* Without --format, an option that only some formats know selects the first format that knows it. Example: --columns
 * selects csv. With --format, that format must know the option. */
int options_set_format(struct options *o, const char *name, struct err *e)
{
	const struct {
		const char *option, *value;
		enum format_flag flag;
	} special[] = {
		{ "--each", o->format_options.each, FORMAT_EACH },
		{ "--columns", o->format_options.columns, FORMAT_COLUMNS },
		{ "--delimiter", o->format_options.csv.delimiter, FORMAT_DELIMITER },
		{ "--decimal", o->format_options.csv.decimal, FORMAT_COLUMNS },
		{ "--skip", o->format_options.csv.skip, FORMAT_COLUMNS },
		{ "--comment", o->format_options.csv.comment, FORMAT_COLUMNS },
		{ "--quote", o->format_options.csv.quote, FORMAT_COLUMNS },
		{ "--pattern", o->format_options.pattern, FORMAT_PATTERN },
	};
	if (name && !(o->format = format_find(name, e)))
		return -1;
	for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
		if (!special[i].value)
			continue;
		if (!o->format)
			o->format = format_with(special[i].flag);
		if (!(o->format->flags & special[i].flag))
			return err_set(e, EX_USAGE, "%s is for --format %s, not %s", special[i].option,
				format_with(special[i].flag)->name, o->format->name);
	}
	o->format_options.max_event = o->max_event;
	o->format_options.note = note;
	o->format_options.counts = &o->format_counts;
	return 0;
}

/* The time format reads times in the zone of --tz, so both are interpreted together. */
int options_set_time(struct options *o, const char *time_format, const char *tz, struct err *e)
{
	if (tz && zone_open(tz, &o->zone, e) < 0)
		return -1;
	o->format_options.zone = o->zone;
	const char *form = time_format ? time_format : "auto";
	o->time_format_given = time_format;
	if (time_format_new(form, o->zone, &o->time_format, e) < 0)
		return -1;
	o->time_plain = strcmp(form, "auto") == 0 || strcmp(form, "rfc3339") == 0;
	o->time_now = o->time && strcmp(o->time, "now") == 0;
	if (o->time_now && time_format)
		return err_set(e, EX_USAGE, "--time-format has no effect with --time now");
	/* --time .ts is treated as if --time was not given, because the member ts is read faster without an
	 * expression. */
	if (o->time && strcmp(o->time, ".ts") == 0)
		o->time = NULL;
	return 0;
}

int options_check_year(const struct options *o, const char *time_format, struct err *e)
{
	bool yearless = time_format ? time_format_lacks_year(o->time_format) :
				      !o->format || (o->format->flags & FORMAT_YEARLESS);
	if (o->format_options.first_year && !yearless)
		return err_set(e, EX_USAGE,
			"--year is for times without a year: those of --format syslog, or of a --time-format without %%Y");
	return 0;
}
