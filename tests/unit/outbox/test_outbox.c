/* test_outbox.c -- unit tests of the outbox: every crash between two steps, damaged and foreign manifests, locks.
 *
 * A part is a file of the folder "box", and is delivered by a rename into the folder "out". */
#include "check.h"
#include "outbox/outbox.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PARTS = 3,
	CRASHED = 42,
	STEPS_MAX = 60, /* more than a run has */
};
#define JOB "web.9f2c77ab"
#define RUN_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define RUN_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static int steps_left = -1; /* the process dies at the step that finds 0 here; -1: never */
static int deliveries;      /* calls of deliver() in this process */
static int box, out;        /* the two folders */

static void step(void)
{
	if (steps_left == 0)
		_exit(CRASHED);
	if (steps_left > 0)
		steps_left--;
}

static void put_file(int folder, const char *name, const char *text)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static bool has(int folder, const char *name)
{
	return faccessat(folder, name, F_OK, 0) == 0;
}

/* Returns the number of files in FOLDER that are manifests, or that are not. */
static int count(int folder, bool manifests)
{
	struct manifest_name name;
	const struct dirent *entry;
	int n = 0;
	DIR *d = fdopendir(openat(folder, ".", O_RDONLY | O_DIRECTORY));
	while (d && (entry = readdir(d)))
		n += entry->d_name[0] != '.' && manifest_name_read(&name, entry->d_name) == manifests;
	closedir(d);
	return n;
}

static void empty(int folder)
{
	const struct dirent *entry;
	DIR *d = fdopendir(openat(folder, ".", O_RDONLY | O_DIRECTORY));
	while (d && (entry = readdir(d)))
		unlinkat(folder, entry->d_name, 0);
	closedir(d);
}

/* ---- the hooks ---- */

static int deliver(void *arg, const struct outbox_part *part, bool redo, struct err *e)
{
	char from[64], to[64];
	(void)arg;
	deliveries++;
	snprintf(from, sizeof from, "%.*s", SPAN_ARG(part->staged));
	snprintf(to, sizeof to, "%.*s", SPAN_ARG(part->target));
	step();
	if (renameat(box, from, out, to) < 0 && !(redo && errno == ENOENT))
		return err_errno(e, EX_IOERR, errno, "%s", from);
	step();
	return 0;
}

static int settle(void *arg, struct err *e)
{
	(void)arg, (void)e;
	step();
	return 0;
}

static int discard(void *arg, struct err *e)
{
	struct manifest_name name;
	const struct dirent *entry;
	(void)arg, (void)e;
	DIR *d = fdopendir(openat(box, ".", O_RDONLY | O_DIRECTORY));
	while (d && (entry = readdir(d)))
		if (!manifest_name_read(&name, entry->d_name))
			unlinkat(box, entry->d_name, 0);
	closedir(d);
	step();
	return 0;
}

static const struct outbox_hooks hooks = { .deliver = deliver, .settle = settle, .discard = discard };

static struct epoch epoch_of(uint64_t number, const char *run)
{
	struct epoch x = { .number = number };
	snprintf(x.run, sizeof x.run, "%s", run);
	return x;
}

/* ---- what a run does ---- */

/* Opens O on a descriptor of its own, as a new process would, and recovers. Returns the exit status. */
static int start(struct outbox *o, struct epoch *last)
{
	struct err e = ERR_INIT;
	int fd = openat(box, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (outbox_open(o, fd, "box", JOB, &hooks, &e) < 0 || outbox_recover(o, last, &e) < 0)
		return e.status;
	return 0;
}

static void stop(struct outbox *o)
{
	close(o->folder);
	outbox_release(o);
}

/* Stages, seals and delivers EPOCH with PARTS parts, whose names have the number and the first letter of the run. */
static int store(struct outbox *o, const struct epoch *epoch, int parts)
{
	struct err e = ERR_INIT;
	for (int i = 0; i < parts; i++) {
		char staged[32], target[32];
		snprintf(staged, sizeof staged, "%d.part", i);
		snprintf(target, sizeof target, "%d-%c-%d", (int)epoch->number, epoch->run[0], i);
		put_file(box, staged, target);
		step();
		if (outbox_stage(o, span_of(staged), span_of(target), &e) != i)
			return 1;
	}
	step();
	if (outbox_seal(o, epoch, &e) < 0)
		return e.status;
	step();
	if (outbox_deliver(o, &e) < 0)
		return e.status;
	step();
	return 0;
}

static int parts_of(int number, char run)
{
	int n = 0;
	for (int i = 0; i < PARTS; i++) {
		char name[32];
		snprintf(name, sizeof name, "%d-%c-%d", number, run, i);
		n += has(out, name);
	}
	return n;
}

/* ---- tests ---- */

/* Each crash of a run that stores epoch 2, on top of a store that has epoch 1; then each crash of the redo. */
static void test_crashes(void)
{
	bool ended = false;
	int kept = 0, lost = 0;
	for (int at = 0; !ended && at < STEPS_MAX; at++) {
		bool redone = false;
		for (int again = 0; !redone && again < STEPS_MAX; again++) {
			CHECK_ROW("crash at step %d, of the next run at step %d", at, again);
			struct outbox o;
			struct epoch last, one = epoch_of(1, RUN_A), two = epoch_of(2, RUN_B);
			int status[2];
			empty(box), empty(out);
			CHECK_EQ(start(&o, &last), 0);
			CHECK_EQ(last.number, 0);
			CHECK_EQ(store(&o, &one, PARTS), 0);
			stop(&o);
			for (int run = 0; run < 2; run++) {
				pid_t child = fork();
				if (child == 0) {
					steps_left = run == 0 ? at : again;
					_exit(start(&o, &last) || (run == 0 && store(&o, &two, PARTS)));
				}
				waitpid(child, &status[run], 0);
			}
			ended = WEXITSTATUS(status[0]) == 0;
			redone = WEXITSTATUS(status[1]) == 0;
			CHECK(ended || WEXITSTATUS(status[0]) == CRASHED);
			CHECK(redone || WEXITSTATUS(status[1]) == CRASHED);
			CHECK_EQ(start(&o, &last), 0);
			/* All of epoch 2, or nothing of it; nothing else is left. */
			CHECK_EQ(parts_of(2, 'b'), last.number == 2 ? PARTS : 0);
			CHECK(last.number == 2 ? epoch_eq(&last, &two) : epoch_eq(&last, &one));
			CHECK_EQ(parts_of(1, 'a'), PARTS);
			CHECK_EQ(count(out, false), last.number == 2 ? 2 * PARTS : PARTS);
			CHECK_EQ(count(box, true), 1);
			CHECK_EQ(count(box, false), 0);
			/* Epoch 2 of another run goes on from there. */
			if (last.number == 1) {
				struct epoch other = epoch_of(2, RUN_A);
				CHECK_EQ(store(&o, &other, PARTS), 0);
				CHECK_EQ(parts_of(2, 'a'), PARTS);
			}
			kept += last.number == 2, lost += last.number == 1;
			stop(&o);
		}
	}
	CHECK(ended);
	/* Both happened, so the crashes were before and after the commit. */
	CHECK(kept > PARTS && lost > PARTS);
}

/* A user takes delivered files away: they do not come again. */
static void test_taken_away(void)
{
	struct outbox o;
	struct epoch last, one = epoch_of(1, RUN_A);
	empty(box), empty(out);
	CHECK_EQ(start(&o, &last), 0);
	CHECK_EQ(store(&o, &one, PARTS), 0);
	stop(&o);
	empty(out);
	/* Even if somebody puts files with the names of the staged ones back. */
	put_file(box, "0.part", "again");
	deliveries = 0;
	CHECK_EQ(start(&o, &last), 0);
	CHECK_EQ(last.number, 1);
	CHECK_EQ(deliveries, 0);
	CHECK_EQ(count(out, false), 0);
	stop(&o);
}

static size_t read_file(const char *name, char *to, size_t size)
{
	int fd = openat(box, name, O_RDONLY);
	ssize_t n = read(fd, to, size);
	close(fd);
	return n < 0 ? 0 : (size_t)n;
}

static void write_file(const char *name, const char *bytes, size_t n)
{
	int fd = openat(box, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(write(fd, bytes, n) == (ssize_t)n);
	close(fd);
}

/* A manifest that is cut off, has a wrong bit, or is not what its name says, is refused, and nothing is delivered. */
static void test_damaged(void)
{
	static const char name[] = "7-" RUN_A;
	struct outbox o;
	struct manifest_name n;
	struct manifest m;
	struct outbox_part part = { SPAN("0.part"), SPAN("7-a-0") };
	struct epoch last;
	struct err e = ERR_INIT;
	char good[1024], bad[1024];
	empty(box), empty(out);
	CHECK(manifest_name_read(&n, name));
	manifest_init(&m);
	CHECK_EQ(manifest_add(&m, &part, &e), 0);
	CHECK_EQ(manifest_write(&m, &n, JOB, box, "box", &e), 0);
	size_t size = read_file(name, good, sizeof good);
	CHECK(size > 100);
	for (size_t i = 0; i <= 2 * size; i++) {
		CHECK_ROW("%s %zu", i < size ? "cut to" : "changed byte", i < size ? i : i - size);
		memcpy(bad, good, size);
		if (i >= size)
			bad[i == 2 * size ? 0 : i - size] ^= 1;
		write_file(name, bad, i < size ? i : size);
		put_file(box, "0.part", "x");
		CHECK_EQ(start(&o, &last), EX_DATAERR);
		stop(&o);
		CHECK_EQ(count(out, false), 0);
		CHECK(has(box, "0.part"));
	}
	CHECK_EQ(manifest_write(&m, &n, "other.12345678", box, "box", &e), 0);
	CHECK_EQ(start(&o, &last), EX_DATAERR);
	stop(&o);
	/* The manifest of another epoch under this name. */
	n.epoch.number = 8;
	CHECK_EQ(manifest_write(&m, &n, JOB, box, "box", &e), 0);
	CHECK_EQ(renameat(box, "8-" RUN_A, box, name), 0);
	CHECK_EQ(start(&o, &last), EX_DATAERR);
	stop(&o);
	write_file(name, good, size);
	CHECK_EQ(start(&o, &last), 0);
	CHECK_EQ(last.number, 7);
	CHECK(has(out, "7-a-0") && has(box, "7-" RUN_A ".done"));
	stop(&o);
	/* Two runs have committed epoch 7. */
	n = (struct manifest_name){ .epoch = epoch_of(7, RUN_B), .done = true };
	CHECK_EQ(manifest_write(&m, &n, JOB, box, "box", &e), 0);
	CHECK_EQ(start(&o, &last), EX_DATAERR);
	stop(&o);
	manifest_release(&m);
}

/* Files that are not manifests of this job: the outbox itself removes none. */
static void test_names(void)
{
	static const struct {
		const char *text;
		bool is;
	} names[] = {
		{ "1-" RUN_A, true },
		{ "18446744073709551615-" RUN_A ".done", true },
		{ "18446744073709551616-" RUN_A, false },
		{ "0-" RUN_A, false },
		{ "01-" RUN_A, false },
		{ "-1-" RUN_A, false },
		{ " 1-" RUN_A, false },
		{ "1-" RUN_A "a", false },
		{ "1-" RUN_A ".tmp", false },
		{ "1-" RUN_A ".done.", false },
		{ "1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false },
		{ "1-", false },
		{ "1", false },
		{ "", false },
		{ "000001.part", false },
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct manifest_name n;
		CHECK_ROW("%s", names[i].text);
		CHECK_EQ(manifest_name_read(&n, names[i].text), names[i].is);
	}
}

static void test_locks(void)
{
	struct outbox a, b;
	struct epoch last, one = epoch_of(1, RUN_A), two = epoch_of(2, RUN_A);
	struct err e = ERR_INIT;
	empty(box), empty(out);
	CHECK_EQ(start(&a, &last), 0);
	CHECK_EQ(start(&b, &last), EX_TEMPFAIL);
	stop(&b);
	CHECK_EQ(store(&a, &one, 1), 0);
	/* A process that does not see the lock has committed epoch 2. */
	CHECK_EQ(renameat(box, "1-" RUN_A ".done", box, "2-" RUN_B ".done"), 0);
	CHECK_EQ(outbox_seal(&a, &two, &e), -1);
	CHECK_EQ(e.status, EX_DATAERR);
	stop(&a);
}

/* An epoch without parts, and a store that takes over an epoch. */
static void test_adopt(void)
{
	struct outbox o;
	struct epoch last, from = epoch_of(41, RUN_A), next = epoch_of(42, RUN_B);
	struct err e = ERR_INIT;
	empty(box), empty(out);
	CHECK_EQ(start(&o, &last), 0);
	CHECK_EQ(outbox_adopt(&o, &from, &e), 0);
	CHECK_EQ(store(&o, &next, 0), 0);
	CHECK_EQ(count(box, true), 1);
	stop(&o);
	CHECK_EQ(start(&o, &last), 0);
	CHECK(epoch_eq(&last, &next));
	CHECK_EQ(count(out, false), 0);
	stop(&o);
}

int main(void)
{
	char folder[] = "/tmp/test_outbox.XXXXXX";
	if (!mkdtemp(folder) || chdir(folder) < 0 || mkdir("box", 0700) < 0 || mkdir("out", 0700) < 0)
		return 1;
	box = open("box", O_RDONLY | O_DIRECTORY);
	out = open("out", O_RDONLY | O_DIRECTORY);
	test_crashes();
	test_taken_away();
	test_damaged();
	test_names();
	test_locks();
	test_adopt();
	empty(box), empty(out);
	rmdir("box"), rmdir("out"), rmdir(folder);
	return check_end();
}
