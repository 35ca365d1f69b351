/* syslog_data.h -- converts the structured data of RFC 5424, 6.3, [id name="value" ...][id ...]..., to JSON. */
#ifndef CAPTURE_FORMAT_SYSLOG_DATA_H
#define CAPTURE_FORMAT_SYSLOG_DATA_H
#include "base/buf.h"
#include "sp-capture/format/json_group.h"

/* Memory that is used again for each line. */
struct syslog_data {
	struct buf text; /* a value without its escapes */
	struct json_group elements, params;
};

void syslog_data_init(struct syslog_data *d);
void syslog_data_release(struct syslog_data *d);

/* Returns the end of the structured data that begins with the '[' at P, or NULL if an element is not closed before
 * END. */
const char *syslog_data_end(const char *p, const char *end);
/* Writes S, structured data whose end syslog_data_end() has found, as the JSON object {"id":{"name":"value",...},...}
 * to TO. An id can occur several times, and so can a name in one element (RFC 5424, 6.3.3). Such an id or name gets an
 * array of all its values. TO must have room for JSON_BUILD_BYTE_MAX bytes for each byte of S. Returns the place after
 * the object. Returns NULL with *REASON set if S is not well-formed, or NULL with *REASON NULL if memory is
 * exhausted. */
char *syslog_data_put(struct syslog_data *d, char *to, struct span s, const char **reason) MUST_USE;
#endif
