# completions.bats -- what bash offers when the user presses Tab.
load helpers

# offered WORD...: prints the completions of the last word.
offered() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_sp
	printf '%s\n' "${COMPREPLY[@]}"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	"$ROOT/scripts/make-completions" "${SP_BIN:-$ROOT/build/bin}" sp sp-agg sp-capture sp-sink sp-window >sp.bash
	# shellcheck disable=SC1091
	. ./sp.bash
}

@test "options are completed" {
	expect 0 $'--time\n--time-format' '' -- offered sp-capture --time
	expect 0 '--tumbling' '' -- offered sp-window --tu
	expect 0 '' '' -- offered sp-window --nosuch
}

@test "every option of --help is offered" {
	for p in sp-agg sp-capture sp-sink sp-window; do
		expect 0 "$("$p" --help | grep -o '^  .\{4\}--[a-z-]*' | grep -o -- '--.*')" '' -- offered "$p" --
	done
}

@test "values of a fixed set are completed" {
	expect 0 'clf' '' -- offered sp-capture --format cl
	expect 0 'combined' '' -- offered sp-capture --format = co
	expect 0 $'start\nend' '' -- offered sp-capture --from =
}

@test "operands are completed as file names" {
	expect 0 '' '' -- offered sp-capture acc
	expect 0 '*' '' -- complete -p sp-capture
	grep -q -- '-o default' .out
}

@test "sp: the names of the programs, then what the program itself takes" {
	expect 0 $'agg\ncapture\nsink\nwindow\nhelp\nversion' '' -- offered sp ''
	expect 0 '--help' '' -- offered sp --h
	expect 0 'window' '' -- offered sp help wi
	expect 0 '--tumbling' '' -- offered sp window --tu
	expect 0 'combined' '' -- offered sp capture --format = co
}

@test "functions, targets and zones are completed" {
	expect 0 $'count\ncount_distinct' '' -- offered sp-agg n = coun
	expect 0 $'var' '' -- offered sp-agg --by .k va
	expect 0 $'close\nupdate' '' -- offered sp-agg --emit ''
	expect 0 $'error\nother' '' -- offered sp-agg --overflow ''
	expect 0 'sqlite:' '' -- offered sp-sink sq
	expect 0 '' '' -- offered sp-sink out.cs
	expect 0 'Europe/Athens' '' -- offered sp-window --tz Europe/Ath
	expect 0 $'s' '' -- offered sp-window --time-format s
	expect 0 $'rfc3339' '' -- offered sp-capture --time-format rf
}
