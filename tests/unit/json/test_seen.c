/* test_seen.c -- which paths no event had, and the hint about them. */
#include "check.h"
#include "json/seen.h"

/* Adds PATH of COUNT steps to P and S. */
static void add(struct json_paths *p, struct seen *s, const struct json_step *steps, size_t count)
{
	struct err e = ERR_INIT;
	int slot = json_paths_add(p, steps, count, &e);
	CHECK(slot >= 0);
	seen_add(s, slot);
}

static void read_event(struct json_paths *p, struct seen *s, struct span event)
{
	struct span found[3];
	int bad;
	CHECK(json_paths_run(p, event, found, &bad) != -1);
	seen_event(s, event, found);
}

static void check_hint(const struct seen *s, const char *for_path, const char *want)
{
	struct buf b;
	buf_init(&b, 4096);
	seen_hint(s, for_path, &b);
	CHECK_STR(buf_string(&b), want);
	buf_release(&b);
}

static void test_paths(void)
{
	const struct json_step url[] = { { SPAN("url"), 0 } }, path[] = { { SPAN("path"), 0 } };
	const struct json_step country[] = { { SPAN("geo"), 0 }, { SPAN("contry"), 0 } };
	struct err e = ERR_INIT;
	struct seen s;
	struct json_paths *p = json_paths_new(&e);
	CHECK(p != NULL);
	seen_init(&s);
	add(p, &s, url, 1);
	add(p, &s, country, 2);
	add(p, &s, path, 1);
	/* Without events nothing is known. */
	CHECK(!seen_never(&s, 0) && !seen_never(&s, 2));
	/* A null is there. A member of a string is not. */
	read_event(p, &s, SPAN("{\"path\":null,\"geo\":\"x\"}"));
	CHECK(seen_never(&s, 0) && seen_never(&s, 1) && !seen_never(&s, 2));
	read_event(p, &s, SPAN("{\"geo\":{\"country\":\"GR\",\"a b\":{\"c\":{\"d\":1}}}}"));
	CHECK(seen_never(&s, 0) && seen_never(&s, 1));
	check_hint(&s, ".url", "fields seen: .path, .geo, .geo.country, .geo.[\"a b\"], .geo.[\"a b\"].c");
	/* The parent is right. The member is not. */
	check_hint(&s, ".geo.contry",
		"fields seen: .path, .geo, .geo.country, .geo.[\"a b\"], .geo.[\"a b\"].c; did you mean .geo.country?");
	check_hint(&s, ".country",
		"fields seen: .path, .geo, .geo.country, .geo.[\"a b\"], .geo.[\"a b\"].c; did you mean .geo.country?");
	read_event(p, &s, SPAN("{\"url\":1,\"geo\":{\"contry\":2}}"));
	CHECK(!seen_never(&s, 0) && !seen_never(&s, 1) && s.left == 0);
	seen_release(&s);
	json_paths_free(p);
}

/* However many fields the events have, only some are collected. */
static void test_many(void)
{
	struct seen s;
	char event[32];
	seen_init(&s);
	check_hint(&s, ".x", "the events have no fields");
	for (int i = 0; i < 1000; i++) {
		snprintf(event, sizeof event, "{\"f%d\":1,\"g\":{}}", i);
		seen_collect(&s, span_of(event));
	}
	CHECK_EQ(s.events, SEEN_EVENTS_MAX);
	CHECK_EQ(s.field_count, SEEN_FIELDS_MAX);
	check_hint(&s, ".x", "fields seen: .f0, .g, .f1, .f2, .f3, .f4, .f5, .f6, .f7, .f8, .f9, .f10, ...");
	seen_release(&s);
}

int main(void)
{
	test_paths();
	test_many();
	return check_end();
}
