/* log_escape.h -- writes text of a log, in which bytes are escaped with backslashes, as a JSON string. */
#ifndef CAPTURE_FORMAT_LOG_ESCAPE_H
#define CAPTURE_FORMAT_LOG_ESCAPE_H
#include "base/buf.h"

/* Writes S, with its escapes resolved, as a JSON string to TO. TO must have room for JSON_BUILD_BYTE_MAX bytes for
 * each byte of S. Known escapes are \n \t \r \b \f \v \a \" \\ \/, \xhh (a byte) and \uhhhh (a UTF-16 unit, as in
 * JSON). Any other backslash is kept. If S has a backslash, bytes of the result that are not UTF-8 become U+FFFD. If S
 * has no backslash, S must be valid UTF-8. UNESCAPED and JSON are scratch space. Returns the place after the string,
 * or NULL if memory is exhausted. */
char *log_escape_string(char *to, struct span s, struct buf *unescaped, struct buf *json) MUST_USE;
#endif
