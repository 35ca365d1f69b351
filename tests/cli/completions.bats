# completions.bats -- what bash offers when a person presses Tab.
load helpers

# offered WORD...: the completions of the last word.
offered() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_sp
	printf '%s\n' "${COMPREPLY[@]}"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	"$ROOT/scripts/make-completions" "${SP_BIN:-$ROOT/build/bin}" sp sp-capture sp-window >sp.bash
	# shellcheck disable=SC1091
	. ./sp.bash
}

@test "options are completed" {
	check 0 $'--time\n--time-format' '' -- offered sp-capture --time
	check 0 '--tumbling' '' -- offered sp-window --tu
	check 0 '' '' -- offered sp-window --nosuch
}

@test "every option of --help is offered" {
	for p in sp-capture sp-window; do
		check 0 "$("$p" --help | grep -o '^  .\{4\}--[a-z-]*' | grep -o -- '--.*')" '' -- offered "$p" --
	done
}

@test "values of a fixed set are completed" {
	check 0 'clf' '' -- offered sp-capture --format cl
	check 0 'combined' '' -- offered sp-capture --format = co
	check 0 $'start\nend' '' -- offered sp-capture --from =
}

@test "operands are left to the file names" {
	check 0 '' '' -- offered sp-capture acc
	check 0 '*' '' -- complete -p sp-capture
	grep -q -- '-o default' .out
}

@test "sp: the names of the programs, then what the program itself takes" {
	check 0 $'capture\nwindow\nhelp\nversion' '' -- offered sp ''
	check 0 '--help' '' -- offered sp --h
	check 0 'window' '' -- offered sp help wi
	check 0 '--tumbling' '' -- offered sp window --tu
	check 0 'combined' '' -- offered sp capture --format = co
}
