/* follow.c -- files followed by name, as tail -F does.
 *
 * A name has tails: the files that have or had this name, the oldest first. When another file gets the name, the old
 * file is still read, because its writer may still append lines to it. The old file is dropped when it has had no new
 * record for QUIET_MS, or if its name has more than OLD_MAX tails. A file that was truncated is opened again as a new
 * tail. inotify only wakes the program. The names are checked by stat() about every RECHECK_MS, even if inotify reports
 * nothing.
 *
 * Records are written in the order in which they are found. The names take turns, and so do the tails of a name, the
 * oldest first. */
#include "base/clock.h"
#include "base/diag.h"
#include "sp-capture/source/table.h"
#include "sp-capture/source/tail.h"
#include "stream/stop.h"
#include <errno.h>
#include <libgen.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
	RECHECK_MS = 1000,
	QUIET_MS = 60000,
	OLD_MAX = 8,     /* tails of one name, the newest included */
	TURN_MAX = 4096, /* records of one tail before the next tail has its turn */
};

struct followed {
	struct source base;
	const char *path;
	char *folder;       /* owned */
	struct tail *tails; /* oldest first; owned */
	struct tail *turn;  /* the tail that is read now; if NULL, the oldest tail is next */
	int turn_records;   /* records of TURN since its turn began */
	bool reported;      /* no more messages are written about a missing file */
};

struct follow {
	int notify;            /* the inotify descriptor; -1: not available */
	bool started;          /* all names were checked once */
	int64_t next_check_ms; /* monotonic time of the next check of the names while records keep coming */
};

/* source_type.init: makes a source of each name. No file is opened yet. */
static int follow_init(struct source_set *set, struct err *e)
{
	struct follow *all = set->state = calloc(1, sizeof *all);
	if (!all)
		return err_oom(e, "followed files");
	all->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	for (size_t i = 0; i < set->options->operand_count; i++) {
		struct followed *f = calloc(1, sizeof *f);
		if (!f || source_set_add(set, &f->base, e) < 0) {
			free(f);
			return err_oom(e, "a followed file");
		}
		f->base.name = f->path = set->options->operands[i];
		f->base.open = true;
		char *copy = strdup(f->path); /* dirname() changes its argument */
		f->folder = copy ? strdup(dirname(copy)) : NULL;
		free(copy);
		if (!f->folder)
			return err_oom(e, "a followed file");
	}
	return 0;
}

/* Frees T. Removes the inotify watch of T, unless another tail has the same watch. A file has only one watch, so its
 * tails before and after a truncation share the watch. */
static void drop_tail(struct source_set *set, struct tail *t)
{
	const struct follow *all = set->state;
	bool shared = false;
	for (size_t i = 0; i < set->count; i++)
		for (const struct tail *o = ((struct followed *)set->list[i])->tails; o; o = o->newer)
			shared = shared || (o != t && o->watch == t->watch);
	if (t->watch >= 0 && !shared)
		inotify_rm_watch(all->notify, t->watch);
	tail_free(t);
}

/* ---- which files have the names ---- */

/* A final tail ends when all its bytes are read. Makes each tail final that has had no record for QUIET_MS. If there
 * are more than OLD_MAX tails, makes the oldest tails final as well. The newest tail never becomes final here. */
static void retire(struct followed *f, int64_t now_ms)
{
	int count = 0;
	for (const struct tail *t = f->tails; t; t = t->newer)
		count++;
	for (struct tail *t = f->tails; t && t->newer; t = t->newer, count--)
		if (count > OLD_MAX || now_ms - t->active_ms >= QUIET_MS)
			t->final = true;
}

/* Reports E, the reason why the file of F cannot be opened. The first call for F writes a message, unless F still has
 * an old tail then. Later calls write none. */
static void report_missing(struct followed *f, const struct err *e)
{
	if (!f->reported && !f->tails)
		diag("%s; waiting for it", e->msg);
	f->reported = true;
}

/* Opens the file that has the name now and adds it to F as the newest tail. REGULAR is set if that file was a regular
 * file a moment ago. FIRST is set at the start of the run: only then does --from end apply. Sets *MOVED if a tail was
 * added. Returns 0, or -1 with E set if the run must end. */
static int add_tail(struct source_set *set, struct followed *f, bool regular, bool first, bool *moved, struct err *e)
{
	const struct follow *all = set->state;
	struct tail *fresh = NULL, **at = &f->tails;
	if (tail_open(&fresh, set, f->path, first && set->options->from_end, e) < 0) {
		if (regular && (!first || e->status == EX_NOINPUT)) {
			/* The file is gone again, or its permissions do not allow reading yet. */
			report_missing(f, e);
			return 0;
		}
		return -1;
	}
	/* --year is for the files that exist at the start. A file that is created later has times of the current
	 * year. */
	if (!first)
		record_reader_forget_year(&fresh->records);
	/* The watch is added before the first read, so that no growth is missed. */
	if (all->notify >= 0)
		fresh->watch = inotify_add_watch(all->notify, f->path, IN_MODIFY);
	while (*at)
		at = &(*at)->newer;
	*at = fresh;
	*moved = true;
	return 0;
}

/* Checks which file has the name of F now. Sets *MOVED if there is a new file to read. A missing file is reported but
 * is no failure. Returns 0, or -1 with E set. */
static int check_name(struct source_set *set, struct followed *f, bool first, bool *moved, struct err *e)
{
	const struct follow *all = set->state;
	const struct tail *newest = f->tails;
	while (newest && newest->newer)
		newest = newest->newer;
	/* The watch is added at each check, because the folder itself may have been replaced. */
	if (all->notify >= 0)
		(void)inotify_add_watch(all->notify, f->folder,
			IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ONLYDIR);
	struct stat st;
	if (stat(f->path, &st) < 0) {
		err_errno(e, err_status_read(errno), errno, "%s", f->path);
		report_missing(f, e);
		return 0;
	}
	if (newest && newest->dev == st.st_dev && newest->ino == st.st_ino)
		return 0;
	return add_tail(set, f, S_ISREG(st.st_mode), first, moved, e);
}

/* Checks all names. Sets *MOVED if there is a new file to read. Returns 0, or -1 with E set. */
static int check_names(struct source_set *set, bool *moved, struct err *e)
{
	struct follow *all = set->state;
	bool first = !all->started;
	all->started = true;
	all->next_check_ms = clock_monotonic_ms() + RECHECK_MS;
	for (size_t i = 0; i < set->count; i++) {
		struct followed *f = (struct followed *)set->list[i];
		retire(f, clock_monotonic_ms());
		if (check_name(set, f, first, moved, e) < 0)
			return -1;
	}
	return 0;
}

/* source_type.refresh: opens the files that exist at the start. Returns NEXT_EVENT, or NEXT_ERROR with E set. */
static enum next follow_refresh(struct source_set *set, struct err *e)
{
	bool moved;
	return check_names(set, &moved, e) < 0 ? NEXT_ERROR : NEXT_EVENT;
}

/* source_type.done: checks the names every RECHECK_MS while records keep coming. Returns 0, or -1 with E set. */
static int follow_done(struct source_set *set, struct err *e)
{
	const struct follow *all = set->state;
	bool moved;
	return clock_monotonic_ms() < all->next_check_ms ? 0 : check_names(set, &moved, e);
}

/* Returns the longest time to wait for a change, in milliseconds. If a file has lines but its format is not decided,
 * the wait is short, because the lines must be looked at again soon. */
static int64_t longest_wait(const struct source_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		for (const struct tail *t = ((const struct followed *)set->list[i])->tails; t; t = t->newer)
			if (!t->over && record_reader_is_undecided(&t->records))
				return RECORD_READER_PAUSE_MS;
	return RECHECK_MS;
}

/* source_type.wait: checks the names. If there is no new file, waits until inotify reports a change, at most
 * longest_wait(). Returns 0, or -1 with E set. */
static int follow_wait(struct source_set *set, struct err *e)
{
	const struct follow *all = set->state;
	bool moved = false;
	if (stop_flag)
		return 0;
	if (check_names(set, &moved, e) < 0)
		return -1;
	if (moved)
		return 0;
	if (set->hooks.before_wait(set->hooks.arg, e) < 0)
		return -1;
	char events[4096];
	struct pollfd p = { all->notify, POLLIN, 0 };
	/* The content of the events is not used, because the names are checked in any case. */
	if (stop_poll(&p, 1, longest_wait(set)) > 0)
		while (read(all->notify, events, sizeof events) > 0)
			;
	return 0;
}

/* ---- reading ---- */

/* Ends the turn of F->turn, which returned N last, and gives the turn to the next newer tail. A tail that has failed
 * stays in the list until it is final. So check_name() finds the file in the list and does not open it again. Returns
 * 0, or -1 with E set if the output failed. */
static int end_turn(struct followed *f, enum next n, struct err *e)
{
	struct source_set *set = f->base.set;
	struct tail *t = f->turn;
	if (f->turn_records > 0)
		t->active_ms = clock_monotonic_ms();
	f->turn = t->newer;
	f->turn_records = 0;
	if (n == NEXT_END || n == NEXT_ERROR) {
		t->over = true;
		/* Events that count as written may still be in the buffer, which record_reader_close() frees. */
		if (set->hooks.before_fill(set->hooks.arg, e) < 0)
			return -1;
		record_reader_close(&t->records);
	}
	if (t->final && t->over) {
		struct tail **at = &f->tails;
		while (*at != t)
			at = &(*at)->newer;
		*at = t->newer;
		drop_tail(set, t);
	}
	return 0;
}

/* Returns true if the program was asked to stop and all tails of F are over. */
static bool all_given(const struct followed *f)
{
	bool given = stop_flag;
	for (const struct tail *t = f->tails; t; t = t->newer)
		given = given && t->over;
	return given;
}

/* source_type.next: reads the tails of this name in turn. Returns NEXT_LATER after one round, even if a tail has more
 * records, or NEXT_END if the program was asked to stop and all tails are over. */
static enum next follow_next(struct source *s, struct record *out, struct err *e)
{
	struct followed *f = (struct followed *)s;
	if (!f->turn)
		f->turn = f->tails;
	while (f->turn) {
		struct tail *t = f->turn;
		enum next n = NEXT_LATER;
		if (!t->over && f->turn_records < TURN_MAX)
			n = tail_next(t, out, e);
		if (n == NEXT_EVENT || n == NEXT_REJECTED) {
			f->turn_records++;
			s->format = t->records.format;
			return n;
		}
		if (end_turn(f, n, e) < 0 || n == NEXT_ERROR)
			return NEXT_ERROR;
	}
	return all_given(f) ? NEXT_END : NEXT_LATER;
}

static void follow_free(struct source_set *set)
{
	struct follow *all = set->state;
	for (size_t i = 0; i < set->count; i++) {
		struct followed *f = (struct followed *)set->list[i];
		for (struct tail *t; (t = f->tails);) {
			f->tails = t->newer;
			tail_free(t);
		}
		free(f->folder);
		free(f);
	}
	if (all && all->notify >= 0)
		close(all->notify);
	free(all);
}

/* There are no mark() and seek(), because a position would have to name each tail and find it again after a
 * rotation. */
const struct source_type source_follow = {
	.name = "followed file",
	.init = follow_init,
	.refresh = follow_refresh,
	.wait = follow_wait,
	.done = follow_done,
	.free_all = follow_free,
	.next = follow_next,
	.position_sign = ':',
	.takes_turns = true,
	.outlives_errors = true,
};
