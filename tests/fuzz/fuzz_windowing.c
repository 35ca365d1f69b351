/* fuzz_windowing.c -- any bytes as a windowing line and as a line with bounds, and an instant from the first two bytes.
 *
 * Windows that are read must cut time without gaps, and each line must be the same after it is written and read again. */
#include "stream/control.h"
#include "stream/windowing_line.h"
#include <stddef.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_windows(const struct windowing *w, int64_t ts)
{
	struct bounds s = windowing_slice(w, ts), win, last = { INT64_MIN, INT64_MIN };
	int count = 0;
	if (s.start > ts || s.end <= ts)
		abort();
	if (w->kind == WINDOW_SESSION)
		return;
	if (windowing_slice(w, s.end).start != s.end || windowing_slice(w, s.start).end != s.end)
		abort();
	for (bool more = windowing_first(w, s, &win); more && count < 2000;
		more = windowing_next(w, s, &win), count++) {
		if (win.start > s.start || win.end < s.end || win.end < last.end)
			abort();
		last = win;
	}
	if (count < 2000 && !bounds_eq(last, windowing_last(w, s)))
		abort();
}

static void check_line(const struct windowing *w)
{
	struct buf a, b;
	struct windowing back;
	struct err e;
	buf_init(&a, 1 << 14);
	buf_init(&b, 1 << 14);
	if (windowing_line_write(w, &a) < 0 || windowing_line_read(&back, (struct span){ a.p, a.n - 1 }, &e) < 0 ||
		windowing_line_write(&back, &b) < 0 || !span_eq(buf_span(&a), buf_span(&b)))
		abort();
	windowing_release(&back);
	buf_release(&a);
	buf_release(&b);
}

static void check_bounds(struct span line)
{
	struct bounds b;
	size_t prefix;
	char text[BOUNDS_TEXT_MAX];
	enum bounds_kind kind = bounds_read(line, &b, &prefix);
	if (kind == BOUNDS_NONE)
		return;
	if (prefix >= line.n || kind > BOUNDS_SESSION)
		abort();
	size_t n = bounds_write(kind, b, text);
	text[n - 1] = '}';
	struct bounds back;
	if (bounds_read((struct span){ text, n }, &back, &prefix) != kind || !bounds_eq(b, back) || prefix != n - 1)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct windowing w;
	struct err e = ERR_INIT;
	int64_t ms;
	if (size < 2)
		return 0;
	struct span line = { (const char *)data + 2, size - 2 };
	int64_t ts = (data[0] * 256 + data[1] - 32768) * INT64_C(7000000019);
	(void)control_kind(line);
	(void)!control_read_watermark(line, &ms, &e);
	check_bounds(line);
	if (windowing_line_read(&w, line, &e) < 0)
		return 0;
	check_line(&w);
	if (ts >= TIME_MS_MIN && ts <= TIME_MS_MAX)
		check_windows(&w, ts);
	windowing_release(&w);
	return 0;
}
