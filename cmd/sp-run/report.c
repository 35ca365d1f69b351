/* report.c -- collects what is known of a job.
 *
 * Nothing here waits or changes a file. Files may change while they are read: a program that ends between two looks is
 * shown as it was at one of them. */
#include "sp-run/report.h"
#include "base/clock.h"
#include "json/scan.h"
#include "sp-run/job.h"
#include "text/time.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATUS_MAX = 64 << 10, DEPTH_MAX = 8 };

const char *const report_state_names[] = { "running", "waiting", "idle", "failed", "killed", "orphaned" };

/* ---- one program ---- */

static const struct report_program unknown_program = { .epoch = STATUS_UNKNOWN,
	.events_in = STATUS_UNKNOWN,
	.events_out = STATUS_UNKNOWN,
	.rejected = STATUS_UNKNOWN,
	.late = STATUS_UNKNOWN,
	.watermark_ms = INT64_MIN,
	.open_windows = STATUS_UNKNOWN,
	.keys = STATUS_UNKNOWN,
	.state_bytes = STATUS_UNKNOWN,
	.lag_bytes = STATUS_UNKNOWN,
	.waiting_since_ms = INT64_MIN,
	.updated_ms = INT64_MIN };

/* Reads the member NAME with VALUE of a status.json. Ignores other members, which later versions may write. */
static void take_member(struct report_program *p, struct span name, struct span value)
{
	const struct {
		struct span name;
		int64_t *number, *time;
	} members[] = {
		{ SPAN("pid"), &p->pid, NULL },
		{ SPAN("epoch"), &p->epoch, NULL },
		{ SPAN("events_in"), &p->events_in, NULL },
		{ SPAN("events_out"), &p->events_out, NULL },
		{ SPAN("rejected"), &p->rejected, NULL },
		{ SPAN("late"), &p->late, NULL },
		{ SPAN("open_windows"), &p->open_windows, NULL },
		{ SPAN("keys"), &p->keys, NULL },
		{ SPAN("state_bytes"), &p->state_bytes, NULL },
		{ SPAN("lag_bytes"), &p->lag_bytes, NULL },
		{ SPAN("watermark"), NULL, &p->watermark_ms },
		{ SPAN("waiting_since"), NULL, &p->waiting_since_ms },
		{ SPAN("time"), NULL, &p->updated_ms },
	};
	if (json_type(value) == JSON_STRING && value.n >= 2)
		value = (struct span){ value.p + 1, value.n - 2 };
	else if (json_type(value) != JSON_NUMBER)
		return;
	if (span_eq(name, SPAN("waiting_for")))
		snprintf(p->waiting_for, sizeof p->waiting_for, "%.*s", SPAN_ARG(value));
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		if (!span_eq(name, members[i].name))
			continue;
		if (members[i].number)
			*members[i].number = strtoll(value.p, NULL, 10);
		else if (time_read_ms(value, members[i].time) < 0)
			*members[i].time = INT64_MIN;
	}
}

/* Looks at a running program. The status file is written at most once a second, so the kernel knows better what the
 * program waits for. But the kernel knows neither "commit" nor "store", so these two are
 * taken from the file. */
static void look_at_process(struct report_program *p)
{
	process_watch(&p->process, p->pid);
	bool from_file = strcmp(p->waiting_for, "commit") == 0 || strcmp(p->waiting_for, "store") == 0;
	const char *waits = p->process.waits;
	if (p->process.computes) {
		p->waiting_for[0] = '\0';
	} else if (waits && !from_file && strcmp(waits, p->waiting_for) != 0) {
		snprintf(p->waiting_for, sizeof p->waiting_for, "%s", waits);
		p->waiting_since_ms = INT64_MIN;
	}
}

/* Reads what is known of program ID into P. Returns false if it has neither a status file nor a lock that is held. */
static bool read_program(struct report_program *p, const struct checkpoint_folder *f, const char *id)
{
	struct err ignored = ERR_INIT;
	struct json_walk w;
	struct span name, value;
	struct buf text;
	char file[LINE_NAME_MAX + 16];
	int64_t holder;
	*p = unknown_program;
	snprintf(p->id, sizeof p->id, "%s", id);
	snprintf(file, sizeof file, "%s/status.json", id);
	buf_init(&text, STATUS_MAX);
	bool found = checkpoint_file_read(f->fd, file, file, &text, &ignored) > 0 && buf_string(&text) &&
		json_walk_init(&w, buf_span(&text)) == 0;
	while (found && json_walk(&w, &name, &value) > 0)
		take_member(p, name, value);
	buf_release(&text);
	if (checkpoint_place_holder(f, id, &holder, &ignored) == 0 && holder != 0) {
		p->running = true;
		p->pid = holder;
		look_at_process(p);
	} else {
		p->waiting_for[0] = '\0';
	}
	if (!p->waiting_for[0])
		p->waiting_since_ms = INT64_MIN;
	return found || p->running;
}

/* ---- all programs ---- */

/* Returns the position of program ID in PATH, which has ids separated by commas, or a position after all others if ID
 * is not there. */
static size_t rank_of(struct span path, const char *id)
{
	size_t rank = 0, n = strlen(id);
	for (size_t at = 0; at < path.n; rank++) {
		const char *comma = memchr(path.p + at, ',', path.n - at);
		size_t end = comma ? (size_t)(comma - path.p) : path.n;
		if (end - at == n && memcmp(path.p + at, id, n) == 0)
			return rank;
		at = end + 1;
	}
	return SIZE_MAX;
}

/* Returns true if program A comes before B: in the order of the line that was committed last, then of LINE, then by
 * name. */
static bool comes_before(const struct report *r, const struct line *line, const char *a, const char *b)
{
	struct span path = buf_span(&r->committed.path);
	size_t ranks[2] = { rank_of(path, a), rank_of(path, b) };
	size_t lines[2] = { line_find(line, a), line_find(line, b) };
	if (ranks[0] != ranks[1])
		return ranks[0] < ranks[1];
	return lines[0] != lines[1] ? lines[0] < lines[1] : strcmp(a, b) < 0;
}

/* Adds V to *SUM; both may be STATUS_UNKNOWN. */
static void add_to(int64_t *sum, int64_t v)
{
	if (v != STATUS_UNKNOWN)
		*sum = (*sum == STATUS_UNKNOWN ? 0 : *sum) + v;
}

/* Several programs count the same windows, so the greatest number counts. */
static void add_up(struct report *r)
{
	struct report_program *all = &r->all;
	*all = unknown_program;
	for (size_t i = 0; i < r->count; i++) {
		const struct report_program *p = &r->programs[i];
		add_to(&all->rejected, p->rejected);
		add_to(&all->late, p->late);
		add_to(&all->keys, p->keys);
		add_to(&all->state_bytes, p->state_bytes);
		add_to(&all->lag_bytes, p->lag_bytes);
		if (p->open_windows > all->open_windows)
			all->open_windows = p->open_windows;
		if (p->watermark_ms != INT64_MIN &&
			(all->watermark_ms == INT64_MIN || p->watermark_ms < all->watermark_ms))
			all->watermark_ms = p->watermark_ms;
	}
}

/* Reads all programs that have a folder in DIR, and puts them into the order of the line. */
static void read_programs(struct report *r)
{
	DIR *d = opendir(r->folder.path);
	struct line line;
	const char *text = buf_string(&r->last.line);
	line_read(&line, text ? text : "");
	for (const struct dirent *entry; d && r->count < REPORT_PROGRAMS_MAX && (entry = readdir(d));) {
		struct report_program p;
		if (entry->d_name[0] == '.' || strcmp(entry->d_name, "sp-run") == 0 ||
			strlen(entry->d_name) >= LINE_NAME_MAX || !read_program(&p, &r->folder, entry->d_name))
			continue;
		size_t at = r->count++;
		for (; at > 0 && comes_before(r, &line, p.id, r->programs[at - 1].id); at--)
			r->programs[at] = r->programs[at - 1];
		r->programs[at] = p;
	}
	if (d)
		closedir(d);
	add_up(r);
}

/* ---- the job ---- */

/* Returns the bytes that the folder FD and everything below it take on the disk. Closes FD. */
static int64_t disk_use(int fd, int depth)
{
	int64_t sum = 0;
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	for (const struct dirent *entry; d && (entry = readdir(d));) {
		struct stat s;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			fstatat(dirfd(d), entry->d_name, &s, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		sum += (int64_t)s.st_blocks * 512;
		if (S_ISDIR(s.st_mode) && depth < DEPTH_MAX)
			sum += disk_use(openat(dirfd(d), entry->d_name,
						O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
				depth + 1);
	}
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	return sum;
}

/* Returns what the job is doing. If last.json says that sp-run runs, but sp-run does not hold the lock, it has
 * died. */
static enum report_state find_state(const struct report *r, bool held)
{
	bool any = false;
	for (size_t i = 0; i < r->count; i++)
		any = any || r->programs[i].running;
	if (held)
		return r->has_last && r->last.running && r->last.try > 0 && !any ? REPORT_WAITING : REPORT_RUNNING;
	if (any)
		return REPORT_ORPHANED;
	if (!r->has_last)
		return REPORT_IDLE;
	return r->last.running ? REPORT_KILLED : r->last.status != 0 ? REPORT_FAILED : REPORT_IDLE;
}

int report_read(struct report *r, const char *dir, struct err *e)
{
	char path[4200];
	struct stat s;
	*r = (struct report){ .committed_ms = INT64_MIN, .now_ms = clock_realtime_ms() };
	r->folder.fd = -1;
	committed_init(&r->committed);
	last_init(&r->last);
	if (checkpoint_folder_open(&r->folder, dir, NULL, e) < 0 || committed_read(&r->folder, &r->committed, e) < 0)
		return -1;
	if (fstatat(r->folder.fd, "COMMITTED", &s, 0) == 0)
		r->committed_ms = (int64_t)s.st_mtim.tv_sec * 1000 + s.st_mtim.tv_nsec / 1000000;
	snprintf(path, sizeof path, "%s/sp-run", r->folder.path);
	r->has_last = last_read(&r->last, path);
	snprintf(path, sizeof path, "%s/lock", r->folder.path);
	int held = lock_probe(path, &r->holder);
	read_programs(r);
	r->state = find_state(r, held);
	r->disk_bytes = disk_use(openat(r->folder.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0);
	return 0;
}

void report_release(struct report *r)
{
	checkpoint_folder_release(&r->folder);
	committed_release(&r->committed);
	last_release(&r->last);
}
