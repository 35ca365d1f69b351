/* checkpoint.c -- the state of sp-agg in checkpoints.
 *
 * The snapshot of a run, in this order: a version; the windowing line and the kind of bounds; the watermark and the
 * time of the last event; the counters; the texts of the columns; the type of the store and its groups. A barrier is a
 * control line, so no event waits in the queue when the state is saved. */
#include "sp-agg/checkpoint.h"
#include "base/diag.h"
#include "base/fault.h"
#include "fold/map.h"
#include "sp-agg/configuration.h"
#include "sp-agg/store/table.h"
#include "stream/windowing_line.h"

enum { CHECKPOINT_VERSION = 1 };

/* ---- writing ---- */

static int on_configuration(void *arg, struct buf *out, struct err *e)
{
	const struct checkpoint *c = arg;
	return configuration_write(c->config, c->plan, out, e);
}

static void on_open(void *arg, struct buf *out)
{
	const struct checkpoint *c = arg;
	store_describe(c->store, out);
}

/* Returns the text of the column whose state is that of fold number I. */
static struct span column_of_fold(const struct plan *p, size_t i)
{
	for (size_t k = 0; k < p->result_count; k++)
		if (!p->results[k].derived && p->results[k].fold == i)
			return span_of(p->results[k].text);
	return SPAN("");
}

static int on_save(void *arg, struct save *s, struct err *e)
{
	const struct checkpoint *c = arg;
	const struct store *store = c->store;
	const struct intake *in = c->intake;
	(void)e;
	save_u64(s, CHECKPOINT_VERSION);
	save_span(s, store->env.windowing ? buf_span(&in->control.windowing_line) : SPAN(""));
	save_u64(s, in->kind);
	save_i64(s, store->env.watermark);
	save_i64(s, in->time.last_ts);
	save_u64(s, in->queue.count);
	save_u64(s, c->earlier_late + c->late->count);
	save_i64(s, c->late->newest_ms);
	save_u64(s, c->plan->folds.fold_count);
	for (size_t i = 0; i < c->plan->folds.fold_count; i++)
		save_span(s, column_of_fold(c->plan, i));
	save_bool(s, store->type != NULL);
	if (!store->type)
		return 0;
	save_span(s, span_of(store->type->name));
	save_u64(s, store_size(store).keys);
	store->type->save(store->self, s);
	return 0;
}

/* ---- reading ---- */

/* Reads the windows of the stream. Returns 0, or -1 with E set. */
static int load_windowing(struct checkpoint *c, struct load *l, struct err *e)
{
	struct windowing w;
	struct span line = load_span(l);
	c->intake->control.resumed = true;
	if (line.n == 0)
		return 0;
	if (windowing_line_read(&w, line, e) == 0 && control_lines_set_windowing(&c->intake->control, w, line, e) == 0)
		return 0;
	/* The path of the time comes from the snapshot, so an error in it is not an error of the command line. */
	if (e->status == EX_USAGE)
		e->status = EX_DATAERR;
	return -1;
}

/* Reads the watermark and the counters. */
static void load_counters(struct checkpoint *c, struct load *l)
{
	struct intake *in = c->intake;
	c->store->env.watermark = load_i64(l);
	in->time.last_ts = load_i64(l);
	uint64_t seq = load_u64(l);
	in->queue.count = in->queue.first = fault_mutant("seq-not-saved") ? 0 : seq;
	c->earlier_late = load_u64(l);
	c->late->newest_ms = load_i64(l);
}

/* Reports what --upgrade does to the columns. */
static void report_columns(const struct checkpoint *c, const struct fold_map *m, const struct span *old)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->to[i] < 0)
			diag("column '%.*s' is dropped, with what it has counted", SPAN_ARG(old[i]));
	for (size_t k = 0; k < c->plan->folds.fold_count; k++) {
		bool kept = false;
		for (size_t i = 0; i < m->count; i++)
			kept |= m->to[i] == (int)k;
		if (!kept)
			diag("column '%.*s' begins empty: it counts from here on",
				SPAN_ARG(column_of_fold(c->plan, k)));
	}
}

/* Reads the groups of the store, which has a type. Returns 0, or -1 with E set. */
static int load_groups(struct checkpoint *c, enum bounds_kind kind, struct span type, const struct fold_map *map,
	struct load *l, struct err *e)
{
	if (intake_begin(c->intake, kind, e) < 0)
		return -1;
	if (!span_eq(type, span_of(c->store->type->name)))
		return err_set(e, EX_DATAERR, "the state is of the store '%.*s', but this line needs '%s'",
			SPAN_ARG(type), c->store->type->name);
	return c->store->type->load(c->store->self, map, l, e);
}

/* Reads the groups of the store under another configuration, with COUNT columns COLUMNS. Returns 0,
 * or -1 with E set. */
static int load_upgraded(struct checkpoint *c, enum bounds_kind kind, struct span type, const struct span *columns,
	size_t count, struct load *l, struct err *e)
{
	struct fold_map map;
	struct span now[FOLDS_MAX];
	size_t now_count = c->plan->folds.fold_count;
	for (size_t i = 0; i < now_count; i++)
		now[i] = column_of_fold(c->plan, i);
	if (fold_map_init(&map, columns, count, now, now_count, e) < 0)
		return -1;
	int r = load_groups(c, kind, type, &map, l, e);
	if (r == 0)
		report_columns(c, &map, columns);
	fold_map_release(&map);
	return r;
}

/* Checks whether the state of the configuration OLD, with KEYS keys, can be used. Returns 0, or -1 with E set. */
static int check_upgrade(const struct checkpoint *c, struct span old, uint64_t keys, struct err *e)
{
	struct buf now;
	char open[64];
	snprintf(open, sizeof open, "%llu key%s", (unsigned long long)keys, keys == 1 ? "" : "s");
	buf_init(&now, 1 << 20);
	int r = configuration_write(c->config, c->plan, &now, e);
	if (r == 0)
		r = configuration_upgrade(old, buf_span(&now), open, e);
	buf_release(&now);
	return r;
}

/* Reads what follows the counters: the columns and the store. Returns 0, or -1 with E set. */
static int load_store(struct checkpoint *c, enum bounds_kind kind, struct span old, struct load *l, struct err *e)
{
	struct span columns[FOLDS_MAX];
	size_t count = (size_t)load_max(l, FOLDS_MAX);
	for (size_t i = 0; i < count; i++)
		columns[i] = load_span(l);
	if (!load_bool(l))
		return 0;
	struct span type = load_span(l);
	uint64_t keys = load_u64(l);
	if (load_failed(l))
		return 0;
	if (!old.p)
		return load_groups(c, kind, type, NULL, l, e);
	if (keys > 0)
		return check_upgrade(c, old, keys, e) < 0 ? -1 : load_upgraded(c, kind, type, columns, count, l, e);
	/* Nothing is open, so the rest is skipped. The first event will decide which store the stream gets. */
	l->p = l->end;
	return 0;
}

static int on_load(void *arg, struct load *l, struct span old, struct err *e)
{
	struct checkpoint *c = arg;
	if (load_u64(l) != CHECKPOINT_VERSION)
		load_fail(l, "state of another version of sp-agg");
	if (load_failed(l))
		return load_finish(l, e);
	if (load_windowing(c, l, e) < 0)
		return -1;
	enum bounds_kind kind = (enum bounds_kind)load_max(l, BOUNDS_SESSION);
	load_counters(c, l);
	if (load_store(c, kind, old, l, e) < 0)
		return -1;
	return load_finish(l, e);
}

/* ---- the end of the input, and the status ---- */

static int on_close(void *arg, struct err *e)
{
	struct checkpoint *c = arg;
	return store_close(c->store, e);
}

static void on_status(void *arg, struct status_fields *out)
{
	const struct checkpoint *c = arg;
	struct store_size size = store_size(c->store);
	int64_t watermark = c->store->env.watermark;
	out->events_in = c->intake->queue.count - c->intake->queue.first;
	out->events_out = c->rows->count;
	out->late = c->earlier_late + c->late->count;
	out->watermark_ms = watermark < INT64_MAX ? watermark : INT64_MIN;
	out->open_windows = (int64_t)size.parts;
	out->keys = (int64_t)size.keys;
	out->state_bytes = (int64_t)c->budget->bytes;
}

struct stage_hooks checkpoint_hooks(struct checkpoint *c)
{
	return (struct stage_hooks){ .configuration = on_configuration,
		.open = on_open,
		.save = on_save,
		.load = on_load,
		.close = on_close,
		.status = on_status,
		.arg = c };
}
