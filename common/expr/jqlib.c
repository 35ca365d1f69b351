/* jqlib.c -- the one file that uses libjq.
 *
 * dlopen(3) loads libjq when the first expression needs it. The start of a program takes about one millisecond. If
 * libjq were linked, libjq and its library of regular expressions would add half a millisecond to each start.
 *
 * An expression cannot affect the process: `halt` and `input` are errors of the event, `debug` and `stderr` do nothing,
 * modules are not found, and this file catches the messages of libjq. A jv is a value of libjq with a reference count.
 * A function of libjq frees each jv that it is given, so a copy is passed if the value is still needed. */
#include "expr/jqlib.h"
#include "json/check.h"
#include <dlfcn.h>
#include <float.h>
#include <jq.h>
#include <jv.h>
#include <math.h>
#include <stddef.h>

/* This text precedes every program. It replaces functions of libjq 1.6 that crash or hang the process on some events:
 * INT64_MIN % -1 raises SIGFPE, a time beyond struct tm aborts the process, and a search for "" never ends. The new
 * `indices` calls jq's own function as _sp_indices. This works because _sp_indices is defined before the new `indices`.
 * The other functions _sp_* do the same. The text also adds round(f; n), and makes `stderr` do nothing. */
static const char prelude[] = "def _sp_mod(a; b): a % b;"
			      "def _mod(a; b): b as $b | a as $a | if ($a | type) == \"number\" and ($b | type) == "
			      "\"number\""
			      " and $b > -2 and $b <= -1 then _sp_mod($a; 1) else _sp_mod($a; $b) end;"
			      "def _sp_time: if type != \"number\" or (. > -6e16 and . < 6e16) then ."
			      " else error(\"time is out of range\") end;"
			      "def _sp_strftime(f): strftime(f);"
			      "def strftime(f): _sp_time | _sp_strftime(f);"
			      "def _sp_strflocaltime(f): strflocaltime(f);"
			      "def strflocaltime(f): _sp_time | _sp_strflocaltime(f);"
			      "def todateiso8601: strftime(\"%Y-%m-%dT%H:%M:%SZ\");"
			      "def todate: todateiso8601;"
			      "def date: todateiso8601;"
			      "def round(f; n): f as $x | n as $n | if $x == null then null"
			      " else pow(10; $n) as $p | ($x * $p | round) / $p end;"
			      "def _sp_indices($i): indices($i);"
			      "def indices($i): if type == \"string\" and $i == \"\" then [] else _sp_indices($i) end;"
			      "def index($i): indices($i) | .[0];"
			      "def rindex($i): indices($i) | .[-1];"
			      "def stderr: .;";

/* The user's program is compiled twice, with these texts before, between and after the two copies. Programs such as
 * `1; def f: 2` and `1) | (2` would change the text around them. The parentheses of the first copy make the former an
 * error, and the second copy, without parentheses, makes the latter an error. The newlines end a comment at the end of
 * the program.
 *
 * limit(2; ...) leaves the program after two values by jq's own `break`. Without limit(), libjq 1.6 aborts the process
 * if a program is started again while its earlier run is still inside path(). */
static const char before[] = "def _sp_expression: (";
static const char between[] = "\n); def _sp_syntax: ";
static const char after[] = "\n; limit(2; _sp_expression)";

/* The functions of libjq that are used, with the types from libjq's headers. */
struct api {
	__typeof__(jq_init) *init;
	__typeof__(jq_teardown) *teardown;
	__typeof__(jq_set_error_cb) *set_error_cb;
	__typeof__(jq_set_input_cb) *set_input_cb;
	__typeof__(jq_set_debug_cb) *set_debug_cb;
	__typeof__(jq_set_attr) *set_attr;
	__typeof__(jq_compile) *compile;
	__typeof__(jq_start) *start;
	__typeof__(jq_next) *next;
	__typeof__(jq_halted) *halted;
	__typeof__(jv_invalid_with_msg) *invalid;
	__typeof__(jv_array) *array;
	__typeof__(jv_string) *string;
	__typeof__(jv_parse_sized) *parse_sized;
	__typeof__(jv_get_kind) *get_kind;
	__typeof__(jv_copy) *copy;
	__typeof__(jv_free) *free;
	__typeof__(jv_number_value) *number_value;
	__typeof__(jv_string_value) *string_value;
	__typeof__(jv_string_length_bytes) *string_length;
	__typeof__(jv_dump_string) *dump_string;
	__typeof__(jv_invalid_has_msg) *has_msg;
	__typeof__(jv_invalid_get_msg) *get_msg;
};

/* The offset of each member of struct api, and the symbol whose address is stored there. */
static const struct {
	size_t offset;
	const char *name;
} names[] = {
	{ offsetof(struct api, init), "jq_init" },
	{ offsetof(struct api, teardown), "jq_teardown" },
	{ offsetof(struct api, set_error_cb), "jq_set_error_cb" },
	{ offsetof(struct api, set_input_cb), "jq_set_input_cb" },
	{ offsetof(struct api, set_debug_cb), "jq_set_debug_cb" },
	{ offsetof(struct api, set_attr), "jq_set_attr" },
	{ offsetof(struct api, compile), "jq_compile" },
	{ offsetof(struct api, start), "jq_start" },
	{ offsetof(struct api, next), "jq_next" },
	{ offsetof(struct api, halted), "jq_halted" },
	{ offsetof(struct api, invalid), "jv_invalid_with_msg" },
	{ offsetof(struct api, array), "jv_array" },
	{ offsetof(struct api, string), "jv_string" },
	{ offsetof(struct api, parse_sized), "jv_parse_sized" },
	{ offsetof(struct api, get_kind), "jv_get_kind" },
	{ offsetof(struct api, copy), "jv_copy" },
	{ offsetof(struct api, free), "jv_free" },
	{ offsetof(struct api, number_value), "jv_number_value" },
	{ offsetof(struct api, string_value), "jv_string_value" },
	{ offsetof(struct api, string_length), "jv_string_length_bytes" },
	{ offsetof(struct api, dump_string), "jv_dump_string" },
	{ offsetof(struct api, has_msg), "jv_invalid_has_msg" },
	{ offsetof(struct api, get_msg), "jv_invalid_get_msg" },
};
_Static_assert(sizeof names / sizeof *names == sizeof(struct api) / sizeof(void *), "one name each");

struct jqlib {
	void *handle;
	struct api api;
	jv event;  /* the current event, if READ is true */
	bool read; /* the current event was parsed */
};

struct jqprog {
	struct jqlib *lib; /* borrowed */
	jq_state *jq;
	char message[512]; /* libjq's first message since this array was cleared */
};

struct jqlib *jqlib_new(struct err *e)
{
	struct jqlib *q = calloc(1, sizeof *q);
	if (!q) {
		err_oom(e, "an expression");
		return NULL;
	}
	/* libjq registers functions that run at exit, so RTLD_NODELETE keeps libjq loaded until then. */
	q->handle = dlopen("libjq.so.1", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	bool all = q->handle != NULL;
	for (size_t i = 0; all && i < sizeof names / sizeof *names; i++) {
		void *f = dlsym(q->handle, names[i].name);
		/* ISO C cannot convert a void * to the address of a function. POSIX guarantees that both have the same
		 * representation, so the bytes are copied. */
		memcpy((char *)&q->api + names[i].offset, &f, sizeof f);
		all = f != NULL;
	}
	if (all)
		return q;
	err_set(e, EX_UNAVAILABLE, "needs libjq, which cannot be loaded (%s); install the package libjq1", dlerror());
	jqlib_free(q);
	return NULL;
}

void jqlib_event(struct jqlib *q)
{
	if (q->read)
		q->api.free(q->event);
	q->read = false;
}

/* The event is freed before libjq is closed, because the function that frees it is in libjq. */
void jqlib_free(struct jqlib *q)
{
	if (!q)
		return;
	jqlib_event(q);
	if (q->handle)
		dlclose(q->handle);
	free(q);
}

/* ---- compiling ---- */

/* The callback of libjq for errors. Stores the first message only. Removes "jq: error: " before the message, and the
 * position in `<top-level>` after it, which would count from the start of the prelude. Frees MESSAGE. */
static void keep_message(void *context, jv message)
{
	struct jqprog *p = context;
	const struct api *api = &p->lib->api;
	if (p->message[0] == '\0' && api->get_kind(message) == JV_KIND_STRING) {
		snprintf(p->message, sizeof p->message, "%s", api->string_value(message));
		static const char *const ends[] = { " (Unix shell", " at <top-level>", "\n" };
		for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
			char *end = strstr(p->message, ends[i]);
			if (end)
				*end = '\0';
		}
		static const char prefix[] = "jq: error: ";
		if (strncmp(p->message, prefix, sizeof prefix - 1) == 0)
			memmove(p->message, p->message + sizeof prefix - 1, strlen(p->message) - sizeof prefix + 2);
	}
	api->free(message);
}

/* The callback of libjq for `input`. Returns an error, because a program sees one event at a time. */
static jv no_input(jq_state *jq, void *context)
{
	const struct jqprog *p = context;
	(void)jq;
	return p->lib->api.invalid(p->lib->api.string("an event has no further inputs"));
}

/* The callback of libjq for `debug`. Ignores and frees MESSAGE. */
static void no_debug(void *context, jv message)
{
	const struct jqprog *p = context;
	p->lib->api.free(message);
}

/* Starts libjq for P and compiles TEXT after the prelude. Unless ALONE is true, TEXT is compiled twice, with the texts
 * `before`, `between` and `after`. The callbacks are set first, because the compiler calls keep_message() if TEXT has a
 * fault. Returns true if TEXT was compiled, otherwise false. If memory is exhausted, p->jq is NULL. */
static bool compile_text(struct jqprog *p, const char *text, bool alone)
{
	const struct api *api = &p->lib->api;
	size_t n = sizeof prelude + sizeof before + sizeof between + sizeof after + 2 * strlen(text);
	char *program = malloc(n);
	p->jq = program ? api->init() : NULL;
	if (!p->jq) {
		free(program);
		return false;
	}
	if (alone)
		snprintf(program, n, "%s%s", prelude, text);
	else
		snprintf(program, n, "%s%s%s%s%s%s", prelude, before, text, between, text, after);
	api->set_error_cb(p->jq, keep_message, p);
	/* libjq 1.6 leaves this callback and the next one uninitialised. */
	api->set_input_cb(p->jq, no_input, p);
	api->set_debug_cb(p->jq, no_debug, p);
	/* Set an empty search path for modules. Without one, libjq 1.6 looks for the directory of the jq program. */
	api->set_attr(p->jq, api->string("JQ_LIBRARY_PATH"), api->array());
	bool compiled = api->compile(p->jq, program);
	free(program);
	return compiled;
}

/* If TEXT has a fault, the message of jq may quote the texts that were put around TEXT. So TEXT is compiled once more
 * without them, and the second message is reported. */
struct jqprog *jqlib_compile(struct jqlib *q, const char *text, struct err *e)
{
	struct jqprog *p = calloc(1, sizeof *p);
	if (!p) {
		err_oom(e, "an expression");
		return NULL;
	}
	p->lib = q;
	if (compile_text(p, text, false))
		return p;
	char message[sizeof p->message];
	memcpy(message, p->message, sizeof message);
	p->message[0] = '\0';
	if (p->jq)
		q->api.teardown(&p->jq);
	bool alone = compile_text(p, text, true);
	if (!p->jq)
		err_oom(e, "an expression");
	else if (alone || !p->message[0])
		err_set(e, EX_USAGE, "%s", message[0] ? message : "jq cannot compile it");
	else
		err_set(e, EX_USAGE, "%s", p->message);
	jqprog_free(p);
	return NULL;
}

void jqprog_free(struct jqprog *p)
{
	if (!p)
		return;
	if (p->jq)
		p->lib->api.teardown(&p->jq);
	free(p);
}

/* ---- running ---- */

/* Sets E to MESSAGE, with which a program of jq failed, and frees MESSAGE. Always returns -1. */
static int set_jq_error(const struct api *api, jv message, struct err *e)
{
	if (api->get_kind(message) != JV_KIND_STRING)
		message = api->dump_string(message, 0);
	err_set(e, EX_DATAERR, "%s", api->string_value(message));
	api->free(message);
	return -1;
}

/* Parses EVENT, unless it was parsed for another expression. libjq 1.6 leaks memory on text that is not JSON. It
 * also accepts some texts that are not JSON. So EVENT is checked first. Returns 0; -1 with E set if EVENT is not
 * JSON. */
static int read_event(struct jqlib *q, struct span event, struct err *e)
{
	const char *end, *why;
	size_t at;
	if (!q->read && json_check_value(event, JSON_DEPTH_MAX, &end, &at, &why) < 0)
		return err_set(e, EX_DATAERR, "the event is not JSON: byte %zu: %s", at + 1, why);
	if (!q->read)
		q->event = q->api.parse_sized(event.p, (int)event.n);
	q->read = true;
	if (q->api.get_kind(q->event) != JV_KIND_INVALID)
		return 0;
	return set_jq_error(&q->api, q->api.get_msg(q->api.copy(q->event)), e);
}

/* Sets *OUT to V. A number becomes a computed number, so that it is written like native numbers. Anything else becomes
 * JSON text in ARENA. Frees V. Returns 0; -1 with E set if ARENA is full. */
static int value_from_jv(const struct api *api, jv v, struct arena *arena, struct value *out, struct err *e)
{
	/* jv_kind and enum json_type have the same order. */
	*out = (struct value){ .type = JSON_NULL + (api->get_kind(v) - JV_KIND_NULL) };
	if (out->type == JSON_NUMBER) {
		double d = api->number_value(v);
		api->free(v);
		if (isnan(d)) { /* jq writes NaN as null */
			*out = (struct value){ .type = JSON_NULL, .text = SPAN("null") };
			return 0;
		}
		out->is_num = true;
		out->num = num_from_double(isinf(d) ? copysign(DBL_MAX, d) : d);
		return 0;
	}
	jv text = api->dump_string(v, 0);
	struct span s = { api->string_value(text), (size_t)api->string_length(api->copy(text)) };
	out->text = arena_copy(arena, s);
	api->free(text);
	return out->text.p ? 0 : err_set(e, EX_OSERR, "computed text of one event is over 64 MiB");
}

/* Checks that P gives no second value and did not end in an error or by `halt`. After a second value, runs P
 * to its end, so that P can be started again. Returns 0; -1 with E set. */
static int check_last(struct jqprog *p, struct err *e)
{
	const struct api *api = &p->lib->api;
	jv second = api->next(p->jq);
	if (api->get_kind(second) != JV_KIND_INVALID) {
		api->free(second);
		api->free(api->next(p->jq));
		return err_set(e, EX_DATAERR, "gives several values; one is wanted");
	}
	bool error = api->has_msg(api->copy(second));
	if (error)
		return set_jq_error(api, api->get_msg(second), e);
	api->free(second);
	return api->halted(p->jq) ? err_set(e, EX_DATAERR, "may not halt") : 0;
}

/* Keeps the first value until it is known that no second one follows. */
int jqprog_run(struct jqprog *p, struct span event, struct arena *arena, struct value *out, struct err *e)
{
	const struct api *api = &p->lib->api;
	if (event.n > INT32_MAX) /* jv_parse_sized() takes an int */
		return err_set(e, EX_DATAERR, "event is over 2 GiB");
	if (read_event(p->lib, event, e) < 0)
		return -1;
	p->message[0] = '\0';
	api->start(p->jq, api->copy(p->lib->event), 0);
	jv first = api->next(p->jq);
	if (api->get_kind(first) != JV_KIND_INVALID) {
		int r = check_last(p, e);
		if (r == 0)
			return value_from_jv(api, first, arena, out, e);
		api->free(first);
		return r;
	}
	if (api->has_msg(api->copy(first)))
		return set_jq_error(api, api->get_msg(first), e);
	api->free(first);
	if (api->halted(p->jq))
		return err_set(e, EX_DATAERR, "may not halt");
	*out = (struct value){ .type = JSON_NULL, .text = SPAN("null") };
	return 0;
}
