/* test_fold_save.c -- states that are saved and loaded: they go on as if they had not been, and damaged bytes fail. */
#include "fold/fold_check.h"
#include "fold/registry.h"
#include "fold/saved_bytes.h"
#include "fold/saved_state.h"

/* The events of one test, {"x":NUMBER,"y":VALUE}, with event times that are not in order. */
struct stream {
	struct event events[EVENTS_MAX];
	char text[EVENTS_MAX][SAVED_EVENT_MAX];
	int n;
};

static void stream_fill(struct stream *s, int n, unsigned kinds)
{
	s->n = n;
	for (int i = 0; i < n; i++) {
		random_event(s->text[i], kinds);
		s->events[i] = (struct event){ 1000 * (int64_t)random_below(20), s->text[i] };
	}
}

/* Adds the events from number FROM on. */
static void stream_feed(const struct stream *t, int from, struct state *s, const struct fold *f, struct exprs *x)
{
	struct err e = ERR_INIT;
	for (int i = from; i < t->n; i++)
		feed(s, f, x, &t->events[i], (uint64_t)i, &e);
}

static void check_result(const struct fold *f, struct state *s, const char *want)
{
	struct buf out;
	buf_init(&out, FOLD_RESULT_MAX);
	fold_result(f, s, &out);
	CHECK_STR(out.p, want);
	buf_release(&out);
}

/* Cuts the stream at every event. One state is reloaded at each cut. Another is saved at each cut, but goes on. Copies
 * are loaded at each cut, and get the rest of the stream. All have the result WANT. */
static void check_cuts(const struct stream *t, const struct fold *f, struct exprs *x, const char *want)
{
	struct err e = ERR_INIT;
	struct state reloaded, saved, copy;
	state_init(&reloaded, f);
	state_init(&saved, f);
	for (int i = 0; i < t->n; i++) {
		struct buf bytes;
		CHECK_ROW("cut before event %d", i);
		state_reload(f, &reloaded);
		state_save(f, &saved, &bytes);
		CHECK(state_load(f, &copy, buf_span(&bytes)));
		stream_feed(t, i, &copy, f, x);
		check_result(f, &copy, want);
		state_free(&copy, f);
		buf_release(&bytes);
		feed(&reloaded, f, x, &t->events[i], (uint64_t)i, &e);
		feed(&saved, f, x, &t->events[i], (uint64_t)i, &e);
	}
	state_reload(f, &reloaded);
	check_result(f, &reloaded, want);
	check_result(f, &saved, want);
	/* Results may move values in a state; such a state can be saved as well. */
	state_reload(f, &saved);
	check_result(f, &saved, want);
	state_free(&reloaded, f);
	state_free(&saved, f);
}

/* Divides the stream among parts that are reloaded now and then, and merges them in random order into WANT. */
static void check_reloaded_parts(const struct stream *t, const struct fold *f, struct exprs *x, const char *want)
{
	struct err e = ERR_INIT;
	struct state parts[3];
	for (int i = 0; i < 3; i++)
		state_init(&parts[i], f);
	for (int i = 0; i < t->n; i++) {
		struct state *part = &parts[random_below(3)];
		feed(part, f, x, &t->events[i], (uint64_t)i, &e);
		if (random_below(4) == 0)
			state_reload(f, part);
	}
	unsigned into = random_below(3), step = 1 + random_below(2);
	for (unsigned i = 1; i < 3; i++) {
		struct state *from = &parts[(into + i * step) % 3];
		CHECK(f->type->merge(f, parts[into].at, &parts[into].pool, from->at, &from->pool) == 0);
		state_reload(f, &parts[into]);
	}
	check_result(f, &parts[into], want);
	for (int i = 0; i < 3; i++)
		state_free(&parts[i], f);
}

/* A fold that is made from TEXT, with its expressions. */
static void fold_open(struct fold *f, struct exprs **x, const char *text)
{
	struct err e = ERR_INIT;
	*x = exprs_new(&e);
	CHECK(fold_parse(f, text, *x, &e) == 0);
}

static void fold_close(struct fold *f, struct exprs *x)
{
	fold_release(f);
	exprs_free(x);
}

static void test_cuts(void)
{
	static struct stream t;
	for (size_t i = 0; i < SAVED_COLUMNS; i++) {
		struct fold f;
		struct exprs *x;
		fold_open(&f, &x, saved_columns[i]);
		for (unsigned round = 0; round < 6; round++) {
			struct state whole;
			struct buf want;
			static const unsigned kinds[] = { 1, 2, 3, 4, 7, 8 };
			CHECK_ROW("%s, %u kinds of numbers", saved_columns[i], kinds[round]);
			stream_fill(&t, 1 + (int)random_below(60), kinds[round]);
			state_init(&whole, &f);
			stream_feed(&t, 0, &whole, &f, x);
			buf_init(&want, FOLD_RESULT_MAX);
			fold_result(&f, &whole, &want);
			check_cuts(&t, &f, x, want.p);
			check_reloaded_parts(&t, &f, x, want.p);
			buf_release(&want);
			state_free(&whole, &f);
		}
		fold_close(&f, x);
	}
}

/* Sets and sketches take other forms when they are large: many slots and values that wait for theirs, registers. */
static void test_large(void)
{
	static const char *const columns[] = { "n=count_distinct(.y)", "n=approx_distinct(.y)", "n=median(.x)",
		"n=approx_quantile(.x, 0.5)", "n=topk(.y, 3)", "n=collect_set(.x)", "n=collect(.x)" };
	for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
		enum { VALUES = 12000 };
		CHECK_ROW("%s", columns[c]);
		struct err e = ERR_INIT;
		struct fold f;
		struct exprs *x;
		struct state whole, cut;
		struct buf want;
		fold_open(&f, &x, columns[c]);
		state_init(&whole, &f);
		state_init(&cut, &f);
		for (int i = 0; i < VALUES; i++) {
			char text[100];
			snprintf(text, sizeof text, "{\"x\":%d.%u,\"y\":\"%s%d\"}", i * 7 % 1009, random_below(100),
				i % 50 ? "" : "a value of some length ", i * 3 / 2);
			const struct event ev = { i, text };
			feed(&whole, &f, x, &ev, (uint64_t)i, &e);
			feed(&cut, &f, x, &ev, (uint64_t)i, &e);
			if (random_below(400) == 0)
				state_reload(&f, &cut);
		}
		buf_init(&want, FOLD_RESULT_MAX);
		fold_result(&f, &whole, &want);
		check_result(&f, &cut, want.p);
		buf_release(&want);
		state_free(&whole, &f);
		state_free(&cut, &f);
		fold_close(&f, x);
	}
}

/* ---- damaged bytes ---- */

/* Uses a state that was loaded from damaged bytes without an error. Nothing is known about its results, but nothing
 * may crash, and the state must be releasable. */
static void use_damaged(const struct fold *f, struct exprs *x, struct state *s)
{
	struct err e = ERR_INIT;
	struct buf out;
	struct state other;
	buf_init(&out, FOLD_RESULT_MAX);
	(void)f->type->result(f, s->at, &s->pool, &out);
	buf_release(&out);
	feed(s, f, x, &(struct event){ 5000, "{\"x\":-1.5e300,\"y\":\"a\"}" }, 1000000, &e);
	state_init(&other, f);
	feed(&other, f, x, &(struct event){ 7000, "{\"x\":3.25,\"y\":[\"some value of thirty bytes\"]}" }, 1000001, &e);
	CHECK(f->type->merge(f, other.at, &other.pool, s->at, &s->pool) == 0);
	buf_init(&out, FOLD_RESULT_MAX);
	(void)f->type->result(f, other.at, &other.pool, &out);
	buf_release(&out);
	state_save(f, &other, &out);
	buf_release(&out);
	state_free(&other, f);
}

/* Loads all beginnings of BYTES, and releases what came of them, in one pool. The second time takes no more memory than
 * the first, so every block is released. */
static void check_release_of_cuts(const struct fold *f, struct span bytes)
{
	struct state s;
	size_t before = 0;
	state_init(&s, f);
	for (int round = 0; round < 3; round++) {
		for (size_t n = 0; n <= bytes.n; n++) {
			struct load l = load_from((struct span){ bytes.p, n });
			CHECK(f->type->load(f, s.at, &s.pool, &l) == 0);
			CHECK(load_failed(&l) == (n < bytes.n));
			if (f->type->release)
				f->type->release(f, s.at, &s.pool);
			fold_init(f, s.at);
		}
		if (round == 1)
			before = s.pool.bytes;
	}
	CHECK_EQ(s.pool.bytes, before);
	state_free(&s, f);
}

static void test_damaged(void)
{
	static struct stream t;
	for (size_t i = 0; i < SAVED_COLUMNS; i++) {
		CHECK_ROW("%s", saved_columns[i]);
		struct fold f;
		struct exprs *x;
		fold_open(&f, &x, saved_columns[i]);
		for (unsigned round = 0; round < 8; round++) {
			struct state whole, s;
			struct buf bytes;
			stream_fill(&t, 1 + (int)random_below(40), 1 + round);
			state_init(&whole, &f);
			stream_feed(&t, 0, &whole, &f, x);
			state_save(&f, &whole, &bytes);
			check_release_of_cuts(&f, buf_span(&bytes));
			/* Blocks of the exact size, so that the sanitizer notices reading past the end. */
			for (size_t n = 0; n < bytes.n; n++) {
				char *cut = malloc(n ? n : 1);
				memcpy(cut, bytes.p, n);
				CHECK(!state_load(&f, &s, (struct span){ cut, n }));
				state_free(&s, &f);
				free(cut);
			}
			for (unsigned flip = 0; flip < 150; flip++) {
				char *bad = malloc(bytes.n);
				memcpy(bad, bytes.p, bytes.n);
				for (unsigned k = random_below(3) + 1; k > 0; k--)
					bad[random_below((unsigned)bytes.n)] = (char)random_next();
				if (state_load(&f, &s, (struct span){ bad, bytes.n }))
					use_damaged(&f, x, &s);
				state_free(&s, &f);
				free(bad);
			}
			state_free(&whole, &f);
			buf_release(&bytes);
		}
		fold_close(&f, x);
	}
}

/* Damage that must be found, because functions rely on what it breaks. */
static void test_refused(void)
{
	static const struct {
		const char *fold, *hex, *why;
	} cases[] = {
		{ "n=count", "ffffffffffffffffff01", "a number is out of range" }, /* more than an int64_t */
		{ "n=sum(.x)", "9d0100", "a sum has an unknown form" },            /* scale 39 */
		{ "n=sum(.x)", "03", "a sum has an unknown form" },                /* no such form */
		{ "n=sum(.x)", "062600", "a number is out of range" },             /* one word behind the last place */
		{ "n=min(.x)", "0327000000000000000000000000000000000000", "a number is out of range" }, /* scale 39 */
		{ "n=min(.x)", "02000000000000f07f00", "a number is not finite" },                       /* infinity */
		{ "n=min(.x)", "05", "a number is out of range" },                           /* no such kind */
		{ "n=min(.x)", "0404227b7d5c00", "a value is not valid JSON" },              /* no end of the string */
		{ "n=min(.x)", "040000", "a value is not valid JSON" },                      /* an empty text */
		{ "n=median(.x)", "030403222b22", "a value is not a number, or too large" }, /* a string */
		{ "n=median(.x)", "030000", "a value is missing" },                          /* an empty value */
		{ "n=delta(.x)", "04032261220000040322612200000000",
			"a value is not a number, or too large" },                                   /* a string */
		{ "n=rate(.x)", "0405316539393900000000", "a value is not a number, or too large" }, /* 1e999 */
		{ "n=delta(.x)", "01000002000000", "the last event is missing" },
		{ "n=duration", "010401", "the last event is before the first" },
		{ "n=collect_set(.y)", "010461620000", "a value is not valid JSON" }, /* ab without quotes */
		{ "n=topk(.y, 2)", "0202310001023100010000", "a key is there twice" },
		{ "n=count_distinct(.y)", "010901310000", "a set has too few or too many slots" },
		{ "n=count_distinct(.y)", "020201310131000000", "a value is too long or there twice" },
		{ "n=count_distinct(.y)", "000102610000000000000000000000000000", "a long value is short" },
		{ "n=approx_distinct(.y)", "020000000000000000", "a hash is there twice" }, /* the hash 0 */
		{ "n=approx_quantile(.x, 0.5)", "0100000000000000f03f000000000000f03f0000",
			"bins count too few values" },
		{ "n=approx_quantile(.x, 0.5)", "0200000000000000f03f000000000000f03f01000100",
			"bins count too few values" },
		{ "n=approx_quantile(.x, 0.5)", "0100000000000000f03f000000000000f03f01000200",
			"bins count too many values" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s from %s", cases[i].fold, cases[i].hex);
		struct fold f;
		struct exprs *x;
		struct state s;
		char bytes[64];
		size_t n = strlen(cases[i].hex) / 2;
		unsigned byte = 0;
		for (size_t k = 0; k < n; k++) {
			CHECK(sscanf(cases[i].hex + 2 * k, "%2x", &byte) == 1);
			bytes[k] = (char)byte;
		}
		fold_open(&f, &x, cases[i].fold);
		state_init(&s, &f);
		struct load l = load_from((struct span){ bytes, n });
		CHECK(f.type->load(&f, s.at, &s.pool, &l) == 0);
		CHECK(load_failed(&l));
		CHECK_STR(l.why, cases[i].why);
		state_free(&s, &f);
		fold_close(&f, x);
	}
}

/* The saved bytes of fixed states. A later version must read them, so a change of the form shows here. */
static void test_bytes(void)
{
	static const char *const events[] = { "{\"x\":1.50,\"y\":\"a\"}",
		"{\"x\":-3,\"y\":\"a longer text than others\"}", "{\"x\":12,\"y\":1.50}",
		"{\"x\":-12345678901234567890.5,\"y\":1.5}", "{\"x\":2.5e-30,\"y\":[true]}", "{\"x\":0}" };
	enum { EVENTS = sizeof events / sizeof events[0] };
	for (size_t i = 0; i < 2 * SAVED_COLUMNS; i++) {
		/* The first events give short sums, all of them wide ones. */
		int n = i % 2 ? EVENTS : 3;
		CHECK_ROW("%s of %d events", saved_columns[i / 2], n);
		struct err e = ERR_INIT;
		struct fold f;
		struct exprs *x;
		struct state s;
		struct buf bytes, hex;
		fold_open(&f, &x, saved_columns[i / 2]);
		state_init(&s, &f);
		for (int k = 0; k < n; k++)
			feed(&s, &f, x, &(struct event){ 1000 * k, events[k] }, (uint64_t)k, &e);
		state_save(&f, &s, &bytes);
		buf_init(&hex, 1 << 20);
		for (size_t k = 0; k < bytes.n; k++)
			CHECK(buf_addf(&hex, "%02x", (unsigned char)bytes.p[k]) == 0);
		CHECK_STR(buf_string(&hex), saved_bytes[i]);
		state_free(&s, &f);
		buf_release(&bytes);
		buf_release(&hex);
		fold_close(&f, x);
	}
}

/* Every function is among the columns of these tests. */
static void test_columns(void)
{
	struct buf help;
	buf_init(&help, 1 << 20);
	CHECK(fold_help(&help) == 0 && buf_string(&help));
	for (const char *line = help.p; *line; line += strcspn(line, "\n") + 1) {
		const char *name = line + strspn(line, " ");
		size_t n = strcspn(name, "(, "), found = 0;
		CHECK_ROW("%.*s", (int)n, name);
		for (size_t i = 0; i < SAVED_COLUMNS; i++)
			found += strncmp(saved_columns[i] + 2, name, n) == 0 && saved_columns[i][2 + n] != '_';
		CHECK(found > 0);
	}
	buf_release(&help);
}

int main(void)
{
	test_columns();
	test_cuts();
	test_large();
	test_damaged();
	test_refused();
	test_bytes();
	return check_end();
}
