/* record.c -- rejects a record. Decoders set its raw text, number and offset themselves, before or after the
 * rejection. */
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
