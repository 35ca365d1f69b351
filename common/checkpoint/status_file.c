/* status_file.c -- writes DIR/ID/status.json (status_file.h).
 *
 * The numbers are JSON numbers and the epoch is a string, as everywhere in the protocol. What is not known is null, so
 * that every file has the same members. */
#include "checkpoint/status_file.h"
#include "base/clock.h"
#include "text/time.h"
#include <fcntl.h>
#include <unistd.h>

enum { TEXT_MAX = 4096 };

/* Appends ,"NAME":V, or null for STATUS_UNKNOWN. */
static void add_number(struct buf *out, const char *name, int64_t v)
{
	if (v == STATUS_UNKNOWN)
		(void)buf_addf(out, ",\"%s\":null", name);
	else
		(void)buf_addf(out, ",\"%s\":%lld", name, (long long)v);
}

/* Appends ,"NAME":"time", or null for INT64_MIN. */
static void add_time(struct buf *out, const char *name, int64_t ms)
{
	char time[TIME_TEXT_MAX];
	if (ms == INT64_MIN)
		(void)buf_addf(out, ",\"%s\":null", name);
	else
		(void)buf_addf(out, ",\"%s\":\"%.*s\"", name, (int)time_write_ms(ms, time), time);
}

void status_file_write(const struct checkpoint_place *p, const struct epoch *epoch, const struct status_fields *f)
{
	struct buf out;
	buf_init(&out, TEXT_MAX);
	(void)buf_addf(&out, "{\"id\":\"%s\",\"pid\":%ld,\"epoch\":\"%llu\",\"run\":\"%s\"", p->id, (long)getpid(),
		(unsigned long long)epoch->number, epoch->run);
	add_time(&out, "time", clock_realtime_ms());
	add_number(&out, "events_in", (int64_t)f->events_in);
	add_number(&out, "events_out", (int64_t)f->events_out);
	add_number(&out, "rejected", (int64_t)f->rejected);
	add_number(&out, "late", (int64_t)f->late);
	add_time(&out, "watermark", f->watermark_ms);
	add_number(&out, "open_windows", f->open_windows);
	add_number(&out, "keys", f->keys);
	add_number(&out, "state_bytes", f->state_bytes);
	add_number(&out, "lag_bytes", f->lag_bytes);
	if (f->waiting_for)
		(void)buf_addf(&out, ",\"waiting_for\":\"%s\"", f->waiting_for);
	else
		(void)buf_adds(&out, ",\"waiting_for\":null");
	add_time(&out, "waiting_since", f->waiting_for ? f->waiting_since_ms : INT64_MIN);
	(void)buf_adds(&out, "}\n");
	/* No fsync: after a power cut the program writes a new status. */
	int fd = openat(p->fd, ".status.json.tmp", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool written = fd >= 0 && write(fd, out.p, out.n) == (ssize_t)out.n;
	if (fd >= 0)
		close(fd);
	if (!written || renameat(p->fd, ".status.json.tmp", p->fd, "status.json") < 0)
		(void)unlinkat(p->fd, ".status.json.tmp", 0);
	buf_release(&out);
}
