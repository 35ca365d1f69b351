/* fields.c -- notes which of the fields that --key and --partition name were in the events. */
#include "sp-sink/fields.h"
#include "base/diag.h"
#include <strings.h>

enum { HINT_BYTES_MAX = 8192 };

/* ---- the names ---- */

/* Adds the field NAME of OPTION to F. If F is full, ignores the field. Returns 0, or -1 with E set. */
static int add_field(struct fields *f, const char *option, struct span name, struct err *e)
{
	if (f->count == FIELDS_MAX)
		return 0;
	char *copy = strndup(name.p, name.n);
	if (!copy)
		return err_oom(e, "an option");
	bool is_key = strcmp(option, "--key") == 0;
	f->list[f->count++] = (struct named_field){ .option = option, .name = copy, .is_key = is_key };
	f->open++;
	f->open_keys += is_key;
	return 0;
}

/* Adds the fields of KEY, the value of --key: names separated by commas as in CSV. Returns 0, or -1 with E set. */
static int add_key(struct fields *f, const char *key, struct err *e)
{
	struct name_table names;
	struct err ignored = ERR_INIT;
	int r = 0;
	if (!key)
		return 0;
	if (name_table_init(&names, FIELDS_MAX, false, e) < 0)
		return -1;
	/* If KEY is not a valid list of names, it is ignored here, because the target will report the error. */
	if (name_table_add_key(&names, key, NULL, NULL, &ignored) == 0)
		for (size_t i = 0; r == 0 && i < names.count; i++)
			r = add_field(f, "--key", (struct span){ names.all[i].text, names.all[i].n }, e);
	name_table_release(&names);
	return r;
}

/* Adds the fields {name} of TEMPLATE, the value of --partition. In TEMPLATE, "{{" stands for a brace and begins no
 * field. Returns 0, or -1 with E set. */
static int add_template(struct fields *f, const char *template, struct err *e)
{
	const char *end;
	for (const char *p = template ? template : ""; (p = strchr(p, '{')) != NULL; p = end + 1) {
		end = p[1] == '{' ? p + 1 : strchr(p, '}');
		if (!end)
			break;
		if (*end == '}' && add_field(f, "--partition", (struct span){ p + 1, (size_t)(end - p) - 1 }, e) < 0)
			return -1;
	}
	return 0;
}

int fields_init(struct fields *f, const struct config *c, struct err *e)
{
	const struct target_config *t = &c->target;
	*f = (struct fields){ .ignore_case = c->type->key_ignores_case };
	seen_init(&f->seen);
	/* The options can name only members of the event itself, so members of nested objects are not collected. */
	f->seen.depth = 1;
	return add_key(f, t->key, e) < 0 ? -1 : add_template(f, t->partition, e);
}

void fields_release(struct fields *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->list[i].name);
	seen_release(&f->seen);
}

/* ---- events ---- */

/* Returns the value of the field N in EV, or SPAN_NONE if EV has no such field. */
static struct span find_value(const struct fields *f, const struct named_field *n, const struct event *ev)
{
	struct span name = span_of(n->name);
	for (size_t i = 0; i < ev->count; i++) {
		const struct field *have = &ev->fields[i];
		if (json_string_is(have->name, name) ||
			(n->is_key && f->ignore_case && have->name.n == name.n &&
				strncasecmp(have->name.p, name.p, name.n) == 0))
			return have->value;
	}
	return SPAN_NONE;
}

void fields_update(struct fields *f, const struct event *ev)
{
	bool missing = false;
	for (size_t i = 0; i < f->count; i++) {
		struct named_field *n = &f->list[i];
		if (n->valued)
			continue;
		struct span value = find_value(f, n, ev);
		f->open_keys -= value.p && n->is_key && !n->seen;
		n->seen = n->seen || value.p;
		n->valued = value.p && json_type(value) != JSON_NULL;
		f->open -= n->valued;
		missing = missing || !n->seen;
	}
	if (missing)
		seen_collect(&f->seen, ev->text);
}

/* ---- messages ---- */

/* Appends to OUT that no event had the field N, and a hint with the fields that the events had. */
static void add_missing(const struct fields *f, const struct named_field *n, struct buf *out)
{
	char path[256];
	snprintf(path, sizeof path, ".%s", n->name);
	buf_addf(out, "%s %s: no event had it (", n->option, n->name);
	seen_hint(&f->seen, path, out);
	buf_addc(out, ')');
}

int fields_refuse(const struct fields *f, struct err *e)
{
	struct buf text;
	size_t i = 0;
	while (i + 1 < f->count && !(f->list[i].is_key && !f->list[i].seen))
		i++;
	buf_init(&text, HINT_BYTES_MAX);
	add_missing(f, &f->list[i], &text);
	const char *string = buf_string(&text);
	err_set(e, EX_DATAERR, "%s; rows would replace each other, so nothing is stored", string ? string : "--key");
	buf_release(&text);
	return -1;
}

void fields_wait(struct fields *f)
{
	struct err e = ERR_INIT;
	if (f->waiting_said)
		return;
	f->waiting_said = true;
	(void)!fields_refuse(f, &e);
	diag("%s before an event has it", e.msg);
}

void fields_report(const struct fields *f)
{
	struct buf text;
	buf_init(&text, HINT_BYTES_MAX);
	for (size_t i = 0; f->events > 0 && i < f->count; i++) {
		const struct named_field *n = &f->list[i];
		buf_reset(&text);
		if (!n->seen)
			add_missing(f, n, &text);
		else if (n->is_key && !n->valued)
			buf_addf(&text, "--key %s: null in every event", n->name);
		const char *string = buf_string(&text);
		if (text.n && string)
			diag("%s", string);
	}
	buf_release(&text);
}

void fields_describe(const struct fields *f, struct buf *out)
{
	for (size_t i = 0; f->events > 0 && i < f->count; i++) {
		if (f->list[i].seen)
			continue;
		buf_addf(out, "; %s %s: no event had it", f->list[i].option, f->list[i].name);
		return;
	}
}

/* ---- checkpoints ---- */

void fields_save(const struct fields *f, struct save *s)
{
	save_u64(s, f->count);
	for (size_t i = 0; i < f->count; i++) {
		const struct named_field *n = &f->list[i];
		save_span(s, span_of(n->name));
		save_bool(s, n->is_key);
		save_bool(s, n->seen);
		save_bool(s, n->valued);
	}
}

void fields_load(struct fields *f, struct load *l)
{
	size_t count = load_count(l, 4);
	for (size_t i = 0; i < count && !load_failed(l); i++) {
		struct span name = load_span(l);
		bool is_key = load_bool(l), seen = load_bool(l), valued = load_bool(l);
		for (size_t k = 0; k < f->count && !load_failed(l); k++) {
			struct named_field *n = &f->list[k];
			if (n->is_key != is_key || !span_eq(span_of(n->name), name))
				continue;
			f->open_keys -= seen && n->is_key && !n->seen;
			f->open -= valued && !n->valued;
			n->seen = n->seen || seen;
			n->valued = n->valued || valued;
		}
	}
}
