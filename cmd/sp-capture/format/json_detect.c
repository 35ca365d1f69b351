/* json_detect.c -- finds the lines of a sample that belong to JSON documents.
 *
 * A document may have any number of lines. So a line is judged by whether a document is open at the start of the
 * line. */
#include "json/json.h"
#include "sp-capture/format/json_internal.h"
#include "sp-capture/format/json_scan.h"

/* Returns the bytes from P to END without the white space and the marks of a text sequence at their start. */
static struct span skip_front(const char *p, const char *end)
{
	do
		p = json_space(p, end);
	while (p < end && *p == JSON_SEQUENCE_MARK && p++);
	return (struct span){ p, (size_t)(end - p) };
}

/* Returns true if a document may begin with LINE. After '{' must come '"', '}' or the end of the line. After '[' must
 * come '{', ']' or the end of the line. Other lines in brackets are text. */
static bool begins_document(struct span line)
{
	if (line.n == 0 || (line.p[0] != '[' && line.p[0] != '{'))
		return false;
	const char *end = line.p + line.n, *p = json_space(line.p + 1, end);
	return p == end || (line.p[0] == '[' ? *p == '{' || *p == ']' : *p == '"' || *p == '}');
}

/* Returns true if LINE may stand inside a document, judged by its first byte or word. */
static bool continues_document(struct span line)
{
	static const char *const words[] = { "true", "false", "null" };
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (line.n >= strlen(words[i]) && memcmp(line.p, words[i], strlen(words[i])) == 0)
			return true;
	return line.n > 0 && line.p[0] != '\0' && strchr("\"{}[],:-0123456789", line.p[0]);
}

/* Counts the brackets of LINE, in which documents may end and begin. *SCAN is the state at the start of the line, and
 * is set to the state at its end. If scan->depth is 0, no document is open. Returns false if other text follows a
 * document. A comma after a document is accepted here, because the decoder reports this fault. */
static bool scan_line(struct json_scan *scan, struct span line)
{
	while (line.n > 0 && (scan->depth > 0 || begins_document(line))) {
		scan->pos = 0;
		bool ended = json_scan(scan, line);
		line = skip_front(line.p + scan->pos, line.p + line.n);
		if (ended)
			*scan = (struct json_scan){ .pos = 0 };
	}
	/* A string of JSON cannot contain a newline, so no string is open at the start of the next line. */
	scan->string = scan->escape = false;
	return line.n == 0 || (line.n == 1 && *line.p == ',');
}

void json_probe_sample(const struct format_sample *sample, bool *mine)
{
	struct json_scan scan = { .pos = 0 };
	for (size_t i = 0; i < sample->count; i++) {
		struct span line = skip_front(sample->line[i].p, sample->line[i].p + sample->line[i].n);
		if (scan.depth > 0 && !continues_document(line))
			scan = (struct json_scan){ .pos = 0 };
		bool inside = scan.depth > 0 || begins_document(line);
		mine[i] = scan_line(&scan, line) && inside;
	}
}
