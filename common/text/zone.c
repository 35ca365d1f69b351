/* zone.c -- time zones of the system's tz database (IANA; RFC 9636 describes its files).
 *
 * The C library reads the zone files (TZ, tzset(3), localtime_r(3)). Each call of localtime_r(3) takes a lock and
 * searches all changes of the zone. So the offsets are cached for spans of 2^20 seconds (12 days). An entry has the
 * offset at the start of the span, and the instant at which the offset changes within the span. A look-up is then a
 * shift and two comparisons. A change is found by comparing the offsets of instants 2^16 seconds apart, and then by
 * bisection. */
#include "text/zone.h"
#include "base/opt.h"
#include "text/offset.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	SPAN_SHIFT = 20, /* a span has 2^SPAN_SHIFT seconds */
	/* The offset is probed every 2^PROBE_SHIFT seconds (18 hours). No zone changes its offset and back in less. */
	PROBE_SHIFT = 16,
	SPANS = 1024,      /* spans in the cache: 34 years */
	NAMES_MAX = 1000,  /* largest number of names that are searched for a message */
	PERIODS_MAX = 512, /* most periods of a zone from 1900 to 2100: summer time makes two a year */
};

/* An entry of the cache: what is known about one span. */
struct zone_span {
	/* The number of the span: any of its instants >> SPAN_SHIFT. INT64_MIN if the entry is free. */
	int64_t number;
	/* The first instant of the new offset; INT64_MAX if the offset does not change. */
	int64_t change;
	int32_t before, after; /* the offsets before and after CHANGE, in seconds */
	/* True if the offset changes more than once. The C library is then asked at each look-up. */
	bool several;
};

/* A time during which clocks had one name and one offset. */
struct zone_period {
	int64_t start; /* at most a week after the true start */
	int32_t offset;
	char name[8];
};

struct zone {
	char name[64];
	unsigned users; /* calls of zone_open(), less the calls of zone_free() */
	struct zone_span spans[SPANS];
	struct zone_period periods[PERIODS_MAX];
	int period_count; /* 0: not known yet */
};
/* There is only one zone, because the whole process shares the variable TZ. */
static struct zone the_zone;

/* Returns the folder of the zone files. The variable TZDIR replaces the usual folder, as in the C library. */
static const char *zone_directory(void)
{
	const char *dir = getenv("TZDIR");
	return dir && *dir ? dir : "/usr/share/zoneinfo";
}

/* Returns true if NAME can be the name of a zone. Such a name has only letters, digits and _ + - /, so it is not an
 * absolute path and has no "..". */
static bool is_zone_name(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
	size_t n = strlen(name);
	return n > 0 && n < sizeof the_zone.name && strspn(name, letters) == n && name[0] != '/' && name[0] != '-';
}

/* Returns true if the database has a zone file of this name. The check is needed because tzset(3) uses UTC for an
 * unknown zone, without an error. */
static bool is_zone_file(const char *name)
{
	char path[PATH_MAX], magic[4];
	int n = snprintf(path, sizeof path, "%s/%s", zone_directory(), name);
	if (n < 0 || (size_t)n >= sizeof path)
		return false;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	struct stat st;
	bool yes = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && read(fd, magic, 4) == 4 &&
		memcmp(magic, "TZif", 4) == 0;
	close(fd);
	return yes;
}

/* Writes to OUT the zone that NAME is probably a misspelling of; "" if there is none. The names come from the list of
 * zones of the database (zone.tab: country, coordinates, name, comment). */
static void nearest_zone(const char *name, char *out, size_t size)
{
	char path[PATH_MAX], line[512];
	char *names[NAMES_MAX + 1] = { NULL };
	size_t count = 0;
	out[0] = '\0';
	snprintf(path, sizeof path, "%s/zone.tab", zone_directory());
	FILE *f = fopen(path, "re");
	while (f && count < NAMES_MAX && fgets(line, sizeof line, f)) {
		char *tab = strchr(line, '\t');
		tab = line[0] != '#' && tab ? strchr(tab + 1, '\t') : NULL;
		if (tab)
			names[count++] = strndup(tab + 1, strcspn(tab + 1, "\t\n"));
		if (tab && !names[count - 1])
			break;
	}
	if (f)
		fclose(f);
	/* First looks for a name that is NAME, or whose last part is NAME, in upper or lower case. So "athens" means
	 * Europe/Athens. */
	const char *found = NULL;
	for (size_t i = 0; !found && i < count && names[i]; i++) {
		const char *city = strrchr(names[i], '/');
		if (city && strcasecmp(city + 1, name) == 0)
			found = names[i];
		if (strcasecmp(names[i], name) == 0)
			found = names[i];
	}
	if (!found)
		found = opt_nearest(name, (const char *const *)names);
	if (found)
		snprintf(out, size, "%s", found);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
}

/* Sets E because there is no zone NAME. The message says that the database is missing, suggests the nearest name, or
 * shows what names look like. Always returns -1. */
static int unknown_zone(const char *name, struct err *e)
{
	char near[64];
	if (access(zone_directory(), R_OK) < 0)
		return err_set(e, EX_USAGE,
			"time zone '%s': there is no zone database in %s; install the package tzdata", name,
			zone_directory());
	nearest_zone(name, near, sizeof near);
	if (near[0])
		return err_set(e, EX_USAGE, "unknown time zone '%s'; did you mean %s?", name, near);
	return err_set(e, EX_USAGE,
		"unknown time zone '%s'; names look like Europe/Athens (see %s), offsets like +02:00", name,
		zone_directory());
}

/* Opens the zone NAME. TZ is the value that the environment variable TZ must have for this zone. Returns 0 and sets
 * *OUT; -1 with E set. */
static int zone_begin(const char *name, const char *tz, struct zone **out, struct err *e)
{
	struct zone *z = &the_zone;
	if (z->users && strcmp(z->name, name) != 0)
		return err_set(e, EX_USAGE, "time zone %s: %s is in use, and there can be only one", name, z->name);
	if (z->users++ == 0) {
		snprintf(z->name, sizeof z->name, "%s", name);
		if (setenv("TZ", tz, 1) < 0)
			return err_errno(e, EX_OSERR, errno, "TZ");
		tzset();
		for (int i = 0; i < SPANS; i++)
			z->spans[i].number = INT64_MIN;
		z->period_count = 0;
	}
	*out = z;
	return 0;
}

/* Opens the offset NAME, such as "+02:00". POSIX writes this zone as <+0200>-02:00: its name, and then the offset with
 * the opposite sign. Returns 0 and sets *OUT, or leaves *OUT unchanged if the offset is 0. Returns -1 with E set. */
static int open_offset(const char *name, struct zone **out, struct err *e)
{
	int32_t offset;
	struct span s = span_of(name);
	char tz[32];
	if (offset_read(&s, &offset) < 0 || s.n)
		return err_set(e, EX_USAGE, "unknown time zone '%s'; an offset has the form +02:00", name);
	unsigned size = (unsigned)(offset < 0 ? -offset : offset);
	if (size == 0)
		return 0;
	char sign = offset < 0 ? '-' : '+', opposite = offset < 0 ? '+' : '-';
	snprintf(tz, sizeof tz, "<%c%02u%02u>%c%02u:%02u:%02u", sign, size / 3600, size / 60 % 60, opposite,
		size / 3600, size / 60 % 60, size % 60);
	return zone_begin(name, tz, out, e);
}

int zone_open(const char *name, struct zone **out, struct err *e)
{
	*out = NULL;
	if (strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0 || strcmp(name, "Z") == 0)
		return 0;
	if (*name == '+' || *name == '-')
		return open_offset(name, out, e);
	if (!is_zone_name(name) || !is_zone_file(name))
		return unknown_zone(name, e);
	return zone_begin(name, name, out, e);
}

void zone_free(struct zone *z)
{
	if (z && z->users)
		z->users--;
}

/* Returns the offset at the instant SEC, from the C library. */
static int32_t library_offset(int64_t sec)
{
	time_t t = (time_t)sec;
	struct tm tm;
	return localtime_r(&t, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}

/* Returns the first second in (FROM, TO] whose offset differs from the offset at FROM. There must be exactly one
 * change. */
static int64_t find_change(int64_t from, int64_t to)
{
	int32_t before = library_offset(from);
	while (to - from > 1) {
		int64_t middle = from + (to - from) / 2;
		if (library_offset(middle) == before)
			from = middle;
		else
			to = middle;
	}
	return to;
}

/* Asks the C library for the offsets in span NUMBER, and stores them in the cache entry R. */
static void span_learn(struct zone_span *r, int64_t number)
{
	int64_t start = number * (INT64_C(1) << SPAN_SHIFT);
	int changes = 0;
	*r = (struct zone_span){ .number = number, .change = INT64_MAX, .before = library_offset(start) };
	int32_t last = r->before;
	for (int i = 1; i <= 1 << (SPAN_SHIFT - PROBE_SHIFT); i++) {
		int64_t at = start + ((int64_t)i << PROBE_SHIFT);
		int32_t now = library_offset(at);
		if (now != last) {
			changes++;
			r->change = find_change(at - (1 << PROBE_SHIFT), at);
			r->after = now;
		}
		last = now;
	}
	r->several = changes > 1;
}

/* Returns the cache entry for the instant SEC, and fills the entry first if it holds another span. Each span has one
 * possible place in the cache. */
static inline const struct zone_span *span_of_instant(int64_t sec)
{
	int64_t number = sec >> SPAN_SHIFT;
	struct zone_span *r = &the_zone.spans[(uint64_t)number % SPANS];
	if (r->number != number)
		span_learn(r, number);
	return r;
}

int32_t zone_offset(const struct zone *z, int64_t sec)
{
	if (!z)
		return 0;
	const struct zone_span *r = span_of_instant(sec);
	if (r->several)
		return library_offset(sec);
	return sec < r->change ? r->before : r->after;
}

int64_t zone_to_utc(const struct zone *z, int64_t local)
{
	if (!z)
		return local;
	/* No zone is a day away from UTC. So these are the offsets in force before and after a change near LOCAL. */
	int32_t before = zone_offset(z, local - 86400), after = zone_offset(z, local + 86400);
	if (before == after)
		return local - before;
	int64_t first = local - (before > after ? before : after), second = local - (before > after ? after : before);
	/* FIRST is the earlier instant, because it is computed with the larger offset. An instant is right if its own
	 * offset leads back to LOCAL. Neither instant is right if summer time starts and clocks skip LOCAL. */
	if (zone_offset(z, first) == local - first)
		return first;
	if (zone_offset(z, second) == local - second)
		return second;
	return local - before;
}

bool zone_change(const struct zone *z, int64_t from, int64_t to, int64_t *at)
{
	if (!z)
		return false;
	while (from < to) {
		const struct zone_span *r = span_of_instant(from);
		/* A step goes to the end of the span, or, in a span with several changes, to the next probe. */
		int64_t end = (r->number + 1) * (INT64_C(1) << SPAN_SHIFT);
		if (r->several && end > from + (1 << PROBE_SHIFT))
			end = from + (1 << PROBE_SHIFT);
		if (end > to)
			end = to;
		if (r->several && library_offset(from) != library_offset(end)) {
			*at = find_change(from, end);
			return true;
		}
		if (!r->several && r->change > from && r->change <= end) {
			*at = r->change;
			return true;
		}
		from = end;
	}
	return false;
}

/* ---- names, such as CEST ---- */

/* Returns true if NAME is the name of PERIOD, in upper or lower case. */
static bool has_name(const struct zone_period *period, struct span name)
{
	return strlen(period->name) == name.n && strncasecmp(period->name, name.p, name.n) == 0;
}

/* Returns a period that starts at the instant SEC and has the name and the offset that the zone has then. */
static struct zone_period period_at(int64_t sec)
{
	struct zone_period p = { .start = sec };
	time_t t = (time_t)sec;
	struct tm tm;
	if (localtime_r(&t, &tm)) {
		p.offset = (int32_t)tm.tm_gmtoff;
		snprintf(p.name, sizeof p.name, "%s", tm.tm_zone);
	}
	return p;
}

/* Fills z->periods with the periods from 1900 to 2100. The C library is asked for one instant in each week. */
static void periods_learn(struct zone *z)
{
	const int64_t first = -INT64_C(2208988800), last = INT64_C(4102444800), week = 7 * 86400;
	for (int64_t sec = first; sec < last && z->period_count < PERIODS_MAX; sec += week) {
		struct zone_period p = period_at(sec),
				   *before = z->period_count ? &z->periods[z->period_count - 1] : NULL;
		if (!before || before->offset != p.offset || strcmp(before->name, p.name) != 0)
			z->periods[z->period_count++] = p;
	}
}

bool zone_named_offset(const struct zone *z, struct span name, int64_t local, int32_t *offset)
{
	if (!z)
		return false;
	/* The offsets a day before and a day after LOCAL are those before and after a change near LOCAL. */
	int32_t near[] = { zone_offset(z, local - 86400), zone_offset(z, local + 86400) };
	for (int i = 0; i < 2; i++) {
		struct zone_period now = period_at(local - near[i]);
		*offset = now.offset;
		if (now.offset == near[i] && has_name(&now, name))
			return true;
	}
	if (the_zone.period_count == 0)
		periods_learn(&the_zone);
	const struct zone_period *found = NULL;
	for (int i = 0; i < the_zone.period_count; i++) {
		const struct zone_period *p = &the_zone.periods[i];
		if (has_name(p, name) && (!found || p->start - p->offset <= local))
			found = p;
	}
	if (found)
		*offset = found->offset;
	return found;
}
