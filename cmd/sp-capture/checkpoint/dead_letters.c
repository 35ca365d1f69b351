/* dead_letters.c -- the file of --reject under checkpoints (dead_letters.h). */
#include "sp-capture/checkpoint/dead_letters.h"
#include <stdlib.h>

enum { NOTE_MAX = 1 << 20 };

int dead_letters_open(struct dead_letters *d, const struct checkpoint_place *place, struct rejects *r, bool supervised,
	struct err *e)
{
	*d = (struct dead_letters){ .place = place, .file = &r->file };
	if (supervised && !r->path) {
		d->path = checkpoint_place_rejects(place, e);
		if (!d->path || rejects_keep(r, d->path, e) < 0)
			return -1;
	}
	d->known = !aside_is_open(d->file);
	return aside_lock(d->file, e);
}

void dead_letters_release(struct dead_letters *d)
{
	free(d->path);
	*d = (struct dead_letters){ 0 };
}

int dead_letters_load(struct dead_letters *d, struct load *l, struct err *e)
{
	bool same = false;
	if (aside_load(d->file, l, &same, e) < 0)
		return -1;
	d->known = d->known || same;
	return 0;
}

static int add_to_buf(void *arg, const void *p, size_t n, struct err *e)
{
	return buf_add(arg, p, n) < 0 ? err_oom(e, "the length of the file of --reject") : 0;
}

/* Writes the note for the epoch FROM to BYTES. Returns 0, or -1 with E set. */
static int make_note(const struct dead_letters *d, const struct epoch *from, struct buf *bytes, struct err *e)
{
	struct save s;
	int status = save_init(&s, add_to_buf, bytes, e);
	if (status < 0)
		return -1;
	save_u64(&s, from->number);
	save_span(&s, span_of(from->run));
	aside_save(d->file, &s);
	status = save_finish(&s, e);
	save_release(&s);
	return status;
}

int dead_letters_note(struct dead_letters *d, const struct epoch *from, struct err *e)
{
	char path[4500];
	struct buf bytes;
	if (d->known)
		return 0;
	snprintf(path, sizeof path, "%s/%s/aside", d->place->folder->path, d->place->id);
	buf_init(&bytes, NOTE_MAX);
	int status = checkpoint_file_read(d->place->fd, "aside", path, &bytes, e);
	struct load l = load_from(buf_span(&bytes));
	if (status > 0 && load_u64(&l) == from->number && span_eq(load_span(&l), span_of(from->run)))
		status = dead_letters_load(d, &l, e);
	if (status >= 0 && !d->known) {
		buf_reset(&bytes);
		status = make_note(d, from, &bytes, e);
		if (status == 0)
			status = checkpoint_file_write(d->place->fd, "aside", path, buf_span(&bytes), "aside", e);
	}
	buf_release(&bytes);
	return status < 0 ? -1 : 0;
}
