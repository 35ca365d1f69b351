/* endings.c -- reads how the programs of a line have ended, and finds the cause.
 *
 * If the line is one pipeline, the shell gives the status of each stage. Otherwise, the reports of the programs are put
 * into the order of the line. The shell's statuses that match no report come last. */
#include "sp-run/endings.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

/* ---- reading ---- */

/* Appends an ending with STATUS as a shell gives it: 128 + N is signal N. Returns the ending, or NULL if there are too
 * many. */
static struct ending *add(struct endings *all, const char *id, int status)
{
	if (all->count == ENDINGS_MAX)
		return NULL;
	struct ending *e = &all->all[all->count++];
	*e = (struct ending){ .status = status };
	if (status > 128 && status <= 128 + SIGRTMAX)
		*e = (struct ending){ .signal = status - 128 };
	snprintf(e->id, sizeof e->id, "%s", id);
	e->ours = strncmp(id, "sp-", 3) == 0;
	return e;
}

/* Reads the statuses of the shell from TEXT, "| 0 141 75". */
static void read_stages(struct endings *stages, const char *text)
{
	char *end;
	stages->count = 0;
	for (text++; *text; text = end) {
		long status = strtol(text, &end, 10);
		if (end == text)
			break;
		(void)add(stages, "", (int)(status & 255));
	}
}

/* Reads the report of a program from TEXT, "sp-agg.2 65". Ignores a line that was cut off by a full disk. */
static void read_report(struct endings *reports, const char *text)
{
	char id[LINE_NAME_MAX];
	size_t n = strcspn(text, " ");
	if (text[n] != ' ' || n >= sizeof id || text[n + 1] < '0' || text[n + 1] > '9')
		return;
	snprintf(id, sizeof id, "%.*s", (int)n, text);
	struct ending *e = add(reports, id, 0);
	if (e) {
		e->status = (int)(strtol(text + n + 1, NULL, 10) & 255);
		e->ours = true;
	}
}

/* Reads the file PATH. Returns 0, or -1 with E set. */
static int read_file(const char *path, struct endings *reports, struct endings *stages, struct err *e)
{
	FILE *in = fopen(path, "re");
	char text[512];
	if (!in)
		return errno == ENOENT ? 0 : err_errno(e, err_status_read(errno), errno, "%s", path);
	while (fgets(text, sizeof text, in)) {
		if (text[0] == '|')
			read_stages(stages, text);
		else
			read_report(reports, text);
	}
	fclose(in);
	return 0;
}

/* ---- putting together ---- */

/* Removes from ALL the first ending that has STATUS and the id ID (NULL: any id), and copies it to *OUT unless OUT is
 * NULL. Returns true if there was one. */
static bool take(struct endings *all, const char *id, int status, struct ending *out)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct ending *e = &all->all[i];
		if (e->signal || e->status != status || (id && strcmp(e->id, id) != 0))
			continue;
		if (out)
			*out = *e;
		memmove(&all->all[i], e + 1, (all->count - i - 1) * sizeof *e);
		all->count--;
		return true;
	}
	return false;
}

/* The stages of the shell are those of the line, so each gets its name. A report without a stage of its name is from a
 * script that has replaced itself by a program of sp (exec); it is matched with a stage of the same status that is not
 * ours. If there is no such stage, the program ran inside <( ), beside the pipeline, and its report comes last. */
static void join_by_stage(struct endings *out, const struct line *l, const struct endings *stages,
	struct endings *reports)
{
	*out = *stages;
	for (size_t i = 0; i < out->count; i++) {
		struct ending *s = &out->all[i];
		memcpy(s->id, l->stages[i].id, sizeof s->id);
		s->ours = l->stages[i].ours;
		if (s->ours && !s->signal)
			(void)take(reports, s->id, s->status, NULL);
	}
	for (size_t i = 0; i < out->count; i++)
		if (!out->all[i].ours && !out->all[i].signal)
			(void)take(reports, NULL, out->all[i].status, &out->all[i]);
	for (size_t i = 0; i < reports->count && out->count < ENDINGS_MAX; i++)
		out->all[out->count++] = reports->all[i];
}

/* The line is not one pipeline. Sets OUT to the reports in the order of the line, then the shell's statuses that match
 * no report. */
static void join_by_name(struct endings *out, const struct line *l, struct endings *stages,
	const struct endings *reports)
{
	for (size_t at = 0; at <= l->count; at++)
		for (size_t i = 0; i < reports->count; i++)
			if (line_find(l, reports->all[i].id) == at)
				out->all[out->count++] = reports->all[i];
	for (size_t i = 0; i < reports->count; i++)
		(void)take(stages, NULL, reports->all[i].status, NULL);
	for (size_t i = 0; i < stages->count && out->count < ENDINGS_MAX; i++)
		out->all[out->count++] = stages->all[i];
}

/* Finds a program that is not sp's, ended with 0, and left the program before it with an output that nobody reads, so
 * that the program after it reported 75. If the program after it had failed first, SIGPIPE would have killed this one. To
 * run the line again would not help. */
static void mark_early(struct endings *out)
{
	for (size_t i = 1; i + 1 < out->count; i++) {
		struct ending *e = &out->all[i];
		const struct ending *before = e - 1, *after = e + 1;
		if (e->ours || e->status != 0 || e->signal != 0 || before->signal != SIGPIPE || !after->ours ||
			after->status != EX_TEMPFAIL)
			continue;
		e->early = true;
		e->status = EX_DATAERR;
	}
}

int endings_read(struct endings *out, const char *path, const struct line *l, int wait_status, struct err *e)
{
	struct endings reports = { .count = 0 }, stages = { .count = 0 };
	out->count = 0;
	if (read_file(path, &reports, &stages, e) < 0)
		return -1;
	int shell = WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
	bool known = stages.count > 0;
	if (known && l->plain && stages.count == l->count) {
		join_by_stage(out, l, &stages, &reports);
		mark_early(out);
	} else {
		join_by_name(out, l, &stages, &reports);
	}
	/* The shell's own status counts if the shell wrote no stages: it could not parse the line, or a signal killed
	 * it. It also counts if nothing else failed, as in "cmd && exit 3". */
	if (shell != 0 && ((!known && !take(&reports, NULL, shell, NULL)) || !endings_cause(out)))
		(void)add(out, "bash", shell);
	return 0;
}

/* ---- the cause ---- */

void endings_forgive(struct endings *all, int signal)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->all[i].signal == signal)
			all->all[i].signal = 0;
}

const struct ending *endings_cause(const struct endings *all)
{
	const struct ending *cut = NULL, *unread = NULL;
	for (size_t i = 0; i < all->count; i++) {
		const struct ending *e = &all->all[i];
		bool is_cut = e->ours && e->status == EX_TEMPFAIL;
		if (e->signal == SIGPIPE)
			unread = unread ? unread : e;
		else if (is_cut)
			cut = cut ? cut : e;
		else if (e->status != 0 || e->signal != 0)
			return e;
	}
	return cut ? cut : unread;
}

enum verdict ending_verdict(const struct ending *cause)
{
	if (!cause)
		return VERDICT_DONE;
	bool again = cause->ours &&
		(cause->status == EX_UNAVAILABLE || cause->status == EX_IOERR || cause->status == EX_TEMPFAIL);
	return again || cause->signal ? VERDICT_AGAIN : VERDICT_STOP;
}

bool ending_crashed(const struct ending *cause)
{
	int s = cause ? cause->signal : 0;
	return s == SIGSEGV || s == SIGABRT || s == SIGBUS || s == SIGFPE || s == SIGILL;
}

char *ending_describe(const struct ending *cause, char *out, size_t size)
{
	const char *name = sigabbrev_np(cause->signal);
	const char *id = cause->id[0] && cause->id[0] != '?' ? cause->id : "a program of the line";
	if (cause->signal)
		snprintf(out, size, "%s was killed by SIG%s", id, name ? name : "?");
	else if (cause->ours)
		snprintf(out, size, "%s ended with %d", id, cause->status);
	else if (cause->early)
		snprintf(out, size, "%s, a program of the line that is not sp's, ended before the stream did", id);
	else
		snprintf(out, size, "%s%sa program of the line that is not sp's%s ended with %d",
			id == cause->id ? id : "", id == cause->id ? ", " : "", id == cause->id ? "," : "",
			cause->status);
	return out;
}
