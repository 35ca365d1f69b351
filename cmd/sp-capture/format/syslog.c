/* syslog.c -- reads system logs in the forms of RFC 3164 (BSD syslog) and RFC 5424.
 *
 * Messages of RFC 3164 are accepted as daemons send them. They are also accepted as rsyslog, syslog-ng and
 * journalctl(1) write them: without <PRI>, and with times in many forms. Frames of RFC 6587 ("83 <40>1 ...") are
 * accepted as well.
 *
 * Every event has the same members in the same order. A member is null if the line does not have its value. */
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_build.h"
#include "sp-capture/format/syslog_data.h"
#include "sp-capture/format/syslog_frame.h"
#include "sp-capture/format/syslog_read.h"
#include "sp-capture/format/table.h"
#include <stdlib.h>

struct syslog_decoder {
	struct syslog_clock clock;
	size_t max;              /* the longest event, in bytes */
	struct buf out;          /* the event */
	struct syslog_data data; /* memory that is used again for each message */
};

/* Writes KEY and then S as a string, or null if S is SPAN_NONE. Returns the place after the value. */
static char *put_text(char *to, struct span key, struct span s)
{
	to = json_build_raw(to, key);
	return s.p ? json_build_string(to, s) : JSON_BUILD_RAW(to, "null");
}

/* Returns true if PID is a number of at most 18 digits without a leading zero. The pid can also be another text, such
 * as the id "1e5" of a container. */
static bool is_number(struct span pid)
{
	bool number = pid.n > 0 && pid.n <= 18 && (pid.p[0] != '0' || pid.n == 1);
	for (size_t i = 0; i < pid.n && number; i++)
		number = pid.p[i] >= '0' && pid.p[i] <= '9';
	return number;
}

/* Writes the members before the text of the message. The numbers of severities and facilities are those of RFC 5424,
 * 6.2.1, and their names are those of syslog.conf(5). Returns the place after the members. */
static char *put_head(char *to, const struct syslog_message *m)
{
	static const char *const severities[] = { "emerg", "alert", "crit", "err", "warning", "notice", "info",
		"debug" };
	static const char *const facilities[] = { "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news",
		"uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert", "clock", "local0", "local1", "local2",
		"local3", "local4", "local5", "local6", "local7" };
	/* The priority is facility * 8 + severity (RFC 5424, 6.2.1). */
	int n = m->priority;
	to = put_text(to, SPAN("{\"host\":"), m->host);
	to = put_text(to, SPAN(",\"app\":"), m->app);
	to = JSON_BUILD_RAW(to, ",\"pid\":");
	to = !m->pid.p            ? JSON_BUILD_RAW(to, "null") :
		is_number(m->pid) ? json_build_raw(to, m->pid) :
				    json_build_string(to, m->pid);
	to = put_text(to, SPAN(",\"severity\":"), n < 0 ? SPAN_NONE : span_of(severities[n % 8]));
	to = put_text(to, SPAN(",\"facility\":"), n < 0 ? SPAN_NONE : span_of(facilities[n / 8]));
	return put_text(to, SPAN(",\"msgid\":"), m->msgid);
}

/* Writes the message M as an event and sets the event of OUT. Returns NEXT_EVENT, NEXT_REJECTED or NEXT_ERROR. */
static int write_message(struct syslog_decoder *d, const struct syslog_message *m, struct record *out, struct err *e)
{
	const char *reason = NULL;
	/* 256 bytes are enough for the names of all members and for all values that are null. */
	char *to = json_build_room(&d->out, 256, out->raw.n + 1, e);
	if (!to)
		return NEXT_ERROR;
	to = put_text(put_head(to, m), SPAN(",\"message\":"), m->text);
	to = JSON_BUILD_RAW(to, ",\"data\":");
	to = m->data.p ? syslog_data_put(&d->data, to, m->data, &reason) : JSON_BUILD_RAW(to, "null");
	if (!to && reason)
		return record_reject(out, "bad structured data", "structured data with %s", reason);
	if (!to)
		return err_set(e, EX_OSERR, "out of memory for a line of %zu bytes", out->raw.n);
	*to++ = '}';
	out->no_ts = true;
	return json_build_event(out, &d->out, to, d->max);
}

static int syslog_next(struct decoder *decoder, struct reader *in, struct record *out, struct err *e)
{
	struct syslog_decoder *d = (struct syslog_decoder *)decoder;
	struct syslog_message m;
	d->clock.years.name = in->in.name;
	for (;;) {
		int r = syslog_frame_next(in, out, e);
		if (r != NEXT_EVENT)
			return r;
		if ((out->raw.p[0] != '-' && out->raw.p[0] != '\xe2') || !syslog_is_remark(out->raw))
			return syslog_read(&d->clock, out->raw, &m, out) ? write_message(d, &m, out, e) : NEXT_REJECTED;
	}
}

/* Sets *OUT to the place that was reached. The state of the position holds all that decides the years of later times.
 * So a later run that continues at this place finds the same years. */
static void syslog_position(const struct decoder *decoder, const struct reader *in, struct position *out)
{
	const struct syslog_decoder *d = (const struct syslog_decoder *)decoder;
	*out = (struct position){ .offset = in->offset, .number = in->number, .state = year_run_save(&d->clock.years) };
}

static int syslog_seek(struct decoder *decoder, const struct position *p, struct err *e)
{
	struct syslog_decoder *d = (struct syslog_decoder *)decoder;
	if (p->skip != 0)
		return err_set(e, EX_DATAERR, "the position is not one of this format");
	year_run_restore(&d->clock.years, p->state);
	d->clock.minute_known = false;
	return 0;
}

static int syslog_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	struct syslog_decoder *d = calloc(1, sizeof *d);
	*out = (struct decoder *)d;
	if (!d)
		return err_oom(e, "a decoder");
	d->clock.zone = o->zone;
	year_run_init(&d->clock.years, "", o->changed_ms, o->live, o->first_year);
	syslog_data_init(&d->data);
	d->max = o->max_event;
	buf_init(&d->out, SIZE_MAX / 2);
	return 0;
}

static void syslog_close(struct decoder *decoder)
{
	struct syslog_decoder *d = (struct syslog_decoder *)decoder;
	if (d) {
		buf_release(&d->out);
		syslog_data_release(&d->data);
	}
	free(d);
}

const struct format format_syslog = {
	.name = "syslog",
	.help = "system logs, RFC 3164 and RFC 5424",
	.flags = FORMAT_YEARLESS | FORMAT_OWN_TIMES,
	.probe = syslog_probe,
	.open = syslog_open,
	.next = syslog_next,
	.close = syslog_close,
	.position = syslog_position,
	.seek = syslog_seek,
};
