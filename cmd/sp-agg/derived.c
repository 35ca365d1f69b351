/* derived.c -- derived columns: an operand without a function is an expression over earlier columns.
 *
 * All derived columns are in one set of expressions (exprs_add_column()), whose event is the row so far. A row is written
 * once more when a late event changes it, and its derived columns are then computed once more from the new results. */
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

/* What the tokens of an expression tell about it. */
struct tokens {
	struct span field;    /* the first field of an event outside of functions; SPAN_NONE: there is none */
	struct span function; /* the first aggregate function that is not a column; SPAN_NONE: there is none */
	bool where;           /* the word "where" occurs */
};

/* Reads the tokens of EXPR up to its first pipe, because `.` means something else after a pipe, and functions of jq such
 * as first(...) are of use there. CODE is EXPR with its strings blanked. The spans of the result point into EXPR. */
static struct tokens read_tokens(const struct plan *p, const char *expr, const char *code)
{
	struct tokens t = { .field = SPAN_NONE, .function = SPAN_NONE };
	struct lexer l;
	size_t end = 0; /* where the token before ends */
	for (lex_init(&l, span_of(code)); l.token != T_END && l.token != T_PIPE; lex_next(&l)) {
		struct span text = { expr + l.start, l.text.n };
		bool own = l.start > end || l.start == 0 || strchr("+-*/%<>=(,;[{:!", code[l.start - 1]);
		if ((l.token == T_FIELD || l.token == T_DOT) && own && !t.field.p)
			t.field = text;
		if (l.token == T_WORD && span_eq(text, SPAN("where")) && !is_column(p, text))
			t.where = true;
		end = l.next;
		const char *after = code + end + strspn(code + end, " \t\n");
		/* jq has functions called min and max, which take no arguments. */
		if (l.token == T_WORD && fold_exists(text) && !t.function.p &&
			(*after == '(' || (span_eq(text, SPAN("count")) && !is_column(p, text))))
			t.function = text;
	}
	return t;
}

/* Returns a copy of EXPR with its strings blanked, which the caller must free; NULL with E set if memory is exhausted. */
static char *code_of(const char *expr, struct err *e)
{
	char *code = strdup(expr);
	if (code)
		expr_blank_strings(code);
	else
		err_oom(e, "a column");
	return code;
}

/* Returns the length of the word at TEXT; 0 if there is none. */
static size_t word_length(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	return n && (*text < '0' || *text > '9') ? n : 0;
}

/* Returns true if EXPR is "WORD" or "WORD(...)", with nothing or a word behind it: a function, or the misspelt name of
 * one. */
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
	/* A word behind the call is "where", or a mistake that the parser of functions reports. */
	return *after == '\0' ||
		(word_length(after) && strncmp(after, "and ", 4) != 0 && strncmp(after, "or ", 3) != 0);
}

/* An expression that is one call is derived if the function is jq's and is given columns, as in round(n/3, 2). */
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
		return err_set(e, EX_USAGE, "'%s': 'where' belongs behind a function, not behind an expression", text);
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

/* Makes the names of the columns so far known to expressions. Returns 0, or -1 with E set (EX_OSERR). */
static int add_names(struct plan *p, struct err *e)
{
	if (!p->rows && !(p->rows = exprs_new(e)))
		return -1;
	/* Keys may be given behind the operands, so all keys are known by now. */
	size_t count = p->key_count + p->result_count;
	for (; p->named < count; p->named++) {
		size_t i = p->named;
		const char *name = i < p->key_count ? p->keys[i].name : p->results[i - p->key_count].name;
		if (exprs_add_column(p->rows, name, e) < 0)
			return -1;
	}
	/* Without any column, the set must know that its events are rows. */
	return count == 0 ? exprs_add_column(p->rows, "", e) : 0;
}

/* Keeps the numbers of the columns that EXPR names, for is_excused(). Returns 0, or -1 with E set. */
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
		/* A keyword, such as a column "end", names no column. */
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

/* Returns true if a column that R names is null in the current row. jq's functions fail on null, where SQL's give null.
 */
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
