/* option_hints.h -- names of options in other tools, and what to write for sp-capture instead. The message about an
 * unknown option shows this. */
#ifndef CAPTURE_OPTION_HINTS_H
#define CAPTURE_OPTION_HINTS_H
#include "base/opt.h"

/* clang-format off */
static const struct opt_hint option_hints[] = {
	{ "tail", "--follow" }, { "watch", "--follow" }, { "retry", "--follow" },
	{ "timestamp", "--time EXPR" }, { "ts", "--time EXPR" }, { "time-field", "--time EXPR" },
	{ "date-format", "--time-format FMT" }, { "datefmt", "--time-format FMT" }, { "strptime", "--time-format FMT" },
	{ "timezone", "--tz ZONE" }, { "time-zone", "--tz ZONE" }, { "zone", "--tz ZONE" },
	{ "input-format", "--format NAME" }, { "type", "--format NAME" }, { "parser", "--format NAME" },
	{ "log-format", "--format NAME" }, { "csv", "--format csv" }, { "icsv", "--format csv" },
	{ "tsv", "--format tsv" }, { "itsv", "--format tsv" }, { "json", "--format json" }, { "ijson", "--format json" },
	{ "jsonl", "--format ndjson" }, { "ijsonl", "--format ndjson" }, { "ndjson", "--format ndjson" },
	{ "sep", "--delimiter CHAR" }, { "separator", "--delimiter CHAR" }, { "fs", "--delimiter CHAR" },
	{ "ifs", "--delimiter CHAR" }, { "field-separator", "--delimiter CHAR" }, { "skip-lines", "--skip N" },
	{ "skip-header", "--skip N" }, { "comments", "--comment CHAR" }, { "decimal-comma", "--decimal ," },
	{ "header", "--columns A,B,... if there is no header" }, { "headers", "--columns A,B,... if there is no header" },
	{ "no-header", "--columns A,B,..." }, { "implicit-csv-header", "--columns A,B,..." },
	{ "regex", "--pattern REGEX" }, { "regexp", "--pattern REGEX" }, { "grok", "--pattern REGEX" },
	{ "path", "--each PATH" }, { "jsonpath", "--each PATH" }, { "tag", "--add KEY=VALUE" }, { "field", "--add KEY=VALUE" },
	{ "label", "--add KEY=VALUE" }, { "filename", "--source-field NAME" }, { "with-filename", "--source-field NAME" },
	{ "head", "--limit N" }, { "max-events", "--limit N" }, { "count", "--limit N" }, { "lines", "--limit N" },
	{ "max-line", "--max-event SIZE" }, { "sort", "nothing: sources are merged by event time, unless --in-order is given" },
	{ "topic", "the topic in the operand: kafka://HOST:PORT/TOPIC" },
	{ "brokers", "the brokers in the operand: kafka://HOST:PORT,HOST:PORT/TOPIC" },
	{ "bootstrap-server", "the brokers in the operand: kafka://HOST:PORT,HOST:PORT/TOPIC" },
	{ "group-id", "--group GROUP" }, { "consumer-group", "--group GROUP" }, { "from-beginning", "--offset beginning" },
	{ "rejects", "--reject FILE" }, { "errors", "--reject FILE" }, { NULL, NULL },
};
/* clang-format on */
#endif
