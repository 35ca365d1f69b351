/* table.h -- the types of sources that this program knows. */
#ifndef CAPTURE_SOURCE_TABLE_H
#define CAPTURE_SOURCE_TABLE_H
#include "sp-capture/source/source.h"

extern const struct source_type source_file;   /* files and standard input, read to their ends */
extern const struct source_type source_follow; /* files followed by name: --follow */
/* kafka://, read by the driver sp-capture-kafka, which has a source_type of its own for it. */
extern const struct source_type source_kafka_by_driver;

/* The types of sp-capture itself, NULL-terminated. A driver passes a table of its own to capture_main(). */
extern const struct source_type *const source_types[];

/* The type that OPERAND's scheme belongs to; NULL if it is a path. */
const struct source_type *source_type_of(const struct source_type *const *types, const char *operand);
/* The type that option ID belongs to; NULL if it is one of the program's own options. */
const struct source_type *source_type_of_option(const struct source_type *const *types, int id);
#endif
