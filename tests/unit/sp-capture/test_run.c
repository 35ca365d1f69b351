/* test_run.c -- the loops of a run over sources that have nothing for now (NEXT_LATER), at any time: before the first
 * record, between records, before the end. Each event must be written once, and the program must wait, not spin: a fake
 * source has its next record only after the run has called wait(). */
#include "run_output.h"
#include "sp-capture/command_line.h"
#include "sp-capture/source/table.h"
#include <stdlib.h>

enum { SOURCES = 3, RECORDS = 7, SPIN_MAX = 1000, TEXT = 64 };

struct fake {
	struct source base;
	size_t given;
	unsigned pauses; /* how many waits come before each record, and before the end */
	unsigned waited; /* since the last record */
	unsigned asked;  /* calls since the last wait */
	char text[TEXT];
};

struct fake_state {
	struct fake sources[SOURCES];
	unsigned waits;
	bool spins;
};

static unsigned pauses_of_all; /* of the sources that fake_init() makes */

static int fake_init(struct source_set *set, struct err *e)
{
	struct fake_state *state = set->state = calloc(1, sizeof *state);
	static const char *const names[SOURCES] = { "one", "two", "six" };
	if (!state)
		return err_oom(e, "the fakes");
	for (size_t i = 0; i < SOURCES; i++) {
		struct fake *f = &state->sources[i];
		f->base.name = names[i];
		f->pauses = pauses_of_all * (unsigned)(i + 1); /* they are never ready together */
		if (source_set_add(set, &f->base, e) < 0)
			return -1;
	}
	return 0;
}

static int fake_open(struct source *s, struct err *e)
{
	(void)e;
	s->open = true;
	return 0;
}

/* Record K of source I has the time K * SOURCES + I, so that the merged order is known; each third one is rejected. */
static enum next fake_next(struct source *s, struct record *out, struct err *e)
{
	struct fake *f = (struct fake *)s;
	struct fake_state *state = s->set->state;
	if (f->waited < f->pauses) {
		state->spins = state->spins || ++f->asked > SPIN_MAX;
		return state->spins ? (enum next)err_set(e, EX_SOFTWARE, "the run asks without waiting") : NEXT_LATER;
	}
	f->waited = f->asked = 0;
	if (f->given == RECORDS)
		return NEXT_END;
	size_t number = f->given++ * SOURCES + (size_t)(f - state->sources);
	*out = (struct record){ .number = f->given };
	if (f->given % 3 == 0) {
		out->raw = SPAN("rubbish");
		return (enum next)record_reject(out, "rubbish", "not an event");
	}
	int n = snprintf(f->text, sizeof f->text, "{\"ts\":\"2024-05-01T10:00:%02zuZ\",\"f\":\"%s\"}", number, s->name);
	out->event = out->raw = (struct span){ f->text, (size_t)n };
	return NEXT_EVENT;
}

static int fake_wait(struct source_set *set, struct err *e)
{
	struct fake_state *state = set->state;
	state->waits++;
	for (size_t i = 0; i < SOURCES; i++) {
		state->sources[i].waited++;
		state->sources[i].asked = 0;
	}
	return set->hooks.before_wait(set->hooks.arg, e);
}

static void fake_free_all(struct source_set *set)
{
	free(set->state);
}

static void fake_close(struct source *s)
{
	s->open = false;
}

static const struct source_type in_order = {
	.name = "fake",
	.init = fake_init,
	.wait = fake_wait,
	.free_all = fake_free_all,
	.open = fake_open,
	.next = fake_next,
	.close = fake_close,
	.position_sign = ':',
};

/* Runs over fakes of TYPE with PAUSES, to LIMIT events; appends the events' source and second to OUT. */
static void run_fakes(const struct source_type *type, unsigned pauses, uint64_t limit, struct buf *out)
{
	char output[TEXT];
	snprintf(output, sizeof output, "/tmp/test_run.%d", (int)getpid());
	char *argv[] = { (char[]){ "sp-capture" }, (char[]){ "--reject" }, (char[]){ "/dev/null" }, NULL };
	struct options o;
	struct run r;
	struct err e = ERR_INIT;
	int status;
	CHECK_EQ(command_line_parse(&o, source_types, 3, argv, &status, &e), PROGRAM_RUN);
	o.type = type;
	o.limit = limit;
	pauses_of_all = pauses;
	struct streams own = output_begin(output);
	int begun = run_init(&r, &o, NULL, &e), done = begun < 0 ? -1 : run_all(&r, &e);
	buf_reset(out);
	output_end(own, output, out);
	CHECK_EQ(begun, 0);
	if (!CHECK_EQ(done, 0))
		fprintf(stderr, "\t%s\n", e.msg);
	const struct fake_state *state = r.set.state;
	CHECK(!state->spins);
	CHECK((state->waits > 0) == (pauses > 0));
	run_release(&r);
	command_line_release(&o);
}

/* The same with pauses as without. */
static void check_pauses(const char *name, const struct source_type *type)
{
	struct buf want, got;
	buf_init(&want, 1 << 20);
	buf_init(&got, 1 << 20);
	for (uint64_t limit = 0; limit <= SOURCES * RECORDS; limit++) {
		CHECK_ROW("%s, limit %" PRIu64, name, limit);
		run_fakes(type, 0, limit, &want);
		for (unsigned pauses = 1; limit > 0 && pauses <= 3; pauses++) {
			run_fakes(type, pauses, limit, &got);
			/* Without a merge, sources that take turns give their events in another order. */
			CHECK_EQ(got.n, want.n);
			if (!type->takes_turns && !type->merges)
				CHECK(span_eq(buf_span(&got), buf_span(&want)));
		}
	}
	size_t lines = 0;
	for (size_t i = 0; i < want.n; i++)
		lines += want.p[i] == '\n';
	CHECK_EQ(lines, SOURCES * (RECORDS - RECORDS / 3));
	buf_release(&want);
	buf_release(&got);
}

int main(void)
{
	struct source_type turns = in_order, merged = in_order;
	turns.takes_turns = true;
	merged.merges = true;
	check_pauses("in order", &in_order);
	check_pauses("in turns", &turns);
	check_pauses("merged", &merged);
	return check_end();
}
