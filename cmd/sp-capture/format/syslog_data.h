/* syslog_data.h -- converts the structured data of RFC 5424, 6.3, [id name="value" ...][id ...]..., to JSON. */
#ifndef CAPTURE_FORMAT_SYSLOG_DATA_H
#define CAPTURE_FORMAT_SYSLOG_DATA_H
#include "base/buf.h"

/* Returns the end of the structured data that begins with the '[' at P, or NULL if an element is not closed before
 * END. */
const char *syslog_data_end(const char *p, const char *end);
/* Writes S, structured data whose end syslog_data_end() has found, as the JSON object {"id":{"name":"value",...},...}
 * to TO. TO must have room for JSON_BUILD_BYTE_MAX bytes for each byte of S. SCRATCH is scratch space. Returns the
 * place after the object. Returns NULL if S is not well-formed, with *REASON set, or if memory is exhausted, with
 * *REASON NULL. */
char *syslog_data_put(char *to, struct span s, struct buf *scratch, const char **reason) MUST_USE;
#endif
