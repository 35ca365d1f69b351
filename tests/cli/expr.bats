# expr.bats -- native expressions against jq itself, on thousands of random programs (see tests/tools/diff_expr.py).
load helpers

@test "native expressions equal jq" {
	cd "$ROOT"
	expect 0 '~*passed, 0 failed' '' -- python3 tests/tools/diff_expr.py
}

@test "an expression that gives several values from inside path() rejects its event and nothing else" {
	printf '%s\n' '{"a":[1,2]}' '{"a":[3]}' '{"a":[4,5]}' '{"a":[6]}' >in
	expect 65 '{"n":2,"s":9}' '~*:1: n: expression '\''path(.a\[\])'\'': gives several values; one is wanted*' -- \
		sp-agg 'n=count(path(.a[]))' 's=sum(.a[0])' <in
	for e in paths 'path(..)' 'getpath(paths)' leaf_paths 'path(.a[] | stderr)' 'path(repeat(.a))'; do
		expect 65 '' '~*gives several values; one is wanted*' -- sp-agg "n=count($e)" < <(sed 1q in; sed 1q in)
	done
}

@test "stderr and debug in an expression write nothing" {
	expect 0 '{"n":1}' '' -- sp-agg 'n=count(.a | stderr | debug)' <<<'{"a":[1]}'
}

@test "text that is not JSON never reaches libjq" {
	for bad in '{"a":01}' '{"a":[1],"b":nan}' '{"a":[1],"b":"\ud800"}' '{"a":[1 2]}'; do
		expect 65 '' '~*: n: expression '\''\[limit(1; .a)\]'\'': the event is not JSON: byte *' -- \
			sp-agg 'n=count([limit(1; .a)])' <<<"$bad"
	done
}
