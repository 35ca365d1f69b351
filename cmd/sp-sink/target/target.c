/* target.c -- the table of targets, and choosing from it.
 *
 * All that the rest of the program says about targets is made from a table: the list in --help, the lists in messages,
 * the schemes that the command line knows, the targets that an option is for. The functions get the table as TYPES,
 * because a driver has a table of its own. */
#include "sp-sink/target/target.h"
#include "base/opt.h"
#include "sp-sink/encode/file_format.h"

enum { SCHEMES_MAX = 64, TEXT_MAX = 2000 };

/* --help lists the targets in this order. */
const struct target_type *const target_types[] = { &target_stdout, &target_file, &target_dir, &target_sqlite,
	&target_table, NULL };

/* Appends the forms of the TYPES that use one of OPTIONS, or of all TYPES if OPTIONS is 0. The forms are joined by
 * commas, and the last two by LAST. Returns 0, or -1 if OUT is full. */
static int target_add_forms_of(const struct target_type *const *types, unsigned options, const char *last,
	struct buf *out)
{
	/* The forms are counted first, so that the last two can be joined by LAST. */
	size_t left = 0;
	for (size_t i = 0; types[i]; i++)
		left += !options || (types[i]->options & options);
	for (size_t i = 0; types[i]; i++) {
		if (options && !(types[i]->options & options))
			continue;
		left--;
		if (buf_adds(out, types[i]->form) < 0 || (left > 0 && buf_adds(out, left > 1 ? ", " : last) < 0))
			return -1;
	}
	return 0;
}

int target_add_forms(const struct target_type *const *types, struct buf *out)
{
	return target_add_forms_of(types, 0, " and ", out);
}

int target_check_options(const struct target_type *const *types, const struct target_type *type, unsigned given,
	struct err *e)
{
	static const struct {
		enum target_options option;
		const char *name;
	} names[] = {
		{ TARGET_APPEND, "append" },
		{ TARGET_FORMAT, "format" },
		{ TARGET_COLUMNS, "columns" },
		{ TARGET_DELIMITER, "delimiter" },
		{ TARGET_KEY, "key" },
		{ TARGET_PARTITION, "partition" },
		{ TARGET_TZ, "tz" },
		{ TARGET_ROLL_SIZE, "roll-size" },
		{ TARGET_ROLL_EVERY, "roll-every" },
		{ TARGET_MAX_OPEN, "max-open" },
	};
	struct buf forms;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (!(given & names[i].option) || (type->options & names[i].option))
			continue;
		buf_init(&forms, TEXT_MAX);
		const char *text = target_add_forms_of(types, names[i].option, " or ", &forms) < 0 ? NULL :
												     buf_string(&forms);
		err_set(e, EX_USAGE, "--%s has no meaning for %s; it is for the target %s", names[i].name, type->form,
			text ? text : "");
		buf_release(&forms);
		return -1;
	}
	return 0;
}

/* Fills NAMES with the schemes of all TYPES, NULL-terminated. */
static void target_schemes(const struct target_type *const *types, const char *names[SCHEMES_MAX + 1])
{
	size_t n = 0;
	for (size_t i = 0; types[i]; i++)
		/* A target may have several schemes, or none. */
		for (size_t k = 0; types[i]->schemes && types[i]->schemes[k] && n < SCHEMES_MAX; k++)
			names[n++] = types[i]->schemes[k];
	names[n] = NULL;
}

/* Returns the type in TYPES that has SCHEME, or NULL if there is none. */
static const struct target_type *target_of_scheme(const struct target_type *const *types, const char *scheme)
{
	for (size_t i = 0; types[i]; i++)
		for (size_t k = 0; types[i]->schemes && types[i]->schemes[k]; k++)
			if (strcmp(types[i]->schemes[k], scheme) == 0)
				return types[i];
	return NULL;
}

/* Returns the length of the scheme that TEXT begins with, or 0 if TEXT has none. A scheme ends before ':' and does not
 * begin with a digit, so "10:30.csv" has none. */
static size_t scheme_length(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
	return text[n] == ':' && !(*text >= '0' && *text <= '9') ? n : 0;
}

/* Sets E to the fault that TEXT begins with a scheme of N bytes that none of TYPES has. The message names the nearest
 * target, or all targets, or sp-publish if the scheme is "kafka". It also says how to write a file that is named TEXT.
 * Always returns -1. */
static int target_unknown(const struct target_type *const *types, const char *text, size_t n,
	const char *const *schemes, struct err *e)
{
	char scheme[32];
	struct buf hint;
	buf_init(&hint, TEXT_MAX);
	snprintf(scheme, sizeof scheme, "%.*s", (int)(n < sizeof scheme ? n : sizeof scheme - 1), text);
	const char *near = opt_nearest(scheme, schemes);
	if (strcmp(scheme, "kafka") == 0)
		buf_adds(&hint, "sp-publish writes to Kafka");
	else if (near)
		buf_addf(&hint, "did you mean %s?", target_of_scheme(types, near)->form);
	else if (buf_adds(&hint, "the targets are ") == 0)
		target_add_forms(types, &hint);
	const char *string = buf_string(&hint);
	err_set(e, EX_USAGE, "unknown target '%.*s:'; %s (to write a file of that name: ./%s)", (int)n, text,
		string ? string : "", text);
	buf_release(&hint);
	return -1;
}

/* The order matters: a known scheme is a target even if the name ends in ".csv", as in "dir:x.csv". */
int target_choose(const struct target_type *const *types, const char *text, bool has_format, struct uri *uri,
	const struct target_type **out, struct err *e)
{
	/* uri_parse() splits TEXT only if its scheme is in SCHEMES. Otherwise all of TEXT is the path. */
	const char *schemes[SCHEMES_MAX + 1];
	struct file_format format;
	target_schemes(types, schemes);
	if (uri_parse(uri, text, schemes, e) < 0)
		return -1;
	if (uri->scheme) {
		*out = target_of_scheme(types, uri->scheme);
		return 0;
	}
	/* A text with an unknown scheme is a file only if --format is given or its ending names a format, as in
	 * "report:1.csv". It is never a file if "://" follows the scheme, as in "s3://bucket/x.csv". */
	size_t n = scheme_length(text);
	if (n > 0 && (strncmp(text + n, "://", 3) == 0 || !(has_format || file_format_of_path(text, &format))))
		return target_unknown(types, text, n, schemes, e);
	*out = strcmp(text, "-") == 0 ? &target_stdout : &target_file;
	return 0;
}
