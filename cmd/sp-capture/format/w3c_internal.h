/* w3c_internal.h -- declares the decoder of logs whose columns are named by "#Fields" lines, for its three source
 * files. w3c.c reads lines. w3c_head.c reads the lines that begin with '#'. w3c_row.c makes an event of a row. */
#ifndef CAPTURE_FORMAT_W3C_INTERNAL_H
#define CAPTURE_FORMAT_W3C_INTERNAL_H
#include "sp-capture/format/csv_columns.h"
#include "sp-capture/format/format.h"

/* How the values of a column are written. */
enum w3c_type {
	W3C_ANY,    /* a number if it looks like one, else a string */
	W3C_STRING, /* always a string, with the escapes of Zeek */
	W3C_BOOL,   /* T or F, for true or false */
	/* A list has several values with the set_separator of struct w3c_columns between them. */
	W3C_LIST,         /* a list of W3C_ANY */
	W3C_STRINGS_LIST, /* a list of W3C_STRING */
};

/* What the lines with '#' say about the rows that follow them. */
struct w3c_columns {
	struct csv_columns names;
	struct buf types; /* one byte for each column, an enum w3c_type; if empty, all columns are W3C_ANY */
	/* The character between the fields of a row. A comma separates fields by the rules of CSV. If it is '\0', tabs
	 * separate the fields of a row that contains a tab, and blanks separate those of any other row. */
	char separator;
	bool zeek;          /* the log is one of Zeek, whose values have escapes */
	char set_separator; /* between the elements of a list */
	/* The texts for a value that is not set and for an empty list. Both become null. */
	char unset[16], empty[16];
	/* The numbers of the columns with the date, with the time of day, and with both (MOMENT). SIZE_MAX: there is no
	 * such column. */
	size_t date, time, moment;
	bool moment_is_ts; /* the column MOMENT is named ts */
	bool local;        /* times are in the zone of --tz; otherwise they are in UTC */
	char day[11];      /* "2024-05-01", from a line "#Date: 2024-05-01 10:39:58"; "": not known */
	int day_second;    /* the time of day in that line, in seconds; -1: not known */
};

struct w3c_decoder {
	const struct format_options *options;
	struct time_format *auto_time;
	/* COLUMNS is in effect for the rows that are read now. A run is a sequence of lines with '#' without a row
	 * between them. RUN is what such lines say before they are in effect. They come into effect at the next row. */
	struct w3c_columns columns, run;
	/* RUN_HAS_FIELDS: RUN has the names of columns. RUN_HAS_MORE: RUN has a day or a time format. */
	bool run_has_fields, run_has_more;
	bool in_run;                     /* lines of a run were read, and no row has followed yet */
	struct position run_start;       /* the place where the run begins */
	struct csv_walk walk;            /* the fields of a row */
	struct buf out, unescaped, json; /* OUT holds the event; the others are scratch space */
	/* The position of the last record is given by BASE and the number RECORDS of records after BASE. If
	 * BASE.state is 1, the lines at BASE name the columns. If BASE.state is 0, the first lines of the source do. */
	struct position base;
	/* TO_DROP is the number of records that must still be read again and dropped, after w3c_seek(). */
	uint64_t records, to_drop;
	/* STARTED: the first lines were read. AS_HEAD: no later line has changed what the first lines say. Then the
	 * offset alone is enough for a position. */
	bool started, as_head;
};

/* ---- w3c_head.c ---- */

void w3c_columns_init(struct w3c_columns *c);
void w3c_columns_release(struct w3c_columns *c);
/* Empties C, so that a new run can fill it. */
void w3c_columns_reset(struct w3c_columns *c);
/* Stores what LINE, which begins with '#', says in d->run. NAME is the name of the source, for messages. Returns 0,
 * or -1 with E set if the names of the columns cannot be used, or memory is exhausted. */
int w3c_head_line(struct w3c_decoder *d, struct span line, const char *name, struct err *e) MUST_USE;
/* This is probe_sample() of struct format: sets MINE[I] to true for each line I of SAMPLE that fits this format. */
void w3c_probe_sample(const struct format_sample *sample, bool *mine);

/* ---- w3c_row.c ---- */

/* Makes an event of the row in OUT->raw. Returns NEXT_EVENT with OUT->event set, NEXT_REJECTED with the reason in
 * OUT, or NEXT_ERROR with E set. */
int w3c_row(struct w3c_decoder *d, struct record *out, struct err *e);
#endif
