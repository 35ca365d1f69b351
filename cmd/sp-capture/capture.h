/* capture.h -- the whole of sp-capture, for its own main() and for that of each driver. */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

struct source_type;

/* Parses the command line, runs, and reports what went wrong. TYPES are the source types that the program knows,
 * NULL-terminated (source/table.h). Returns the exit status. */
int capture_main(int argc, char *argv[], const struct source_type *const *types);
#endif
