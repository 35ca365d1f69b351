/* last.h -- DIR/sp-run/last.json: what sp-run did last with a job, for `sp-run DIR --status`. */
#ifndef SP_RUN_LAST_H
#define SP_RUN_LAST_H
#include "base/buf.h"
#include <stdint.h>

enum { LAST_TEXT_MAX = 256 };

struct last {
	struct buf line;            /* LINE of the last run; owned */
	struct buf dir;             /* DIR of the last run, absolute: another one tells a copy; owned */
	bool running;               /* the last try has not ended, or will be repeated */
	int64_t try;                /* counted from 1; 0: no try has ended */
	int64_t status;             /* of the last try that has ended, as sp-run would exit with it */
	char reason[LAST_TEXT_MAX]; /* of the last try that has ended, such as "sp-agg ended with 65" */
	char ended_at[32];          /* RFC 3339 */
};

void last_init(struct last *l);
void last_release(struct last *l);
/* Replaces the file in the folder PLACE. Failures are ignored: what the file says is of use, but not needed. */
void last_write(const struct last *l, const char *place);
/* Reads the file in the folder PLACE into L. Returns true if there is one that can be read. */
bool last_read(struct last *l, const char *place);
#endif
