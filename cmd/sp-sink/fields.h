/* fields.h -- notes which of the fields that --key and --partition name were in the events.
 *
 * If a field of --key is misspelled, no event has the field. The rows of different events could then have equal keys,
 * replace each other and be lost. So nothing is stored before each field of --key was in an event. */
#ifndef SINK_FIELDS_H
#define SINK_FIELDS_H
#include "json/seen.h"
#include "state/save.h"
#include "sp-sink/name_table.h"
#include "sp-sink/options.h"

enum { FIELDS_MAX = 256 }; /* the options can name more fields, but the fields after these are not checked */

struct named_field {
	const char *option; /* the option that names the field, such as "--key"; a static string */
	char *name;         /* owned */
	bool is_key;
	bool seen;   /* an event had the field */
	bool valued; /* an event had the field with a value other than null */
};

struct fields {
	struct named_field list[FIELDS_MAX];
	size_t count;
	size_t open;      /* number of fields that were missing or null in all events so far */
	size_t open_keys; /* number of fields of --key that no event had yet */
	bool ignore_case; /* upper and lower case are equal in the names of --key */
	bool waiting_said;
	uint64_t events;
	struct seen seen; /* the fields that events have, for messages */
};

/* Takes the names from the options in C, which have been checked. Returns 0, or -1 with E set. The caller must call
 * fields_release(), even after a failure. */
int fields_init(struct fields *f, const struct config *c, struct err *e) MUST_USE;
void fields_release(struct fields *f);

/* Notes which of the fields EV has. Fields that had a value other than null before are not searched for again. */
void fields_update(struct fields *f, const struct event *ev);
static inline void fields_event(struct fields *f, const struct event *ev)
{
	f->events++;
	if (f->open)
		fields_update(f, ev);
}

/* Returns true if events came, and at least one field of --key was in none of them. */
static inline bool fields_lack_key(const struct fields *f)
{
	return f->open_keys > 0 && f->events > 0;
}
/* Sets E to the message about the first field of --key that no event had. Always returns -1. */
int fields_refuse(const struct fields *f, struct err *e);
/* Prints that nothing is stored before each field of --key was in an event. Only the first call prints. */
void fields_wait(struct fields *f);
/* Prints which fields no event had, and which fields of --key were always null. Called at the end of the run. */
void fields_report(const struct fields *f);
/* Write and read which fields were in the events, for the next run of a job. The fields that --key and --partition name
 * may differ when they are read: then the new ones count as not seen. */
void fields_save(const struct fields *f, struct save *s);
void fields_load(struct fields *f, struct load *l);
/* Appends the first field that no event had to the status line OUT. */
void fields_describe(const struct fields *f, struct buf *out);
#endif
