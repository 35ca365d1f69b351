/* record.c -- rejects a record.
 *
 * RAW, NUMBER and OFFSET of the record are not changed, because a decoder sets them before it reads the text. */
#include "sp-capture/record.h"
#include "stream/next.h"
#include <stdarg.h>
#include <stdio.h>

int record_reject(struct record *r, const char *kind, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	vsnprintf(r->why, sizeof r->why, format, ap);
	va_end(ap);
	r->kind = kind;
	return NEXT_REJECTED;
}
