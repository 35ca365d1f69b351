/* source.c -- what all types of sources have in common: a source belongs to a set, and it has a position up to which
 * its records were written. */
#include "sp-capture/source/source.h"
#include "base/vec.h"

int source_set_add(struct source_set *set, struct source *s, struct err *e)
{
	struct source **list = vec_room(set->list, &set->cap, set->count + 1, sizeof(struct source *));
	if (!list)
		return err_oom(e, "the list of sources");
	set->list = list;
	list[set->count++] = s;
	s->type = set->type;
	s->set = set;
	s->last_event_ms = INT64_MIN;
	return 0;
}

/* Without a merge, each record is written before the next one is read. So mark() also gives the position of what was
 * written. If the last record could not be written, the position before it is not known any more. */
bool source_position(const struct source *s, struct position *out)
{
	if (!s->set->merged)
		return !s->unwritten && s->type->mark && s->type->mark(s, out);
	/* When all records of a source that has ended are written, its position is its end. That can be after the
	 * position of the last record, because blank lines and the like may follow it. */
	if (s->over && s->in_merge == 0 && s->type->mark)
		return s->set->needs_positions && s->type->mark(s, out);
	*out = s->written;
	return s->set->needs_positions && s->has_written;
}
