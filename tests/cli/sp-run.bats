# sp-run.bats -- the line of a job: its environment, its lock, what runs again and what does not, signals, and the status.
#
# Most tests use small programs of their own in place of a source and an end (programs()), because these fail where a test
# wants them to. The tests at the end run whole lines of real programs.
load helpers

# Makes a folder of programs and puts it first in PATH.
#   sp-fail STATUS    reports STATUS as programs of sp do, and exits with it
#   commit            the end of a line: reads all, then writes the next epoch of this run to COMMITTED
#   sp-capture        a source: holds its lock, and runs until SIGTERM; then it ends with 0. Writes "x" to begin with
#   next              exits with its first argument the first time, its second one the second time, ...; at last with 0
setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir bin
	cat >bin/sp-fail <<-'END'
		#!/bin/sh
		echo "sp-fail $1" >>"$SP_STATUS"
		exit "$1"
	END
	cat >bin/commit <<-'END'
		#!/bin/sh
		cat >/dev/null
		epoch=$(sed -n 's/{"epoch":"\([0-9]*\)".*/\1/p' "$SP_CHECKPOINT/COMMITTED" 2>/dev/null)
		printf '{"epoch":"%s","run":"%s","path":["sp-capture","commit"],"pace":"0"}\n' $((${epoch:-0} + 1)) "$SP_RUN" >"$SP_CHECKPOINT/C.$$"
		mv "$SP_CHECKPOINT/C.$$" "$SP_CHECKPOINT/COMMITTED"
	END
	cat >bin/sp-capture <<-'END'
		#!/bin/bash
		mkdir -p "$SP_CHECKPOINT/sp-capture"
		exec 9>>"$SP_CHECKPOINT/sp-capture/lock"
		flock 9
		trap 'kill $waiting; echo "sp-capture 0" >>"$SP_STATUS"; exit 0' TERM
		tail -f /dev/null 9>&- >/dev/null & waiting=$!
		printf '{"pid":"%s","run":"%s"}\n' $$ "$SP_RUN" >"$SP_CHECKPOINT/sp-capture/lock"
		echo x
		wait
	END
	cat >bin/next <<-'END'
		#!/bin/bash
		n=$(cat count 2>/dev/null)
		echo $((n + 1)) >count
		status=${@:n+1:1}
		case $status in
		[A-Z]*) kill -"$status" $$ ;;
		*) exec sp-fail "${status:-0}" ;;
		esac
	END
	chmod +x bin/*
	real=$PATH
	PATH=$PWD/bin:$PATH
}

# background NAME...: starts sp-run with the arguments in the background, as $pid, with the signals of a foreground process.
background() {
	env --default-signal=INT,TERM,HUP sp-run "$@" >out 2>err 3>&- &
	pid=$!
}

# status_of PID: the exit status of a process that background() has started.
status_of() {
	local status=0
	wait "$1" || status=$?
	echo "$status"
}

@test "operands and options that make no sense end with 64 and say what to write" {
	expect 64 '' '~sp-run: which line? *' -- sp-run
	expect 64 '' '~sp-run: no folder: write sp-run DIR *' -- sp-run 'sp-capture | sp-sink'
	expect 64 '' "~sp-run: no line: write sp-run web *" -- sp-run web
	expect 64 '' "~sp-run: 2 operands after --: put the whole line into quotes, *" -- sp-run -- commit x
	[ ! -e commit ]
	expect 64 '' "~sp-run: 'a | b' is no folder: *" -- sp-run 'a | b' web
	expect 64 '' '~sp-run: LINE is empty*' -- sp-run web ' '
	expect 64 '' '~sp-run: 4 operands: put the whole line into quotes*' -- sp-run web sp-capture '|' sp-sink
	expect 64 '' "sp-run: write --wait=5m: without the '=', 5m is an operand" -- sp-run --wait 5m web true
	expect 64 '' "~sp-run: --end needs a folder*" -- sp-run --end -- 'true'
	expect 64 '' "~sp-run: --restart is for lines without checkpoints*" -- sp-run --restart web 'true'
	expect 64 '' "~sp-run: --status takes no line*" -- sp-run web 'true' --status
	expect 64 '' "~sp-run: --status: unknown form 'xml'*" -- sp-run web --status=xml
	expect 64 '' "~sp-run: --max-age needs --status*" -- sp-run web 'true' --max-age 1s
	expect 64 '' "~sp-run: --every: *" -- sp-run --every 0 web 'true'
	expect 64 '' "~sp-run: --wait and --skip-if-running exclude each other" -- sp-run --wait --skip-if-running web true
	[ ! -e web ]
}

@test "a folder that cannot be a job's is refused in one line" {
	expect 73 '' '~sp-run: none/web *make the folder above it first*' -- sp-run none/web 'commit'
	mkdir full
	: >full/file
	expect 73 '' '~sp-run: *full*' -- sp-run full 'commit'
	: >plain
	expect 65 '' '~sp-run: plain *Not a directory' -- sp-run plain 'commit'
}

@test "the programs get the folder, a new run for each try, and the options" {
	# shellcheck disable=SC2016
	line='next 75; echo "$SP_CHECKPOINT $SP_RUN $SP_CHECKPOINT_OPTIONS" >>env; [ "$(cat count)" = 1 ] && exit 0; commit </dev/null'
	expect 0 '' '*' -- sp-run --every 250ms --end --adopt --upgrade --lost-ok --any-fs web "$line"
	[ "$(wc -l <env)" = 2 ] && [ "$(cut -d' ' -f2 env | sort -u | wc -l)" = 2 ]
	grep -qx "$PWD/web [0-9a-f]\{32\} every=250,end,any-fs,upgrade,adopt,lost-ok" env
	# after a commit the three words that allow something once are gone
	rm env count
	# shellcheck disable=SC2016
	expect 0 '' '*' -- sp-run --end --adopt --upgrade web 'commit </dev/null; echo "$SP_CHECKPOINT_OPTIONS" >>env; next 75'
	expect 0 $'end,upgrade,adopt\nend' '' -- cat env
}

@test "the line runs where the first run was, or where --chdir says from then on" {
	mkdir a b
	(cd a && expect 0 '' '' -- sp-run ../web 'pwd >../where; commit </dev/null') && [ "$(cat where)" = "$PWD/a" ]
	(cd b && expect 0 '' '' -- sp-run ../web 'pwd >../where; commit </dev/null') && [ "$(cat where)" = "$PWD/a" ]
	expect 0 '' '' -- sp-run --chdir b web 'pwd >../where; commit </dev/null'
	[ "$(cat where)" = "$PWD/b" ]
	expect 0 '' '' -- sp-run web 'pwd >../where; commit </dev/null'
	[ "$(cat where)" = "$PWD/b" ]
	rmdir b
	expect 66 '' '~sp-run: *'"$PWD/b"'*--chdir*No such file*' -- sp-run web 'commit </dev/null'
}

@test "statuses that running again would not help stop the job" {
	for status in 64 65 66 70 73 77 78; do
		expect $status '' "sp-run: web: sp-fail ended with $status" -- sp-run web "sp-fail $status | commit"
	done
}

@test "the cause is the first program that failed by itself" {
	# those before it die of SIGPIPE, those after it end with 75
	expect 65 '' '~sp-run: web: sp-fail ended with 65' -- sp-run web 'yes | sp-fail 65 | sp-fail 75'
	expect 66 '' '~sp-run: web: sp-fail ended with 66' -- sp-run web 'sp-fail 66 | sp-fail 65 | sp-fail 75'
	expect 77 '' '~sp-run: web: sp-fail.2 ended with 77' -- sp-run web 'sp-fail 75 | sp-fail 77 | sp-fail 75' --no-restart
	# not one pipeline: what the programs report counts, in the order of the line
	expect 65 '' '~sp-run: web: sp-fail ended with 65' -- sp-run web 'sp-fail 65; sp-fail 75'
}

@test "another program that fails stops the job with its status" {
	expect 5 '' "sp-run: web: sh, a program of the line that is not sp's, ended with 5" -- sp-run web 'yes | sh -c "exit 5" | sp-fail 75'
	expect 127 '' "~*sp-run: web: nosuch, a program of the line that is not sp's, ended with 127" -- sp-run web 'nosuch | commit'
	expect 3 '' "~sp-run: web: *ended with 3" -- sp-run web 'true && exit 3'
	expect 2 '' '~*sp-run: web: bash, * ended with 2' -- sp-run web 'echo "'
}

@test "a line that ends well and commits nothing has no end: 65" {
	expect 65 'x' '~sp-run: web: all programs ended well, but nothing was committed*| sp-sink*' -- sp-run web 'echo x | cat'
	# what an earlier run has committed does not count
	expect 0 '' '' -- sp-run web 'echo x | commit'
	expect 65 '' '*' -- sp-run web 'true'
}

@test "69, 74, 75 and signals run the line again: at once, then after 1s, doubling" {
	expect 0 '' "$(
		cat <<-'END'
			sp-run: web: sp-fail ended with 75 after epoch 0; again at once
			sp-run: web: sp-fail ended with 74 after epoch 0; again in 1s
			sp-run: web: sp-fail ended with 69 after epoch 0; again in 2s
		END
	)" -- sp-run web 'next 75 74 69 && commit </dev/null'
	rm count
	expect 0 '' "~*sp-run: web: *killed by SIGKILL after epoch 2; again at once" -- sp-run web 'next KILL | commit'
}

@test "after a commit the pauses begin anew" {
	expect 0 '' '*' -- sp-run web 'commit </dev/null; next 75 75 75 75'
	[ "$(grep -c "again at once$" .err)" = 4 ]
}

@test "--tries and --no-restart limit the tries" {
	expect 75 '' $'sp-run: web: sp-fail ended with 75 after epoch 0; again at once\nsp-run: web: sp-fail ended with 75 after epoch 0; it is not run again' \
		-- sp-run --tries 2 web 'sp-fail 75'
	expect 74 '' 'sp-run: web: sp-fail ended with 74 after epoch 0; it is not run again' -- sp-run --no-restart web 'sp-fail 74'
	expect 75 '' '~*killed by SIGTERM after epoch 0; it is not run again' -- sp-run --no-restart web 'sh -c "kill \$\$" | cat'
}

@test "five crashes without progress end with 70" {
	# the pauses are at once, 1, 2 and 4 seconds
	expect 70 '' '~*SIGSEGV after epoch 0, 5 times in a row without progress*' -- sp-run web 'sh -c "kill -SEGV \$\$" | cat'
	[ "$(grep -c '^sp-run:' .err)" = 5 ]
}

@test "a job that runs: 75 at once, 0 with --skip-if-running, --wait waits" {
	background web 'sp-capture | commit'
	wait_for 10 grep -q pid web/sp-capture/lock
	expect 75 '' "~sp-run: web is in use by sp-run (pid $pid) since 20*Z; *" -- sp-run web 'commit </dev/null'
	expect 0 '' '' -- sp-run --skip-if-running web 'commit </dev/null'
	expect 75 '' "~sp-run: web is in use *" -- sp-run --wait=100ms web 'commit </dev/null'
	sp-run --wait web 'echo second >second; commit </dev/null' 3>&- &
	waiter=$!
	kill -TERM $pid
	expect 0 0 '' -- status_of $pid
	expect 0 0 '' -- status_of $waiter
	[ -e second ]
}

@test "the first signal stops the source; the line commits and ends with 0" {
	for signal in TERM INT HUP; do
		rm -rf web
		background web 'sp-capture | commit'
		wait_for 10 grep -q pid web/sp-capture/lock
		kill -$signal $pid
		expect 0 0 '' -- status_of $pid
		expect 0 "~sp-run: web: SIG$signal: the line stops and commits; once more kills it" '' -- cat err
		expect 0 '~*"epoch":"1"*' '' -- cat web/COMMITTED
	done
}

@test "a second signal kills the line, and sp-run by that signal" {
	background web "sp-capture | sh -c 'trap \"\" TERM INT; : >ready; while :; do tail -f /dev/null; done'"
	wait_for 10 test -e ready
	kill -INT $pid
	wait_for 10 grep -q SIGINT err
	kill -INT $pid
	expect 0 130 '' -- status_of $pid
	wait_for 10 sh -c '! pgrep -f "while :; do tail -f /dev/[n]ull" >/dev/null'
}

@test "a signal between two tries ends sp-run with the status of the last one" {
	background web 'sp-fail 75'
	wait_for 10 grep -q 'again in' err
	kill -TERM $pid
	expect 0 75 '' -- status_of $pid
}

@test "the line of a sp-run that was killed is found; --wait waits for its end" {
	background web 'sp-capture | commit'
	wait_for 10 grep -q pid web/sp-capture/lock
	kill -KILL $pid
	expect 0 137 '*' -- status_of $pid
	source=$(sed 's/{"pid":"\([0-9]*\).*/\1/' web/sp-capture/lock)
	expect 75 '' "~sp-run: web: the line of an earlier sp-run still runs: sp-capture (pid $source)*kill $source" -- sp-run web 'commit </dev/null'
	expect 0 '' '' -- sp-run --skip-if-running web 'commit </dev/null'
	[ ! -e web/COMMITTED ]
	# The programs of this test have no locks but the source's, so the new line waits for the commit of the old one itself.
	sp-run --wait web 'until [ -e "$SP_CHECKPOINT/COMMITTED" ]; do sleep 0.01; done; commit </dev/null' 3>&- &
	waiter=$!
	kill -TERM "$source"
	expect 0 0 '' -- status_of $waiter
	[ -e web/COMMITTED ]
}

@test "sp-run waits for programs that the shell does not wait for" {
	expect 0 '' '' -- sp-run web 'commit </dev/null; (while kill -0 $$ 2>/dev/null; do :; done; echo x >late) &'
	expect 0 x '' -- cat late
}

# program ID JSON: writes a status.json of a program as it does itself, with JSON as further members.
program() {
	mkdir -p "web/$1"
	printf '{"id":"%s","pid":1,"epoch":"7","run":"%032d","time":"2026-11-28T01:00:00Z"%s}\n' "$1" 0 "$2" >"web/$1/status.json"
}

@test "--status: a table for people, in 80 columns" {
	expect 65 '' '~sp-run: web: there is no folder of checkpoints here*' -- sp-run web --status
	long="echo $(printf 'x%.0s' {1..200}) | commit"
	expect 0 '' '' -- sp-run web "$long"
	program sp-capture ',"events_out":1234567,"lag_bytes":3400000,"rejected":2'
	program sp-window ',"events_in":1234567,"events_out":1234565,"watermark":"2026-11-28T00:59:00Z","open_windows":3,"late":1'
	program sp-agg ',"events_in":1234565,"events_out":12,"watermark":"2026-11-28T00:58:00Z","open_windows":2,"keys":1204,"state_bytes":96000'
	expect 0 "$(
		cat <<-END
			~web.????????: idle, the last run ended well
			line        echo xxx*xxx...
			folder      $PWD/web, * kB
			runs in     $PWD
			committed   epoch 1, *s ago, at 20??-??-??T??:??:??Z
			unread      3.4 MB
			watermark   2026-11-28T00:58:00Z
			open        3 windows, 1,204 keys, 96.0 kB of state
			set aside   2 rejected, 1 late

			program           pid   epoch     events in    events out  doing
			sp-capture          -       7             -     1,234,567  -
			sp-agg              -       7     1,234,565            12  -
			sp-window           -       7     1,234,567     1,234,565  -
		END
	)" '' -- sp-run web --status
	[ "$(grep -v "^folder\|^runs" .out | wc -L)" -le 80 ]
}

@test "--status=json: every field of the manual, and no other" {
	expect 0 '' '' -- sp-run web 'echo | commit'
	program sp-capture ',"events_out":12,"lag_bytes":0'
	sp-run web --status=json >status
	jq -r 'keys[]' status | sort >fields
	jq -r '.last | keys[]' status >last
	jq -r '.programs[0] | keys[]' status >program
	# .Ss The status of a job: the outer list, then the list of a program
	sed -n '/^\.Ss The status of a job/,/^\.Sh/p' "$ROOT/man/sp-run.1" >page
	sed '/^\.Bl.*waiting_since/,/^\.El/d' page | sed -n 's/^\.It Li //p' | tr -d ' ' | tr , '\n' | sort | diff - fields
	{
		sed -n '/^\.Bl.*waiting_since/,/^\.El/s/^\.It Li //p' page | tr -d ' ' | tr , '\n'
	} | sort | diff - <(sort program)
	expect 0 $'ended_at\nreason\nstatus\ntry' '' -- cat last
	jq -e '.state == "idle" and .epoch == 1 and .last.status == 0 and .last.try == 1 and .pid == null and .cwd == "'"$PWD"'" and .age_ms >= 0 and
		.line == "echo | commit" and .lag_bytes == 0 and .keys == null and .programs[0].running == false and .disk_bytes > 0' status
}

@test "--status follows the job: running, waiting, failed, killed, orphaned; 0 or 1" {
	state() { sp-run web --status=json | jq -r .state; }
	background web 'sp-capture | commit'
	wait_for 10 grep -q pid web/sp-capture/lock
	expect 0 running '' -- state
	expect 0 "~web.*: running"$'\n'"sp-run      pid $pid, since 20*Z (*s)"$'\n'"line *sp-capture *wait*" '' -- sp-run web --status
	kill -KILL $pid
	expect 0 137 '*' -- status_of $pid
	expect 0 orphaned '' -- state
	expect 1 '*' '' -- sp-run web --status
	kill -TERM "$(sed 's/{"pid":"\([0-9]*\).*/\1/' web/sp-capture/lock)"
	killed() { [ "$(state)" = killed ]; }
	wait_for 10 killed
	expect 1 '*' '' -- sp-run web --status
	sp-run web 'sp-fail 65' || :
	expect 1 $'~web.*: failed with 65\nfailure     sp-fail ended with 65, *s ago (try 1)*' '' -- sp-run web --status
	background web 'sp-fail 75'
	wait_for 10 grep -q 'again in' err
	expect 0 $'~web.*: waiting for the next try\nsp-run      pid *\nfailure     sp-fail ended with 75, *' '' -- sp-run web --status
	kill -TERM $pid
	expect 0 75 '' -- status_of $pid
}

@test "--max-age: 2 if the last commit is older" {
	expect 65 '' '*' -- sp-run web true
	sp-run web 'commit </dev/null'
	expect 0 '*' '' -- sp-run web --status --max-age 1h
	touch -d '2 hours ago' web/COMMITTED
	expect 2 '*' '' -- sp-run web --status --max-age 1h
	expect 0 '*' '' -- sp-run web --status --max-age 3h
	rm web/COMMITTED
	expect 2 '*' '' -- sp-run web --status --max-age 3h
}

@test "--status changes nothing, and does not disturb a job that starts" {
	sp-run web 'commit </dev/null'
	find web -printf '%p %T@\n' | sort >before
	sp-run web --status >/dev/null && sp-run web --status=json >/dev/null
	find web -printf '%p %T@\n' | sort | diff before -
	(while [ ! -e stop ]; do sp-run web --status >/dev/null; done) 3>&- &
	looker=$!
	for _ in {1..10}; do expect 0 '' '' -- sp-run web 'commit </dev/null' || { : >stop; return 1; }; done
	: >stop
	wait $looker
}

@test "--dry-run says what would be done, and does nothing" {
	expect 0 "$(
		cat <<-END
			line:       sp-capture a | sp-agg n=count
			programs:   sp-capture | sp-agg
			warning:    sp-agg is no program that stores: the line would commit nothing
			job:        new: web would be made
			runs in:    $PWD
		END
	)" '' -- sp-run --dry-run web 'sp-capture a | sp-agg n=count'
	[ ! -e web ]
	sp-run web 'commit </dev/null'
	mkdir x
	cd x
	expect 0 "~*programs:   sp-capture | sp-sink"$'\n'"job:        web.*, idle"$'\n'"continues:  after epoch 1"$'\n'"runs in:    ${PWD%/x}" '' \
		-- sp-run --dry-run ../web 'sp-capture a | sp-sink sqlite:x.db'
}

@test "how a try ended is noted over the old note where a new file has no room" {
	sp-run web 'commit </dev/null'
	mkdir web/sp-run/.last.json.tmp
	expect 66 '' '~*ended with 66' -- sp-run web 'sp-fail 66 | sp-fail 65'
	expect 1 '~web.*: failed with 66*' '' -- sp-run web --status
	expect 0 '' '' -- sp-run web 'commit </dev/null'
	expect 0 '~web.*: idle, the last run ended well*' '' -- sp-run web --status
}

@test "without checkpoints: every status counts, and nothing runs again" {
	expect 0 '{"ts":"1970-01-01T00:00:01Z"}' '' -- sp-run -- 'echo "{\"ts\":1}" | PATH=${PATH#*:} sp-capture | cat'
	expect 64 '' $'~sp-window: *\nsp-run: line: sp-window ended with 64' -- sp-run -- 'sp-window </dev/null | cat'
	expect 75 '' 'sp-run: line: sp-fail ended with 75; it is not run again' -- sp-run -- 'sp-fail 75 | cat'
	expect 3 '' "~sp-run: line: sh,*ended with 3" -- sp-run -- 'sh -c "exit 3" | cat'
	# a reader that had enough is no failure
	expect 0 y '' -- sp-run -- 'yes | head -n 1'
	# shellcheck disable=SC2016
	SP_CHECKPOINT=/x SP_RUN=1 SP_CHECKPOINT_OPTIONS=end expect 0 '[]' '' -- sp-run -- 'echo "[$SP_CHECKPOINT$SP_RUN$SP_CHECKPOINT_OPTIONS]"'
}

@test "without checkpoints: --restart runs the line again" {
	expect 0 '' '~sp-run: j: *75; again at once' -- sp-run --restart --name "j" -- 'next 75'
	expect 0 2 '' -- cat count
}

@test "without checkpoints: a lock by name, or by line and folder" {
	background --name "sp-test-$$" -- ': >ready; tail -f /dev/null'
	wait_for 10 test -e ready
	expect 75 '' "~sp-run: /tmp/sp-run-*/sp-test-$$.lock is in use by sp-run (pid $pid)*" -- sp-run --name "sp-test-$$" -- true
	expect 0 '' '' -- sp-run --skip-if-running --name "sp-test-$$" -- true
	expect 0 '' '' -- sp-run -- true
	kill -TERM $pid
	expect 0 0 '' -- status_of $pid
	rm ready
	background -- ': >ready; tail -f /dev/null'
	wait_for 10 test -e ready
	expect 75 '' "~*in use*" -- sp-run -- ': >ready; tail -f /dev/null'
	(mkdir other && cd other && expect 0 '' '' -- sp-run -- ': >ready')
	kill -TERM $pid
	expect 0 0 '' -- status_of $pid
	rm -f "/tmp/sp-run-$(id -u)/sp-test-$$".*
}

@test "without checkpoints: the first signal interrupts the line, so that it gives the results so far" {
	printf '{"ts":1}\n{"ts":2}\n' >log
	PATH=$real background --name "sp-test-$$" -- "sp-capture -f log | tee seen | sp-agg n=count"
	wait_for 10 lines seen 2
	kill -TERM $pid
	expect 0 0 '' -- status_of $pid
	expect 0 '{"n":2}' '' -- cat out
	expect 0 '~*SIGTERM: the line stops and gives what it has so far; once more kills it' '' -- cat err
	rm -f "/tmp/sp-run-$(id -u)/sp-test-$$".*
}

@test "the unit of systemd is the one of the manual, and systemd takes it" {
	sed -n '/^\[Service\]/,/^\.Ed/{/^\.Ed/d;p}' "$ROOT/man/sp-run.1" >manual
	sed -n '/^\[Service\]/,/^$/{/^#/d;/^$/d;p}' "$ROOT/scripts/sp@.service" | diff manual -
	command -v systemd-analyze >/dev/null || skip "no systemd here"
	cp "$ROOT"/scripts/sp@.* .
	expect 0 '*' '' -- systemd-analyze verify --man=no ./sp@web.service ./sp@web.timer
}

# ---- whole lines of real programs ----

# make_log FILE FIRST LAST: events FIRST to LAST, ten a second, of seven keys.
make_log() {
	seq "$2" "$3" | awk '{ printf "{\"ts\":%d,\"k\":%d}\n", 1700000000 + $1 / 10, $1 % 7 }' >>"$1"
}

# real_line [FILTER]: sets LINE, in which FILTER stands between source and window, and its programs come from the build.
real_line() {
	PATH=$real
	LINE="sp-capture log* | ${1:+$1 | }sp-window --tumbling 1m | sp-agg --by .k n=count first=min(.ts) | sp-sink 'sqlite:s.db?table=t'"
	LINE=${LINE/first=min(.ts)/\'first=min(.ts)\'}
	# copies line by line, so slowly that a line of 40,000 events takes about a second
	SLOW="bash -c 'while IFS= read -r l; do echo \"\$l\"; done'"
}

# same_as_plain: succeeds if the table t of s.db has the rows of one run over all files without checkpoints.
same_as_plain() {
	bash -o pipefail -c "${LINE//s.db/plain.db}"
	sqlite3 s.db 'select * from t order by window_start, k' >got
	sqlite3 plain.db 'select * from t order by window_start, k' >want
	rm plain.db
	[ -s want ] && diff want got | head
	cmp -s want got
}

# kill_program NAME: kills it by SIGKILL as soon as it runs; its lock says who it is.
kill_program() {
	local pid
	runs() {
		pid=$(sed -n 's/{"pid":"\([0-9]*\).*/\1/p' "web/$1/lock" 2>/dev/null)
		[ -n "$pid" ] && kill -0 "$pid"
	}
	wait_for 10 runs "$1" && kill -KILL "$pid"
}

@test "runs that go on where the last one has stopped: rows as of one run" {
	real_line
	make_log log1 0 20000
	expect 0 '' '' -- sp-run web "$LINE"
	make_log log1 20001 30000
	make_log log2 30001 40000
	expect 0 '' '' -- sp-run web "$LINE"
	expect 0 '' '' -- sp-run web "$LINE"
	expect 0 '' '' -- sp-run --end web "$LINE"
	same_as_plain
	# sp-checkpoint(7): all of it is closed to others
	expect 0 '' '' -- find web -type f ! -perm 0600 -o -type d ! -perm 0700
	# the state is empty: any line may follow
	expect 0 '' '' -- sp-run web "${LINE/--by .k/}"
}

@test "killed programs: the line runs again, and each event counts once" {
	real_line "$(real_line; echo "$SLOW")"
	make_log log1 0 100000
	background --every 50ms --end web "$LINE"
	for program in sp-agg sp-capture sp-sink sp-window; do
		kill_program $program
		again() { [ "$(grep -c 'SIGKILL.*again' err)" -ge "$1" ]; }
		wait_for 20 again $((n += 1))
	done
	expect 0 0 '' -- status_of $pid
	expect 0 '~*sp-agg was killed by SIGKILL*sp-capture was killed by SIGKILL*sp-sink was killed*sp-window was killed by SIGKILL*' '' -- cat err
	same_as_plain
}

@test "a signal stops the line after a record, it commits, and the next run goes on" {
	real_line "$(real_line; echo "$SLOW")"
	make_log log1 0 400000
	for signal in INT TERM; do
		background --every 50ms web "$LINE"
		committed() { [ -e web/COMMITTED ] && ! cmp -s web/COMMITTED before; }
		wait_for 20 committed
		kill -$signal $pid
		expect 0 0 '' -- status_of $pid
		expect 0 "~sp-run: web: SIG$signal: the line stops and commits; once more kills it" '' -- cat err
		cp web/COMMITTED before
	done
	[ "$(sqlite3 s.db 'select sum(n) from t')" -lt 400000 ]
	real_line
	expect 0 '' '' -- sp-run --end web "$LINE"
	same_as_plain
}

@test "Ctrl-C reaches sp-run alone, not the programs of the line" {
	real_line "$(real_line; echo "$SLOW")"
	make_log log1 0 400000
	setsid env --default-signal=INT sp-run --every 50ms web "$LINE" >out 2>err 3>&- &
	pid=$!
	wait_for 20 test -e web/COMMITTED
	kill -INT -- -$pid # what the terminal does: to the whole group
	expect 0 0 '' -- status_of $pid
	real_line
	expect 0 '' '' -- sp-run --end web "$LINE"
	same_as_plain
}

@test "the line of a killed sp-run ends by itself, and the next run goes on" {
	real_line "$(real_line; echo "$SLOW")"
	make_log log1 0 60000
	background --every 50ms web "$LINE"
	wait_for 20 grep -q pid web/sp-sink/lock
	kill -KILL $pid
	expect 0 137 '*' -- status_of $pid
	expect 75 '' '~sp-run: web: the line of an earlier sp-run still runs: sp-*' -- sp-run web "$LINE"
	expect 0 '' '' -- sp-run --wait --end web "$LINE"
	same_as_plain
}

@test "standard input that is a file is read from its beginning again at each try" {
	real_line
	seq -f '{"ts":1700000000,"a":%g}' 1000 >log1
	# The first try reads all of the file, and dies before it commits.
	line='sp-capture | { mkdir tried 2>/dev/null && cat >/dev/null && kill -KILL $BASHPID; cat; } | sp-sink "sqlite:s.db?table=t"'
	expect 0 '' '~*was killed by SIGKILL after epoch 0; again at once' -- sp-run web "$line" <log1
	expect 0 '1000|1000' '' -- sqlite3 s.db 'SELECT count(*), count(DISTINCT a) FROM t'
}

@test "a copy beside the original must not run in its folder" {
	real_line
	make_log log1 0 10000
	mkdir job
	cp log1 job
	cd job
	expect 0 '' '' -- sp-run web "$LINE"
	cp -r ../job ../copy
	cd ../copy
	expect 65 '' "~sp-run: web is a copy of ${PWD%/*}/job/web, and its line would run in ${PWD%/*}/job like the original: *--chdir*" -- sp-run web "$LINE"
	expect 0 '' '' -- sp-run --chdir . web "$LINE"
	expect 0 '' '' -- sp-run --end web "$LINE"
	same_as_plain
	# moved, or under another path, it is no copy
	cd ../job
	mkdir ../aside
	mv web ../aside
	expect 0 '' '' -- sp-run ../aside/web "$LINE"
	ln -s ../aside/web link
	expect 0 '' '' -- sp-run --end link "$LINE"
	same_as_plain
}

@test "a program that cannot begin stops the job with its status" {
	real_line
	make_log log1 0 10
	expect 64 '' $'~sp-agg: *nosuch*\nsp-run: web: sp-agg ended with 64' -- sp-run web "${LINE/n=count/n=nosuch}"
	expect 66 '' '~*sp-run: web: sp-capture ended with 66' -- sp-run web "${LINE/log*/nolog}"
	# called from elsewhere, as by cron: the line runs where the first run was
	(mkdir else && cd else && expect 66 '' "~*sp-run: web: sp-capture ended with 66; the line runs in ${PWD%/else}, not in the current folder: see --chdir" -- \
		sp-run ../web "${LINE/log*/nolog}")
	# refused before a broker is asked, which sp-run would do again and again
	expect 64 '' $'~*sp-publish: Kafka as the end of a job*sp-run: web: sp-publish ended with 64' -- sp-run web 'sp-capture log* | sp-publish kafka://127.0.0.1:1/t'
	# nothing was committed by any, so nothing is in the way of the right line
	expect 0 '' '' -- sp-run --end web "$LINE"
	same_as_plain
}

@test "a link in DIR in place of the folder of a program stops the job, and is not followed" {
	real_line
	make_log log1 0 10
	mkdir web elsewhere
	chmod 700 web
	expect 0 '' '' -- sp-run --end web "$LINE"
	rm -r web/sp-agg
	ln -s ../elsewhere web/sp-agg
	expect 65 '' '~sp-agg: */web/sp-agg cannot be opened: Not a directory*' -- sp-run web "$LINE"
	[ -z "$(ls elsewhere)" ]
	rm web/sp-agg
	ln -s nowhere web/sp-window/link
	rm web/sp-window/lock
	ln -s link web/sp-window/lock
	expect 65 '' '~sp-window: */web/sp-window/lock cannot be opened: *' -- sp-run web "$LINE"
}

@test "another line while state is open stops the job, and says what to do" {
	real_line
	make_log log1 0 10000
	expect 0 '' '' -- sp-run web "$LINE"
	expect 65 '' $'~*sp-agg: --by was \'.k\' and is \'.j\'*--end*--upgrade*sp-run: web: sp-agg ended with 65' -- sp-run web "${LINE/--by .k/--by .j}"
	expect 0 '' '' -- sp-run --end web "$LINE"
	same_as_plain
}

@test "a program more or fewer: --end before, or --upgrade" {
	real_line
	make_log log1 0 1000
	end='sp-sink "sqlite:s.db?table=t"'
	short="sp-capture log1 | sp-agg --by .k n=count | $end" long="sp-capture log1 | sp-agg --by .k n=count | sp-agg k=count | $end"
	expect 0 '' '*' -- sp-run web "$short"
	expect 65 '' '~*sp-sink: the programs of the line were sp-capture,sp-agg,sp-sink and are sp-capture,sp-agg,sp-agg.2,sp-sink: *' -- sp-run web "$long"
	expect 0 '' '' -- sp-run --end web "$short"
	expect 0 '7' '' -- sqlite3 s.db 'SELECT count(*) FROM t'
	# all state is empty now
	make_log log1 1000 2000
	expect 0 '' '*' -- sp-run web "$long"
	expect 65 '' '~*sp-sink: the programs of the line were *' -- sp-run web "$short"
	expect 0 '' '*' -- sp-run --upgrade web "$short"
	expect 0 '' '*' -- sp-run --upgrade web "$long"
	expect 0 '' '*' -- sp-run --end web "$long"
	expect 0 '8|7' '' -- sqlite3 s.db 'SELECT count(*), max(k) FROM t'
}

@test "--status while real programs run" {
	real_line "$(real_line; echo "$SLOW")"
	make_log log1 0 400000
	background --every 50ms web "$LINE"
	wait_for 20 test -e web/COMMITTED
	sp-run web --status=json >status
	jq -e '.state == "running" and .epoch >= 1 and .age_ms >= 0 and .lag_bytes > 0 and .watermark >= "2023" and .keys == 7 and
		[.programs[] | .id] == ["sp-capture", "sp-window", "sp-agg", "sp-sink"] and
		all(.programs[]; .running and .pid > 0 and (.process | test("^[RSD]$")))' status
	kill -TERM $pid
	expect 0 0 '' -- status_of $pid
}
