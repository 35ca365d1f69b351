/* w3c_internal.h -- declares the decoder of logs whose columns are named by "#Fields" lines, for its three source files.
 * w3c.c reads lines. w3c_head.c reads the lines that begin with '#'. w3c_row.c makes an event of a row. */
#ifndef CAPTURE_FORMAT_W3C_INTERNAL_H
#define CAPTURE_FORMAT_W3C_INTERNAL_H
#include "sp-capture/format/csv_columns.h"
#include "sp-capture/format/format.h"

/* How the values of a column are written. */
enum w3c_type {
	W3C_ANY,    /* a number if it looks like one, else a string */
	W3C_STRING, /* always a string, with the escapes of Zeek */
	W3C_BOOL,   /* T or F */
	/* Several values with set_separator between them: */
	W3C_LIST,         /* of W3C_ANY */
	W3C_STRINGS_LIST, /* of W3C_STRING */
};

/* What the lines with '#' say about the rows behind them. */
struct w3c_columns {
	struct csv_columns names;
	struct buf types; /* of enum w3c_type, a byte for each column; empty: all are W3C_ANY */
	/* Between the fields: a comma as in CSV, a tab, or '\0' for tabs if a row has one, else for blanks. */
	char separator;
	bool zeek;          /* a log of Zeek: a value has no quotes, but escapes */
	char set_separator; /* between the elements of a list */
	char unset[16], empty[16];
	size_t date, time,
		moment;    /* the numbers of the columns with the date, the time of day, or both; SIZE_MAX: none */
	bool moment_is_ts; /* the column with both is named ts */
	bool local;        /* times are in the zone of the options, else in UTC */
	char day[11];      /* of "#Date: 2024-05-01 10:39:58"; "": not known */
	int day_second;    /* the time of day there, in seconds; -1: not known */
};

struct w3c_decoder {
	const struct format_options *options;
	struct time_format *auto_time;
	/* COLUMNS is in effect. RUN is what the lines with '#' say that were read last, and no row has followed yet. */
	struct w3c_columns columns, run;
	bool run_has_fields, run_has_more; /* RUN has columns; RUN has a day or a time format */
	bool in_run;
	struct position run_start;
	struct csv_walk walk;            /* the fields of a row */
	struct buf out, unescaped, json; /* OUT holds the event; the others are scratch space */
	/* The position of the last record is BASE plus RECORDS records. BASE.state is 1 if the lines at BASE name the
	 * columns, and 0 if those are the columns that the first lines of the source have named. AS_HEAD: the state is
	 * still the one after the first lines, so that each place can be a position by itself. */
	struct position base;
	uint64_t records, to_drop;
	bool started, as_head;
};

/* ---- w3c_head.c ---- */

void w3c_columns_init(struct w3c_columns *c);
void w3c_columns_release(struct w3c_columns *c);
/* Empties C, so that a new run can fill it. */
void w3c_columns_reset(struct w3c_columns *c);
/* Takes what LINE, which begins with '#', says into d->run. NAME is that of the source. Returns 0, or -1 with E set if
 * the names of the columns cannot be used, or memory is exhausted. */
int w3c_head_line(struct w3c_decoder *d, struct span line, const char *name, struct err *e) MUST_USE;
/* probe_sample() of struct format. */
void w3c_probe_sample(const struct format_sample *sample, bool *mine);

/* ---- w3c_row.c ---- */

/* Makes an event of the row in OUT->raw. Returns NEXT_EVENT, NEXT_REJECTED or NEXT_ERROR. */
int w3c_row(struct w3c_decoder *d, struct record *out, struct err *e);
#endif
