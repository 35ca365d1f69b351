# helpers.bash -- what every command-line test loads. The programs come from $SP_BIN (default build/bin).
ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
PATH=${SP_BIN:-$ROOT/build/bin}:$PATH
DATA=$ROOT/tests/data
TOOLS=$ROOT/tests/tools
export TZ=UTC LC_ALL=C.UTF-8
unset SP_READ_SIZE SP_PLAIN

# Each test runs in an empty folder of its own.
setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# expect STATUS STDOUT STDERR -- COMMAND...: runs COMMAND with the caller's standard input and compares exit status,
# standard output and standard error, the last two without their final newlines; NUL bytes count as '?'. STDOUT or STDERR
# '*' accepts anything; '~PATTERN' is a glob pattern for all of it. Prints what differs. The outputs stay in .out and .err
# of the test's folder.
expect() {
	local want_status=$1 want_out=$2 want_err=$3 status=0
	[ "$4" = -- ] || { echo "usage: expect STATUS STDOUT STDERR -- COMMAND..."; return 2; }
	shift 4
	"$@" >"$BATS_TEST_TMPDIR/.out" 2>"$BATS_TEST_TMPDIR/.err" || status=$?
	local out err bad=0
	out=$(tr '\0' '?' <"$BATS_TEST_TMPDIR/.out") err=$(tr '\0' '?' <"$BATS_TEST_TMPDIR/.err")
	[ "$status" = "$want_status" ] || { echo "exit status is $status, should be $want_status"; bad=1; }
	same_text "standard output" "$out" "$want_out" || bad=1
	same_text "standard error" "$err" "$want_err" || bad=1
	[ $bad = 0 ] || printf 'of the command: %s\n' "$*"
	return $bad
}

# same_text NAME IS SHOULD: compares a text with what expect() was given for it. Texts of several lines that differ are
# shown as a diff, single lines one below the other.
same_text() {
	[ "$3" != '*' ] || return 0
	if [ "${3#\~}" != "$3" ]; then
		# shellcheck disable=SC2053
		[[ $2 == ${3#\~} ]] && return 0
	else
		[ "$2" != "$3" ] || return 0
		if [[ $2 == *$'\n'* && $3 == *$'\n'* ]]; then
			printf '%s differs ("-" should be, "+" is):\n' "$1"
			diff -U1 <(printf '%s\n' "$3") <(printf '%s\n' "$2") | sed 1,2d
			return 1
		fi
	fi
	printf '%s is\n  %s\nand should be\n  %s\n' "$1" "$2" "$3"
	return 1
}

# wait_for SECONDS COMMAND...: repeats COMMAND until it succeeds; fails after the deadline. Tests wait with it, never with
# sleep.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || { echo "not within the deadline: $*"; return 1; }
		read -rt 0.02 <> <(:) || :
	done
}

# lines FILE N: succeeds if FILE has at least N lines.
lines() {
	[ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]
}
