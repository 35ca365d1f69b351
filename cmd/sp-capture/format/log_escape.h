/* log_escape.h -- text in which a log has escaped bytes with backslashes, as a JSON string. */
#ifndef CAPTURE_FORMAT_LOG_ESCAPE_H
#define CAPTURE_FORMAT_LOG_ESCAPE_H
#include "base/buf.h"

/* Writes S, with its escapes resolved, as a JSON string to TO, which has room for JSON_BUILD_BYTE_MAX bytes for each of
 * S. Known escapes are \n \t \r \b \f \v \a \" \\ \/, \xhh (a byte) and \uhhhh (a UTF-16 unit, as in JSON); any other
 * backslash stays. Bytes that are not UTF-8 then become U+FFFD. A and B are scratch space of the caller. Returns the
 * place after the string; NULL when memory is exhausted. */
char *log_escape_string(char *to, struct span s, struct buf *a, struct buf *b) MUST_USE;
#endif
