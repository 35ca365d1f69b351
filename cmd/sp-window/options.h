/* options.h -- the command line of sp-window. */
#ifndef WINDOW_OPTIONS_H
#define WINDOW_OPTIONS_H
#include "program/options.h"
#include "window/windowing.h"

/* Values of the options, constant after config_read(). Strings are borrowed from argv; NULL means that the option was
 * not given. */
struct config {
	struct windowing windowing;
	const char *late, *reject, *metrics;
	const char *keep; /* paths of the fields that are passed on, separated by commas; NULL: all fields */
	bool expand, status, loose;
	int64_t idle_close_ms; /* 0: never */
	int64_t max_ahead_ms;  /* -1: no limit */
	size_t max_event;      /* length of the longest line, in bytes (--max-event) */
};

/* Reads the command line into *C. Returns PROGRAM_RUN; PROGRAM_DONE with *STATUS set, for instance after --help; or
 * PROGRAM_FAILED with E set. The caller must call config_release() in every case. */
enum program_outcome config_read(struct config *c, int argc, char **argv, int *status, struct err *e) MUST_USE;
void config_release(struct config *c);
#endif
