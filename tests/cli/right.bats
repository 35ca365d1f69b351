# The whole pipeline against a plain reference, row for row.
load helpers

@test "sp-window | sp-agg equal the reference, for every kind of window, function and way to emit" {
	run python3 "$TOOLS/diff_pipeline.py"
	echo "$output"
	[ "$status" = 0 ]
}
