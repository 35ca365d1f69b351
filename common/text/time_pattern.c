/* time_pattern.c -- compiles strptime(3) formats.
 *
 * All conversions are implemented here and not by strptime(3), because strptime(3) has no fractions of a second, does
 * not apply the offset of %z, ignores what %G, %V, %U and %W read, depends on the locale, and parses its format at each
 * call.
 *
 * Each conversion of a format must have an effect. A format with a conversion that could only be ignored is refused. A
 * value that is not needed for the date, such as a weekday, is compared with the date of each time
 * (time_pattern_date.c). */
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
	case 'n':
	case 't': return " ";
	default: return NULL;
	}
}

enum time_field time_pattern_field(char letter)
{
	/* The letters of each field, in the order of enum time_field. */
	static const char *const letters[FIELDS] = { "Y", "C", "y", "mbBh", "de", "j", "aAuw", "U", "W", "G", "g", "V",
		"Hk", "Il", "pP", "M", "S", "fL", "z", "Z", "s" };
	for (int i = 0; i < FIELDS; i++)
		if (letter && strchr(letters[i], letter))
			return (enum time_field)i;
	return FIELDS;
}

/* Adds an element to P. Returns 0; -1 with E set if P is full. */
static int add_element(struct time_pattern *p, struct conversion c, struct err *e)
{
	if (p->count == PATTERN_MAX)
		return err_set(e, EX_USAGE, "time format is too long: at most %d conversions and characters",
			PATTERN_MAX);
	p->conversions[p->count++] = c;
	return 0;
}

/* Adds a fraction of a second to P. The fraction is optional if it follows the seconds, directly or after a point,
 * comma or colon. Returns 0; -1 with E set if P is full. */
static int add_fraction(struct time_pattern *p, unsigned char kind, struct err *e)
{
	struct conversion *last = p->count ? &p->conversions[p->count - 1] : NULL;
	bool point = p->count > 1 && last->kind == CONV_LITERAL && strchr(".,:", last->literal);
	const struct conversion *before = point ? last - 1 : last;
	bool optional = before && (before->kind == 'S' || before->kind == 's');
	if (optional && point)
		last->optional = 2;
	return add_element(p, (struct conversion){ kind, 0, optional && !point }, e);
}

/* Adds the conversion LETTER to P. FLAG is the flag before the letter, or 0. Returns 0; -1 with E set. */
static int add_conversion(struct time_pattern *p, char letter, char flag, struct err *e)
{
	enum time_field f = time_pattern_field(letter);
	if (letter == '%')
		return add_element(p, (struct conversion){ CONV_LITERAL, '%', 0 }, e);
	if (f == FIELDS)
		return err_set(e, EX_USAGE, "time format has %%%c, which strptime(3) does not have%s", letter,
			letter == 'N' ? "; a fraction of a second is %f" : "");
	/* Most fields may occur twice in a format, and then their two values are compared. The values of the fields in
	 * ONCE are not compared, so each of these fields may occur only once. */
	const uint32_t once = FIELD(FRACTION) | FIELD(OFFSET) | FIELD(ZONE) | FIELD(EPOCH);
	if (p->fields & once & 1u << f)
		return err_set(e, EX_USAGE, "time format has %%%c and %%%c: one of them would be ignored",
			p->letters[f], letter);
	p->fields |= 1u << f;
	p->letters[f] = letter;
	if (f == FIELD_FRACTION)
		return add_fraction(p, flag == '-' && letter == 'L' ? CONV_SHORT_MS : (unsigned char)letter, e);
	return add_element(p, (struct conversion){ (unsigned char)letter, 0, 0 }, e);
}

/* Moves *TEXT, which is after a '%', past the flags and modifiers of strptime(3). They have no effect, except for the
 * '-' of %-L. Returns the last flag, or 0. */
static char skip_flags(const char **text)
{
	char flag = 0;
	while (**text && strchr("_-0^#", **text))
		flag = *(*text)++;
	const char *of_modifier = **text == 'E' ? "cCyYxX" : **text == 'O' ? "bBdeHImMSuUVwWy" : "";
	if ((*text)[0] && (*text)[1] && strchr(of_modifier, (*text)[1]))
		(*text)++;
	return flag;
}

/* Adds all elements of the format TEXT to P. Returns 0; -1 with E set. */
static int compile(struct time_pattern *p, const char *text, struct err *e)
{
	for (; *text; text++) {
		int r;
		if (isspace((unsigned char)*text)) {
			/* White space in the format matches any amount of white space, even none. */
			r = add_element(p, (struct conversion){ CONV_SPACE, 0, 0 }, e);
		} else if (*text != '%') {
			r = add_element(p, (struct conversion){ CONV_LITERAL, (unsigned char)*text, 0 }, e);
		} else {
			text++;
			char flag = skip_flags(&text);
			if (!*text)
				return err_set(e, EX_USAGE, "time format ends in a lone %%");
			const char *full = expansion(*text);
			r = full ? compile(p, full, e) : add_conversion(p, *text, flag, e);
		}
		if (r < 0)
			return -1;
	}
	return 0;
}

/* Returns true if the format TEXT ends in Z, UTC or GMT after a time of day, with or without blanks between them. These
 * letters are no conversion, but a user who writes them means that the times are in UTC, whatever --tz says. */
static bool ends_in_utc(const char *text)
{
	static const char *const names[] = { "Z", "UTC", "GMT" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t n = strlen(text), name = strlen(names[i]);
		if (n < name || strcmp(text + n - name, names[i]) != 0)
			continue;
		for (n -= name; n > 0 && text[n - 1] == ' ';)
			n--;
		bool flag = n >= 3 && text[n - 2] == '-';
		return n >= 2 && text[n - (flag ? 3 : 2)] == '%' && strchr("HkIlpPMSTXRrfL", text[n - 1]) != NULL;
	}
	return false;
}

int time_pattern_new(const char *text, struct time_pattern **out, struct err *e)
{
	struct time_pattern *p = calloc(1, sizeof *p);
	if (!p)
		return err_oom(e, "a time format");
	if (compile(p, text, e) < 0 || time_pattern_decide(p, text, e) < 0) {
		free(p);
		return -1;
	}
	p->utc = ends_in_utc(text) && !(p->fields & (FIELD(OFFSET) | FIELD(ZONE)));
	*out = p;
	return 0;
}

bool time_pattern_lacks_year(const struct time_pattern *p)
{
	return !p->has_year && !(p->fields & FIELD(EPOCH));
}

void time_pattern_free(struct time_pattern *p)
{
	free(p);
}
