/* outbox.c -- seals and delivers epochs. After a crash, finishes the delivery of a sealed epoch.
 *
 * The invariant: at most one manifest is not marked as delivered, and it is the newest. It holds because an epoch is
 * sealed only after the one before it was marked, and the mark is durable before that.
 *
 * What a crash leaves, and what outbox_recover() does with it:
 *   before the manifest has its name: staged parts that no manifest names; they are removed, and the source sends the
 *     epoch again from the snapshot before it;
 *   between there and the mark: every part is delivered again;
 *   after the mark: the manifest before this one may be left; it is removed. */
#include "outbox/outbox.h"
#include "base/fault.h"
#include "base/vec.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

int outbox_open(struct outbox *o, int folder, const char *path, const char *job, const struct outbox_hooks *hooks,
	struct err *e)
{
	*o = (struct outbox){ .folder = folder, .path = path, .job = job, .hooks = *hooks };
	manifest_init(&o->next);
	if (flock(folder, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return err_set(e, EX_TEMPFAIL, "%s: another process stores the results of this job; it must end first",
			path);
	return err_errno(e, EX_OSERR, errno, "%s: cannot be locked", path);
}

void outbox_release(struct outbox *o)
{
	manifest_release(&o->next);
}

/* ---- the folder ---- */

static int outbox_sync(const struct outbox *o, struct err *e)
{
	if (fault_mutant("no-dir-fsync"))
		return 0;
	return fsync(o->folder) < 0 ? err_errno(e, EX_IOERR, errno, "%s", o->path) : 0;
}

static void outbox_remove(const struct outbox *o, const struct manifest_name *name)
{
	char text[MANIFEST_NAME];
	manifest_name_write(name, text);
	/* An error is ignored: a manifest that is older than another one has no effect. */
	(void)unlinkat(o->folder, text, 0);
}

/* Marks the manifest NAME as delivered, durably. */
static int outbox_mark(struct outbox *o, struct manifest_name *name, struct err *e)
{
	char from[MANIFEST_NAME], to[MANIFEST_NAME];
	manifest_name_write(name, from);
	name->done = true;
	manifest_name_write(name, to);
	fault_point("before-done");
	if (renameat(o->folder, from, o->folder, to) < 0)
		return err_errno(e, EX_IOERR, errno, "%s/%s", o->path, to);
	if (outbox_sync(o, e) < 0)
		return -1;
	fault_point("after-done");
	return 0;
}

struct outbox_list {
	struct manifest_name *names;
	size_t count, cap;
};

static int outbox_order(const void *a, const void *b)
{
	const struct manifest_name *x = a, *y = b;
	return (x->epoch.number > y->epoch.number) - (x->epoch.number < y->epoch.number);
}

/* Fills LIST with the manifests in FOLDER, the oldest first. The caller frees LIST->names, also after a failure. */
static int outbox_find(const struct outbox *o, struct outbox_list *list, struct err *e)
{
	const struct dirent *entry;
	struct manifest_name name, *p;
	/* closedir(3) closes the descriptor that fdopendir(3) got, so o->folder is opened a second time. */
	int fd = openat(o->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	if (!d) {
		err_errno(e, EX_IOERR, errno, "%s", o->path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((errno = 0, entry = readdir(d))) {
		if (!manifest_name_read(&name, entry->d_name))
			continue;
		p = vec_room(list->names, &list->cap, list->count + 1, sizeof name);
		if (!p) {
			closedir(d);
			return err_oom(e, "the list of manifests");
		}
		list->names = p;
		list->names[list->count++] = name;
	}
	int r = errno ? err_errno(e, EX_IOERR, errno, "%s", o->path) : 0;
	closedir(d);
	if (list->count)
		qsort(list->names, list->count, sizeof name, outbox_order);
	return r;
}

/* ---- delivering ---- */

/* Delivers all parts of M. */
static int outbox_deliver_all(struct outbox *o, const struct manifest *m, bool redo, struct err *e)
{
	struct outbox_part part;
	for (struct load l = manifest_begin(m); manifest_next(&l, &part);) {
		if (redo)
			fault_point("in-redo");
		else
			fault_point("between-renames");
		if (o->hooks.deliver(o->hooks.arg, &part, redo, e) < 0)
			return -1;
	}
	fault_point("before-dirsync");
	return o->hooks.settle ? o->hooks.settle(o->hooks.arg, e) : 0;
}

int outbox_deliver(struct outbox *o, struct err *e)
{
	struct manifest_name before = o->last;
	o->last = o->sealed;
	/* A manifest without parts was marked when it was written. */
	if (!o->last.done && !fault_mutant("manifest-after-renames") && outbox_deliver_all(o, &o->next, false, e) < 0)
		return -1;
	if (!o->last.done && outbox_mark(o, &o->last, e) < 0)
		return -1;
	if (before.epoch.number > 0)
		outbox_remove(o, &before);
	manifest_reset(&o->next);
	return 0;
}

/* ---- an epoch ---- */

int64_t outbox_stage(struct outbox *o, struct span staged, struct span target, struct err *e)
{
	const struct outbox_part part = { staged, target };
	return manifest_add(&o->next, &part, e) < 0 ? -1 : (int64_t)o->next.count - 1;
}

/* Compare and set: returns -1 with E set if the manifest that this process knows is gone. Then another process stores
 * for this job in spite of the lock, from a copy of the folder of checkpoints or on a file system without locks. */
static int outbox_check_last(const struct outbox *o, struct err *e)
{
	char text[MANIFEST_NAME];
	manifest_name_write(&o->last, text);
	if (o->last.epoch.number == 0 || faccessat(o->folder, text, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	return err_set(e, EX_DATAERR,
		"%s: epoch %llu of this job is gone: another process stores for the same job; stop one of them",
		o->path, (unsigned long long)o->last.epoch.number);
}

int outbox_seal(struct outbox *o, const struct epoch *epoch, struct err *e)
{
	if (outbox_check_last(o, e) < 0)
		return -1;
	/* An epoch without parts has nothing to deliver, so it is marked at once. */
	o->sealed = (struct manifest_name){ .epoch = *epoch, .done = o->next.count == 0 };
	/* A known defect that the tests must find: the parts are delivered before the commit. */
	if (fault_mutant("manifest-after-renames") && outbox_deliver_all(o, &o->next, false, e) < 0)
		return -1;
	fault_point("before-manifest");
	if (manifest_write(&o->next, &o->sealed, o->job, o->folder, o->path, e) < 0)
		return -1;
	fault_point("after-manifest");
	return 0;
}

int outbox_adopt(struct outbox *o, const struct epoch *epoch, struct err *e)
{
	manifest_reset(&o->next);
	return outbox_seal(o, epoch, e) < 0 ? -1 : outbox_deliver(o, e);
}

/* ---- after a crash ---- */

static int outbox_redo(struct outbox *o, struct manifest_name *name, struct err *e)
{
	if (manifest_read(&o->next, name, o->job, o->folder, o->path, e) < 0 ||
		outbox_deliver_all(o, &o->next, true, e) < 0)
		return -1;
	manifest_reset(&o->next);
	return outbox_mark(o, name, e);
}

/* Checks the manifests in LIST, delivers the one that is not marked, and removes all but the newest. */
static int outbox_finish(struct outbox *o, struct outbox_list *list, struct err *e)
{
	for (size_t i = 0; i < list->count; i++) {
		struct manifest_name *n = &list->names[i];
		if (i > 0 && n->epoch.number == list->names[i - 1].epoch.number)
			return err_set(e, EX_DATAERR,
				"%s: two runs have committed epoch %llu, %.8s and %.8s: the folder was copied or restored while a job "
				"wrote to it; remove the manifest that is wrong",
				o->path, (unsigned long long)n->epoch.number, list->names[i - 1].epoch.run,
				n->epoch.run);
		/* A delivered manifest is read as well, to see that it is whole and of this job. */
		int r = n->done ? manifest_read(&o->next, n, o->job, o->folder, o->path, e) : outbox_redo(o, n, e);
		manifest_reset(&o->next);
		if (r < 0)
			return -1;
	}
	for (size_t i = 0; i + 1 < list->count; i++)
		outbox_remove(o, &list->names[i]);
	if (list->count)
		o->last = list->names[list->count - 1];
	return 0;
}

int outbox_recover(struct outbox *o, struct epoch *last, struct err *e)
{
	struct outbox_list list = { 0 };
	int r = outbox_find(o, &list, e) < 0 || outbox_finish(o, &list, e) < 0 ? -1 : 0;
	free(list.names);
	if (r < 0 || o->hooks.discard(o->hooks.arg, e) < 0)
		return -1;
	*last = o->last.epoch;
	return 0;
}
