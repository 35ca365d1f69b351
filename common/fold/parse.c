/* parse.c -- reads "NAME=FUNCTION(ARG, ...) where EXPR" into a fold.
 *
 * Arguments are jq expressions or constants of the function. expr_extent() finds the end of each argument. Then
 * exprs_add() compiles the expression, or the function's constant() reads the constant. The message for a wrong text
 * shows how to write the function. */
#include "expr/condition.h"
#include "expr/extent.h"
#include "fold/registry.h"
#include <ctype.h>
#include <strings.h>

/* Returns the text from P to END without the white space at both ends. */
static struct span trimmed(const char *p, const char *end)
{
	while (p < end && isspace((unsigned char)*p))
		p++;
	while (end > p && isspace((unsigned char)end[-1]))
		end--;
	return (struct span){ p, (size_t)(end - p) };
}

static char *copy_text(struct span s)
{
	return strndup(s.p, s.n);
}

/* Sets E to a message that shows how to write the function. Returns -1. */
static int usage_error(const struct fold *f, const char *text, struct err *e)
{
	return err_set(e, EX_USAGE, "'%s': write NAME=%s", text, f->type->usage);
}

/* Returns true if C can be part of the name of a function. */
static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Reads the name of the function at *P and moves *P past the name. Returns 0, or -1 with E set if there is no such
 * function. */
static int parse_function(struct fold *f, const char **p, struct err *e)
{
	size_t n = 0;
	while (is_word_byte((*p)[n]))
		n++;
	char name[32];
	if (n == 0)
		return err_set(e, EX_USAGE, "write NAME=FUNCTION(EXPR), such as n=count or total=sum(.amount)");
	snprintf(name, sizeof name, "%.*s", (int)n, *p);
	/* A name of more than 31 characters is cut, and is not found: no function has so long a name. */
	f->type = fold_find(name, e);
	if (!f->type)
		return -1;
	*p += n;
	return 0;
}

/* Compiles TEXT, an expression of F, into X. Accepts a comma in "round(EXPR, 2)", although jq separates arguments by
 * semicolons. Returns the number of the expression, or -1 with E set if TEXT is wrong or memory is exhausted. */
static int parse_expr(const struct fold *f, struct span text, struct exprs *x, struct err *e)
{
	char *s = copy_text(text);
	if (s)
		expr_round_commas(s);
	int number = s ? exprs_add(x, s, e) : err_oom(e, "an expression");
	free(s);
	return number < 0 ? err_context(e, "%s", f->name) : number;
}

/* Refuses arguments that only SQL has: "*" of count, and "DISTINCT EXPR". Returns 0, or -1 with E set to a message that
 * says what to write. */
static int refuse_sql(const struct fold *f, struct span arg, const char *text, struct err *e)
{
	if (f->type == &fold_count && span_eq(arg, SPAN("*")))
		return err_set(e, EX_USAGE, "'%s': write count", text);
	if (arg.n < 9 || strncasecmp(arg.p, "distinct ", 9) != 0)
		return 0;
	struct span rest = trimmed(arg.p + 9, arg.p + arg.n);
	if (f->type == &fold_count)
		return err_set(e, EX_USAGE, "'%s': write count_distinct(%.*s)", text, SPAN_ARG(rest));
	return err_set(e, EX_USAGE, "'%s': only count has this: count_distinct(%.*s)", text, SPAN_ARG(rest));
}

/* Reads the arguments of F. *P is at the '(' and moves past the ')' that ends them. Returns 0, or -1 with E set. */
static int parse_args(struct fold *f, const char **p, const char *text, struct exprs *x, struct err *e)
{
	int n = 0;
	do {
		const char *start = *p + 1;
		*p = expr_extent(start);
		struct span arg = trimmed(start, *p);
		/* "count()" has no argument and means the same as "count". */
		if (arg.n == 0 && n == 0 && **p == ')' && f->type->min_args == 0)
			break;
		if (**p == '\0')
			return err_set(e, EX_USAGE, "'%s': a closing ) is missing", text);
		if (arg.n == 0 || n == f->type->max_args || (**p != ')' && **p != ','))
			return usage_error(f, text, e);
		if (refuse_sql(f, arg, text, e) < 0)
			return -1;
		int taken = f->type->constant ? f->type->constant(f, n, arg, e) : 0;
		if (taken < 0)
			return err_context(e, "'%s'", text);
		if (!taken && (f->args[n] = parse_expr(f, arg, x, e)) < 0)
			return -1;
		n++;
	} while (**p == ',');
	++*p;
	return n < f->type->min_args ? usage_error(f, text, e) : 0;
}

/* Reads the text at P, which follows the function: nothing, or "where EXPR". Returns 0, or -1 with E set. */
static int parse_where(struct fold *f, const char *p, const char *text, struct exprs *x, struct err *e)
{
	struct span rest = trimmed(p, p + strlen(p));
	if (rest.n == 0)
		return 0;
	if (strncasecmp(rest.p, "as ", 3) == 0) {
		struct span name = trimmed(rest.p + 3, rest.p + rest.n);
		return err_set(e, EX_USAGE, "'%s': the name comes first: %.*s=%s", text, SPAN_ARG(name), f->text);
	}
	/* The word must be "where" itself, not a longer one such as "whereabouts". */
	if (!span_starts(rest, SPAN("where")) || (rest.n > 5 && !strchr(" \t\n(.\"", rest.p[5])))
		return err_set(e, EX_USAGE, "'%s': expected 'where EXPR', not '%.*s'", text, SPAN_ARG(rest));
	struct span expr = trimmed(rest.p + 5, rest.p + rest.n);
	if (expr.n == 0)
		return err_set(e, EX_USAGE, "'%s': an expression is missing after 'where'", text);
	if (condition_check(expr, e) < 0)
		return err_context(e, "%s", f->name);
	f->where = parse_expr(f, expr, x, e);
	return f->where < 0 ? -1 : 0;
}

/* Returns true if P begins with the word "where" and more text. Returns false for a longer word. Returns false for
 * "where =" as well: in "errors where =count", the name of the column is "errors where". */
static bool begins_where(struct span p)
{
	return span_starts(p, SPAN("where")) && p.n > 5 && strchr(" \t\n(.\"", p.p[5]) &&
		*trimmed(p.p + 5, p.p + p.n).p != '=';
}

/* A text that begins with "WORD(" or "WORD where", or that is a word alone, has no name. */
struct span fold_column_name(const char *text)
{
	struct span all = trimmed(text, text + strlen(text));
	size_t n = 0;
	while (n < all.n && is_word_byte(all.p[n]))
		n++;
	struct span after = trimmed(all.p + n, all.p + all.n);
	if (n > 0 && (after.n == 0 || *after.p == '(' || begins_where(after)))
		return SPAN_NONE;
	const char *equals = strchr(all.p, '=');
	return equals && equals > all.p && equals[1] != '=' ? trimmed(all.p, equals) : SPAN_NONE;
}

/* Reads TEXT into F from left to right: name, function, arguments, condition. Returns 0, or -1 with E set; some members
 * of F are set then and must be released. */
static int parse_column(struct fold *f, const char *text, struct exprs *x, struct err *e)
{
	struct span name = fold_column_name(text);
	const char *p = text;
	if (!name.p)
		name = trimmed(text, text + strlen(text));
	else
		p = strchr(name.p + name.n, '=') + 1;
	p += strspn(p, " \t\n");
	const char *start = p;
	f->name = copy_text(name);
	f->scratch = calloc(1, sizeof *f->scratch);
	if (!f->name || !f->scratch)
		return err_oom(e, "a column");
	buf_init(f->scratch, FOLD_RESULT_MAX);
	if (parse_function(f, &p, e) < 0)
		return err_context(e, "'%s'", text);
	const char *after = p + strspn(p, " \t\n");
	if (*after == '(') {
		p = after;
		if (parse_args(f, &p, text, x, e) < 0)
			return -1;
	} else if (f->type->min_args > 0) {
		return usage_error(f, text, e);
	}
	/* Messages show the text of the function without the name of the column and without the condition. */
	f->text = copy_text(trimmed(start, p));
	if (!f->text)
		return err_oom(e, "a column");
	return parse_where(f, p, text, x, e);
}

int fold_parse(struct fold *f, const char *text, struct exprs *x, struct err *e)
{
	*f = (struct fold){ .where = -1 };
	for (int i = 0; i < FOLD_ARGS; i++)
		f->args[i] = -1;
	if (parse_column(f, text, x, e) == 0)
		return 0;
	fold_release(f);
	return -1;
}

void fold_release(struct fold *f)
{
	free(f->name);
	free(f->text);
	if (f->scratch)
		buf_release(f->scratch);
	free(f->scratch);
	*f = (struct fold){ 0 };
}
