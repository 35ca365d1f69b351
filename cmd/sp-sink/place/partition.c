/* partition.c -- makes the path of a folder from an event's time and fields.
 *
 * A template is parsed into pieces. A piece is a field, "{app}", or a time: literal text with time conversions, such as
 * "dt=%Y-%m-%d/app=". A time piece keeps its text for the second of the last event. The next event is mostly in the
 * same second, and strftime(3) is slow. The length of folder names is checked when the path is complete, because a name
 * may consist of several pieces. */
#include "sp-sink/place/partition.h"

enum {
	PIECES_MAX = 64,
	SEGMENT_MAX = 255, /* bytes of a folder's name: the NAME_MAX of common file systems */
	TEXT_MAX = 4096,
};

struct piece {
	char *text; /* owned: a field's name, or a strftime format */
	size_t n;
	bool is_field;
	size_t guess;     /* where the field was in the last event, and is looked for first */
	struct buf shown; /* of a time piece: its text at SECOND */
	int64_t second;   /* the second of SHOWN, since 1970; INT64_MIN: SHOWN is not set yet */
};

struct partition {
	struct piece pieces[PIECES_MAX];
	size_t count;
	const struct zone *zone;
	bool needs_time;
	struct buf value; /* scratch: the unescaped value of a field */
};

void partition_free(struct partition *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->count; i++) {
		free(t->pieces[i].text);
		buf_release(&t->pieces[i].shown);
	}
	buf_release(&t->value);
	free(t);
}

bool partition_needs_time(const struct partition *t)
{
	return t->needs_time;
}

/* Appends a piece to T: the field with the name TEXT if IS_FIELD, otherwise the strftime(3) format TEXT. Returns 0, or
 * -1 with E set. */
static int partition_add_piece(struct partition *t, struct span text, bool is_field, struct err *e)
{
	if (t->count == PIECES_MAX)
		return err_set(e, EX_USAGE, "more than %d fields and times", PIECES_MAX);
	char *copy = strndup(text.p, text.n);
	if (!copy)
		return err_oom(e, "a template");
	struct piece *p = &t->pieces[t->count++];
	*p = (struct piece){ .text = copy, .n = text.n, .is_field = is_field, .second = INT64_MIN };
	buf_init(&p->shown, TEXT_MAX);
	return 0;
}

/* Returns true if the conversion %C gives text that can be part of a name. The text of %D, %c, %x and %n has '/' or
 * white space in it. */
static bool is_conversion(char c)
{
	return c && strchr("aAbBCdeFgGHIjklmMpPRsSTuUVwWyYzZ%", c);
}

/* Parses the time conversions and literal text at *P, up to a field or the end, into one piece, and moves *P after
 * them. "{{" becomes "{", and "}}" becomes "}". "%%" stays as it is, because strftime(3) makes "%" of it. Returns 0, or
 * -1 with E set. */
static int partition_parse_time(struct partition *t, const char **p, struct err *e)
{
	struct buf format;
	int r = 0;
	buf_init(&format, TEXT_MAX);
	for (const char *s = *p; r == 0; s++) {
		*p = s;
		bool doubled = (*s == '{' || *s == '}') && s[1] == *s;
		if (!*s || (*s == '{' && !doubled))
			break;
		if (*s == '}' && !doubled)
			r = err_set(e, EX_USAGE, "'}' without '{' (write }} for the character)");
		else if (*s == '%' && !is_conversion(s[1]))
			r = err_set(e, EX_USAGE,
				"'%%%.1s' cannot be used in a folder's name: use %%Y %%m %%d %%H and the like", s + 1);
		else if ((unsigned char)*s < ' ' || *s == 0x7f)
			r = err_set(e, EX_USAGE, "it has a control character");
		else if (buf_add(&format, s, *s == '%' ? 2 : 1) < 0)
			r = err_set(e, EX_USAGE, "longer than %d bytes", TEXT_MAX);
		/* "%%" is the character '%', which needs no time. */
		t->needs_time = t->needs_time || (*s == '%' && s[1] != '%');
		s += *s == '%' || doubled;
	}
	if (r == 0)
		r = partition_add_piece(t, buf_span(&format), false, e);
	buf_release(&format);
	return r;
}

/* Parses the field "{name}" at *P into a piece, and moves *P after it. Returns 0, or -1 with E set. */
static int partition_parse_field(struct partition *t, const char **p, struct err *e)
{
	const char *name = *p + 1, *end = strchr(name, '}');
	if (!end || end == name)
		return err_set(e, EX_USAGE, "'%.40s': a field is written {name}", *p);
	*p = end + 1;
	return partition_add_piece(t, (struct span){ name, (size_t)(end - name) }, true, e);
}

/* Checks the names of the folders in TEXT, the template as the user wrote it. The values of fields need no check,
 * because partition_add_value() makes them safe. Returns 0, or -1 with E set. */
static int partition_check(const char *text, struct err *e)
{
	if (*text == '/')
		return err_set(e, EX_USAGE, "it begins with '/', but the folders are below dir:PATH");
	for (const char *p = text; *p || p == text;) {
		size_t n = strcspn(p, "/");
		if (n == 0)
			return err_set(e, EX_USAGE, "it has an empty folder name");
		if (*p == '.')
			return err_set(e, EX_USAGE, "'%.*s': a folder must not begin with '.'", (int)n, p);
		p += n;
		if (*p == '/' && !*++p)
			return err_set(e, EX_USAGE, "it ends with '/'");
	}
	return 0;
}

int partition_new(const char *text, const struct zone *zone, struct partition **out, struct err *e)
{
	struct partition *t = calloc(1, sizeof *t);
	if (!t)
		return err_oom(e, "a template");
	t->zone = zone;
	buf_init(&t->value, 64 << 20);
	/* The folders are checked before TEXT is parsed, because a piece may have several folders, or a part of a
	 * folder. */
	int r = partition_check(text, e);
	for (const char *p = text; r == 0 && *p;)
		r = *p == '{' && p[1] != '{' ? partition_parse_field(t, &p, e) : partition_parse_time(t, &p, e);
	*out = t;
	if (r < 0) {
		err_context(e, "--partition '%s'", text);
		partition_free(t);
		*out = NULL;
	}
	return r;
}

static bool is_safe(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
		c == '-';
}

/* Appends the value S in a form that is safe in a path: unsafe bytes become "%XX", and an empty value becomes
 * HIVE_NULL. Returns 0, or -1 if OUT is full. */
static int partition_add_value(struct span s, struct buf *out)
{
	static const char hex[] = "0123456789ABCDEF";
	if (s.n == 0)
		return buf_adds(out, HIVE_NULL);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		/* A folder that begins with '.' is hidden, and ".." leads out of the folder of dir:PATH. */
		bool first = out->n == 0 || out->p[out->n - 1] == '/';
		char code[3] = { '%', hex[c >> 4], hex[c & 15] };
		bool safe = is_safe(s.p[i]) && !(first && c == '.');
		if (safe ? buf_addc(out, s.p[i]) < 0 : buf_add(out, code, 3) < 0)
			return -1;
	}
	return 0;
}

/* Rejects EV because a folder's name is too long, or because the whole path does not fit the caller's buffer. Returns
 * 1. */
static int partition_too_long(struct event *ev, struct err *e)
{
	return event_reject(ev, "a folder's name too long", e, "the name of its folder would be longer than %d bytes",
		SEGMENT_MAX);
}

/* Appends the value of the field P. Numbers and booleans are used as they are written in the event, so 1 and 1.0 are
 * different folders. Returns 0, 1 if EV is rejected, or -1 with E set. */
static int partition_expand_field(struct partition *t, struct piece *p, struct event *ev, struct buf *out,
	struct err *e)
{
	struct span name = { p->text, p->n }, value = event_find(ev, name, &p->guess);
	buf_reset(&t->value);
	switch (json_type(value)) {
	case JSON_MISSING:
	case JSON_NULL: value = SPAN(""); break;
	case JSON_STRING:
		if (json_unescape(event_string_inside(value), &t->value) < 0)
			return err_oom(e, "the name of a folder");
		value = buf_span(&t->value);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		return event_reject(ev, "no folder's name", e,
			"field \"%s\" is an object or array, which cannot be a folder's name", p->text);
	default: break;
	}
	return partition_add_value(value, out) < 0 ? partition_too_long(ev, e) : 0;
}

/* Appends the text of the time piece P at the time MS, which is rounded down to the second, even before 1970. Returns
 * 0, or -1 if the text does not fit. */
static int partition_expand_time(struct partition *t, struct piece *p, int64_t ms, struct buf *out)
{
	int64_t second = ms >= 0 ? ms / 1000 : (ms - 999) / 1000;
	if (second != p->second) {
		buf_reset(&p->shown);
		if (time_strftime(p->text, ms, t->zone, &p->shown) < 0)
			return -1;
		p->second = second;
	}
	return buf_add_span(out, buf_span(&p->shown));
}

/* Returns true if no folder name in PATH is longer than SEGMENT_MAX bytes. */
static bool partition_fits(struct span path)
{
	for (const char *p = path.p, *end = path.p + path.n; p < end;) {
		const char *slash = memchr(p, '/', (size_t)(end - p));
		const char *stop = slash ? slash : end;
		if (stop - p > SEGMENT_MAX)
			return false;
		p = stop + 1;
	}
	return true;
}

int partition_expand(struct partition *t, struct event *ev, int64_t ms, struct buf *out, struct err *e)
{
	buf_reset(out);
	for (size_t i = 0; i < t->count; i++) {
		struct piece *p = &t->pieces[i];
		int r = 0;
		if (p->is_field)
			r = partition_expand_field(t, p, ev, out, e);
		else if (partition_expand_time(t, p, ms, out) < 0)
			r = partition_too_long(ev, e);
		if (r != 0)
			return r;
	}
	/* buf_string() adds the NUL that callers need. */
	if (!partition_fits(buf_span(out)) || !buf_string(out))
		return partition_too_long(ev, e);
	return 0;
}
