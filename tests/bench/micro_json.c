/* micro_json.c -- what one event costs: json_check() and json_paths_run(), ns an event and GB/s.
 *
 *   make && gcc -O2 -std=c11 -D_GNU_SOURCE -Icommon -o build/micro_json tests/bench/micro_json.c build/libsp.a -lm
 *   build/gen 1000 > build/events && build/micro_json build/events   (with SP_PLAIN=1 before it: plain C)
 *
 * Prints the best of many rounds over lines that are in memory one after the other, as a reader has them. */
#include "json/json.h"
#include "text/number.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 1000, LINES_MAX = 1000000 };

static struct span lines[LINES_MAX];
static size_t line_count, byte_count;

static double now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void read_lines(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0, used = 0, room = 1u << 30;
	char *text = f ? malloc(room) : NULL;
	for (ssize_t n; text && line_count < LINES_MAX && (n = getline(&line, &cap, f)) > 0; used += (size_t)n) {
		if (used + (size_t)n > room)
			break;
		memcpy(text + used, line, (size_t)n);
		lines[line_count++] = (struct span){ text + used, (size_t)n - 1 };
		byte_count += (size_t)n;
	}
	free(line);
	if (f)
		fclose(f);
}

static struct json_checker checker;
static struct json_paths *pick;
static long sum;

static void run_check(void)
{
	size_t at;
	const char *why;
	for (size_t i = 0; i < line_count; i++)
		sum += json_check(&checker, lines[i], &at, &why);
}

static void run_pick(void)
{
	struct span out[8];
	int bad;
	for (size_t i = 0; i < line_count; i++)
		sum += json_paths_run(pick, lines[i], out, &bad) + (long)out[0].n;
}

static void run_number(void)
{
	struct num v;
	for (size_t i = 0; i < line_count; i++)
		sum += num_parse(i & 1 ? SPAN("407.17") : SPAN("48431"), &v) + v.scale;
}

static void measure(const char *what, void (*run)(void))
{
	double best = 1e300;
	for (int i = 0; i < ROUNDS; i++) {
		double t = now_ns();
		run();
		t = now_ns() - t;
		best = t < best ? t : best;
	}
	printf("%-40s %7.1f ns an event %6.2f GB/s\n", what, best / (double)line_count, (double)byte_count / best);
}

static void paths(const char *const *names, size_t count)
{
	struct err e;
	pick = json_paths_new(&e);
	for (size_t i = 0; pick && i < count; i++)
		if (json_paths_add(pick, &(struct json_step){ .name = span_of(names[i]) }, 1, &e) < 0)
			exit(1);
}

int main(int argc, char **argv)
{
	struct err e;
	if (argc < 2 || json_checker_init(&checker, &e) < 0)
		return 64;
	read_lines(argv[1]);
	printf("%zu events, %zu bytes\n", line_count, byte_count);
	measure("json_check", run_check);
	paths((const char *const[]){ "ts" }, 1);
	measure("json_paths_run .ts", run_pick);
	paths((const char *const[]){ "ts", "country", "amount" }, 3);
	measure("json_paths_run .ts .country .amount", run_pick);
	paths((const char *const[]){ "ts", "status", "agent" }, 3);
	measure("json_paths_run .ts .status .agent", run_pick);
	paths((const char *const[]){ "ts", "status", "missing" }, 3);
	measure("json_paths_run .ts .status .missing", run_pick);
	measure("num_parse", run_number);
	return sum == 42;
}
