# conform.bats -- what holds for every program: help, versions, refusals, full disks, closed pipes, odd bytes,
# prompt output, signals.
load helpers

EVENT='{"ts":"2024-05-01T10:39:58Z","a":1}'

programs() {
	local main
	for main in "$ROOT"/cmd/sp-*/main.c; do
		basename "$(dirname "$main")"
	done | grep -v 'sp-.*-' # a driver, sp-X-Y, is part of its program
}

# args NAME: the least it needs to run, so that each event comes out at once.
args() {
	case $1 in
	sp-capture) echo --format ndjson ;;
	sp-window) echo --tumbling 1m ;;
	sp-agg) echo --emit update n=count ;;
	sp-sink) echo - ;;
	sp-publish) echo kafka://127.0.0.1:1/nobody ;;
	esac
}

# each FUNCTION: calls it with every program's name and needed arguments; stops at the first that fails.
each() {
	for_all "$(programs)" "$1"
}
# each_filter FUNCTION: the same for the programs whose output is standard output. What is said of them here is said of
# sp-publish in tests/kafka/publish.bats, against a broker.
each_filter() {
	for_all "$(programs | grep -vx sp-publish)" "$1"
}
for_all() {
	local name
	for name in $1; do
		# shellcheck disable=SC2046
		"$2" "$name" $(args "$name") || { echo "($name)"; return 1; }
	done
}

# one_line NAME STDERR: exactly one line, "NAME: ...".
one_line() {
	[[ $2 == "$1: "* && $2 != *$'\n'* ]]
}

# interruptible NAME ARG...: starts it on the fifo `in` (descriptor 7), with signals as in the foreground, and waits
# until the first event has come out.
interruptible() {
	rm -f in out err
	mkfifo in
	env --default-signal=INT "$@" <in >out 2>err &
	pid=$!
	exec 7>in
	printf '%s\n' "$EVENT" >&7
	wait_for 10 grep -q '"a":1\|"n":1' out
}

@test "blank lines are skipped without a word, and counted as lines" {
	blank() {
		printf '%s\n\n \t\n\r\n%s\nx\n' "$EVENT" "$EVENT" | check 65 '*' "~$1: standard input:6: *" -- "$@"
		[ "$(wc -l <.err)" = 1 ] && [ "$(jq -n '[inputs | select(."$sp" | not)] | .[-1].n // length' .out)" = 2 ]
	}
	each_filter blank
}

@test "--metrics replaces a file, but never a pipe, a device or a link" {
	mkfifo pipe
	mkdir folder
	metrics() {
		local name=$1
		shift
		rm -f link
		: >real && ln -s real link
		exec 8<>pipe
		for to in real link pipe; do
			check 0 '*' '' -- "$name" "$@" --metrics $to <<<"$EVENT"
		done
		IFS= read -rt 10 line <&8 && [[ $line == "# HELP ${name//-/_}_"* ]] && exec 8>&- && [ -p pipe ] && [ -L link ] && [ -s real ] &&
			check 0 '*' "$name: folder: metrics cannot be written: Is a directory" -- "$name" "$@" --metrics folder <<<"$EVENT" &&
			check 0 '*' "$name: pipe: metrics cannot be written: No such device or address" -- "$name" "$@" --metrics pipe <<<"$EVENT" &&
			[ -z "$(find . -name '*.tmp')" ]
	}
	each_filter metrics
}

@test "every program is built" {
	built() { [ -x "$(command -v "$1")" ]; }
	each built
}

@test "-h and --help show the help on standard output" {
	help_of() {
		check 0 "~usage: $1 *" '' -- "$1" -h && check 0 "~usage: $1 *" '' -- "$1" --help
	}
	each help_of
}

@test "-V and --version show the version" {
	version_of() {
		check 0 "~$1 [0-9]*.[0-9]*.[0-9]*" '' -- "$1" -V && check 0 "~$1 [0-9]*" '' -- "$1" --version
	}
	each version_of
}

@test "help that cannot be written is 74" {
	full_help() {
		local status=0
		"$1" --help >/dev/full 2>err || status=$?
		[ $status = 74 ] && one_line "$1" "$(cat err)"
	}
	each full_help
}

@test "an unknown option is 64 and the nearest is named" {
	hint() {
		check 64 '' "~$1: *--verison*--version*" -- "$@" --verison </dev/null &&
			check 64 '' "~$1: *--hlep*--help*" -- "$@" --hlep </dev/null
	}
	each hint
}

@test "an unknown letter is 64" {
	letter() { check 64 '' "~$1: *" -- "$@" -% </dev/null; }
	each letter
}

@test "a peer that is away is 69, in one line" {
	check 69 '' '~sp-publish: *127.0.0.1:1*refused*' -- sp-publish kafka://127.0.0.1:1/nobody <<<"$EVENT"
	one_line sp-publish "$(cat .err)"
	check 69 '' '~sp-capture: *127.0.0.1:1*refused*' -- sp-capture kafka://127.0.0.1:1/nobody
	one_line sp-capture "$(cat .err)"
}

@test "empty input is no error" {
	empty() { check 0 '*' '' -- "$@" </dev/null; }
	each_filter empty
}

@test "the last line needs no newline" {
	torn() { check 0 '~*1*' '' -- "$@" < <(printf '%s' "$EVENT"); }
	each_filter torn
}

@test "Windows line ends are accepted" {
	crlf() {
		check 0 '~*1*' '' -- "$@" < <(printf '%s\r\n' "$EVENT") && [[ $(cat .out) != *$'\r'* ]]
	}
	each_filter crlf
}

@test "a directory as input is refused" {
	directory() {
		check 66 '*' "~$1: *irectory*" -- "$@" </ && one_line "$1" "$(cat .err)"
	}
	each_filter directory
}

@test "a file that is opened never takes the place of a closed standard stream" {
	check 74 '' 'sp-sink: standard input: Bad file descriptor' -- sh -c 'sp-sink out.csv <&-'
	[ ! -e out.csv ]
	printf '{"a":1}\n' >in
	check 0 '' '' -- sh -c 'sp-sink out.csv <in >&-' && [ "$(cat out.csv)" = $'a\n1' ]
	check 0 '*' '' -- sh -c 'printf "x\n%s\n" "{\"ts\":1}" | sp-capture --format ndjson --reject bad 2>&-'
	check 0 '~{"error":*"raw":"x"}' '' -- cat bad
}

@test "a full disk is 74" {
	full() {
		local status=0
		printf '%s\n' "$EVENT" >in
		"$@" <in >/dev/full 2>err || status=$?
		[ $status = 74 ] && one_line "$1" "$(cat err)"
	}
	each_filter full
}

@test "a file size limit is 74" {
	limit() {
		local status=0
		# sp-agg needs keys to have much to say.
		seq 100000 | sed 's/.*/{"ts":"2024-05-01T10:39:58Z","a":&}/' >in
		(ulimit -f 64; "$@" <in >out 2>err) || status=$?
		cat err
		[ $status = 74 ] && one_line "$1" "$(cat err)"
	}
	each_filter limit
}

@test "a closed standard output is no success" {
	closed() {
		local status=0
		printf '%s\n' "$EVENT" >in
		"$@" <in >&- 2>err || status=$?
		[ $status = 74 ] && one_line "$1" "$(cat err)"
	}
	each_filter closed
}

@test "a closed pipe ends the program silently" {
	gone() {
		local status
		yes "$EVENT" | { "$@" 2>err; echo $? >status; } | head -n 1 >out
		status=$(cat status)
		[ "$status" = 141 ] && [ ! -s err ] && [ -s out ]
	}
	each_filter gone
}

@test "a line over the limit is rejected, in bounded memory, and good events go on" {
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

@test "tens of thousands of members are no trouble" {
	wide() {
		local status=0
		{
			printf '{"ts":"2024-05-01T10:39:58Z"'
			seq 70000 | sed 's/.*/,"k&":0/' | tr -d '\n'
			printf '}\n'
		} >in
		timeout 20 "$@" <in >out 2>err || status=$?
		case $1 in # a table of so many columns is more than most stores hold
		sp-sink) [ $status = 0 ] || [ $status = 65 ] ;;
		*) [ $status = 0 ] && [ ! -s err ] ;;
		esac
	}
	each_filter wide
}

@test "deep nesting is no trouble" {
	deep() {
		local status=0
		printf '{"ts":"2024-05-01T10:39:58Z","a":%s}\n%s\n' "$(printf '[%.0s' {1..100000})" "$EVENT" >in
		"$@" <in >out 2>err || status=$?
		[ $status = 0 ] || [ $status = 65 ]
	}
	each_filter deep
}

@test "NUL and bytes that are not UTF-8 never crash, nor reach the terminal" {
	odd() {
		local status=0
		printf '{"ts":"2024-05-01T10:39:58Z","a":"\0"}\n{"ts":"2024-05-01T10:39:58Z","\xff\x1b[2J":1}\n\0\n\xff\x1b[2J\n%s\n' "$EVENT" >in
		"$@" <in >out 2>err || status=$?
		[ $status = 65 ] && [ -s out ] && ! LC_ALL=C grep -q '[^ -~]' <(grep -v '[é…]' err) && ! LC_ALL=C grep -qv "^$1: " err
	}
	each_filter odd
}

@test "random bytes are 65" {
	noise() {
		local status=0
		python3 -c 'import random,sys; sys.stdout.buffer.write(random.Random(1).randbytes(300000))' >in
		"$@" <in >out 2>err || status=$?
		[ $status = 65 ] && [ "$(wc -l <err)" -le 60 ]
	}
	each_filter noise
}

@test "an event comes out while the input stays open" {
	prompt() {
		interruptible "$@" || return 1
		exec 7>&-
		wait $pid && [ ! -s err ]
	}
	each_filter prompt
}

@test "the first SIGINT ends sp-capture after a whole line; the others go on to the end of input" {
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
		# The first must have been taken before the second comes, or they are one.
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
