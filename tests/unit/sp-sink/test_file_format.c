/* test_file_format.c -- which encoding and compression a name or --format says. */
#include "sp-sink/encode/file_format.h"
#include "check.h"

static void test_file_formats(void)
{
	struct file_format f;
	struct err e = ERR_INIT;
	static const char *const good[] = { "x.ndjson", "d.d/x.csv", "x.tsv.gz", "x.ndjson.zst", "csv.csv.csv.gz" };
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		CHECK_ROW("%s", good[i]);
		CHECK(file_format_of_path(good[i], &f));
		CHECK(strstr(good[i], f.encoder->suffix) && strstr(good[i], f.compressor->suffix));
	}
	static const char *const bad[] = { "x", ".csv", ".csv.gz", "x.csv.bz2", "x.CSV", "x.csv.", "csv", "x.gz" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CHECK_ROW("%s", bad[i]);
		CHECK(!file_format_of_path(bad[i], &f));
	}
	CHECK(file_format_parse("tsv.zst", &f, &e) == 0 && f.encoder == &encoder_tsv &&
		f.compressor == &compressor_zstd);
	CHECK(file_format_parse("csv", &f, &e) == 0 && f.encoder == &encoder_csv && f.compressor == &compressor_none);
	CHECK(file_format_parse("ndjson.gzip", &f, &e) < 0 && e.status == EX_USAGE);
}

int main(void)
{
	test_file_formats();
	return check_end();
}
