# right.bats -- the whole pipeline against a plain reference implementation, row for row.
load helpers

@test "sp-window | sp-agg equal the reference for every kind of window, function and way to emit" {
	expect 0 '*' '*' -- python3 "$TOOLS/diff_pipeline.py"
}
