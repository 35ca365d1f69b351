/* test_sqlite_epochs.c -- rows and epochs of jobs in an SQLite database: one transaction, one owner.
 *
 * A crash is a target that is freed without commit_epoch(): SQLite then rolls back, as it does for a killed process. */
#include "read_event.h"
#include "sp-sink/target/target.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[64], file[80];

/* One opened target with what it borrows. */
struct store {
	struct target_config config;
	struct target *target;
	struct event event;
	struct target_job job;
	struct epoch at; /* as recover() told */
};

static struct epoch epoch_of(uint64_t number, const char *run)
{
	struct epoch epoch = { .number = number };
	snprintf(epoch.run, sizeof epoch.run, "%s", run);
	return epoch;
}

static int open_at(struct store *s, const char *job, const char *table, const char *key, struct err *e)
{
	static const char *const schemes[] = { "sqlite", NULL };
	char text[200];
	*s = (struct store){ .config.key = key, .job = { .name = job, .any_fs = true } };
	snprintf(text, sizeof text, "sqlite:%s?table=%s", file, table);
	CHECK(uri_parse(&s->config.uri, text, schemes, e) == 0);
	CHECK(target_sqlite.open(&s->target, &s->config, e) == 0);
	return target_sqlite.recover(s->target, &s->job, &s->at, e);
}

static void store_open(struct store *s, const char *job, const char *table, const char *key)
{
	struct err e = ERR_INIT;
	CHECK_EQ(open_at(s, job, table, key, &e), 0);
	CHECK_STR(e.msg, "");
}

static void store_close(struct store *s)
{
	target_sqlite.free(s->target);
	uri_release(&s->config.uri);
	event_release(&s->event);
}

static void put(struct store *s, const char *line)
{
	struct err e = ERR_INIT;
	bool due = false;
	read_event(&s->event, line);
	CHECK_EQ(target_sqlite.put(s->target, &s->event, &due, &e), 0);
	CHECK_STR(e.msg, "");
}

static int commit_at(struct store *s, uint64_t number, const char *run, enum target_boundary boundary, struct err *e)
{
	struct epoch epoch = epoch_of(number, run);
	return target_sqlite.commit_epoch(s->target, &epoch, boundary, e);
}

static void commit(struct store *s, uint64_t number, const char *run)
{
	struct err e = ERR_INIT;
	CHECK_EQ(commit_at(s, number, run, TARGET_BARRIER, &e), 0);
	CHECK_STR(e.msg, "");
}

static int add_row(void *out, int count, char **values, char **names)
{
	(void)names;
	for (int i = 0; i < count; i++)
		buf_addf(out, "%s%s", i ? "|" : "", values[i] ? values[i] : "null");
	return buf_addc(out, ';');
}

/* Runs SQL on a connection of its own and compares the rows: values joined by |, each row with ; after it. */
static void check_sql(const char *sql, const char *rows)
{
	sqlite3 *db = NULL;
	struct buf out;
	buf_init(&out, 10000);
	CHECK_EQ(sqlite3_open(file, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, add_row, &out, NULL) != SQLITE_OK)
		FAIL(sqlite3_errmsg(db));
	CHECK_STR(buf_string(&out), rows);
	sqlite3_close(db);
	buf_release(&out);
}

static void check_at(const struct store *s, uint64_t number, const char *run)
{
	CHECK_EQ(s->at.number, number);
	CHECK_STR(s->at.run, run);
}

static void begin(void)
{
	snprintf(folder, sizeof folder, "/tmp/test_epochs.XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(file, sizeof file, "%s/s.db", folder);
}

static void end(void)
{
	char name[100];
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	for (size_t i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "%s%s", file, suffixes[i]);
		unlink(name);
	}
	CHECK_EQ(rmdir(folder), 0);
}

static void test_rows_with_epoch(void)
{
	struct store s;
	begin();
	store_open(&s, "web.1", "t", NULL);
	check_at(&s, 0, ""); /* a new file */
	put(&s, "{\"a\":1}");
	check_sql("SELECT count(*) FROM sqlite_schema", "0;");
	commit(&s, 1, "aa");
	put(&s, "{\"a\":2,\"b\":\"x\"}");
	commit(&s, 2, "aa");
	put(&s, "{\"a\":3,\"c\":1}"); /* lost in the crash, with its column */
	store_close(&s);
	check_sql("SELECT a, b FROM t", "1|null;2|x;");
	check_sql("SELECT job, epoch, run, note FROM sp_epoch", "web.1|2|aa|null;");
	store_open(&s, "web.1", "t", NULL);
	check_at(&s, 2, "aa");
	commit(&s, 3, "bb"); /* an epoch without rows */
	store_close(&s);
	check_sql("SELECT epoch, run FROM sp_epoch", "3|bb;");
	check_sql("SELECT * FROM t", "1|null;2|x;");
	end();
}

static void test_two_jobs(void)
{
	struct store one, two;
	begin();
	store_open(&one, "web.1", "t", NULL);
	put(&one, "{\"a\":1}");
	commit(&one, 1, "aa");
	store_open(&two, "web.2", "t", "a");
	check_at(&two, 0, ""); /* the table sp_epoch is there, the row is not */
	put(&two, "{\"a\":1,\"n\":5}");
	commit(&two, 1, "bb");
	put(&one, "{\"a\":2,\"n\":6}");
	commit(&one, 2, "aa");
	put(&two, "{\"a\":1,\"retracted\":true}");
	commit(&two, 2, "bb");
	store_close(&one);
	store_close(&two);
	check_sql("SELECT a, n FROM t", "2|6;");
	check_sql("SELECT job, epoch, run FROM sp_epoch ORDER BY job", "web.1|2|aa;web.2|2|bb;");
	end();
}

static void test_another_run(void)
{
	struct store zombie, s;
	struct err e = ERR_INIT;
	begin();
	store_open(&s, "web.1", "t", NULL);
	commit(&s, 1, "aa");
	store_close(&s);
	store_open(&zombie, "web.1", "t", NULL);
	store_open(&s, "web.1", "t", NULL);
	put(&s, "{\"a\":1}");
	commit(&s, 2, "bb");
	put(&zombie, "{\"a\":\"zombie\",\"z\":1}");
	CHECK_EQ(commit_at(&zombie, 2, "aa", TARGET_BARRIER, &e), -1);
	CHECK_EQ(e.status, EX_DATAERR);
	CHECK(strstr(e.msg, "another run has taken over") != NULL);
	put(&s, "{\"a\":2}");
	commit(&s, 3, "bb");
	store_close(&zombie);
	store_close(&s);
	check_sql("SELECT * FROM t", "1;2;");
	/* Two runs at the very first epoch. */
	store_open(&zombie, "web.2", "t", NULL);
	store_open(&s, "web.2", "t", NULL);
	commit(&s, 1, "bb");
	e = (struct err)ERR_INIT;
	CHECK_EQ(commit_at(&zombie, 1, "aa", TARGET_BARRIER, &e), -1);
	CHECK_EQ(e.status, EX_DATAERR);
	store_close(&zombie);
	store_close(&s);
	end();
}

/* A COMMIT whose answer was lost: the row has the epoch of this run already, so its rows are stored too. */
static void test_landed(void)
{
	struct store s;
	begin();
	store_open(&s, "web.1", "t", NULL);
	put(&s, "{\"a\":1}");
	commit(&s, 1, "aa");
	check_sql("INSERT INTO t VALUES (2); UPDATE sp_epoch SET epoch = 2", "");
	put(&s, "{\"a\":2}");
	commit(&s, 2, "aa");
	put(&s, "{\"a\":3}");
	commit(&s, 3, "aa");
	store_close(&s);
	check_sql("SELECT a FROM t", "1;2;3;");
	check_sql("SELECT epoch, run FROM sp_epoch", "3|aa;");
	end();
}

static void test_nulls(void)
{
	struct store s;
	struct err e = ERR_INIT;
	begin();
	store_open(&s, "web.1", "t", NULL);
	put(&s, "{\"a\":1,\"b\\\"\":null,\"c\":null}");
	CHECK_EQ(commit_at(&s, 1, "aa", TARGET_STOP, &e), 0);
	store_close(&s);
	check_sql("SELECT group_concat(name) FROM pragma_table_info('t')", "a;");
	check_sql("SELECT note FROM sp_epoch", "{\"table\":\"t\",\"nulls\":[\"b\\\"\",\"c\"]};");
	store_open(&s, "web.1", "t", NULL);
	put(&s, "{\"a\":2}");
	commit(&s, 2, "bb");
	store_close(&s);
	/* A later run learns the type of one of them; the end declares the other. */
	store_open(&s, "web.1", "t", NULL);
	put(&s, "{\"a\":3,\"c\":7}");
	CHECK_EQ(commit_at(&s, 3, "cc", TARGET_END, &e), 0);
	store_close(&s);
	check_sql("SELECT group_concat(name || ' ' || type) FROM pragma_table_info('t')", "a INTEGER,c INTEGER,b\" ;");
	check_sql("SELECT note FROM sp_epoch", "null;");
	/* The note of another table is not taken. */
	check_sql("UPDATE sp_epoch SET note = '{\"table\":\"u\",\"nulls\":[\"x\"]}'", "");
	store_open(&s, "web.1", "t", NULL);
	CHECK_EQ(commit_at(&s, 4, "dd", TARGET_END, &e), 0);
	store_close(&s);
	check_sql("SELECT count(*) FROM pragma_table_info('t')", "3;");
	CHECK_STR(e.msg, "");
	/* Other notes that sp-sink has not written. */
	static const char *const notes[] = { "", "x", "[]", "{}", "{\"table\":\"t\"}", "{\"table\":\"t\",\"nulls\":7}",
		"{\"table\":\"t\",\"nulls\":[1,null,[]]}", "{\"table\":\"t\",\"nulls\":[\"x", "{\"table\":\"" };
	for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
		char sql[200];
		CHECK_ROW("%s", notes[i]);
		snprintf(sql, sizeof sql, "UPDATE sp_epoch SET note = '%s'", notes[i]);
		check_sql(sql, "");
		store_open(&s, "web.1", "t", NULL);
		store_close(&s);
	}
	check_sql("UPDATE sp_epoch SET note = '{\"table\":\"t\",\"nulls\":[\"\\q\"]}'", "");
	CHECK_EQ(open_at(&s, "web.1", "t", NULL, &e), -1);
	CHECK_EQ(e.status, EX_DATAERR);
	store_close(&s);
	end();
}

static void test_adopt(void)
{
	struct store s;
	struct err e = ERR_INIT;
	struct epoch from = epoch_of(41, "aa");
	begin();
	store_open(&s, "web.1", "t", NULL);
	check_at(&s, 0, "");
	CHECK_EQ(target_sqlite.adopt(s.target, &from, &e), 0);
	store_close(&s);
	store_open(&s, "web.1", "t", NULL);
	check_at(&s, 41, "aa");
	put(&s, "{\"a\":1}");
	commit(&s, 42, "bb");
	store_close(&s);
	check_sql("SELECT epoch FROM sp_epoch", "42;");
	/* The file is there, but another has made it: the job is not known. */
	check_sql("DROP TABLE sp_epoch", "");
	store_open(&s, "web.1", "t", NULL);
	check_at(&s, 0, "");
	store_close(&s);
	end();
}

static void test_refused(void)
{
	static const char *const schemes[] = { "sqlite", NULL };
	struct target_config config = { .key = NULL };
	struct target *target = NULL;
	struct err e = ERR_INIT;
	begin();
	CHECK(uri_parse(&config.uri, "sqlite:x.db?table=SP_Epoch", schemes, &e) == 0);
	CHECK_EQ(target_sqlite.open(&target, &config, &e), -1);
	CHECK_EQ(e.status, EX_USAGE);
	target_sqlite.free(target);
	uri_release(&config.uri);
	end();
}

int main(void)
{
	test_rows_with_epoch();
	test_two_jobs();
	test_another_run();
	test_landed();
	test_nulls();
	test_adopt();
	test_refused();
	return check_end();
}
