/* process.h -- what the kernel knows about a running process (proc(5)). */
#ifndef SP_RUN_PROCESS_H
#define SP_RUN_PROCESS_H
#include <stdbool.h>
#include <stdint.h>

struct process {
	char state; /* as ps(1) shows it: R, S, D, T, Z; '?' if the process is gone */
	/* What its system call waits for: "input", "output" or "disk"; NULL: nothing, or it is not known. */
	const char *waits;
	bool computes; /* it ran most of the time that it was watched */
};

/* Watches process PID for a few milliseconds. */
void process_watch(struct process *p, int64_t pid);
#endif
