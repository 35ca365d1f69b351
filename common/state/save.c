/* save.c -- state as bytes (save.h). */
#include "state/save.h"
#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAVE_BUFFER = 1 << 20 };

int save_init(struct save *s, int (*write)(void *arg, const void *p, size_t n, struct err *e), void *arg, struct err *e)
{
	*s = (struct save){ .write = write, .arg = arg, .cap = SAVE_BUFFER };
	s->p = malloc(s->cap);
	return s->p ? 0 : err_oom(e, "the buffer of a snapshot");
}

void save_release(struct save *s)
{
	free(s->p);
	*s = (struct save){ .failed = true };
}

void save_fail(struct save *s, const struct err *e)
{
	if (s->failed)
		return;
	s->failed = true;
	s->error = *e;
}

/* Empties the buffer. */
static void save_flush(struct save *s)
{
	struct err e = ERR_INIT;
	size_t n = s->n;
	s->n = 0;
	if (!s->failed && n > 0 && s->write(s->arg, s->p, n, &e) < 0)
		save_fail(s, &e);
}

int save_finish(struct save *s, struct err *e)
{
	save_flush(s);
	if (!s->failed)
		return 0;
	*e = s->error;
	return -1;
}

/* Called if the bytes do not fit into the rest of the buffer, or N is 0. After an error the inline functions still fill
 * the buffer. It is emptied here, and its bytes are dropped. */
void save_bytes_slowly(struct save *s, const void *p, size_t n)
{
	struct err e = ERR_INIT;
	s->bytes += n;
	if (n > s->cap - s->n)
		save_flush(s);
	if (s->failed || n == 0)
		return;
	if (n <= s->cap - s->n) {
		memcpy(s->p + s->n, p, n);
		s->n += n;
	} else if (s->write(s->arg, p, n, &e) < 0) {
		save_fail(s, &e);
	}
}

void save_u64_slowly(struct save *s, uint64_t v)
{
	unsigned char bytes[SAVE_VARINT];
	size_t n = 0;
	for (; v >= 0x80; v >>= 7)
		bytes[n++] = (unsigned char)(v | 0x80);
	bytes[n++] = (unsigned char)v;
	save_bytes_slowly(s, bytes, n);
}

void save_double(struct save *s, double v)
{
	uint64_t bits;
	memcpy(&bits, &v, sizeof bits);
	save_words(s, &bits, 1);
}

void save_words(struct save *s, const uint64_t *words, size_t n)
{
	/* On most machines the bytes are in the right order already. */
	if (htole64(1) == 1) {
		save_bytes(s, words, n * sizeof *words);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t v = htole64(words[i]);
		save_bytes(s, &v, sizeof v);
	}
}

/* After a 0 comes the number of zeros that follow it. */
void save_counts(struct save *s, const uint64_t *counts, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t begin = i;
		save_u64(s, counts[i++]);
		if (counts[begin])
			continue;
		while (i < n && counts[i] == 0)
			i++;
		save_u64(s, i - begin - 1);
	}
}

/* ---- reading ---- */

void load_fail(struct load *l, const char *why)
{
	if (l->failed)
		return;
	l->failed = true;
	l->why = why;
	l->p = l->end; /* so that nothing more is read */
}

int load_finish(struct load *l, struct err *e)
{
	if (!l->failed && l->p != l->end)
		load_fail(l, "bytes are left over");
	return l->failed ? err_set(e, EX_DATAERR, "%s", l->why) : 0;
}

uint64_t load_u64(struct load *l)
{
	uint64_t v = 0;
	for (unsigned shift = 0; l->p < l->end; shift += 7) {
		unsigned char c = *l->p++;
		if (shift == 63 && c > 1)
			break;
		v |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80)
			return v;
	}
	load_fail(l, "a number is cut off or too large");
	return 0;
}

int64_t load_i64(struct load *l)
{
	uint64_t v = load_u64(l);
	return (int64_t)(v & 1 ? ~(v >> 1) : v >> 1);
}

uint64_t load_max(struct load *l, uint64_t max)
{
	uint64_t v = load_u64(l);
	if (v <= max)
		return v;
	load_fail(l, "a number is out of range");
	return 0;
}

bool load_bool(struct load *l)
{
	return load_max(l, 1) != 0;
}

size_t load_count(struct load *l, size_t least)
{
	return (size_t)load_max(l, (size_t)(l->end - l->p) / least);
}

struct span load_bytes(struct load *l, size_t n)
{
	struct span s = { (const char *)l->p, n };
	if (n > (size_t)(l->end - l->p)) {
		load_fail(l, "the end is missing");
		return (struct span){ "", 0 };
	}
	l->p += n;
	return s;
}

struct span load_span(struct load *l)
{
	return load_bytes(l, load_count(l, 1));
}

double load_double(struct load *l)
{
	uint64_t bits;
	double v;
	load_words(l, &bits, 1);
	memcpy(&v, &bits, sizeof v);
	if (isfinite(v))
		return v;
	load_fail(l, "a number is not finite");
	return 0;
}

void load_words(struct load *l, uint64_t *to, size_t n)
{
	struct span bytes = load_bytes(l, n * sizeof *to);
	if (load_failed(l)) {
		memset(to, 0, n * sizeof *to);
		return;
	}
	memcpy(to, bytes.p, bytes.n);
	for (size_t i = 0; htole64(1) != 1 && i < n; i++)
		to[i] = le64toh(to[i]);
}

void load_counts(struct load *l, uint64_t *to, size_t n)
{
	memset(to, 0, n * sizeof *to);
	for (size_t i = 0; i < n && !load_failed(l);) {
		to[i] = load_u64(l);
		i += to[i] ? 1 : 1 + (size_t)load_max(l, n - i - 1);
	}
	if (load_failed(l))
		memset(to, 0, n * sizeof *to);
}
