/* line.h -- the stages of a line: the programs of a pipeline of bash, as far as sp-run must know their names.
 *
 * bash runs the line. sp-run parses it only for messages and for the order of the programs. So a line that is too
 * complicated for this parser runs as well, but the messages have no names. */
#ifndef SP_RUN_LINE_H
#define SP_RUN_LINE_H
#include <stdbool.h>
#include <stddef.h>

enum { LINE_STAGES_MAX = 64, LINE_NAME_MAX = 64 };

struct line_stage {
	/* The name of the program without its folder. For a program of sp this is its id: the second program of a
	 * name ends with ".2", the third with ".3" ... */
	char id[LINE_NAME_MAX];
	bool ours; /* the name begins with "sp-" */
};

struct line {
	struct line_stage stages[LINE_STAGES_MAX];
	size_t count;
	/* The line is one pipeline, so that its stages are those whose statuses bash keeps in PIPESTATUS. */
	bool plain;
};

/* Reads TEXT, a command for bash, into L. */
void line_read(struct line *l, const char *text);
/* Returns the number of the stage ID in L, or l->count if it is not there. */
size_t line_find(const struct line *l, const char *id);
#endif
