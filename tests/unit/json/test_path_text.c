/* test_path_text.c -- plain jq paths as text. */
#include "check.h"
#include "json/path_text.h"

/* Writes the steps of P as /name or #index. */
static void show(const struct json_path_text *p, char *out, size_t size)
{
	size_t n = 0;
	out[0] = '\0';
	for (size_t i = 0; i < p->count && n < size; i++) {
		const struct json_step *s = &p->steps[i];
		if (s->name.p)
			n += (size_t)snprintf(out + n, size - n, "/%.*s", SPAN_ARG(s->name));
		else
			n += (size_t)snprintf(out + n, size - n, "#%lld", (long long)s->index);
	}
}

int main(void)
{
	static const struct {
		const char *text, *want; /* want NULL: not a plain path */
		size_t end;              /* where reading stops */
	} cases[] = {
		{ ".ts", "/ts", 3 },
		{ ".a.b[0].c", "/a/b#0/c", 9 },
		{ ".a,.b", "/a", 2 },
		{ ".[\"x y\"][-1]", "/x y#-1", 12 },
		{ ".\"x\\u0041\"", "/xA", 10 },
		{ ".[0]", "#0", 4 },
		{ ".a[\"b\"].\"c\"", "/a/b/c", 11 },
		{ "", NULL, 0 },
		{ "ts", NULL, 0 },
		{ ".", NULL, 1 },
		{ ".a.", NULL, 3 },
		{ ".a b", NULL, 2 },
		{ ".1a", NULL, 1 },
		{ ".a[", NULL, 3 },
		{ ".a[x]", NULL, 3 },
		{ ".a[\"b]", NULL, 4 },
		{ ".a[12345678901]", NULL, 3 },
		{ ".a | .b", NULL, 2 },
	};
	struct json_path_text p;
	struct err e = ERR_INIT;
	CHECK(json_path_text_init(&p, &e) == 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *at = cases[i].text;
		char text[128];
		CHECK_ROW("%s", cases[i].text);
		int r = json_path_text_parse(&p, &at);
		CHECK_EQ(r, cases[i].want ? 0 : -1);
		if (r == 0) {
			show(&p, text, sizeof text);
			CHECK_STR(text, cases[i].want);
		}
		CHECK_EQ((int)(at - cases[i].text), (int)cases[i].end);
	}
	char deep[2 * JSON_PATH_STEPS_MAX + 3] = "";
	for (int i = 0; i <= JSON_PATH_STEPS_MAX; i++)
		memcpy(deep + 2 * i, ".a", 3);
	const char *at = deep;
	CHECK(json_path_text_parse(&p, &at) < 0 && at == deep + 2 * JSON_PATH_STEPS_MAX + 1);
	json_path_text_release(&p);
	return check_end();
}
