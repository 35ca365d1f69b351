/* w3c_head.c -- reads the lines that begin with '#', such as "#Fields: date time" in the extended log file format of
 * the W3C, and "#fields<TAB>ts<TAB>uid" in logs of Zeek. Lines with an unknown name after the '#' are comments. */
#include "base/hex.h"
#include "base/vec.h"
#include "sp-capture/format/csv_names.h"
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/log_time.h"
#include "sp-capture/format/w3c_internal.h"
#include <stdio.h>
#include <strings.h>

void w3c_columns_init(struct w3c_columns *c)
{
	*c = (struct w3c_columns){ .separator = '\0' };
	csv_columns_init(&c->names);
	buf_init(&c->types, SIZE_MAX / 2);
}

void w3c_columns_release(struct w3c_columns *c)
{
	csv_columns_release(&c->names);
	buf_release(&c->types);
}

void w3c_columns_reset(struct w3c_columns *c)
{
	csv_columns_reset(&c->names);
	buf_reset(&c->types);
	*c = (struct w3c_columns){ .names = c->names,
		.types = c->types,
		.set_separator = ',',
		.unset = "-",
		.empty = "(empty)",
		.date = SIZE_MAX,
		.time = SIZE_MAX,
		.moment = SIZE_MAX,
		.day_second = -1 };
}

static struct span trim(struct span s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && memchr(" \t\r", s.p[s.n - 1], 3))
		s.n--;
	return s;
}

/* If LINE begins with NAME, in upper or lower case, returns true with *REST set to the text after NAME. */
static bool take(struct span line, const char *name, struct span *rest)
{
	size_t n = strlen(name);
	if (line.n < n || strncasecmp(line.p, name, n) != 0)
		return false;
	*rest = (struct span){ line.p + n, line.n - n };
	return true;
}

/* Adds a field to W that is at the offsets FROM to TO of the line (TO excluded). Returns 0, or -1 if memory is
 * exhausted. */
static int add_name(struct csv_walk *w, size_t from, size_t to)
{
	struct csv_field *fields = vec_room(w->fields, &w->cap, w->count + 1, sizeof *fields);
	if (!fields)
		return -1;
	w->fields = fields;
	fields[w->count++] = (struct csv_field){ from, to - from, false, false };
	return 0;
}

/* Splits S at each SEPARATOR into the fields of W. If SEPARATOR is '\0', splits S at blanks and tabs. Returns 0, or
 * -1 if memory is exhausted. */
static int split_names(struct csv_walk *w, struct span s, char separator)
{
	csv_walk_start(w);
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		while (i < s.n && (separator ? s.p[i] != separator : s.p[i] != ' ' && s.p[i] != '\t'))
			i++;
		if ((separator || i > from) && add_name(w, from, i) < 0)
			return -1;
		i++;
	}
	return 0;
}

/* If NAME, the name of column I, is usual for a date, a time of day or both, notes I in C as that column. If several
 * columns are named like date and time in one, the first of them counts. */
static void note_time(struct w3c_columns *c, struct span name, size_t i)
{
	static const char *const moments[] = { "ts", "date-time", "datetime", "timestamp" };
	if (span_eq(name, SPAN("date")))
		c->date = i;
	else if (span_eq(name, SPAN("time")))
		c->time = i;
	for (size_t k = 0; k < sizeof moments / sizeof moments[0]; k++) {
		if (c->moment == SIZE_MAX && span_eq(name, span_of(moments[k]))) {
			c->moment = i;
			c->moment_is_ts = k == 0;
		}
	}
}

/* Sets the columns of d->run to the names in S, the text after "#Fields:". NAME is the name of the source, for
 * messages. Returns 0, or -1 with E set. */
static int set_fields(struct w3c_decoder *d, struct span s, const char *name, struct err *e)
{
	struct w3c_columns *c = &d->run;
	struct record check = { .kind = NULL };
	struct err fault = ERR_INIT;
	struct buf made;
	if (decode_line_check_text(s, decode_line_bytes(s), &check) != NEXT_EVENT)
		return err_set(e, EX_DATAERR, "%s: the line #Fields: %s", name, check.why);
	csv_columns_reset(&c->names);
	if (split_names(&d->walk, s, c->separator) < 0)
		return err_oom(e, "the names of columns");
	for (size_t i = 0; i < d->walk.count; i++)
		note_time(c, (struct span){ s.p + d->walk.fields[i].offset, d->walk.fields[i].n }, i);
	buf_init(&made, SIZE_MAX / 2);
	int r = csv_columns_set(&c->names, &d->walk, s, &d->unescaped, &made, &fault);
	if (r < 0)
		err_set(e, fault.status, "%s: the line #Fields: %s", name, fault.msg);
	else if (made.n > 0 && made.n < 400 && d->options->note)
		d->options->note(name, buf_string(&made));
	buf_release(&made);
	d->run_has_fields = d->walk.count > 0;
	return r;
}

/* Returns the type of a column for TYPE, the name of a type in Zeek, such as "count" or "set[addr]". */
static enum w3c_type zeek_type(struct span type)
{
	static const char *const numbers[] = { "count", "int", "port", "double", "interval", "time" };
	const char *inner = memchr(type.p, '[', type.n);
	if (inner && type.p[type.n - 1] == ']') {
		struct span element = { inner + 1, (size_t)(type.p + type.n - inner) - 2 };
		return zeek_type(element) == W3C_ANY ? W3C_LIST : W3C_STRINGS_LIST;
	}
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (span_eq(type, span_of(numbers[i])))
			return W3C_ANY;
	return span_eq(type, SPAN("bool")) ? W3C_BOOL : W3C_STRING;
}

static int set_types(struct w3c_decoder *d, struct span s, struct err *e)
{
	buf_reset(&d->run.types);
	if (split_names(&d->walk, s, d->run.separator) < 0)
		return err_oom(e, "the types of columns");
	for (size_t i = 0; i < d->walk.count; i++) {
		struct span type = { s.p + d->walk.fields[i].offset, d->walk.fields[i].n };
		if (buf_addc(&d->run.types, (char)(type.n > 0 ? zeek_type(type) : W3C_STRING)) < 0)
			return err_oom(e, "the types of columns");
	}
	return 0;
}

/* Copies S to TO, which has SIZE bytes, and adds a NUL. If S is too long, TO keeps its old text. */
static void keep(struct span s, char *to, size_t size)
{
	if (s.n >= size)
		return;
	memcpy(to, s.p, s.n);
	to[s.n] = '\0';
}

/* Reads LINE if it is one that only Zeek writes: "#separator", or a name that is followed by the separator. Stores
 * what it says in d->run. Returns 1 if LINE is such a line, 0 if it is not, or -1 with E set. */
static int zeek_line(struct w3c_decoder *d, struct span line, const char *name, struct err *e)
{
	struct w3c_columns *c = &d->run;
	struct span rest;
	if (take(line, "#separator ", &rest)) {
		rest = trim(rest);
		int byte = rest.n == 4 && span_starts(rest, SPAN("\\x")) ? hex_number(rest.p + 2, 2) : -1;
		c->separator = byte > 0 ? (char)byte : rest.n > 0 ? rest.p[0] : '\t';
		c->zeek = true;
		return 1;
	}
	/* Tools such as grep and tail may have removed the first line, which names the separator. Then it is a tab. */
	if (!c->zeek && (span_starts(line, SPAN("#fields\t")) || span_starts(line, SPAN("#types\t")))) {
		c->zeek = true;
		c->separator = '\t';
	}
	const char *at = c->zeek ? memchr(line.p, c->separator, line.n) : NULL;
	if (!at)
		return 0;
	struct span key = { line.p, (size_t)(at - line.p) };
	rest = (struct span){ at + 1, line.n - key.n - 1 };
	if (span_eq(key, SPAN("#fields")))
		return set_fields(d, rest, name, e) < 0 ? -1 : 1;
	if (span_eq(key, SPAN("#types")))
		return set_types(d, rest, e) < 0 ? -1 : 1;
	if (span_eq(key, SPAN("#unset_field")))
		keep(rest, c->unset, sizeof c->unset);
	if (span_eq(key, SPAN("#empty_field")))
		keep(rest, c->empty, sizeof c->empty);
	if (span_eq(key, SPAN("#set_separator")) && rest.n == 1)
		c->set_separator = rest.p[0];
	return 1;
}

/* Sets c->day to the day at the start of S, which is written as "2024-05-01", or as "12-Jan-1996" in the draft of the
 * W3C. S has at least 10 bytes. Returns the length of the day in S. */
static size_t take_day(struct w3c_columns *c, struct span s)
{
	bool named = s.n >= 11 && s.p[2] == '-' && s.p[6] == '-' && log_time_digits(s.p + 7, 4) >= 0;
	int month = named ? log_time_month(s.p + 3) : 0;
	if (month == 0) {
		keep((struct span){ s.p, 10 }, c->day, sizeof c->day);
		return 10;
	}
	snprintf(c->day, sizeof c->day, "%.4s-%02u-%.2s", s.p + 7, (unsigned)month % 100u, s.p);
	return 11;
}

int w3c_head_line(struct w3c_decoder *d, struct span line, const char *name, struct err *e)
{
	struct w3c_columns *c = &d->run;
	struct span rest;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	int zeek = zeek_line(d, line, name, e);
	if (zeek != 0)
		return zeek < 0 ? -1 : 0;
	if (take(line, "#Fields:", &rest)) {
		rest = trim(rest);
		/* Exchange writes commas between the names, and also between the values of each row. */
		c->separator = rest.n > 0 && memchr(rest.p, ',', rest.n) ? ',' : '\0';
		return set_fields(d, rest, name, e);
	}
	if (take(line, "#Time Format:", &rest) && take(trim(rest), "local", &rest))
		c->local = d->run_has_more = true;
	if (take(line, "#Date:", &rest) && (rest = trim(rest)).n >= 10) {
		d->run_has_more = true;
		size_t n = take_day(c, rest);
		c->day_second = rest.n >= n + 9 ? log_time_clock(rest.p + n + 1) : -1;
	}
	return 0;
}

/* Accepts all lines of SAMPLE if it begins with lines with '#', and one of these names the columns. */
void w3c_probe_sample(const struct format_sample *sample, bool *mine)
{
	struct span rest;
	size_t i = 0;
	for (; i < sample->count && sample->line[i].p[0] == '#'; i++)
		if (take(sample->line[i], "#Fields:", &rest) || span_starts(sample->line[i], SPAN("#fields")))
			break;
	if (i < sample->count && sample->line[i].p[0] == '#')
		memset(mine, true, sample->count * sizeof *mine);
}
