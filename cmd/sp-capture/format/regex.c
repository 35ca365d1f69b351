/* regex.c -- searches each line for a Perl-compatible regular expression (--pattern). The text of each named group of
 * the pattern becomes a member of the event.
 *
 * PCRE2 (pcre2api(3)) compiles the pattern to machine code (JIT). On a processor for which PCRE2 has no compiler, it
 * interprets the pattern. Each search has limits of steps and of memory. If the pattern backtracks too much on a line,
 * the line is rejected, and the next line is read. No other file uses PCRE2. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "json/json.h"
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_build.h"
#include "sp-capture/format/table.h"
#include <pcre2.h>
#include <stdlib.h>

enum {
	STEPS_MAX = 1000000,     /* limit of one search in steps; a million steps take some 10 ms */
	STACK_FIRST = 32 << 10,  /* initial size of the stack that machine code uses, in bytes */
	STACK_MAX = 1 << 20,     /* size to which this stack may grow, in bytes */
	HEAP_MAX_KIB = 20 << 10, /* limit of the heap that an interpreted search uses, in KiB */
	MESSAGE_MAX = 160,       /* size of the buffer for a message of PCRE2, in bytes */
};
_Static_assert(STEPS_MAX == 1000000, "the reason that no_match() gives names this number");

struct regex_group {
	/* The text before the value in an event, such as '{"name":' or ',"name":'. KEY is a part of
	 * regex_decoder.keys. */
	struct span key;
	uint32_t number; /* the number of the group in the pattern */
};

struct regex_decoder {
	size_t max;
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	struct regex_group *groups; /* the named groups, in the order of their numbers; owned */
	uint32_t group_count;
	size_t fixed; /* the most bytes that an event needs in addition to the text of its groups */
	/* OUT holds the event. KEYS holds the keys of all groups, one after the other. */
	struct buf out, keys;
};

/* Writes PCRE2's message for the error CODE to OUT. Returns OUT. */
static const char *message_of(int code, char out[MESSAGE_MAX])
{
	if (pcre2_get_error_message(code, (PCRE2_UCHAR *)out, MESSAGE_MAX) < 0)
		snprintf(out, MESSAGE_MAX, "error %d of PCRE2", code);
	return out;
}

/* Compiles PATTERN and sets the limits of its searches. Returns 0; or -1 with EX_USAGE or EX_OSERR. */
static int compile(struct regex_decoder *d, const char *pattern, struct err *e)
{
	int code;
	PCRE2_SIZE at;
	char text[MESSAGE_MAX];
	/* PCRE2_NEVER_BACKSLASH_C forbids \C, which matches a single byte. With \C a group could end inside a
	 * character, and the text of the group would not be UTF-8. */
	d->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &code,
		&at, NULL);
	if (!d->code)
		return err_set(e, EX_USAGE, "--pattern: %s at byte %zu", message_of(code, text), (size_t)at + 1);
	/* The result is ignored: without a compiler for this processor, PCRE2 interprets the pattern. */
	(void)pcre2_jit_compile(d->code, PCRE2_JIT_COMPLETE);
	d->match = pcre2_match_data_create_from_pattern(d->code, NULL);
	d->context = pcre2_match_context_create(NULL);
	d->stack = pcre2_jit_stack_create(STACK_FIRST, STACK_MAX, NULL);
	if (!d->match || !d->context || !d->stack)
		return err_oom(e, "the pattern");
	/* The limit of steps holds for machine code and for interpreted searches. Interpreted searches use memory of
	 * the heap, and machine code uses d->stack. */
	pcre2_set_match_limit(d->context, STEPS_MAX);
	pcre2_set_heap_limit(d->context, HEAP_MAX_KIB);
	pcre2_jit_stack_assign(d->context, NULL, d->stack);
	return 0;
}

/* Compares groups for qsort() by their numbers, which follow the order in the pattern. PCRE2's table is sorted by
 * name. */
static int compare_groups(const void *a, const void *b)
{
	const struct regex_group *x = a, *y = b;
	return x->number < y->number ? -1 : x->number > y->number;
}

/* Builds the key of each group, which every event copies. Before the call the key of a group must be only its name.
 * Returns 0, or -1 if memory is exhausted. */
static int write_keys(struct regex_decoder *d)
{
	for (uint32_t i = 0; i < d->group_count; i++) {
		struct span *key = &d->groups[i].key;
		size_t start = d->keys.n;
		if (buf_addc(&d->keys, i ? ',' : '{') < 0 || json_quote(*key, &d->keys) < 0 ||
			buf_addc(&d->keys, ':') < 0)
			return -1;
		key->n = d->keys.n - start;
	}
	/* This loop sets the pointers after all keys are written, because the buffer may move while it grows. */
	size_t offset = 0;
	for (uint32_t i = 0; i < d->group_count; i++) {
		d->groups[i].key.p = d->keys.p + offset;
		offset += d->groups[i].key.n;
	}
	d->fixed = d->keys.n + 8 * (size_t)d->group_count;
	return 0;
}

/* Sets d->groups to the named groups of the pattern. Returns 0. Returns -1 with EX_USAGE if there is no named group or
 * if two groups have the same name, and -1 with EX_OSERR if memory is exhausted. */
static int find_groups(struct regex_decoder *d, struct err *e)
{
	uint32_t entry;
	PCRE2_SPTR table;
	pcre2_pattern_info(d->code, PCRE2_INFO_NAMECOUNT, &d->group_count);
	pcre2_pattern_info(d->code, PCRE2_INFO_NAMEENTRYSIZE, &entry);
	pcre2_pattern_info(d->code, PCRE2_INFO_NAMETABLE, &table);
	if (d->group_count == 0)
		return err_set(e, EX_USAGE,
			"--pattern: no named group: write (?<name>...) around each part that is to be a field");
	d->groups = calloc(d->group_count, sizeof *d->groups);
	if (!d->groups)
		return err_oom(e, "the pattern");
	/* An entry of PCRE2's table has the number of the group in two bytes, big-endian, and then its name with a NUL
	 * (pcre2api(3)). */
	for (uint32_t i = 0; i < d->group_count; i++, table += entry) {
		d->groups[i].number = (uint32_t)(table[0] << 8 | table[1]);
		d->groups[i].key = span_of((const char *)table + 2);
		/* PCRE2 allows two groups of the same name with (?J) and in (?|...). */
		for (uint32_t j = 0; j < i; j++)
			if (span_eq(d->groups[i].key, d->groups[j].key))
				return err_set(e, EX_USAGE, "--pattern: two groups are named '%s'", d->groups[i].key.p);
	}
	qsort(d->groups, d->group_count, sizeof *d->groups, compare_groups);
	return write_keys(d) < 0 ? err_oom(e, "the pattern") : 0;
}

static void regex_close(struct decoder *decoder)
{
	struct regex_decoder *d = (struct regex_decoder *)decoder;
	if (d) {
		pcre2_match_data_free(d->match);
		pcre2_match_context_free(d->context);
		pcre2_jit_stack_free(d->stack);
		pcre2_code_free(d->code);
		free(d->groups);
		buf_release(&d->out);
		buf_release(&d->keys);
	}
	free(d);
}

static int regex_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	*out = NULL;
	if (!o->pattern)
		return err_set(e, EX_USAGE, "--format regex needs --pattern");
	struct regex_decoder *d = calloc(1, sizeof *d);
	if (!d)
		return err_oom(e, "a decoder");
	d->max = o->max_event;
	buf_init(&d->out, SIZE_MAX / 2);
	buf_init(&d->keys, SIZE_MAX / 2);
	if (compile(d, o->pattern, e) < 0 || find_groups(d, e) < 0) {
		regex_close((struct decoder *)d);
		return -1;
	}
	*out = (struct decoder *)d;
	return 0;
}

/* Rejects OUT because pcre2_match() has returned CODE, which is negative. Returns NEXT_REJECTED. */
static int no_match(struct record *out, int code)
{
	char text[MESSAGE_MAX];
	switch (code) {
	case PCRE2_ERROR_NOMATCH: return record_reject(out, "no match", "does not match --pattern");
	/* These codes mean that a limit was reached. With more steps or more memory the line might match. */
	case PCRE2_ERROR_MATCHLIMIT:
	case PCRE2_ERROR_JIT_STACKLIMIT:
	case PCRE2_ERROR_HEAPLIMIT:
	case PCRE2_ERROR_DEPTHLIMIT:
		return record_reject(out, "pattern too slow",
			"--pattern backtracks too much on this line (%s): make its repeats possessive or more exact",
			code == PCRE2_ERROR_MATCHLIMIT             ? "1,000,000 steps" :
				code == PCRE2_ERROR_JIT_STACKLIMIT ? "out of stack" :
				code == PCRE2_ERROR_HEAPLIMIT      ? "out of memory" :
								     "nested too deeply");
	default: return record_reject(out, "no match", "--pattern fails: %s", message_of(code, text));
	}
}

static int regex_next(struct decoder *decoder, struct reader *in, struct record *out, struct err *e)
{
	struct regex_decoder *d = (struct regex_decoder *)decoder;
	unsigned bytes;
	int r = decode_line_next(in, false, out, &bytes, e);
	if (r != NEXT_EVENT)
		return r;
	/* PCRE2 need not check that the line is UTF-8, because decode_line_next() has checked the line. */
	int count = pcre2_match(d->code, (PCRE2_SPTR)out->raw.p, out->raw.n, 0, PCRE2_NO_UTF_CHECK, d->match,
		d->context);
	if (count < 0)
		return no_match(out, count);
	/* Groups can overlap, for example in look-aheads, so the text of all groups can be much longer than the line.
	 * OFFSETS has the start and the end of each group, by the number of the group. A group should never end before
	 * its start. The comparison only keeps the subtraction from going below 0. */
	const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(d->match);
	size_t text = 0;
	for (uint32_t i = 0; i < d->group_count; i++) {
		uint32_t g = d->groups[i].number;
		if (g < (uint32_t)count && offsets[2 * g] != PCRE2_UNSET && offsets[2 * g + 1] > offsets[2 * g])
			text += offsets[2 * g + 1] - offsets[2 * g];
	}
	if (text > d->max)
		return record_reject(out, "event too long", "makes an event of more than %zu bytes (see --max-event)",
			d->max);
	char *to = json_build_room(&d->out, d->fixed + 8, text, e);
	if (!to)
		return NEXT_ERROR;
	/* PLAIN is true if no byte of the line needs an escape in JSON. */
	bool plain = !(bytes & (BYTES_CONTROL | BYTES_SLASH | BYTES_QUOTE));
	for (uint32_t i = 0; i < d->group_count; i++) {
		uint32_t g = d->groups[i].number;
		to = json_build_raw(to, d->groups[i].key);
		/* A group that is not part of the match, such as a group of another alternative, becomes null. */
		bool set = g < (uint32_t)count && offsets[2 * g] != PCRE2_UNSET && offsets[2 * g + 1] >= offsets[2 * g];
		to = set ? json_build_value(to,
				   (struct span){ out->raw.p + offsets[2 * g], offsets[2 * g + 1] - offsets[2 * g] },
				   plain) :
			   JSON_BUILD_RAW(to, "null");
	}
	*to++ = '}';
	return json_build_event(out, &d->out, to, d->max);
}

const struct format format_regex = {
	.name = "regex",
	.help = "lines taken apart by --pattern, a Perl-compatible regular expression",
	.flags = FORMAT_PATTERN,
	.open = regex_open,
	.next = regex_next,
	.close = regex_close,
	.position = decode_line_position,
	.seek = decode_line_seek,
};
