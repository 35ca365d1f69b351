/* options.c -- the command line of sp-window.
 *
 * Options may come in any order, so their values are only stored at first. Then config_check() checks whether the
 * options make sense together, and windowing_init() checks the lengths of windows. */
#include "sp-window/options.h"
#include "base/dur.h"
#include "stream/reader.h"
#include "text/utf8.h"

enum option {
	O_TUMBLING = 256,
	O_HOPPING,
	O_CUMULATE,
	O_SESSION,
	O_ADVANCE,
	O_OFFSET,
	O_TZ,
	O_DELAY,
	O_LATENESS,
	O_LATE,
	O_MAX_AHEAD,
	O_IDLE_CLOSE,
	O_EXPAND,
	O_KEEP,
	O_TIME_FORMAT,
	O_REJECT,
	O_MAX_EVENT,
	O_STATUS,
	O_METRICS,
	O_LOOSE,
};

static const struct opt table[] = {
	{ O_TUMBLING, "tumbling", "SIZE", "consecutive windows of SIZE" },
	{ O_HOPPING, "hopping", "SIZE", "windows of SIZE, one starting every --advance" },
	{ O_CUMULATE, "cumulate", "SIZE", "windows of SIZE, with an interim result every --advance" },
	{ O_SESSION, "session", "GAP", "windows that end after GAP without an event of the same key" },
	{ O_ADVANCE, "advance", "STEP", "step of --hopping and --cumulate" },
	{ O_OFFSET, "offset", "DUR", "start windows DUR later than at full hours, days, ... (-DUR: earlier)" },
	{ O_TZ, "tz", "ZONE", "align windows with the clock of ZONE, such as Europe/Athens (default UTC)" },
	{ O_DELAY, "delay", "DUR", "wait DUR for events that arrive out of order (default 0)" },
	{ O_LATENESS, "lateness", "DUR", "correct a window's result for DUR after it was written (default 0)" },
	{ O_LATE, "late", "FILE", "append late events to FILE" },
	{ O_MAX_AHEAD, "max-ahead", "DUR", "set aside events that are more than DUR ahead of the clock" },
	{ O_IDLE_CLOSE, "idle-close", "DUR", "close all windows after DUR without input" },
	{ O_EXPAND, "expand", NULL,
		"write a copy of an event for each of its windows, for programs other than sp-agg" },
	{ O_KEEP, "keep", "PATH,...", "pass on only these fields of an event, which is faster" },
	{ 't', "time", "PATH", "where an event's time is (default .ts)" },
	{ O_TIME_FORMAT, "time-format", "FORMAT", "auto, s, ms, us, ns, rfc3339 or a strptime format" },
	{ O_REJECT, "reject", "FILE", "append rejected lines to FILE" },
	{ O_MAX_EVENT, "max-event", "SIZE", "longest event (default 1M); 64k more is taken for what sp has added" },
	{ O_STATUS, "status", NULL, "show a status line on standard error" },
	{ O_METRICS, "metrics", "FILE", "write Prometheus metrics to FILE" },
	{ O_LOOSE, "loose", NULL, "under checkpoints, let a filter before sp-window drop or change lines" },
	OPT_COMMON,
	OPT_END,
};

static const char details[] =
	"SIZE, STEP, GAP and DUR are durations: 500ms, 5s, 1m, 2h, 1d. SIZE and STEP may also be day, week (from\n"
	"Monday), month, quarter or year, or several, such as 3month. 7d begins on Thursdays, week on Mondays.\n\n"
	"example:\n"
	"  sp-capture access.log | sp-window --tumbling 1m --delay 5s --late late.ndjson | sp-agg --by .path n=count\n";

/* Names of options in Flink, Beam, Kafka Streams, SQL and other tools, and what sp-window has instead. */
static const struct opt_hint hints[] = { { "tumble", "--tumbling SIZE" }, { "window", "--tumbling SIZE" },
	{ "fixed", "--tumbling SIZE" }, { "size", "--tumbling SIZE" }, { "interval", "--tumbling SIZE" },
	{ "hop", "--hopping SIZE --advance STEP" }, { "sliding", "--hopping SIZE --advance STEP" },
	{ "slide", "--advance STEP" }, { "step", "--advance STEP" }, { "every", "--tumbling SIZE, or --advance STEP" },
	{ "period", "--advance STEP" }, { "cumulative", "--cumulate SIZE --advance STEP" }, { "gap", "--session GAP" },
	{ "sessions", "--session GAP" }, { "inactivity-gap", "--session GAP" }, { "timeout", "--session GAP" },
	{ "watermark", "--delay DUR" }, { "watermark-delay", "--delay DUR" }, { "out-of-orderness", "--delay DUR" },
	{ "bounded-out-of-orderness", "--delay DUR" }, { "wait", "--delay DUR" }, { "grace", "--lateness DUR" },
	{ "allowed-lateness", "--lateness DUR" }, { "allow-late", "--lateness DUR" }, { "idle", "--idle-close DUR" },
	{ "idle-timeout", "--idle-close DUR" }, { "timezone", "--tz ZONE" }, { "time-zone", "--tz ZONE" },
	{ "zone", "--tz ZONE" }, { "timestamp", "--time PATH" }, { "ts", "--time PATH" },
	{ "time-field", "--time PATH" }, { "format", "--time-format FORMAT" }, { "by", "sp-agg --by KEY after it" },
	{ "key", "sp-agg --by KEY after it" }, { "group-by", "sp-agg --by KEY after it" }, { NULL, NULL } };

static const struct opt_program program = { .name = "sp-window",
	.operands = "",
	.about = "assign events to event-time windows",
	.options = table,
	.details = details,
	.hints = hints };

/* What set_option() must remember about earlier options while the options are read. */
struct parsed {
	struct config *config;
	bool has_kind, has_advance; /* whether a kind of window and --advance were given */
};

/* Stores KIND, the kind of windows. Returns 0, or -1 with E set if a kind was given before. */
static int set_kind(struct parsed *p, enum window_kind kind, struct err *e)
{
	if (p->has_kind)
		return err_set(e, EX_USAGE,
			"only one kind of window is possible: --tumbling, --hopping, --cumulate or --session");
	p->has_kind = true;
	p->config->windowing.kind = kind;
	return 0;
}

/* Stores KIND and the size VALUE, which is a duration or a calendar unit. Returns 0, or -1 with E set. */
static int set_size(struct parsed *p, enum window_kind kind, const char *value, struct err *e)
{
	return window_length_parse(value, &p->config->windowing.size, e) < 0 ? -1 : set_kind(p, kind, e);
}

/* Stores sessions with the gap VALUE, which is a duration and not a calendar unit. Returns 0, or -1 with E set. */
static int set_session(struct parsed *p, const char *value, struct err *e)
{
	return dur_parse(value, &p->config->windowing.gap, e) < 0 ? -1 : set_kind(p, WINDOW_SESSION, e);
}

/* Stores the advance VALUE and sets p->has_advance. config_check() needs this flag, because an advance such as "month"
 * is stored with 0 ms, as if there were none. Returns 0, or -1 with E set. */
static int set_advance(struct parsed *p, const char *value, struct err *e)
{
	p->has_advance = true;
	return window_length_parse(value, &p->config->windowing.advance, e);
}

/* Stores the offset VALUE, the only duration that may be negative. Returns 0, or -1 with E set. */
static int set_offset(struct windowing *w, const char *value, struct err *e)
{
	bool minus = *value == '-';
	if (dur_parse(value + minus, &w->offset, e) < 0)
		return -1;
	w->offset = minus ? -w->offset : w->offset;
	return 0;
}

/* Copies VALUE into TO, which has SIZE bytes. VALUE becomes a part of the windowing line, so it must be UTF-8. Returns
 * 0, or -1 with E set if VALUE is too long or not UTF-8. */
static int set_text(char *to, size_t size, const char *value, struct err *e)
{
	if (strlen(value) >= size)
		return err_set(e, EX_USAGE, "too long: at most %zu bytes", size - 1);
	if (utf8_valid(span_of(value)) != strlen(value))
		return err_set(e, EX_USAGE, "not UTF-8");
	memcpy(to, value, strlen(value) + 1);
	return 0;
}

/* Stores option ID with its VALUE. The range of lengths, the zone and the format of times are checked later, when all
 * options are known. Returns 0, or -1 with E set. */
static int set_option(void *arg, int id, const char *value, struct err *e)
{
	struct parsed *p = arg;
	struct config *c = p->config;
	struct windowing *w = &c->windowing;
	switch (id) {
	case O_TUMBLING: return set_size(p, WINDOW_TUMBLING, value, e);
	case O_HOPPING: return set_size(p, WINDOW_HOPPING, value, e);
	case O_CUMULATE: return set_size(p, WINDOW_CUMULATE, value, e);
	case O_SESSION: return set_session(p, value, e);
	case O_ADVANCE: return set_advance(p, value, e);
	case O_OFFSET: return set_offset(w, value, e);
	case O_TZ: return set_text(w->tz, sizeof w->tz, value, e);
	case O_DELAY: return dur_parse(value, &w->delay, e);
	case O_LATENESS: return dur_parse(value, &w->lateness, e);
	case O_LATE: c->late = value; return 0;
	case O_MAX_AHEAD: return dur_parse(value, &c->max_ahead_ms, e);
	case O_IDLE_CLOSE: return dur_parse(value, &c->idle_close_ms, e);
	case O_EXPAND: c->expand = true; return 0;
	case O_KEEP: c->keep = value; return 0;
	case 't': return set_text(w->time, sizeof w->time, value, e);
	case O_TIME_FORMAT: return set_text(w->time_format, sizeof w->time_format, value, e);
	case O_REJECT: c->reject = value; return 0;
	case O_MAX_EVENT: return program_max_event(value, &c->max_event, e);
	case O_STATUS: c->status = true; return 0;
	case O_METRICS: c->metrics = value; return 0;
	case O_LOOSE: c->loose = true; return 0;
	default: return err_set(e, EX_SOFTWARE, "internal error: option %d is not handled", id);
	}
}

/* Checks that the options make sense together. The messages name the option to add or to leave out. Returns 0, or -1
 * with E set. */
static int config_check(struct config *c, const struct parsed *p, struct err *e)
{
	enum window_kind kind = c->windowing.kind;
	bool needs_advance = kind == WINDOW_HOPPING || kind == WINDOW_CUMULATE, session = kind == WINDOW_SESSION;
	if (!p->has_kind)
		return err_set(e, EX_USAGE,
			"which windows? give --tumbling SIZE, --hopping SIZE --advance STEP, --cumulate SIZE "
			"--advance STEP or --session GAP");
	if (needs_advance && !p->has_advance)
		return err_set(e, EX_USAGE, "--%s needs --advance STEP",
			kind == WINDOW_HOPPING ? "hopping" : "cumulate");
	if (!needs_advance && p->has_advance)
		return err_set(e, EX_USAGE, "--advance needs --hopping or --cumulate");
	if (session && c->expand)
		return err_set(e, EX_USAGE,
			"--expand: only sp-agg knows where sessions end, as they depend on the key: leave it out");
	/* With --max-ahead, --late is allowed: its file gets the events that are ahead of the clock. */
	if (session && c->late && c->max_ahead_ms < 0)
		return err_set(e, EX_USAGE,
			"--late: only sp-agg knows which events of sessions are late: give --late to sp-agg");
	return windowing_init(&c->windowing, e);
}

/* max_ahead_ms is -1 without --max-ahead, because 0 is a valid value of the option. */
enum program_outcome config_read(struct config *c, int argc, char **argv, int *status, struct err *e)
{
	static const struct program_options options = { .program = &program, .option = set_option };
	struct parsed p = { .config = c };
	*c = (struct config){ .windowing = { .tz = "UTC", .time = ".ts", .time_format = "auto" },
		.max_ahead_ms = -1,
		.max_event = EVENT_MAX + EVENT_MAX_EXTRA };
	enum program_outcome outcome = program_parse(&options, &p, argc, argv, status, e);
	if (outcome == PROGRAM_RUN && config_check(c, &p, e) < 0)
		outcome = PROGRAM_FAILED;
	return outcome;
}

void config_release(struct config *c)
{
	windowing_release(&c->windowing);
}
