/* format.h -- declares formats, which say how the bytes of a source become records.
 *
 * A format is one struct of functions and flags. A new format needs a file with its struct, a declaration in table.h,
 * and an entry in the table in table.c. The rest of the program knows a format only by its struct, except that
 * record_reader.c names ndjson.
 *
 * A decoder reads one source in one format. It takes lines or bytes from the reader of the source and returns records.
 * A record has the text of a JSON object and, if the format has its own times (logs), the time. The callers of the
 * decoder do everything else: --time, the time at the start of each event, --add, --limit and dead letters. */
#ifndef CAPTURE_FORMAT_FORMAT_H
#define CAPTURE_FORMAT_FORMAT_H
#include "sp-capture/format/csv_dialect.h"
#include "sp-capture/position.h"
#include "sp-capture/record.h"
#include "stream/reader.h"

/* What decoders count beside the records that they return. */
struct format_counts {
	uint64_t empty_rows; /* rows of a table that have only delimiters and blanks */
};

/* The options of the command line that decoding needs. The pointers must stay valid as long as a decoder lives. */
struct format_options {
	const char *each;       /* --each PATH (FORMAT_EACH), or NULL */
	const char *columns;    /* --columns A,B,... (FORMAT_COLUMNS), or NULL */
	const char *pattern;    /* --pattern REGEX (FORMAT_PATTERN), or NULL */
	struct csv_options csv; /* options for tables (FORMAT_COLUMNS) */
	/* The zone of times that name no zone. NULL means UTC. */
	const struct zone *zone;
	size_t max_event; /* --max-event: the limit of a record and of an event, in bytes */
	/* The next three members decide the years of times that are written without a year. CHANGED_MS is the time of
	 * the last change of the source, in milliseconds since 1970. If LIVE is true, the source grows while it is
	 * read, and CHANGED_MS is the present time. */
	int64_t changed_ms;
	bool live;
	int first_year; /* --year, the year of the first time; 0 if it was not given */
	/* Prints TEXT, a notice about the source NAME. A notice is not an error and does not change the exit status. The
	 * pointer may be NULL. */
	void (*note)(const char *name, const char *text);
	struct format_counts *counts; /* if NULL, nothing is counted */
};

enum format_flag {
	FORMAT_JSON = 1, /* events are JSON objects of the source, not made from text */
	/* Accepts any text, and its events have no time. Such a format is detected only if no other format fits. */
	FORMAT_TEXT = 2,
	FORMAT_EACH = 4, /* --each may be given */
	/* --columns may be given. If not, the first line of the source names the columns. */
	FORMAT_COLUMNS = 8,
	FORMAT_PATTERN = 16,   /* --pattern must be given */
	FORMAT_YEARLESS = 32,  /* times of the format may have no year, so --year may be given */
	FORMAT_DELIMITER = 64, /* --delimiter may be given */
	FORMAT_CHANGING = 128, /* lines in the middle of a source may change the columns of the records after them */
	/* The decoder finds the times of its records. --time-format is then only for a field that --time names. */
	FORMAT_OWN_TIMES = 256,
};

/* The first lines of a source. Detection chooses the format by at most SAMPLE_LINES lines of the first SAMPLE_BYTES. */
enum { SAMPLE_LINES = 100, SAMPLE_BYTES = 64 << 10 };
struct format_sample {
	/* The lines that are not blank, without their line ends ("\n" or "\r\n"). White space around them is kept. */
	struct span line[SAMPLE_LINES];
	size_t count;
	/* True if the last line is known to be complete. All other lines are complete. */
	bool last_whole;
};

/* The type of all decoders. It is never defined: each format allocates a struct of its own and converts the pointer. */
struct decoder;

struct format {
	const char *name; /* the value of --format */
	const char *help; /* one line for --help */
	unsigned flags;   /* of enum format_flag */
	/* The number of lines that must follow the first line before detection may choose this format at a pause of the
	 * input. If 0, one line is enough. */
	unsigned second_look;
	/* Returns true if LINE looks like a line of this format. LINE is a line of the source that is not blank,
	 * without white space around it. WHOLE is true if LINE is known to be complete. Detection calls the probes in
	 * the order of the table until one returns true. So when a probe is called, all earlier probes have returned
	 * false. A format without probe and probe_sample is never detected, unless it has FORMAT_TEXT. */
	bool (*probe)(struct span line, bool whole);
	/* Replaces probe if a line cannot be judged alone, as in a table, whose first line names the columns. Sets
	 * MINE[I] to true for each line SAMPLE->line[I] that looks like a part of this format. All MINE[I] are false
	 * before. A line that an earlier format of the table has accepted does not count for this format. */
	void (*probe_sample)(const struct format_sample *sample, bool *mine);

	/* Sets *OUT to a new decoder, which the caller must close with close(). The decoder uses O until then. Returns
	 * 0. Returns -1 with *OUT NULL and EX_USAGE if the options are wrong, or EX_OSERR if memory is exhausted. */
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
	 * none. The function is cheap enough to be called after every record. */
	void (*position)(const struct decoder *d, const struct reader *in, struct position *out);
	/* Makes D continue at P. The caller has just opened D and, if the format has head(), has called head(). Then
	 * the caller must pass next() a reader whose first byte is the byte at P->offset, with offset and number set
	 * to those of P. Returns 0, or -1 with EX_DATAERR if P cannot be a position of this format. */
	int (*seek)(struct decoder *d, const struct position *p, struct err *e);
	/* Reads what all records depend on, such as the header line of CSV. IN is a reader at the start of the source.
	 * The caller must call this function before seek(). A format whose records depend on nothing has NULL here.
	 * Returns
	 * - NEXT_EVENT when this part was read, or if --columns replaces it;
	 * - NEXT_END if the source ends before the end of this part;
	 * - NEXT_LATER as next();
	 * - NEXT_ERROR with E set. */
	int (*head)(struct decoder *d, struct reader *in, struct err *e);
};

/* The table of all formats, which ends with NULL. Detection tries the formats in this order. A fuzz test finds a
 * format by its index in this table, so a change of the order changes what its stored inputs test. */
extern const struct format *const formats[];
/* Returns the format with the name NAME. If there is none, returns NULL with EX_USAGE, and the message names the most
 * similar format. */
const struct format *format_find(const char *name, struct err *e);
/* Returns the first format of the table that has FLAG, or NULL if there is none. */
const struct format *format_with(enum format_flag flag);

/* Detects the format of a source from FIRST, its first bytes without a byte-order mark. FLAGS are flags of enum
 * detect. Returns the format, or NULL if more bytes are needed.
 *
 * Only the first SAMPLE_LINES lines that are not blank decide, and of these only the lines in the first SAMPLE_BYTES.
 * The result is the format that accepts the most lines. If several formats accept equally many lines, the result is the
 * first of these formats in the table. If no format accepts half of the lines, the result is the format with
 * FORMAT_TEXT. Lines that begin with '#' and that no format accepts are comments and do not count. */
enum detect {
	DETECT_END = 1,  /* no bytes follow FIRST in the source, so the result is not NULL */
	DETECT_FULL = 2, /* the caller will not read more bytes for the detection, so the result is not NULL */
	/* The input has no more bytes now. The complete lines decide, if there are enough of them (second_look). */
	DETECT_PAUSE = 4,
	/* Events need no time of their own (--time now). Then one line of text is enough at a pause. */
	DETECT_TEXT = 8,
};
const struct format *format_detect(struct span first, unsigned flags);
#endif
