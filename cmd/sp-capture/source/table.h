/* table.h -- the source types that sp-capture knows. */
#ifndef CAPTURE_SOURCE_TABLE_H
#define CAPTURE_SOURCE_TABLE_H
#include "sp-capture/source/source.h"

extern const struct source_type source_file;   /* files and standard input, each read to its end */
extern const struct source_type source_follow; /* files followed by name: --follow */
/* kafka://, which the driver sp-capture-kafka reads with its own source_type. */
extern const struct source_type source_kafka_by_driver;

/* The types of sp-capture, NULL-terminated. A driver passes another table to capture_main(). */
extern const struct source_type *const source_types[];

/* Returns the type of TYPES that has the scheme of OPERAND, or NULL if there is none: OPERAND is then a path, even if
 * it contains "://". */
const struct source_type *source_type_of(const struct source_type *const *types, const char *operand);
/* Returns the type of TYPES that has option ID, or NULL if ID is an option of the program itself. */
const struct source_type *source_type_of_option(const struct source_type *const *types, int id);
#endif
