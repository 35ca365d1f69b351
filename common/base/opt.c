/* opt.c -- parses options by a table of struct opt, writes --help, and finds the name nearest to a misspelt one.
 *
 * getopt_long(3) does the parsing. It needs the table in two forms: a string of letters and an array of long options.
 * Both are built from struct opt, so that each option is written down once. The messages of getopt_long(3) are switched
 * off (opterr), because the messages of this file also name the nearest option. edit_distance() says how near two names
 * are. */
#include "base/opt.h"
#include <ctype.h>
#include <getopt.h>
#include <strings.h>

/* The table in the two forms that getopt_long(3) needs. */
struct getopt_tables {
	/* The short options, such as ":hVt:". A letter that takes an argument is followed by a ':'. */
	char letters[160];
	/* The long options. The last element is all zeros. */
	struct option longs[];
};

static int option_count(const struct opt *options)
{
	int n = 0;
	while (options[n].name)
		n++;
	return n;
}

/* Returns true if the argument of O may be missing: "[=json]", but not "[NAME=]KEY". */
static bool may_lack_argument(const struct opt *o)
{
	return o->arg && strncmp(o->arg, "[=", 2) == 0;
}

int opt_init(struct opt_parser *o, const struct opt_program *program, int argc, char **argv, struct err *e)
{
	int n = option_count(program->options);
	struct getopt_tables *t = calloc(1, sizeof *t + (size_t)(n + 1) * sizeof t->longs[0]);
	if (!t)
		return err_oom(e, "the table of options");
	size_t used = 0;
	/* A ':' at the start makes getopt_long(3) return ':', not '?', for a missing argument. */
	t->letters[used++] = ':';
	for (int i = 0; i < n; i++) {
		const struct opt *p = &program->options[i];
		int kind = !p->arg ? no_argument : may_lack_argument(p) ? optional_argument : required_argument;
		t->longs[i] = (struct option){ p->name, kind, NULL, p->id };
		if (p->id < 256 && used + 2 < sizeof t->letters) {
			t->letters[used++] = (char)p->id;
			if (p->arg)
				t->letters[used++] = ':';
		}
	}
	for (const struct opt_old_letter *old = program->old_letters; old && old->letter; old++) {
		const struct opt *p = program->options;
		while (p->id != old->id)
			p++;
		t->letters[used++] = old->letter;
		if (p->arg)
			t->letters[used++] = ':';
	}
	*o = (struct opt_parser){ program, argc, argv, t };
	opterr = 0;
	optind = 0;
	return 0;
}

void opt_release(struct opt_parser *o)
{
	free(o->tables);
	o->tables = NULL;
}

/* Returns what HINTS (which may be NULL) says to write instead of WORD, or NULL if HINTS does not have WORD.
 * Small and capital letters count as equal. */
static const char *find_hint(const struct opt_hint *hints, const char *word)
{
	for (; hints && hints->word; hints++)
		if (strcasecmp(hints->word, word) == 0)
			return hints->write;
	return NULL;
}

/* Sets E for an option that getopt_long(3) answered with '?'. Always returns -1. The variable optopt tells the cause.
 * It is the letter of an unknown short option, or the id of a long option that was given a value but takes none. It is
 * 0 if a long option is unknown or the prefix of several options. */
static int unknown_option(struct opt_parser *o, struct err *e)
{
	const char *text = o->argv[optind - 1];
	if (optopt && strncmp(text, "--", 2) != 0)
		return err_set(e, EX_USAGE, "unknown option -%c; see %s --help", isprint(optopt) ? optopt : '?',
			o->program->name);
	char name[64];
	snprintf(name, sizeof name, "%.*s", (int)strcspn(text + 2, "="), text + 2);
	if (optopt)
		return err_set(e, EX_USAGE, "option --%s takes no value", name);
	const char *names[128] = { NULL };
	for (int i = 0; o->program->options[i].name && i < 127; i++)
		names[i] = o->program->options[i].name;
	const char *instead = find_hint(o->program->hints, name);
	if (instead)
		return err_set(e, EX_USAGE, "unknown option --%s; write %s", name, instead);
	size_t same = 0; /* number of options whose names begin with NAME */
	for (int i = 0; names[i]; i++)
		same += strncmp(names[i], name, strlen(name)) == 0;
	if (same > 1)
		return err_set(e, EX_USAGE, "option --%s is ambiguous; write it out", name);
	const char *near = opt_nearest(name, names);
	if (near)
		return err_set(e, EX_USAGE, "unknown option --%s; did you mean --%s?", name, near);
	return err_set(e, EX_USAGE, "unknown option --%s; see %s --help", name, o->program->name);
}

int opt_next(struct opt_parser *o, const char **value, struct err *e)
{
	const struct getopt_tables *t = o->tables;
	int c = getopt_long(o->argc, o->argv, t->letters, t->longs, NULL);
	*value = optarg;
	if (c == -1)
		return 0;
	if (c == '?')
		return unknown_option(o, e);
	if (c == ':')
		return err_set(e, EX_USAGE, "option %s needs a value; see %s --help", o->argv[optind - 1],
			o->program->name);
	for (const struct opt_old_letter *old = o->program->old_letters; old && old->letter; old++)
		if (c == old->letter)
			return old->id;
	return c;
}

char **opt_operands(const struct opt_parser *o, int *n)
{
	*n = o->argc - optind;
	return o->argv + optind;
}

/* Writes an option that has a letter as "-h, --help". An option without a letter is indented by the width of "-h, ". An
 * argument that may be missing follows without a blank: "--status[=json]". */
int opt_help(const struct opt_program *program, struct buf *out)
{
	buf_addf(out, "usage: %s [options]%s%s\n%s\n\noptions:\n", program->name, *program->operands ? " " : "",
		program->operands, program->about);
	for (const struct opt *p = program->options; p->name; p++) {
		char left[80];
		const char *blank = p->arg && !may_lack_argument(p) ? " " : "";
		if (p->id < 256)
			snprintf(left, sizeof left, "-%c, --%s%s%s", p->id, p->name, blank, p->arg ? p->arg : "");
		else
			snprintf(left, sizeof left, "    --%s%s%s", p->name, blank, p->arg ? p->arg : "");
		if (buf_addf(out, "  %-30s %s\n", left, p->help) < 0)
			return -1;
	}
	if (program->details)
		buf_addf(out, "\n%s", program->details);
	return buf_addf(out, "\nSee the manual page %s(1), and sp(7) to begin with.\n", program->name);
}

int opt_version(const struct opt_program *program, struct buf *out)
{
	return buf_addf(out, "%s %s\n", program->name, SP_VERSION);
}

/* Returns true if A and B are the same byte, or the same letter, one small and one capital. */
static bool same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Returns the number of insertions, deletions, replacements and swaps of neighbours that turn A into B. This is the
 * distance of Levenshtein (1966) with the transposition of Damerau (1964), in its restricted form: a swapped pair is
 * not edited again. d[i][j] is the distance between the first i bytes of A and the first j bytes of B. Only the first
 * MAX bytes of A and of B are compared. */
static int edit_distance(const char *a, const char *b)
{
	enum { MAX = 40 };
	int d[MAX + 1][MAX + 1];
	int n = (int)strnlen(a, MAX), m = (int)strnlen(b, MAX);
	for (int i = 0; i <= n; i++)
		d[i][0] = i;
	for (int j = 0; j <= m; j++)
		d[0][j] = j;
	for (int i = 1; i <= n; i++) {
		for (int j = 1; j <= m; j++) {
			int best = d[i - 1][j - 1] + !same_letter(a[i - 1], b[j - 1]);
			best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
			best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
			if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]) &&
				d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	}
	return d[n][m];
}

/* A name is near if at most 2 edits turn TEXT into the name, or at most 1 edit if TEXT has fewer than 4 bytes. If TEXT
 * has 3 bytes or more, a name that contains TEXT or is part of TEXT counts as 1 edit away ("window" and "windowing").
 * The first of several equally near names wins. */
const char *opt_nearest(const char *text, const char *const *names)
{
	const char *near = NULL;
	size_t length = strlen(text);
	int best = length < 4 ? 2 : 3;
	for (; *names; names++) {
		int d = edit_distance(text, *names);
		if (length >= 3 && (strstr(*names, text) || strstr(text, *names)) && d > 1)
			d = 1;
		if (d < best) {
			best = d;
			near = *names;
		}
	}
	return near;
}

int opt_choice_hinted(const char *what, const char *text, const char *const *names, const struct opt_hint *hints,
	struct err *e)
{
	for (int i = 0; names[i]; i++)
		if (strcmp(text, names[i]) == 0)
			return i;
	const char *instead = find_hint(hints, text);
	for (int i = 0; names[i] && !instead; i++)
		if (strcasecmp(text, names[i]) == 0)
			instead = names[i];
	if (instead)
		return err_set(e, EX_USAGE, "unknown %s '%s'; write %s", what, text, instead);
	const char *near = opt_nearest(text, names);
	if (near)
		return err_set(e, EX_USAGE, "unknown %s '%s'; did you mean '%s'?", what, text, near);
	/* A list that does not fit is cut. The manual page has all names. */
	char list[600] = "";
	size_t used = 0;
	for (int i = 0; names[i] && used < sizeof list - 1; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", names[i]);
	return err_set(e, EX_USAGE, "unknown %s '%s'; choose from %s", what, text, list);
}

int opt_choice(const char *what, const char *text, const char *const *names, struct err *e)
{
	return opt_choice_hinted(what, text, names, NULL, e);
}
