/* syslog_read.h -- reads the parts of a message of a system log. */
#ifndef CAPTURE_FORMAT_SYSLOG_READ_H
#define CAPTURE_FORMAT_SYSLOG_READ_H
#include "sp-capture/format/syslog_time.h"

/* The fields of a message. A field that the line does not have is SPAN_NONE. */
struct syslog_message {
	/* The priority is facility * 8 + severity, or -1 if the line does not have a priority. */
	int priority;
	enum syslog_time form; /* TIME_NONE in RFC 5424 */
	struct span host, app, pid, msgid, data, text;
};

/* Reads LINE into *M by RFC 5424 or RFC 3164, and sets the time of OUT. K decides the zone and the year of a time
 * without them. Returns true, or false with OUT rejected. */
bool syslog_read(struct syslog_clock *k, struct span line, struct syslog_message *m, struct record *out);

/* Returns true if LINE is a remark of journalctl(1) and no message, such as "-- Logs begin at ... --". */
bool syslog_is_remark(struct span line);
/* The function probe() of the format. Accepts lines that syslog_read() can read and that do not look like another
 * log. */
bool syslog_probe(struct span line, bool whole);
#endif
