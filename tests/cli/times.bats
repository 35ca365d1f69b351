# times.bats -- how times are read: formats, zones, numbers, and what is refused instead of guessed.
load helpers

# times FORMAT TEXT...: prints the times that sp-capture reads from the texts.
times() {
	local format=$1
	shift
	printf '{"t":"%s"}\n' "$@" | sp-capture -t .t --time-format "$format" | sed 's/^{"ts":"\([^"]*\)".*/\1/'
}

@test "seconds and nanoseconds in two fields keep every digit" {
	local e
	for e in '.s + .n/1e9' '.s + .n/1000000000' '(.s*1e9 + .n)/1e9' '.s + .n/1000/1e6'; do
		expect 0 '{"ts":"2024-05-01T10:40:00.999999999Z","s":1714560000,"n":999999999}' '' -- \
			sp-capture -t "$e" <<<'{"s":1714560000,"n":999999999}'
	done
}
