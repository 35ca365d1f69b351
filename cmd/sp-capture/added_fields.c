/* added_fields.c -- the fields that --add and --source-field add to every event.
 *
 * The text of the fields is made once, when the command line is read, so that adding it to an event is one copy. The
 * names are kept as well, because an added field replaces a member of the event that has the same name. */
#include "sp-capture/added_fields.h"
#include "base/vec.h"
#include "json/json.h"
#include "text/utf8.h"
#include <stdlib.h>

void added_fields_init(struct added_fields *a)
{
	*a = (struct added_fields){ .names = NULL };
	buf_init(&a->text, ADDED_MAX);
}

void added_fields_release(struct added_fields *a)
{
	buf_release(&a->text);
	free(a->names);
}

/* Appends NAME, the name of a field that OPTION adds, to A->names. Refuses a name that is empty or not UTF-8, and a
 * name that was added before. Also refuses ts, ts_source and names that begin with $sp, which are reserved for the
 * stream. Returns 0, or -1 with E set. */
static int add_name(struct added_fields *a, const char *option, struct span name, struct err *e)
{
	if (name.n == 0 || utf8_valid(name) != name.n)
		return err_set(e, EX_USAGE, "%s: the name of the field is missing", option);
	if (span_eq(name, SPAN("ts")) || span_eq(name, SPAN("ts_source")) || span_starts(name, SPAN("$sp")))
		return err_set(e, EX_USAGE, "%s: '%.*s' is a reserved name; choose another", option, SPAN_ARG(name));
	for (size_t i = 0; i < a->count; i++)
		if (span_eq(a->names[i], name))
			return err_set(e, EX_USAGE, "%s: '%.*s' is added twice", option, SPAN_ARG(name));
	struct span *names = vec_room(a->names, &a->cap, a->count + 1, sizeof *names);
	if (!names)
		return err_oom(e, "names of fields");
	a->names = names;
	names[a->count++] = name;
	return 0;
}

/* Appends VALUE to B: as JSON if all of it is one JSON value, else as a string. VALUE will be a member of an event, so
 * it may nest one level less than an event. Returns 0, or -1 if B is full. */
static int add_value(struct buf *b, struct span value)
{
	const char *end, *why;
	size_t at;
	struct span lead = { json_space(value.p, value.p + value.n), 0 };
	lead.n = (size_t)(value.p + value.n - lead.p);
	bool json = lead.n > 0 && json_check_value(lead, JSON_DEPTH_MAX - 1, &end, &at, &why) == 0 &&
		json_space(end, lead.p + lead.n) == lead.p + lead.n;
	return json ? json_compact((struct span){ lead.p, (size_t)(end - lead.p) }, b) : json_quote(value, b);
}

/* A->text has commas only between the fields. The comma before the first field is written with each event. */
int added_fields_add(struct added_fields *a, const char *text, struct err *e)
{
	const char *equals = strchr(text, '=');
	if (!equals)
		return err_set(e, EX_USAGE, "--add '%s': write KEY=VALUE", text);
	struct span name = { text, (size_t)(equals - text) };
	if (add_name(a, "--add", name, e) < 0)
		return -1;
	struct buf *b = &a->text;
	if ((b->n > 0 && buf_addc(b, ',') < 0) || json_quote(name, b) < 0 || buf_addc(b, ':') < 0 ||
		add_value(b, span_of(equals + 1)) < 0)
		return err_set(e, EX_USAGE, "--add: more than %d bytes in all", ADDED_MAX);
	return 0;
}

int added_fields_add_source(struct added_fields *a, const char *name, struct err *e)
{
	a->source_field = name;
	return add_name(a, "--source-field", span_of(name), e);
}
