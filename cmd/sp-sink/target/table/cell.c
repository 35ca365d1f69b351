/* cell.c -- values as people read them.
 *
 * A string is a time if it has the form in which the programs write times (RFC 3339, UTC). A time is shown in the zone
 * of --tz, in the shortest form that fits all times of its column. Everything else is shown as it came, but characters
 * that a terminal would obey are escaped. */
#include "sp-sink/target/table/cell.h"
#include "json/json.h"
#include "sp-sink/event.h"
#include "sp-sink/target/table/text_width.h"

enum {
	/* "2024-05-01 10:39:59" has these widths if it ends after the date, the minute or the second. */
	DATE_WIDTH = 10,
	MINUTES_WIDTH = 16,
	SECONDS_WIDTH = 19,
	TIME_MIN_BYTES = 20, /* "2024-05-01T10:39:59Z" */
	CELL_MAX_BYTES = 256 << 20,
};

/* Only times from YEAR_0_MS to before YEAR_10000_MS have a year of four digits. */
static const int64_t YEAR_0_MS = INT64_C(-62167219200000), YEAR_10000_MS = INT64_C(253402300800000);

void cell_reader_init(struct cell_reader *r, const struct zone *zone)
{
	*r = (struct cell_reader){ .zone = zone };
	buf_init(&r->plain, CELL_MAX_BYTES);
	buf_init(&r->text, CELL_MAX_BYTES);
}

void cell_reader_release(struct cell_reader *r)
{
	buf_release(&r->plain);
	buf_release(&r->text);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Returns MS, a time in UTC, shifted to what clocks in the zone show. */
static int64_t cell_local_ms(const struct cell_reader *r, int64_t ms)
{
	return ms + (int64_t)zone_offset(r->zone, floor_div(ms, 1000)) * 1000;
}

/* If TEXT is a time, sets *CELL to it and returns true. */
static bool cell_read_time(const struct cell_reader *r, struct span text, struct cell *cell)
{
	if (text.n < TIME_MIN_BYTES || time_read_fast(text, &cell->ms) < 0)
		return false;
	int64_t local = cell_local_ms(r, cell->ms);
	if (local < YEAR_0_MS || local >= YEAR_10000_MS)
		return false;
	cell->kind = CELL_TIME;
	/* A fraction adds a point and its digits to TIME_MIN_BYTES. */
	cell->form.fraction = text.n > TIME_MIN_BYTES ? text.n - TIME_MIN_BYTES - 1 : 0;
	cell->form.seconds = local % 60000 != 0 || cell->form.fraction > 3;
	cell->form.clock = cell->form.seconds || local % 86400000 != 0;
	return true;
}

static int cell_read_string(struct cell_reader *r, struct span value, struct cell *cell)
{
	struct span s = event_string_inside(value);
	cell->kind = CELL_TEXT;
	if (cell_read_time(r, s, cell))
		return buf_add_span(&r->text, s);
	if (!memchr(s.p, '\\', s.n))
		return text_width_show(s, &r->text);
	buf_reset(&r->plain);
	return json_unescape(s, &r->plain) < 0 ? -1 : text_width_show(buf_span(&r->plain), &r->text);
}

int cell_read(struct cell_reader *r, struct span value, struct cell *cell)
{
	int status = 0;
	*cell = (struct cell){ .kind = CELL_TEXT };
	buf_reset(&r->text);
	switch (json_type(value)) {
	case JSON_MISSING:
	case JSON_NULL:
		/* A null in the event is shown as "-". If the event lacks the field, the cell is blank. */
		cell->kind = CELL_NONE;
		status = value.p ? buf_addc(&r->text, '-') : 0;
		break;
	/* A number keeps the digits that it has in the event. It is never rounded or rewritten. */
	case JSON_NUMBER:
		cell->kind = CELL_NUMBER;
		while (cell->left < value.n && !strchr(".eE", value.p[cell->left]))
			cell->left++;
		status = buf_add_span(&r->text, value);
		break;
	case JSON_STRING: status = cell_read_string(r, value, cell); break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		buf_reset(&r->plain);
		status = json_compact(value, &r->plain) < 0 ? -1 : text_width_show(buf_span(&r->plain), &r->text);
		break;
	/* The value is true or false. */
	default: status = buf_add_span(&r->text, value);
	}
	cell->width = text_width_of(buf_span(&r->text));
	return status;
}

size_t cell_time_width(const struct cell_time_form *form)
{
	return !form->clock    ? DATE_WIDTH :
		!form->seconds ? MINUTES_WIDTH :
		form->fraction ? SECONDS_WIDTH + 1 + form->fraction :
				 SECONDS_WIDTH;
}

int cell_write_time(struct cell_reader *r, const struct cell_time_form *form, struct cell *cell)
{
	/* A value that came after the widths were fixed may need more than its column's form. */
	struct cell_time_form needed = { form->clock || cell->form.clock, form->seconds || cell->form.seconds,
		cell->form.fraction };
	size_t n = cell_time_width(&needed);
	char text[TIME_TEXT_MAX + 1], fraction[16];
	size_t digits = needed.clock && needed.seconds ? needed.fraction : 0;
	/* The digits of the fraction are copied from the event, because cell->ms holds only three of them. */
	if (digits > 0)
		memcpy(fraction, r->text.p + SECONDS_WIDTH, digits + 1);
	int64_t local = cell_local_ms(r, cell->ms);
	(void)time_write_ms(floor_div(local, 1000) * 1000, text);
	text[DATE_WIDTH] = ' ';
	buf_reset(&r->text);
	cell->width = n;
	if (buf_add(&r->text, text, n < SECONDS_WIDTH ? n : SECONDS_WIDTH) < 0)
		return -1;
	return digits > 0 ? buf_add(&r->text, fraction, digits + 1) : 0;
}
