/* settings.c -- the environment that sp-run gives the programs of its line (settings.h).
 *
 * The values are checked here once, because a wrong one must end the program before it has read or written anything. */
#include "checkpoint/settings.h"
#include "base/amount.h"
#include "base/buf.h"
#include "stream/barrier.h"
#include <fcntl.h>
#include <unistd.h>

/* Sets what WORD of SP_CHECKPOINT_OPTIONS asks for. Returns 0, or -1 with E set. */
static int take_word(struct checkpoint_settings *s, const char *word, struct err *e)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = {
		{ "end", &s->end },
		{ "upgrade", &s->upgrade },
		{ "adopt", &s->adopt },
		{ "lost-ok", &s->lost_ok },
		{ "any-fs", &s->any_fs },
	};
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
		if (strcmp(word, flags[i].name) == 0) {
			*flags[i].flag = true;
			return 0;
		}
	if (strncmp(word, "every=", 6) == 0)
		return amount_parse_int(word + 6, 1, INT64_MAX / 1000000, &s->every_ms, e) < 0 ?
			err_context(e, "SP_CHECKPOINT_OPTIONS: every") :
			0;
	return err_set(e, EX_USAGE,
		"SP_CHECKPOINT_OPTIONS: unknown word '%s'; write end, every=MS, upgrade, adopt, lost-ok or any-fs, "
		"with commas between them",
		word);
}

/* Returns true if RUN has the form of a run: 32 hexadecimal digits, as checkpoint_new_run() makes them. */
static bool is_run(const char *run)
{
	return strlen(run) == RUN_TEXT - 1 && strspn(run, "0123456789abcdef") == RUN_TEXT - 1;
}

int checkpoint_settings_read(struct checkpoint_settings *s, struct err *e)
{
	*s = (struct checkpoint_settings){ .dir = getenv("SP_CHECKPOINT"), .run = getenv("SP_RUN") };
	if (s->dir && *s->dir != '/')
		return err_set(e, EX_USAGE, "SP_CHECKPOINT='%s': the path must be absolute", s->dir);
	if (s->run && !is_run(s->run))
		return err_set(e, EX_USAGE, "SP_RUN='%s': a run has %d digits, 0 to 9 and a to f", s->run,
			RUN_TEXT - 1);
	s->supervised = s->dir != NULL;
	const char *options = getenv("SP_CHECKPOINT_OPTIONS");
	while (options && *options) {
		char word[64];
		size_t n = strcspn(options, ",");
		/* A word that is too long is cut; it is unknown in any case. */
		snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word), options);
		if (n > 0 && take_word(s, word, e) < 0)
			return -1;
		options += n + (options[n] == ',');
	}
	return 0;
}

/* Writes the line with one write(2) at the end of the file, so that the lines of programs that exit at the same time
 * do not mix. */
void checkpoint_settings_report(const char *id, int status)
{
	const char *path = getenv("SP_STATUS");
	char line[128];
	int n = snprintf(line, sizeof line, "%s %d\n", id, status);
	int fd = path && *path ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1;
	if (fd < 0)
		return;
	ssize_t ignored = write(fd, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
	(void)ignored;
	close(fd);
}
