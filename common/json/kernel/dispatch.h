/* dispatch.h -- the hot loops, once in plain C and once with AVX2, and which of them this process runs.
 *
 * Their source is check.inc and paths.inc, compiled twice over the few scanning functions of
 * json_kernel_plain.h or json_kernel_avx2.h. Both give the same results, faults included. */
#ifndef JSON_KERNEL_DISPATCH_H
#define JSON_KERNEL_DISPATCH_H
#include "base/attr.h"
#include "base/span.h"
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define JSON_AVX2
#endif

/* What a kernel's window looks for. */
enum mark_set { MARKS_CHECK, MARKS_SKIP, MARKS_NESTED };

struct json_checker;
struct json_fault;
struct json_paths;

struct json_kernel {
	/* The work of json_check(), json_check_value() (which gives the end or NULL) and json_paths_run(). */
	int (*check)(struct json_checker *c, struct span line, struct json_fault *f);
	const char *(*check_value)(struct span text, unsigned depth_max, struct json_fault *f);
	int (*find_members)(struct json_paths *p, struct span event);
	const char *(*skip)(const char *p, const char *end);
};

extern const struct json_kernel json_kernel_plain;
#ifdef JSON_AVX2
extern const struct json_kernel json_kernel_avx2;
#endif
/* The ways of this process: what the machine can run, or plain C where SP_PLAIN is set (not to "0"): decided once. */
const struct json_kernel *json_kernel(void);
#endif
