/* options.h -- the command line of sp-window. */
#ifndef WINDOW_OPTIONS_H
#define WINDOW_OPTIONS_H
#include "program/options.h"
#include "window/windowing.h"

/* What the options say; constant once it is read. Strings are borrowed from argv; NULL: the option was not given. */
struct config {
	struct windowing windowing;
	const char *late, *reject, *metrics;
	const char *keep; /* paths of the fields that are passed on; NULL: all */
	bool expand, status;
	int64_t idle_close_ms; /* 0: never */
	int64_t max_ahead_ms;  /* -1: no limit */
};

/* Reads the command line into *C; see program_parse(). config_release() is due in every case. */
enum program_outcome config_read(struct config *c, int argc, char **argv, int *status, struct err *e) MUST_USE;
void config_release(struct config *c);
#endif
