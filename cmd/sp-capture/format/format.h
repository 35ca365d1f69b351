/* format.h -- formats: how the bytes of a source become records.
 *
 * A format is one struct of functions and flags in the table of table.c. A new format needs its struct, a declaration
 * in table.h and an entry in the table; table.c says where in the table. The rest of the program knows a format only by
 * its struct, except that detect.c and record_reader.c name ndjson.
 *
 * A decoder reads one source in one format. It takes lines or bytes from the reader of the source and returns records:
 * the text of a JSON object and, if the format has its own times (logs), the time. Its callers do everything else:
 * --time, the time at the start of each event, --add, --limit and dead letters. */
#ifndef CAPTURE_FORMAT_FORMAT_H
#define CAPTURE_FORMAT_FORMAT_H
#include "sp-capture/position.h"
#include "sp-capture/record.h"
#include "stream/reader.h"

/* What the options of the command line say about decoding. All pointers are borrowed for as long as a decoder lives. */
struct format_options {
	const char *each;        /* --each PATH (FORMAT_EACH), or NULL */
	const char *columns;     /* --columns A,B,... (FORMAT_COLUMNS), or NULL */
	const char *pattern;     /* --pattern REGEX (FORMAT_PATTERN), or NULL */
	const struct zone *zone; /* the zone of times that do not name one; NULL: UTC */
	size_t max_event;        /* --max-event: the longest record and the longest event, in bytes */
	int64_t now_ms;          /* when the run began; times of RFC 3164 have no year, and get it from this time */
};

enum format_flag {
	FORMAT_JSON = 1,     /* events are JSON objects of the source, not made from text */
	FORMAT_TEXT = 2,     /* accepts any text; its events have no time; detected only if no other format fits */
	FORMAT_EACH = 4,     /* --each may be given */
	FORMAT_COLUMNS = 8,  /* --columns may be given; if not, the first line of the source names the columns */
	FORMAT_PATTERN = 16, /* --pattern must be given */
};

/* A decoder. The type is never defined: each format allocates a struct of its own and converts the pointer. */
struct decoder;

struct format {
	const char *name; /* the value of --format */
	const char *help; /* one line for --help */
	unsigned flags;   /* of enum format_flag */
	/* If this is not 0, detection checks this number of lines after the first line before it accepts the result of
	 * probe(). If most of these lines are events, the source is ndjson with a damaged first line. */
	unsigned second_look;
	/* Returns true if LINE looks like this format. LINE is the first line of a source that is not blank, without
	 * white space around it. WHOLE is true if LINE is known to be complete. The probes are called in the order of
	 * the table until one returns true, so a probe can rely on it that all earlier probes have returned false.
	 * NULL: no probe, and this format is not detected, except a format with FORMAT_TEXT. */
	bool (*probe)(struct span line, bool whole);

	/* Sets *OUT to a new decoder, which the caller must close with close(). O is borrowed until then. Returns 0; or
	 * -1 with EX_USAGE (bad options for this format) or EX_OSERR, and *OUT is NULL. */
	int (*open)(struct decoder **out, const struct format_options *o, struct err *e);
	/* Reads the next record from IN into *OUT, whose bools must be false before. Returns
	 * - NEXT_EVENT: OUT holds an event;
	 * - NEXT_REJECTED: OUT has kind, why, raw, number and offset set;
	 * - NEXT_END: no record is left;
	 * - NEXT_LATER: IN has nothing now (a followed file); the caller must call again when IN has more;
	 * - NEXT_ERROR with E set. */
	int (*next)(struct decoder *d, struct reader *in, struct record *out, struct err *e);
	/* Frees D, which may be NULL. */
	void (*close)(struct decoder *d);

	/* Sets *OUT to the place after the last record that next() has returned from IN, or to the start if there is
	 * none. It is cheap enough to be called after every record. */
	void (*position)(const struct decoder *d, const struct reader *in, struct position *out);
	/* Makes D continue at P. The caller has just opened D and, if the format has head(), called it. To the next
	 * call of next() the caller must pass a reader whose first byte is the byte at P->offset, with offset and
	 * number set to those of P. Returns 0; or -1 with EX_DATAERR if P cannot be a position of this format. */
	int (*seek)(struct decoder *d, const struct position *p, struct err *e);
	/* Reads what all records depend on, such as the header line of CSV, from IN, a reader at the start of the
	 * source. The caller must call it before seek(). NULL: the records of this format depend on nothing. Returns
	 * NEXT_EVENT when it is read, or if it is not needed because of --columns; NEXT_END if the source ends before;
	 * NEXT_LATER as next(); or NEXT_ERROR with E set. */
	int (*head)(struct decoder *d, struct reader *in, struct err *e);
};

/* All formats, NULL-terminated. The order is the order of detection, and fuzz_formats.c takes an index of this table
 * from the first byte of its input (see table.c). */
extern const struct format *const formats[];
/* Returns the format that is named NAME. If there is none, returns NULL with EX_USAGE and the most similar name. */
const struct format *format_find(const char *name, struct err *e);
/* Returns the first format of the table that has FLAG, or NULL if there is none. */
const struct format *format_with(enum format_flag flag);

/* Detects the format of a source from FIRST, its first bytes without a byte-order mark. FLAGS are of enum detect.
 * Returns the format, or NULL if more bytes are needed.
 *
 * The first line that is not blank decides. If this line alone is weak evidence (text, column names), a fixed number of
 * lines after it is checked as well. This number doesn't depend on how many lines are in FIRST, so a file, a pipe and a
 * followed file with the same content get the same format. */
enum detect {
	DETECT_END = 1,  /* the source has no bytes after FIRST, so the result is not NULL */
	DETECT_FULL = 2, /* the caller will not read more bytes for the detection, so the result is not NULL */
	DETECT_TEXT = 4, /* events need no time of their own (--time now), so text is accepted without a second look */
};
const struct format *format_detect(struct span first, unsigned flags);
#endif
