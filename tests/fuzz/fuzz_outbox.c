/* fuzz_outbox.c -- the manifest that a start of dir:PATH finds in the folder of its job.
 *
 * Input: a byte whose lowest bit says whether the header and the sum are put around the text, so that the code behind them
 * is reached, the number of parts in that header, then the text. Nothing may be read outside of it, no file may appear
 * outside of PATH or replace another one, and what is refused must say why and deliver nothing more. */
#include "outbox/manifest.h"
#include "sp-sink/target/dir_job.h"
#include "stream/sum.h"
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define RUN "0123456789abcdef0123456789abcdef"
#define JOB "web.9f2c77ab"
#define BOX ".sp-job-" JOB
#define MANIFEST BOX "/42-" RUN

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char top[64], root[80];

/* Returns the path NAME below the root; valid until the next call. */
static const char *below(const char *name)
{
	static char path[256];
	snprintf(path, sizeof path, "%s/%s", root, name);
	return path;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type;
	return at->level == 0 ? 0 : remove(path);
}

static void remove_below(void)
{
	(void)nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void remove_all(void)
{
	remove_below();
	(void)rmdir(top);
}

static void prepare(void)
{
	snprintf(top, sizeof top, "/dev/shm/sp-fuzz-XXXXXX");
	if (!mkdtemp(top))
		abort();
	snprintf(root, sizeof root, "%s/root", top);
	atexit(remove_all);
}

static void put_file(const char *name, struct span text)
{
	int file = open(below(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0 || write(file, text.p, text.n) != (ssize_t)text.n)
		abort();
	close(file);
}

/* Puts the header and the sum around BODY. */
static void put_manifest(struct span body, unsigned parts)
{
	struct buf b;
	struct err e = ERR_INIT;
	uint64_t n, hash;
	struct sum *s = sum_new(&e);
	buf_init(&b, 1 << 22);
	buf_addf(&b, "{\"outbox\":\"1\",\"job\":\"" JOB "\",\"epoch\":\"42\",\"run\":\"" RUN "\",\"parts\":\"%u\"}\n",
		parts);
	buf_add_span(&b, body);
	sum_add(s, b.p, b.n);
	sum_take(s, &n, &hash);
	sum_free(s);
	buf_addf(&b, "%016llx\n", (unsigned long long)hash);
	put_file(MANIFEST, buf_span(&b));
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = ERR_INIT;
	struct epoch last;
	struct stat st;
	if (!top[0])
		prepare();
	if (size < 2 || size > 1 << 16)
		return 0;
	const struct span text = { (const char *)data + 2, size - 2 };
	if (mkdir(root, 0700) < 0 || mkdir(below(BOX), 0700) < 0)
		abort();
	put_file(BOX "/a", SPAN("staged"));
	put_file("mine", SPAN("mine"));
	if (data[0] & 1)
		put_manifest(text, data[1]);
	else
		put_file(MANIFEST, text);
	struct dir_job *j = dir_job_open(root, JOB, true, &last, &e);
	if (!j != (e.status != 0) || (j && (last.number != 42 || access(below(MANIFEST ".done"), F_OK) < 0)))
		abort();
	dir_job_free(j);
	/* The file of the user is as it was, and there is nothing beside the root. */
	if (stat(below("mine"), &st) < 0 || st.st_size != 4 || stat(top, &st) < 0 || st.st_nlink != 3)
		abort();
	remove_below();
	if (rmdir(root) == 0)
		abort();
	return 0;
}
