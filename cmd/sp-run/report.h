/* report.h -- what is known of a job: collected from the files in its folder and from the kernel, without changing
 * anything. The fields are documented in sp-run(1), "The status of a job". */
#ifndef SP_RUN_REPORT_H
#define SP_RUN_REPORT_H
#include "checkpoint/status_file.h"
#include "sp-run/last.h"
#include "sp-run/line.h"
#include "sp-run/lock.h"
#include "sp-run/process.h"

enum { REPORT_PROGRAMS_MAX = LINE_STAGES_MAX, REPORT_WORD_MAX = 16 };

/* One program: its status.json. Numbers that are not known are STATUS_UNKNOWN, times INT64_MIN. */
struct report_program {
	char id[LINE_NAME_MAX];
	bool running;
	int64_t pid; /* 0: not known */
	int64_t epoch;
	int64_t events_in, events_out, rejected, late;
	int64_t watermark_ms, open_windows, keys, state_bytes, lag_bytes;
	char waiting_for[REPORT_WORD_MAX]; /* "": busy, or it does not run */
	int64_t waiting_since_ms, updated_ms;
	struct process process;
};

enum report_state {
	REPORT_RUNNING,
	REPORT_WAITING, /* for the next try */
	REPORT_IDLE,
	REPORT_FAILED,
	REPORT_KILLED,
	REPORT_ORPHANED,
};
extern const char *const report_state_names[];

struct report {
	struct checkpoint_folder folder;
	struct committed committed;
	struct last last;
	bool has_last; /* there is a last.json */
	enum report_state state;
	struct lock_holder holder; /* of DIR/lock */
	int64_t committed_ms;      /* when COMMITTED was written; INT64_MIN: never */
	int64_t now_ms;            /* the time of this report */
	int64_t disk_bytes;
	struct report_program programs[REPORT_PROGRAMS_MAX]; /* in the order of the line */
	size_t count;
	struct report_program all; /* the sums, and the least watermark */
};

/* Collects what is known of the job in the folder DIR. Returns 0, or -1 with E set if DIR is no folder of checkpoints.
 * The caller must call report_release() in any case. */
int report_read(struct report *r, const char *dir, struct err *e) MUST_USE;
void report_release(struct report *r);
#endif
