load helpers

@test "windows, late events and sessions are Apache Flink's own, row for row" {
	python3 "$TOOLS/diff_flink.py"
}
