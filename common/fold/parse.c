/* parse.c -- "NAME=FUNCTION(ARG, ...) where EXPR" becomes a fold. */
#include "base/dur.h"
#include "base/opt.h"
#include "fold/types.h"
#include <ctype.h>

const struct fold_type *const fold_types[] = { &fold_count, &fold_sum, &fold_avg, &fold_min, &fold_max, &fold_first,
	&fold_last, &fold_any, &fold_var, &fold_stddev, &fold_arg_min, &fold_arg_max, &fold_count_distinct,
	&fold_approx_distinct, &fold_quantile, &fold_median, &fold_approx_quantile, &fold_topk, &fold_histogram,
	&fold_collect, &fold_collect_set, &fold_rate, &fold_delta, NULL };
enum { TYPES = sizeof fold_types / sizeof fold_types[0] - 1 };

static struct span trim(const char *p, const char *end)
{
	while (p < end && isspace((unsigned char)*p))
		p++;
	while (end > p && isspace((unsigned char)end[-1]))
		end--;
	return (struct span){ p, (size_t)(end - p) };
}

int constant_integer(struct span text, const char *what, int64_t low, int64_t high, int64_t *out, struct err *e)
{
	char s[32] = "";
	if (text.n < sizeof s)
		memcpy(s, text.p, text.n);
	if (text.n >= sizeof s || int_parse(s, low, high, out, e) < 0)
		return err_set(e, EX_USAGE, "%s is a whole number from %lld to %lld, not '%.*s'", what, (long long)low,
			(long long)high, SPAN_ARG(text));
	return 1;
}

/* Behind the string that begins at P; "\(" in it begins an expression of jq. */
static const char *skip_text(const char *p);

/* Behind the expression at P: at the next comma, or the bracket that closes what surrounds it. Brackets of all
 * kinds count alike: jq's parser tells wrong ones. */
static const char *skip_expr(const char *p, bool to_comma)
{
	for (int depth = 0; *p; p++) {
		if (*p == '"') {
			p = skip_text(p);
			if (!*p)
				break;
		} else if (strchr("([{", *p)) {
			depth++;
		} else if (strchr(")]}", *p)) {
			if (depth-- == 0)
				break;
		} else if (*p == ',' && depth == 0 && to_comma) {
			break;
		}
	}
	return p;
}

enum { NESTED_MAX = 32 };

/* At the closing quote, or at the end. Interpolations nest; their depth is counted, not recursed into. */
static const char *skip_text(const char *p)
{
	int parens[NESTED_MAX] = { 0 }, level = 0;
	bool text = true; /* in a string, not in an interpolation of it */
	for (p++; *p; p++) {
		if (text && *p == '\\' && p[1] == '(' && level + 1 < NESTED_MAX) {
			parens[++level] = 1;
			text = false;
			p++;
		} else if (text && *p == '\\' && p[1]) {
			p++;
		} else if (text && *p == '"') {
			if (level == 0)
				return p;
			text = false;
		} else if (!text && *p == '"') {
			text = true;
		} else if (!text && *p == '(') {
			parens[level]++;
		} else if (!text && *p == ')' && --parens[level] == 0) {
			level--;
			text = true;
		}
	}
	return p;
}

static char *copy(struct span s)
{
	return strndup(s.p, s.n);
}

static int usage(const struct fold *f, const char *text, struct err *e)
{
	return err_set(e, EX_USAGE, "'%s': write NAME=%s", text, f->type->usage);
}

/* The function's name from P on; *P moves behind it. */
static int parse_function(struct fold *f, const char **p, struct err *e)
{
	const char *names[TYPES + 1] = { NULL };
	for (int i = 0; i < TYPES; i++)
		names[i] = fold_types[i]->name;
	size_t n = strspn(*p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	char name[32];
	snprintf(name, sizeof name, "%.*s", (int)n, *p);
	int i = opt_choice("function", name, names, e);
	if (i < 0)
		return -1;
	f->type = fold_types[i];
	*p += n;
	return 0;
}

/* One expression of F, given as TEXT. Returns its number, or -1. */
static int compile(const struct fold *f, struct span text, struct exprs *x, struct err *e)
{
	char *s = copy(text);
	int number = s ? exprs_add(x, s, e) : err_set(e, EX_OSERR, "out of memory");
	free(s);
	return number < 0 ? err_context(e, "%s", f->name) : number;
}

/* The arguments behind '(' at P; *P moves behind ')'. */
static int parse_args(struct fold *f, const char **p, const char *text, struct exprs *x, struct err *e)
{
	int n = 0;
	do {
		const char *start = *p + 1;
		*p = skip_expr(start, true);
		struct span arg = trim(start, *p);
		if (arg.n == 0 && n == 0 && **p == ')' && f->type->min_args == 0)
			break;
		if (**p == '\0')
			return err_set(e, EX_USAGE, "'%s': a closing ) is missing", text);
		if (arg.n == 0 || n == f->type->max_args || (**p != ')' && **p != ','))
			return usage(f, text, e);
		int taken = f->type->constant ? f->type->constant(f, n, arg, e) : 0;
		if (taken < 0)
			return err_context(e, "'%s'", text);
		if (!taken && (f->args[n] = compile(f, arg, x, e)) < 0)
			return -1;
		n++;
	} while (**p == ',');
	++*p;
	return n < f->type->min_args ? usage(f, text, e) : 0;
}

/* What follows the function: nothing, or "where EXPR". */
static int parse_where(struct fold *f, const char *p, const char *text, struct exprs *x, struct err *e)
{
	struct span rest = trim(p, p + strlen(p));
	if (rest.n == 0)
		return 0;
	if (!span_starts(rest, SPAN("where")) || (rest.n > 5 && !strchr(" \t\n(.\"", rest.p[5])))
		return err_set(e, EX_USAGE, "'%s': expected 'where EXPR', not '%.*s'", text, SPAN_ARG(rest));
	struct span expr = trim(rest.p + 5, rest.p + rest.n);
	if (expr.n == 0)
		return err_set(e, EX_USAGE, "'%s': an expression is missing behind 'where'", text);
	f->where = compile(f, expr, x, e);
	return f->where < 0 ? -1 : 0;
}

static int parse(struct fold *f, const char *text, struct exprs *x, struct err *e)
{
	size_t n = strcspn(text, "=(");
	if (text[n] != '=' || n == 0)
		return err_set(e, EX_USAGE, "'%s': write NAME=FUNCTION(EXPR), such as n=count or total=sum(.amount)",
			text);
	struct span name = trim(text, text + n);
	const char *p = text + n + 1;
	p += strspn(p, " \t\n");
	const char *start = p;
	f->name = copy(name);
	f->scratch = calloc(1, sizeof *f->scratch);
	if (!f->name || !f->scratch)
		return err_set(e, EX_OSERR, "out of memory");
	buf_init(f->scratch, FOLD_RESULT_MAX);
	if (parse_function(f, &p, e) < 0)
		return err_context(e, "'%s'", text);
	const char *behind = p + strspn(p, " \t\n");
	if (*behind == '(') {
		p = behind;
		if (parse_args(f, &p, text, x, e) < 0)
			return -1;
	} else if (f->type->min_args > 0) {
		return usage(f, text, e);
	}
	f->text = copy(trim(start, p));
	if (!f->text)
		return err_set(e, EX_OSERR, "out of memory");
	return parse_where(f, p, text, x, e);
}

int fold_parse(struct fold *f, const char *text, struct exprs *x, struct err *e)
{
	*f = (struct fold){ .where = -1 };
	for (int i = 0; i < FOLD_ARGS; i++)
		f->args[i] = -1;
	if (parse(f, text, x, e) == 0)
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
