/* expr.h -- jq expressions over events: one face over a native evaluator and libjq.
 *
 * All expressions of a program live in one set, so that one pass over the event finds the
 * paths of all of them. Paths, literals, arithmetic, comparisons, and/or/not, //, pipes, if and a few
 * functions run natively; whatever else is jq goes to libjq, which is loaded only when an expression
 * needs it. So does, event by event, what native code does not do: adding arrays and objects, or
 * wording an error.
 *
 * The results are those of jq 1.6, but that native numbers are exact (struct num): integers that jq
 * would round to doubles, 0.1 + 0.2 which is 0.3, remainders beyond 64 bits; and -0 is 0. Sizes are
 * bounded (program.h); the run time of a program of libjq's is not. man/sp-expr.7 is the user's side. */
#ifndef EXPR_EXPR_H
#define EXPR_EXPR_H
#include "base/buf.h"
#include "json/json.h"
#include "text/number.h"

struct value {
	enum json_type type; /* never JSON_MISSING: a missing path is null */
	bool is_num;         /* a number that was computed: num holds it and text is SPAN_NONE */
	struct span text;    /* else: its JSON text, as it stands in the event where it can */
	struct num num;
};

struct exprs;
/* An empty set. */
struct exprs *exprs_new(struct err *e) MUST_USE;
void exprs_free(struct exprs *x);
/* Compiles TEXT; returns its number (the same text again: the same number). -1: EX_USAGE with the position and what was expected (jq's own
 * words where libjq found it). */
int exprs_add(struct exprs *x, const char *text, struct err *e) MUST_USE;
/* The name a path ends in (".geo.country": "country", also .["a b"]); NULL for anything else. */
const char *exprs_name(const struct exprs *x, int number);
/* True when expression NUMBER runs without libjq (tests, --explain). */
bool exprs_native(const struct exprs *x, int number);

/* Makes EVENT the current one: finds the paths. 0; -1: E says why it cannot be read (EX_DATAERR).
 * EVENT is borrowed until the next call. */
int exprs_event(struct exprs *x, struct span event, struct err *e) MUST_USE;
/* Value of expression NUMBER for the current event. No value is null; several values or a jq error:
 * -1 with E (EX_DATAERR). Spans in *OUT live until the next exprs_event(). */
int exprs_eval(struct exprs *x, int number, struct value *out, struct err *e) MUST_USE;

/* Where exprs_event() puts the text of expression NUMBER if that is a path and nothing else; NULL for other
 * expressions. Lives as long as X; once no expression is added any more, what it holds with p set to other than NULL
 * may be taken in place of exprs_eval()'s answer. */
const struct span *exprs_text(const struct exprs *x, int number);

/* The number in V (JSON_NUMBER): computed, or read from its text. */
struct num value_num(const struct value *v);
/* jq's truth: all but null and false. */
bool value_true(const struct value *v);
/* Appends V as JSON text (canonical for computed ones, as it stood for others). */
int value_write(const struct value *v, struct buf *out) MUST_USE;
int value_compare(const struct value *a, const struct value *b);
#endif
