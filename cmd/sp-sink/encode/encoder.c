/* encoder.c -- the table of encodings, and what is the same for all of them. */
#include "sp-sink/encode/encoder.h"

const struct encoder_type *const encoder_types[] = { &encoder_ndjson, &encoder_csv, &encoder_tsv, NULL };

/* An option that the encoding does not take is refused here, before the file to write is created. */
int encoder_begin(struct encoder *enc, const struct encoder_type *type, const struct encoder_options *o, struct err *e)
{
	*enc = (struct encoder){ .type = type };
	if (o->columns && !type->has_columns)
		return err_set(e, EX_USAGE, "--columns is for CSV and TSV files");
	if (o->delimiter && !type->has_delimiter)
		return err_set(e, EX_USAGE, "--delimiter is for CSV files");
	if (o->zone && !type->has_zone)
		return err_set(e, EX_USAGE,
			"--tz is for CSV and TSV files: the times of NDJSON are in UTC, so that other programs can read them");
	return type->begin ? type->begin(&enc->state, o, e) : 0;
}

void encoder_release(struct encoder *enc)
{
	if (enc->type && enc->type->release)
		enc->type->release(enc->state);
	*enc = (struct encoder){ 0 };
}

/* An empty file has no header, so it begins like a new file. */
int encoder_resume(struct encoder *enc, struct span header, const char *path, struct err *e)
{
	return enc->type->resume && header.n > 0 ? enc->type->resume(enc->state, header, path, e) : 0;
}

int encoder_end(struct encoder *enc, struct buf *out, struct err *e)
{
	return enc->type->end ? enc->type->end(enc->state, out, e) : 0;
}
