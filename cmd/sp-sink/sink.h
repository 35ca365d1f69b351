/* sink.h -- the whole of sp-sink, called by its own main() and by that of each driver (a program for targets that need
 * a heavy library). */
#ifndef SINK_SINK_H
#define SINK_SINK_H

struct target_type;

/* Parses the command line, runs, and reports what went wrong. TYPES are the targets that the program has,
 * NULL-terminated. Returns the exit status. */
int sink_main(int argc, char *argv[], const struct target_type *const *types);
#endif
