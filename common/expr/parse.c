/* parse.c -- the operators of jq 1.6's grammar (its parser.y), with its precedences:
 *
 *     |  (right)   <   //  (right)   <   or   <   and   <   == != < <= > >=  (not repeated)
 *     <   + -   <   * / %   <   unary minus, which takes a whole product: -a*b is -(a*b)
 *
 * Here a < b means that b binds more tightly, and "right" that the operator associates to the right. The parser works
 * by recursive descent and generates code as it reads operands. An expression that the parser does not know is left to
 * libjq. A fault that no jq program can contain is called certain. A certain fault is reported with its position,
 * without loading libjq. */
#include "expr/parser.h"

static int parse_product(struct parser *p);

/* No jq program can contain a string without its closing quote, so this fault is certain. */
int parser_not_native(struct parser *p)
{
	p->fault->certain = p->lex.unclosed;
	p->fault->at = p->lex.start;
	snprintf(p->fault->what, sizeof p->fault->what, "%s",
		p->lex.unclosed ? "a string without its closing quote" : "not native");
	return -1;
}

int parser_expected(struct parser *p, const char *wanted)
{
	const struct lexer *l = &p->lex;
	if (l->token == T_NOT_NATIVE) /* jq may accept this token */
		return parser_not_native(p);
	p->fault->certain = true;
	p->fault->at = l->start;
	if (l->token == T_END)
		snprintf(p->fault->what, sizeof p->fault->what, "ends where %s should follow", wanted);
	else
		snprintf(p->fault->what, sizeof p->fault->what, "'%.*s' where %s should follow",
			(int)(l->text.n < 20 ? l->text.n : 20), l->text.p, wanted);
	return -1;
}

int parser_nest(struct parser *p)
{
	return ++p->depth > EXPR_NEST_MAX ? parser_not_native(p) : 0;
}

/* ---- operators, from the highest precedence ---- */

/* Parses an operand, or a minus and the product that it negates. A minus before a number becomes part of the
 * constant. */
static int parse_unary(struct parser *p)
{
	if (p->lex.token != T_SUB)
		return parser_term(p);
	uint32_t start = parser_here(p);
	lex_next(&p->lex);
	if (parser_nest(p) < 0 || parse_product(p) < 0)
		return -1;
	p->depth--;
	const struct expr_constant *number = builder_number_at(&p->b, start);
	if (!number) {
		builder_emit(&p->b, OP_NEG, 0);
		return 0;
	}
	/* Replace the constant by its negative. "-0" becomes 0, because exact numbers have no negative zero. */
	struct value negative = builder_negative(number->v);
	builder_undo(&p->b, start);
	builder_emit(&p->b, OP_CONST, builder_add_constant(&p->b, negative));
	return 0;
}

/* Parses operands with * / % between them, which are evaluated from the left. */
static int parse_product(struct parser *p)
{
	if (parse_unary(p) < 0)
		return -1;
	for (;;) {
		enum token t = p->lex.token;
		if (t != T_MUL && t != T_DIV && t != T_MOD)
			return 0;
		lex_next(&p->lex);
		uint32_t right = parser_here(p);
		if (parse_unary(p) < 0)
			return -1;
		/* jq refuses to compile a division by a constant zero. Such a division is left to libjq. So is a
		 * division by a constant expression, as in 1/(2-2), because its value is not known here. */
		const struct expr_constant *number = builder_number_at(&p->b, right);
		bool zero = number && number->is_int && number->i == 0;
		if (t == T_DIV && (zero || (!number && builder_is_constant(&p->b, right))))
			return parser_not_native(p);
		builder_emit(&p->b, t == T_MUL ? OP_MUL : t == T_DIV ? OP_DIV : OP_MOD, 0);
	}
}

static int parse_sum(struct parser *p)
{
	if (parse_product(p) < 0)
		return -1;
	while (p->lex.token == T_ADD || p->lex.token == T_SUB) {
		enum expr_op op = p->lex.token == T_ADD ? OP_ADD : OP_SUB;
		lex_next(&p->lex);
		if (parse_product(p) < 0)
			return -1;
		builder_emit(&p->b, op, 0);
	}
	return 0;
}

static bool is_comparison(enum token t)
{
	return t >= T_EQ && t <= T_GE;
}

/* Parses one comparison, or an operand alone. Comparisons do not associate: a < b < c is an error. */
static int parse_comparison(struct parser *p)
{
	uint32_t left = parser_here(p);
	if (parse_sum(p) < 0)
		return -1;
	enum token t = p->lex.token;
	if (!is_comparison(t))
		return 0;
	lex_next(&p->lex);
	uint32_t right = parser_here(p);
	if (parse_sum(p) < 0)
		return -1;
	builder_emit_compare(&p->b, (enum expr_op)(OP_EQ + (int)(t - T_EQ)), left, right);
	return is_comparison(p->lex.token) ? parser_expected(p, "'and' or 'or'") : 0;
}

/* Parses operands with WORD, which is "and" or "or", between them. The function OPERAND parses one operand. If the left
 * operand decides the result, instruction OP jumps over the right operand. */
static int parse_logic(struct parser *p, const char *word, enum expr_op op, int (*operand)(struct parser *))
{
	if (operand(p) < 0)
		return -1;
	while (lex_is(&p->lex, word)) {
		lex_next(&p->lex);
		uint32_t jump = builder_emit(&p->b, op, 0);
		if (operand(p) < 0)
			return -1;
		/* In jq the result of `and` and `or` is always true or false, so the right operand is converted. */
		builder_emit(&p->b, OP_BOOL, 0);
		builder_set_target(&p->b, jump);
	}
	return 0;
}

static int parse_and(struct parser *p)
{
	return parse_logic(p, "and", OP_AND, parse_comparison);
}

/* Parses operands with `//` between them. The operator `//` associates to the right: a // b // c is a // (b // c). */
static int parse_alternative(struct parser *p)
{
	if (parse_logic(p, "or", OP_OR, parse_and) < 0)
		return -1;
	if (p->lex.token != T_ALT)
		return 0;
	lex_next(&p->lex);
	uint32_t jump = builder_emit(&p->b, OP_ALT, 0);
	if (parser_nest(p) < 0 || parse_alternative(p) < 0)
		return -1;
	p->depth--;
	builder_set_target(&p->b, jump);
	return 0;
}

/* Parses the right side of a pipe. The code of the left side starts at START. If the left side is a path, each path on
 * the right is appended to it, so that `.a | .b` costs no more than `.a.b`. The code of the left side becomes OP_CHECK,
 * which pushes nothing and fails where jq would fail. If the left side is not a path, its value becomes the input. */
static int parse_right_side(struct parser *p, uint32_t start)
{
	const struct expr_path *left = p->computed ? NULL : builder_path_at(&p->b, start);
	/* The meaning of `.` on the left side is restored at the end. */
	const struct json_step *prefix = p->prefix;
	size_t prefix_count = p->prefix_count;
	bool computed = p->computed;
	if (left) {
		p->prefix = left->steps;
		p->prefix_count = left->count;
		p->b.p->code[start].op = OP_CHECK;
		p->b.stack--;
	} else {
		p->prefix_count = 0;
		p->computed = true;
		builder_emit(&p->b, OP_ENTER, 0);
	}
	if (parser_nest(p) < 0 || parser_pipe(p) < 0)
		return -1;
	p->depth--;
	p->prefix = prefix;
	p->prefix_count = prefix_count;
	p->computed = computed;
	if (!left) {
		builder_emit(&p->b, OP_LEAVE, 0);
	} else if (builder_path_at(&p->b, start + 1)) {
		/* The right side is one longer path. This path fails wherever the left side fails, so OP_CHECK is not
		 * needed. */
		p->b.p->code[start] = p->b.p->code[start + 1];
		p->b.p->count--;
	}
	return 0;
}

/* Parses a pipe. A pipe associates to the right and has the lowest precedence, so a whole expression is parsed. */
int parser_pipe(struct parser *p)
{
	uint32_t start = parser_here(p);
	if (parse_alternative(p) < 0)
		return -1;
	if (p->lex.token != T_PIPE)
		return 0;
	lex_next(&p->lex);
	return parse_right_side(p, start);
}

/* Parses the whole text, which must be one expression. */
static int parse_all(struct parser *p)
{
	if (parser_pipe(p) < 0)
		return -1;
	/* An extra closing bracket is wrong in any program. Any other token may be an operator that libjq knows. */
	if (p->lex.token == T_CLOSE || p->lex.token == T_BRACKET_CLOSE)
		return parser_expected(p, "an operator");
	return p->lex.token == T_END ? 0 : parser_not_native(p);
}

/* The parser is allocated, because its array of steps takes 6 KiB, which is much for the stack. */
int expr_program_parse(struct expr_program *out, struct span text, const char *const *columns, struct expr_fault *f)
{
	struct parser *p = calloc(1, sizeof *p);
	if (!p)
		return -1;
	*f = (struct expr_fault){ .at = 0 };
	p->fault = f;
	p->columns = columns;
	builder_init(&p->b, out);
	lex_init(&p->lex, text);
	int bad = parse_all(p) < 0;
	/* If memory was exhausted, the parser may have reported a fault that TEXT does not have. */
	int result = p->b.full ? -1 : bad;
	builder_release(&p->b);
	free(p);
	if (result != 0)
		expr_program_release(out);
	return result;
}
