/* late.c -- late events of sessions: appended to --late FILE as they were before sp-window, or counted.
 *
 * For other kinds of windows sp-window knows what is late. Of sessions only the sessions of the key tell, so they are
 * found here; what is written is the line that sp-window read. */
#include "sp-agg/late.h"
#include "base/diag.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

int late_open(struct late *l, const char *path, struct err *e)
{
	*l = (struct late){ .out.fd = -1 };
	if (!path)
		return 0;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", path);
	return writer_init(&l->out, fd, path, e);
}

void late_release(struct late *l)
{
	if (l->out.fd >= 0)
		close(l->out.fd);
	writer_release(&l->out);
}

int late_add(struct late *l, const struct event *ev, struct err *e)
{
	l->count++;
	if (l->out.fd < 0)
		return 0;
	if (writer_add(&l->out, "{", 1, e) < 0 ||
		writer_add(&l->out, ev->text.p + ev->prefix, ev->text.n - ev->prefix, e) < 0)
		return -1;
	return writer_add(&l->out, "\n", 1, e);
}

int late_flush(struct late *l, struct err *e)
{
	return l->out.fd >= 0 ? writer_flush(&l->out, e) : 0;
}

int late_finish(struct late *l, struct err *e)
{
	if (l->out.fd >= 0)
		return writer_close(&l->out, e);
	if (l->count)
		diag("%" PRIu64 " late event%s dropped: %s over; --late FILE keeps late events", l->count,
			l->count == 1 ? " was" : "s were", l->count == 1 ? "its session was" : "their sessions were");
	return 0;
}
