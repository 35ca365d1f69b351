/* terminal.c -- painting in place. */
#include "sp-sink/target/table/terminal.h"
#include "sp-sink/target/table/text_width.h"
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS = 80, LINES = 24 };

/* Set by the signal handler. */
static volatile sig_atomic_t resized;

static void on_resize(int number)
{
	(void)number;
	resized = 1;
}

static void read_size(struct terminal *t)
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
	read_size(t);
	struct sigaction a = { .sa_handler = on_resize }; /* no SA_RESTART: the wait for input must end */
	sigemptyset(&a.sa_mask);
	sigaction(SIGWINCH, &a, NULL);
}

void terminal_release(struct terminal *t)
{
	free(t->widths);
}

int terminal_resized(struct terminal *t)
{
	if (!resized)
		return 0;
	resized = 0;
	read_size(t);
	return 1;
}

/* A line that is longer than the (new) terminal is wide has been wrapped. */
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

/* Columns of a line, its escape sequences not counted. */
static size_t line_width(struct span s)
{
	size_t w = 0;
	while (s.n > 0) {
		const char *esc = memchr(s.p, '\033', s.n);
		size_t n = esc ? (size_t)(esc - s.p) : s.n;
		w += text_width_of((struct span){ s.p, n });
		const char *m = esc ? memchr(esc, 'm', s.n - n) : NULL;
		n = m ? (size_t)(m - s.p) + 1 : s.n;
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
		if (t->painted == t->cap) {
			size_t cap = t->cap ? 2 * t->cap : 64;
			size_t *widths = realloc(t->widths, cap * sizeof *widths);
			if (!widths)
				return -1;
			t->widths = widths;
			t->cap = cap;
		}
		t->widths[t->painted++] = line_width((struct span){ text.p, n });
		n += nl != NULL;
		text.p += n;
		text.n -= n;
	}
	return 0;
}
