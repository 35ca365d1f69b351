/* test_place.c -- the lock of a place: another run, the same run, waiting, dying, children; and what it leaves. */
#include "check.h"
#include "checkpoint/place.h"
#include "checkpoint/status_file.h"
#include "json/json.h"
#include "scratch.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#define RUN_A "0123456789abcdef0123456789abcdef"
#define RUN_B "fedcba9876543210fedcba9876543210"

/* A process that opens a place, tells the result, and holds the place until it is killed. */
struct other {
	pid_t pid;
	int result; /* the pipe that the result comes from */
};

static struct other other_start(const struct checkpoint_folder *f, const char *id, const char *run)
{
	int result[2];
	struct other o = { 0, -1 };
	if (pipe2(result, O_CLOEXEC) < 0 || (o.pid = fork()) < 0) {
		perror("other_start");
		exit(1);
	}
	if (o.pid == 0) {
		struct checkpoint_place p;
		struct err e = ERR_INIT;
		unsigned char status = checkpoint_place_open(&p, f, id, run, &e) < 0 ? (unsigned char)e.status : 0;
		if (write(result[1], &status, 1) == 1)
			pause();
		_exit(0);
	}
	close(result[1]);
	o.result = result[0];
	return o;
}

/* Waits for the exit status with which the other process opened its place. */
static int other_result(const struct other *o)
{
	unsigned char status = 255;
	return read(o->result, &status, 1) == 1 ? status : -1;
}

static void other_kill(struct other *o)
{
	kill(o->pid, SIGKILL);
	waitpid(o->pid, NULL, 0);
	close(o->result);
}

/* Waits until the process PID has the file "lock" open: it is about to lock it, or waits for it. */
static void wait_for_lock_open(pid_t pid)
{
	char path[64], target[SCRATCH_PATH];
	for (bool open = false; !open;) {
		snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
		DIR *d = opendir(path);
		for (const struct dirent *entry; d && (entry = readdir(d));) {
			snprintf(path, sizeof path, "/proc/%d/fd/%.20s", (int)pid, entry->d_name);
			ssize_t n = readlink(path, target, sizeof target);
			open = open || (n > 5 && memcmp(target + n - 5, "/lock", 5) == 0);
		}
		if (!d)
			return;
		closedir(d);
	}
}

static int64_t holder_of(const struct checkpoint_folder *f, const char *id)
{
	struct err e = ERR_INIT;
	int64_t pid = -1;
	CHECK_EQ(checkpoint_place_holder(f, id, &pid, &e), 0);
	return pid;
}

static void test_locks(const struct checkpoint_folder *f)
{
	struct checkpoint_place p, q;
	struct err e = ERR_INIT;
	CHECK_EQ(holder_of(f, "sp-agg"), 0); /* there is no such place yet */
	struct other a = other_start(f, "sp-agg", RUN_A);
	CHECK_EQ(other_result(&a), 0);
	CHECK_EQ(holder_of(f, "sp-agg"), a.pid);
	/* The same run: refused at once. Another id: free. */
	CHECK_EQ(checkpoint_place_open(&p, f, "sp-agg", RUN_A, &e), -1);
	CHECK_EQ(e.status, EX_DATAERR);
	CHECK_HAS(e.msg, "of the same run works here already");
	CHECK(p.fd == -1 && p.lock == -1);
	CHECK_EQ(checkpoint_place_open(&p, f, "sp-agg.2", RUN_A, &e), 0);
	CHECK_EQ(holder_of(f, "sp-agg.2"), getpid());
	/* A second one in the same process is a second program, too. */
	CHECK_EQ(checkpoint_place_open(&q, f, "sp-agg.2", RUN_A, &e), -1);
	CHECK_EQ(e.status, EX_DATAERR);
	checkpoint_place_release(&p);
	CHECK_EQ(holder_of(f, "sp-agg.2"), 0);
	/* Another run: waits for the end of the first. */
	struct other b = other_start(f, "sp-agg", RUN_B);
	wait_for_lock_open(b.pid);
	other_kill(&a);
	CHECK_EQ(other_result(&b), 0);
	CHECK_EQ(holder_of(f, "sp-agg"), b.pid);
	/* Another run that waits in vain. */
	CHECK_EQ(checkpoint_place_open(&p, f, "sp-agg", RUN_A, &e), -1);
	CHECK_EQ(e.status, EX_TEMPFAIL);
	CHECK_HAS(e.msg, "of another run works here");
	/* A process that is killed gives up its lock. What its lock file says does not count any more. */
	other_kill(&b);
	CHECK_EQ(holder_of(f, "sp-agg"), 0);
	CHECK_EQ(checkpoint_place_open(&p, f, "sp-agg", RUN_B, &e), 0);
	checkpoint_place_release(&p);
	checkpoint_place_release(&p);
}

/* A program that this one starts must not keep the lock after this one has given it up. */
static void test_children(const struct checkpoint_folder *f)
{
	struct checkpoint_place p;
	struct err e = ERR_INIT;
	int in[2], out[2];
	char c = 0;
	CHECK_EQ(checkpoint_place_open(&p, f, "sp-sink", RUN_A, &e), 0);
	if (pipe(in) < 0 || pipe(out) < 0)
		exit(1);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(in[0], 0), dup2(out[1], 1);
		close(in[0]), close(in[1]), close(out[0]), close(out[1]);
		execlp("sh", "sh", "-c", "echo; read x", (char *)NULL);
		_exit(1);
	}
	close(in[0]), close(out[1]);
	CHECK_EQ(read(out[0], &c, 1), 1); /* the other program runs */
	checkpoint_place_release(&p);
	CHECK_EQ(holder_of(f, "sp-sink"), 0);
	close(in[1]), close(out[0]);
	waitpid(pid, NULL, 0);
}

static void test_leftovers(const struct checkpoint_folder *f)
{
	struct checkpoint_place p;
	struct err e = ERR_INIT;
	char dir[SCRATCH_PATH + 40], file[SCRATCH_PATH + 80], text[2000];
	snprintf(dir, sizeof dir, "%s/sp-window", f->path);
	CHECK_EQ(checkpoint_place_open(&p, f, "sp-window", RUN_A, &e), 0);
	snprintf(file, sizeof file, "%s/lock", dir);
	scratch_read(file, text, sizeof text);
	struct json_walk w;
	struct span name, value;
	CHECK_EQ(json_walk_init(&w, span_of(text)), 0);
	CHECK(json_walk(&w, &name, &value) > 0 && span_eq(name, SPAN("pid")) &&
		strtol(value.p + 1, NULL, 10) == getpid());
	checkpoint_place_release(&p);
	/* Temporary files of programs that died go; everything else stays. */
	static const char *const files[] = { ".7-" RUN_A ".snap.tmp", ".status.json.tmp", "7-" RUN_A ".snap", "x.tmp" };
	for (size_t i = 0; i < 4; i++) {
		snprintf(file, sizeof file, "%s/%s", dir, files[i]);
		scratch_write(file, "x", 1);
	}
	CHECK_EQ(checkpoint_place_open(&p, f, "sp-window", RUN_A, &e), 0);
	for (size_t i = 0; i < 4; i++) {
		CHECK_ROW("%s", files[i]);
		snprintf(file, sizeof file, "%s/%s", dir, files[i]);
		CHECK_EQ(access(file, F_OK), i < 2 ? -1 : 0);
	}
	checkpoint_place_release(&p);
	/* A link in the place of the folder, or ids that lead out of DIR. */
	snprintf(file, sizeof file, "%s/sp-map", f->path);
	CHECK_EQ(symlink(dir, file), 0);
	CHECK_EQ(checkpoint_place_open(&p, f, "sp-map", RUN_A, &e), -1);
	static const char *const wrong[] = { "", ".", "..", "../x", "a/b", ".tmp",
		"0123456789012345678901234567890123456789012345678901234567890123" };
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		CHECK_ROW("%s", wrong[i]);
		CHECK_EQ(checkpoint_place_open(&p, f, wrong[i], RUN_A, &e), -1);
	}
}

static void test_status(const struct checkpoint_folder *f)
{
	struct checkpoint_place p;
	struct err e = ERR_INIT;
	struct epoch epoch = { 41, RUN_A };
	struct status_fields fields = STATUS_FIELDS_INIT;
	char file[SCRATCH_PATH + 80], text[2000], *time;
	CHECK_EQ(checkpoint_place_open(&p, f, "sp-status", RUN_A, &e), 0);
	snprintf(file, sizeof file, "%s/sp-status/status.json", f->path);
	status_file_write(&p, &epoch, &fields);
	scratch_read(file, text, sizeof text);
	CHECK_HAS(text, ",\"epoch\":\"41\",\"run\":\"" RUN_A "\",\"time\":\"2");
	CHECK_HAS(text,
		"Z\",\"events_in\":0,\"events_out\":0,\"rejected\":0,\"late\":0,\"watermark\":null,\"open_windows\":null,"
		"\"keys\":null,\"state_bytes\":null,\"lag_bytes\":null,\"waiting_for\":null,\"waiting_since\":null}\n");
	fields = (struct status_fields){ 1, 2, 3, 4, 0, 5, 6, 7, 8, "commit", 1000 };
	status_file_write(&p, &epoch, &fields);
	scratch_read(file, text, sizeof text);
	time = strstr(text, "\"events_in\"");
	CHECK_STR(time,
		"\"events_in\":1,\"events_out\":2,\"rejected\":3,\"late\":4,\"watermark\":\"1970-01-01T00:00:00Z\","
		"\"open_windows\":5,\"keys\":6,\"state_bytes\":7,\"lag_bytes\":8,\"waiting_for\":\"commit\",\"waiting_since\":\"1970-01-01T00:00:01Z\"}\n");
	/* A file that cannot be replaced is left alone, and nothing is said. */
	CHECK_EQ(remove(file), 0);
	CHECK_EQ(mkdir(file, 0700), 0);
	status_file_write(&p, &epoch, &fields);
	snprintf(file, sizeof file, "%s/sp-status/.status.json.tmp", f->path);
	CHECK(access(file, F_OK) < 0);
	checkpoint_place_release(&p);
}

int main(void)
{
	char dir[SCRATCH_PATH];
	struct checkpoint_folder f;
	struct err e = ERR_INIT;
	scratch_make(dir);
	CHECK_EQ(checkpoint_folder_create(&f, dir, "/", false, &e), 0);
	test_locks(&f);
	test_children(&f);
	test_leftovers(&f);
	test_status(&f);
	checkpoint_folder_release(&f);
	scratch_remove(dir);
	return check_end();
}
