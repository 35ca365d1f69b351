/* test_snapshot.c -- snapshots: written and read again, damaged in every byte, cut at every length, under wrong names,
 * pruned, and compared byte by byte with one that another compiler's build has written. */
#include "check.h"
#include "checkpoint/place.h"
#include "scratch.h"
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define RUN_A "0123456789abcdef0123456789abcdef"
#define RUN_B "fedcba9876543210fedcba9876543210"
#define EXAMPLE "tests/unit/checkpoint/example.snap"

static struct checkpoint_folder folder;

/* The body of the tests: N fields, which depend on their number only. */
static int save_fields(void *arg, struct save *s, struct err *e)
{
	const size_t *n = arg;
	(void)e;
	save_u64(s, *n);
	for (size_t i = 0; i < *n; i++) {
		save_u64(s, UINT64_C(1) << i % 64);
		save_i64(s, i % 2 ? -(int64_t)i : INT64_MIN + (int64_t)i);
		save_bool(s, i % 3 == 0);
		save_span(s, (struct span){ "a key with some letters", i % 24 });
		save_bytes(s, &"0123456789"[i % 10], 1);
	}
	return 0;
}

/* Returns true if L is what save_fields() has written for N. */
static bool load_fields(struct load *l, size_t n)
{
	struct err e = ERR_INIT;
	bool same = load_count(l, 5) == n;
	for (size_t i = 0; i < n && same; i++) {
		same = load_u64(l) == UINT64_C(1) << i % 64;
		same = same && load_i64(l) == (i % 2 ? -(int64_t)i : INT64_MIN + (int64_t)i);
		same = same && load_bool(l) == (i % 3 == 0);
		same = same && span_eq(load_span(l), (struct span){ "a key with some letters", i % 24 });
		same = same && span_eq(load_bytes(l, 1), (struct span){ &"0123456789"[i % 10], 1 });
	}
	return load_finish(l, &e) == 0 && same;
}

static void place_of(struct checkpoint_place *p, const char *id)
{
	struct err e = ERR_INIT;
	CHECK_EQ(checkpoint_place_open(p, &folder, id, RUN_A, &e), 0);
	CHECK_STR(e.msg, "");
}

static void write_epoch(const struct checkpoint_place *p, uint64_t number, const char *run, size_t fields)
{
	struct epoch epoch = { .number = number };
	struct snapshot_source source = { SPAN("by: .country\nsum: .amount\n"), SPAN("3 keys in 1 window"), save_fields,
		&fields };
	struct err e = ERR_INIT;
	snprintf(epoch.run, sizeof epoch.run, "%s", run);
	CHECK_EQ(snapshot_write(p, &epoch, &source, &e), 0);
	CHECK_STR(e.msg, "");
}

/* Reads the snapshot of NUMBER and RUN. Returns the exit status, or 0 for success; the message goes to MSG. FIELDS is
 * the number of fields that it must have. */
static int read_status(const struct checkpoint_place *p, uint64_t number, const char *run, size_t fields,
	char msg[1024])
{
	struct epoch epoch = { .number = number };
	struct snapshot s;
	struct err e = ERR_INIT;
	snprintf(epoch.run, sizeof epoch.run, "%s", run);
	int r = snapshot_read(p, &epoch, &s, &e);
	if (r == 0)
		CHECK(load_fields(&s.body, fields));
	snapshot_release(&s);
	snprintf(msg, 1024, "%s", e.msg);
	return r < 0 ? e.status : 0;
}

static void path_of(char path[SCRATCH_PATH + 200], const char *id, uint64_t number, const char *run)
{
	snprintf(path, SCRATCH_PATH + 200, "%s/%s/%llu-%s.snap", folder.path, id, (unsigned long long)number, run);
}

static void test_sizes(void)
{
	/* The buffer of struct save has 1 MiB, about 39,000 fields. */
	static const size_t sizes[] = { 0, 1, 2, 1000, 38000, 39000, 40000, 200000 };
	struct checkpoint_place p;
	char msg[1024];
	place_of(&p, "sizes");
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		CHECK_ROW("%zu fields", sizes[i]);
		write_epoch(&p, i + 1, RUN_A, sizes[i]);
		CHECK_EQ(read_status(&p, i + 1, RUN_A, sizes[i], msg), 0);
	}
	/* A snapshot may be written twice under one name: a run that was cut off before its barrier does so. */
	write_epoch(&p, 8, RUN_A, 3);
	CHECK_EQ(read_status(&p, 8, RUN_A, 3, msg), 0);
	checkpoint_place_release(&p);
}

static void test_damage(void)
{
	static char good[4096], bad[4097];
	struct checkpoint_place p;
	char path[SCRATCH_PATH + 200], msg[1024];
	place_of(&p, "damage");
	write_epoch(&p, 7, RUN_A, 9);
	path_of(path, "damage", 7, RUN_A);
	size_t n = scratch_read(path, good, sizeof good);
	CHECK(n > 200 && n < sizeof good - 1);
	for (size_t i = 0; i < n; i++) {
		for (int bit = 0; bit < 8; bit++) {
			CHECK_ROW("byte %zu, bit %d", i, bit);
			memcpy(bad, good, n);
			bad[i] = (char)(bad[i] ^ (1 << bit));
			scratch_write(path, bad, n);
			CHECK_EQ(read_status(&p, 7, RUN_A, 9, msg), EX_DATAERR);
		}
	}
	for (size_t i = 0; i < n; i++) {
		CHECK_ROW("cut to %zu bytes", i);
		scratch_write(path, good, i);
		CHECK_EQ(read_status(&p, 7, RUN_A, 9, msg), EX_DATAERR);
	}
	CHECK_HAS(msg, ".snap: the snapshot is damaged: restore ");
	/* A byte more, at the end and in front; two halves in the other order. */
	memcpy(bad, good, n);
	bad[n] = '\n';
	scratch_write(path, bad, n + 1);
	CHECK_EQ(read_status(&p, 7, RUN_A, 9, msg), EX_DATAERR);
	memcpy(bad + 1, good, n);
	scratch_write(path, bad, n + 1);
	CHECK_EQ(read_status(&p, 7, RUN_A, 9, msg), EX_DATAERR);
	memcpy(bad, good + n / 2, n - n / 2);
	memcpy(bad + (n - n / 2), good, n / 2);
	scratch_write(path, bad, n);
	CHECK_EQ(read_status(&p, 7, RUN_A, 9, msg), EX_DATAERR);
	scratch_write(path, good, n);
	CHECK_EQ(read_status(&p, 7, RUN_A, 9, msg), 0);
	checkpoint_place_release(&p);
}

/* The right bytes under the wrong name. */
static void test_identity(void)
{
	struct checkpoint_place p, q;
	char from[SCRATCH_PATH + 200], to[SCRATCH_PATH + 200], msg[1024];
	place_of(&p, "sp-agg");
	place_of(&q, "sp-agg.2");
	write_epoch(&p, 7, RUN_A, 2);
	CHECK_EQ(read_status(&p, 7, RUN_B, 2, msg), EX_DATAERR);
	CHECK_EQ(read_status(&p, 8, RUN_A, 2, msg), EX_DATAERR);
	CHECK_HAS(msg, ": the snapshot of epoch 8 is missing: restore ");
	CHECK_HAS(msg, " of that time, or start over with rm -r ");
	CHECK_HAS(msg, " and an empty store");
	const struct {
		const char *id, *run;
		const struct checkpoint_place *place;
		uint64_t number;
		const char *why;
	} rows[] = {
		{ "sp-agg.2", RUN_A, &q, 7, "belongs to another program" },
		{ "sp-agg", RUN_B, &p, 7, "has the snapshot of another epoch" },
		{ "sp-agg", RUN_A, &p, 8, "has the snapshot of another epoch" },
		{ "sp-agg", RUN_A, &p, 70, "has the snapshot of another epoch" },
	};
	path_of(from, "sp-agg", 7, RUN_A);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		CHECK_ROW("row %zu", i);
		path_of(to, rows[i].id, rows[i].number, rows[i].run);
		CHECK_EQ(link(from, to), 0);
		CHECK_EQ(read_status(rows[i].place, rows[i].number, rows[i].run, 2, msg), EX_DATAERR);
		CHECK_STR(strstr(msg, rows[i].why) ? rows[i].why : msg, rows[i].why);
		CHECK_EQ(remove(to), 0);
	}
	CHECK_EQ(symlink(from, to), 0);
	CHECK_EQ(read_status(&p, 70, RUN_A, 2, msg), EX_DATAERR);
	CHECK_HAS(msg, "is no regular file");
	checkpoint_place_release(&p);
	checkpoint_place_release(&q);
}

/* ---- failures while writing ---- */

static int save_and_fail(void *arg, struct save *s, struct err *e)
{
	(void)arg;
	save_u64(s, 1);
	return err_set(e, EX_SOFTWARE, "no more");
}

static void test_failures(void)
{
	struct checkpoint_place p;
	struct err e = ERR_INIT;
	struct epoch epoch = { 7, RUN_A };
	struct snapshot_source source = { SPAN(""), SPAN(""), save_and_fail, NULL };
	char path[SCRATCH_PATH + 200], tmp[SCRATCH_PATH + 200];
	place_of(&p, "failures");
	path_of(path, "failures", 7, RUN_A);
	snprintf(tmp, sizeof tmp, "%s/failures/.7-%s.snap.tmp", folder.path, RUN_A);
	CHECK_EQ(snapshot_write(&p, &epoch, &source, &e), -1);
	CHECK_STR(e.msg, "no more");
	CHECK(access(path, F_OK) < 0 && access(tmp, F_OK) < 0);
	/* A limit on the size of files stands in for a full disk: in the header, in the body, at the end. */
	size_t fields = 100000;
	source.body = save_fields;
	source.arg = &fields;
	struct rlimit old, limit;
	CHECK_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, SIG_IGN);
	struct stat st = { .st_size = 0 };
	CHECK_EQ(snapshot_write(&p, &epoch, &source, &e), 0);
	CHECK_EQ(stat(path, &st), 0);
	CHECK_EQ(remove(path), 0);
	const rlim_t limits[] = { 0, 10, 1000, 1 << 20, (rlim_t)st.st_size - 17, (rlim_t)st.st_size - 1 };
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		CHECK_ROW("limit %llu", (unsigned long long)limits[i]);
		limit = (struct rlimit){ limits[i], old.rlim_max };
		CHECK_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
		int r = snapshot_write(&p, &epoch, &source, &e);
		CHECK_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
		CHECK_EQ(r, -1);
		CHECK_EQ(e.status, EX_IOERR);
		CHECK_HAS(e.msg, ".snap cannot be written: File too large");
		CHECK(access(path, F_OK) < 0 && access(tmp, F_OK) < 0);
	}
	CHECK_EQ(snapshot_write(&p, &epoch, &source, &e), 0);
	checkpoint_place_release(&p);
}

/* ---- removing ---- */

/* Makes a file of BYTES bytes, none of which is on the disk, in the place of the snapshot of NUMBER. */
static void make_sparse(const char *id, uint64_t number, off_t bytes)
{
	char path[SCRATCH_PATH + 200];
	path_of(path, id, number, RUN_B);
	scratch_write(path, "", 0);
	CHECK_EQ(truncate(path, bytes), 0);
}

/* Returns the numbers of the snapshots of ID that are there, as text. */
static const char *numbers_of(const char *id)
{
	static char text[1000];
	char path[SCRATCH_PATH + 200];
	*text = '\0';
	for (uint64_t i = 1; i < 200; i++) {
		for (int b = 0; b < 2; b++) {
			path_of(path, id, i, b ? RUN_B : RUN_A);
			if (access(path, F_OK) == 0)
				snprintf(text + strlen(text), sizeof text - strlen(text), "%s%llu%s", *text ? " " : "",
					(unsigned long long)i, b ? "b" : "");
		}
	}
	return text;
}

static void test_prune(void)
{
	const off_t mib = 1 << 20;
	struct checkpoint_place p;
	place_of(&p, "prune");
	for (uint64_t i = 1; i <= 20; i++)
		write_epoch(&p, i, RUN_A, 1);
	CHECK_STR(numbers_of("prune"), "11 12 13 14 15 16 17 18 19 20");
	checkpoint_place_release(&p);
	/* 40 MiB each: three stay. */
	place_of(&p, "large");
	for (uint64_t i = 1; i <= 5; i++)
		make_sparse("large", i, 40 * mib);
	write_epoch(&p, 6, RUN_A, 1);
	CHECK_STR(numbers_of("large"), "4b 5b 6");
	/* 15 MiB each: four are under 64 MiB with the small one, a fifth is not. */
	for (uint64_t i = 1; i <= 5; i++)
		make_sparse("large", i, 15 * mib);
	write_epoch(&p, 6, RUN_A, 1);
	CHECK_STR(numbers_of("large"), "2b 3b 4b 5b 6");
	checkpoint_place_release(&p);
	/* E - 2 and what is above stay, of whatever run, however large: the next run may need them. */
	place_of(&p, "above");
	static const uint64_t numbers[] = { 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50 };
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		make_sparse("above", numbers[i], 70 * mib);
	write_epoch(&p, 41, RUN_A, 1);
	CHECK_STR(numbers_of("above"), "39b 40b 41 41b 42b 43b 44b 45b 46b 47b 48b 49b 50b");
	/* Files that are no snapshots stay. */
	char path[SCRATCH_PATH + 200];
	static const char *const others[] = { "1.snap", "-1.snap", "x-y.snap", "1-a.snap.gz", "rejects.ndjson",
		"99999999999999999999-a.snap" };
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		snprintf(path, sizeof path, "%s/above/%s", folder.path, others[i]);
		scratch_write(path, "x", 1);
	}
	write_epoch(&p, 100, RUN_A, 1);
	CHECK_STR(numbers_of("above"), "49b 50b 100");
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		CHECK_ROW("%s", others[i]);
		snprintf(path, sizeof path, "%s/above/%s", folder.path, others[i]);
		CHECK_EQ(access(path, F_OK), 0);
	}
	checkpoint_place_release(&p);
}

/* ---- configurations ---- */

static void test_compare(void)
{
	static const struct {
		const char *old, *new, *open;
		const char *id, *what; /* NULL: no error */
		int result;
	} rows[] = {
		{ "by: .a\n", "by: .a\n", "2 keys", "sp-agg", NULL, 0 },
		{ "", "", "", "sp-agg", NULL, 0 },
		{ "by: .a\n", "by: .b\n", "", "sp-agg", NULL, 1 },
		{ "by: .a\n", "by: .b\n", "2 keys in 1 window", "sp-agg",
			"by was '.a' and is '.b', with 2 keys in 1 window open: run the old line with --end first, or try "
			"--upgrade, which keeps what fits",
			-1 },
		{ "by: .a\n", "by: .b\n", "2 keys", "sp-agg.2", "sp-agg.2: by was '.a' and is '.b', with 2 keys", -1 },
		{ "by: .a\nsum: .x\n", "by: .a\nsum: .y\n", "2 keys", "sp-agg", "sum was '.x' and is '.y', with", -1 },
		{ "by: .a\nsum: .x\n", "by: .a\n", "2 keys", "sp-agg", "sum was '.x', is gone, with", -1 },
		{ "by: .a\n", "by: .a\nsum: .x\n", "2 keys", "sp-agg", "sum is new: '.x', with", -1 },
		{ "", "sum: .x\n", "2 keys", "sp-agg", "sum is new: '.x', with", -1 },
		{ "by: .a\n", "", "2 keys", "sp-agg", "by was '.a', is gone, with", -1 },
		{ "a: 1\nc: 2\n", "b: 1\nc: 2\n", "2 keys", "sp-agg", "was a '1', is b '1', with", -1 },
		{ "odd\n", "odd: 1\n", "2 keys", "sp-agg", "odd was '' and is '1', with", -1 },
		/* Bytes that are not UTF-8 compare as JSON keeps them. */
		{ "by: \xff\"\\\n", "by: \xff\"\\\n", "2 keys", "sp-agg", NULL, 0 },
	};
	struct checkpoint_place p;
	place_of(&p, "compare");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct snapshot_source source = { span_of(rows[i].old), span_of(rows[i].open), NULL, NULL };
		struct epoch epoch = { i + 1, RUN_A };
		struct snapshot s;
		struct err e = ERR_INIT;
		CHECK_ROW("row %zu", i);
		CHECK_EQ(snapshot_write(&p, &epoch, &source, &e), 0);
		CHECK_EQ(snapshot_read(&p, &epoch, &s, &e), 0);
		CHECK(load_finish(&s.body, &e) == 0);
		CHECK(span_eq(s.open, span_of(rows[i].open)));
		CHECK_EQ(snapshot_compare(&s, span_of(rows[i].new), false, rows[i].id, &e), rows[i].result);
		if (rows[i].what)
			CHECK_STR(strncmp(e.msg, rows[i].what, strlen(rows[i].what)) == 0 ? rows[i].what : e.msg,
				rows[i].what);
		CHECK_EQ(e.status, rows[i].what ? EX_DATAERR : 0);
		CHECK_EQ(snapshot_compare(&s, span_of(rows[i].new), true, rows[i].id, &e), rows[i].result != 0);
		snapshot_release(&s);
	}
	checkpoint_place_release(&p);
}

/* The example was written once by a build with gcc. Every build, by any compiler, must write the same bytes and read
 * them. SP_WRITE_EXAMPLE=1 writes it again. */
static void test_example(void)
{
	static char example[8192], mine[8192];
	struct checkpoint_place p;
	char path[SCRATCH_PATH + 200], msg[1024];
	place_of(&p, "sp-agg");
	write_epoch(&p, 42, RUN_B, 130);
	path_of(path, "sp-agg", 42, RUN_B);
	size_t n = scratch_read(path, mine, sizeof mine);
	if (getenv("SP_WRITE_EXAMPLE"))
		scratch_write(EXAMPLE, mine, n);
	CHECK_EQ(scratch_read(EXAMPLE, example, sizeof example), n);
	CHECK(memcmp(example, mine, n) == 0);
	scratch_write(path, example, n);
	CHECK_EQ(read_status(&p, 42, RUN_B, 130, msg), 0);
	checkpoint_place_release(&p);
}

int main(void)
{
	char dir[SCRATCH_PATH];
	struct err e = ERR_INIT;
	scratch_make(dir);
	CHECK_EQ(checkpoint_folder_create(&folder, dir, "/", false, &e), 0);
	test_sizes();
	test_damage();
	test_identity();
	test_failures();
	test_prune();
	test_compare();
	test_example();
	checkpoint_folder_release(&folder);
	scratch_remove(dir);
	return check_end();
}
