/* stage_state.c -- the snapshot of a program: its own state, and what the filter keeps for all programs.
 *
 * The files of --late and --reject are a part of the state: a snapshot has their lengths. But a snapshot does not know
 * a file that was opened after it: there is no snapshot before the first barrier, and since the last one the user may
 * have added --late or moved the file away. So at each start, files that the snapshot does not know are noted in
 * DIR/ID/aside with their lengths, before anything is added to them. The note counts for one epoch: that of the
 * snapshot. */
#include "checkpoint/stage_internal.h"
#include "base/fault.h"
#include <stdlib.h>

enum { STATE_VERSION = 1, NOTE_MAX = 1 << 20 };

/* Whether the snapshot or the note knows each of the two files. A file that is not open counts as known. */
struct known {
	bool late, rejects;
};

/* ---- the note ---- */

static int add_to_buf(void *arg, const void *p, size_t n, struct err *e)
{
	return buf_add(arg, p, n) < 0 ? err_oom(e, "the lengths of the files of --late and --reject") : 0;
}

static void save_files(const struct stage *s, struct save *to)
{
	aside_save(s->io.late, to);
	aside_save(&s->io.rejects->file, to);
}

/* Cuts the files to the lengths in L, and notes in KNOWN which of them L knows. Returns 0, or -1 with E set. */
static int load_files(const struct stage *s, struct load *l, struct known *known, struct err *e)
{
	bool late = false, rejects = false;
	if (aside_load(s->io.late, l, &late, e) < 0 || aside_load(&s->io.rejects->file, l, &rejects, e) < 0)
		return -1;
	known->late |= late;
	known->rejects |= rejects;
	return 0;
}

/* Writes the path of the note to PATH, for messages. Returns PATH. */
static const char *note_path(const struct stage *s, char path[4500])
{
	snprintf(path, 4500, "%s/%s/aside", s->folder.path, s->place.id);
	return path;
}

/* Reads the note, if it is of the epoch that the stream continues after. Returns 0, or -1 with E set. */
static int read_note(struct stage *s, struct known *known, struct err *e)
{
	char path[4500];
	struct buf bytes;
	buf_init(&bytes, NOTE_MAX);
	int r = checkpoint_file_read(s->place.fd, "aside", note_path(s, path), &bytes, e);
	struct load l = load_from(buf_span(&bytes));
	if (r > 0 && load_u64(&l) == s->start.from.number && span_eq(load_span(&l), span_of(s->start.from.run)))
		r = load_files(s, &l, known, e);
	buf_release(&bytes);
	return r < 0 ? -1 : 0;
}

/* Writes the note. Returns 0, or -1 with E set. */
static int write_note(struct stage *s, struct err *e)
{
	char path[4500];
	struct buf bytes;
	struct save to;
	buf_init(&bytes, NOTE_MAX);
	int r = save_init(&to, add_to_buf, &bytes, e);
	if (r == 0) {
		save_u64(&to, s->start.from.number);
		save_span(&to, span_of(s->start.from.run));
		save_files(s, &to);
		r = save_finish(&to, e);
	}
	if (r == 0)
		r = checkpoint_file_write(s->place.fd, "aside", note_path(s, path), buf_span(&bytes), "aside", e);
	save_release(&to);
	buf_release(&bytes);
	return r;
}

/* ---- the snapshot ---- */

/* Fills s->configuration and s->open with what the program says now. Returns 0, or -1 with E set. */
static int describe(struct stage *s, struct err *e)
{
	const struct stage_hooks *h = &s->hooks;
	buf_reset(&s->configuration);
	buf_reset(&s->open);
	if (h->configuration && h->configuration(h->arg, &s->configuration, e) < 0)
		return -1;
	if (h->open)
		h->open(h->arg, &s->open);
	return 0;
}

static int write_body(void *arg, struct save *to, struct err *e)
{
	struct stage *s = arg;
	save_u64(to, STATE_VERSION);
	save_u64(to, s->io.in->number);
	save_bool(to, s->windowed);
	save_u64(to, s->rejected_before + s->io.rejects->total);
	save_files(s, to);
	return s->hooks.save ? s->hooks.save(s->hooks.arg, to, e) : 0;
}

int stage_save(struct stage *s, const struct epoch *epoch, struct err *e)
{
	if (aside_sync(s->io.late, e) < 0 || aside_sync(&s->io.rejects->file, e) < 0 || describe(s, e) < 0)
		return -1;
	const struct snapshot_source source = { .configuration = buf_span(&s->configuration),
		.open = buf_span(&s->open),
		.body = write_body,
		.arg = s };
	fault_point("before-snap");
	if (snapshot_write(&s->place, epoch, &source, e) < 0)
		return -1;
	fault_point("after-snap");
	return 0;
}

/* Takes the body L of a snapshot. OLD is as in stage_hooks.load(). Returns 0, or -1 with E set. */
static int read_body(struct stage *s, struct load *l, struct span old, struct known *known, struct err *e)
{
	if (load_u64(l) != STATE_VERSION)
		load_fail(l, "of another version of sp, or damaged");
	uint64_t number = load_u64(l);
	s->windowed = s->windowing_again = load_bool(l);
	s->rejected_before = load_u64(l);
	if (load_files(s, l, known, e) < 0)
		return -1;
	if (!load_failed(l) && s->hooks.load && s->hooks.load(s->hooks.arg, l, old, e) < 0)
		return -1;
	if (load_finish(l, e) < 0)
		return err_context(e, "the snapshot of epoch %llu in %s/%s", (unsigned long long)s->start.from.number,
			s->folder.path, s->place.id);
	s->io.in->number = number;
	return 0;
}

/* Loads the snapshot of s->start.from. Returns 0, or -1 with E set. */
static int read_snapshot(struct stage *s, struct known *known, struct err *e)
{
	struct snapshot snapshot;
	fault_point("before-load");
	int r = snapshot_read(&s->place, &s->start.from, &snapshot, e);
	if (r == 0)
		r = describe(s, e);
	if (r == 0)
		r = snapshot_compare(&snapshot, buf_span(&s->configuration), s->settings.upgrade, s->place.id, e);
	if (r >= 0)
		r = read_body(s, &snapshot.body, r > 0 ? snapshot.configuration : SPAN_NONE, known, e);
	snapshot_release(&snapshot);
	fault_point("after-load");
	return r;
}

/* Sets *IS_NEW to whether the line that has committed last did not have this program. Then there is no snapshot, and the
 * program begins empty. The end of the line decides whether the line may change. Returns 0, or -1 with E set. */
static int find_new(const struct stage *s, bool *is_new, struct err *e)
{
	struct committed c;
	size_t n = strlen(s->place.id);
	committed_init(&c);
	int r = committed_read(&s->folder, &c, e);
	struct span left = buf_span(&c.path);
	*is_new = r == 0 && !s->hooks.commit && left.n > 0 && epoch_eq(&c.epoch, &s->start.from);
	while (*is_new && left.n > 0) {
		const char *comma = memchr(left.p, ',', left.n);
		size_t length = comma ? (size_t)(comma - left.p) : left.n, skip = length + (comma != NULL);
		*is_new = length != n || memcmp(left.p, s->place.id, n) != 0;
		left = (struct span){ left.p + skip, left.n - skip };
	}
	committed_release(&c);
	return r;
}

int stage_load(struct stage *s, struct err *e)
{
	bool is_new = false;
	struct known known = { !aside_is_open(s->io.late), !aside_is_open(&s->io.rejects->file) };
	/* Epoch 0 has no snapshot: all is empty, and no line was read. */
	s->io.in->number = 0;
	if (s->start.from.number > 0 && (find_new(s, &is_new, e) < 0 || (!is_new && read_snapshot(s, &known, e) < 0)))
		return -1;
	if (read_note(s, &known, e) < 0)
		return -1;
	return known.late && known.rejects ? 0 : write_note(s, e);
}
