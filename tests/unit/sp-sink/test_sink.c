/* test_sink.c -- sink_main() with tables of its own, as a driver calls it, and the start of a driver.
 *
 * The target is a fake that prints how often it was called. Each run is a child process, because sink_main() reads
 * standard input and may be replaced by a driver; the driver is a shell script in a temporary folder. */
#include "check.h"
#include "base/buf.h"
#include "sp-sink/sink.h"
#include "sp-sink/target/target.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EVENTS_PER_COMMIT = 2, OUTPUT_MAX = 1 << 16, ARGS_MAX = 6 };

struct target {
	unsigned puts, due_commits, all_commits;
};

static int fake_open(struct target **out, const struct target_config *c, struct err *e)
{
	(void)c;
	*out = calloc(1, sizeof **out);
	return *out ? 0 : err_oom(e, "the fake");
}

static int fake_put(struct target *t, struct event *ev, bool *due, struct err *e)
{
	if (ev->count == 0)
		return event_reject(ev, "empty", e, "an empty event");
	*due = ++t->puts % EVENTS_PER_COMMIT == 0;
	return 0;
}

static int fake_commit(struct target *t, enum target_extent extent, struct err *e)
{
	(void)e;
	t->due_commits += extent == TARGET_DUE;
	t->all_commits += extent == TARGET_ALL;
	return 0;
}

static int fake_finish(struct target *t, struct err *e)
{
	(void)e;
	dprintf(STDOUT_FILENO, "%u put, %u committed as due, %u at the end\n", t->puts, t->due_commits, t->all_commits);
	return 0;
}

static void fake_free(struct target *t)
{
	free(t);
}

static const struct target_type fake = {
	.schemes = (const char *const[]){ "fake", NULL },
	.form = "fake:NAME",
	.help = "counts calls",
	.open = fake_open,
	.put = fake_put,
	.commit = fake_commit,
	.finish = fake_finish,
	.free = fake_free,
};

#define HEAVY                                                                                        \
	.schemes = (const char *const[]){ "heavy", NULL }, .form = "heavy:NAME", .help = "is heavy", \
	.options = TARGET_KEY

/* The type as the plain program knows it, and as the driver does. */
static const struct target_type heavy_by_driver = { HEAVY, .driver = "heavy" };
static const struct target_type heavy = {
	HEAVY,
	.open = fake_open,
	.put = fake_put,
	.commit = fake_commit,
	.finish = fake_finish,
	.free = fake_free,
};

static const struct target_type *const plain_table[] = { &fake, &heavy_by_driver, NULL };
static const struct target_type *const driver_table[] = { &fake, &heavy, NULL };

/* Runs sink_main() with TYPES, ARGS and INPUT in a child. Returns its exit status; appends its output, standard error
 * included, to OUT. */
static int run(const struct target_type *const *types, const char *const *args, const char *input, struct buf *out)
{
	char *argv[ARGS_MAX + 2] = { (char[]){ "sp-sink" } }, part[4096];
	int in = memfd_create("input", 0), output = memfd_create("output", 0), status = -1;
	CHECK(in >= 0 && output >= 0);
	CHECK(write(in, input, strlen(input)) == (ssize_t)strlen(input) && lseek(in, 0, SEEK_SET) == 0);
	for (size_t i = 0; i < ARGS_MAX && args[i]; i++)
		argv[i + 1] = strdup(args[i]);
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		int argc = 0;
		while (argv[argc])
			argc++;
		if (dup2(in, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0)
			_exit(99);
		_exit(sink_main(argc, argv, types));
	}
	CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
	for (size_t i = 1; argv[i]; i++)
		free(argv[i]);
	lseek(output, 0, SEEK_SET);
	for (ssize_t n; (n = read(output, part, sizeof part)) > 0;)
		CHECK(buf_add(out, part, (size_t)n) == 0);
	close(in);
	close(output);
	return WEXITSTATUS(status);
}

/* Makes a folder with a driver that prints its arguments; writes the folder's path to DIR, the driver's to SCRIPT. */
static void make_driver(char dir[64], char script[96])
{
	static const char text[] = "#!/bin/sh\necho \"driver: $*\"\nexit 3\n";
	snprintf(dir, 64, "/tmp/test_sink.XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
	snprintf(script, 96, "%s/sp-sink-heavy", dir);
	FILE *f = fopen(script, "w");
	CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0 && chmod(script, 0700) == 0);
}

static const struct sink_case {
	const char *name;
	const struct target_type *const *types;
	const char *args[ARGS_MAX];
	const char *input;
	int status;
	const char *output; /* is part of the output */
} cases[] = {
	{ "events and a rejected one", plain_table, { "fake:x" }, "{\"a\":1}\n{}\n{\"a\":2}\n{\"a\":3}\n", EX_DATAERR,
		"3 put, 1 committed as due, 1 at the end\n" },
	{ "no events", plain_table, { "fake:x" }, "", 0, "0 put, 0 committed as due, 1 at the end\n" },
	{ "the driver", plain_table, { "--key", "a b", "heavy:x" }, "", 3, "driver: --key a b heavy:x\n" },
	{ "inside the driver", driver_table, { "heavy:x" }, "{\"a\":1}\n", 0,
		"1 put, 0 committed as due, 1 at the end\n" },
	{ "an option that the driver has not", plain_table, { "-a", "heavy:x" }, "", EX_USAGE,
		"no meaning for heavy:NAME" },
	{ "an option of another target", plain_table, { "--key", "a", "fake:x" }, "", EX_USAGE,
		"--key has no meaning for fake:NAME; it is for the target heavy:NAME\n" },
	{ "no TARGET", plain_table, { NULL }, "", EX_USAGE, "the targets are fake:NAME and heavy:NAME\n" },
	{ "a target of another table", plain_table, { "sqlite:x" }, "", EX_USAGE,
		"unknown target 'sqlite:'; the targets are fake:NAME and heavy:NAME " },
	{ "a near target", plain_table, { "heavi:x" }, "", EX_USAGE, "did you mean heavy:NAME?" },
	{ "a file of no format", plain_table, { "x.unknown" }, "", EX_USAGE,
		"the targets are fake:NAME and heavy:NAME\n" },
	{ "--help", plain_table, { "--help" }, "", 0,
		"TARGET is one of\n  fake:NAME             counts calls\n  heavy:NAME            is heavy\n\n" },
};

static void check_case(const struct sink_case *c)
{
	CHECK_ROW("%s", c->name);
	struct buf out;
	buf_init(&out, OUTPUT_MAX);
	CHECK_EQ(run(c->types, c->args, c->input, &out), c->status);
	const char *text = buf_string(&out);
	if (!CHECK(text && strstr(text, c->output)))
		fprintf(stderr, "\toutput: %s\n", text);
	buf_release(&out);
}

int main(void)
{
	char dir[64], script[96];
	make_driver(dir, script);
	setenv("SP_LIBEXEC", dir, 1);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check_case(&cases[i]);
	/* Without the driver, the message names the package. */
	unlink(script);
	check_case(&(struct sink_case){ "no driver", plain_table, { "heavy:x" }, "", EX_UNAVAILABLE,
		"heavy:x needs sp-sink-heavy (package sp-stream-heavy)\n" });
	rmdir(dir);
	return check_end();
}
