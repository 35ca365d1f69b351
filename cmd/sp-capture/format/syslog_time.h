/* syslog_time.h -- reads the time at the start of a line of a system log. */
#ifndef CAPTURE_FORMAT_SYSLOG_TIME_H
#define CAPTURE_FORMAT_SYSLOG_TIME_H
#include "base/buf.h"
#include "sp-capture/format/log_cursor.h"
#include "sp-capture/record.h"
#include "text/year_run.h"

enum { SYSLOG_MINUTE = 12 }; /* bytes of "Mmm dd hh:mm" */

/* The settings with which times are read, and a cache of the last time. The caller sets ZONE and YEARS. All other bytes
 * must be zero before the first line. */
struct syslog_clock {
	const struct zone *zone; /* the zone of times without an offset; borrowed; NULL: UTC */
	struct year_run years;
	/* A cache for the conversion of times: MINUTE_SEC is the instant at which the minute of the last line began.
	 * If the next line has the same minute, only its seconds are converted. */
	char minute[SYSLOG_MINUTE]; /* as in the line, such as "May  1 10:39" */
	bool minute_known;          /* the cache is set */
	int64_t minute_sec;         /* seconds since 1970 */
};

/* The forms in which the time at the start of a line may be written. TIME_NONE: there is no time. */
enum syslog_time {
	TIME_NONE,
	TIME_BSD,   /* RFC 3164: "Nov 24 10:00:00", with variations */
	TIME_ISO,   /* RFC 3339: "2024-11-24T10:00:00Z" */
	TIME_BLANK, /* a blank in place of the T: "2024-11-24 10:00:00" */
	TIME_FULL,  /* journalctl -o short-full: "Sun 2024-11-24 10:00:00 UTC" */
	TIME_UNIX,  /* journalctl -o short-unix: "1732442400.123456" */
};

/* Reads a time at C and the space after it. Returns the form of the time, sets the time of OUT, and moves C past the
 * space. Returns TIME_NONE with C unchanged if there is no valid time. If the zone of a time is not known, or if the
 * year from --year does not have its date, OUT is also rejected (OUT->kind is set). */
enum syslog_time syslog_time_read(struct syslog_clock *k, struct log_cursor *c, struct record *out);
#endif
