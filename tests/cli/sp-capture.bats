# sp-capture.bats -- sources, the time first, rejects, merging, following. Formats are in formats.bats.
load helpers

# events N...: an event each, a second after the other.
events() {
	local n
	for n; do printf '{"ts":"2024-05-01T10:00:%02dZ","n":%d}\n' "$n" "$n"; done
}

# many N SEED GAP: N events of the benchmark's look, in disorder.
many() {
	awk -v n="$1" -v seed="$2" -v gap="$3" 'BEGIN {
		srand(seed)
		for (t = i = 0; i < n; i++) {
			t += int(rand() * gap)
			v = t + 100000 - int(rand() * 3) * 1500
			printf "{\"ts\":\"2024-05-01T%02d:%02d:%02d.%03dZ\",\"source\":%d,\"i\":%d}\n", v / 3600000 % 24, v / 60000 % 60, v / 1000 % 60, v % 1000, seed, i
		}
	}'
}

# gives FILE ARGUMENTS...: sp-capture succeeds without a word, and its output is FILE.
gives() {
	local want=$1
	shift
	expect 0 '*' '' -- sp-capture "$@"
	cmp .out "$want"
}

@test "an event with its time in front passes byte for byte" {
	printf '%s\n' '{"ts":"2024-05-01T10:39:58.487Z", "b" : 1.50e+3 ,"c":"\u00e9/\/"}' '{"ts":"2024-05-01T10:39:58Z"}' \
		'{"ts":"0000-01-01T00:00:00.000000001Z","x":{}}' '{"ts":"9999-12-31T23:59:59.999Z","x":[]}' >in
	expect 0 "$(cat in)" '' -- sp-capture in
	expect 0 "$(cat in)" '' -- sp-capture <in
	expect 0 "$(cat in)" '' -- sp-capture - <in
}

@test "a time from any field becomes the first field, and the rest stays as it is" {
	printf '%s\n' '{"a":1, "ts":"2024-05-01T10:39:58.487Z", "b":2}' '{ "ts" : 1714560000.120 }' '{"ts":1714560000123,"a":[1]}' \
		'{"a":0,"\u0074s":-1}' '{"ts":"2024-05-01 12:00:00+02:00","x":{"ts":1}}' >in
	expect 0 '{"ts":"2024-05-01T10:39:58.487Z","a":1,"b":2}
{"ts":"2024-05-01T10:40:00.120Z"}
{"ts":"2024-05-01T10:40:00.123Z","a":[1]}
{"ts":"1969-12-31T23:59:59Z","a":0}
{"ts":"2024-05-01T10:00:00Z","x":{"ts":1}}' '' -- sp-capture in
}

@test "--time: an old ts that is not the time stays as ts_source" {
	echo '{"ts":5,"at":{"x":"2024-05-01"},"ts_source":1,"z":1}' >in
	expect 0 '{"ts":"2024-05-01T00:00:00Z","ts_source":5,"at":{"x":"2024-05-01"},"z":1}' '' -- sp-capture in --time .at.x
	expect 0 '{"ts":"1970-01-01T00:00:05Z","at":{"x":"2024-05-01"},"ts_source":1,"z":1}' '' -- sp-capture in --time .ts
	expect 0 '{"ts":"1970-01-01T00:00:05Z","at":{"x":"2024-05-01"},"ts_source":1,"z":1}' '' -- sp-capture in --time '.nope // .ts'
	expect 0 '{"ts":"1970-01-01T00:00:10Z","ts_source":5,"at":{"x":"2024-05-01"},"z":1}' '' -- sp-capture in --time '.ts * 2'
	expect 0 '{"ts":"1970-01-01T00:00:00.005Z","at":{"x":"2024-05-01"},"ts_source":1,"z":1}' '' -- sp-capture in --time-format ms
	expect 0 '{"ts":"2024-04-30T21:00:00Z","ts_source":5,"at":{"x":"2024-05-01"},"z":1}' '' -- sp-capture in -t .at.x --tz Europe/Athens
	expect 64 '' "~sp-capture: --time: *" -- sp-capture in --time '.a +'
}

@test "--time now is the time of arrival" {
	local before after got
	before=$(date -u +%Y-%m-%dT%H:%M:%S)
	got=$(echo '{"a":1}' | sp-capture --time now | jq -r '.ts[:19]')
	after=$(date -u +%Y-%m-%dT%H:%M:%S)
	[[ ! $got < $before && ! $got > $after ]]
}

@test "no time: rejected, with what to do" {
	printf '%s\n' '{"timestamp":1}' '{"@timestamp":1}' '{"x":1}' '{"ts":"soon"}' '{"ts":null}' '{"ts":{}}' >in
	expect 65 '' "~sp-capture: in:1: no time: there is no field ts; did you mean --time '.timestamp'?
sp-capture: in:2: no time: there is no field ts; did you mean --time '.\[\"@timestamp\"\]'?
sp-capture: in:3: no time: there is no field ts; say where it is with --time EXPR, or --time now
sp-capture: in:4: ts: 'soon' is no time*
sp-capture: in:5: ts: *
sp-capture: in:6: ts: *" -- sp-capture in
	head -n 1 in >one
	expect 65 '' "sp-capture: one:1: no time: --time '.x' gives null
sp-capture: --time .x: no event had it (fields seen: .timestamp)" -- sp-capture --time .x one
}

@test "a line that is not an event is reported and left out; the others go on" {
	events 1 >in
	printf '%s\n' 'foo' '{"ts":1,"a":01}' '{"ts":1,"ts":2}' '{"$sp":"watermark","ts":"2024-05-01T10:00:00Z"}' \
		'{"ts":"2024-05-01T10:00:00Z","\u0024sp":1}' '[1]' $'{"ts":1,"x":"\xff"}' '{"ts":1,"x":"\ud800"}' >>in
	printf '{"ts":1,"x":"\0"}\n' >>in
	events 2 >>in
	expect 65 "$(events 1 2)" '~sp-capture: in:2: byte 1: *
sp-capture: in:3: byte 13: number with a leading zero
sp-capture: in:4: byte 9: *twice
sp-capture: in:5: byte 2: *$sp*
sp-capture: in:6: byte 30: *$sp*
sp-capture: in:7: byte 1: *
sp-capture: in:8: byte 14: not UTF-8*
sp-capture: in:9: byte 14: *surrogate*
sp-capture: in:10: byte 14: *' -- sp-capture in
	# the same, kept
	expect 0 "$(events 1 2)" '*' -- sp-capture in --reject bad
	[ "$(jq -r .position bad | tr '\n' ' ')" = '2 3 4 5 6 7 8 9 10 ' ]
	[ "$(jq -r 'select(.position == 4).raw' bad)" = '{"ts":1,"ts":2}' ]
	expect 73 '' 'sp-capture: /nonexistent/bad: No such file or directory' -- sp-capture in --reject /nonexistent/bad
	expect 74 '*' '~*sp-capture: /dev/full: No space left on device' -- sp-capture in --reject /dev/full
}

@test "the first ten of a kind are reported, the rest counted" {
	seq 1 1244 >in
	expect 65 '' '~sp-capture: in:1: byte 1: *
sp-capture: in:10: byte 1: *
sp-capture: ... and 1,234 more: no valid JSON event' -- sp-capture --format ndjson in
	[ "$(wc -l <.err)" = 11 ]
}

@test "depth, and lines that are too long" {
	local deep
	deep=$(printf '%127s' | tr ' ' '[')1$(printf '%127s' | tr ' ' ']')
	echo "{\"ts\":1,\"a\":$deep}" >in
	expect 0 "{\"ts\":\"1970-01-01T00:00:01Z\",\"a\":$deep}" '' -- sp-capture in
	echo "{\"ts\":1,\"a\":[$deep]}" >in
	expect 65 '' '~*deep*' -- sp-capture in
	{ events 1; printf '{"ts":1,"a":"%s"}\n' "$(head -c 1048564 /dev/zero | tr '\0' x)"; events 2; } >in
	expect 65 "$(events 1 2)" 'sp-capture: in:2: longer than 1048576 bytes (see --max-event)' -- sp-capture in
	expect 0 '*' '' -- sp-capture in --max-event 2M
	[ "$(wc -l <.out)" = 3 ]
	expect 65 "$(events 1 2)" 'sp-capture: in:2: longer than 100 bytes (see --max-event)' -- sp-capture in --max-event 100
	expect 64 '' '~sp-capture: --max-event*64 bytes to 1G' -- sp-capture in --max-event 1
}

@test "a line without end is one diagnostic, in little memory" {
	long() { printf '{"ts":1,"a":"'; head -c 300000000 /dev/zero | tr '\0' x; printf '"}\n'; events 1; }
	ulimit -v 200000
	expect 65 "$(events 1)" 'sp-capture: standard input:1: longer than 1048576 bytes (see --max-event)' -- \
		sp-capture --format ndjson < <(long)
	expect 65 "$(events 1)" '~sp-capture: standard input:1: *1048576 bytes (see --max-event)*' -- sp-capture < <(long)
}

@test "line ends of Windows, blank lines, a byte-order mark, no newline at the end" {
	printf '\357\273\277{"ts":"2024-05-01T10:00:00Z"}\r\n\r\n  \n\n {"ts":1} \r\n{"ts":"2024-05-01T10:00:01Z"}' >in
	for size in 1 2 3 7 65536; do
		SP_READ_SIZE=$size expect 0 '{"ts":"2024-05-01T10:00:00Z"}
{"ts":"1970-01-01T00:00:01Z"}
{"ts":"2024-05-01T10:00:01Z"}' '' -- sp-capture in
	done
	printf '\377\376{\0' >in
	expect 65 '' 'sp-capture: in: this is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8' -- sp-capture in
	expect 0 '' '' -- sp-capture /dev/null
	printf '\n\n' >in
	expect 0 '' '' -- sp-capture in
}

@test "damaged gzip and zstd: everything before the damage, whatever the size of a read" {
	seq 60000 | sed 's/.*/{"ts":"2024-01-01T00:00:00.000Z","n":&}/' >plain
	zstd -q plain
	gzip -k plain
	for f in plain.zst plain.gz; do
		for at in 3 2; do
			python3 -c 'import sys; d = bytearray(open(sys.argv[1], "rb").read()); d[len(d) // int(sys.argv[2])] ^= 0x55
sys.stdout.buffer.write(d)' "$f" "$at" >bad
			for size in 1 7 4096 1048576; do
				SP_READ_SIZE=$size expect 65 '*' '~*sp-capture: bad: damaged *; the rest of it is lost*' -- sp-capture bad
				mv .out "out$size"
			done
			cmp out1 out7
			cmp out1 out4096
			cmp out1 out1048576
		done
	done
	zstd -qc --long=28 <plain >wide.zst
	expect 65 '' 'sp-capture: wide.zst: its zstd data needs more than 128 MiB of memory; read it by: zstd -dc --long=31 wide.zst | ...' -- \
		sp-capture wide.zst
}

@test "gzip and zstd, in several pieces, from files and pipes, however the input is cut" {
	many 3000 1 100 >plain
	gzip -c plain >one.gz
	{ head -n 1000 plain | gzip; tail -n +1001 plain | gzip -1; head -c 700 /dev/zero; } >many.gz
	zstd -qc plain >one.zst
	{ head -n 1000 plain | zstd -qc; printf '\x5a\x2a\x4d\x18\x03\0\0\0abc'; tail -n +1001 plain | zstd -qc -19; } >many.zst
	{ printf '\x50\x2a\x4d\x18\x03\0\0\0abc'; zstd -qc plain; } >skip.zst
	cp one.gz misnamed.csv
	for f in plain one.gz many.gz one.zst many.zst skip.zst misnamed.csv; do
		for size in 1 7 65536 1048576; do
			SP_READ_SIZE=$size gives plain $f
			SP_READ_SIZE=$size gives plain <$f
		done
		gives plain < <(cat $f)
		SP_PLAIN=1 gives plain $f
	done
	printf '' | gzip | expect 0 '' '' -- sp-capture
}

@test "truncated and damaged compressed files: everything before the fault is written, and the fault is reported" {
	many 20000 1 100 >plain
	gzip -c plain | head -c 30000 >torn.gz
	expect 65 '*' 'sp-capture: torn.gz: gzip data ends in the middle (a truncated file?)' -- sp-capture torn.gz
	[ "$(wc -l <.out)" -gt 500 ]
	cmp .out <(head -n "$(wc -l <.out)" plain)
	zstd -qc plain | head -c 60000 >torn.zst
	expect 65 '*' 'sp-capture: torn.zst: zstd data ends in the middle (a truncated file?)' -- sp-capture torn.zst
	cmp .out <(head -n "$(wc -l <.out)" plain)
	{ gzip -c plain; echo more; } >behind.gz
	expect 65 '*' 'sp-capture: behind.gz: damaged gzip data: other data follows its end; the rest of it is lost' -- \
		sp-capture behind.gz
	cmp .out plain
	# a member whose checksum is wrong
	gzip -c plain | head -c -8 >bad.gz
	printf '12345678' >>bad.gz
	expect 65 '*' 'sp-capture: bad.gz: damaged gzip data: incorrect data check; the rest of it is lost' -- sp-capture bad.gz
	# one bad source does not keep the others out
	events 1 >good
	expect 65 "$(events 1)" '~sp-capture: x.gz: gzip*' -- sh -c 'head -c 12 torn.gz >x.gz; sp-capture x.gz good'
}

@test "sources that cannot be read: nothing is written" {
	events 1 >good
	expect 66 '' 'sp-capture: nope: No such file or directory' -- sp-capture good nope
	expect 66 '' 'sp-capture: .: is a directory; name the files in it' -- sp-capture good .
	expect 66 '' 'sp-capture: standard input: is a directory; name the files in it' -- sp-capture <.
	expect 64 '' 'sp-capture: standard input is given twice' -- sp-capture - good -
	cp good same
	expect 64 '*' 'sp-capture: same: is also the output; it would never end' -- sh -c 'sp-capture same >>same'
	expect 64 '' 'sp-capture: same: is also the file of --reject; it would never end' -- sp-capture --reject same same
	[ "$(cat same)" = "$(events 1)" ]
}

@test "several files are one stream by time" {
	for i in 1 2 3; do many 1800 $i 40 >f$i; done
	many 0 1 1 >empty
	# a clock that was wrong once holds its file back no longer than that event
	sed -i '1200s/T0[0-9]/T23/; 1300s/2024/1999/' f2
	local reference=$TOOLS/merge_reference.py
	python3 "$reference" f1 f2 f3 >want
	gives want f1 f2 f3
	python3 "$reference" f3 f1 f2 >want2
	gives want2 f3 empty f1 f2
	gzip -k f2
	zstd -q f3
	gives want f1 f2.gz f3.zst
	SP_READ_SIZE=7 gives want f1 - f3 <f2
	cat f2 f1 >want
	gives want --in-order f2 f1
}

@test "equal times go by the order of the sources, whose own order stays" {
	printf '{"ts":"2024-05-01T10:00:0%sZ","f":1,"i":%s}\n' 1 1 1 2 2 3 >a
	printf '{"ts":"2024-05-01T10:00:0%sZ","f":2,"i":%s}\n' 1 1 2 2 2 3 >b
	expect 0 '{"ts":"2024-05-01T10:00:01Z","f":1,"i":1}
{"ts":"2024-05-01T10:00:01Z","f":1,"i":2}
{"ts":"2024-05-01T10:00:01Z","f":2,"i":1}
{"ts":"2024-05-01T10:00:02Z","f":1,"i":3}
{"ts":"2024-05-01T10:00:02Z","f":2,"i":2}
{"ts":"2024-05-01T10:00:02Z","f":2,"i":3}' '' -- sp-capture a b
}

@test "rejects are reported in their place of a merge, also when there is nothing else" {
	{ events 1; echo bad; events 3; echo worse; } >a
	{ echo none; events 2; } >b
	expect 65 "$(events 1 2 3)" '*' -- sp-capture a b --format ndjson
	[ "$(sort .err | cut -d: -f2,3 | tr '\n' ' ')" = ' a:2  a:4  b:1 ' ]
	yes no | head -n 40000 >c
	expect 65 "$(events 1 2 3)" '*' -- sp-capture c a b --format ndjson
	[[ $(cat .err) == *'and 39,993 more'* ]]
}

@test "hundreds of files: few open at a time, in little memory" {
	# 60 files of 1,100 events, more than the look-ahead takes in; the shell names them in another order
	awk 'BEGIN { for (f = 0; f < 60; f++) for (i = 0; i < 1100; i++)
		printf "{\"ts\":\"2024-05-01T10:%02d:%02d.%03dZ\"}\n", f, i * 50 / 1000, i * 50 % 1000 >("f" f * 7 % 60) }'
	cat f? f?? | sort >want
	gzip f1?
	(
		ulimit -n 40 -v 100000
		gives want f*
	)
	# those that are over keep nothing: 300 of them would hold 30 MB
	rm f*
	awk 'BEGIN { for (f = 0; f < 300; f++) { for (i = 0; i < 1100; i++)
		printf "{\"ts\":\"2024-05-01T%02d:%02d:%02d.%03dZ\"}\n", f / 60, f % 60, i * 50 / 1000, i * 50 % 1000 >("f" f); close("f" f) } }'
	[ "$("$TOOLS/peak_memory.py" sp-capture f* 2>&1 >/dev/null)" -lt 22000 ]
}

@test "--add and --source-field come after the time and replace fields of the same name" {
	printf '%s\n' '{"ts":"2024-05-01T10:00:00Z","x":1,"y":{"x":2}}' '{"y":3,"x":4,"ts":1}' >in
	expect 0 '{"ts":"2024-05-01T10:00:00Z","x":[1,{"a":null}],"b c":"d\"e","y":"in:1"}
{"ts":"1970-01-01T00:00:01Z","x":[1,{"a":null}],"b c":"d\"e","y":"in:2"}' '' -- \
		sp-capture in --add 'x= [1, {"a": null}] ' -a 'b c=d"e' --source-field y
	expect 0 '{"ts":"2024-05-01T10:00:00Z","n":5,"s":"05","t":true,"e":"","x":1,"y":{"x":2}}' '' -- \
		sp-capture in -a n=5 -a s=05 -a t=true -a e= --limit 1
	expect 64 '' "sp-capture: --add 'x': write KEY=VALUE" -- sp-capture in --add x
	expect 64 '' "sp-capture: --add: 'ts' is a reserved name; choose another" -- sp-capture in --add ts=1
	expect 64 '' "sp-capture: --add: '\$spx' is a reserved name; choose another" -- sp-capture in --add '$spx=1'
	expect 64 '' "sp-capture: --source-field: 'x' is added twice" -- sp-capture in --add x=1 --source-field x
	expect 64 '' 'sp-capture: --add: more than 32768 bytes in all' -- sp-capture in --add "x=$(head -c 40000 /dev/zero | tr '\0' x)"
}

@test "--limit ends after N events" {
	expect 0 "$(events 1 2)" '' -- sp-capture --limit 2 <<<"$(events 1 2 3)"
	expect 0 "$(events 1)" '' -- sh -c 'yes "{\"ts\":\"2024-05-01T10:00:01Z\",\"n\":1}" | sp-capture -c 1'
	events 1 3 >a
	events 2 4 >b
	expect 0 "$(events 1 2 3)" '' -- sp-capture -c 3 a b
	expect 0 '' '' -- sp-capture -c 0 a
	expect 64 '' '~sp-capture: --limit: *' -- sp-capture -c -1 a
}

@test "events are written at once when the input pauses" {
	mkfifo in
	sp-capture <in >out &
	exec 9>in
	events 1 >&9
	wait_for 5 lines out 1
	printf '{"ts":"2024-05-' >&9
	printf '01T10:00:02Z","n":2}\n' >&9
	wait_for 5 lines out 2
	exec 9>&-
	wait $!
	[ "$(cat out)" = "$(events 1 2)" ]
	# packed, too
	sp-capture <in >out2 &
	exec 9>in
	events 1 | gzip >&9
	wait_for 5 lines out2 1
	exec 9>&-
	wait $!
}

@test "SIGINT ends after a whole line, with status 0; SIGTERM kills" {
	mkfifo in
	sp-capture <in >out &
	local pid=$!
	exec 9>in
	{ events 1; printf '{"ts":"2024-05-01T10'; } >&9
	wait_for 5 lines out 1
	kill -INT $pid
	wait $pid
	[ "$(cat out)" = "$(events 1)" ]
	exec 9>&-
	sp-capture <in >out &
	pid=$!
	exec 9>in
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	[ $status = 143 ]
	exec 9>&-
}

@test "SIGINT in the middle of a record of several lines: it is left out, and nothing is reported" {
	mkfifo in
	# torn FORMAT TEXT: TEXT holds one whole event, and the beginning of another
	torn() {
		sp-capture --format "$1" <in >out 2>err &
		local pid=$!
		exec 9>in
		printf '%b' "$2" >&9
		wait_for 5 lines out 1
		kill -INT $pid
		wait $pid && exec 9>&- && [ "$(cat out)" = "$(events 1)" ] && [ ! -s err ]
	}
	local ts=2024-05-01T10:00:01Z
	torn csv "ts,n\\n$ts,1\\n$ts,\"two\\nlines"
	torn csv "ts,n\\n$ts,1\\n$ts,\"two\\nlines\\n"
	torn json "{\"ts\":\"$ts\",\n\"n\":1}\\n{\\n  \"ts\":\"$ts\",\\n \"n\": [2,\\n"
	torn json "[{\"ts\":\"$ts\",\"n\":1},\\n{\\n  \"ts\":\"$ts\",\\n \"n\": [2,\\n"
}

@test "output: a full disk, a closed pipe, a closed descriptor" {
	events 1 >in
	expect 74 '' 'sp-capture: standard output: No space left on device' -- sh -c 'sp-capture in >/dev/full'
	expect 74 '' 'sp-capture: standard output: Bad file descriptor' -- sh -c 'sp-capture in --reject bad >&-'
	[ ! -e bad ]
	run bash -c 'yes "{\"ts\":1}" | { sp-capture; echo $? >&2; } 2>status | head -n 1'
	[ "$output" = '{"ts":"1970-01-01T00:00:01Z"}' ]
	[ "$(cat status)" = 141 ]
}

@test "--status and SIGUSR1 say what goes on; --metrics writes it" {
	events 1 2 >in
	echo x >>in
	expect 65 '*' '~*sp-capture: 2 events, */s, 100% read, 1 rejected; format decided: ndjson' -- sp-capture --status --metrics m in
	grep -q '^sp_capture_events_total 2$' m
	grep -q '^sp_capture_rejected_total 1$' m
	mkfifo pipe
	sp-capture --format ndjson <pipe >out 2>err &
	local pid=$!
	exec 9>pipe
	events 1 >&9
	wait_for 5 lines out 1
	kill -USR1 $pid
	wait_for 5 lines err 1
	[[ $(cat err) == 'sp-capture: 1 event, '*'/s; format ndjson' ]]
	exec 9>&-
	wait $pid
}

# ---- following ----

# follow ARGUMENTS...: in the background, into out; sets $pid.
follow() {
	sp-capture -f "$@" >out 2>err &
	pid=$!
}
# followed N...: what was followed so far is these events, no more and no fewer.
followed() {
	wait_for 10 lines out $#
	[ "$(cat out)" = "$(events "$@")" ] || { diff out <(events "$@"); return 1; }
}
# done_following: Ctrl-C ends it well and without a word.
done_following() {
	kill -INT $pid
	wait $pid
	[ ! -s err ] || { cat err; return 1; }
}

@test "follow: growth, and a last line that waits for its newline" {
	events 1 2 >log
	follow log
	followed 1 2
	events 3 >>log
	followed 1 2 3
	printf '{"ts":"2024-05-01T10:00:04Z",' >>log
	printf '"n":4}\n' >>log
	followed 1 2 3 4
	printf '{"torn' >>log
	done_following
	followed 1 2 3 4
}

@test "follow: --year is the year of what is in the file at the start; a new file begins now" {
	year_of() { wait_for 10 lines out "$1" && [ "$(tail -n 1 out | cut -c8-11)" = "$2" ]; }
	now=$(date -u '+%b %e %H:%M:%S')
	echo "$now h a: x" >log
	follow log --year 2019 --format syslog
	year_of 1 2019
	echo "$now h a: x" >>log
	year_of 2 2019
	mv log log.1
	echo "$now h a: x" >log
	year_of 3 "$(date -u +%Y)"
	done_following
}

@test "follow: rotation by renaming loses nothing, however late the writer notices" {
	events 1 >log
	follow log
	followed 1
	exec 9>>log
	events 2 >&9
	mv log log.1
	events 3 >&9
	followed 1 2 3
	events 4 >log
	followed 1 2 3 4
	events 5 >&9 # the old writer still writes there
	followed 1 2 3 4 5
	exec 9>&-
	mv log.1 log.2
	mv log log.1
	events 6 >>log.1
	events 7 >log
	wait_for 10 lines out 7
	[ "$(sort out)" = "$(events 1 2 3 4 5 6 7)" ]
	done_following
}

@test "follow: many rotations in a row, every line once" {
	: >log
	follow log
	for i in $(seq 0 39); do
		events "$i" >>log
		case $((i % 4)) in
		0) wait_for 10 lines out $((i + 1)) ;; # a file that is truncated and renamed at once cannot be found
		1) mv log "log.$i"; : >log ;;
		3) wait_for 10 lines out $((i + 1)); : >log ;; # truncated when it was read, as copytruncate means to
		esac
	done
	wait_for 10 lines out 40
	[ "$(sort -t: -k4 out)" = "$(events $(seq 0 39))" ]
	done_following
}

@test "follow: truncation, disappearance, return, and a file that is not there yet" {
	events 1 >log
	follow log
	followed 1
	events 2 3 4 >>log
	followed 1 2 3 4
	: >log
	events 5 >>log
	followed 1 2 3 4 5
	# truncated and longer than before when it is looked at again
	kill -STOP $pid
	: >log
	events 6 7 8 >>log
	kill -CONT $pid
	followed 1 2 3 4 5 6 7 8
	rm log
	events 9 >log
	followed 1 2 3 4 5 6 7 8 9
	done_following
	sp-capture -f dir/new >out 2>err &
	pid=$!
	wait_for 5 lines err 1
	[ "$(cat err)" = 'sp-capture: dir/new: No such file or directory; waiting for it' ]
	mkdir dir
	events 1 >dir/new
	followed 1
	kill -INT $pid
	wait $pid
}

@test "follow: several files, --from end, column names, --limit" {
	events 1 >a
	events 2 >b
	follow a b
	wait_for 5 lines out 2
	events 3 >>b
	wait_for 5 lines out 3
	events 4 >>a
	followed 1 2 3 4
	done_following
	# --from end: the line that names the columns is read all the same
	{ echo ts,n; echo 1,1; printf 2, ; } >t.csv
	follow --from end t.csv
	# it is ready when it has its watch: a line that is written before would be read anyway
	watching() { [ "$(cat /proc/$pid/fdinfo/* | grep -c '^inotify')" -ge 2 ]; }
	wait_for 5 watching
	echo 2 >>t.csv
	wait_for 5 lines out 1
	[ "$(cat out)" = '{"ts":"1970-01-01T00:00:02Z","n":2}' ]
	done_following
	# ... also where they have changed in the middle, and where it is below a title
	printf '#Fields: date time a\n2024-05-01 10:00:00 1\n#Fields: date time b\n2024-05-01 10:00:01 2\n' >iis.log
	follow --from end iis.log
	wait_for 5 watching
	echo '2024-05-01 10:00:02 3' >>iis.log
	wait_for 5 lines out 1
	[ "$(cat out)" = '{"ts":"2024-05-01T10:00:02Z","date":"2024-05-01","time":"10:00:02","b":3}' ]
	done_following
	printf 'title\n' >title.csv
	follow --from end --skip 2 --format csv title.csv
	wait_for 5 watching
	printf '\nts,n\n1,2\n' >>title.csv
	wait_for 5 lines out 1
	[ "$(cat out)" = '{"ts":"1970-01-01T00:00:01Z","n":2}' ]
	done_following
	expect 0 "$(events 1)" '' -- sp-capture -f a --limit 1
	expect 64 '' 'sp-capture: --from is for --follow with files' -- sp-capture --from end a
	expect 64 '' 'sp-capture: standard input cannot be followed along with files' -- sp-capture -f a -
	expect 66 '' 'sp-capture: .: is a directory; only regular files can be followed by name' -- sp-capture -f .
	expect 0 "$(events 1 4)" '' -- sp-capture -f - <a
}

@test "follow: a compressed file is refused, at once or when it comes under the name" {
	events 1 2 | gzip >a.log
	events 1 2 | zstd -q >b.log
	expect 64 '' 'sp-capture: a.log: gzip data cannot be followed; read it without --follow' -- timeout 10 sp-capture -f a.log
	expect 64 '' 'sp-capture: b.log: zstd data cannot be followed; read it without --follow' -- timeout 10 sp-capture -f --from end b.log
	expect 0 "$(events 1 2)" '' -- sp-capture b.log
	events 1 >log
	follow log
	followed 1
	printf '\037' >new && mv new log # one byte may still become anything
	events 2 >new && mv new log
	followed 1 2
	# what was read before it is not lost, though it was not written yet
	kill -STOP $pid
	events 3 >>log
	mv a.log log
	kill -CONT $pid
	local status=0
	wait $pid || status=$?
	[ $status = 64 ] && [ "$(cat err)" = 'sp-capture: log: gzip data cannot be followed; read it without --follow' ]
	followed 1 2 3
}

@test "follow: without inotify, by looking every second" {
	command -v gcc >/dev/null
	printf '#include <errno.h>\nint inotify_init1(int f);\nint inotify_init1(int f) { (void)f; errno = EMFILE; return -1; }\n' >none.c
	gcc -shared -fPIC -o none.so none.c
	events 1 >log
	LD_PRELOAD=./none.so sp-capture -f log >out 2>err &
	pid=$!
	followed 1
	events 2 >>log
	followed 1 2
	mv log log.1
	events 3 >log
	followed 1 2 3
	done_following
}

@test "an event that begins with its time passes byte for byte, blanks before its last brace too" {
	cat >in.ndjson <<-'END'
		{"ts":"2024-05-01T10:39:58Z","x":[2] }
		{"ts":"2024-05-01T10:39:58Z","x":{ "a" : 1.50 } , "b":-0 	}
		{"ts":"2024-05-01T10:39:58.5Z" }
		{"ts":"2024-05-01T10:39:58.123Z","x":2  }
		{"ts":"2024-05-01T10:39:58.123456789Z" ,"x":"\u00e9" }
	END
	expect 0 "$(cat in.ndjson)" '' -- sp-capture --format ndjson in.ndjson
	expect 0 "$(cat in.ndjson)" '' -- sp-capture --format ndjson <in.ndjson
	SP_READ_SIZE=7 expect 0 "$(cat in.ndjson)" '' -- sp-capture --format ndjson in.ndjson in.ndjson --limit 5 --in-order
}

@test "blank lines before the first event, more than --max-event bytes of them, are skipped and counted" {
	blank_then() { # COUNT LINE
		yes '' | head -n "$1"
		printf '%s\n' "$2"
	}
	blank_then 1048577 '{"ts":1}' | expect 0 '{"ts":"1970-01-01T00:00:01Z"}' '' -- timeout 20 sp-capture
	blank_then 64 '{"ts":1}' | expect 0 '{"ts":"1970-01-01T00:00:01Z"}' '' -- timeout 20 sp-capture --max-event 64
	blank_then 63 '[]' | expect 65 '' '~sp-capture: standard input:64: *' -- timeout 20 sp-capture --max-event 64 --format ndjson
	blank_then 70 '{"ts":1}' | SP_READ_SIZE=1 expect 0 '{"ts":"1970-01-01T00:00:01Z"}' '' -- timeout 20 sp-capture --max-event 64
	# blank lines only, and one blank line over the limit
	blank_then 100 '' | expect 0 '' '' -- timeout 20 sp-capture --max-event 64
	printf '%200s\n{"ts":1}\n' '' | expect 65 '{"ts":"1970-01-01T00:00:01Z"}' '~sp-capture: standard input:1: *' -- timeout 20 sp-capture --max-event 64
}

@test "a time that is outside the years 0000 to 9999 in UTC is rejected" {
	local log='1.2.3.4 - - [%s] "GET / HTTP/1.1" 200 5\n'
	# shellcheck disable=SC2059
	printf "$log" '01/Jan/0000:00:00:00 +0100' '01/Jan/0000:01:00:00 +0100' '31/Dec/9999:23:59:59 -0100' '31/Dec/9999:22:59:59 -0100' >access.log
	expect 65 $'~{"ts":"0000-01-01T00:00:00Z",*\n{"ts":"9999-12-31T23:59:59Z",*' \
		"~sp-capture: access.log:1: the time is -62167222800 seconds since 1970, outside the years 0000 to 9999*access.log:3: *" -- \
		sp-capture --format clf access.log
	[ "$(wc -l <.out)" = 2 ]
}
