/* line.c -- finds the stages of a pipeline of bash.
 *
 * The text is walked once. Quotes, escapes and brackets are followed, so that a '|' in them does not count. If
 * the line is more than one pipeline (';', '&&', a second line ...), line.plain is cleared. Words before the name of
 * the program, such as NAME=VALUE and "nice", are skipped. */
#include "sp-run/line.h"
#include "base/span.h"
#include <stdio.h>

/* The state of the walk. */
struct walk {
	const char *p;
	int depth;      /* open brackets */
	char word[256]; /* the present word without its quotes, cut if it is too long */
	size_t length;
	bool in_word;
	bool umbrella; /* the word before was "sp": this one is the name of the program */
	bool named;    /* the program of the present stage is known */
};

static bool is_one_of(const char *word, const char *const *list)
{
	while (*list && strcmp(*list, word) != 0)
		list++;
	return *list != NULL;
}

/* Returns true if WORD may come before the name of a program. */
static bool is_prefix(const char *word)
{
	static const char *const prefixes[] = { "env", "nice", "exec", "command", "nohup", "time", "ionice", NULL };
	size_t n = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
	return is_one_of(word, prefixes) || *word == '-' || (n > 0 && word[n] == '=');
}

/* Writes the id of the stage called NAME. The second stage of a program of sp gets the id NAME.2, like
 * the program itself. */
static void add_stage(struct line *l, const char *name)
{
	struct line_stage *s = &l->stages[l->count];
	unsigned same = 1;
	snprintf(s->id, sizeof s->id, "%s", name);
	s->ours = strncmp(name, "sp-", 3) == 0;
	for (size_t i = 0; i < l->count && s->ours; i++) {
		size_t n = strlen(s->id);
		same += strncmp(l->stages[i].id, s->id, n) == 0 && strchr(".", l->stages[i].id[n]) != NULL;
	}
	if (same > 1)
		snprintf(s->id, sizeof s->id, "%.50s.%u", name, same);
	l->count++;
}

/* Takes the word that ends here. */
static void end_word(struct line *l, struct walk *w)
{
	static const char *const keywords[] = { "if", "while", "until", "for", "case", "function", "select", "[[", "{",
		"!", NULL };
	if (!w->in_word || w->depth > 0)
		return;
	w->word[w->length] = '\0';
	w->in_word = false;
	w->length = 0;
	if (w->named || l->count == LINE_STAGES_MAX)
		return;
	char *name = strrchr(w->word, '/');
	name = name ? name + 1 : w->word;
	if (!w->umbrella && is_one_of(w->word, keywords))
		l->plain = false;
	if (!w->umbrella && is_prefix(w->word))
		return;
	if (!w->umbrella && strcmp(name, "sp") == 0) {
		w->umbrella = true;
		return;
	}
	char full[sizeof w->word + 4];
	snprintf(full, sizeof full, "%s%s", w->umbrella ? "sp-" : "", name);
	add_stage(l, full);
	w->umbrella = false;
	w->named = true;
}

/* Ends the present stage. A stage without a known name, such as "( a; b )", gets the name "?". */
static void end_stage(struct line *l, struct walk *w)
{
	end_word(l, w);
	if (!w->named && l->count < LINE_STAGES_MAX)
		add_stage(l, "?");
	w->named = w->umbrella = false;
}

/* Bytes inside brackets belong to no word. */
static void add_byte(struct walk *w, char c)
{
	if (w->depth > 0)
		return;
	w->in_word = true;
	if (w->length < sizeof w->word - 1)
		w->word[w->length++] = c;
}

/* Reads the quoted text that begins at w->p, and leaves w->p at its last byte. */
static void take_quoted(struct walk *w)
{
	char quote = *w->p++;
	w->in_word = true;
	for (; *w->p && *w->p != quote; w->p++) {
		if (quote == '"' && *w->p == '\\' && w->p[1])
			w->p++;
		add_byte(w, *w->p);
	}
	if (!*w->p)
		w->p--; /* the quote is not closed: the caller must see the end of the text too */
}

/* Reads an operator of the shell at w->p, outside of brackets, and leaves w->p at its last byte. Returns false if there
 * is no operator. */
static bool take_operator(struct line *l, struct walk *w)
{
	char c = *w->p, next = w->p[1];
	if (c == '|' && next != '|') {
		end_stage(l, w);
		w->p += next == '&';
		return true;
	}
	if ((c == '>' || c == '<') && (next == '&' || next == '|' || next == '>')) {
		end_word(l, w);
		w->p++;
		return true;
	}
	if (c == '&' && next == '>') {
		end_word(l, w);
		return true;
	}
	if (c != '|' && c != '&' && c != ';' && c != '\n')
		return false;
	end_word(l, w);
	/* A newline at the end, or before the first word or after a '|', separates nothing. */
	if (c != '\n' || (w->named && w->p[1 + strspn(w->p + 1, " \t\n")]))
		l->plain = false;
	if (w->named)
		end_stage(l, w);
	w->p += next == c;
	return true;
}

/* Brackets in place of the program, as in "( a; b )" and "$( a ) b": its name is not known. In "X=$( a ) b" it is b. */
static void open_bracket(struct line *l, struct walk *w)
{
	w->word[w->length] = '\0';
	if (w->depth == 0 && !w->named && !(w->in_word && strchr(w->word, '=')) && l->count < LINE_STAGES_MAX) {
		add_stage(l, "?");
		w->named = true;
	}
	w->depth++;
}

void line_read(struct line *l, const char *text)
{
	struct walk w = { .p = text };
	*l = (struct line){ .plain = true };
	for (; *w.p; w.p++) {
		char c = *w.p;
		if (c == '\'' || c == '"')
			take_quoted(&w);
		else if (c == '\\' && w.p[1] == '\n')
			w.p++;
		else if (c == '\\' && w.p[1])
			add_byte(&w, *++w.p);
		else if (c == '(')
			open_bracket(l, &w);
		else if (c == ')' && w.depth > 0)
			w.depth--;
		else if (w.depth == 0 && take_operator(l, &w))
			continue;
		else if (c == '#' && !w.in_word)
			w.p += strcspn(w.p, "\n") - 1;
		else if (c == ' ' || c == '\t' || c == '\n')
			end_word(l, &w);
		else
			add_byte(&w, c);
	}
	end_word(l, &w);
	if (w.named || l->count == 0)
		end_stage(l, &w);
}

size_t line_find(const struct line *l, const char *id)
{
	size_t i = 0;
	while (i < l->count && strcmp(l->stages[i].id, id) != 0)
		i++;
	return i;
}
