/* fault.h -- fail points: places where a test makes the program die, hang or fail.
 *
 * Only a build with -DSP_FAULT has them. In other builds all functions here are empty and cost nothing. The environment
 * variable SP_FAULT chooses one point:
 *
 *	SP_FAULT=PROGRAM:POINT:K:ACTION	e.g. sp-agg:before-forward:2:kill
 *
 * At the K-th time (counted from 1) that PROGRAM comes to POINT, it does ACTION: kill (SIGKILL), stop (SIGSTOP), or EIO
 * or ENOSPC, which fault_fails() returns. SP_FAULT_TRACE=DIR makes each process keep the last point that it passed in
 * the file DIR/PROGRAM.PID. SP_FAULT_SLOW=PROGRAM:POINT:US makes the program sleep for US microseconds at each POINT.
 * SP_FAULT_ALL=DIR appends each point that is passed to DIR/all-PROGRAM. SP_MUTANT=NAME builds in a known defect, so
 * that tests can prove that they find it. tests/fault/README.md lists the points and the defects. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H
#include <stdbool.h>

#ifdef SP_FAULT
/* Does what SP_FAULT asks for at POINT, or nothing. */
void fault_point(const char *point);
/* Does the same, and returns the errno value that an operation at POINT must fail with, or 0. */
int fault_fails(const char *point);
/* Returns true if SP_MUTANT is NAME. */
bool fault_mutant(const char *name);
#else
static inline void fault_point(const char *point)
{
	(void)point;
}
static inline int fault_fails(const char *point)
{
	(void)point;
	return 0;
}
static inline bool fault_mutant(const char *name)
{
	(void)name;
	return false;
}
#endif
#endif
