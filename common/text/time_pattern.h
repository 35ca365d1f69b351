/* time_pattern.h -- reads times by strptime(3) formats, which are compiled once. */
#ifndef TEXT_TIME_PATTERN_H
#define TEXT_TIME_PATTERN_H
#include "text/time.h"
#include "text/year_run.h"

struct time_fault;
/* A compiled strptime(3) format. */
struct time_pattern;
/* Compiles TEXT. Returns 0 and sets *OUT to the pattern, which the caller owns; -1 with E set (EX_USAGE or
 * EX_OSERR). */
int time_pattern_new(const char *text, struct time_pattern **out, struct err *e) MUST_USE;
void time_pattern_free(struct time_pattern *p);
/* Returns true if the times of P have no year. */
bool time_pattern_lacks_year(const struct time_pattern *p);
/* Reads all of TEXT by P into *OUT. ZONE is the zone of times without an offset. YEARS finds the year of a time without
 * one; if it is NULL, the time gets the newest year in which it is not more than a day in the future. Returns 0; -1 if
 * TEXT does not match P, or there is no such time. Then FAULT is set if there is a special reason. */
int time_pattern_parse(const struct time_pattern *p, const struct zone *zone, struct year_run *years, struct span text,
	struct stamp *out, struct time_fault *fault) MUST_USE;
#endif
