/* fuzz_sink_csv.c -- rows of any strings through the CSV and TSV writer and back; and the reader on any bytes.
 *
 * The first byte of the input chooses the separator; NUL bytes separate the strings.
 *
 * Checks that what was written is read as the same cells; that in CSV a reader of ten lines here, by the rules of RFC
 * 4180, reads the same, and finds no line feed outside quotes; and that the reader ends on any input. */
#include "text/csv.h"
#include <assert.h>

enum { CELLS = 64 };

/* RFC 4180, section 2, rules 5 to 7: reads the cell at P into OUT. Returns its end. */
static const char *plain_cell(const char *p, const char *end, struct buf *out)
{
	bool quoted = p < end && *p == '"';
	for (p += quoted; p < end; p++) {
		if (quoted && *p == '"' && !(p + 1 < end && p[1] == '"'))
			return p + 1;
		assert(quoted || (*p != '"' && *p != '\n' && *p != '\r'));
		if (!quoted && *p == ',')
			return p;
		assert(buf_addc(out, *p) == 0);
		p += quoted && *p == '"';
	}
	assert(!quoted);
	return end;
}

static void check_back(struct buf *line, const struct span *cells, size_t count, char separator)
{
	struct buf cell;
	struct span text = buf_span(line);
	const char *p = text.p, *plain = text.p, *end = text.p + text.n;
	buf_init(&cell, 1 << 20);
	for (size_t i = 0; i < count; i++) {
		int more = csv_read_cell(&p, end, separator, &cell);
		assert(more == (i + 1 < count) && span_eq(buf_span(&cell), cells[i]));
		if (separator == '\t')
			continue;
		buf_reset(&cell);
		plain = plain_cell(plain, end, &cell);
		assert(span_eq(buf_span(&cell), cells[i]) && (i + 1 == count ? plain == end : *plain == ','));
		plain++;
	}
	assert(separator == ',' || !memchr(text.p, '\n', text.n));
	buf_release(&cell);
}

static void read_anything(struct span bytes, char separator)
{
	struct buf cell;
	const char *p = bytes.p;
	buf_init(&cell, 1 << 20);
	while (csv_read_cell(&p, bytes.p + bytes.n, separator, &cell) > 0)
		assert(p <= bytes.p + bytes.n);
	buf_release(&cell);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span cells[CELLS];
	struct buf line;
	size_t count = 0;
	if (n < 1)
		return 0;
	char separator = data[0] & 1 ? '\t' : ',';
	const char *p = (const char *)data + 1, *end = (const char *)data + n;
	read_anything((struct span){ p, n - 1 }, separator);
	buf_init(&line, 1 << 20);
	for (bool more = true; more && count < CELLS; count++) {
		const char *zero = memchr(p, 0, (size_t)(end - p));
		cells[count] = (struct span){ p, (size_t)((zero ? zero : end) - p) };
		if (count > 0)
			assert(buf_addc(&line, separator) == 0);
		assert(csv_write_cell(cells[count], separator, cells[count].n == 0 || data[0] & 2, &line) == 0);
		more = zero != NULL;
		p = zero ? zero + 1 : end;
	}
	check_back(&line, cells, count, separator);
	buf_release(&line);
	return 0;
}
