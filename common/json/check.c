/* check.c -- is a line an event? The parts that are not hot; the others are in json_check_hot.h. */
#include "base/hex.h"
#include "json/dup_names.h"
#include "json/kernel/dispatch.h"
#include "text/utf8.h"
#include <unistd.h>

int json_checker_init(struct json_checker *c, struct err *e)
{
	*c = (struct json_checker){ .depth_max = JSON_DEPTH_MAX, .shape = calloc(1, sizeof *c->shape) };
	if (!c->shape)
		return err_set(e, EX_OSERR, "out of memory for the JSON checker");
	if (getentropy(&c->shape->seed, sizeof c->shape->seed) < 0)
		c->shape->seed = (uint64_t)(uintptr_t)c->shape; /* some address: better than none */
	c->shape->ways = json_kernel();
	json_dup_names_clear(c->shape);
	return 0;
}

void json_checker_release(struct json_checker *c)
{
	if (c->shape)
		free(c->shape->rest.slots);
	free(c->shape);
	c->shape = NULL;
}

int json_check(struct json_checker *c, struct span line, size_t *at, const char **why)
{
	struct json_fault f = { NULL, NULL };
	if (c->shape->runs.missed > RUNS_PATIENCE)
		json_dup_names_clear(c->shape);
	if (c->shape->ways->check(c, line, &f) == 0)
		return 0;
	*at = (size_t)(f.at - line.p);
	*why = f.why;
	return -1;
}

int json_check_value(struct span text, unsigned depth_max, const char **end, size_t *at, const char **why)
{
	struct json_fault f = { NULL, NULL };
	const char *p = json_kernel()->check_value(text, depth_max, &f);
	if (p) {
		*end = p;
		return 0;
	}
	*at = (size_t)(f.at - text.p);
	*why = f.why;
	return -1;
}

const char *json_fault_at(struct json_fault *f, const char *at, const char *why)
{
	f->at = at;
	f->why = why;
	return NULL;
}

const char *json_no_value(const char *p, const char *end, struct json_fault *f)
{
	if (p == end)
		return json_fault_at(f, p, "the end where a value should begin");
	if ((unsigned char)*p >= 0x80 && utf8_length(p, end) == 0)
		return json_fault_at(f, p, "not UTF-8");
	return json_fault_at(f, p, *p == '\0' ? "NUL" : "no value");
}

const char *json_string_fault(char c)
{
	if (c == '\0')
		return "NUL in a string";
	return (unsigned char)c < 0x20 ? "control character in a string" : "not UTF-8";
}

/* P is at the backslash of \uXXXX. Half of a surrogate pair stands for nothing (RFC 7493, 2.1). */
static const char *check_unicode(const char *p, const char *end, struct json_fault *f)
{
	int high = end - p < 6 ? -1 : hex_number(p + 2, 4);
	if (high < 0)
		return json_fault_at(f, p, "\\u without four hex digits");
	if (high < 0xD800 || high > 0xDFFF)
		return p + 6;
	int low = high < 0xDC00 && end - p >= 12 && p[6] == '\\' && p[7] == 'u' ? hex_number(p + 8, 4) : -1;
	if (low < 0xDC00 || low > 0xDFFF)
		return json_fault_at(f, p, "half of a surrogate pair");
	return p + 12;
}

const char *json_check_escape(const char *p, const char *end, struct json_fault *f)
{
	if (end - p < 2)
		return json_fault_at(f, end, "string without an end");
	if (p[1] == 'u')
		return check_unicode(p, end, f);
	if (!memchr("\"\\/bfnrt", p[1], 8))
		return json_fault_at(f, p, "unknown escape");
	return p + 2;
}
