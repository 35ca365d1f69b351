/* plan.c -- what sp-agg computes: which expressions are evaluated for each event, and in which order.
 *
 * Functions often share arguments: avg(.ms), sum(.ms) and p99=quantile(.ms, 0.99) need .ms once. Each distinct
 * combination of arguments and condition is an argument set. But functions of numbers share no set with others. The
 * list of arguments begins with the sets without a condition, so that one loop evaluates the arguments of all these
 * sets. The arguments of a set with a condition are a range of the list, which is skipped if the condition is false. */
#include "sp-agg/plan.h"
#include "expr/extent.h"
#include "fold/function.h"
#include <ctype.h>

int plan_init(struct plan *p, struct err *e)
{
	*p = (struct plan){ .x = exprs_new(e) };
	buf_init(&p->names, 1 << 20);
	buf_init(&p->derived, (size_t)1 << 32);
	return p->x ? 0 : -1;
}

static void plan_result_release(struct result_column *r)
{
	free(r->own_name);
	free(r->text);
}

void plan_release(struct plan *p)
{
	for (size_t i = 0; i < p->key_count; i++)
		free(p->keys[i].name);
	for (size_t i = 0; i < p->result_count; i++)
		plan_result_release(&p->results[i]);
	fold_plan_release(&p->folds);
	buf_release(&p->derived);
	exprs_free(p->rows);
	buf_release(&p->names);
	exprs_free(p->x);
}

/* ---- keys ---- */

/* Returns the length of NAME if TEXT is "NAME=EXPR". Returns 0 if TEXT is only an expression, such as the comparison
 * "a==b". */
static size_t name_length(const char *text)
{
	size_t n = 0;
	if (!isalpha((unsigned char)text[0]) && text[0] != '_')
		return 0;
	while (isalnum((unsigned char)text[n]) || text[n] == '_' || text[n] == '-')
		n++;
	return text[n] == '=' && text[n + 1] != '=' ? n : 0;
}

/* Refuses a key that is a name without a dot before it, such as `type` instead of `.type`. jq would call its function
 * `type`, which returns "object" for every event. Returns 0, or -1 with E set (EX_USAGE) to a message that shows the
 * correct path. */
static int check_dot(const char *expr, struct err *e)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t n = strspn(expr, letters);
	n += n ? strspn(expr + n, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") : 0;
	if (n == 0 || expr[n] != '\0' || strcmp(expr, "null") == 0 || strcmp(expr, "true") == 0 ||
		strcmp(expr, "false") == 0)
		return 0;
	bool plain = !strchr(expr, '-');
	return err_set(e, EX_USAGE, "--by '%s': write %s%s%s", expr, plain ? "." : ".[\"", expr, plain ? "" : "\"]");
}

/* Adds the key TEXT, "[NAME=]EXPR". A key without a name gets the name of the last step of its path: "country" for
 * .geo.country. Returns 0, or -1 with E set (EX_USAGE or EX_OSERR). */
static int add_key(struct plan *p, const char *text, struct err *e)
{
	if (p->key_count == KEYS_MAX)
		return err_set(e, EX_USAGE, "--by: more than %d keys", KEYS_MAX);
	struct key_column *k = &p->keys[p->key_count];
	size_t n = name_length(text);
	const char *expr = n ? text + n + 1 : text;
	if (check_dot(expr, e) < 0)
		return -1;
	k->expr = exprs_add(p->x, expr, e);
	if (k->expr < 0)
		return err_context(e, "--by");
	const char *name = exprs_name(p->x, k->expr);
	if (n == 0 && !name)
		return err_set(e, EX_USAGE, "--by '%s': not a path, so it needs a name: --by 'NAME=%s'", text, text);
	k->name = n ? strndup(text, n) : strdup(name);
	if (!k->name)
		return err_oom(e, "a column");
	p->key_count++;
	return 0;
}

/* Splits the text at the commas that are outside of brackets. In jq such a comma gives an expression several values,
 * but a key has only one value. So a comma outside of brackets can only separate keys. */
int plan_add_keys(struct plan *p, const char *text, struct err *e)
{
	for (const char *from = text;; from++) {
		from += strspn(from, " \t\n");
		const char *end = expr_extent(from);
		/* If expr_extent() stops at an extra closing bracket, the key gets the rest of the text, and jq reports
		 * the bracket. */
		if (*end != ',')
			end = from + strlen(from);
		size_t n = (size_t)(end - from);
		while (n > 0 && strchr(" \t\n", from[n - 1]))
			n--;
		if (n == 0 && (from != text || *end))
			return err_set(e, EX_USAGE, "--by '%s': a key is missing at a comma", text);
		char *key = strndup(from, n);
		int status = key ? add_key(p, key, e) : err_oom(e, "a key");
		free(key);
		from = end;
		if (status < 0 || *end == '\0')
			return status;
	}
}

/* ---- functions ---- */

/* Gives function number I the argument set with the arguments and the condition of the function. Makes a new set if
 * there is none. */
static void find_arg_set(struct plan *p, size_t i)
{
	const struct fold *f = &p->folds.folds[i];
	struct arg_set s = { .where = f->where, .numeric = f->type->numeric, .name = f->name };
	memcpy(s.args, f->args, sizeof s.args);
	size_t set = 0;
	/* Expressions with the same text have the same number. Functions of numbers never share a set with other
	 * functions, because their arguments are parsed to numbers. The other functions need the text of their
	 * arguments. */
	while (set < p->arg_set_count &&
		(p->arg_sets[set].where != s.where || p->arg_sets[set].numeric != s.numeric ||
			memcmp(p->arg_sets[set].args, s.args, sizeof s.args) != 0))
		set++;
	if (set == p->arg_set_count)
		p->arg_sets[p->arg_set_count++] = s;
	p->folds.arg_set_of[i] = set;
}

int plan_add_fold(struct plan *p, const char *text, struct err *e)
{
	struct fold_plan *folds = &p->folds;
	if (folds->fold_count == FOLDS_MAX)
		return err_set(e, EX_USAGE, "more than %d functions", FOLDS_MAX);
	struct fold *f = &folds->folds[folds->fold_count];
	/* If fold_parse() fails, F owns nothing, so there is nothing to free. */
	if (fold_parse(f, text, p->x, e) < 0)
		return -1;
	p->needs_time = p->needs_time || f->type->by_time;
	find_arg_set(p, folds->fold_count);
	p->results[p->result_count++] = (struct result_column){ .name = f->name, .fold = folds->fold_count++ };
	return 0;
}

/* Returns true if a function before function number I has the same check() and the same arguments. One call of check()
 * is then enough for both. */
static bool is_checked(const struct plan *p, size_t i)
{
	const struct fold_plan *folds = &p->folds;
	for (size_t k = 0; k < i; k++)
		if (folds->arg_set_of[k] == folds->arg_set_of[i] &&
			folds->folds[k].type->check == folds->folds[i].type->check)
			return true;
	return false;
}

/* Appends the arguments of set number N to plan.arguments. */
static void list_arguments(struct plan *p, size_t n)
{
	struct arg_set *s = &p->arg_sets[n];
	s->first = p->argument_count;
	for (size_t i = 0; i < FOLD_ARGS; i++)
		if (s->args[i] >= 0)
			p->arguments[p->argument_count++] = (struct argument){ .args_index = n * FOLD_ARGS + i,
				.expr = s->args[i],
				.current_text = exprs_text(p->x, s->args[i]),
				.numeric = s->numeric,
				.name = s->name };
	s->end = p->argument_count;
}

void plan_finish(struct plan *p)
{
	for (size_t i = 0; i < p->key_count; i++)
		p->keys[i].current_text = exprs_text(p->x, p->keys[i].expr);
	for (size_t i = 0; i < p->arg_set_count; i++)
		if (p->arg_sets[i].where < 0)
			list_arguments(p, i);
		else
			p->conditional[p->conditional_count++] = i;
	p->unconditional_count = p->argument_count;
	for (size_t i = 0; i < p->conditional_count; i++)
		list_arguments(p, p->conditional[i]);
	/* Functions of numbers accept every number, and functions that keep values accept all valid JSON. So their
	 * check() is needed only for events with another argument. A function that keeps values keeps its first
	 * argument, which is never a constant. So the first argument of its set is marked. */
	for (size_t i = 0; i < p->folds.fold_count; i++) {
		const struct fold *f = &p->folds.folds[i];
		size_t set = p->folds.arg_set_of[i];
		if (!f->type->check || is_checked(p, i))
			continue;
		bool numeric = p->arg_sets[set].numeric, keeps = f->type->check == fold_check_json;
		p->checks[p->check_count++] = (struct fold_check){ f, set, numeric };
		p->check_always = p->check_always || (!numeric && !keeps);
		if (keeps)
			p->arguments[p->arg_sets[set].first].kept = true;
	}
}
