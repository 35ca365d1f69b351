/* capture.h -- the whole program sp-capture, which its own main() and the main() of each driver call.
 *
 * A driver is a program such as sp-capture-kafka: sp-capture with one more type of sources. */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

struct source_type;

/* Parses the command line, reads the sources, and reports faults on standard error. TYPES are the source types that the
 * program knows, NULL-terminated (source/table.h). Returns the exit status. */
int capture_main(int argc, char *argv[], const struct source_type *const *types);
#endif
