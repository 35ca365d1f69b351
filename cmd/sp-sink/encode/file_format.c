/* file_format.c -- every encoding with every compression.
 *
 * A file's name ends in the suffix of an encoding, then in the suffix of a compression, which may be empty. The
 * suffixes are different enough that at most one pair fits a name. */
#include "sp-sink/encode/file_format.h"
#include "base/opt.h"
#include <stdio.h>

enum {
	FORMATS_MAX = 64, /* more than the number of formats, which is nine now */
	NAME_BYTES = 32,  /* room for a name such as "ndjson.zst" */
};

/* Makes the names of all formats, so that a message can name the nearest one. */
int file_format_parse(const char *text, struct file_format *out, struct err *e)
{
	char text_of[FORMATS_MAX][NAME_BYTES];
	const char *names[FORMATS_MAX + 1];
	struct file_format formats[FORMATS_MAX];
	size_t n = 0;
	for (size_t i = 0; encoder_types[i]; i++) {
		for (size_t k = 0; compressor_types[k] && n < FORMATS_MAX; k++) {
			snprintf(text_of[n], NAME_BYTES, "%s%s", encoder_types[i]->name, compressor_types[k]->suffix);
			names[n] = text_of[n];
			formats[n++] = (struct file_format){ encoder_types[i], compressor_types[k] };
		}
	}
	names[n] = NULL;
	int chosen = opt_choice("format", text, names, e);
	if (chosen >= 0)
		*out = formats[chosen];
	return chosen < 0 ? -1 : 0;
}

/* If the *N bytes at PATH end in SUFFIX, subtracts the length of SUFFIX from *N and returns true. */
static bool take_suffix(const char *path, size_t *n, const char *suffix)
{
	size_t m = strlen(suffix);
	if (*n < m || memcmp(path + *n - m, suffix, m) != 0)
		return false;
	*n -= m;
	return true;
}

/* The path ".csv" has no suffix: a name that begins with '.' is a hidden file. */
bool file_format_of_path(const char *path, struct file_format *out)
{
	for (size_t i = 0; encoder_types[i]; i++) {
		for (size_t k = 0; compressor_types[k]; k++) {
			size_t n = strlen(path);
			if (take_suffix(path, &n, compressor_types[k]->suffix) &&
				take_suffix(path, &n, encoder_types[i]->suffix) && n > 0) {
				*out = (struct file_format){ encoder_types[i], compressor_types[k] };
				return true;
			}
		}
	}
	return false;
}
