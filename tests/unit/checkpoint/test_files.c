/* test_files.c -- the files of the folder of checkpoints: FORMAT, COMMITTED, locks and snapshots. */
#include "check.h"
#include "checkpoint/place.h"
#include "scratch.h"

int main(void)
{
	struct checkpoint_folder f;
	struct checkpoint_place p;
	struct err e = ERR_INIT;
	char dir[SCRATCH_PATH];
	scratch_make(dir);
	CHECK_EQ(checkpoint_folder_create(&f, dir, "/x", false, &e), 0);
	CHECK_STR(e.msg, "");
	CHECK_STR(f.cwd, "/x");
	CHECK_EQ(checkpoint_place_open(&p, &f, "sp-agg", "0123456789abcdef0123456789abcdef", &e), 0);
	struct epoch epoch = { 41, "0123456789abcdef0123456789abcdef" };
	struct snapshot_source source = { SPAN("by: .country\n"), SPAN("1 key in 1 window"), NULL, NULL };
	struct snapshot s;
	CHECK_EQ(snapshot_write(&p, &epoch, &source, &e), 0);
	CHECK_STR(e.msg, "");
	CHECK_EQ(snapshot_read(&p, &epoch, &s, &e), 0);
	CHECK_STR(e.msg, "");
	CHECK_EQ(snapshot_compare(&s, SPAN("by: .country\n"), false, "sp-agg", &e), 0);
	CHECK_EQ(snapshot_compare(&s, SPAN("by: .city\n"), false, "sp-agg", &e), -1);
	fprintf(stderr, "%s\n", e.msg);
	snapshot_release(&s);
	epoch.number = 42;
	CHECK_EQ(snapshot_read(&p, &epoch, &s, &e), -1);
	fprintf(stderr, "%s\n", e.msg);
	snapshot_release(&s);
	struct committed c;
	committed_init(&c);
	CHECK_EQ(committed_read(&f, &c, &e), 0);
	c.epoch = epoch;
	c.pace_ms = 300000;
	CHECK_EQ(buf_adds(&c.path, "sp-capture,sp-agg"), 0);
	CHECK_EQ(committed_write(&f, &c, &e), 0);
	committed_release(&c);
	committed_init(&c);
	CHECK_EQ(committed_read(&f, &c, &e), 0);
	CHECK_STR(buf_string(&c.path), "sp-capture,sp-agg");
	CHECK_EQ(c.pace_ms, 300000);
	CHECK(epoch_eq(&c.epoch, &epoch));
	committed_release(&c);
	checkpoint_place_release(&p);
	checkpoint_folder_release(&f);
	if (!getenv("KEEP"))
		scratch_remove(dir);
	return check_end();
}
