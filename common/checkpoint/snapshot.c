/* snapshot.c -- writes snapshots, and removes old ones (place.h).
 *
 * The body is written as the state is walked, so its length is known only at its end. The header, which has the length,
 * is written first with spaces in its place, and again at the end. That is why the hash takes the body first and then
 * the header. */
#define XXH_INLINE_ALL /* so that no program links a library for one function */
#include "checkpoint/snapshot_internal.h"
#include "base/fault.h"
#include "checkpoint/durable.h"
#include "json/json.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum {
	KEEP_LEAST = 3,
	KEEP_MOST = 10,
	LENGTH_DIGITS = 20,
	HEADER_MAX = 4 << 20,
};
static const uint64_t keep_bytes = UINT64_C(64) << 20; /* a fourth to tenth one is kept if it and all newer ones fit */

/* What is known while a body is written. */
struct writing {
	struct durable file;
	XXH3_state_t hash;
	uint64_t bytes;
};

void snapshot_name(const struct epoch *epoch, char name[SNAPSHOT_NAME])
{
	snprintf(name, SNAPSHOT_NAME, "%llu-%s.snap", (unsigned long long)epoch->number, epoch->run);
}

uint64_t snapshot_hash(struct span body, struct span header)
{
	XXH3_state_t hash;
	(void)XXH3_64bits_reset(&hash);
	(void)XXH3_64bits_update(&hash, body.p, body.n);
	(void)XXH3_64bits_update(&hash, header.p, header.n);
	return XXH3_64bits_digest(&hash);
}

/* save.write: adds the N bytes at P to the file and to the hash. */
static int write_body(void *arg, const void *p, size_t n, struct err *e)
{
	struct writing *w = arg;
	(void)XXH3_64bits_update(&w->hash, p, n);
	w->bytes += n;
	return durable_add(&w->file, p, n, e);
}

/* Sets OUT to the header line for a body of BYTES bytes. All headers of one snapshot have the same length. Returns 0,
 * or -1 with E set. */
static int make_header(const struct checkpoint_place *p, const struct epoch *epoch, const struct snapshot_source *s,
	uint64_t bytes, struct buf *out, struct err *e)
{
	char length[LENGTH_DIGITS + 1];
	int digits = snprintf(length, sizeof length, "%llu", (unsigned long long)bytes);
	buf_reset(out);
	if (buf_addf(out, SNAPSHOT_BEGIN "%d,\"id\":\"%s\",\"run\":\"%s\",\"epoch\":\"%llu\",\"configuration\":",
		    SNAPSHOT_VERSION, p->id, epoch->run, (unsigned long long)epoch->number) < 0 ||
		json_quote(s->configuration, out) < 0 || buf_adds(out, ",\"open\":") < 0 ||
		json_quote(s->open, out) < 0 ||
		buf_addf(out, ",\"bytes\":\"%s\"%*s}\n", length, LENGTH_DIGITS - digits, "") < 0)
		return err_oom(e, "the header of a snapshot");
	return 0;
}

/* Writes header, body and hash to the file of W, which keeps its temporary name. HEADER is scratch memory. Returns 0,
 * or -1 with E set. */
static int write_all(struct writing *w, const struct checkpoint_place *p, const struct epoch *epoch,
	const struct snapshot_source *s, struct buf *header, struct err *e)
{
	struct save save;
	char end[SNAPSHOT_END + 1];
	if (make_header(p, epoch, s, 0, header, e) < 0 || durable_add(&w->file, header->p, header->n, e) < 0)
		return -1;
	if (save_init(&save, write_body, w, e) < 0)
		return -1;
	int r = s->body ? s->body(s->arg, &save, e) : 0;
	if (r == 0)
		r = save_finish(&save, e);
	save_release(&save);
	if (r < 0 || make_header(p, epoch, s, w->bytes, header, e) < 0)
		return -1;
	(void)XXH3_64bits_update(&w->hash, header->p, header->n);
	snprintf(end, sizeof end, "%016llx\n", (unsigned long long)XXH3_64bits_digest(&w->hash));
	return durable_add(&w->file, end, SNAPSHOT_END, e) < 0 ||
			durable_patch_start(&w->file, header->p, header->n, e) < 0 ?
		-1 :
		0;
}

/* ---- removing old ones ---- */

/* A snapshot file in the folder. */
struct found {
	char name[SNAPSHOT_NAME];
	uint64_t epoch, bytes;
};

/* Returns the number in the name of a snapshot, or 0 if NAME is not the name of one. */
static uint64_t number_of(const char *name)
{
	uint64_t number = 0;
	size_t digits = strspn(name, "0123456789"), n = strlen(name);
	if (digits == 0 || digits > 19 || name[digits] != '-' || n >= SNAPSHOT_NAME || n < digits + 6 ||
		strcmp(name + n - 5, ".snap") != 0)
		return 0;
	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (uint64_t)(name[i] - '0');
	return number;
}

static int newest_first(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	return x->epoch != y->epoch ? (x->epoch < y->epoch) - (x->epoch > y->epoch) : strcmp(x->name, y->name);
}

/* Lists the snapshots of P, newest first, in *LIST, which the caller frees. Returns their number. Leaves out
 * a file whose size cannot be read, so it is not removed. */
static size_t list_snapshots(const struct checkpoint_place *p, struct found **list)
{
	size_t n = 0, cap = 0;
	struct stat st;
	int fd = openat(p->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	*list = NULL;
	if (!d && fd >= 0)
		close(fd);
	for (const struct dirent *entry; d && (entry = readdir(d));) {
		uint64_t number = number_of(entry->d_name);
		if (number == 0 || fstatat(p->fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (n == cap) {
			struct found *more = realloc(*list, (cap = cap ? cap * 2 : 16) * sizeof **list);
			if (!more)
				break;
			*list = more;
		}
		struct found *found = &(*list)[n++];
		*found = (struct found){ .epoch = number, .bytes = (uint64_t)st.st_size };
		snprintf(found->name, sizeof found->name, "%s", entry->d_name);
	}
	if (d)
		closedir(d);
	if (n > 0)
		qsort(*list, n, sizeof **list, newest_first);
	return n;
}

/* A known defect (fault.h): keeps only the snapshot that COMMITTED names and the one just written. COMMITTED may be one
 * epoch behind the store, and then the snapshot that the store needs is gone. */
static bool mutant_keeps(const struct checkpoint_place *p, const struct found *found, const struct epoch *newest)
{
	struct committed c;
	struct err e = ERR_INIT;
	char committed[SNAPSHOT_NAME], own[SNAPSHOT_NAME];
	committed_init(&c);
	bool keep = committed_read(p->folder, &c, &e) < 0;
	snapshot_name(&c.epoch, committed);
	snapshot_name(newest, own);
	keep = keep || strcmp(found->name, committed) == 0 || strcmp(found->name, own) == 0;
	committed_release(&c);
	return keep;
}

/* Removes the snapshots that no later run can need after the barrier of EPOCH. A failure is ignored: the next barrier
 * tries again. */
static void prune(const struct checkpoint_place *p, const struct epoch *epoch)
{
	struct found *list;
	size_t n = list_snapshots(p, &list);
	uint64_t bytes = 0;
	for (size_t i = 0; i < n; i++) {
		bytes += list[i].bytes;
		bool keep = list[i].epoch + 2 >= epoch->number || i < KEEP_LEAST ||
			(i < KEEP_MOST && bytes <= keep_bytes);
		if (fault_mutant("prune-by-committed"))
			keep = mutant_keeps(p, &list[i], epoch);
		if (!keep && fault_fails("prune") == 0)
			(void)unlinkat(p->fd, list[i].name, 0);
	}
	free(list);
}

int snapshot_write(const struct checkpoint_place *p, const struct epoch *epoch, const struct snapshot_source *s,
	struct err *e)
{
	struct writing w = { .bytes = 0 };
	struct buf header;
	char name[SNAPSHOT_NAME], path[4500];
	snapshot_name(epoch, name);
	snprintf(path, sizeof path, "%s/%s/%s", p->folder->path, p->id, name);
	(void)XXH3_64bits_reset(&w.hash);
	if (durable_open(&w.file, p->fd, name, path, "", e) < 0)
		return -1;
	buf_init(&header, HEADER_MAX);
	int r = write_all(&w, p, epoch, s, &header, e);
	buf_release(&header);
	if (r < 0) {
		durable_discard(&w.file);
		return -1;
	}
	if (durable_commit(&w.file, e) < 0) {
		/* If the folder could not be forced to the disk, a power cut may remove the file. It is removed
		 * here, because no barrier that needs it was passed on. */
		(void)unlinkat(p->fd, name, 0);
		return -1;
	}
	prune(p, epoch);
	return 0;
}
