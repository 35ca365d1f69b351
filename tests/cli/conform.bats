# conform.bats -- what holds for every program: help and versions, refused options, full disks, closed pipes, odd input,
# prompt output, signals. A new program needs a line in args() and is then tested by each test here.
load helpers

EVENT='{"ts":"2024-05-01T10:39:58Z","a":1}'

programs() {
	local main
	for main in "$ROOT"/cmd/sp-*/main.c; do
		basename "$(dirname "$main")"
	done | grep -v 'sp-.*-' # a driver, sp-X-Y, is part of its program
}

# args NAME: prints the least arguments with which NAME runs and writes a result for each event at once.
args() {
	case $1 in
	sp-capture) echo --format ndjson ;;
	sp-window) echo --tumbling 1m ;;
	sp-agg) echo --emit update n=count ;;
	sp-sink) echo - ;;
	sp-publish) echo kafka://127.0.0.1:1/topic ;;
	sp-run) echo nosuch/folder 'sp-sink' ;;
	esac
}

# each FUNCTION: calls FUNCTION with the name and arguments of every program; stops at the first one that fails.
each() {
	for_all "$(programs)" "$1"
}
# each_filter FUNCTION: the same for the programs that write to standard output. tests/kafka/publish.bats has the
# corresponding tests of sp-publish, which needs a broker. sp-run runs them and writes nothing itself.
each_filter() {
	for_all "$(programs | grep -vx 'sp-publish\|sp-run')" "$1"
}
for_all() {
	local name
	for name in $1; do
		# shellcheck disable=SC2046
		"$2" "$name" $(args "$name") || { echo "in the run of $name"; return 1; }
	done
}

# one_line NAME: succeeds if the last expect() got exactly one line "NAME: ..." on standard error.
one_line() {
	local text
	text=$(cat "$BATS_TEST_TMPDIR/.err")
	[[ $text == "$1: "* && $text != *$'\n'* ]] || { echo "not one line of $1: $text"; return 1; }
}

# to_full_disk COMMAND...: runs it with a standard output on which every write fails.
to_full_disk() {
	"$@" >/dev/full
}
# without_output COMMAND...: runs it with standard output closed.
without_output() {
	"$@" >&-
}

# interruptible NAME ARG...: starts NAME, as $pid, with the fifo `in` (descriptor 7) as its input and the signals of a
# foreground process, and waits until its first result is in `out`.
interruptible() {
	rm -f in out err
	mkfifo in
	env --default-signal=INT "$@" <in >out 2>err &
	pid=$!
	exec 7>in
	printf '%s\n' "$EVENT" >&7
	wait_for 10 grep -q '"a":1\|"n":1' out
}

@test "blank lines are skipped silently, but count in line numbers" {
	blank() {
		printf '%s\n\n \t\n\r\n%s\nx\n' "$EVENT" "$EVENT" | expect 65 '*' "~$1: standard input:6: *" -- "$@"
		[ "$(wc -l <.err)" = 1 ] && [ "$(jq -n '[inputs | select(."$sp" | not)] | .[-1].n // length' .out)" = 2 ]
	}
	each_filter blank
}

@test "--metrics replaces a regular file, but never a pipe, a device or a link" {
	mkfifo pipe
	mkdir folder
	metrics() {
		local name=$1
		shift
		rm -f link
		: >real && ln -s real link
		exec 8<>pipe
		for to in real link pipe; do
			expect 0 '*' '' -- "$name" "$@" --metrics $to <<<"$EVENT"
		done
		IFS= read -rt 10 line <&8 && [[ $line == "# HELP ${name//-/_}_"* ]] && exec 8>&- && [ -p pipe ] && [ -L link ] && [ -s real ] &&
			expect 0 '*' "$name: folder: metrics cannot be written: Is a directory" -- "$name" "$@" --metrics folder <<<"$EVENT" &&
			expect 0 '*' "$name: pipe: metrics cannot be written: No such device or address" -- "$name" "$@" --metrics pipe <<<"$EVENT" &&
			[ -z "$(find . -name '*.tmp')" ]
	}
	each_filter metrics
}

@test "--metrics does not follow a link at the name of its temporary file" {
	echo precious >victim
	guess() {
		bash -c 'ln -sf victim m.$$.tmp; exec "$@" --metrics m' - "$@" <<<"$EVENT" >out 2>err || return 1
		[ "$(cat victim)" = precious ] && [ -s m ] && [ ! -L m ]
	}
	each_filter guess
}

@test "every program is built" {
	built() { [ -x "$(command -v "$1")" ]; }
	each built
}

@test "-h and --help show the help on standard output" {
	help_of() {
		expect 0 "~usage: $1 *" '' -- "$1" -h && expect 0 "~usage: $1 *" '' -- "$1" --help
	}
	each help_of
}

@test "-V and --version show the version" {
	version_of() {
		expect 0 "~$1 [0-9]*.[0-9]*.[0-9]*" '' -- "$1" -V && expect 0 "~$1 [0-9]*" '' -- "$1" --version
	}
	each version_of
}

@test "help that cannot be written ends with 74" {
	full_help() {
		expect 74 '' '*' -- to_full_disk "$1" --help && one_line "$1"
	}
	each full_help
}

@test "an unknown option ends with 64 and names the nearest one" {
	hint() {
		expect 64 '' "~$1: *--verison*--version*" -- "$@" --verison </dev/null &&
			expect 64 '' "~$1: *--hlep*--help*" -- "$@" --hlep </dev/null
	}
	each hint
}

@test "an unknown option letter ends with 64" {
	letter() { expect 64 '' "~$1: *" -- "$@" -% </dev/null; }
	each letter
}

@test "an unreachable broker ends with 69 and one line of error" {
	expect 69 '' '~sp-publish: *127.0.0.1:1*refused*' -- sp-publish kafka://127.0.0.1:1/topic <<<"$EVENT"
	one_line sp-publish
	expect 69 '' '~sp-capture: *127.0.0.1:1*refused*' -- sp-capture kafka://127.0.0.1:1/topic
	one_line sp-capture
}

@test "empty input is not an error" {
	empty() { expect 0 '*' '' -- "$@" </dev/null; }
	each_filter empty
}

@test "the last line may lack its newline" {
	torn() { expect 0 '~*1*' '' -- "$@" < <(printf '%s' "$EVENT"); }
	each_filter torn
}

@test "Windows line ends are accepted" {
	crlf() {
		expect 0 '~*1*' '' -- "$@" < <(printf '%s\r\n' "$EVENT") && [[ $(cat .out) != *$'\r'* ]]
	}
	each_filter crlf
}

@test "a directory as input ends with 66" {
	directory() {
		expect 66 '*' "~$1: *irectory*" -- "$@" </ && one_line "$1"
	}
	each_filter directory
}

@test "a file that is opened never takes the place of a closed standard stream" {
	expect 74 '' 'sp-sink: standard input: Bad file descriptor' -- sh -c 'sp-sink out.csv <&-'
	[ ! -e out.csv ]
	printf '{"a":1}\n' >in
	expect 0 '' '' -- sh -c 'sp-sink out.csv <in >&-' && [ "$(cat out.csv)" = $'a\n1' ]
	expect 0 '*' '' -- sh -c 'printf "x\n%s\n" "{\"ts\":1}" | sp-capture --format ndjson --reject bad 2>&-'
	expect 0 '~{"error":*"raw":"x"}' '' -- cat bad
}

@test "a full disk ends with 74" {
	full() {
		expect 74 '' '*' -- to_full_disk "$@" <<<"$EVENT" && one_line "$1"
	}
	each_filter full
}

@test "output over the file size limit ends with 74" {
	limited() (
		ulimit -f 64
		"$@" >out
	)
	limit() {
		expect 74 '' '*' -- limited "$@" < <(seq 100000 | sed 's/.*/{"ts":"2024-05-01T10:39:58Z","a":&}/') && one_line "$1"
	}
	each_filter limit
}

@test "a closed standard output ends with 74" {
	closed() {
		expect 74 '' '*' -- without_output "$@" <<<"$EVENT" && one_line "$1"
	}
	each_filter closed
}

@test "a closed pipe ends the program silently, by SIGPIPE" {
	gone() {
		local status
		yes "$EVENT" | { "$@" 2>err; echo $? >status; } | head -n 1 >out
		status=$(cat status)
		[ "$status" = 141 ] && [ ! -s err ] && [ -s out ]
	}
	each_filter gone
}

@test "a line over the limit is rejected in bounded memory, and later events are processed" {
	long() {
		local status=0
		(
			ulimit -v 200000
			{ head -c 250000000 /dev/zero | tr '\0' x; printf '\n%s\n' "$EVENT"; } | "$@" >out 2>err
		) || status=$?
		[ $status = 65 ] && [[ $(head -n 1 err) == "$1: standard input:1: "* ]] && grep -q 1 out
	}
	each_filter long
}

@test "an event may have tens of thousands of members" {
	wide() {
		local status=0
		{
			printf '{"ts":"2024-05-01T10:39:58Z"'
			seq 70000 | sed 's/.*/,"k&":0/' | tr -d '\n'
			printf '}\n'
		} >in
		timeout 20 "$@" <in >out 2>err || status=$?
		case $1 in # sp-sink may reject it: most targets do not hold so many columns
		sp-sink) [ $status = 0 ] || [ $status = 65 ] ;;
		*) [ $status = 0 ] && [ ! -s err ] ;;
		esac
	}
	each_filter wide
}

@test "deeply nested values are accepted or rejected" {
	deep() {
		local status=0
		printf '{"ts":"2024-05-01T10:39:58Z","a":%s}\n%s\n' "$(printf '[%.0s' {1..100000})" "$EVENT" >in
		"$@" <in >out 2>err || status=$?
		[ $status = 0 ] || [ $status = 65 ]
	}
	each_filter deep
}

@test "NUL and bytes that are not UTF-8 are rejected, and do not reach the terminal" {
	odd() {
		local status=0
		printf '{"ts":"2024-05-01T10:39:58Z","a":"\0"}\n{"ts":"2024-05-01T10:39:58Z","\xff\x1b[2J":1}\n\0\n\xff\x1b[2J\n%s\n' "$EVENT" >in
		"$@" <in >out 2>err || status=$?
		[ $status = 65 ] && [ -s out ] && ! LC_ALL=C grep -q '[^ -~]' <(grep -v '[é…]' err) && ! LC_ALL=C grep -qv "^$1: " err
	}
	each_filter odd
}

@test "random bytes end with 65" {
	noise() {
		local status=0
		python3 -c 'import random,sys; sys.stdout.buffer.write(random.Random(1).randbytes(300000))' >in
		"$@" <in >out 2>err || status=$?
		[ $status = 65 ] && [ "$(wc -l <err)" -le 60 ]
	}
	each_filter noise
}

@test "the result of an event is written while the input stays open" {
	prompt() {
		interruptible "$@" || return 1
		exec 7>&-
		wait $pid && [ ! -s err ]
	}
	each_filter prompt
}

@test "the first SIGINT ends sp-capture after a whole line; other programs continue to the end of their input" {
	first() {
		local status=0
		interruptible "$@" || return 1
		kill -INT $pid
		if [ "$1" != sp-capture ]; then
			printf '%s\n' "${EVENT/1\}/2\}}" >&7
			wait_for 10 grep -q '"a":2\|"n":2' out || return 1
			exec 7>&-
		fi
		wait $pid || status=$?
		exec 7>&-
		[ $status = 0 ] && [ -z "$(tail -c 1 out)" ]
	}
	each_filter first
}

@test "the second SIGINT kills" {
	second() {
		local status=0
		interruptible "$@" || return 1
		[ "$1" = sp-capture ] || kill -INT $pid
		# Two pending SIGINTs are one: the first must have been delivered.
		wait_for 10 sh -c "! grep -q 'SigPnd:.*[1-9a-f]\|ShdPnd:.*[1-9a-f]' /proc/$pid/status" || return 1
		kill -INT $pid
		wait $pid || status=$?
		exec 7>&-
		if [ "$1" = sp-capture ]; then [ $status = 0 ]; else [ $status = 130 ]; fi
	}
	each_filter second
}

@test "SIGTERM kills at once" {
	term() {
		local status=0
		interruptible "$@" || return 1
		kill -TERM $pid
		wait $pid || status=$?
		exec 7>&-
		[ $status = 143 ]
	}
	each_filter term
}
