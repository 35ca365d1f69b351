/* run_output.h -- runs sp-capture inside the test program, and keeps what it writes to standard output. */
#ifndef CAPTURE_RUN_OUTPUT_H
#define CAPTURE_RUN_OUTPUT_H
#include "check.h"
#include "sp-capture/run.h"
#include <fcntl.h>
#include <unistd.h>

struct streams {
	int out, err; /* the test program's own */
};

/* Standard output is the file OUTPUT from here on, until output_end(); the run closes it. Diagnostics go nowhere, so that
 * checks must wait until output_end(), too. */
static inline struct streams output_begin(const char *output)
{
	fflush(stdout);
	const struct streams own = { dup(STDOUT_FILENO), dup(STDERR_FILENO) };
	int fd = open(output, O_CREAT | O_TRUNC | O_WRONLY, 0600), none = open("/dev/null", O_WRONLY);
	CHECK(own.out >= 0 && own.err >= 0 && fd >= 0 && none >= 0);
	dup2(fd, STDOUT_FILENO);
	dup2(none, STDERR_FILENO);
	close(fd);
	close(none);
	return own;
}

/* Appends what OUTPUT holds to B, and removes it. */
static inline void output_end(struct streams own, const char *output, struct buf *b)
{
	dup2(own.out, STDOUT_FILENO);
	dup2(own.err, STDERR_FILENO);
	close(own.out);
	close(own.err);
	char part[4096];
	ssize_t n;
	int fd = open(output, O_RDONLY);
	CHECK(fd >= 0);
	while ((n = read(fd, part, sizeof part)) > 0)
		CHECK(buf_add(b, part, (size_t)n) == 0);
	close(fd);
	unlink(output);
}
#endif
