# flink.bats -- windows against the recorded results of Apache Flink (see tests/flink/README.md).
load helpers

@test "windows, late events and sessions equal Apache Flink's, row for row" {
	expect 0 '*' '*' -- python3 "$TOOLS/diff_flink.py"
}
