/* config.h -- the options of sp-agg: when it writes rows and which rows, its limits, and its files. */
#ifndef AGG_CONFIG_H
#define AGG_CONFIG_H
#include "sp-agg/plan.h"

enum emit {
	EMIT_CLOSE,  /* write the rows of a window when it is complete */
	EMIT_UPDATE, /* write the row of a group after each of its events */
	EMIT_EVERY,  /* write the rows that changed, every emit_ms of processing time */
};

/* The configuration of a run, which is constant after the options are read. */
struct config {
	enum emit emit;
	int64_t emit_ms;                     /* the interval of EMIT_EVERY */
	int64_t count;                       /* --count N: a key gets a row after every N of its events; 0: not given */
	int64_t top;                         /* --top N; 0: not given */
	size_t order;                        /* number of the result column that ranks the rows */
	bool ascending;                      /* --order -NAME: the smallest value ranks first */
	bool per[KEYS_MAX];                  /* true for each key whose values are ranked separately */
	uint64_t max_keys, max_state;        /* --max-keys and --max-state; 0: no limit */
	bool overflow_other;                 /* --overflow other */
	const char *late, *reject, *metrics; /* the paths of these files; NULL: not given */
	bool torn_ok;                        /* --torn-ok: write the open windows even if the input was cut off */
	bool loose;                          /* --loose: a program between may drop lines (checkpoint/stage.h) */
	bool status;
	size_t max_event; /* the greatest length that a line may have, in bytes */
};
#endif
