/* partition.c -- folders by event time and field. */
#include "sp-sink/place/partition.h"

enum {
	PARTS_MAX = 64,
	SEGMENT_MAX = 255, /* NAME_MAX of every file system in use */
	TEXT_MAX = 4096,
};

struct part {
	char *text; /* owned: a field's name, or a strftime format */
	size_t n;
	bool field;
	size_t guess;     /* where the field was last time */
	struct buf shown; /* the format at SECOND */
	int64_t second;
};

struct partition {
	struct part parts[PARTS_MAX];
	size_t count;
	const struct zone *zone;
	bool needs_time;
	struct buf value;
};

void partition_free(struct partition *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->count; i++) {
		free(t->parts[i].text);
		buf_release(&t->parts[i].shown);
	}
	buf_release(&t->value);
	free(t);
}

bool partition_needs_time(const struct partition *t)
{
	return t->needs_time;
}

static int add_part(struct partition *t, struct span text, bool field, struct err *e)
{
	if (t->count == PARTS_MAX)
		return err_set(e, EX_USAGE, "more than %d parts", PARTS_MAX);
	char *copy = strndup(text.p, text.n);
	if (!copy)
		return err_set(e, EX_OSERR, "out of memory");
	struct part *p = &t->parts[t->count++];
	*p = (struct part){ .text = copy, .n = text.n, .field = field, .second = INT64_MIN };
	buf_init(&p->shown, TEXT_MAX);
	return 0;
}

/* Conversions whose text is one name: no '/', no white space (%D, %c, %x, %n ... have some). */
static bool conversion(char c)
{
	return c && strchr("aAbBCdeFgGHIjklmMpPRsSTuUVwWyYzZ%", c);
}

/* The run of time and literal text at *P, up to a field or the end. */
static int parse_time(struct partition *t, const char **p, struct err *e)
{
	struct buf format;
	int r = 0;
	buf_init(&format, TEXT_MAX);
	for (const char *s = *p; r == 0; s++) {
		*p = s;
		bool twice = (*s == '{' || *s == '}') && s[1] == *s;
		if (!*s || (*s == '{' && !twice))
			break;
		if (*s == '}' && !twice)
			r = err_set(e, EX_USAGE, "'}' without '{' (write }} for the character)");
		else if (*s == '%' && !conversion(s[1]))
			r = err_set(e, EX_USAGE,
				"'%%%.1s' is no conversion for a folder: use %%Y %%m %%d %%H and the like", s + 1);
		else if ((unsigned char)*s < ' ' || *s == 0x7f)
			r = err_set(e, EX_USAGE, "a control character in it");
		else if (buf_add(&format, s, *s == '%' ? 2 : 1) < 0)
			r = err_set(e, EX_USAGE, "longer than %d bytes", TEXT_MAX);
		t->needs_time = t->needs_time || (*s == '%' && s[1] != '%');
		s += *s == '%' || twice;
	}
	if (r == 0)
		r = add_part(t, buf_span(&format), false, e);
	buf_release(&format);
	return r;
}

static int parse_field(struct partition *t, const char **p, struct err *e)
{
	const char *name = *p + 1, *end = strchr(name, '}');
	if (!end || end == name)
		return err_set(e, EX_USAGE, "'%.40s': a field is {name}", *p);
	*p = end + 1;
	return add_part(t, (struct span){ name, (size_t)(end - name) }, true, e);
}

/* The folders as the user wrote them, a field standing for "x". */
static int check_segments(const char *text, struct err *e)
{
	if (*text == '/')
		return err_set(e, EX_USAGE, "it begins with '/': folders are below dir:PATH");
	for (const char *p = text; *p || p == text;) {
		size_t n = strcspn(p, "/");
		if (n == 0)
			return err_set(e, EX_USAGE, "an empty folder name in it");
		if (*p == '.')
			return err_set(e, EX_USAGE, "'%.*s': a folder that begins with '.'", (int)n, p);
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
		return err_set(e, EX_OSERR, "out of memory");
	t->zone = zone;
	buf_init(&t->value, 64 << 20);
	int r = check_segments(text, e);
	for (const char *p = text; r == 0 && *p;)
		r = *p == '{' && p[1] != '{' ? parse_field(t, &p, e) : parse_time(t, &p, e);
	*out = t;
	if (r < 0) {
		err_context(e, "--partition '%s'", text);
		partition_free(t);
		*out = NULL;
	}
	return r;
}

static bool plain_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
		c == '-';
}

static int add_safe(struct span s, struct buf *out)
{
	static const char hex[] = "0123456789ABCDEF";
	if (s.n == 0)
		return buf_adds(out, HIVE_NULL);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool first = out->n == 0 || out->p[out->n - 1] == '/';
		char code[3] = { '%', hex[c >> 4], hex[c & 15] };
		bool plain = plain_byte(s.p[i]) && !(first && c == '.');
		if (plain ? buf_addc(out, s.p[i]) < 0 : buf_add(out, code, 3) < 0)
			return -1;
	}
	return 0;
}

/* OUT takes no more: the folder would be deeper than any file system lets it be. */
static int too_long(struct event *ev, struct err *e)
{
	return event_reject(ev, "a folder's name too long", e, "its folder's name would be longer than %d bytes",
		SEGMENT_MAX);
}

static int expand_field(struct partition *t, struct part *p, struct event *ev, struct buf *out, struct err *e)
{
	struct span name = { p->text, p->n }, value = event_find(ev, name, &p->guess);
	buf_reset(&t->value);
	switch (json_type(value)) {
	case JSON_MISSING:
	case JSON_NULL: value = SPAN(""); break;
	case JSON_STRING:
		if (json_unescape(event_string_inside(value), &t->value) < 0)
			return err_set(e, EX_OSERR, "out of memory for a folder's name");
		value = buf_span(&t->value);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		return event_reject(ev, "no folder's name", e, "field \"%s\" is an object or array: no folder's name",
			p->text);
	default: break;
	}
	return add_safe(value, out) < 0 ? too_long(ev, e) : 0;
}

static int expand_time(struct partition *t, struct part *p, int64_t ms, struct buf *out)
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

static bool fits(struct span path)
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
		struct part *p = &t->parts[i];
		int r = 0;
		if (p->field)
			r = expand_field(t, p, ev, out, e);
		else if (expand_time(t, p, ms, out) < 0)
			r = too_long(ev, e);
		if (r != 0)
			return r;
	}
	if (!fits(buf_span(out)) || !buf_string(out))
		return too_long(ev, e);
	return 0;
}
