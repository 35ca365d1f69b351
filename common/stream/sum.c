/* sum.c -- the number and the hash of bytes.
 *
 * XXH3 is compiled twice: here for any processor (SSE2 on x86-64), and in sum_avx2.c. The choice
 * is made at run time, as for JSON (json/kernel/dispatch.h). Both give the same hash, so two programs of a pipeline may
 * choose differently. */
#include "stream/sum.h"
#include "stream/sum_kernel.h"
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

SUM_KERNEL_FUNCTIONS

static const struct sum_kernel sum_kernel_plain = { reset, update, digest };

struct sum {
	XXH3_state_t state; /* must be aligned to 64 bytes */
	const struct sum_kernel *kernel;
	uint64_t bytes;
};

/* Returns the kernel of this process. SP_PLAIN=1 chooses the plain one, for tests. */
static const struct sum_kernel *sum_kernel(void)
{
#ifdef SUM_AVX2
	const char *plain = getenv("SP_PLAIN");
	__builtin_cpu_init();
	if (!(plain && *plain && strcmp(plain, "0") != 0) && __builtin_cpu_supports("avx2"))
		return &sum_kernel_avx2;
#endif
	return &sum_kernel_plain;
}

struct sum *sum_new(struct err *e)
{
	struct sum *s = aligned_alloc(64, (sizeof *s + 63) / 64 * 64);
	if (!s) {
		err_oom(e, "the sum of a stream");
		return NULL;
	}
	/* The state is cleared, because reset() leaves a part of it as it is. */
	memset(s, 0, sizeof *s);
	s->kernel = sum_kernel();
	s->kernel->reset(&s->state);
	return s;
}

void sum_free(struct sum *s)
{
	free(s);
}

void sum_add(struct sum *s, const void *p, size_t n)
{
	if (n == 0)
		return;
	s->bytes += n;
	s->kernel->update(&s->state, p, n);
}

void sum_take(struct sum *s, uint64_t *bytes, uint64_t *hash)
{
	*bytes = s->bytes;
	*hash = s->kernel->digest(&s->state);
	s->bytes = 0;
	s->kernel->reset(&s->state);
}
