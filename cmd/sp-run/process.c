/* process.c -- looks at a process several times, and takes what it saw most often.
 *
 * A single look may mislead: in a line at full speed every program sometimes waits some microseconds for its neighbour.
 * The kernel may forbid to read /proc/PID/syscall (the module Yama); then only the state is known. */
#include "sp-run/process.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { LOOKS = 9, PAUSE_MS = 3 };

/* Reads the file /proc/PID/NAME into TEXT as a string. Returns false if that is not possible. */
static bool read_proc(int64_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%lld/%s", (long long)pid, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* Returns the state of process PID. In the file, it follows the program's name, which is in brackets and may have any
 * bytes. */
static char read_state(int64_t pid)
{
	char text[512];
	const char *bracket = read_proc(pid, "stat", text, sizeof text) ? strrchr(text, ')') : NULL;
	return bracket && bracket[1] == ' ' && bracket[2] ? bracket[2] : '?';
}

/* Returns what the present system call of process PID waits for, or NULL. The file has the number of the call and its
 * arguments in hexadecimal digits. */
static const char *read_waits(int64_t pid)
{
	char text[256], *end;
	if (!read_proc(pid, "syscall", text, sizeof text))
		return NULL;
	long number = strtol(text, &end, 10);
	if (end == text)
		return NULL; /* "running" */
	unsigned long descriptor = strtoul(end, NULL, 16);
	if (number == SYS_fsync || number == SYS_fdatasync)
		return "disk";
	/* With poll(2), the programs of sp wait only for their input. */
	if ((number == SYS_read && descriptor == STDIN_FILENO) || number == SYS_ppoll
#ifdef SYS_poll /* newer architectures have only ppoll(2) */
		|| number == SYS_poll
#endif
	)
		return "input";
	return number == SYS_write && descriptor == STDOUT_FILENO ? "output" : NULL;
}

void process_watch(struct process *p, int64_t pid)
{
	static const char *const kinds[] = { "input", "output", "disk" };
	int runs = 0, counts[3] = { 0 };
	const struct timespec pause = { 0, PAUSE_MS * 1000000 };
	*p = (struct process){ .state = '?' };
	for (int i = 0; i < LOOKS; i++) {
		char state = read_state(pid);
		if (state == '?')
			return;
		const char *waits = state == 'D' ? "disk" : state == 'R' ? NULL : read_waits(pid);
		runs += state == 'R';
		for (size_t k = 0; waits && k < 3; k++)
			counts[k] += strcmp(waits, kinds[k]) == 0;
		p->state = state;
		nanosleep(&pause, NULL);
	}
	p->computes = runs > LOOKS / 2;
	for (size_t k = 0; k < 3; k++)
		if (counts[k] > LOOKS / 2)
			p->waits = kinds[k];
}
