/* stage_end.c -- the end of a line: it commits each epoch in its store.
 *
 * The store is the truth, because rows and epoch are committed there in one transaction. COMMITTED is a hint for the
 * source, written after the commit, so a crash between the two leaves it one epoch behind. Then the source begins too
 * early, and the end refuses the stream before it takes anything, after it has corrected COMMITTED. */
#include "checkpoint/stage_internal.h"
#include "base/diag.h"
#include "base/fault.h"
#include <fcntl.h>
#include <unistd.h>

static unsigned long long ull(uint64_t v)
{
	return v;
}

/* Writes COMMITTED with EPOCH. Returns 0, or -1 with E set. */
static int write_committed(struct stage *s, const struct epoch *epoch, struct err *e)
{
	s->committed.epoch = *epoch;
	s->committed.pace_ms = s->hooks.pace_ms;
	return committed_write(&s->folder, &s->committed, e);
}

/* Returns true if the program ID had nothing open after the epoch that the stream continues after. */
static bool is_closed(const struct stage *s, struct span id)
{
	struct checkpoint_place p = { .folder = &s->folder, .lock = -1 };
	struct snapshot snapshot;
	struct err ignored = ERR_INIT;
	snprintf(p.id, sizeof p.id, "%.*s", SPAN_ARG(id));
	p.fd = openat(s->folder.fd, p.id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool closed = p.fd >= 0 && snapshot_read(&p, &s->start.from, &snapshot, &ignored) == 0 && snapshot.open.n == 0;
	if (p.fd >= 0) {
		snapshot_release(&snapshot);
		close(p.fd);
	}
	return closed;
}

/* Returns true if all programs of PATH but the source, the first one, had nothing open: the last run has ended with
 * --end. The positions of the source hold for any line. */
static bool all_closed(const struct stage *s, struct span path)
{
	const char *end = path.p + path.n;
	for (const char *p = memchr(path.p, ',', path.n); p;) {
		const char *next = memchr(p + 1, ',', (size_t)(end - p - 1));
		if (!is_closed(s, (struct span){ p + 1, (size_t)((next ? next : end) - p - 1) }))
			return false;
		p = next;
	}
	return true;
}

/* Compares the programs of the line with those of the last commit. If they differ, the state of a program may be
 * missing or unused, unless all states are empty. Notes the programs of this run. Returns 0, or -1 with E set. */
static int check_path(struct stage *s, struct err *e)
{
	struct span old = buf_span(&s->committed.path), path = buf_span(&s->start.path);
	if (old.n > 0 && s->start.from.number > 0 && !span_eq(old, path) && !s->settings.upgrade && !all_closed(s, old))
		return err_set(e, EX_DATAERR,
			"the programs of the line were %.*s and are %.*s: run the old line with --end first, or accept the "
			"change with --upgrade",
			SPAN_ARG(old), SPAN_ARG(path));
	buf_reset(&s->committed.path);
	return buf_add_span(&s->committed.path, path) < 0 ? err_oom(e, "the path of the line") : 0;
}

/* Corrects COMMITTED: the store is at epoch STORE, but the stream continues after another one. Always returns -1 with E
 * set (EX_TEMPFAIL if COMMITTED was written). */
static int repair(struct stage *s, const struct epoch *store, struct err *e)
{
	fault_point("repair-before-COMMITTED");
	if (write_committed(s, store, e) < 0)
		return -1;
	fault_point("repair-after-COMMITTED");
	return err_set(e, EX_TEMPFAIL,
		"the store has epoch %llu, and the stream continues after epoch %llu: %s/COMMITTED is corrected; run the "
		"line again",
		ull(store->number), ull(s->start.from.number), s->folder.path);
}

/* The store knows nothing of the job, although the job has committed before. Returns 0 if this is accepted, or -1 with
 * E set. */
static int store_is_empty(struct stage *s, struct err *e)
{
	if (fault_mutant("store-empty-accepted"))
		return 0;
	if (s->settings.adopt)
		return s->hooks.adopt ? s->hooks.adopt(s->hooks.arg, &s->start.from, e) : 0;
	return err_set(e, EX_DATAERR,
		"the store knows nothing of job %s, which has committed epoch %llu: was the store replaced? Start over "
		"with rm -r %s, or go on into this store with --adopt",
		s->start.job, ull(s->start.from.number), s->folder.path);
}

int stage_end_check(struct stage *s, struct err *e)
{
	const struct epoch *from = &s->start.from;
	struct epoch store = *from;
	if (!s->hooks.commit)
		return 0;
	if (committed_read(&s->folder, &s->committed, e) < 0 || check_path(s, e) < 0 ||
		(s->hooks.recover && s->hooks.recover(s->hooks.arg, s->start.job, &store, e) < 0))
		return -1;
	fault_point("after-start-check");
	if (epoch_eq(&store, from))
		return 0;
	return store.number == 0 ? store_is_empty(s, e) : repair(s, &store, e);
}

int stage_end_commit(struct stage *s, const struct epoch *epoch, bool last, struct err *e)
{
	if (!s->hooks.commit)
		return 0;
	fault_point("before-txn");
	if (s->hooks.commit(s->hooks.arg, epoch, last, e) < 0)
		return -1;
	fault_point("after-commit");
	fault_point("before-COMMITTED");
	if (write_committed(s, epoch, e) < 0)
		return -1;
	fault_point("after-COMMITTED");
	return 0;
}
