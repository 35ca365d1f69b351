/* endings.h -- how the programs of a line have ended, and which of them is the cause.
 *
 * The file SP_STATUS has two kinds of lines. A program of sp appends "ID STATUS" unless a signal kills it. The
 * shell appends "| STATUS STATUS ..." for the stages of its last pipeline (PIPESTATUS of bash), where 128 + N stands
 * for signal N. */
#ifndef SP_RUN_ENDINGS_H
#define SP_RUN_ENDINGS_H
#include "base/err.h"
#include "sp-run/line.h"

enum { ENDINGS_MAX = 2 * LINE_STAGES_MAX };

struct ending {
	char id[LINE_NAME_MAX]; /* "" if it is not known */
	int status;             /* exit status; 0 if a signal killed the program */
	int signal;             /* 0: none */
	bool ours;              /* a program of sp */
	/* A program that is not sp's ended with 0 before the stream did, such as head(1). Its status is EX_DATAERR. */
	bool early;
};

struct endings {
	struct ending all[ENDINGS_MAX]; /* in the order of the line */
	size_t count;
};

/* Reads PATH, the file SP_STATUS of the line L, whose shell ended with WAIT_STATUS (of waitpid(2)). A missing file
 * counts as empty. Returns 0, or -1 with E set. */
int endings_read(struct endings *out, const char *path, const struct line *l, int wait_status, struct err *e) MUST_USE;

/* Treats programs that SIGNAL killed as if they had ended well, because sp-run itself has sent the signal. */
void endings_forgive(struct endings *all, int signal);

/* Returns the cause: the first program of the line that failed by itself. Programs that SIGPIPE killed, and programs
 * that ended with 75 because their input was cut off, are the cause only if there is no other. Returns NULL if all
 * ended with 0. */
const struct ending *endings_cause(const struct endings *all);

enum verdict {
	VERDICT_DONE,  /* all ended well */
	VERDICT_AGAIN, /* the line must run again */
	VERDICT_STOP,  /* running the line again would not help */
};
/* Returns what sp-run must do because of CAUSE, which may be NULL. */
enum verdict ending_verdict(const struct ending *cause);
/* Returns true if the program crashed: it was killed by a signal that is raised by a bug, such as SIGSEGV. CAUSE may be
 * NULL. */
bool ending_crashed(const struct ending *cause);
/* Writes what happened, such as "sp-agg was killed by SIGKILL", to OUT, which has SIZE bytes. Returns OUT. */
char *ending_describe(const struct ending *cause, char *out, size_t size);
#endif
