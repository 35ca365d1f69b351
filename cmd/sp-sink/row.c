/* row.c -- one event taken apart. */
#include "sp-sink/row.h"
#include <stdarg.h>

void row_release(struct row *r)
{
	free(r->fields);
	*r = (struct row){ 0 };
}

static struct span trim(struct span s)
{
	const char *end = s.p + s.n;
	const char *p = json_space(s.p, end);
	while (end > p && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	return (struct span){ p, (size_t)(end - p) };
}

static int grow(struct row *r, struct err *e)
{
	size_t cap = r->cap ? 2 * r->cap : 64;
	struct field *fields = realloc(r->fields, cap * sizeof *fields);
	if (!fields)
		return err_set(e, EX_OSERR, "out of memory for an event of %zu fields", r->count);
	r->fields = fields;
	r->cap = cap;
	return 0;
}

int row_read(struct row *r, struct span line, struct err *e)
{
	struct json_walk w;
	struct field f;
	r->text = trim(line);
	r->count = 0;
	r->kind = NULL;
	if (json_walk_init(&w, r->text) < 0)
		return 0;
	while (json_walk(&w, &f.name, &f.value) > 0) {
		if (r->count == r->cap && grow(r, e) < 0)
			return -1;
		r->fields[r->count++] = f;
	}
	return 0;
}

struct span row_find(const struct row *r, struct span name, size_t *guess)
{
	if (*guess < r->count && json_string_is(r->fields[*guess].name, name))
		return r->fields[*guess].value;
	for (size_t i = 0; i < r->count; i++) {
		if (json_string_is(r->fields[i].name, name)) {
			*guess = i;
			return r->fields[i].value;
		}
	}
	return SPAN_NONE;
}

int row_refuse(struct row *r, const char *kind, struct err *e, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	vsnprintf(e->msg, sizeof e->msg, format, ap);
	va_end(ap);
	e->status = EX_DATAERR;
	r->kind = kind;
	return 1;
}

/* Does TEXT, the inside of a JSON string, have an escaped NUL? */
static bool has_nul(struct span text)
{
	const char *p = text.p, *end = text.p + text.n;
	while (end - p >= 6 && (p = memchr(p, '\\', (size_t)(end - p)))) {
		if (end - p >= 6 && memcmp(p, "\\u0000", 6) == 0)
			return true;
		p += 2;
	}
	return false;
}

int row_check_nul(struct row *r, const char *store, struct err *e)
{
	/* Hardly any event has an escape at all. */
	if (!memchr(r->text.p, '\\', r->text.n))
		return 0;
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		if (has_nul(f->name) || (json_type(f->value) == JSON_STRING && has_nul(f->value)))
			return row_refuse(r, "a NUL character", e,
				"field \"%.*s\" has a NUL character, which %s cannot hold", ROW_NAME(f->name), store);
	}
	return 0;
}
