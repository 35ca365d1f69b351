/* programs.h -- the programs of the toolkit: their names, where they are, their versions. */
#ifndef SP_PROGRAMS_H
#define SP_PROGRAMS_H
#include "base/err.h"

enum { PROGRAM_PATH_MAX = 4096 };

struct program_name {
	const char *name;  /* without "sp-" */
	const char *about; /* the program's own one line, as in its --help */
};

/* The programs that are built with this one; the last entry has no name. */
extern const struct program_name program_names[];

/* Writes the folder of the running program, without a slash at its end, to PATH. Returns -1 with E when the system does
 * not say (/proc is not mounted). */
int program_own_folder(char path[PROGRAM_PATH_MAX], struct err *e) MUST_USE;

/* Writes the path of sp-NAME to PATH: the one in the folder of the running program if it is there, else the first in
 * PATH. Returns -1 with E (EX_USAGE, with the nearest name) when there is none. */
int program_find(const char *name, char path[PROGRAM_PATH_MAX], struct err *e) MUST_USE;

/* Prints the line of --version of each program that is found. Returns the exit status: that of the first program that
 * failed, else 0. */
int program_versions(void);
#endif
