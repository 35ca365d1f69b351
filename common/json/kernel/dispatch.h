/* dispatch.h -- the kernels: the hot loops over JSON text, in plain C and with AVX2, and the choice between them.
 *
 * The loops are check.inc and paths.inc. plain.c compiles them over the scanning functions of scan_plain.inc, avx2.c
 * over those of scan_avx2.inc. Both kernels give the same results, down to the position and words of a fault. */
#ifndef JSON_KERNEL_DISPATCH_H
#define JSON_KERNEL_DISPATCH_H
#include "base/attr.h"
#include "base/span.h"
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define JSON_AVX2
#endif

/* Which bytes a scanner stops at: MARKS_CHECK ends of strings and of numbers; MARKS_SKIP quotes and ends of scalars;
 * MARKS_NESTED quotes and brackets. */
enum mark_set { MARKS_CHECK, MARKS_SKIP, MARKS_NESTED };

struct json_checker;
struct json_fault;
struct json_paths;

struct json_kernel {
	/* json_check(): 0, or -1 with *F set. */
	int (*check)(struct json_checker *c, struct span line, struct json_fault *f);
	/* json_check_value(): the end of the value, or NULL with *F set. */
	const char *(*check_value)(struct span text, unsigned depth_max, struct json_fault *f);
	/* Sets the values of the roots of P. Returns 0; -1 if EVENT cannot be read. EVENT has no white space around
	 * it. */
	int (*find_members)(struct json_paths *p, struct span event);
	/* json_skip(), where P is before END. */
	const char *(*skip)(const char *p, const char *end);
};

extern const struct json_kernel json_kernel_plain;
#ifdef JSON_AVX2
extern const struct json_kernel json_kernel_avx2;
#endif
/* Returns the kernel of this process, which is chosen at the first call: AVX2 if the processor has it, unless SP_PLAIN
 * is set in the environment to something other than "0". */
const struct json_kernel *json_kernel(void);
#endif
