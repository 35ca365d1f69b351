/* test_folder.c -- the folder of checkpoints: settings, FORMAT, COMMITTED, and what is refused. */
#include "check.h"
#include "checkpoint/folder.h"
#include "scratch.h"
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#define RUN_A "0123456789abcdef0123456789abcdef"

/* Stands in for that of the C library: the file system that the folder seems to be on. */
static long fake_type;

int fstatfs(int fd, struct statfs *fs)
{
	memset(fs, 0, sizeof *fs);
	if (fd < 0) {
		errno = EBADF;
		return -1;
	}
	fs->f_type = fake_type ? fake_type : 0xEF53;
	return 0;
}

/* Opens DIR for JOB and returns the exit status, 0 for success. The message goes to MSG. */
static int open_status(const char *dir, const char *job, char msg[1024])
{
	struct checkpoint_folder f;
	struct err e = ERR_INIT;
	int r = checkpoint_folder_open(&f, dir, job, &e);
	checkpoint_folder_release(&f);
	snprintf(msg, 1024, "%s", e.msg);
	return r < 0 ? e.status : 0;
}

static int create_status(const char *dir, bool any_fs, char msg[1024])
{
	struct checkpoint_folder f;
	struct err e = ERR_INIT;
	int r = checkpoint_folder_create(&f, dir, "/x", any_fs, &e);
	checkpoint_folder_release(&f);
	snprintf(msg, 1024, "%s", e.msg);
	return r < 0 ? e.status : 0;
}

static void test_settings(void)
{
	static const struct {
		const char *dir, *run, *options, *why; /* NULL: not set; why: NULL if they are right */
	} rows[] = {
		{ NULL, NULL, NULL, NULL },
		{ "/x/web", RUN_A, "end,every=500,upgrade,adopt,lost-ok,any-fs", NULL },
		{ "/x/web", RUN_A, "", NULL },
		{ "x/web", NULL, NULL, "SP_CHECKPOINT='x/web': the path must be absolute" },
		{ "", NULL, NULL, "SP_CHECKPOINT='': the path must be absolute" },
		{ "/x", "abc", NULL, "SP_RUN='abc': a run has 32 digits, 0 to 9 and a to f" },
		{ "/x", "0123456789ABCDEF0123456789ABCDEF", NULL,
			"SP_RUN='0123456789ABCDEF0123456789ABCDEF': a run has 32 digits, 0 to 9 and a to f" },
		{ "/x", NULL, "ende",
			"SP_CHECKPOINT_OPTIONS: unknown word 'ende'; write end, every=MS, upgrade, adopt, lost-ok or any-fs, "
			"with commas between them" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct checkpoint_settings s;
		struct err e = ERR_INIT;
		CHECK_ROW("row %zu", i);
		(rows[i].dir ? setenv("SP_CHECKPOINT", rows[i].dir, 1) : unsetenv("SP_CHECKPOINT"));
		(rows[i].run ? setenv("SP_RUN", rows[i].run, 1) : unsetenv("SP_RUN"));
		(rows[i].options ? setenv("SP_CHECKPOINT_OPTIONS", rows[i].options, 1) :
				   unsetenv("SP_CHECKPOINT_OPTIONS"));
		CHECK_EQ(checkpoint_settings_read(&s, &e), rows[i].why ? -1 : 0);
		CHECK_STR(e.msg, rows[i].why ? rows[i].why : "");
		CHECK_EQ(e.status, rows[i].why ? EX_USAGE : 0);
		if (i == 0)
			CHECK(!s.dir && !s.run && !s.supervised && !s.end && s.every_ms == 0);
		if (i == 1)
			CHECK(s.supervised && s.end && s.upgrade && s.adopt && s.lost_ok && s.any_fs &&
				s.every_ms == 500);
	}
	static const char *const wrong_every[] = { "every=0", "every=-1", "every=1s", "every=" };
	for (size_t i = 0; i < sizeof wrong_every / sizeof wrong_every[0]; i++) {
		struct checkpoint_settings s;
		struct err e = ERR_INIT;
		CHECK_ROW("%s", wrong_every[i]);
		setenv("SP_CHECKPOINT_OPTIONS", wrong_every[i], 1);
		CHECK_EQ(checkpoint_settings_read(&s, &e), -1);
		CHECK_EQ(e.status, EX_USAGE);
	}
	unsetenv("SP_CHECKPOINT"), unsetenv("SP_RUN"), unsetenv("SP_CHECKPOINT_OPTIONS");
}

static void test_report(const char *dir)
{
	char path[SCRATCH_PATH + 20], text[100] = "";
	snprintf(path, sizeof path, "%s/status", dir);
	setenv("SP_STATUS", path, 1);
	checkpoint_settings_report("sp-agg", 65); /* the file does not exist: nothing is made */
	CHECK(access(path, F_OK) < 0);
	scratch_write(path, "", 0);
	checkpoint_settings_report("sp-agg", 65);
	checkpoint_settings_report("sp-agg.2", 0);
	scratch_read(path, text, sizeof text);
	CHECK_STR(text, "sp-agg 65\nsp-agg.2 0\n");
	unsetenv("SP_STATUS");
	checkpoint_settings_report("sp-agg", 65);
	remove(path);
}

static void test_create(const char *dir)
{
	struct checkpoint_folder f, again;
	struct err e = ERR_INIT;
	struct stat st;
	char path[SCRATCH_PATH + 40], msg[1024], text[300] = "", expected[400];
	snprintf(path, sizeof path, "%s/my \"web\"", dir);
	CHECK_EQ(checkpoint_folder_create(&f, path, "/home/\xc3\xa4 \"x\"\n", false, &e), 0);
	CHECK_STR(e.msg, "");
	CHECK_STR(f.cwd, "/home/\xc3\xa4 \"x\"\n");
	CHECK(strncmp(f.job, "my__web_.", 9) == 0 && strlen(f.job) == 17);
	CHECK(f.path && f.path[0] == '/' && strcmp(f.path + strlen(f.path) - 8, "my \"web\"") == 0);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0700);
	/* The second time the job is the same; the new cwd does not count. */
	CHECK_EQ(checkpoint_folder_create(&again, path, "/other", false, &e), 0);
	CHECK_STR(again.job, f.job);
	CHECK_STR(again.cwd, f.cwd);
	CHECK_EQ(open_status(path, f.job, msg), 0);
	CHECK_EQ(open_status(path, NULL, msg), 0);
	CHECK_EQ(open_status(path, "web.00000000", msg), EX_DATAERR);
	CHECK(strstr(msg, "belongs to the job my__web_.") && strstr(msg, "of the job web.00000000"));
	snprintf(path, sizeof path, "%s/FORMAT", f.path);
	scratch_read(path, text, sizeof text);
	snprintf(expected, sizeof expected,
		"{\"sp\":1,\"job\":\"%s\",\"cwd\":\"/home/\xc3\xa4 \\\"x\\\"\\n\",\"shard\":null}\n", f.job);
	CHECK_STR(text, expected);
	checkpoint_folder_release(&f);
	checkpoint_folder_release(&again);
	checkpoint_folder_release(&again); /* twice does no harm */
	snprintf(path, sizeof path, "%s/.hidden", dir);
	CHECK_EQ(checkpoint_folder_create(&f, path, "/", false, &e), 0);
	CHECK(strncmp(f.job, "_hidden.", 8) == 0);
	checkpoint_folder_release(&f);
}

static void test_refused(const char *dir)
{
	char path[SCRATCH_PATH + 40], file[SCRATCH_PATH + 80], msg[1024];
	snprintf(path, sizeof path, "%s/refused", dir);
	snprintf(file, sizeof file, "%s/FORMAT", path);
	CHECK_EQ(open_status(path, NULL, msg), EX_DATAERR);
	CHECK_HAS(msg, "there is no folder of checkpoints here");
	/* An empty folder is taken and closed to others, whatever its mode was. */
	CHECK_EQ(mkdir(path, 0755), 0);
	/* Before that it is no such folder: it must not be closed because of a message, as it may be /usr. */
	CHECK_EQ(open_status(path, NULL, msg), EX_DATAERR);
	CHECK_HAS(msg, "has no file FORMAT");
	CHECK_EQ(create_status(path, false, msg), 0);
	CHECK_EQ(open_status(path, NULL, msg), 0);
	/* A folder with FORMAT is not closed silently: what was in it may have been changed. */
	CHECK_EQ(chmod(path, 0750), 0);
	CHECK_EQ(open_status(path, NULL, msg), EX_NOPERM);
	CHECK_HAS(msg, "is open to other users (mode 750): close it with chmod 700 ");
	CHECK_EQ(create_status(path, false, msg), EX_NOPERM);
	CHECK_EQ(chmod(path, 0700), 0);
	if (geteuid() == 0) {
		CHECK_EQ(chown(path, 65534, 65534), 0);
		CHECK_EQ(open_status(path, NULL, msg), EX_NOPERM);
		CHECK_HAS(msg, "belongs to another user (65534)");
		CHECK_EQ(create_status(path, false, msg), EX_NOPERM);
		CHECK_EQ(chown(path, 0, 0), 0);
	}
	/* A link or a pipe in the place of FORMAT is not followed and not waited for. */
	CHECK_EQ(remove(file), 0);
	CHECK_EQ(symlink("/etc/passwd", file), 0);
	CHECK_EQ(open_status(path, NULL, msg), EX_DATAERR);
	CHECK_HAS(msg, "FORMAT is no regular file");
	CHECK_EQ(remove(file), 0);
	CHECK_EQ(mkfifo(file, 0600), 0);
	CHECK_EQ(open_status(path, NULL, msg), EX_DATAERR);
	CHECK_EQ(remove(file), 0);
	CHECK_EQ(open_status(path, NULL, msg), EX_DATAERR);
	CHECK_HAS(msg, "has no file FORMAT");
	/* What a program that was killed before FORMAT was there leaves behind is no reason to refuse the folder. */
	snprintf(file, sizeof file, "%s/.FORMAT.tmp", path);
	scratch_write(file, "{", 1);
	CHECK_EQ(create_status(path, false, msg), 0);
	CHECK(access(file, F_OK) < 0);
	snprintf(path, sizeof path, "%s/full", dir);
	CHECK_EQ(mkdir(path, 0700), 0);
	snprintf(file, sizeof file, "%s/letter.txt", path);
	scratch_write(file, "x", 1);
	CHECK_EQ(create_status(path, false, msg), EX_CANTCREAT);
	CHECK_HAS(msg, "has other files ('letter.txt')");
	CHECK_EQ(create_status(file, false, msg), EX_DATAERR);
	snprintf(path, sizeof path, "%s/no/such", dir);
	CHECK_EQ(create_status(path, false, msg), EX_CANTCREAT);
}

static void test_format_text(const char *dir)
{
	static const struct {
		const char *text;
		int status;
	} rows[] = {
		{ "{\"sp\":1,\"job\":\"a.00000000\",\"cwd\":\"/\",\"shard\":null}\n", 0 },
		{ "{\"sp\":1,\"job\":\"a.00000000\",\"cwd\":\"/\",\"later\":[1]}", 0 },
		{ "{\"sp\":2,\"job\":\"a.00000000\",\"cwd\":\"/\"}\n", EX_DATAERR },
		{ "{\"sp\":2}\n", EX_DATAERR },
		{ "{\"job\":\"a.00000000\",\"cwd\":\"/\"}\n", EX_DATAERR },
		{ "{\"sp\":1,\"job\":\"\",\"cwd\":\"/\"}\n", EX_DATAERR },
		{ "{\"sp\":1,\"job\":\"a\\u0000b\",\"cwd\":\"/\"}\n", EX_DATAERR },
		{ "{\"sp\":1,\"job\":\"a\",\"job\":\"b\",\"cwd\":\"/\"}\n", EX_DATAERR },
		{ "{\"sp\":1,\"job\":7,\"cwd\":\"/\"}\n", EX_DATAERR },
		{ "{\"sp\":1,\"job\":\"a.000", EX_DATAERR },
		{ "[]", EX_DATAERR },
		{ "", EX_DATAERR },
	};
	char path[SCRATCH_PATH + 40], file[SCRATCH_PATH + 80], msg[1024];
	snprintf(path, sizeof path, "%s/text", dir);
	snprintf(file, sizeof file, "%s/FORMAT", path);
	CHECK_EQ(mkdir(path, 0700), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		CHECK_ROW("%s", rows[i].text);
		scratch_write(file, rows[i].text, strlen(rows[i].text));
		CHECK_EQ(open_status(path, NULL, msg), rows[i].status);
		CHECK_EQ(create_status(path, false, msg), rows[i].status);
	}
	CHECK_HAS(msg, "FORMAT is damaged: restore ");
	scratch_write(file, rows[2].text, strlen(rows[2].text));
	CHECK_EQ(open_status(path, NULL, msg), EX_DATAERR);
	CHECK_HAS(msg, "was written by a newer version of sp (format 2; this version knows 1)");
}

static void test_network(const char *dir)
{
	static const struct {
		long type;
		const char *name;
	} rows[] = {
		{ 0x6969, "NFS" }, { 0x517B, "SMB" }, { (long)0xFF534D42, "SMB" }, { (long)0xFE534D42, "SMB" },
		{ (int)0xFE534D42, "SMB" }, { 0x01021997, "9p" }, { 0x65735546, "FUSE" }, { 0xEF53, NULL }, /* ext4 */
		{ 0x794C7630, NULL }, /* overlay: containers */
		{ 0x01021994, NULL }, /* tmpfs */
	};
	char path[SCRATCH_PATH + 40], msg[1024];
	snprintf(path, sizeof path, "%s/network", dir);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		CHECK_ROW("%lx", (unsigned long)rows[i].type);
		fake_type = rows[i].type;
		const char *name = checkpoint_network_fs(0);
		CHECK(rows[i].name ? name && strcmp(name, rows[i].name) == 0 : !name);
		CHECK_EQ(create_status(path, false, msg), rows[i].name ? EX_CONFIG : 0);
		CHECK(!rows[i].name || (strstr(msg, rows[i].name) && strstr(msg, "--any-fs")));
		CHECK_EQ(create_status(path, true, msg), 0);
	}
	fake_type = 0;
	CHECK(checkpoint_network_fs(-1) == NULL);
}

/* Reads COMMITTED of F into C. Returns the exit status, 0 for success. */
static int committed_status(const struct checkpoint_folder *f, struct committed *c, char msg[1024])
{
	struct err e = ERR_INIT;
	int r = committed_read(f, c, &e);
	snprintf(msg, 1024, "%s", e.msg);
	return r < 0 ? e.status : 0;
}

static void test_committed(const char *dir)
{
	struct checkpoint_folder f;
	struct committed c, d;
	struct err e = ERR_INIT;
	char path[SCRATCH_PATH + 40], msg[1024], text[1000] = "", file[SCRATCH_PATH + 80];
	snprintf(path, sizeof path, "%s/committed", dir);
	snprintf(file, sizeof file, "%s/COMMITTED", path);
	CHECK_EQ(checkpoint_folder_create(&f, path, "/", false, &e), 0);
	committed_init(&c);
	committed_init(&d);
	CHECK_EQ(committed_status(&f, &c, msg), 0);
	CHECK(c.epoch.number == 0 && c.epoch.run[0] == '\0' && c.path.n == 0 && c.pace_ms == 0);
	c.epoch = (struct epoch){ 41, RUN_A };
	c.pace_ms = 300000;
	CHECK_EQ(buf_adds(&c.path, "sp-capture,sp-agg,sp-agg.2"), 0);
	CHECK_EQ(committed_write(&f, &c, &e), 0);
	CHECK_EQ(committed_status(&f, &d, msg), 0);
	CHECK(epoch_eq(&c.epoch, &d.epoch) && span_eq(buf_span(&c.path), buf_span(&d.path)) && d.pace_ms == 300000);
	scratch_read(file, text, sizeof text);
	CHECK_STR(text,
		"{\"epoch\":\"41\",\"run\":\"" RUN_A
		"\",\"path\":[\"sp-capture\",\"sp-agg\",\"sp-agg.2\"],\"pace\":\"300000\"}\n");
	/* A file that was cut anywhere is damaged. */
	for (size_t n = 0; n < strlen(text); n++) {
		CHECK_ROW("cut to %zu bytes", n);
		scratch_write(file, text, n);
		CHECK_EQ(committed_status(&f, &d, msg), EX_DATAERR);
	}
	CHECK_HAS(msg, "COMMITTED is damaged: remove this file and start again");
	/* A folder that cannot be written: the old file stays. The file size limit stands in for a full disk. */
	scratch_write(file, text, strlen(text));
	struct rlimit old, small = { 10, 10 };
	CHECK_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	CHECK_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
	c.epoch.number = 42;
	int r = committed_write(&f, &c, &e);
	CHECK_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
	CHECK_EQ(r, -1);
	CHECK_EQ(e.status, EX_IOERR);
	CHECK_HAS(e.msg, "COMMITTED cannot be written: File too large");
	CHECK_EQ(committed_status(&f, &d, msg), 0);
	CHECK_EQ(d.epoch.number, 41);
	snprintf(file, sizeof file, "%s/.COMMITTED.tmp", path);
	CHECK(access(file, F_OK) < 0);
	committed_release(&c);
	committed_release(&d);
	checkpoint_folder_release(&f);
}

static void test_committed_text(const char *dir)
{
#define R "\"run\":\"" RUN_A "\""
	static const char *const wrong[] = {
		"{\"epoch\":\"41\",\"run\":\"\",\"path\":[],\"pace\":\"0\"}\n",
		"{\"epoch\":\"0\"," R ",\"path\":[],\"pace\":\"0\"}\n",
		"{\"epoch\":41," R ",\"path\":[],\"pace\":\"0\"}\n",
		"{\"epoch\":\"-1\"," R ",\"path\":[],\"pace\":\"0\"}\n",
		"{\"epoch\":\"041\"," R ",\"path\":[],\"pace\":\"0\"}\n",
		"{\"epoch\":\"9223372036854775808\"," R ",\"path\":[],\"pace\":\"0\"}\n",
		"{\"epoch\":\"41\",\"run\":\"xyz3456789abcdef0123456789abcdef\",\"path\":[],\"pace\":\"0\"}\n",
		"{\"epoch\":\"41\",\"run\":\"0123\",\"path\":[],\"pace\":\"0\"}\n",
		"{\"epoch\":\"41\"," R ",\"path\":[7],\"pace\":\"0\"}\n",
		"{\"epoch\":\"41\"," R ",\"path\":\"a\",\"pace\":\"0\"}\n",
		"{\"epoch\":\"41\"," R ",\"path\":[\"a,b\"],\"pace\":\"0\"}\n",
		"{\"epoch\":\"41\"," R ",\"path\":[\"\xff\"],\"pace\":\"0\"}\n",
		"{\"epoch\":\"41\"," R ",\"path\":[\"\"],\"pace\":\"0\"}\n",
		"{\"epoch\":\"41\"," R ",\"path\":[],\"pace\":\"0\"}\n{}\n",
		"{\"epoch\":\"41\"," R ",\"path\":[],\"pace\":\"0\"} \n",
		"{\"epoch\":\"41\",\"epoch\":\"42\"," R ",\"path\":[],\"pace\":\"0\"}\n",
		"{\"epoch\":\"41\"," R ",\"path\":[]}\n",
		"{\"epoch\":\"41\"," R ",\"path\":[],\"pace\":\"0\",\"more\":\"0\"}\n",
		"[\"41\"]\n",
	};
#undef R
	struct checkpoint_folder f;
	struct committed c;
	struct err e = ERR_INIT;
	char path[SCRATCH_PATH + 40], msg[1024], file[SCRATCH_PATH + 80];
	snprintf(path, sizeof path, "%s/committed", dir);
	snprintf(file, sizeof file, "%s/COMMITTED", path);
	CHECK_EQ(checkpoint_folder_open(&f, path, NULL, &e), 0);
	committed_init(&c);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		CHECK_ROW("%s", wrong[i]);
		scratch_write(file, wrong[i], strlen(wrong[i]));
		CHECK_EQ(committed_status(&f, &c, msg), EX_DATAERR);
	}
	committed_release(&c);
	checkpoint_folder_release(&f);
}

static void test_run(void)
{
	char a[RUN_TEXT], b[RUN_TEXT];
	struct err e = ERR_INIT;
	CHECK_EQ(checkpoint_new_run(a, &e), 0);
	CHECK_EQ(checkpoint_new_run(b, &e), 0);
	CHECK_EQ(strspn(a, "0123456789abcdef"), 32);
	CHECK_EQ(strlen(a), 32);
	CHECK(strcmp(a, b) != 0);
}

int main(void)
{
	char dir[SCRATCH_PATH];
	scratch_make(dir);
	test_settings();
	test_report(dir);
	test_create(dir);
	test_refused(dir);
	test_format_text(dir);
	test_network(dir);
	test_committed(dir);
	test_committed_text(dir);
	test_run();
	scratch_remove(dir);
	return check_end();
}
