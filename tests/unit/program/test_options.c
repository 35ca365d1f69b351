/* test_options.c -- the loop over a program's options. */
#include "check.h"
#include "program/options.h"
#include <sysexits.h>

static const struct opt table[] = {
	{ 'n', "number", "N", "a number" },
	{ 256, "flag", NULL, "a flag" },
	OPT_COMMON,
	OPT_END,
};
static const struct opt_hint hints[] = { { "count", "--number N" }, { NULL, NULL } };

static const struct opt_program program = { .name = "prog",
	.operands = "",
	.about = "test options",
	.options = table,
	.hints = hints };

/* What the callbacks were given. */
struct seen {
	char text[256];
};

static int on_option(void *arg, int id, const char *value, struct err *e)
{
	struct seen *s = arg;
	size_t n = strlen(s->text);
	snprintf(s->text + n, sizeof s->text - n, "%d=%s ", id, value ? value : "");
	if (value && strcmp(value, "bad") == 0)
		return err_set(e, EX_USAGE, "it is bad");
	if (value && strcmp(value, "worse") == 0)
		return err_set(e, EX_USAGE, "-n worse: it is worse");
	return 0;
}

static int on_operands(void *arg, char **operands, int count, struct err *e)
{
	struct seen *s = arg;
	(void)e;
	for (int i = 0; i < count; i++) {
		size_t n = strlen(s->text);
		snprintf(s->text + n, sizeof s->text - n, "+%s ", operands[i]);
	}
	return 0;
}

int main(void)
{
	static const struct {
		const char *args[6];
		bool operands; /* the program takes some */
		enum program_outcome want;
		const char *seen, *msg;
	} cases[] = {
		{ { "prog" }, false, PROGRAM_RUN, "", "" },
		{ { "prog", "-n", "5", "--flag" }, false, PROGRAM_RUN, "110=5 256= ", "" },
		{ { "prog", "a", "-n5", "b" }, true, PROGRAM_RUN, "110=5 +a +b ", "" },
		{ { "prog", "a" }, false, PROGRAM_FAILED, "", "unexpected 'a': prog reads standard input" },
		{ { "prog", "--number=bad", "--flag" }, false, PROGRAM_FAILED, "110=bad ", "--number: it is bad" },
		{ { "prog", "-nworse" }, false, PROGRAM_FAILED, "110=worse ", "-n worse: it is worse" },
		{ { "prog", "--flga" }, false, PROGRAM_FAILED, "", "unknown option --flga; did you mean --flag?" },
		{ { "prog", "--Count=5" }, false, PROGRAM_FAILED, "", "unknown option --Count; write --number N" },
		{ { "prog", "-n" }, false, PROGRAM_FAILED, "", "option -n needs a value; see prog --help" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct program_options o = { .program = &program,
			.option = on_option,
			.operands = cases[i].operands ? on_operands : NULL };
		struct seen seen = { "" };
		struct err e = ERR_INIT;
		char words[6][32], *argv[7] = { NULL };
		int argc = 0, status = 0;
		CHECK_ROW("case %zu", i);
		for (; argc < 6 && cases[i].args[argc]; argc++) {
			snprintf(words[argc], sizeof words[argc], "%s", cases[i].args[argc]);
			argv[argc] = words[argc];
		}
		CHECK_EQ(program_parse(&o, &seen, argc, argv, &status, &e), cases[i].want);
		CHECK_STR(seen.text, cases[i].seen);
		CHECK_STR(e.msg, cases[i].msg);
		if (cases[i].want == PROGRAM_FAILED)
			CHECK_EQ(e.status, EX_USAGE);
	}
	return check_end();
}
