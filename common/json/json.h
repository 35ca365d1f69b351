/* json.h -- includes the JSON library (RFC 8259): checking, finding, comparing and writing JSON text.
 *
 *   check.h    the check that sp-capture applies to every event: grammar, UTF-8, depth and names
 *   valid.h    the check of single values, for programs that read what sp-capture wrote
 *   paths.h    the values at several paths of an event, found in one pass
 *   scan.h     types of values, and small steps over text
 *   string.h   strings: unescaping, quoting, comparing
 *   canon.h    whole values: canonical form, jq's order, removing white space
 *
 * All functions but the checks assume valid JSON. On other bytes they may give a wrong result, but never read outside
 * the text. Checking and finding allocate no memory for an event that is like the events before it. The inner loops of
 * checking and finding exist twice (kernel/): in plain C, and with AVX2. The AVX2 loops are used if the processor has
 * AVX2, unless SP_PLAIN=1 is set in the environment. */
#ifndef JSON_JSON_H
#define JSON_JSON_H
#include "base/buf.h"
#include "json/canon.h"
#include "json/check.h"
#include "json/paths.h"
#include "json/scan.h"
#include "json/string.h"
#include "json/valid.h"
#endif
