/* cell.c -- values as people read them. */
#include "sp-sink/target/table/cell.h"
#include "sp-sink/target/table/text_width.h"

enum { DATE = 10, MINUTES = 16, SECONDS = 19 };

/* Local times have four digits for the year. */
static const int64_t YEAR_0_MS = INT64_C(-62167219200000), YEAR_10000_MS = INT64_C(253402300800000);

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Local milliseconds of MS. */
static int64_t local_ms(const struct layout *l, int64_t ms)
{
	return ms + (int64_t)zone_offset(l->zone, floor_div(ms, 1000)) * 1000;
}

/* Is TEXT a time as the stream writes it? */
static bool read_time(const struct layout *l, struct span text, struct cell *cell)
{
	if (text.n < 20 || time_read_fast(text, &cell->ms) < 0)
		return false;
	int64_t local = local_ms(l, cell->ms);
	if (local < YEAR_0_MS || local >= YEAR_10000_MS)
		return false; /* it shows as it stands */
	cell->kind = CELL_TIME;
	cell->fraction = text.n > 20 ? text.n - 21 : 0;
	cell->seconds = local % 60000 != 0 || cell->fraction > 3;
	cell->clock = cell->seconds || local % 86400000 != 0;
	return true;
}

static int read_string(struct layout *l, struct span value, struct cell *cell)
{
	struct span s = event_string_inside(value);
	cell->kind = CELL_TEXT;
	if (read_time(l, s, cell))
		return buf_add_span(&l->safe, s);
	if (!memchr(s.p, '\\', s.n))
		return text_width_show(s, &l->safe);
	buf_reset(&l->plain);
	return json_unescape(s, &l->plain) < 0 ? -1 : text_width_show(buf_span(&l->plain), &l->safe);
}

int cell_read(struct layout *l, struct span value, struct cell *cell)
{
	int r = 0;
	*cell = (struct cell){ .kind = CELL_TEXT };
	buf_reset(&l->safe);
	switch (json_type(value)) {
	case JSON_MISSING:
	case JSON_NULL:
		cell->kind = CELL_NONE;
		r = value.p ? buf_addc(&l->safe, '-') : 0;
		break;
	case JSON_NUMBER:
		cell->kind = CELL_NUMBER;
		while (cell->left < value.n && !strchr(".eE", value.p[cell->left]))
			cell->left++;
		r = buf_add_span(&l->safe, value);
		break;
	case JSON_STRING: r = read_string(l, value, cell); break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		buf_reset(&l->plain);
		r = json_compact(value, &l->plain) < 0 ? -1 : text_width_show(buf_span(&l->plain), &l->safe);
		break;
	default: r = buf_add_span(&l->safe, value);
	}
	cell->width = text_width_of(buf_span(&l->safe));
	return r;
}

static size_t time_width(bool clock, bool seconds, size_t fraction)
{
	return !clock ? DATE : !seconds ? MINUTES : SECONDS + (fraction ? fraction + 1 : 0);
}

size_t cell_time_width(const struct layout_column *c)
{
	return time_width(c->clock, c->seconds, c->fraction);
}

/* A value that came after the form was settled may need more than it has. */
int cell_time(struct layout *l, const struct layout_column *c, struct cell *cell)
{
	bool clock = c->clock || cell->clock, seconds = c->seconds || cell->seconds;
	size_t n = time_width(clock, seconds, cell->fraction);
	char text[TIME_TEXT_MAX + 1], fraction[16];
	size_t digits = clock && seconds ? cell->fraction : 0;
	if (digits > 0) { /* as it stood, to the last digit */
		memcpy(fraction, l->safe.p + SECONDS, digits + 1);
	}
	int64_t local = local_ms(l, cell->ms);
	(void)time_write_ms(floor_div(local, 1000) * 1000, text);
	text[DATE] = ' ';
	buf_reset(&l->safe);
	cell->width = n;
	if (buf_add(&l->safe, text, n < SECONDS ? n : SECONDS) < 0)
		return -1;
	return digits > 0 ? buf_add(&l->safe, fraction, digits + 1) : 0;
}
