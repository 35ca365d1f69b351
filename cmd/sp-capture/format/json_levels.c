/* json_levels.c -- the path from a JSON document to its events.
 *
 * Each step of the path leads from an object or array into one of its members (a name) or into all of them (no name). Each
 * object or array on the way is a level. Values that no step leads into are skipped without a word; a value of the
 * wrong kind where a step leads into is rejected, and the rest of the document is still read. */
#include "sp-capture/format/json_internal.h"
#include <inttypes.h>

int json_levels_at_value(struct json_decoder *d, struct reader *in, char c, struct record *out)
{
	if (c == ',' || c == ':' || c == ']' || c == '}')
		return json_doc_broken(d, in, out, "a value expected");
	/* The path has ended; or there is none, and the document itself is the event. */
	if (d->depth == d->path.count || (!d->each && d->depth == 0 && c == '{')) {
		json_doc_begin(d, IN_EVENT);
		return JSON_GO_ON;
	}
	/* A step with a name leads into objects only, one without into arrays as well. */
	bool named = d->path.steps[d->depth].p != NULL;
	if (c == '{' || (c == '[' && !named)) {
		d->levels[d->depth++] = (struct json_level){ .object = c == '{' };
		json_doc_take(in, 1);
		d->phase = AT_MEMBER;
		return JSON_GO_ON;
	}
	/* The rest of the document can still hold events: the value is skipped and the fault reported. */
	json_doc_begin(d, IN_SKIPPED);
	json_doc_place(in, SPAN(""), out);
	const char *kind = c == '[' ? "an array" : c == '"' ? "a string" : c == 'n' ? "null" : "a scalar";
	return record_reject(out, "nothing at --each", "document %" PRIu64 ": found %s where %s leads into %s",
		d->documents, kind, d->each ? d->each : ".", named ? "an object" : "an array or object");
}

/* Leaves the innermost level at its closing bracket. */
static int leave(struct json_decoder *d, struct reader *in, struct record *out)
{
	/* The member that a step names may be anywhere in its object: only here is it known to be missing. */
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

/* Grammar of RFC 8259, 4 and 5: members with commas between them, none before the closing bracket. */
int json_levels_at_member(struct json_decoder *d, struct reader *in, char c, struct record *out)
{
	/* After a comma (AT_NAME; in an array AT_VALUE) the level may not end. */
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
	if (d->cut.pos > d->max)
		return json_doc_broken(d, in, out, "a name is longer than an event may be (see --max-event)");
	/* Without its quotes. Any member will do for a step without a name. */
	struct span step = d->path.steps[d->depth - 1], name = { reader_unread(in).p + 1, d->cut.pos - 2 };
	d->wanted = !step.p || json_string_is(name, step);
	d->levels[d->depth - 1].found |= d->wanted;
	json_doc_take(in, d->cut.pos);
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
