/* term.c -- the operands of jq's grammar: paths, literals, groups, if, and the functions that run natively.
 *
 * The steps of a path are collected in p->steps, and the whole path becomes one instruction. `.` alone is a path
 * without steps. Functions such as `length` also work on `.`. On the right side of a pipe, `.` is the value of the left
 * side. Everywhere else, `.` is the event. */
#include "expr/parser.h"

/* ---- paths ---- */

/* Appends STEP to the path that is being read. A path with too many steps is left to libjq. */
static int add_step(struct parser *p, struct json_step step)
{
	if (p->step_count == EXPR_STEPS_MAX)
		return parser_not_native(p);
	p->steps[p->step_count++] = step;
	return 0;
}

/* Appends a step to a member. TEXT is the member's name, in which escapes are not decoded yet. Returns 0; -1 with the
 * fault set. */
static int add_name(struct parser *p, struct span text)
{
	struct json_step step = { .index = 0 };
	if (!builder_unescape(&p->b, text, &step.name))
		return parser_not_native(p);
	return add_step(p, step);
}

/* Parses ["name"] or [index], where "[" is the current token. A negative index counts from the end of the array. Sets
 * the fault for anything else between the brackets. */
static int parse_bracket(struct parser *p)
{
	lex_next(&p->lex);
	/* Only an integer of at most nine digits is an index here. Slices and computed indices are left to libjq. */
	bool minus = p->lex.token == T_SUB;
	if (minus)
		lex_next(&p->lex);
	if (p->lex.token == T_STRING && !minus) {
		if (add_name(p, p->lex.text) < 0)
			return -1;
	} else if (p->lex.token == T_NUMBER && p->lex.text.n <= 9) {
		int64_t index = 0;
		for (size_t i = 0; i < p->lex.text.n; i++) {
			if (p->lex.text.p[i] < '0' || p->lex.text.p[i] > '9')
				return parser_not_native(p);
			index = index * 10 + p->lex.text.p[i] - '0';
		}
		if (add_step(p, (struct json_step){ .index = minus ? -index : index }) < 0)
			return -1;
	} else {
		return parser_not_native(p);
	}
	lex_next(&p->lex);
	if (p->lex.token != T_BRACKET_CLOSE)
		return p->lex.token == T_END ? parser_expected(p, "']'") : parser_not_native(p);
	lex_next(&p->lex);
	return 0;
}

/* Parses all steps at the current token: .a, ."a", ["a"] and [0]. Sets *SEEN to true if there is at least one. */
static int parse_steps(struct parser *p, bool *seen)
{
	*seen = false;
	for (;; *seen = true) {
		if (p->lex.token == T_FIELD) {
			struct span name = { p->lex.text.p + 1, p->lex.text.n - 1 };
			if (add_name(p, name) < 0)
				return -1;
			lex_next(&p->lex);
		} else if (p->lex.token == T_BRACKET_OPEN) {
			if (parse_bracket(p) < 0)
				return -1;
		} else if (p->lex.token == T_DOT) {
			lex_next(&p->lex);
			if (p->lex.token != T_STRING)
				return parser_not_native(p);
			if (add_name(p, p->lex.text) < 0)
				return -1;
			lex_next(&p->lex);
		} else {
			return 0;
		}
	}
}

/* Appends the instruction for the path of the collected steps. */
static void emit_steps(struct parser *p)
{
	builder_emit(&p->b, p->computed ? OP_STEP : OP_PATH, builder_add_path(&p->b, p->steps, p->step_count));
}

/* Starts a path with a copy of the COUNT steps at STEPS. */
static void begin_steps(struct parser *p, const struct json_step *steps, size_t count)
{
	if (count)
		memcpy(p->steps, steps, count * sizeof *steps);
	p->step_count = count;
}

/* Checks that `.` at this point is not a whole row. Expressions about rows must name the columns instead, without a
 * dot. Returns 0; -1 with the fault set. */
static int check_dot(struct parser *p)
{
	if (!p->columns || p->computed || p->prefix_count > 0)
		return 0;
	p->fault->certain = true;
	p->fault->at = p->lex.start;
	snprintf(p->fault->what, sizeof p->fault->what, "'%.*s' is a field of an event, not a column",
		(int)(p->lex.text.n < 20 ? p->lex.text.n : 20), p->lex.text.p);
	return -1;
}

/* Parses a path that starts with a dot. If `.` is itself a path of the event, its steps come first (p->prefix), so that
 * the result is one path. */
static int parse_dot(struct parser *p)
{
	bool seen = false;
	if (check_dot(p) < 0)
		return -1;
	begin_steps(p, p->prefix, p->prefix_count);
	if (p->lex.token == T_DOT) {
		lex_next(&p->lex);
		if (p->lex.token == T_STRING) { /* ."a" */
			if (add_name(p, p->lex.text) < 0)
				return -1;
			lex_next(&p->lex);
		}
	}
	if (parse_steps(p, &seen) < 0)
		return -1;
	emit_steps(p);
	return 0;
}

/* Parses the steps after a closing parenthesis, as in (...).a. The code of the group in parentheses starts at START. If
 * the group is a path, one longer path replaces its code. */
static int parse_after_group(struct parser *p, uint32_t start)
{
	bool seen = false;
	const struct expr_path *group = builder_path_at(&p->b, start);
	begin_steps(p, group ? group->steps : NULL, group ? group->count : 0);
	if (parse_steps(p, &seen) < 0)
		return -1;
	if (!seen)
		return 0;
	if (group) {
		/* Keep the instruction, OP_PATH or OP_STEP. For a column it is OP_PATH, because the path starts at the
		 * event, even where `.` is another value. */
		enum expr_op op = p->b.p->code[start].op;
		builder_undo(&p->b, start);
		builder_emit(&p->b, op, builder_add_path(&p->b, p->steps, p->step_count));
		return 0;
	}
	/* The value of any other group becomes the input of the path. */
	builder_emit(&p->b, OP_ENTER, 0);
	builder_emit(&p->b, OP_STEP, builder_add_path(&p->b, p->steps, p->step_count));
	builder_emit(&p->b, OP_LEAVE, 0);
	return 0;
}

/* ---- words ---- */

/* Appends the instruction that pushes `.`. */
static void emit_dot(struct parser *p)
{
	begin_steps(p, p->prefix, p->prefix_count);
	emit_steps(p);
}

/* Skips WORD. Returns -1 with the fault set if WORD is not the current token. QUOTED is WORD as a message shows it. */
static int want_word(struct parser *p, const char *word, const char *quoted)
{
	if (!lex_is(&p->lex, word))
		return p->lex.token == T_END ? parser_expected(p, quoted) : parser_not_native(p);
	lex_next(&p->lex);
	return 0;
}

/* Parses "if C then A else B end". "elif" is parsed as an "if" inside the else part, except that both share one
 * "end". */
static int parse_if(struct parser *p)
{
	lex_next(&p->lex);
	if (parser_nest(p) < 0 || parser_pipe(p) < 0 || want_word(p, "then", "'then'") < 0)
		return -1;
	/* The code is: condition, OP_UNLESS (to the else part), then part, OP_JUMP (to the end), else part. */
	uint32_t unless = builder_emit(&p->b, OP_UNLESS, 0);
	if (parser_pipe(p) < 0)
		return -1;
	uint32_t jump = builder_emit(&p->b, OP_JUMP, 0);
	builder_set_target(&p->b, unless);
	if (lex_is(&p->lex, "elif")) {
		if (parse_if(p) < 0)
			return -1;
	} else if (want_word(p, "else", "'else'") < 0 || parser_pipe(p) < 0 || want_word(p, "end", "'end'") < 0) {
		return -1;
	}
	builder_set_target(&p->b, jump);
	p->depth--;
	return 0;
}

/* Parses startswith("text") or endswith("text"), whose instruction is OP. Any other argument is left to libjq. */
static int parse_affix(struct parser *p, enum expr_op op)
{
	lex_next(&p->lex);
	if (p->lex.token != T_OPEN)
		return parser_not_native(p);
	lex_next(&p->lex);
	struct span bytes;
	if (p->lex.token != T_STRING || !builder_unescape(&p->b, p->lex.text, &bytes))
		return parser_not_native(p);
	lex_next(&p->lex);
	if (p->lex.token != T_CLOSE)
		return parser_not_native(p);
	lex_next(&p->lex);
	emit_dot(p);
	builder_emit(&p->b, op, builder_add_string(&p->b, bytes));
	return 0;
}

/* Returns true if the token after the current one is an opening parenthesis. */
static bool parenthesis_follows(const struct parser *p)
{
	struct lexer next = p->lex;
	lex_next(&next);
	return next.token == T_OPEN;
}

/* Returns true if the current token, a word, is the name of a column and not of a function with arguments. */
static bool is_column(const struct parser *p)
{
	for (size_t i = 0; p->columns && p->columns[i]; i++)
		if (lex_is(&p->lex, p->columns[i]))
			return !parenthesis_follows(p);
	return false;
}

/* Parses the name of a column, and the steps that may follow it. A column is a member of the event, whatever `.` is. */
static int parse_column(struct parser *p)
{
	bool seen = false;
	begin_steps(p, NULL, 0);
	if (add_name(p, p->lex.text) < 0)
		return -1;
	lex_next(&p->lex);
	if (parse_steps(p, &seen) < 0)
		return -1;
	builder_emit(&p->b, OP_PATH, builder_add_path(&p->b, p->steps, p->step_count));
	return 0;
}

/* Parses "round(a; b)" from the word "round" on. The function "round" without arguments is left to libjq. */
static int parse_round(struct parser *p)
{
	if (!parenthesis_follows(p))
		return parser_not_native(p);
	lex_next(&p->lex);
	lex_next(&p->lex);
	if (parser_nest(p) < 0 || parser_pipe(p) < 0)
		return -1;
	if (p->lex.token != T_NOT_NATIVE || *p->lex.text.p != ';')
		return parser_not_native(p);
	lex_next(&p->lex);
	if (parser_pipe(p) < 0)
		return -1;
	if (p->lex.token != T_CLOSE)
		return parser_not_native(p);
	p->depth--;
	lex_next(&p->lex);
	builder_emit(&p->b, OP_ROUND, 0);
	return 0;
}

/* Parses a keyword, a function or a literal word. All other names are left to libjq. */
static int parse_word(struct parser *p)
{
	/* Functions without arguments: `length` is the length of `.`. */
	static const struct {
		const char *word;
		enum expr_op op;
	} functions[] = {
		{ "not", OP_NOT },
		{ "length", OP_LENGTH },
		{ "floor", OP_FLOOR },
		{ "ascii_downcase", OP_DOWNCASE },
		{ "ascii_upcase", OP_UPCASE },
	};
	/* These words cannot begin a value in any jq program. */
	static const char *const never_values[] = { "and", "or", "then", "elif", "else", "end" };
	if (is_column(p))
		return parse_column(p);
	for (size_t i = 0; i < sizeof never_values / sizeof *never_values; i++)
		if (lex_is(&p->lex, never_values[i]))
			return parser_expected(p, "a value");
	if (lex_is(&p->lex, "if"))
		return parse_if(p);
	if (lex_is(&p->lex, "round"))
		return parse_round(p);
	if (lex_is(&p->lex, "startswith"))
		return parse_affix(p, OP_STARTS);
	if (lex_is(&p->lex, "endswith"))
		return parse_affix(p, OP_ENDS);
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (lex_is(&p->lex, functions[i].word)) {
			if (check_dot(p) < 0)
				return -1;
			lex_next(&p->lex);
			emit_dot(p);
			builder_emit(&p->b, functions[i].op, 0);
			return 0;
		}
	/* true, false and null are the only other words that are values. */
	struct value v = value_literal(JSON_NULL, SPAN("null"));
	if (lex_is(&p->lex, "true") || lex_is(&p->lex, "false"))
		v = value_bool(lex_is(&p->lex, "true"));
	else if (!lex_is(&p->lex, "null"))
		return parser_not_native(p);
	lex_next(&p->lex);
	builder_emit(&p->b, OP_CONST, builder_add_constant(&p->b, v));
	return 0;
}

/* ---- terms ---- */

/* Parses a whole expression in parentheses, and the steps that may follow it. Like an operand, the group leaves one
 * value. */
static int parse_group(struct parser *p)
{
	uint32_t start = parser_here(p);
	lex_next(&p->lex);
	if (parser_nest(p) < 0 || parser_pipe(p) < 0)
		return -1;
	if (p->lex.token != T_CLOSE)
		return p->lex.token == T_END ? parser_expected(p, "')'") : parser_not_native(p);
	p->depth--;
	lex_next(&p->lex);
	return parse_after_group(p, start);
}

/* Leaves arrays, objects, formats and variables to libjq. Their first token is T_BRACKET_OPEN or T_NOT_NATIVE. */
int parser_term(struct parser *p)
{
	struct span bytes;
	switch (p->lex.token) {
	case T_DOT:
	case T_FIELD: return parse_dot(p);
	case T_OPEN: return parse_group(p);
	case T_WORD: return parse_word(p);
	case T_NUMBER:
		builder_emit(&p->b, OP_CONST, builder_add_number(&p->b, p->lex.text));
		lex_next(&p->lex);
		return 0;
	case T_STRING:
		if (!builder_unescape(&p->b, p->lex.text, &bytes))
			return parser_not_native(p);
		builder_emit(&p->b, OP_CONST, builder_add_string(&p->b, bytes));
		lex_next(&p->lex);
		return 0;
	case T_BRACKET_OPEN: /* an array */
	case T_NOT_NATIVE: return parser_not_native(p);
	default: return parser_expected(p, "a value");
	}
}
