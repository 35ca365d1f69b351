/* json_levels.c -- follows the path from a JSON document to its events.
 *
 * A step with a name leads from an object to its member of that name. A step without a name leads from an object or
 * array to all its values. Each object or array on the way is a level. Values to which the path does not lead are
 * skipped. If the path leads to a value of the wrong type, this value is rejected, and the rest of the document is
 * read. */
#include "sp-capture/format/json_internal.h"
#include <inttypes.h>

int json_levels_at_value(struct json_decoder *d, struct reader *in, char c, struct record *out)
{
	if (c == ',' || c == ':' || c == ']' || c == '}')
		return json_doc_broken(d, in, out, "a value expected");
	/* The value at the end of the path is an event. Without --each, a document that is an object is an event as
	 * well. */
	if (d->depth == d->path.count || (!d->each && d->depth == 0 && c == '{')) {
		json_doc_begin(d, IN_EVENT);
		return JSON_GO_ON;
	}
	/* A step with a name needs an object. A step without a name needs an object or an array. */
	bool named = d->path.steps[d->depth].p != NULL;
	if (c == '{' || (c == '[' && !named)) {
		d->levels[d->depth++] = (struct json_level){ .object = c == '{' };
		json_doc_take(in, 1);
		d->phase = AT_MEMBER;
		return JSON_GO_ON;
	}
	/* Skip only this value, because other parts of the document may contain events. */
	json_doc_begin(d, IN_SKIPPED);
	json_doc_place(in, SPAN(""), out);
	/* The first byte of a valid value shows its type. */
	const char *kind = c == '[' ? "an array" : c == '"' ? "a string" : c == 'n' ? "null" : "a scalar";
	return record_reject(out, "nothing at --each", "document %" PRIu64 ": found %s where %s leads into %s",
		d->documents, kind, d->each ? d->each : ".", named ? "an object" : "an array or object");
}

/* Leaves the innermost level at its closing bracket. Returns JSON_GO_ON, or NEXT_REJECTED with OUT rejected if the
 * level has no member with the name of the path's step. */
static int leave(struct json_decoder *d, struct reader *in, struct record *out)
{
	/* A missing member is reported here, because only the end of the object shows that it is missing. */
	struct json_level *l = &d->levels[--d->depth];
	struct span name = d->path.steps[d->depth];
	bool missing = l->object && name.p && !l->found;
	json_doc_take(in, 1);
	json_doc_end_value(d);
	if (!missing)
		return JSON_GO_ON;
	json_doc_place(in, SPAN(""), out);
	return record_reject(out, "nothing at --each", "document %" PRIu64 " has no %s: no member '%.*s'", d->documents,
		d->each, (int)(name.n > 64 ? 64 : name.n), name.p);
}

/* Reads what may stand before or after a member or element of the innermost level. Requires a comma between members,
 * and rejects a comma before the closing bracket (RFC 8259, 4 and 5). Returns JSON_GO_ON, or NEXT_REJECTED with OUT
 * rejected. */
int json_levels_at_member(struct json_decoder *d, struct reader *in, char c, struct record *out)
{
	/* In the phase AT_NAME a comma was just read, after which the level must not end. */
	const struct json_level *l = &d->levels[d->depth - 1];
	if (c == (l->object ? '}' : ']') && d->phase != AT_NAME)
		return leave(d, in, out);
	if (d->phase == AFTER_MEMBER) {
		if (c != ',')
			return json_doc_broken(d, in, out, l->object ? "',' or '}' expected" : "',' or ']' expected");
		json_doc_take(in, 1);
		d->phase = l->object ? AT_NAME : AT_VALUE;
		return JSON_GO_ON;
	}
	if (!l->object) {
		d->phase = AT_VALUE;
		return JSON_GO_ON;
	}
	if (c != '"')
		return json_doc_broken(d, in, out, "a name in quotes expected");
	json_doc_begin(d, IN_NAME);
	return JSON_GO_ON;
}

int json_levels_at_name_end(struct json_decoder *d, struct reader *in, struct record *out)
{
	if (d->scan.pos > d->max)
		return json_doc_broken(d, in, out, "a name is longer than an event may be (see --max-event)");
	/* The scanned value includes the two quotes, which are not part of NAME. A step without a name leads to every
	 * member. */
	struct span step = d->path.steps[d->depth - 1], name = { reader_unread(in).p + 1, d->scan.pos - 2 };
	d->wanted = !step.p || json_string_is(name, step);
	d->levels[d->depth - 1].found |= d->wanted;
	json_doc_take(in, d->scan.pos);
	d->phase = AT_COLON;
	return JSON_GO_ON;
}

int json_levels_at_colon(struct json_decoder *d, struct reader *in, char c, struct record *out)
{
	if (c != ':')
		return json_doc_broken(d, in, out, "':' expected after a name");
	json_doc_take(in, 1);
	d->phase = AT_VALUE;
	return JSON_GO_ON;
}
