/* json_internal.h -- the decoder of JSON documents: json.c finds documents and reads events, json_levels.c follows the
 * path from a document to its events. */
#ifndef CAPTURE_FORMAT_JSON_INTERNAL_H
#define CAPTURE_FORMAT_JSON_INTERNAL_H
#include "json/json.h"
#include "sp-capture/format/format.h"
#include "sp-capture/format/json_scan.h"
#include "sp-capture/format/each_path.h"

/* A result of a step beside those of enum next: there is no record yet. */
enum { JSON_GO_ON = 100 };

/* The place in a document where the decoder is. It decides what may come next. */
enum json_phase {
	AT_DOCUMENT,   /* between documents */
	AT_VALUE,      /* before a value; step DEPTH of the path applies to it */
	AT_MEMBER,     /* after the bracket that opened a level: its first member, or its end */
	AT_NAME,       /* after a comma in an object: a name */
	IN_NAME,       /* CUT is in a name */
	AT_COLON,      /* after a name */
	AFTER_MEMBER,  /* after a member's value: a comma, or the end of the level */
	IN_EVENT,      /* CUT is in an event */
	IN_SKIPPED,    /* CUT is in a value that is skipped */
	IN_OTHER_LINE, /* in a line between documents that was rejected */
	BROKEN,        /* after a fault in the structure of a document: nothing more is read */
};

/* An object or array that is open on the way to the events. */
struct json_level {
	bool object;
	bool found; /* it had the member that the path leads into */
};

struct json_decoder {
	struct json_checker checker;
	struct each_path path;
	const char *each; /* the text of PATH, or NULL: not given */
	size_t max;
	enum json_phase phase;
	struct json_level levels[EACH_STEPS_MAX];
	size_t depth; /* levels that are open; the next step of the path */
	bool wanted;  /* the name that was just read is that of the path's step */
	struct json_scan scan;
	uint64_t documents;    /* begun so far */
	uint64_t events;       /* begun in this document */
	struct buf out;        /* an event that had line breaks */
	struct position start; /* of this document; its state is the number of documents before */
	uint64_t records;      /* records of this document that next() has returned or dropped */
	uint64_t drop;         /* records still to be dropped, as they were given out before the position of seek() */
};

/* ---- json.c, for json_levels.c ---- */

/* Takes N unread bytes and counts their newlines. */
void json_doc_take(struct reader *in, size_t n);
/* Makes RAW, the beginning of the unread bytes (or ""), the raw text of OUT, and sets its number and offset. */
void json_doc_place(const struct reader *in, struct span raw, struct record *out);
/* Begins to cut a value or name at the first unread byte; PHASE is one of IN_NAME, IN_EVENT, IN_SKIPPED. */
void json_doc_begin(struct json_decoder *d, enum json_phase phase);
/* Enters the phase after a value: the rest of the level around it, or the next document. */
void json_doc_end_value(struct json_decoder *d);
/* Rejects a document whose structure is broken, and with it the rest of the input. WHAT is the reason. Returns
 * NEXT_REJECTED. */
int json_doc_broken(struct json_decoder *d, struct reader *in, struct record *out, const char *what);

/* ---- json_levels.c: one step each ---- */

/* They return JSON_GO_ON, or NEXT_REJECTED with OUT rejected. C is the next byte that is not white space, still
 * unread. */
int json_levels_at_value(struct json_decoder *d, struct reader *in, char c, struct record *out);
/* In the phases AT_MEMBER, AT_NAME and AFTER_MEMBER. */
int json_levels_at_member(struct json_decoder *d, struct reader *in, char c, struct record *out);
int json_levels_at_colon(struct json_decoder *d, struct reader *in, char c, struct record *out);
/* To be called when the cut has found the end of a name, or is past the limit of an event. */
int json_levels_at_name_end(struct json_decoder *d, struct reader *in, struct record *out);
#endif
