# expr.bats -- expressions against jq itself: thousands of random programs (tests/tools/diff_expr.py says how).
load helpers

@test "native expressions equal jq" {
	cd "$ROOT"
	check 0 '~*passed, 0 failed' '' -- python3 tests/tools/diff_expr.py
}
