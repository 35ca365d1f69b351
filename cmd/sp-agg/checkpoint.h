/* checkpoint.h -- the state of sp-agg in checkpoints (sp-checkpoint(7)).
 *
 * A snapshot has what the rest of the output depends on: the windows of the stream, the watermark, the number of events
 * so far, and the groups of the store. Caches are not in it. The protocol itself is in checkpoint/stage.h, which calls
 * the functions that are set here. */
#ifndef AGG_CHECKPOINT_H
#define AGG_CHECKPOINT_H
#include "checkpoint/stage.h"
#include "sp-agg/intake.h"

struct checkpoint {
	/* All pointers are borrowed. */
	const struct config *config;
	struct plan *plan;
	struct intake *intake;
	struct store *store;
	struct rows *rows;
	struct late *late;
	struct group_budget *budget;
	uint64_t earlier_late; /* late events of earlier runs of the job */
};

/* Returns the hooks for C, which must not be moved afterwards. */
struct stage_hooks checkpoint_hooks(struct checkpoint *c);
#endif
