/* derived.c -- derived columns: a derived column is an expression over earlier columns of the row.
 *
 * The expressions of all derived columns form one set, in which the names of columns are known. The event that these
 * expressions read is the row so far. When a late event changes a row, the row is written again. Its derived columns
 * are then computed again from the new results. */
#include "sp-agg/derived.h"
#include "base/amount.h"
#include "base/diag.h"
#include "expr/extent.h"
#include "expr/lex.h"
#include "fold/registry.h"

/* ---- telling expressions from functions ---- */

/* Returns true if a column called NAME was added before. */
static bool is_column(const struct plan *p, struct span name)
{
	for (size_t i = 0; i < p->key_count; i++)
		if (span_eq(name, span_of(p->keys[i].name)))
			return true;
	for (size_t i = 0; i < p->result_count; i++)
		if (span_eq(name, span_of(p->results[i].name)))
			return true;
	return false;
}

/* What the tokens of an expression show about the expression. */
struct tokens {
	struct span field;    /* the first field of an event, such as .ms; SPAN_NONE: there is none */
	struct span function; /* the first use of a function of sp-agg, such as sum(...); SPAN_NONE: there is none */
	bool where;           /* the word "where" occurs */
};

/* Reads the tokens of EXPR up to its first pipe, and returns what they show. After a pipe, `.` is not the event, and
 * words such as first(...) are functions of jq. CODE is what code_of() returned for EXPR. The spans of the result point
 * into EXPR. */
static struct tokens read_tokens(const struct plan *p, const char *expr, const char *code)
{
	struct tokens t = { .field = SPAN_NONE, .function = SPAN_NONE };
	struct lexer l;
	size_t end = 0; /* the offset at which the previous token ends */
	for (lex_init(&l, span_of(code)); l.token != T_END && l.token != T_PIPE; lex_next(&l)) {
		struct span text = { expr + l.start, l.text.n };
		bool own = l.start > end || l.start == 0 || strchr("+-*/%<>=(,;[{:!", code[l.start - 1]);
		if ((l.token == T_FIELD || l.token == T_DOT) && own && !t.field.p)
			t.field = text;
		if (l.token == T_WORD && span_eq(text, SPAN("where")) && !is_column(p, text))
			t.where = true;
		end = l.next;
		const char *after = code + end + strspn(code + end, " \t\n");
		/* Without arguments, min and max are functions of jq. Only count is a function of sp-agg without
		 * arguments. */
		if (l.token == T_WORD && fold_exists(text) && !t.function.p &&
			(*after == '(' || (span_eq(text, SPAN("count")) && !is_column(p, text))))
			t.function = text;
	}
	return t;
}

/* Returns a copy of EXPR in which blanks replace the strings, so that a word in a string is not taken for a name. The
 * caller must free the copy. Returns NULL with E set if memory is exhausted. */
static char *code_of(const char *expr, struct err *e)
{
	char *code = strdup(expr);
	if (code)
		expr_blank_strings(code);
	else
		err_oom(e, "a column");
	return code;
}

/* Returns the length of the word that begins at TEXT, or 0 if no word begins there. */
static size_t word_length(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	return n && (*text < '0' || *text > '9') ? n : 0;
}

/* Returns true if EXPR is "WORD" or "WORD(...)", and either nothing or another word follows. Such an EXPR is a
 * function, or a function whose name is misspelt. */
static bool is_call(const char *expr)
{
	const char *after = expr + word_length(expr);
	if (after == expr)
		return false;
	after += strspn(after, " \t\n");
	while (*after == '(') {
		after = expr_extent(after + 1);
		while (*after == ',')
			after = expr_extent(after + 1);
		after += *after == ')';
		after += strspn(after, " \t\n");
	}
	/* A word after the call is "where", or a mistake that the parser of functions reports. But "and" and "or"
	 * continue an expression. */
	return *after == '\0' ||
		(word_length(after) && strncmp(after, "and ", 4) != 0 && strncmp(after, "or ", 3) != 0);
}

/* A call such as round(n/3, 2) is a derived column: it calls a function of jq, and its argument has columns, not fields
 * of an event. */
int derived_classify(const struct plan *p, const char *text, const char *expr, struct err *e)
{
	expr += strspn(expr, " \t\n");
	struct span word = { expr, word_length(expr) };
	char *code = code_of(expr, e);
	if (!code)
		return -1;
	struct tokens t = read_tokens(p, expr, code);
	free(code);
	bool function = fold_exists(word) && is_call(expr);
	if (function && !(word.n == strlen(expr) && is_column(p, word) && !span_eq(word, SPAN("count"))))
		return 0;
	if (is_call(expr) && !is_column(p, word) && (t.field.p || t.where || !strchr(expr, '(')))
		return 0;
	if (t.function.p)
		return err_set(e, EX_USAGE,
			"'%s': %.*s cannot stand inside of an expression: make it a column of its own, and use its "
			"name, as in 'errors=count where .status >= 500' n=count 'rate=100*errors/n'",
			text, SPAN_ARG(t.function));
	if (t.where)
		return err_set(e, EX_USAGE, "'%s': 'where' belongs after a function, not after an expression", text);
	if (t.field.p)
		return err_set(e, EX_USAGE,
			"'%s': %.*s is a field of an event, and a row stands for many: choose a function, such as "
			"sum(%.*s) or last(%.*s)",
			text, SPAN_ARG(t.field), SPAN_ARG(t.field), SPAN_ARG(t.field));
	if (expr == text + strspn(text, " \t\n"))
		return err_set(e, EX_USAGE, "'%s': a derived column needs a name: 'NAME=%s'", text, text);
	return 1;
}

/* ---- the columns ---- */

/* Makes the names of all columns that were added so far known to the expressions of derived columns. Returns 0, or -1
 * with E set (EX_OSERR). */
static int add_names(struct plan *p, struct err *e)
{
	if (!p->rows && !(p->rows = exprs_new(e)))
		return -1;
	/* The operands are added after all options were read, so all keys are known here. */
	size_t count = p->key_count + p->result_count;
	for (; p->named < count; p->named++) {
		size_t i = p->named;
		const char *name = i < p->key_count ? p->keys[i].name : p->results[i - p->key_count].name;
		if (exprs_add_column(p->rows, name, e) < 0)
			return -1;
	}
	/* Without a column, p->rows would not know that its events are rows. Adding an empty name tells it so. */
	return count == 0 ? exprs_add_column(p->rows, "", e) : 0;
}

/* Finds the columns that EXPR names, at most DERIVED_NAMES_MAX. For each of them, adds to r->names the number of an
 * expression that gives the value of the column. Returns 0, or -1 with E set. */
static int keep_names(struct plan *p, struct result_column *r, const char *expr, struct err *e)
{
	struct lexer l;
	char *code = code_of(expr, e);
	if (!code)
		return -1;
	int status = 0;
	for (lex_init(&l, span_of(code)); status == 0 && l.token != T_END && r->name_count < DERIVED_NAMES_MAX;
		lex_next(&l)) {
		char name[256];
		if (l.token != T_WORD || !is_column(p, l.text))
			continue;
		snprintf(name, sizeof name, "%.*s", SPAN_ARG(l.text));
		struct err ignored = ERR_INIT;
		int number = exprs_add(p->rows, name, &ignored);
		if (number < 0 && ignored.status == EX_OSERR)
			status = err_oom(e, "a column");
		/* exprs_add() fails if the column has the name of a keyword of jq, such as "end". The word in EXPR is
		 * then the keyword, not the column. */
		if (number >= 0)
			r->names[r->name_count++] = number;
	}
	free(code);
	return status;
}

int derived_add(struct plan *p, struct span name, const char *expr, struct err *e)
{
	struct result_column *r = &p->results[p->result_count];
	*r = (struct result_column){ .derived = true };
	if (add_names(p, e) < 0)
		return -1;
	char *text = strdup(expr + strspn(expr, " \t\n"));
	if (!text)
		return err_oom(e, "a column");
	expr_round_commas(text);
	r->expr = exprs_add(p->rows, text, e);
	int status = r->expr < 0 ? err_context(e, "%.*s", SPAN_ARG(name)) : keep_names(p, r, text, e);
	free(text);
	if (status < 0)
		return -1;
	r->name = r->own_name = strndup(name.p, name.n);
	if (!r->name)
		return err_oom(e, "a column");
	p->result_count++;
	return 0;
}

/* ---- values ---- */

/* Returns true if a column that R names is null in the current row. The failure of R is then not reported: functions of
 * jq fail on null, but the user expects null as the result, as in SQL. */
static bool is_excused(struct plan *p, const struct result_column *r)
{
	for (size_t i = 0; i < r->name_count; i++) {
		struct value v;
		struct err ignored = ERR_INIT;
		if (exprs_eval(p->rows, r->names[i], &v, &ignored) == 0 && v.type == JSON_NULL)
			return true;
	}
	return false;
}

int derived_eval(struct plan *p, size_t i, struct span row, struct buf *out, struct err *e)
{
	struct result_column *r = &p->results[i];
	struct err failure = ERR_INIT;
	struct value v;
	if (exprs_event(p->rows, row, &failure) == 0 && exprs_eval(p->rows, r->expr, &v, &failure) == 0)
		return value_write(&v, out) < 0 ? err_oom(e, "a column") : 0;
	if (failure.status == EX_OSERR)
		return err_set(e, EX_OSERR, "%s: %s", r->name, failure.msg);
	if (!is_excused(p, r) && r->failures++ == 0)
		diag("%s is null in a row: %s", r->name, failure.msg);
	return buf_adds(out, "null") < 0 ? err_oom(e, "a column") : 0;
}

int derived_report(const struct plan *p)
{
	char text[AMOUNT_TEXT_MAX];
	int status = 0;
	for (size_t i = 0; i < p->result_count; i++) {
		const struct result_column *r = &p->results[i];
		if (r->failures > 1)
			diag("... and %s more: %s is null in a row", amount_format(r->failures - 1, text), r->name);
		if (r->failures > 0)
			status = EX_DATAERR;
	}
	return status;
}
