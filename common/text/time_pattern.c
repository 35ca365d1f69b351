/* time_pattern.c -- compiles strptime(3) formats.
 *
 * The usual conversions are implemented in time_pattern_read.c, because strptime(3) has no fractions of a second, does
 * not apply the offset of %z, depends on the locale, and parses its format at each call. Formats with a rare conversion
 * (%U, %G, ...) still use strptime(3). Such a format is cut at the conversions that strptime(3) cannot do (%f, %L, %z,
 * %s, %Z). strptime(3) reads the pieces between these conversions. */
#include "text/time_pattern_internal.h"
#include <ctype.h>

/* Returns the format that conversion C abbreviates, by strptime(3) in the C locale; NULL if C is not an
 * abbreviation. */
static const char *expansion(char c)
{
	switch (c) {
	case 'T':
	case 'X': return "%H:%M:%S";
	case 'R': return "%H:%M";
	case 'F': return "%Y-%m-%d";
	case 'D':
	case 'x': return "%m/%d/%y";
	case 'r': return "%I:%M:%S %p";
	case 'c': return "%a %b %e %H:%M:%S %Y";
	case 'h': return "%b";
	case 'n':
	case 't': return " ";
	default: return NULL;
	}
}

/* Copies TEXT to OUT with its abbreviations written out. Returns 0; -1 with E set if a conversion does not exist or OUT
 * is full. */
static int pattern_expand(const char *text, char out[PATTERN_MAX], struct err *e)
{
	/* The conversions, modifiers and flags of strptime(3), and the conversions that strptime(3) does not have. */
	static const char known[] = "aAbBcCdDeFgGhHIjklmMnprRsStTuUVwWxXyYzZ%EO-_0^#fLP";
	size_t n = 0;
	for (; *text; text++) {
		if (text[0] == '%' && text[1] && !strchr(known, text[1]))
			return err_set(e, EX_USAGE, "time format has %%%c, which strptime(3) does not have", text[1]);
		const char *expanded = text[0] == '%' ? expansion(text[1]) : NULL;
		char copied[3] = { text[0], text[0] == '%' ? text[1] : '\0', '\0' };
		size_t length = strlen(expanded ? expanded : copied);
		if (n + length >= PATTERN_MAX)
			return err_set(e, EX_USAGE, "time format is too long: at most %d bytes", PATTERN_MAX - 1);
		memcpy(out + n, expanded ? expanded : copied, length);
		n += length;
		if (text[0] == '%' && !*++text)
			return err_set(e, EX_USAGE, "time format ends in a lone %%");
	}
	out[n] = '\0';
	return 0;
}

/* Returns true if conversion C is never left to strptime(3), which lacks C or ignores the value that C reads. */
static bool is_own(char c)
{
	return c && strchr("fLzsZ", c);
}

/* Returns true if conversion C of strptime(3) can also be read without strptime(3). */
static bool is_native(char c)
{
	return c && strchr("YmdeHkIlMSybBaApPj%", c);
}

/* Records in P that the format has the part of a date that conversion C reads. */
static void note_conversion(struct time_pattern *p, char c)
{
	p->has_year |= c == 'Y' || c == 'y';
	p->has_month |= c == 'm' || c == 'b' || c == 'B';
	p->has_day |= c == 'd' || c == 'e';
	p->has_yday |= c == 'j';
	p->has_epoch |= c == 's';
}

/* Adds one element to P: the piece of F up to the next conversion that strptime(3) cannot do. Returns the position
 * after the piece. */
static const char *compile_library(struct time_pattern *p, const char *f)
{
	size_t n = 0;
	while (f[n] && !(f[n] == '%' && is_own(f[n + 1])))
		n += f[n] == '%' && f[n + 1] ? 2 : 1;
	p->conversions[p->count++] = (struct conversion){ CONV_LIBRARY, 0, (uint16_t)p->text_n };
	memcpy(p->text + p->text_n, f, n);
	p->text_n += n + 1;
	return f + n;
}

/* Compiles F, the output of pattern_expand(), into P. If this project has no code for one of the conversions, strptime(3)
 * reads the rest of the format as well (uses_library). */
static void pattern_compile(struct time_pattern *p, const char *f)
{
	for (const char *c = f; *c; c++)
		if (*c == '%' && !is_native(*++c) && !is_own(*c))
			p->uses_library = true;
	while (*f) {
		struct conversion *conv = &p->conversions[p->count];
		if (*f == '%' && (is_own(f[1]) || (is_native(f[1]) && !p->uses_library))) {
			*conv = (struct conversion){ (unsigned char)f[1], 0, 0 };
			note_conversion(p, f[1]);
			f += 2;
		} else if (p->uses_library) {
			f = compile_library(p, f);
			continue;
		} else if (isspace((unsigned char)*f)) {
			/* White space in the format matches any amount of white space, even none. */
			conv->kind = CONV_SPACE;
			f++;
		} else {
			*conv = (struct conversion){ CONV_LITERAL, (unsigned char)*f++, 0 };
		}
		p->count++;
	}
}

int time_pattern_new(const char *text, struct time_pattern **out, struct err *e)
{
	char full[PATTERN_MAX];
	if (pattern_expand(text, full, e) < 0)
		return -1;
	struct time_pattern *p = calloc(1, sizeof *p);
	if (!p)
		return err_oom(e, "a time format");
	pattern_compile(p, full);
	/* LACKS names the part of a date that the format lacks. %j, %s or a rare conversion may supply the date instead
	 * of the usual parts. */
	const char *lacks = NULL;
	if (p->uses_library || p->has_epoch || p->has_yday)
		lacks = NULL;
	else if (!p->has_year && !p->has_month)
		lacks = "a date: add one, such as %Y-%m-%d";
	else if (p->has_day && !p->has_month)
		lacks = "a month: add %m or %b";
	if (lacks) {
		free(p);
		return err_set(e, EX_USAGE, "time format '%s' lacks %s", text, lacks);
	}
	*out = p;
	return 0;
}

bool time_pattern_lacks_year(const struct time_pattern *p)
{
	return !p->has_year && !p->has_epoch && !p->uses_library;
}

void time_pattern_free(struct time_pattern *p)
{
	free(p);
}
