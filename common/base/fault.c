/* fault.c -- fail points (fault.h). Empty unless the program is built with -DSP_FAULT. */
#include "base/fault.h"
#ifdef SP_FAULT
#include "base/diag.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FAULT_TRACE_BYTES = 64 };

static struct {
	char program[64], point[64], action[16];
	long k, seen; /* K of SP_FAULT, and how often the point was reached so far */
	bool read;    /* SP_FAULT was read; k is 0 if it is not set */
	char *trace;  /* the mapped file of SP_FAULT_TRACE; NULL: none */
	char slow_program[64], slow_point[64];
	unsigned slow_us; /* of SP_FAULT_SLOW; 0: none */
} fault;

/* Appends "PROGRAM POINT" to the file DIR/all-PROGRAM, DIR being SP_FAULT_ALL. */
static void fault_list(const char *point)
{
	char path[512];
	const char *dir = getenv("SP_FAULT_ALL");
	FILE *f = NULL;
	if (dir && snprintf(path, sizeof path, "%s/all-%s", dir, diag_name()) < (int)sizeof path)
		f = fopen(path, "ae");
	if (!f)
		return;
	fprintf(f, "%s %s\n", diag_name(), point);
	fclose(f);
}

/* Maps the file DIR/PROGRAM.PID, DIR being SP_FAULT_TRACE. A test reads it after it has killed the process: the
 * kernel keeps mapped bytes after the process has died, and writing them needs no system call, so tracing does not
 * change the timing. */
static void fault_open_trace(void)
{
	char path[512];
	const char *dir = getenv("SP_FAULT_TRACE");
	if (!dir || snprintf(path, sizeof path, "%s/%s.%ld", dir, diag_name(), (long)getpid()) >= (int)sizeof path)
		return;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, FAULT_TRACE_BYTES) < 0)
		abort();
	fault.trace = mmap(NULL, FAULT_TRACE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fault.trace == MAP_FAILED)
		abort();
	close(fd);
}

static void fault_read(void)
{
	const char *text = getenv("SP_FAULT");
	fault.read = true;
	fault_open_trace();
	const char *slow = getenv("SP_FAULT_SLOW");
	if (slow && sscanf(slow, "%63[^:]:%63[^:]:%u", fault.slow_program, fault.slow_point, &fault.slow_us) != 3)
		abort();
	if (!text)
		return;
	if (sscanf(text, "%63[^:]:%63[^:]:%ld:%15s", fault.program, fault.point, &fault.k, fault.action) != 4) {
		fprintf(stderr, "SP_FAULT='%s': write PROGRAM:POINT:K:ACTION\n", text);
		abort();
	}
}

int fault_fails(const char *point)
{
	if (!fault.read)
		fault_read();
	if (fault.trace)
		memcpy(fault.trace, point, strnlen(point, FAULT_TRACE_BYTES - 2) + 1);
	if (getenv("SP_FAULT_ALL"))
		fault_list(point);
	if (fault.slow_us > 0 && strcmp(point, fault.slow_point) == 0 && strcmp(diag_name(), fault.slow_program) == 0)
		usleep(fault.slow_us);
	if (fault.k == 0 || strcmp(point, fault.point) != 0 || strcmp(diag_name(), fault.program) != 0 ||
		++fault.seen != fault.k)
		return 0;
	/* The mark on standard error lets a test see that the point was reached. */
	fprintf(stderr, "fault: %s %s %ld %s\n", fault.program, point, fault.k, fault.action);
	if (strcmp(fault.action, "kill") == 0)
		kill(getpid(), SIGKILL);
	else if (strcmp(fault.action, "stop") == 0)
		kill(getpid(), SIGSTOP);
	else
		return strcmp(fault.action, "ENOSPC") == 0 ? ENOSPC : EIO;
	return 0;
}

void fault_point(const char *point)
{
	(void)fault_fails(point);
}

bool fault_mutant(const char *name)
{
	const char *wanted = getenv("SP_MUTANT");
	return wanted && strcmp(wanted, name) == 0;
}
#else
typedef int fault_not_here; /* ISO C forbids an empty file */
#endif
