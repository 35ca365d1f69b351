/* json_internal.h -- declares the decoder of JSON documents for its source files. json.c finds documents and reads
 * events. json_between.c reads what stands between documents. json_levels.c follows the path from a document to its
 * events. json_detect.c recognises documents.
 *
 * A level is an object or array on the way from the start of the document to the events, whose closing bracket was not
 * read yet. The path (--each) has a step for each level, which says in which members of the level the events are. */
#ifndef CAPTURE_FORMAT_JSON_INTERNAL_H
#define CAPTURE_FORMAT_JSON_INTERNAL_H
#include "json/json.h"
#include "sp-capture/format/format.h"
#include "sp-capture/format/json_scan.h"
#include "sp-capture/format/each_path.h"

/* JSON_GO_ON is a result of a step of the decoder in addition to those of enum next. It means that there is no record
 * yet, and another step must follow. */
enum { JSON_GO_ON = 100 };

/* The place in a document that the decoder has reached. It decides what may come next. */
enum json_phase {
	AT_DOCUMENT,   /* between documents */
	AT_VALUE,      /* before a value, to which the step path.steps[depth] applies */
	AT_MEMBER,     /* after the opening bracket of a level: its first member or its closing bracket follows */
	AT_NAME,       /* after a comma in an object: a name follows */
	IN_NAME,       /* inside a name, which is scanned for its end */
	AT_COLON,      /* after a name: a colon follows */
	AFTER_MEMBER,  /* after a member or element: a comma or the closing bracket of the level follows */
	IN_EVENT,      /* inside an event, which is scanned for its end */
	IN_SKIPPED,    /* inside a value that contains no events and is skipped */
	IN_OTHER_LINE, /* inside a line between documents that was rejected */
	/* A fault was found in the structure of a document. In a text sequence the rest of the document is skipped. In
	 * other input nothing more is read. */
	BROKEN,
};

/* In a text sequence (RFC 7464, jq --seq) this byte, which is named RS, stands before each document. Valid JSON never
 * contains this byte. So the byte shows where the next document begins, even if the document before was cut off. */
enum { JSON_SEQUENCE_MARK = 0x1e };

/* A level: an object or array that is open on the way to the events. */
struct json_level {
	bool object; /* false: an array */
	bool found;  /* the object has the member to which the path leads */
};

struct json_decoder {
	struct json_checker checker;
	struct each_path path;
	const char *each; /* the text of PATH; NULL if --each was not given */
	size_t max;       /* the longest event, in bytes */
	enum json_phase phase;
	bool sequence; /* a JSON_SEQUENCE_MARK was read */
	struct json_level levels[EACH_STEPS_MAX];
	/* The number of levels that are open. This is also the index of the next step of the path. */
	size_t depth;
	bool wanted; /* the path leads into the member whose name was read last */
	/* The scan for the end of the name, event or skipped value at the first unread byte. */
	struct json_scan scan;
	uint64_t documents; /* number of documents begun so far */
	uint64_t events;    /* number of events found so far in this document */
	struct buf out;     /* an event whose line breaks were removed */
	/* The position where this document begins. The state of the position is 2 * the number of documents before this
	 * document, plus 1 in a text sequence. */
	struct position start;
	uint64_t records; /* records of this document that json_next() has returned or dropped */
	/* The number of records before the position of json_seek() that still have to be dropped. */
	uint64_t drop;
};

/* ---- json.c, for json_levels.c ---- */

/* Consumes N unread bytes of IN and adds the number of their newlines to the line number. */
void json_doc_take(struct reader *in, size_t n);
/* Sets the raw text of OUT to RAW, and number and offset of OUT to those of the first unread byte. RAW begins at this
 * byte or is empty. */
void json_doc_place(const struct reader *in, struct span raw, struct record *out);
/* Returns the first N unread bytes, but at most 256, for a dead letter. N must not depend on how many bytes a read
 * returns. Then a later run writes the same dead letter. */
struct span json_doc_beginning(const struct reader *in, size_t n);
/* Starts the scan of a value or name at the first unread byte. PHASE is IN_NAME, IN_EVENT or IN_SKIPPED. */
void json_doc_begin(struct json_decoder *d, enum json_phase phase);
/* Enters the phase after a value: AFTER_MEMBER if the value is inside a level, otherwise AT_DOCUMENT. */
void json_doc_end_value(struct json_decoder *d);
/* Rejects a document whose structure is broken. Enters BROKEN, the phase in which the rest of the input is skipped, or
 * in a text sequence the rest of the document. WHAT is the reason. Returns NEXT_REJECTED. */
int json_doc_broken(struct json_decoder *d, struct reader *in, struct record *out, const char *what);

/* ---- json_between.c ---- */

/* Returns the state of a position between documents: 2 * the number of documents so far, plus 1 in a text sequence. */
uint64_t json_between_state(const struct json_decoder *d);
/* Begins the document whose first byte is C, or skips C if it is the mark of a text sequence. Returns JSON_GO_ON. If no
 * document can begin with C, rejects the line and returns NEXT_REJECTED. If the line cannot be read now, returns
 * NEXT_LATER or NEXT_ERROR. */
int json_between_at_document(struct json_decoder *d, struct reader *in, char c, struct record *out, struct err *e);
/* Drops the rest of a rejected line. Returns JSON_GO_ON at the end of the line. If the end cannot be read now, returns
 * what json_next() must return. */
int json_between_other_line(struct json_decoder *d, struct reader *in, struct err *e);
/* Skips the rest of a broken document in a text sequence. Returns JSON_GO_ON at the mark of the next document. If the
 * mark cannot be read now, returns what json_next() must return. */
int json_between_skip(struct json_decoder *d, struct reader *in, struct err *e);

/* ---- json_levels.c ---- */

/* Each of these functions makes one step of the decoder. C is the first unread byte, which is not white space. */

/* Makes a step in the phase AT_VALUE. Returns JSON_GO_ON, or NEXT_REJECTED with OUT rejected. */
int json_levels_at_value(struct json_decoder *d, struct reader *in, char c, struct record *out);
/* Makes a step in the phases AT_MEMBER, AT_NAME and AFTER_MEMBER. Returns JSON_GO_ON, or NEXT_REJECTED with OUT
 * rejected. */
int json_levels_at_member(struct json_decoder *d, struct reader *in, char c, struct record *out);
/* Makes a step in the phase AT_COLON. Returns JSON_GO_ON, or NEXT_REJECTED with OUT rejected. */
int json_levels_at_colon(struct json_decoder *d, struct reader *in, char c, struct record *out);
/* Makes a step in the phase IN_NAME. The caller must call the function when the scan has found the end of the name, or
 * when the name is longer than an event may be. Returns JSON_GO_ON, or NEXT_REJECTED with OUT rejected. */
int json_levels_at_name_end(struct json_decoder *d, struct reader *in, struct record *out);

/* ---- json_detect.c ---- */

/* The function probe_sample() of the format. Accepts all lines of each document, from its first line to its last. A
 * line that is a whole event is accepted by the format ndjson before. So a file of such lines is read as ndjson. */
void json_probe_sample(const struct format_sample *sample, bool *mine);
#endif
