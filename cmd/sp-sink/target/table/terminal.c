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

static void read_size(struct terminal *s)
{
	struct winsize w;
	s->columns = COLUMNS;
	s->lines = LINES;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 && w.ws_row > 0) {
		s->columns = w.ws_col;
		s->lines = w.ws_row;
	}
}

void terminal_init(struct terminal *s)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
	*s = (struct terminal){ 0 };
	s->terminal = isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
	s->styled = s->terminal && !(no_color && *no_color);
	if (!s->terminal)
		return;
	read_size(s);
	struct sigaction a = { .sa_handler = on_resize }; /* no SA_RESTART: the wait for input must end */
	sigemptyset(&a.sa_mask);
	sigaction(SIGWINCH, &a, NULL);
}

void terminal_release(struct terminal *s)
{
	free(s->widths);
}

int terminal_resized(struct terminal *s)
{
	if (!resized)
		return 0;
	resized = 0;
	read_size(s);
	return 1;
}

/* A line that is longer than the (new) terminal is wide has been wrapped. */
int terminal_unpaint(struct terminal *s, struct buf *out)
{
	size_t up = 0;
	for (size_t i = 0; i < s->painted; i++)
		up += s->widths[i] > s->columns ? (s->widths[i] + s->columns - 1) / s->columns : 1;
	s->painted = 0;
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

int terminal_painted(struct terminal *s, struct span text)
{
	while (text.n > 0) {
		const char *nl = memchr(text.p, '\n', text.n);
		size_t n = nl ? (size_t)(nl - text.p) : text.n;
		if (s->painted == s->cap) {
			size_t cap = s->cap ? 2 * s->cap : 64;
			size_t *widths = realloc(s->widths, cap * sizeof *widths);
			if (!widths)
				return -1;
			s->widths = widths;
			s->cap = cap;
		}
		s->widths[s->painted++] = line_width((struct span){ text.p, n });
		n += nl != NULL;
		text.p += n;
		text.n -= n;
	}
	return 0;
}
