/* json.h -- all of JSON (RFC 8259) in one include: scanning, checking, finding, comparing and writing text in place.
 *
 *   check.h    the whole grammar, UTF-8, depth and names: what sp-capture asks of every event
 *   paths.h    the values at given paths of an event, in one pass: what every other program asks
 *   scan.h     types, and small steps over text
 *   string.h   strings: unescaping, quoting, comparing
 *   canon.h    whole values: canonical form, jq's order, white space taken out
 *
 * Apart from the checks, all functions assume valid text, yet are safe on any bytes. Checking and finding allocate
 * nothing per event once the set-up is done. Their inner loops exist twice (kernel/): with AVX2 where the processor has
 * it, which is decided at run time, and in plain C, which SP_PLAIN=1 in the environment forces. */
#ifndef JSON_JSON_H
#define JSON_JSON_H
#include "base/buf.h"
#include "json/canon.h"
#include "json/check.h"
#include "json/paths.h"
#include "json/scan.h"
#include "json/string.h"
#endif
