/* programs.h -- the programs of the toolkit: their names, their paths and their versions. */
#ifndef SP_PROGRAMS_H
#define SP_PROGRAMS_H
#include "base/err.h"

enum { PROGRAM_PATH_MAX = 4096 };

struct program_name {
	const char *name;  /* without "sp-" */
	const char *about; /* what the program does, in one line */
};

/* The programs of the toolkit; the name of the last entry is NULL. */
extern const struct program_name program_names[];

/* Writes the folder of the running program to PATH, without a slash at the end. Returns 0, or -1 with E set (EX_OSERR)
 * if /proc is not mounted. */
int program_own_folder(char path[PROGRAM_PATH_MAX], struct err *e) MUST_USE;

/* Finds sp-NAME in the folder of the running program or, if it is not there, in the folders of the variable PATH.
 * Writes its path to the parameter PATH. Returns 0, or -1 with E set if there is no such program: EX_UNAVAILABLE if
 * NAME is one of program_names, otherwise EX_USAGE. The message about a misspelt NAME suggests the most similar
 * name. */
int program_find(const char *name, char path[PROGRAM_PATH_MAX], struct err *e) MUST_USE;

/* Runs each program in program_names with --version. A program that is not installed is reported and counts as
 * failed with EX_UNAVAILABLE. Returns the exit status of the first program that failed, or 0. */
int program_versions(void);
#endif
