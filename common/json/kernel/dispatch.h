/* dispatch.h -- the kernels, and the choice between them. A kernel is one build of the hot loops over JSON text, either
 * in plain C or with AVX2.
 *
 * The loops are in check.inc and paths.inc. plain.c compiles them together with the scanner of scan_plain.inc, avx2.c
 * with the scanner of scan_avx2.inc. Both kernels give the same results, down to the position and words of a fault. */
#ifndef JSON_KERNEL_DISPATCH_H
#define JSON_KERNEL_DISPATCH_H
#include "base/attr.h"
#include "base/span.h"
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define JSON_AVX2
#endif

/* The bytes at which a scanner stops. With MARKS_CHECK, these are the bytes that can end strings and numbers. With
 * MARKS_SKIP, they are quotes, backslashes and the ends of scalars (numbers, true, false and null). With MARKS_NESTED,
 * they are quotes, backslashes and brackets. */
enum mark_set { MARKS_CHECK, MARKS_SKIP, MARKS_NESTED };

struct json_checker;
struct json_fault;
struct json_paths;

struct json_kernel {
	/* Does the work of json_check(). Returns 0, or -1 with *F set. */
	int (*check)(struct json_checker *c, struct span line, struct json_fault *f);
	/* Does the work of json_check_value(). Returns the position after the value, or NULL with *F set. */
	const char *(*check_value)(struct span text, unsigned depth_max, struct json_fault *f);
	/* Sets p->found to the values of the roots, the wanted members at the top level. Returns 0; -1 if EVENT cannot
	 * be read. EVENT must have no white space around it. */
	int (*find_members)(struct json_paths *p, struct span event);
	/* Does the work of json_skip(). P must be before END. */
	const char *(*skip)(const char *p, const char *end);
};

extern const struct json_kernel json_kernel_plain;
#ifdef JSON_AVX2
extern const struct json_kernel json_kernel_avx2;
#endif
/* Returns the kernel of this process, which is chosen at the first call: AVX2 if the processor has it, unless SP_PLAIN
 * is set in the environment to something other than "0" or "". */
const struct json_kernel *json_kernel(void);
#endif
