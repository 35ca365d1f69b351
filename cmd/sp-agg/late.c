/* late.c -- late events of sessions: into --late as they were before sp-window, or counted. */
#include "sp-agg/late.h"
#include "base/diag.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

int late_open(struct agg *a, struct err *e)
{
	a->late.fd = -1;
	if (!a->c->late)
		return 0;
	int fd = open(a->c->late, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", a->c->late);
	return writer_init(&a->late, fd, a->c->late, e);
}

int late_add(struct agg *a, struct err *e)
{
	const struct event *ev = a->ev;
	a->n.late++;
	if (a->late.fd < 0)
		return 0;
	if (writer_add(&a->late, "{", 1, e) < 0 ||
		writer_add(&a->late, ev->text.p + ev->prefix, ev->text.n - ev->prefix, e) < 0)
		return -1;
	return writer_add(&a->late, "\n", 1, e);
}

int late_finish(struct agg *a, struct err *e)
{
	if (a->late.fd >= 0)
		return writer_close(&a->late, e);
	if (a->n.late)
		diag("%" PRIu64 " late event%s left out of sessions that were over; --late FILE keeps them", a->n.late,
			a->n.late == 1 ? " was" : "s were");
	return 0;
}
