# checkpoint-source.bats -- sp-capture --checkpoint: where it goes on, what it knows files by, what it refuses.
# The end of the line is played by tests/tools/play_end.py, which appends to the file `store` and writes COMMITTED.
load helpers

# events N...: an event each, a second after the other.
events() {
	local n
	for n; do printf '{"ts":"2024-05-01T10:%02d:%02dZ","n":%d}\n' $((n / 60)) $((n % 60)) "$n"; done
}

# job ARGUMENTS...: a run of the job d with its played end. Both must succeed.
job() {
	local status
	sp-capture --checkpoint d "$@" 2>err | python3 "$TOOLS/play_end.py" d store
	status=("${PIPESTATUS[@]}")
	[ "${status[*]}" = "0 0" ] || { echo "status ${status[*]}"; cat err; return 1; }
}

# refused STATUS PATTERN ARGUMENTS...: sp-capture fails so, and nothing is written after the start line at most.
refused() {
	local want=$1 pattern=$2
	shift 2
	expect "$want" '*' "~sp-capture: $pattern" -- sp-capture --checkpoint d "$@"
	! grep -v '^{"$sp":"start"' .out
}

# stored FILE...: the store has exactly the lines of the files, in this order.
stored() {
	cat "$@" >want
	cmp store want
}

@test "files that grow are read on, and read ones are not read again" {
	events 1 2 3 >a
	events 4 5 >b
	job --in-order a b
	stored a b
	job --in-order a b
	stored a b
	events 6 >>b
	events 7 8 >c
	job --in-order a b c
	events 1 2 3 4 5 6 7 8 >all
	stored all
	[ ! -s err ]
	# Without one that was read.
	events 9 >>c
	job c
	events 1 2 3 4 5 6 7 8 9 >all
	stored all
	job a b
	stored all
}

@test "the start line, the epochs, and status.json" {
	events 1 >a
	sp-capture --checkpoint d a >out
	[ "$(head -1 out | jq -c '[.["$sp"],.v,.from,.path]')" = '["start",1,{"epoch":"0","run":""},["sp-capture"]]' ]
	[ "$(head -1 out | jq -r .dir)" = "$PWD/d" ]
	[ "$(head -1 out | jq -r .job)" = "$(jq -r .job d/FORMAT)" ]
	[ "$(tail -1 out | jq -c '[.["$sp"],.epoch,.bytes]')" = "[\"stop\",\"1\",\"$(wc -c <a)\"]" ]
	[ "$(head -1 out | jq -r .run)" = "$(tail -1 out | jq -r .run)" ]
	[ "$(jq -r .epoch d/sp-capture/status.json)" = 1 ]
	sp-capture --checkpoint d --end a >out
	[ "$(tail -1 out | jq -r '.["$sp"]')" = end ]
	# Nothing was committed, so it begins again.
	[ "$(head -1 out | jq -r .from.epoch)" = 0 ]
}

@test "a last line without its newline waits, and --end reads it" {
	events 1 2 >a
	printf '{"ts":"2024-05-01T10:00:03Z","n":' >>a
	job a
	events 1 2 >want
	cmp store want
	grep -qx 'sp-capture: a: its last 33 bytes are no whole record yet: the next run reads them (or --end)' err
	printf '3}' >>a
	job a
	cmp store want
	job --end a
	events 1 2 3 >want
	cmp store want
	[ "$(cat store.last)" = end ]
	echo >>a
	job a
	cmp store want
}

@test "renamed, copied, and on another file system" {
	events 1 2 3 >a
	events 4 5 6 >b
	job --in-order a b
	mv a a.1
	events 7 >a
	events 8 >>b
	job --in-order a.1 b a
	events 1 2 3 4 5 6 8 7 >all
	stored all
	[ ! -s err ]
	mkdir -p /dev/shm/sp-test.$$
	cp a a.1 b /dev/shm/sp-test.$$
	(cd /dev/shm/sp-test.$$ && events 9 >>a && events 10 >>b)
	job --in-order /dev/shm/sp-test.$$/*
	rm -r /dev/shm/sp-test.$$
	events 1 2 3 4 5 6 8 7 9 10 >all
	stored all
}

@test "a log that is rotated again and again, with its old name among the sources" {
	: >a.1
	for n in 1 2 3 4; do
		events $((4 * n)) >>a
		job a.1 a
		events $((4 * n + 1)) >>a # nobody has read this one
		mv a a.1
		events $((4 * n + 2)) >a
		job a.1 a
		[ ! -s err ]
		events $((4 * n + 3)) >>a
	done
	job a.1 a
	# shellcheck disable=SC2046
	events $(seq 4 19) >all
	stored all
}

@test "truncated and replaced files are new files" {
	events 1 2 3 >a
	job a
	events 4 >a
	job a
	events 1 2 3 4 >all
	stored all
	grep -q '^sp-capture: a: is another file than the one of this name before, or was truncated: it is read from its start; if the old one was renamed, name it too, because it may have grown$' err
	# Replaced by a longer one, with another inode and other bytes.
	events 5 6 7 8 >new
	mv new a
	job a
	events 1 2 3 4 5 6 7 8 >all
	stored all
}

@test "a file with unread bytes must not be lost, unless --lost-ok" {
	events 1 >a
	printf torn >>a
	events 2 >b
	job --in-order a b
	mv a c
	refused 65 "a: 4 bytes of it were not read yet, and it is not among the sources now; name it*--lost-ok" b
	job b c
	refused 65 "c: 4 bytes*" b
	sp-capture --checkpoint d --lost-ok b 2>err >/dev/null
	grep -qx 'sp-capture: c: 4 bytes of it were not read yet and are lost' err
}

@test "equal beginnings: device and inode decide, else it is refused" {
	seq -f '{"ts":"2024-05-01T10:00:00Z","n":%g}' 1 100 >a
	cp a b
	cp a c
	job a b
	[ "$(wc -l <store)" = 200 ]
	events 1 >>b
	job a b
	[ "$(tail -1 store)" = "$(events 1)" ]
	# Other inodes: a file that fits both, or two that fit one.
	rm store* && rm -r d
	job a
	ln a old # so that its inode is not used again
	cp a a2 && mv a2 a
	cp a d.copy
	refused 65 "a and d.copy both fit what was read as a before, so it cannot be told*" a d.copy
	job a
	refused 64 "a and ./a are the same file: name it once" a ./a
}

@test "hundreds of equal files, of different ages, on another disk: nothing comes twice, and it does not take for ever" {
	local i
	mkdir old
	for ((i = 0; i < 500; i++)); do events 1 >old/$i; done
	touch -d 2020-01-01 old/7
	job old/*
	[ "$(wc -l <store)" = 500 ]
	cp -r old new
	job new/*
	[ "$(wc -l <store)" = 500 ]
}

@test "standard input is a file" {
	events 1 2 >a
	job <a
	events 3 >>a
	job <a
	events 1 2 3 >all
	stored all
	job a
	stored all
	expect 64 '' '~sp-capture: standard input is not a file, so it cannot be replayed*' -- sp-capture --checkpoint d < <(events 1)
}

@test "what is refused" {
	events 1 >a
	gzip -k a
	refused 64 "a.gz: gzip files under a checkpoint come with a later version*" a.gz
	refused 64 "--limit cannot be used under a checkpoint*" --limit 3 a
	refused 64 "--follow under a checkpoint comes with a later version*" -f a
	refused 64 "kafka://h/t: sources kafka:// under a checkpoint come with a later version" kafka://h/t
	mkfifo p
	refused 64 "p: is not a file, so it cannot be replayed*" p
	expect 64 '' "~sp-capture: --end is for a run with --checkpoint DIR or under sp-run" -- sp-capture --end a
	expect 64 '' "~sp-capture: --checkpoint e: sp-run has set the folder already: $PWD/d" -- \
		env SP_CHECKPOINT="$PWD/d" sp-capture --checkpoint e a
	refused 66 "nofile: No such file or directory" nofile
}

@test "the snapshot that COMMITTED names must be there" {
	events 1 >a
	job a
	rm d/sp-capture/*.snap
	refused 65 '*' a
}

@test "options that cut records must not change in the middle of a file" {
	events 1 >a
	printf torn >>a
	job a
	refused 65 '*--format*' --format line --time now a
	refused 65 '*--max-event*' --max-event 1000 a
	job --add x=1 --source-field f a
	echo >>a
	job --end --reject bad a
	job --max-event 1000 a
	[ "$(wc -l <store)" = 1 ]
}

@test "a format that was detected stays that of its file, unless --format says another" {
	events 1 2 >a
	job --reject bad a
	# By all of its lines it would be text.
	printf 'text %d\n' 1 2 3 4 5 6 7 8 9 >>a
	events 3 >>a
	job --reject bad a
	events 1 2 3 >all
	stored all
	[ "$(wc -l <bad)" = 9 ]
	echo more >>a
	job --format line --time now a
	[ "$(tail -1 store | jq -r .line)" = more ]
	# The state of one format says nothing to another.
	printf '<13>May  1 10:00:01 h a: x\n' >log
	job log
	echo more >>log
	job --format line --time now log
	[ "$(tail -1 store | jq -r .line)" = more ]
}

@test "more sources than are kept open, with blank lines at their ends: all is read" {
	local i
	mkdir in
	for ((i = 10; i < 60; i++)); do
		events $i >in/$i
		echo >>in/$i
	done
	job in/*
	events {10..59} >all
	stored all
	# No byte was left, so nothing is missed.
	events 60 >last
	job last
	events {10..60} >all
	stored all
}

@test "--reject: what came after the last commit is cut off" {
	printf '%s\n' "$(events 1)" bad1 >a
	job --reject bad a
	printf '%s\n' bad2 "$(events 2)" >>a
	sp-capture --checkpoint d --reject bad a 2>/dev/null >/dev/null
	[ "$(wc -l <bad)" = 2 ]
	job --reject bad a
	[ "$(jq -r .raw bad | xargs)" = "bad1 bad2" ]
	events 1 2 >all
	stored all
	# Under sp-run without --reject: a file of the job's own, and status 0.
	echo bad3 >>a
	expect 0 '*' '*' -- env SP_CHECKPOINT="$PWD/d" SP_RUN="$(printf %032d 7)" SP_STATUS="$PWD/status" sp-capture a
	[ "$(head -1 .out | jq -r .run)" = "$(printf %032d 7)" ]
	[ ! -e status ]
	[ "$(jq -r .raw d/sp-capture/rejects.ndjson)" = bad3 ]
	: >status
	expect 0 '*' '*' -- env SP_CHECKPOINT="$PWD/d" SP_STATUS="$PWD/status" sp-capture a
	[ "$(cat status)" = "sp-capture 0" ]
	[ "$(jq -r .raw d/sp-capture/rejects.ndjson)" = bad3 ]
}

# many N SEED: N events in disorder.
many() {
	awk -v n="$1" -v seed="$2" 'BEGIN { srand(seed); for (i = 0; i < n; i++) { t += int(rand() * 20)
		v = t + 100000 - int(rand() * 3) * 1500
		printf "{\"ts\":\"2024-05-01T%02d:%02d:%02d.%03dZ\",\"source\":%d,\"i\":%d}\n", v / 3600000 % 24, v / 60000 % 60, v / 1000 % 60, v % 1000, seed, i } }'
}

@test "barriers: a line whose end dies again and again stores each event once, in order and merged" {
	local way i
	for i in 1 2 3; do many 30000 $i >f$i; done
	for way in --in-order --source-field=f; do
		rm -rf d store*
		sp-capture $way f1 f2 f3 >all
		for ((i = 0; i < 40; i++)); do
			sp-capture $way --checkpoint d --checkpoint-every 1ms f1 f2 f3 |
				python3 "$TOOLS/play_end.py" d store --commits 2 || :
			[ ! -e store.last ] || break
		done
		[ $i -ge 3 ] || { echo "only $i deaths"; return 1; }
		job $way f1 f2 f3
		stored all
	done
}

@test "a file that is copied, truncated and written anew while it is read" {
	local status
	many 60000 1 >f
	mkfifo pipe
	sp-capture --checkpoint d f >pipe 2>err &
	exec 7<pipe
	read -r start <&7
	cp f copy
	many 1000 2 >f
	{ echo "$start"; cat <&7; } | python3 "$TOOLS/play_end.py" d store
	exec 7<&-
	wait $!
	[ "$(wc -l <store)" -lt 60000 ]
	[ "$(cat err)" = "sp-capture: f: was truncated while it was read" ]
	refused 65 "f: * bytes of it were not read yet*" f
	many 100000 2 >f
	job --in-order copy f
	stored copy f
}

@test "a table with a wide header that is copied and written anew while it is read: the header does not make it the old one" {
	local header=ts
	header+=$(printf ',column_with_a_long_name_%d' {1..60})
	# rows FROM TO
	rows() {
		awk -v a="$1" -v b="$2" 'BEGIN { for (i = a; i < b; i++) { printf "%d,%d", 1700000000 + i, i; for (k = 2; k <= 60; k++) printf ","; print "" } }'
	}
	{ echo "$header"; rows 0 10; } >f
	job f
	[ "$(wc -l <store)" = 10 ]
	rows 10 4000 >>f
	mkfifo pipe
	sp-capture --checkpoint d f >pipe 2>err &
	exec 7<pipe
	read -r start <&7
	read -r first <&7
	cp f copy
	{ echo "$header"; rows 4000 4010; } >f
	{ echo "$start"; echo "$first"; cat <&7; } | python3 "$TOOLS/play_end.py" d store
	exec 7<&-
	wait $!
	grep -q '^sp-capture: f: was truncated while it was read' err
	rows 4010 12000 >>f
	job --in-order copy f
	[ "$(jq .column_with_a_long_name_1 store | sort -n | uniq | wc -l)" = 12000 ]
	[ "$(wc -l <store)" = 12000 ]
}

# before_its_turn COMMAND...: reads big and then log, and runs COMMAND while the program is in the middle of big. The run must
# notice that log is another file than at its start, and the next run must read everything once: the events 4 to 8 too.
before_its_turn() {
	local status=0
	events 1 >big
	events 2 3 >log
	job --in-order big log
	many 60000 1 >more
	cat more >>big
	events 4 >>log
	events 5 6 7 8 >new
	mkfifo pipe
	sp-capture --checkpoint d --in-order big log >pipe 2>err &
	exec 7<pipe
	# The pipe is full, so the program is in the middle of the first file.
	read -r start <&7
	"$@"
	{ echo "$start"; cat <&7; } | python3 "$TOOLS/play_end.py" d store
	exec 7<&-
	wait $! || status=$?
	[ "$status" = 75 ]
	grep -q '^sp-capture: log: was renamed, removed, replaced or truncated since this run began' err
	job --in-order big log.1 log
	events 1 2 3 >first
	events 4 5 6 7 8 >rest
	stored first more rest
}

@test "a file that is rotated before its turn comes is not taken for the new one of its name" {
	rotate() { mv log log.1 && mv new log; }
	before_its_turn rotate
}

@test "a file that is copied and written anew before its turn comes is not read from the old place" {
	copytruncate() { cp log log.1 && cat new >log; }
	before_its_turn copytruncate
}

@test "SIGTERM in the middle of a merged run: it stops at once, and the next run goes on" {
	local i
	for i in 1 2 3; do many 60000 $i >f$i; done
	sp-capture --source-field=f f1 f2 f3 >all
	mkfifo pipe
	sp-capture --checkpoint d --source-field=f f1 f2 f3 >pipe &
	exec 7<pipe
	# The pipe is full, so the program is in the middle of its work.
	read -r start <&7
	kill -TERM $!
	{ echo "$start"; cat <&7; } | python3 "$TOOLS/play_end.py" d store
	exec 7<&-
	wait $!
	[ "$(cat store.last)" = stop ]
	[ "$(wc -l <store)" -lt 180000 ]
	cmp -n "$(wc -c <store)" store all
	job --source-field=f f1 f2 f3
	stored all
}

@test "two sources on one folder: the same run is told at once, another one waits and gives up" {
	many 60000 1 >big
	mkfifo pipe
	SP_RUN=$(printf %032d 1) sp-capture --checkpoint d big >pipe &
	exec 7<pipe
	read -r start <&7
	expect 65 '' '~sp-capture: *process * of the same run works here already*<( )*' -- \
		env SP_RUN="$(printf %032d 1)" sp-capture --checkpoint d big
	expect 75 '' "~sp-capture: *process $! of another run works here*" -- sp-capture --checkpoint d big
	exec 7<&-
	wait $! || :
}
