/* test_fields.c -- which fields of --key and --partition were in the events, also over the runs of a job. */
#include "read_event.h"
#include "sp-sink/fields.h"
#include <stdlib.h>

static const struct target_type type = { .key_ignores_case = true };

/* Prepares F for the options KEY and PARTITION. C must outlive F. */
static void begin(struct fields *f, struct config *c, const char *key, const char *partition)
{
	struct err e = ERR_INIT;
	*c = (struct config){ .type = &type, .target = { .key = key, .partition = partition } };
	CHECK_EQ(fields_init(f, c, &e), 0);
}

static void take(struct fields *f, const char *line)
{
	struct event ev = { 0 };
	read_event(&ev, line);
	fields_event(f, &ev);
	event_release(&ev);
}

static int append(void *arg, const void *p, size_t n, struct err *e)
{
	(void)e;
	return buf_add(arg, p, n);
}

/* Saves FROM and loads the bytes into TO. */
static void carry(const struct fields *from, struct fields *to)
{
	struct buf bytes;
	struct save s;
	struct err e = ERR_INIT;
	buf_init(&bytes, 10000);
	CHECK_EQ(save_init(&s, append, &bytes, &e), 0);
	fields_save(from, &s);
	CHECK_EQ(save_finish(&s, &e), 0);
	struct load l = load_from(buf_span(&bytes));
	fields_load(to, &l);
	CHECK_EQ(load_finish(&l, &e), 0);
	save_release(&s);
	/* Cut at every byte, it is refused and nothing is read beyond. */
	for (size_t n = 0; n < bytes.n; n++) {
		struct fields other;
		struct config c;
		char *copy = malloc(n + 1);
		begin(&other, &c, "a,b", NULL);
		memcpy(copy, bytes.p, n);
		l = load_from((struct span){ copy, n });
		fields_load(&other, &l);
		CHECK(load_failed(&l));
		fields_release(&other);
		free(copy);
	}
	buf_release(&bytes);
}

static void test_key(void)
{
	struct fields f;
	struct config c;
	begin(&f, &c, "a,b", NULL);
	CHECK(!fields_lack_key(&f)); /* no events yet */
	take(&f, "{\"A\":1}");
	CHECK(fields_lack_key(&f));
	take(&f, "{\"b\":null}");
	CHECK(!fields_lack_key(&f));
	fields_release(&f);
}

static void test_next_run(void)
{
	struct fields first, second;
	struct config c, d;
	begin(&first, &c, "a,b", "p={p}");
	take(&first, "{\"a\":1,\"p\":\"x\"}");
	begin(&second, &d, "a,b", "p={p}");
	carry(&first, &second);
	CHECK_EQ(second.open, 1); /* b */
	CHECK_EQ(second.open_keys, 1);
	take(&second, "{\"b\":1}");
	CHECK(!fields_lack_key(&second));
	fields_release(&second);
	/* Another --key: only the fields that both have are known. */
	begin(&second, &d, "c,a", NULL);
	carry(&first, &second);
	take(&second, "{\"x\":1}");
	CHECK_EQ(second.open_keys, 1);
	CHECK(second.list[1].seen && !second.list[0].seen);
	fields_release(&second);
	fields_release(&first);
}

int main(void)
{
	test_key();
	test_next_run();
	return check_end();
}
