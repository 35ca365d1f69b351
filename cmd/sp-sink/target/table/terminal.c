/* terminal.c -- painting in place.
 *
 * A picture is removed by moving the cursor up as many lines as it takes on the screen and erasing from there to the
 * end (ECMA-48: CUU, ED). When the terminal has become narrower, a painted line may take several lines on the screen,
 * so the width of each painted line is kept. */
#include "sp-sink/target/table/terminal.h"
#include "sp-sink/target/table/text_width.h"
#include "base/vec.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS = 80, LINES = 24 }; /* used if the size of the terminal is not known */

static volatile sig_atomic_t resized; /* set by the signal handler */

/* POSIX does not allow ioctl(2) in a signal handler, so the size is read later. */
static void on_resize(int number)
{
	(void)number;
	resized = 1;
}

/* Sets t->columns and t->lines to the size of the terminal, or to 80 and 24 if the size is not known. */
static void terminal_read_size(struct terminal *t)
{
	struct winsize w;
	t->columns = COLUMNS;
	t->lines = LINES;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 && w.ws_row > 0) {
		t->columns = w.ws_col;
		t->lines = w.ws_row;
	}
}

void terminal_init(struct terminal *t)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
	*t = (struct terminal){ 0 };
	t->is_terminal = isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
	t->styled = t->is_terminal && !(no_color && *no_color);
	if (!t->is_terminal)
		return;
	terminal_read_size(t);
	/* Without SA_RESTART the signal ends the wait for input, so the table is painted again at once. */
	struct sigaction a = { .sa_handler = on_resize };
	sigemptyset(&a.sa_mask);
	sigaction(SIGWINCH, &a, NULL);
}

void terminal_release(struct terminal *t)
{
	free(t->widths);
}

bool terminal_resized(struct terminal *t)
{
	if (!resized)
		return false;
	resized = 0;
	terminal_read_size(t);
	return true;
}

/* CUU moves the cursor up, CR moves it to the first column, and ED erases from there to the end of the screen. A line
 * that is wider than the terminal is now takes several lines on the screen. */
int terminal_unpaint(struct terminal *t, struct buf *out)
{
	size_t up = 0;
	for (size_t i = 0; i < t->painted; i++)
		up += t->widths[i] > t->columns ? (t->widths[i] + t->columns - 1) / t->columns : 1;
	t->painted = 0;
	if (up == 0)
		return 0;
	return buf_addf(out, "\033[%zuA\r\033[J", up);
}

/* Returns the number of columns that the line S takes. Escape sequences take no columns. Each of them ends in 'm',
 * because S has only sequences that set a style. */
static size_t line_width(struct span s)
{
	size_t w = 0;
	while (s.n > 0) {
		const char *esc = memchr(s.p, '\033', s.n);
		size_t n = esc ? (size_t)(esc - s.p) : s.n;
		w += text_width_of((struct span){ s.p, n });
		const char *end = esc ? memchr(esc, 'm', s.n - n) : NULL;
		n = end ? (size_t)(end - s.p) + 1 : s.n;
		s.p += n;
		s.n -= n;
	}
	return w;
}

int terminal_painted(struct terminal *t, struct span text)
{
	while (text.n > 0) {
		const char *nl = memchr(text.p, '\n', text.n);
		size_t n = nl ? (size_t)(nl - text.p) : text.n;
		size_t *widths = vec_room(t->widths, &t->cap, t->painted + 1, sizeof *widths);
		if (!widths)
			return -1;
		t->widths = widths;
		t->widths[t->painted++] = line_width((struct span){ text.p, n });
		n += nl != NULL;
		text.p += n;
		text.n -= n;
	}
	return 0;
}
