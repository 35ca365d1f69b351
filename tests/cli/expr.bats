# expr.bats -- native expressions against jq itself, on thousands of random programs (see tests/tools/diff_expr.py).
load helpers

@test "native expressions equal jq" {
	cd "$ROOT"
	expect 0 '~*passed, 0 failed' '' -- python3 tests/tools/diff_expr.py
}
