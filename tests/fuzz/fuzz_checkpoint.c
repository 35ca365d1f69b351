/* fuzz_checkpoint.c -- what a program reads of a job: a snapshot, COMMITTED, FORMAT, and the control lines.
 *
 * Input: a byte that chooses the kind, then the text. Nothing may be read outside of it, and what is refused must say
 * why. What is taken must be the same after it is written and read again. A snapshot gets the right hash in half of the
 * cases, so that the code behind the hash is reached; its body is read by load functions that the body chooses. */
#include "checkpoint/snapshot_internal.h"
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#define RUN "0123456789abcdef0123456789abcdef"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[64];
static struct checkpoint_folder folder;
static struct checkpoint_place place;

static void remove_all(void)
{
	static const char *const names[] = { "id/42-" RUN ".snap", "id/lock", "id", "COMMITTED", "FORMAT" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (unlinkat(folder.fd, names[i], 0) < 0)
			(void)unlinkat(folder.fd, names[i], AT_REMOVEDIR);
	(void)rmdir(dir);
}

/* Makes the folder in memory, once. A crash leaves it behind. */
static void prepare(void)
{
	struct err e = ERR_INIT;
	snprintf(dir, sizeof dir, "/dev/shm/sp-fuzz-XXXXXX");
	if (!mkdtemp(dir) || checkpoint_folder_create(&folder, dir, "/", true, &e) < 0 ||
		checkpoint_place_open(&place, &folder, "id", RUN, &e) < 0)
		abort();
	atexit(remove_all);
}

/* Makes the file NAME of the folder FD out of TEXT and END. */
static void put_file(int fd, const char *name, struct span text, struct span end)
{
	int file = openat(fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0 || write(file, text.p, text.n) != (ssize_t)text.n || write(file, end.p, end.n) != (ssize_t)end.n)
		abort();
	close(file);
}

/* A call that returned R must have set E if and only if it failed. */
static bool taken(int r, const struct err *e)
{
	if ((r < 0) != (e->status != 0) || (r < 0) != (e->msg[0] != '\0'))
		abort();
	return r == 0;
}

/* Reads the body by functions that the body itself chooses. */
static void read_body(struct load *l)
{
	size_t sum = 0;
	while (!load_failed(l) && l->p < l->end) {
		switch (load_u64(l) % 7) {
		case 0: sum += load_u64(l) != 0; break;
		case 1: sum += load_i64(l) < 0; break;
		case 2: sum += load_bool(l); break;
		case 3: sum += load_span(l).n; break;
		case 4: sum += load_bytes(l, load_max(l, 100)).n; break;
		case 5:
			for (size_t n = load_count(l, 2); n > 0 && !load_failed(l); n--)
				sum += load_bytes(l, 2).n;
			break;
		default: sum += load_max(l, 9); break;
		}
		if (l->p > l->end || sum > (size_t)1 << 40)
			abort();
	}
	struct err e = ERR_INIT;
	(void)taken(load_finish(l, &e), &e);
}

static void check_snapshot(struct span text, bool right_hash)
{
	const struct epoch epoch = { 42, RUN };
	struct snapshot s;
	struct err e = ERR_INIT;
	char hash[SNAPSHOT_END + 1] = "";
	const char *newline = text.n ? memchr(text.p, '\n', text.n) : NULL;
	if (right_hash && newline) {
		size_t n = (size_t)(newline + 1 - text.p);
		snprintf(hash, sizeof hash, "%016llx\n",
			(unsigned long long)snapshot_hash((struct span){ newline + 1, text.n - n },
				(struct span){ text.p, n }));
	}
	put_file(place.fd, "42-" RUN ".snap", text, span_of(hash));
	if (taken(snapshot_read(&place, &epoch, &s, &e), &e)) {
		read_body(&s.body);
		(void)snapshot_compare(&s, SPAN("by: .a\n"), false, "id", &e);
	}
	snapshot_release(&s);
}

static void check_committed(struct span text)
{
	struct committed a, b;
	struct err e = ERR_INIT;
	committed_init(&a);
	committed_init(&b);
	put_file(folder.fd, "COMMITTED", text, SPAN(""));
	if (taken(committed_read(&folder, &a, &e), &e)) {
		if (committed_write(&folder, &a, &e) < 0 || committed_read(&folder, &b, &e) < 0 ||
			!epoch_eq(&a.epoch, &b.epoch) || a.pace_ms != b.pace_ms ||
			!span_eq(buf_span(&a.path), buf_span(&b.path)))
			abort();
	}
	committed_release(&a);
	committed_release(&b);
}

static void check_format(struct span text)
{
	struct checkpoint_folder f;
	struct err e = ERR_INIT;
	put_file(folder.fd, "FORMAT", text, SPAN(""));
	(void)taken(checkpoint_folder_open(&f, dir, NULL, &e), &e);
	checkpoint_folder_release(&f);
}

static void check_start(struct span text)
{
	struct start_line a, b;
	struct buf out, again;
	struct err e = ERR_INIT;
	start_line_init(&a);
	start_line_init(&b);
	buf_init(&out, 1 << 20);
	buf_init(&again, 1 << 20);
	if (taken(start_line_read(&a, text, &e), &e)) {
		/* The texts are compared, not the members: writing replaces bytes that are not UTF-8. */
		if (start_line_write(&a, &out) < 0 || start_line_read(&b, (struct span){ out.p, out.n - 1 }, &e) < 0 ||
			start_line_write(&b, &again) < 0 || !span_eq(buf_span(&out), buf_span(&again)))
			abort();
	}
	start_line_release(&a);
	start_line_release(&b);
	buf_release(&out);
	buf_release(&again);
}

static void check_barrier(struct span text)
{
	struct barrier_line a, b;
	struct buf out;
	struct err e = ERR_INIT;
	enum control_kind kind = control_kind(text);
	if (kind != CONTROL_BARRIER && kind != CONTROL_STOP && kind != CONTROL_END)
		return;
	buf_init(&out, 1 << 16);
	if (taken(barrier_line_read(&a, kind, text, &e), &e)) {
		if (barrier_line_write(&a, &out) < 0 ||
			barrier_line_read(&b, kind, (struct span){ out.p, out.n - 1 }, &e) < 0 ||
			!epoch_eq(&a.epoch, &b.epoch) || a.bytes != b.bytes || a.sum != b.sum || a.kind != b.kind)
			abort();
	}
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (folder.fd <= 0)
		prepare();
	if (size == 0)
		return 0;
	struct span text = { (const char *)data + 1, size - 1 };
	switch (data[0]) {
	case 's': check_snapshot(text, false); break;
	case 'S': check_snapshot(text, true); break;
	case 'c': check_committed(text); break;
	case 'f': check_format(text); break;
	case 't': check_start(text); break;
	case 'b': check_barrier(text); break;
	default: break;
	}
	return 0;
}
