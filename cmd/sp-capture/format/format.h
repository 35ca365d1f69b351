/* format.h -- formats: how the bytes of a source become records.
 *
 * Each format is one struct of functions and flags in the table of table.c; nothing outside of it names or compares
 * formats. A source opens one decoder, which pulls lines or bytes from the source's reader and gives records: the text
 * of a JSON object and, where the format has its own times (logs), the time. Everything else (--time, the time in front
 * of the event, --add, --limit, dead letters) is done by its callers. */
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
	int64_t now_ms;          /* when the run began: decides the years that RFC 3164 leaves out */
};

enum format_flag {
	FORMAT_JSON = 1,     /* events are the JSON objects of the source, not made from text */
	FORMAT_TEXT = 2,     /* accepts any text, its events have no time: detected only if no other format fits */
	FORMAT_EACH = 4,     /* knows --each */
	FORMAT_COLUMNS = 8,  /* knows --columns; without it the first line of the source names the columns */
	FORMAT_PATTERN = 16, /* knows --pattern, and needs it */
};

/* A decoder of some format. The type is never defined: each format allocates a struct of its own. */
struct decoder;

struct format {
	const char *name; /* as for --format */
	const char *help; /* one line, for people */
	unsigned flags;   /* of enum format_flag */
	/* How many lines after the first are examined before the answer of probe() is accepted. If most of them are events, the
	 * source is ndjson and its first line is damaged. 0: probe() is trusted. */
	unsigned second_look;
	/* Returns true if LINE, the first line of a source that is not blank (trimmed, not empty), looks like this format.
	 * WHOLE: LINE is known to be complete. The probes are called in the order of the table until one returns true, so a
	 * probe may rely on the earlier ones having returned false. NULL: the format is never detected. */
	bool (*probe)(struct span line, bool whole);

	/* Sets *OUT to a new decoder, to be given to close(). Returns 0; or -1 with EX_USAGE (bad options for this format)
	 * or EX_OSERR, and *OUT is NULL. O is borrowed until then. */
	int (*open)(struct decoder **out, const struct format_options *o, struct err *e);
	/* Reads the next record from IN. The flags of *OUT must be false before. Returns NEXT_EVENT; NEXT_REJECTED, when
	 * OUT has kind, why, raw, number and offset; NEXT_END; NEXT_ERROR with E; or NEXT_LATER if IN has nothing now (a
	 * followed file): the decoder keeps what it has begun and is called again when there is more. */
	int (*next)(struct decoder *d, struct reader *in, struct record *out, struct err *e);
	/* Frees D, which may be NULL. */
	void (*close)(struct decoder *d);

	/* Sets *OUT to the place after the last record that next() returned from IN (before the first one: the start).
	 * Cheap: may be called after every record. */
	void (*position)(const struct decoder *d, const struct reader *in, struct position *out);
	/* Makes D, which was just opened (and has read the head, see below), go on at P. The caller's next call of next()
	 * passes a reader whose first byte is the one at P->offset, with offset and number set to those of P. Returns 0; or
	 * -1 with EX_DATAERR if P cannot be a position of this format. */
	int (*seek)(struct decoder *d, const struct position *p, struct err *e);
	/* Reads from IN, a reader at the start of the source, what all later records depend on: the header line of CSV.
	 * To be called before seek(). NULL: the format depends on nothing. Returns NEXT_EVENT when it is read (or when
	 * nothing is needed because of --columns); else as next(), but never NEXT_REJECTED. */
	int (*head)(struct decoder *d, struct reader *in, struct err *e);
};

/* All formats, in the order in which they are probed; NULL-terminated. */
extern const struct format *const formats[];
/* Returns the format NAME; NULL with EX_USAGE (and the nearest name) if there is none. */
const struct format *format_find(const char *name, struct err *e);
/* Returns the first format of the table that has FLAG; NULL if there is none. */
const struct format *format_with(enum format_flag flag);

/* Detects the format of a source from its FIRST bytes (without a byte-order mark). FLAGS are of enum detect. Returns NULL
 * if more bytes are needed. The first line that is not blank decides. Where that is weak evidence (text, column names),
 * a fixed number of the lines after it are looked at too, however many there are: so a file, a pipe and a followed file
 * with the same content are taken for the same format. */
enum detect {
	DETECT_END = 1,  /* FIRST is all that the source has: never returns NULL */
	DETECT_FULL = 2, /* no more than FIRST will be looked at: never returns NULL */
	DETECT_TEXT = 4, /* text is welcome, as events get their times elsewhere (--time now): needs no second look */
};
const struct format *format_detect(struct span first, unsigned flags);
#endif
