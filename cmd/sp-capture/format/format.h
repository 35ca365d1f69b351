/* format.h -- formats turn what a source holds into events: one decoder per source.
 *
 * A decoder pulls lines (or bytes) from its source's reader and gives records: a JSON object's text and,
 * where the format itself says when (log formats), the time. main and emit.c do the rest: --time, the
 * time in front, --add, --limit, rejects. */
#ifndef CAPTURE_FORMAT_FORMAT_H
#define CAPTURE_FORMAT_FORMAT_H
#include "sp-capture/position.h"
#include "stream/reader.h"
#include "json/json.h"
#include "text/time.h"

struct record {
	struct span event; /* a JSON object: "{...}"; valid until the decoder's next call */
	bool newline;      /* event.p[event.n] is the line's own '\n': the event may go out in place */
	bool checked;      /* known to be a valid event: made by us, or json_check() has passed it */
	bool has_time;     /* the format knows the time: */
	struct stamp time;
	bool time_is_ts; /* ... and read it from the event's own "ts": that one is replaced, not kept as ts_source */
	bool no_ts;      /* the event has no field ts or ts_source: nobody need look for them */
	const char *guessed; /* name of the source's format if its first lines decided it, else NULL */
	struct span raw;     /* what it was made from, for the dead letter */
	uint64_t number;     /* line (or document) number in the source, from 1 */
	uint64_t offset;     /* byte offset of RAW in the (unpacked) source */
	const char *kind;    /* a rejected record: what kind of fault (static string) ... */
	char why[256];       /* ... and the reason in full */
};

struct format_options {
	const char *each;        /* json: --each PATH, or NULL */
	const char *columns;     /* csv, tsv: --columns a,b,c, or NULL: the first line names them */
	const char *pattern;     /* regex: --pattern */
	const struct zone *zone; /* of times that name none; borrowed */
	size_t max_event;
	int64_t now_ms; /* for years that are missing (RFC 3164) */
};

struct decoder; /* each format has its own */
struct format {
	const char *name; /* as for --format */
	const char *help;
	/* -1: EX_USAGE (bad options for this format, bad pattern). */
	int (*open)(struct decoder **out, const struct format_options *o, struct err *e);
	/* The next record from IN (the flags of *OUT are false before):
	 * 1; 2: a rejected one (kind, why, raw, number are set); 0: end; -1: E;
	 * NEXT_LATER: IN had nothing now (a followed file); the decoder keeps what it has begun and is
	 * called again when there is more. */
	int (*next)(struct decoder *d, struct reader *in, struct record *out, struct err *e);
	void (*close)(struct decoder *d);

	/* Sets *OUT to the place after the last record that next() returned from IN (before the first one: the start).
	 * Cheap: may be called after every record. */
	void (*position)(const struct decoder *d, const struct reader *in, struct position *out);
	/* Makes D, which was just opened (and has read the head, see below), go on at P. The caller's next call of next()
	 * passes a reader whose first byte is the one at P->offset, with offset and number set to those of P. Returns -1
	 * with E if P cannot be one of this format's positions. */
	int (*seek)(struct decoder *d, const struct position *p, struct err *e);
	/* Reads from IN, a reader at the start of the source, what all later records depend on: the header line of CSV.
	 * To be called before seek(). NULL: the format depends on nothing. Returns NEXT_EVENT when it is read (or when
	 * nothing is needed because of --columns); else as next(), but never NEXT_REJECTED. */
	int (*head)(struct decoder *d, struct reader *in, struct err *e);
};

/* By name; NULL with EX_USAGE, the nearest named. */
const struct format *format_find(const char *name, struct err *e);
/* Decided from a source's FIRST bytes, without a byte-order mark; NULL: more of them are needed.
 * The first line that is not blank decides. Where that is weak (text, column names) so do lines behind it, a
 * fixed number whatever more could be read, so that a file, a pipe and a followed file are taken for the same. */
enum detect {
	DETECT_END = 1,  /* FIRST is all there is: never NULL */
	DETECT_FULL = 2, /* no more than FIRST will be looked at: never NULL */
	DETECT_TEXT = 4, /* text is welcome (--time now), and waits for no line behind it */
};
const struct format *format_detect(struct span first, unsigned flags);
extern const struct format *const formats[]; /* NULL-terminated */
#endif
