/* expr.c -- the set of expressions: choosing between native code and libjq, and error messages.
 *
 * An expression is compiled natively if the native parser knows its whole text, otherwise by libjq. The paths of all
 * native expressions are in one json_paths, so that one pass over an event serves all of them. The value of an
 * expression that is only a path is taken from the result of that pass, without running a program. If native code meets
 * a case that it does not support, libjq evaluates the whole expression again. */
#include "expr/expr.h"
#include "base/opt.h"
#include "base/vec.h"
#include "expr/jqlib.h"
#include "expr/slips.h"
#include "json/check.h"
#include "text/utf8.h"

/* The characters that names of functions in jq consist of. */
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* One compiled expression. */
struct expression {
	char *text;
	char *name; /* the name of the member at which the path ends; NULL if the expression is anything else */
	/* The expression compiled by libjq. NULL for a native expression that libjq did not have to evaluate yet. */
	struct jqprog *jq;
	struct expr_program program;
	bool native;
	const struct expr_path *path; /* the path, if the expression is only a path; otherwise NULL */
};

struct exprs {
	struct expression *list;
	size_t count, cap;
	struct jqlib *lib; /* NULL until libjq is needed */
	struct json_paths *paths;
	struct seen seen;   /* which of the paths no event has had */
	size_t found_count; /* entries of FOUND in use; 0 if the set has no paths */
	struct span found[JSON_PATHS_MAX];
	/* The names of the columns, and NULL at the end. The strings are owned. If the events are not rows, COLUMNS
	 * itself is NULL. */
	char **columns;
	size_t column_count, column_cap;
	struct expr_machine machine; /* its stacks have room for every program */
	size_t stack_cap, inputs_cap;
};

struct exprs *exprs_new(struct err *e)
{
	struct exprs *x = calloc(1, sizeof *x);
	if (x)
		x->paths = json_paths_new(e);
	if (!x || !x->paths) {
		free(x);
		err_oom(e, "an expression");
		return NULL;
	}
	seen_init(&x->seen);
	x->machine.found = x->found;
	arena_init(&x->machine.arena, EXPR_ARENA_MAX);
	buf_init(&x->machine.scratch, EXPR_ARENA_MAX);
	return x;
}

static void expression_release(struct expression *x)
{
	free(x->text);
	free(x->name);
	jqprog_free(x->jq);
	expr_program_release(&x->program);
}

/* Frees the programs of libjq before libjq itself, as jqlib_free() requires. */
void exprs_free(struct exprs *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < x->count; i++)
		expression_release(&x->list[i]);
	free(x->list);
	for (size_t i = 0; i < x->column_count; i++)
		free(x->columns[i]);
	free(x->columns);
	json_paths_free(x->paths);
	seen_release(&x->seen);
	arena_release(&x->machine.arena);
	buf_release(&x->machine.scratch);
	free(x->machine.stack);
	free(x->machine.inputs);
	jqlib_free(x->lib);
	free(x);
}

/* ---- compiling ---- */

/* Puts the beginning of the expression's text before the message. Always returns -1. */
static int blame_expression(const struct expression *x, struct err *e)
{
	struct span s = span_of(x->text);
	bool cut = s.n > 80;
	/* A long text is cut between two characters. */
	if (cut)
		s.n = utf8_valid((struct span){ s.p, 77 });
	return err_context(e, "expression '%.*s%s'", SPAN_ARG(s), cut ? "..." : "");
}

/* Improves the message of libjq that ends with "NAME/0 is not defined". If X has no columns, adds that a field is
 * written .NAME. Otherwise says that there is no such column, and suggests a column with a similar name. Leaves other
 * messages as they are. */
static void explain_name(const struct exprs *x, struct err *e)
{
	static const char end[] = "/0 is not defined";
	size_t n = strlen(e->msg);
	char name[64];
	if (n < sizeof end || strcmp(e->msg + n - (sizeof end - 1), end) != 0)
		return;
	n -= sizeof end - 1;
	snprintf(name, sizeof name, "%.*s", (int)n, e->msg);
	if (strspn(name, NAME_BYTES) != n)
		return;
	if (!x->columns) {
		err_set(e, e->status, "%s%s; a field is written .%s", name, end, name);
		return;
	}
	const char *near = opt_nearest(name, (const char *const *)x->columns);
	err_set(e, e->status, "there is no earlier column '%s'%s%s%s", name, near ? "; did you mean '" : "",
		near ? near : "", near ? "'?" : "");
}

/* Appends to OUT the program that libjq compiles for TEXT. If the events of X are rows, the program begins with
 * definitions of jq's operators that follow SQL's rules for null, and of a function for each column. jq calls the
 * function _plus for the operator +, and so on. Returns 0, or -1 if OUT is full. */
static int write_jq_program(const struct exprs *x, const char *text, struct buf *out)
{
	static const char *const operators[][2] = { { "plus", "+" }, { "minus", "-" }, { "multiply", "*" },
		{ "divide", "/" }, { "mod", "%" } };
	if (!x->columns)
		return buf_adds(out, text);
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
		const char *name = operators[i][0];
		bool divides = *operators[i][1] == '/' || *operators[i][1] == '%';
		buf_addf(out,
			"def _sp_%s($a; $b): $a %s $b; def _%s(a; b): a as $a | b as $b | if $a == null or $b == null",
			name, operators[i][1], name);
		buf_addf(out, "%s then null else _sp_%s($a; $b) end; ", divides ? " or $b == 0" : "", name);
	}
	buf_adds(out, "def _sp_negate: -.; def _negate: if . == null then null else _sp_negate end; . as $__row | ");
	for (size_t i = 0; i < x->column_count; i++)
		buf_addf(out, "def %s: $__row.%s; ", x->columns[i], x->columns[i]);
	return buf_adds(out, text);
}

/* Compiles ONE by libjq. Loads libjq first if no expression has needed it yet. Returns 0; -1 with E set. */
static int expression_compile_jq(struct exprs *x, struct expression *one, struct err *e)
{
	struct buf program;
	if (!x->lib)
		x->lib = jqlib_new(e);
	if (!x->lib)
		return -1;
	buf_init(&program, 4 << 20);
	const char *text = write_jq_program(x, one->text, &program) < 0 ? NULL : buf_string(&program);
	if (text)
		one->jq = jqlib_compile(x->lib, text, e);
	else
		err_oom(e, "an expression");
	buf_release(&program);
	if (!one->jq)
		explain_name(x, e);
	return one->jq ? 0 : -1;
}

/* Adds the paths of P to the set of paths that are found for each event. A path beyond the limits of the set keeps slot
 * -1, and is looked up alone whenever it is evaluated. */
static void register_paths(struct exprs *x, struct expr_program *p)
{
	for (uint32_t i = 0; i < p->count; i++) {
		enum expr_op op = p->code[i].op;
		if (op != OP_PATH && op != OP_CHECK && op != OP_MATCH)
			continue;
		struct expr_path *path = &p->paths[p->code[i].a];
		struct err ignored = ERR_INIT;
		if (path->slot < 0 && path->count <= JSON_PATH_STEPS_MAX)
			path->slot = json_paths_add(x->paths, path->steps, path->count, &ignored);
		if (path->slot >= (int)x->found_count) {
			seen_add(&x->seen, path->slot);
			x->found_count = (size_t)path->slot + 1;
		}
	}
}

/* Prepares ONE, whose program was compiled natively: makes room on the stacks, adds its paths to the set, and sets its
 * name if it is a path. Returns 0; -1 with E set if memory is exhausted. */
static int expression_add_native(struct exprs *x, struct expression *one, struct err *e)
{
	struct expr_machine *m = &x->machine;
	one->native = true;
	struct value *stack = vec_room(m->stack, &x->stack_cap, one->program.stack, sizeof *stack);
	if (!stack)
		return err_oom(e, "an expression's stack");
	m->stack = stack;
	struct value **inputs = vec_room(m->inputs, &x->inputs_cap, one->program.inputs, sizeof(struct value *));
	if (!inputs)
		return err_oom(e, "an expression's stack");
	m->inputs = inputs;
	register_paths(x, &one->program);
	one->path = expr_program_path(&one->program);
	if (!one->path || one->path->count == 0)
		return 0;
	struct span name = one->path->steps[one->path->count - 1].name;
	/* A name with a NUL cannot be returned as a C string. */
	if (!name.p || memchr(name.p, '\0', name.n))
		return 0;
	one->name = strndup(name.p, name.n);
	return one->name ? 0 : err_oom(e, "an expression");
}

/* Compiles ONE natively, or by libjq if the native parser does not know its text. Returns 0; -1 with E set. For a fault
 * that no jq program can have, E gives the position; for any other fault, E has the message of jq. */
static int expression_compile(struct exprs *x, struct expression *one, struct err *e)
{
	struct expr_fault fault;
	int r = expr_program_parse(&one->program, span_of(one->text), (const char *const *)x->columns, &fault);
	if (r < 0)
		return err_oom(e, "an expression");
	if (r == 0)
		return expression_add_native(x, one, e);
	if (fault.certain)
		err_set(e, EX_USAGE, "byte %zu: %s", fault.at + 1, fault.what);
	else if (expression_compile_jq(x, one, e) == 0)
		return 0;
	return blame_expression(one, e);
}

/* Equal texts share one expression and its number, so that the caller can evaluate it once for all its uses. */
int exprs_add(struct exprs *x, const char *text, struct err *e)
{
	for (size_t i = 0; i < x->count; i++)
		if (strcmp(x->list[i].text, text) == 0)
			return (int)i;
	if (strlen(text) > EXPR_TEXT_MAX)
		return err_set(e, EX_USAGE, "expression is longer than %d bytes", EXPR_TEXT_MAX);
	/* jq reads an empty text as `.`, but an empty text is most likely a mistake of the user. */
	if (text[strspn(text, " \t\r\n")] == '\0')
		return err_set(e, EX_USAGE, "expression is empty");
	struct expression *list = vec_room(x->list, &x->cap, x->count + 1, sizeof *list);
	if (!list)
		return err_oom(e, "an expression");
	x->list = list;
	struct expression *one = &list[x->count];
	*one = (struct expression){ .text = strdup(text) };
	if (!one->text)
		return err_oom(e, "an expression");
	if (expression_compile(x, one, e) < 0) {
		expression_release(one);
		return -1;
	}
	return (int)x->count++;
}

const char *exprs_source(const struct exprs *x, int number)
{
	return x->list[number].text;
}

/* libjq does not tell which paths an expression reads or which values it compares. So only native expressions are
 * examined. */
int exprs_slips(const struct exprs *x, int number, struct buf *out)
{
	const struct expression *one = &x->list[number];
	return one->native ? expr_program_slips(&one->program, &x->seen, out) : 0;
}

/* Returns true if NAME can be the name of a function in jq: an identifier that is not a keyword. */
static bool is_callable(const char *name)
{
	static const char *const keywords[] = { "and", "or", "if", "then", "elif", "else", "end", "as", "def", "reduce",
		"foreach", "try", "catch", "label", "import", "include", "__loc__", "true", "false", "null" };
	if (*name == '\0' || (*name >= '0' && *name <= '9') || name[strspn(name, NAME_BYTES)] != '\0')
		return false;
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (strcmp(name, keywords[i]) == 0)
			return false;
	return true;
}

int exprs_add_column(struct exprs *x, const char *name, struct err *e)
{
	/* Make room for the new name and for the NULL at the end. */
	char **columns = vec_room(x->columns, &x->column_cap, x->column_count + 2, sizeof *columns);
	if (!columns)
		return err_oom(e, "a column");
	x->columns = columns;
	x->columns[x->column_count] = NULL;
	x->machine.null_rules = true;
	if (!is_callable(name))
		return 0;
	x->columns[x->column_count] = strdup(name);
	if (!x->columns[x->column_count])
		return err_oom(e, "a column");
	x->columns[++x->column_count] = NULL;
	return 0;
}

const char *exprs_name(const struct exprs *x, int number)
{
	return x->list[number].name;
}

bool exprs_native(const struct exprs *x, int number)
{
	return x->list[number].native;
}

/* ---- evaluating ---- */

/* Sets E to a message that says where and why EVENT is not JSON. Always returns -1. */
static int blame_event(struct span event, struct err *e)
{
	const char *end, *why;
	size_t at;
	if (json_check_value(event, JSON_DEPTH_MAX, &end, &at, &why) == 0)
		return err_set(e, EX_DATAERR, "the event is not JSON: byte %zu: something after the object",
			(size_t)(end - event.p) + 1);
	return err_set(e, EX_DATAERR, "the event is not JSON: byte %zu: %s", at + 1, why);
}

int exprs_event(struct exprs *x, struct span event, struct err *e)
{
	struct expr_machine *m = &x->machine;
	int bad;
	m->event = event;
	m->events++;
	/* Frees the strings that were computed for the previous event. */
	if (m->arena.newest)
		arena_reset(&m->arena);
	if (x->lib)
		jqlib_event(x->lib);
	/* json_paths_run() refuses anything but an object. It is not called if no expression has a path, so the first
	 * byte is checked here. */
	if (event.n == 0 || *event.p != '{') {
		const char *end = event.p + event.n, *start = json_space(event.p, end);
		if (start == end || *start != '{')
			return err_set(e, EX_DATAERR, "no JSON object");
	}
	if (x->found_count == 0)
		return 0;
	/* The result -2 means that a path steps into a value of the wrong type. The error is reported later, when the
	 * expression with this path is evaluated. */
	if (json_paths_run(x->paths, event, x->found, &bad) == -1)
		return blame_event(event, e);
	seen_event(&x->seen, event, x->found);
	return 0;
}

const struct span *exprs_text(const struct exprs *x, int number)
{
	const struct expression *one = &x->list[number];
	return one->native && one->path && one->path->slot >= 0 ? &x->found[one->path->slot] : NULL;
}

/* Evaluates ONE by libjq. If libjq has not compiled ONE yet, because ONE is native, compiles ONE first. Returns 0; -1
 * with E set. */
static int evaluate_by_jq(struct exprs *x, struct expression *one, struct value *out, struct err *e)
{
	if (!one->jq && expression_compile_jq(x, one, e) < 0)
		return blame_expression(one, e);
	if (jqprog_run(one->jq, x->machine.event, &x->machine.arena, out, e) < 0)
		return blame_expression(one, e);
	return 0;
}

/* If the expression is a path, exprs_event() has usually found its value. Otherwise the program runs. */
int exprs_eval(struct exprs *x, int number, struct value *out, struct err *e)
{
	struct expression *one = &x->list[number];
	struct expr_machine *m = &x->machine;
	if (!one->native)
		return evaluate_by_jq(x, one, out, e);
	if (one->path && one->path->slot >= 0 && !json_path_failed(x->found[one->path->slot])) {
		*out = value_of(x->found[one->path->slot]);
		if (out->type != JSON_MISSING)
			return 0;
	}
	enum expr_result r = expr_program_run(&one->program, m, out);
	if (r == EXPR_OK)
		return 0;
	if (r == EXPR_HAND_OVER)
		return evaluate_by_jq(x, one, out, e);
	err_set(e, EX_OSERR, "computed text of one event is over %d MiB", EXPR_ARENA_MAX >> 20);
	return blame_expression(one, e);
}
