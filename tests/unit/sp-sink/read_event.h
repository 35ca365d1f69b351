/* read_event.h -- an event from text, for the tests of sp-sink. */
#ifndef UNIT_READ_EVENT_H
#define UNIT_READ_EVENT_H
#include "check.h"
#include "sp-sink/event.h"

static inline void read_event(struct event *ev, const char *text)
{
	struct err e = ERR_INIT;
	CHECK(event_read(ev, span_of(text), &e) == 0);
}
#endif
