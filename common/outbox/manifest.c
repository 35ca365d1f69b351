/* manifest.c -- writes and reads manifests.
 *
 * A manifest is trusted only if its sum is right and it says what its name says. checkpoint_file_write() makes sure
 * that a crash leaves no incomplete file under the name of a manifest. So a wrong sum means that the disk is damaged or
 * that somebody has changed the file. It is always an error. */
#include "outbox/manifest.h"
#include "base/hex.h"
#include "checkpoint/folder.h"
#include "json/string.h"
#include "stream/sum.h"
#include <inttypes.h>
#include <stdio.h>

enum {
	PARTS_MAX = 256 << 20, /* bytes; two million files with names of 100 bytes */
	HEADER_MAX = 4096,     /* bytes */
	FILE_MAX = PARTS_MAX + HEADER_MAX,
	PATH_TEXT = 4500,
	SUM_TEXT = 17, /* 16 digits and a newline */
	RUN_DIGITS = RUN_TEXT - 1,
};

/* ---- names ---- */

void manifest_name_write(const struct manifest_name *n, char text[MANIFEST_NAME])
{
	snprintf(text, MANIFEST_NAME, "%" PRIu64 "-%s%s", n->epoch.number, n->epoch.run, n->done ? ".done" : "");
}

/* A name that manifest_name_write() would not write, such as one with leading zeros, is not a manifest's. */
bool manifest_name_read(struct manifest_name *n, const char *text)
{
	char again[MANIFEST_NAME];
	int at = 0;
	*n = (struct manifest_name){ 0 };
	if (sscanf(text, "%20" SCNu64 "-%n", &n->epoch.number, &at) != 1 || at == 0 || n->epoch.number == 0)
		return false;
	size_t digits = strspn(text + at, "0123456789abcdef");
	if (digits != RUN_DIGITS)
		return false;
	memcpy(n->epoch.run, text + at, digits);
	n->done = text[(size_t)at + digits] != '\0';
	manifest_name_write(n, again);
	return strcmp(again, text) == 0;
}

/* ---- parts ---- */

void manifest_init(struct manifest *m)
{
	m->count = 0;
	buf_init(&m->parts, PARTS_MAX);
}

void manifest_release(struct manifest *m)
{
	buf_release(&m->parts);
	m->count = 0;
}

void manifest_reset(struct manifest *m)
{
	buf_reset(&m->parts);
	m->count = 0;
}

static int manifest_take(void *arg, const void *p, size_t n, struct err *e)
{
	return buf_add(arg, p, n) < 0 ? err_oom(e, "the list of files of an epoch") : 0;
}

int manifest_add(struct manifest *m, const struct outbox_part *part, struct err *e)
{
	struct save s;
	size_t before = m->parts.n;
	if (save_init(&s, manifest_take, &m->parts, e) < 0)
		return -1;
	save_span(&s, part->staged);
	save_span(&s, part->target);
	int r = save_finish(&s, e);
	save_release(&s);
	if (r < 0)
		m->parts.n = before;
	else
		m->count++;
	return r;
}

struct load manifest_begin(const struct manifest *m)
{
	return load_from(buf_span(&m->parts));
}

bool manifest_next(struct load *l, struct outbox_part *part)
{
	if (l->p == l->end)
		return false;
	part->staged = load_span(l);
	part->target = load_span(l);
	return !load_failed(l);
}

/* ---- the file ---- */

/* Writes the sum of BYTES to TEXT. Returns 0, or -1 with E set. */
static int manifest_sum(struct span bytes, char text[SUM_TEXT + 1], struct err *e)
{
	uint64_t n, hash;
	struct sum *s = sum_new(e);
	if (!s)
		return -1;
	sum_add(s, bytes.p, bytes.n);
	sum_take(s, &n, &hash);
	sum_free(s);
	snprintf(text, SUM_TEXT + 1, "%016" PRIx64 "\n", hash);
	return 0;
}

static int manifest_header(const struct manifest_name *name, const char *job, size_t count, struct buf *out)
{
	return buf_adds(out, "{\"outbox\":\"1\",\"job\":") < 0 || json_quote(span_of(job), out) < 0 ||
			buf_addf(out, ",\"epoch\":\"%" PRIu64 "\",\"run\":\"%s\",\"parts\":\"%zu\"}\n",
				name->epoch.number, name->epoch.run, count) < 0 ?
		-1 :
		0;
}

/* Sets FILE to the bytes of the file. Returns 0, or -1 with E set. */
static int manifest_compose(const struct manifest *m, const struct manifest_name *name, const char *job,
	struct buf *file, struct err *e)
{
	char sum[SUM_TEXT + 1];
	if (manifest_header(name, job, m->count, file) < 0 || buf_add_span(file, buf_span(&m->parts)) < 0)
		return err_oom(e, "the list of files of an epoch");
	if (manifest_sum(buf_span(file), sum, e) < 0)
		return -1;
	return buf_add(file, sum, SUM_TEXT) < 0 ? err_oom(e, "the list of files of an epoch") : 0;
}

int manifest_write(const struct manifest *m, const struct manifest_name *name, const char *job, int folder,
	const char *path, struct err *e)
{
	struct buf file;
	char text[MANIFEST_NAME], full[PATH_TEXT];
	manifest_name_write(name, text);
	snprintf(full, sizeof full, "%s/%s", path, text);
	buf_init(&file, FILE_MAX);
	int r = manifest_compose(m, name, job, &file, e);
	if (r == 0)
		r = checkpoint_file_write(folder, text, full, buf_span(&file), "manifest", e);
	buf_release(&file);
	return r;
}

static int manifest_damaged(const char *path, const char *name, const char *why, struct err *e)
{
	return err_set(e, EX_DATAERR,
		"%s/%s: %s; restore this file from a backup, or start over: remove DIR of sp-run and the files of the job",
		path, name, why);
}

/* Checks the header of FILE, and appends the parts to M. Returns NULL, or what is wrong. */
static const char *manifest_parse(struct manifest *m, const struct manifest_name *name, const char *job,
	struct span file, struct err *e)
{
	char sum[SUM_TEXT + 1];
	struct outbox_part part;
	if (file.n < SUM_TEXT)
		return "the manifest is cut off";
	struct span bytes = { file.p, file.n - SUM_TEXT };
	if (manifest_sum(bytes, sum, e) < 0)
		return "its sum cannot be computed";
	if (memcmp(sum, bytes.p + bytes.n, SUM_TEXT) != 0)
		return "the manifest is damaged (its sum is wrong)";
	const char *end = memchr(bytes.p, '\n', bytes.n);
	if (!end)
		return "the manifest has no header";
	size_t header = (size_t)(end - bytes.p) + 1;
	if (buf_add(&m->parts, bytes.p + header, bytes.n - header) < 0)
		return "the manifest does not fit into memory";
	struct load l = manifest_begin(m);
	while (manifest_next(&l, &part))
		m->count++;
	if (load_failed(&l))
		return "the manifest is cut off";
	/* The header must be exactly the one that this program would write for this name, job and number of parts. */
	struct buf expected;
	buf_init(&expected, HEADER_MAX);
	bool same = manifest_header(name, job, m->count, &expected) == 0 &&
		span_eq(buf_span(&expected), (struct span){ bytes.p, header });
	buf_release(&expected);
	return same ? NULL : "the manifest is of another job or epoch, or of another version of sp";
}

int manifest_read(struct manifest *m, const struct manifest_name *name, const char *job, int folder, const char *path,
	struct err *e)
{
	struct buf file;
	char text[MANIFEST_NAME], full[PATH_TEXT];
	const char *why = "the manifest is gone";
	manifest_name_write(name, text);
	snprintf(full, sizeof full, "%s/%s", path, text);
	manifest_reset(m);
	buf_init(&file, FILE_MAX);
	int r = checkpoint_file_read(folder, text, full, &file, e);
	if (r > 0)
		why = manifest_parse(m, name, job, buf_span(&file), e);
	buf_release(&file);
	if (r < 0)
		return -1;
	return why ? manifest_damaged(path, text, why, e) : 0;
}
