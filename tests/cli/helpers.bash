# helpers.bash -- what every command-line test loads. The programs come from $SP_BIN (build/bin).
ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
PATH=${SP_BIN:-$ROOT/build/bin}:$PATH
DATA=$ROOT/tests/data
TOOLS=$ROOT/tests/tools
export TZ=UTC LC_ALL=C.UTF-8
unset SP_READ_SIZE SP_PLAIN

# Each test has an empty folder of its own.
setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# check STATUS STDOUT STDERR -- COMMAND...: runs COMMAND (standard input is the caller's) and compares all
# three, without the last newline. '*' as STDOUT or STDERR: whatever; '~PATTERN': a glob pattern.
check() {
	local want_status=$1 want_out=$2 want_err=$3 status=0
	[ "$4" = -- ] || { echo "check: usage: check STATUS STDOUT STDERR -- COMMAND"; return 2; }
	shift 4
	"$@" >"$BATS_TEST_TMPDIR/.out" 2>"$BATS_TEST_TMPDIR/.err" || status=$?
	local out err bad=0
	out=$(tr '\0' '?' <"$BATS_TEST_TMPDIR/.out") err=$(tr '\0' '?' <"$BATS_TEST_TMPDIR/.err")
	[ "$status" = "$want_status" ] || { echo "status is $status, not $want_status"; bad=1; }
	same stdout "$out" "$want_out" || bad=1
	same stderr "$err" "$want_err" || bad=1
	return $bad
}

same() {
	[ "$3" != '*' ] || return 0
	if [ "${3#\~}" != "$3" ]; then
		# shellcheck disable=SC2053
		[[ $2 == ${3#\~} ]] && return 0
	else
		[ "$2" != "$3" ] || return 0
	fi
	printf '%s is:\n%s\n%s should be:\n%s\n' "$1" "$2" "$1" "$3"
	return 1
}

# wait_for SECONDS COMMAND...: until COMMAND succeeds; fails after the deadline. Tests wait with it, never by sleep.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || { echo "waited in vain for: $*"; return 1; }
		read -rt 0.02 <> <(:) || :
	done
}

# lines FILE N: FILE has at least N lines.
lines() {
	[ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]
}
