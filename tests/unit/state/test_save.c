/* test_save.c -- state as bytes: every field comes back, errors are sticky, and damaged bytes never lead astray. */
#include "check.h"
#include "random.h"
#include "state/save.h"

/* What was written, and after how many bytes the writing fails. */
struct sink {
	char *p;
	size_t n, cap, fail_at;
	int calls;
};

static int take(void *arg, const void *p, size_t n, struct err *e)
{
	struct sink *k = arg;
	k->calls++;
	if (k->n + n > k->fail_at)
		return err_set(e, EX_IOERR, "full at %zu", k->n);
	if (k->n + n > k->cap) {
		k->cap = (k->n + n) * 2;
		k->p = realloc(k->p, k->cap);
		if (!k->p)
			exit(1);
	}
	memcpy(k->p + k->n, p, n);
	k->n += n;
	return 0;
}

static void test_bytes(void)
{
	/* The form is fixed: files of older versions have it. */
	struct sink k = { .fail_at = SIZE_MAX };
	struct save s;
	struct err e = ERR_INIT;
	CHECK_EQ(save_init(&s, take, &k, &e), 0);
	save_u64(&s, 0), save_u64(&s, 127), save_u64(&s, 128), save_u64(&s, 300), save_u64(&s, UINT64_MAX);
	save_i64(&s, 0), save_i64(&s, -1), save_i64(&s, 1), save_i64(&s, INT64_MAX), save_i64(&s, INT64_MIN);
	save_bool(&s, true), save_bool(&s, false);
	save_span(&s, SPAN("ab")), save_span(&s, SPAN_NONE), save_bytes(&s, "xyz", 3), save_bytes(&s, NULL, 0);
	static const unsigned char expected[] = "\x00\x7f\x80\x01\xac\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
						"\x00\x01\x02\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"
						"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
						"\x01\x00\x02"
						"ab\x00xyz";
	CHECK_EQ(s.bytes, sizeof expected - 1);
	CHECK_EQ(save_finish(&s, &e), 0);
	CHECK_EQ(k.n, sizeof expected - 1);
	CHECK(k.n == sizeof expected - 1 && memcmp(k.p, expected, k.n) == 0);
	CHECK_EQ(k.calls, 1);
	save_release(&s);
	save_u64(&s, 1), save_span(&s, SPAN("x")); /* a released one takes nothing and does no harm */
	struct load l = load_from((struct span){ k.p, k.n });
	CHECK(load_u64(&l) == 0 && load_u64(&l) == 127 && load_u64(&l) == 128 && load_u64(&l) == 300 &&
		load_u64(&l) == UINT64_MAX);
	CHECK(load_i64(&l) == 0 && load_i64(&l) == -1 && load_i64(&l) == 1 && load_i64(&l) == INT64_MAX &&
		load_i64(&l) == INT64_MIN);
	CHECK(load_bool(&l) && !load_bool(&l));
	CHECK(span_eq(load_span(&l), SPAN("ab")) && load_span(&l).n == 0 && span_eq(load_bytes(&l, 3), SPAN("xyz")));
	CHECK_EQ(load_finish(&l, &e), 0);
	/* Every cut is found. */
	for (size_t n = 0; n < k.n; n++) {
		CHECK_ROW("cut to %zu bytes", n);
		l = load_from((struct span){ k.p, n });
		for (int i = 0; i < 5; i++)
			(void)load_u64(&l);
		for (int i = 0; i < 5; i++)
			(void)load_i64(&l);
		(void)load_bool(&l), (void)load_bool(&l), (void)load_span(&l), (void)load_span(&l);
		struct span last = load_bytes(&l, 3);
		CHECK(load_failed(&l) && last.n == 0 && last.p);
		CHECK_EQ(load_finish(&l, &e), -1);
		CHECK_EQ(e.status, EX_DATAERR);
	}
	free(k.p);
}

/* Random fields, so many that the buffer of 1 MiB is emptied in the middle of fields of every length. */
static void test_random(void)
{
	static char long_text[3 << 20];
	struct sink k = { .fail_at = SIZE_MAX };
	struct save s;
	struct err e = ERR_INIT;
	enum { FIELDS = 700000 };
	memset(long_text, 'x', sizeof long_text);
	random_restart(7);
	CHECK_EQ(save_init(&s, take, &k, &e), 0);
	for (int i = 0; i < FIELDS; i++) {
		uint64_t r = random_next(), v = random_next() >> r % 64;
		save_u64(&s, v);
		save_i64(&s, (int64_t)(random_next() >> r % 64));
		save_span(&s, (struct span){ long_text, i % 100000 == 7 ? sizeof long_text : v % 16 });
	}
	CHECK_EQ(save_finish(&s, &e), 0);
	CHECK_EQ(s.bytes, k.n);
	save_release(&s);
	random_restart(7);
	struct load l = load_from((struct span){ k.p, k.n });
	bool same = true;
	for (int i = 0; i < FIELDS && same; i++) {
		uint64_t r = random_next(), v = random_next() >> r % 64;
		same = load_u64(&l) == v && load_i64(&l) == (int64_t)(random_next() >> r % 64);
		same = same && load_span(&l).n == (i % 100000 == 7 ? sizeof long_text : v % 16);
	}
	CHECK(same);
	CHECK_EQ(load_finish(&l, &e), 0);
	free(k.p);
}

static void test_save_errors(void)
{
	struct sink k = { .fail_at = 2 << 20 };
	struct save s;
	struct err e = ERR_INIT, mine = ERR_INIT;
	CHECK_EQ(save_init(&s, take, &k, &e), 0);
	for (int i = 0; i < 1000000; i++)
		save_span(&s, SPAN("0123456789"));
	CHECK(s.failed);
	CHECK_EQ(k.calls, 3); /* the third failed; after it, nothing is written */
	CHECK_EQ(save_finish(&s, &e), -1);
	CHECK_EQ(e.status, EX_IOERR);
	CHECK_EQ(k.calls, 3);
	err_set(&mine, EX_SOFTWARE, "another");
	save_fail(&s, &mine); /* the first error stays */
	CHECK_EQ(save_finish(&s, &e), -1);
	CHECK_EQ(e.status, EX_IOERR);
	save_release(&s);
	CHECK_EQ(save_init(&s, take, &k, &e), 0);
	save_u64(&s, 7);
	save_fail(&s, &mine);
	CHECK_EQ(save_finish(&s, &e), -1);
	CHECK_STR(e.msg, "another");
	CHECK_EQ(k.calls, 3);
	save_release(&s);
	free(k.p);
}

static void test_load_errors(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		bool fails;
	} numbers[] = {
		{ "", 0, true },
		{ "\x80", 1, true },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, false },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, true }, /* more than 64 bits */
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00", 11, true },
		{ "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 11, true },
	};
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		CHECK_ROW("row %zu", i);
		struct load l = load_from((struct span){ numbers[i].bytes, numbers[i].n });
		(void)load_u64(&l);
		CHECK_EQ(load_failed(&l), numbers[i].fails);
	}
	/* A number of things that cannot be there. */
	struct load l = load_from(SPAN("\x05"
				       "abcdefgh"));
	CHECK_EQ(load_count(&l, 2), 0);
	CHECK(load_failed(&l));
	l = load_from(SPAN("\x04"
			   "abcdefgh"));
	CHECK_EQ(load_count(&l, 2), 4);
	l = load_from(SPAN("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
	CHECK_EQ(load_span(&l).n, 0);
	CHECK(load_failed(&l));
	l = load_from(SPAN("\x02"));
	CHECK(!load_bool(&l) && load_failed(&l));
	l = load_from(SPAN("\x07\x08"));
	CHECK(load_max(&l, 7) == 7 && load_max(&l, 7) == 0 && load_failed(&l));
	/* After an error all is empty, and the first reason stays. */
	struct err e = ERR_INIT;
	load_fail(&l, "later");
	CHECK(load_u64(&l) == 0 && load_i64(&l) == 0 && load_span(&l).n == 0 && load_bytes(&l, 1).n == 0);
	CHECK_EQ(load_finish(&l, &e), -1);
	CHECK_STR(e.msg, "a number is out of range");
	l = load_from(SPAN("\x07\x08"));
	(void)load_u64(&l);
	CHECK_EQ(load_finish(&l, &e), -1);
	CHECK_STR(e.msg, "bytes are left over");
}

int main(void)
{
	test_bytes();
	test_random();
	test_save_errors();
	test_load_errors();
	return check_end();
}
