/* sp -- the umbrella program: `sp NAME ...` runs `sp-NAME ...`.
 *
 * sp replaces itself (execv(3)) by the program sp-NAME. It searches its own folder first and PATH second. So an
 * installed sp runs the installed programs, and an sp in a build tree runs the programs of the build tree. `sp help
 * [NAME]` shows a manual page, with man(1) if it is installed, otherwise as a text that was rendered when sp was built.
 * `sp version` prints the version of each program. */
#include "base/diag.h"
#include "base/opt.h"
#include "sp/page.h"
#include "sp/programs.h"
#include <errno.h>
#include <unistd.h>

static const struct opt options[] = { OPT_COMMON, OPT_END };
static const struct opt_program program = { .name = "sp",
	.operands = "NAME [ARG ...]",
	.about = "run a program of the sp toolkit, or show its manual page",
	.options = options };

/* Appends the text of --help to OUT: the options, then the programs of the toolkit. Returns 0, or -1 if memory is
 * exhausted. */
static int help(struct buf *out)
{
	if (opt_help(&program, out) < 0 || buf_adds(out, "\nsp NAME [ARG ...] is sp-NAME [ARG ...]:\n") < 0)
		return -1;
	for (const struct program_name *p = program_names; p->name; p++)
		if (buf_addf(out, "  %-10s %s\n", p->name, p->about) < 0)
			return -1;
	return buf_adds(out,
		"  help       show the manual page of NAME, or sp(7)\n"
		"  version    show the version of each program\n");
}

/* Replaces this program by sp-NAME with the arguments ARGV; argv[0] is NAME. Returns only after a failure, with the
 * exit status. */
static int run_program(const char *name, char **argv)
{
	struct err e = ERR_INIT;
	char path[PROGRAM_PATH_MAX], own_name[64];
	if (program_find(name, path, &e) < 0)
		return diag_err(&e);
	snprintf(own_name, sizeof own_name, "sp-%s", name);
	argv[0] = own_name;
	execv(path, argv);
	err_errno(&e, errno == ENOENT ? EX_UNAVAILABLE : EX_OSERR, errno, "%s", path);
	return diag_err(&e);
}

/* Prints the text that the function TEXT appends to a buffer. Returns the exit status. */
static int print(int (*text)(struct buf *out))
{
	struct buf b;
	buf_init(&b, 1 << 16);
	struct err e = ERR_INIT;
	int status = text(&b) < 0 ? (err_oom(&e, "the help text"), diag_err(&e)) : diag_print(buf_span(&b).p, b.n);
	buf_release(&b);
	return status;
}

/* Appends the version of sp to OUT, without the versions of the other programs. Returns 0, or -1 if OUT is full. */
static int own_version(struct buf *out)
{
	return opt_version(&program, out);
}

int main(int argc, char *argv[])
{
	diag_init("sp");
	const char *word = argc > 1 ? argv[1] : NULL;
	if (!word) {
		diag("which program? sp NAME [ARG ...], sp help [NAME] or sp version; see sp --help");
		return EX_USAGE;
	}
	if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)
		return print(help);
	if (strcmp(word, "-V") == 0 || strcmp(word, "--version") == 0)
		return print(own_version);
	/* Options of sp-NAME come after NAME: sp itself has only --help and --version. */
	if (word[0] == '-') {
		diag("unknown option '%s'; options of a program come after its name: sp NAME %s", word, word);
		return EX_USAGE;
	}
	if (strcmp(word, "help") == 0 && argc > 3) {
		diag("one page at a time: sp help NAME");
		return EX_USAGE;
	}
	if (strcmp(word, "help") == 0)
		return page_show(argv[2]);
	if (strcmp(word, "version") == 0)
		return program_versions();
	return run_program(word, argv + 1);
}
