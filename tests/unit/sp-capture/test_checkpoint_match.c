/* test_checkpoint_match.c -- which file of a run is which file of the runs before: by content, then by inode; and the form
 * of this list in a snapshot. */
#include "run_output.h"
#include "sp-capture/checkpoint/match.h"
#include "sp-capture/command_line.h"
#include "sp-capture/source/table.h"
#include <stdlib.h>
#include <sys/stat.h>

enum { FILES = 4, PATH_LEN = 96 };

static char folder[PATH_LEN / 2], output[PATH_LEN];

/* A letter stands for a line of 32 equal bytes, which is more than a mark needs to tell texts apart in pairs. */
static void write_letters(const char *name, const char *letters, bool replace)
{
	char path[PATH_LEN], line[33];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (replace)
		unlink(path);
	FILE *f = fopen(path, "w");
	CHECK(f != NULL);
	for (; f && *letters; letters++) {
		memset(line, *letters, 31);
		memcpy(line + 31, "\n", 2);
		fputs(line, f);
	}
	if (f)
		CHECK_EQ(fclose(f), 0);
}

/* A file that a run before has read: LETTERS of it existed, and READ of them were read. */
struct before {
	const char *name, *letters;
	uint64_t read;
};

/* A file of this run. */
struct now {
	const char *name, *letters;
	const char *inode_of; /* the file before whose inode it has; NULL: none */
	/* What is expected: the name of the file that it was, or NULL; and the letters that were read. */
	const char *was;
	uint64_t read;
};

struct scenario {
	const char *name;
	struct before before[FILES];
	struct now now[FILES];
	int status; /* 0, or what match_sources() refuses with */
	bool lost_ok;
};

static const struct scenario scenarios[] = {
	{ "grown", { { "a", "abc", 3 } }, { { "a", "abcd", "a", "a", 3 } }, 0, false },
	{ "new", { { "a", "abc", 3 } }, { { "a", "abc", "a", "a", 3 }, { "b", "xyz", NULL, NULL, 0 } }, 0, false },
	{ "renamed", { { "a", "abc", 2 } }, { { "b", "abc", "a", "a", 2 }, { "a", "x", NULL, NULL, 0 } }, 0, false },
	{ "other inode", { { "a", "abc", 3 }, { "b", "xyz", 3 } },
		{ { "b", "abcd", NULL, "a", 3 }, { "a", "xyz", NULL, "b", 3 } }, 0, false },
	{ "swapped inodes", { { "a", "abc", 3 }, { "b", "xyz", 3 } },
		{ { "a", "abc", "b", "a", 3 }, { "b", "xyz", "a", "b", 3 } }, 0, false },
	{ "truncated", { { "a", "abc", 3 } }, { { "a", "ab", "a", NULL, 0 } }, 0, false },
	{ "other first bytes", { { "a", "abc", 3 } }, { { "a", "xbcd", "a", NULL, 0 } }, 0, false },
	{ "other bytes before the position", { { "a", "abcdefghijklmnopqrstuvwxyz0123456789ABC", 37 } },
		{ { "a", "abcdefghijklmnopqrstuvwxyz012345678xABCD", "a", NULL, 0 } }, 65, false },
	{ "other bytes behind the position", { { "a", "abcdefghijklmnopqrstuvwxyz0123456789", 33 } },
		{ { "a", "abcdefghijklmnopqrstuvwxyz012345678X", "a", "a", 33 } }, 0, false },
	{ "gone, all read", { { "a", "abc", 3 } }, { { "b", "xyz", NULL, NULL, 0 } }, 0, false },
	{ "gone", { { "a", "abc", 2 } }, { { "b", "xyz", NULL, NULL, 0 } }, 65, false },
	{ "gone, --lost-ok", { { "a", "abc", 2 } }, { { "b", "xyz", NULL, NULL, 0 } }, 0, true },
	{ "truncated before all was read", { { "a", "abc", 2 } }, { { "a", "x", "a", NULL, 0 } }, 65, false },
	{ "not begun", { { "a", "abc", 0 } }, { { "a", "abcd", "a", "a", 0 } }, 0, false },
	{ "equal files", { { "a", "abc", 3 }, { "b", "abc", 3 } },
		{ { "a", "abc", NULL, "*", 3 }, { "b", "abcd", NULL, "*", 3 } }, 0, false },
	{ "equal files, one more", { { "a", "abc", 3 }, { "b", "abc", 3 } },
		{ { "a", "abc", NULL, NULL, 0 }, { "b", "abc", NULL, NULL, 0 }, { "c", "abc", NULL, NULL, 0 } }, 65,
		false },
	{ "equal files, one more, inodes known", { { "a", "abc", 3 }, { "b", "abc", 3 } },
		{ { "c", "abc", NULL, NULL, 0 }, { "a", "abc", "a", "a", 3 }, { "b", "abc", "b", "b", 3 } }, 0, false },
	{ "a copy, the inode decides", { { "a", "abc", 3 } },
		{ { "b", "abc", NULL, NULL, 0 }, { "a", "abc", "a", "a", 3 } }, 0, false },
	{ "a copy, nothing decides", { { "a", "abc", 3 } },
		{ { "b", "abc", NULL, NULL, 0 }, { "c", "abcd", NULL, NULL, 0 } }, 65, false },
	{ "one is the beginning of the other", { { "a", "abc", 3 }, { "b", "abcdef", 6 } },
		{ { "b", "abcdefg", NULL, "b", 6 }, { "a", "abc", NULL, "a", 3 } }, 0, false },
	{ "one is the beginning of the other, and gone", { { "a", "abc", 3 }, { "b", "abcdef", 6 } },
		{ { "x", "abcdefg", NULL, NULL, 0 } }, 65, false },
	{ "equal files read to different places", { { "a", "aaaa", 2 }, { "b", "aaaa", 3 } },
		{ { "x", "aaaa", NULL, NULL, 0 }, { "y", "aaaa", NULL, NULL, 0 } }, 65, false },
	{ "equal files read to different places, inodes known", { { "a", "aaaa", 2 }, { "b", "aaaa", 3 } },
		{ { "x", "aaaa", "b", "b", 3 }, { "y", "aaaa", "a", "a", 2 } }, 0, false },
};

/* Adds to K what a run knows after it has read B. */
static void remember(struct known *k, const struct before *b, struct sum *sum)
{
	struct err e = ERR_INIT;
	struct fingerprint_file file;
	struct stat st;
	char path[PATH_LEN];
	write_letters(b->name, b->letters, true);
	snprintf(path, sizeof path, "%s/%s", folder, b->name);
	int fd = open(path, O_RDONLY);
	struct known_file *f = known_add(k, path, &e);
	CHECK(f && fd >= 0 && fstat(fd, &st) == 0);
	CHECK_EQ(fingerprint_file_open(&file, fd, 0, path, sum, &e), 0);
	CHECK_EQ(fingerprint_take(&file, 32 * b->read, &f->print, &e), 0);
	f->position = (struct position){ .offset = 32 * b->read, .number = b->read, .reached = 32 * b->read };
	f->device = (uint64_t)st.st_dev;
	f->inode = (uint64_t)st.st_ino;
	f->size = file.size;
	f->format = b->read ? format_find("line", &e) : NULL;
	close(fd);
}

static int add_to_buf(void *arg, const void *p, size_t n, struct err *e)
{
	return buf_add(arg, p, n) < 0 ? err_oom(e, "a test") : 0;
}

/* Saves K and loads it again. Each shorter text must be refused. */
static void save_and_load(struct known *k)
{
	struct buf bytes;
	struct save s;
	struct err e = ERR_INIT;
	buf_init(&bytes, 1 << 20);
	CHECK_EQ(save_init(&s, add_to_buf, &bytes, &e), 0);
	known_save(k, &s);
	CHECK_EQ(save_finish(&s, &e), 0);
	save_release(&s);
	for (size_t n = 0; n <= bytes.n; n++) {
		CHECK_ROW("%zu of %zu bytes", n, bytes.n);
		struct load l = load_from((struct span){ bytes.p, n });
		known_release(k);
		CHECK_EQ(known_load(k, &l, &e), 0);
		CHECK_EQ(load_finish(&l, &e), n == bytes.n ? 0 : -1);
	}
	buf_release(&bytes);
}

/* Makes the files of this run. */
static void make_files(const struct scenario *c, struct known *k)
{
	struct stat st;
	char path[PATH_LEN];
	/* The old files get other names, so that their inodes are not used again. */
	for (size_t i = 0; i < FILES && c->before[i].name; i++) {
		char old[PATH_LEN];
		snprintf(path, sizeof path, "%s/%s", folder, c->before[i].name);
		snprintf(old, sizeof old, "%s/%s.old", folder, c->before[i].name);
		CHECK_EQ(rename(path, old), 0);
	}
	for (size_t i = 0; i < FILES && c->now[i].name; i++) {
		const struct now *n = &c->now[i];
		write_letters(n->name, n->letters, true);
		snprintf(path, sizeof path, "%s/%s", folder, n->name);
		CHECK_EQ(stat(path, &st), 0);
		for (size_t j = 0; n->inode_of && j < k->count; j++)
			if (strcmp(c->before[j].name, n->inode_of) == 0)
				k->list[j].inode = (uint64_t)st.st_ino;
	}
}

static void check_result(const struct scenario *c, const struct known *k)
{
	for (size_t i = 0; i < FILES && c->now[i].name; i++) {
		const struct now *n = &c->now[i];
		size_t at = 0, found = 0;
		for (size_t j = 0; j < k->count; j++)
			if (k->list[j].source == i) {
				at = j;
				found++;
			}
		CHECK_ROW("%s", n->name);
		CHECK_EQ(found, 1);
		const char *was = at < FILES && c->before[at].name ? c->before[at].name : NULL;
		if (n->was && strcmp(n->was, "*") == 0)
			CHECK(was != NULL);
		else
			CHECK_STR(was ? was : "new", n->was ? n->was : "new");
		CHECK_EQ(k->list[at].position.reached, 32 * n->read);
		CHECK_EQ(k->list[at].size, 32 * strlen(n->letters));
	}
}

static void check_scenario(const struct scenario *c)
{
	struct err e = ERR_INIT;
	struct known k = { 0 };
	struct sum *sum = sum_new(&e);
	char program[] = "sp-capture", paths[FILES][PATH_LEN], *argv[FILES + 2] = { program };
	int argc = 1, status;
	for (size_t i = 0; i < FILES && c->before[i].name; i++)
		remember(&k, &c->before[i], sum);
	save_and_load(&k);
	make_files(c, &k);
	for (size_t i = 0; i < FILES && c->now[i].name; i++) {
		snprintf(paths[i], sizeof paths[i], "%s/%s", folder, c->now[i].name);
		argv[argc++] = paths[i];
	}
	struct options o;
	struct run r;
	struct buf out;
	buf_init(&out, 1000);
	CHECK_EQ(command_line_parse(&o, source_types, argc, argv, &status, &e), PROGRAM_RUN);
	struct streams own = output_begin(output);
	int done = run_init(&r, &o, NULL, &e);
	if (done == 0)
		done = match_sources(&k, &r.set, c->lost_ok, &e);
	output_end(own, output, &out);
	if (!CHECK_EQ(done, c->status ? -1 : 0))
		fprintf(stderr, "\t%s\n", e.msg);
	if (done < 0)
		CHECK_EQ(e.status, c->status);
	else
		check_result(c, &k);
	run_release(&r);
	command_line_release(&o);
	known_release(&k);
	sum_free(sum);
	for (size_t i = 0; i < FILES && c->before[i].name; i++) {
		char old[PATH_LEN];
		snprintf(old, sizeof old, "%s/%s.old", folder, c->before[i].name);
		unlink(old);
	}
	for (size_t i = 0; i < FILES && c->now[i].name; i++)
		unlink(paths[i]);
}

int main(void)
{
	snprintf(folder, sizeof folder, "/tmp/test_match.%d", (int)getpid());
	snprintf(output, sizeof output, "%s/output", folder);
	CHECK_EQ(mkdir(folder, 0700), 0);
	for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
		CHECK_ROW("%s", scenarios[i].name);
		check_scenario(&scenarios[i]);
	}
	CHECK_EQ(rmdir(folder), 0);
	return check_end();
}
