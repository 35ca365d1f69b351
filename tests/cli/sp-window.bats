# sp-window.bats -- windows, watermarks, late events, rejected lines, wrong options.
load helpers

# window FILE OPTION...: prints the events that sp-window writes, without control lines.
window() {
	local file=$1
	shift
	sp-window "$@" <"$file" | grep -v '^{"$sp"'
}

five() {
	cat >e <<'.'
{"ts":"2024-05-01T10:39:58.487Z","n":1}
{"ts":"2024-05-01T10:40:03Z","n":2}
{"ts":"2024-05-01T10:40:07Z","n":3}
{"ts":"2024-05-01T10:39:59Z","n":4}
{"ts":"2024-05-01T10:41:30Z","n":5}
.
}

@test "tumbling: bounds, windowing and watermark lines, late events reported" {
	five
	expect 0 '{"$sp":"windowing","v":1,"kind":"tumbling","size":"60000","advance":"0","gap":"0","offset":"0","tz":"UTC","delay":"0","lateness":"0","time":".ts","time_format":"auto"}
{"window_start":"2024-05-01T10:39:00Z","window_end":"2024-05-01T10:40:00Z","ts":"2024-05-01T10:39:58.487Z","n":1}
{"$sp":"watermark","ts":"2024-05-01T10:39:58.486Z"}
{"window_start":"2024-05-01T10:40:00Z","window_end":"2024-05-01T10:41:00Z","ts":"2024-05-01T10:40:03Z","n":2}
{"$sp":"watermark","ts":"2024-05-01T10:40:02.999Z"}
{"window_start":"2024-05-01T10:40:00Z","window_end":"2024-05-01T10:41:00Z","ts":"2024-05-01T10:40:07Z","n":3}
{"window_start":"2024-05-01T10:41:00Z","window_end":"2024-05-01T10:42:00Z","ts":"2024-05-01T10:41:30Z","n":5}
{"$sp":"watermark","ts":"2024-05-01T10:41:29.999Z"}
{"$sp":"end","v":1}' \
		'sp-window: 1 late event was left out: the windows were closed already, by line 3 (2024-05-01T10:40:07Z); keep them with --late FILE, or wait longer with --delay' \
		-- sp-window --tumbling 1m <e
}

@test "late events go to a file, as they were read, and the file only grows" {
	five
	printf ' { "n" : 6 , "ts" : "2024-05-01T10:00:00Z" } \r\n' >>e
	expect 0 '*' '' -- sp-window --tumbling 1m --late late <e
	expect 0 '*' '' -- sp-window --tumbling 1m --late late <e
	printf '%s\n { "n" : 6 , "ts" : "2024-05-01T10:00:00Z" } \r\n' '{"ts":"2024-05-01T10:39:59Z","n":4}' >want
	cat want want | cmp - late
}

@test "delay: an event as late as the delay is on time, one a millisecond later is not" {
	# The window ends at 10:40:00; it closes when an event of 10:40:00 + delay has come.
	printf '%s\n' '{"ts":"2024-05-01T10:40:04.999Z"}' '{"ts":"2024-05-01T10:39:59.999Z"}' >in
	expect 0 '*' '' -- sp-window --tumbling 1m --delay 5s <in
	printf '%s\n' '{"ts":"2024-05-01T10:40:05Z"}' '{"ts":"2024-05-01T10:39:59.999Z"}' >in
	expect 0 '*' '~*1 late event was left out*' -- sp-window --tumbling 1m --delay 5s <in
	expect 0 '*' '' -- sp-window --tumbling 1m --delay 5s --lateness 1ms <in
	printf '%s\n' '{"ts":"2024-05-01T10:40:05.001Z"}' '{"ts":"2024-05-01T10:39:59.999Z"}' >in
	expect 0 '*' '~*1 late event was left out*' -- sp-window --tumbling 1m --delay 5s --lateness 1ms <in
}

@test "watermark lines: one past each end of a window, one past each end of its lateness" {
	printf '{"ts":"2024-05-01T10:%s"}\n' 39:30Z 39:59Z 40:00Z 40:09Z 40:10Z 40:59Z 41:00Z 43:30Z >in
	expect 0 '2024-05-01T10:39:29.999Z
2024-05-01T10:39:59.999Z
2024-05-01T10:40:09.999Z
2024-05-01T10:40:59.999Z
2024-05-01T10:43:29.999Z' '' -- bash -c 'sp-window --tumbling 1m --lateness 10s <in | sed -n "s/.*watermark\",\"ts\":\"\(.*\)\"}/\1/p"'
}

@test "hopping: slices; a slice is late only when its last window is forgotten" {
	five
	expect 0 '{"slice_start":"2024-05-01T10:39:00Z","slice_end":"2024-05-01T10:40:00Z","ts":"2024-05-01T10:39:58.487Z","n":1}
{"slice_start":"2024-05-01T10:40:00Z","slice_end":"2024-05-01T10:41:00Z","ts":"2024-05-01T10:40:03Z","n":2}
{"slice_start":"2024-05-01T10:40:00Z","slice_end":"2024-05-01T10:41:00Z","ts":"2024-05-01T10:40:07Z","n":3}
{"slice_start":"2024-05-01T10:39:00Z","slice_end":"2024-05-01T10:40:00Z","ts":"2024-05-01T10:39:59Z","n":4}
{"slice_start":"2024-05-01T10:41:00Z","slice_end":"2024-05-01T10:42:00Z","ts":"2024-05-01T10:41:30Z","n":5}' '' \
		-- window e --hopping 2m --advance 1m
}

@test "expand: a line for each window that is not forgotten" {
	five
	expect 0 '{"window_start":"2024-05-01T10:38:00Z","window_end":"2024-05-01T10:40:00Z","ts":"2024-05-01T10:39:58.487Z","n":1}
{"window_start":"2024-05-01T10:39:00Z","window_end":"2024-05-01T10:41:00Z","ts":"2024-05-01T10:39:58.487Z","n":1}
{"window_start":"2024-05-01T10:39:00Z","window_end":"2024-05-01T10:41:00Z","ts":"2024-05-01T10:40:03Z","n":2}
{"window_start":"2024-05-01T10:40:00Z","window_end":"2024-05-01T10:42:00Z","ts":"2024-05-01T10:40:03Z","n":2}
{"window_start":"2024-05-01T10:39:00Z","window_end":"2024-05-01T10:41:00Z","ts":"2024-05-01T10:40:07Z","n":3}
{"window_start":"2024-05-01T10:40:00Z","window_end":"2024-05-01T10:42:00Z","ts":"2024-05-01T10:40:07Z","n":3}
{"window_start":"2024-05-01T10:39:00Z","window_end":"2024-05-01T10:41:00Z","ts":"2024-05-01T10:39:59Z","n":4}
{"window_start":"2024-05-01T10:40:00Z","window_end":"2024-05-01T10:42:00Z","ts":"2024-05-01T10:41:30Z","n":5}
{"window_start":"2024-05-01T10:41:00Z","window_end":"2024-05-01T10:43:00Z","ts":"2024-05-01T10:41:30Z","n":5}' '' \
		-- window e --hopping 2m --advance 1m --expand
	head -n 1 e >one
	expect 0 '{"window_start":"2024-05-01T10:00:00Z","window_end":"2024-05-01T10:40:00Z","ts":"2024-05-01T10:39:58.487Z","n":1}
{"window_start":"2024-05-01T10:00:00Z","window_end":"2024-05-01T11:00:00Z","ts":"2024-05-01T10:39:58.487Z","n":1}' '' \
		-- window one --cumulate 1h --advance 20m --expand
}

@test "cumulate and session: slices, sessions" {
	five
	head -n 1 e >one
	expect 0 '{"slice_start":"2024-05-01T10:20:00Z","slice_end":"2024-05-01T10:40:00Z","ts":"2024-05-01T10:39:58.487Z","n":1}' '' \
		-- window one --cumulate 1h --advance 20m
	expect 0 '{"$sp":"windowing","v":1,"kind":"session","size":"0","advance":"0","gap":"1800000","offset":"0","tz":"UTC","delay":"0","lateness":"0","time":".ts","time_format":"auto"}
{"session_start":"2024-05-01T10:39:58.487Z","session_end":"2024-05-01T11:09:58.487Z","ts":"2024-05-01T10:39:58.487Z","n":1}
{"$sp":"end","v":1}' '' \
		-- sp-window --session 30m <one
}

@test "offset, zones, days with 23 and 25 hours" {
	printf '%s\n' '{"ts":"2024-03-31T12:00:00Z"}' '{"ts":"2024-10-27T12:00:00Z"}' >in
	expect 0 '{"window_start":"2024-03-30T22:00:00Z","window_end":"2024-03-31T21:00:00Z","ts":"2024-03-31T12:00:00Z"}
{"window_start":"2024-10-26T21:00:00Z","window_end":"2024-10-27T22:00:00Z","ts":"2024-10-27T12:00:00Z"}' '' \
		-- window in --tumbling day --tz Europe/Athens
	head -n 1 in >one
	expect 0 '{"window_start":"2024-03-31T11:59:50Z","window_end":"2024-03-31T12:00:50Z","ts":"2024-03-31T12:00:00Z"}' '' \
		-- window one --tumbling 1m --offset -10s
	expect 0 '{"window_start":"2024-03-25T00:00:00Z","window_end":"2024-04-01T00:00:00Z","ts":"2024-03-31T12:00:00Z"}' '' \
		-- window one --tumbling week
	expect 0 '{"window_start":"2024-03-01T05:00:00Z","window_end":"2024-04-01T04:00:00Z","ts":"2024-03-31T12:00:00Z"}' '' \
		-- window one --tumbling month --tz America/New_York
}

@test "times in the years 0000, 1969 and 9999; leap seconds" {
	printf '%s\n' '{"ts":"0000-01-01T00:00:00Z"}' '{"ts":"1969-12-31T23:59:59.999Z"}' '{"ts":"2016-12-31T23:59:60Z"}' \
		'{"ts":"9999-12-31T23:59:59Z"}' >in
	expect 0 '{"window_start":"-0001-12-30T00:00:00Z","window_end":"0000-01-06T00:00:00Z","ts":"0000-01-01T00:00:00Z"}
{"window_start":"1969-12-25T00:00:00Z","window_end":"1970-01-01T00:00:00Z","ts":"1969-12-31T23:59:59.999Z"}
{"window_start":"2016-12-29T00:00:00Z","window_end":"2017-01-05T00:00:00Z","ts":"2016-12-31T23:59:60Z"}
{"window_start":"9999-12-30T00:00:00Z","window_end":"+10000-01-06T00:00:00Z","ts":"9999-12-31T23:59:59Z"}' '' \
		-- window in --tumbling 7d
	sp-window --tumbling 7d <in >first
	grep -v '^{"$sp"' first >second
	expect 0 "$(cat first)" '' -- sp-window --tumbling 7d <second
}

@test "--time and --time-format: other paths, other formats" {
	echo '{"a":{"x y":[0,"17/May/2015:10:05:03 +0200"]}}' >in
	expect 0 '{"window_start":"2015-05-17T08:00:00Z","window_end":"2015-05-17T09:00:00Z","a":{"x y":[0,"17/May/2015:10:05:03 +0200"]}}' '' \
		-- window in --tumbling 1h --time '.a["x y"][1]' --time-format '%d/%b/%Y:%H:%M:%S %z'
	echo '{"n":1,"ms":1714560000123}' >in
	expect 0 '{"window_start":"2024-05-01T10:40:00Z","window_end":"2024-05-01T10:40:00.500Z","n":1,"ms":1714560000123}' '' \
		-- window in --tumbling 500ms -t .ms
	echo '{"when":"2024-05-01 00:30:00"}' >in
	expect 0 '{"window_start":"2024-04-30T21:00:00Z","window_end":"2024-04-30T22:00:00Z","when":"2024-05-01 00:30:00"}' '' \
		-- window in --tumbling 1h -t '."when"' --tz Europe/Athens
	for path in '.a|.b' '.' '.a[]' '.a.' '.a[' '.["a' '.a b' '.a[1.5]' '.a?' '.[99999999999]'; do
		expect 64 '' '~sp-window: --time *: only a plain path*' -- sp-window --tumbling 1h --time "$path" </dev/null
	done
}

@test "unusual events: white space, no other field, earlier bounds, results of sp-agg" {
	cat >in <<'.'
  { "ts" : "2024-05-01T10:39:58Z" , "n" : 1 }  
{"window_start":"2020-01-01T00:00:00Z","window_end":"2020-01-01T00:01:00Z","ts":"2024-05-01T10:39:58Z"}
{"slice_start": "2020-01-01T00:00:00Z", "slice_end": "2020-01-01T00:01:00Z", "n": 2, "ts": "2024-05-01T10:39:58Z"}
{"window_start":"2024-05-01T10:38:00Z","window_end":"2024-05-01T10:39:00Z","n":3}
{"window_start":"2024-05-01T10:38:00Z","window_end":"2024-05-01T10:39:00Z"}
.
	expect 0 '{"window_start":"2024-05-01T10:00:00Z","window_end":"2024-05-01T11:00:00Z","ts" : "2024-05-01T10:39:58Z" , "n" : 1 }
{"window_start":"2024-05-01T10:00:00Z","window_end":"2024-05-01T11:00:00Z","ts":"2024-05-01T10:39:58Z"}
{"window_start":"2024-05-01T10:00:00Z","window_end":"2024-05-01T11:00:00Z","n": 2, "ts": "2024-05-01T10:39:58Z"}
{"window_start":"2024-05-01T10:00:00Z","window_end":"2024-05-01T11:00:00Z","ts":"2024-05-01T10:38:59.999Z","n":3}
{"window_start":"2024-05-01T10:00:00Z","window_end":"2024-05-01T11:00:00Z","ts":"2024-05-01T10:38:59.999Z"}' '' \
		-- window in --tumbling 1h
	echo '{"window_start":"2024-05-01T10:38:00Z","window_end":"2024-05-01T10:39:00Z"}' >in
	expect 0 '{"window_start":"2024-05-01T10:00:00Z","window_end":"2024-05-01T11:00:00Z"}' '' \
		-- window in --tumbling 1h --time .window_start
}

@test "rows with revisions are refused" {
	printf '%s\n' '{"ts":"2024-05-01T10:00:00Z"}' \
		'{"window_start":"2024-05-01T10:38:00Z","window_end":"2024-05-01T10:39:00Z","revision":0,"final":true,"n":3}' >in
	expect 65 '~*"ts":"2024-05-01T10:00:00Z"}*' '~sp-window: standard input:2: rows with revisions as input*' \
		-- sp-window --tumbling 1h <in
}

@test "control lines: those of an earlier sp-window are replaced, unknown ones are passed on" {
	five
	sp-window --tumbling 1m <e 2>/dev/null >first
	printf '%s\n' '{"$sp":"novel","x":1}' >>first
	sp-window --hopping 1h --advance 1m <first >second
	expect 0 1 '' -- grep -c '"windowing"' second
	expect 0 1 '' -- grep -c '"kind":"hopping"' second
	expect 0 '{"$sp":"novel","x":1}
{"$sp":"end","v":1}' '' -- tail -n 2 second
	expect 0 1 '' -- grep -c '"end"' second
	# A stream that was cut off stays one: the second sp-window writes no end line either.
	head -n 5 first >cut
	expect 75 '*' '~sp-window: standard input: cut off after line 5: the end line is missing, *' -- sp-window --hopping 1h --advance 1m <cut
	expect 1 0 '' -- grep -c '"end"' .out
	grep '"watermark"' second | uniq -d >twice
	expect 0 '' '' -- cat twice
}

@test "rejects: no time, not an object, cut off, too long; dead letters" {
	cat >in <<'.'
{"n":1}
{"ts":null}
{"ts":"2024-02-30T00:00:00Z"}
7
[1]
{"ts":"2024-05-01T10:39:58Z","n":
{"ts":{"a":1}}
{"ts":"2024-05-01T10:39:58Z","n":7}
.
	expect 65 '~*"n":7}*' 'sp-window: standard input:1: no time at .ts: say where it is with --time
sp-window: standard input:3: .ts: '\''2024-02-30T00:00:00Z'\'' is no time: no RFC 3339, no epoch; say with --time-format how it is written
sp-window: standard input:4: not a JSON object
sp-window: standard input:5: not a JSON object
sp-window: standard input:6: not a JSON object
sp-window: standard input:7: .ts: the time is an object, not a string or a number
sp-window: ... and 1 more: no time' -- sp-window --tumbling 1m <in
	expect 0 '~*"n":7}*' '*' -- sp-window --tumbling 1m --reject dead <in
	expect 0 '{"error":"no time at .ts: say where it is with --time","source":"standard input","position":1,"raw":"{\"n\":1}"}' '' \
		-- head -n 1 dead
	expect 0 7 '' -- sh -c 'wc -l <dead'
	head -c 1200000 /dev/zero | tr '\0' x >in
	expect 65 '{"$sp":"end","v":1}' 'sp-window: standard input:1: line over the limit of 1114112 bytes; see --max-event' -- sp-window --tumbling 1m <in
}

@test "a large event is passed on unchanged" {
	{ printf '{"ts":"2024-05-01T10:39:58Z","x":"'; head -c 1000000 /dev/zero | tr '\0' x; printf '"}\n'; } >in
	window in --tumbling 1m >out
	{ printf '{"window_start":"2024-05-01T10:39:00Z","window_end":"2024-05-01T10:40:00Z",'; tail -c +2 in; } | cmp - out
}

@test "the output does not depend on how the input is cut into reads" {
	five
	for options in '--tumbling 1m' '--hopping 2m --advance 1m --expand' '--session 10s' '--cumulate day --advance 1h --tz Asia/Beirut'; do
		# shellcheck disable=SC2086
		for size in 1 7 65536; do
			SP_READ_SIZE=$size sp-window $options <e >"out.$size" 2>/dev/null
			cat e | sp-window $options 2>/dev/null | cmp - "out.$size"
		done
	done
}

@test "windows over a day that a zone skips have one slice less, and none begins on that day" {
	days() { # days ZONE TIME...: the windows of 3 days that hold each time
		local zone=$1
		shift
		printf '{"ts":"%s"}\n' "$@" | sp-window --hopping 3d --advance 1d --tz "$zone" --expand --delay 9d |
			sed -n 's/.*start":"\([^"]*\):00:00Z",.*end":"\([^"]*\):00:00Z",.*/\1 \2/p' | sort -u
	}
	# Apia had no 30 December 2011. Its clocks were 10 h behind UTC before and 14 h ahead after.
	expect 0 '2011-12-27T10 2011-12-30T10
2011-12-28T10 2011-12-30T10
2011-12-29T10 2011-12-31T10
2011-12-30T10 2012-01-02T10
2011-12-31T10 2012-01-03T10' '' -- days Pacific/Apia 2011-12-30T09:59:59Z 2011-12-31T10:00:00Z
	# Kwajalein had no 21 August 1993.
	expect 0 '1993-08-20T12 1993-08-22T12
1993-08-21T12 1993-08-24T12' '' -- days Pacific/Kwajalein 1993-08-21T12:00:00Z
}

@test "max-ahead: one wrong clock closes no window" {
	printf '%s\n' '{"ts":"2024-05-01T10:39:58Z"}' '{"ts":"9000-01-01T00:00:00Z"}' '{"ts":"2024-05-01T10:39:59Z"}' >in
	expect 0 '~*10:39:58Z"}*10:39:59Z"}'$'\n''{"$sp":"end","v":1}' 'sp-window: 1 event was left out: more than 1h ahead of the clock; keep them with --late FILE' \
		-- sp-window --tumbling 1m --max-ahead 1h <in
	expect 0 '*' '' -- sp-window --session 1m --max-ahead 1h --late late <in
	expect 0 '{"ts":"9000-01-01T00:00:00Z"}' '' -- cat late
}

@test "output comes when the input pauses; idle-close; status on SIGUSR1" {
	mkfifo pipe
	sp-window --hopping 2m --advance 1m --idle-close 50ms <pipe >out 2>err &
	local pid=$!
	exec 7>pipe
	echo '{"ts":"2024-05-01T10:39:58Z"}' >&7
	wait_for 10 grep -q '"watermark","ts":"2024-05-01T10:40:59.999Z"' out
	kill -USR1 $pid
	wait_for 10 grep -q '^sp-window: 1 events, .*; watermark 2024-05-01T10:40:59.999Z (newest event 2024-05-01T10:39:58Z, delay 0s)' err
	kill -INT $pid # the first one is the source's business
	echo '{"ts":"2024-05-01T10:39:59Z"}' >&7
	exec 7>&-
	expect 0 '' '' -- wait $pid
	expect 0 5 '' -- sh -c 'wc -l <out' # windowing, the event, its watermark, the idle one, end
	expect 0 '~*1 late event was left out*' '' -- cat err
}

@test "status and metrics at the end" {
	five
	expect 0 '*' '~*sp-window: 5 events, */s, 1 late; watermark 2024-05-01T10:41:29.999Z (newest event 2024-05-01T10:41:30Z, delay 0s); the next window ends at 2024-05-01T10:42:00Z and waits for an event at 2024-05-01T10:42:00Z or later' \
		-- sp-window --tumbling 1m --status --metrics m --late late <e
	expect 0 '~*sp_window_events_total 5*sp_window_late_total 1*sp_window_watermark_seconds 1714560089.999*' '' -- cat m
}

@test "wrong options" {
	expect 64 '' '~sp-window: which windows? give --tumbling*' -- sp-window
	expect 64 '' '~sp-window: --hopping: only one kind of window*' -- sp-window --tumbling 1m --hopping 1m
	expect 64 '' 'sp-window: --hopping needs --advance STEP' -- sp-window --hopping 1m
	expect 64 '' 'sp-window: --advance needs --hopping or --cumulate' -- sp-window --tumbling 1m --advance 1s
	expect 64 '' 'sp-window: each event would be in up to 2678400000 windows, and 1000000 are the most: give a longer advance' \
		-- sp-window --cumulate month --advance 1ms
	expect 64 '' '~sp-window: each event would be in up to 604800000 windows*' -- sp-window --cumulate week --advance 1ms
	expect 0 '{"$sp":"end","v":1}' '' -- sp-window --hopping 1000s --advance 1ms </dev/null
	expect 64 '' 'sp-window: the advance must divide the size of a window, except for durations in UTC' -- sp-window --hopping 10m --advance 3m --tz Asia/Kolkata
	expect 64 '' '~sp-window: a day does not always have 24 hours*' -- sp-window --hopping day --advance 1h
	expect 64 '' "sp-window: unknown time zone 'Europe/Athen'; did you mean Europe/Athens?" -- sp-window --tumbling 1m --tz Europe/Athen
	expect 64 '' "~sp-window: --delay: '5' is not a duration*" -- sp-window --tumbling 1m --delay 5
	expect 64 '' "~sp-window: --tumbling: 'fortnight' is not a length*" -- sp-window --tumbling fortnight
	expect 64 '' 'sp-window: the offset must be smaller than the size of a window' -- sp-window --tumbling 1m --offset 1m
	expect 64 '' '~sp-window: --expand: only sp-agg knows*' -- sp-window --session 1m --expand
	expect 64 '' '~sp-window: --late: only sp-agg knows*' -- sp-window --session 1m --late f
	expect 64 '' "sp-window: unexpected 'file': sp-window reads standard input" -- sp-window --tumbling 1m file
	expect 64 '' '~sp-window: unknown time format*strptime*' -- sp-window --tumbling 1m --time-format iso
	expect 64 '' '~sp-window: unknown option --tumbing; did you mean --tumbling?' -- sp-window --tumbing 1m
}

@test "files that cannot be written" {
	five
	expect 73 '' '~sp-window: no/late: No such file*' -- sp-window --tumbling 1m --late no/late <e
	expect 73 '' '~sp-window: no/dead: No such file*' -- sp-window --tumbling 1m --reject no/dead <e
	expect 74 '' '~sp-window: standard output: No space left*' -- sh -c 'sp-window --tumbling 1m <e >/dev/full 2>err; s=$?; tail -n 1 err >&2; exit $s'
	expect 74 '*' '~sp-window: /dev/full: No space left*' -- sp-window --tumbling 1m --late /dev/full <e
}

@test "the real log: late events by delay" {
	zcat "$DATA/apache_access.log.gz" | LC_ALL=C sed -n 's/^[^[]*\[\([^]]*\)\].*/{"t":"\1"}/p' >in
	sp-window --tumbling 10s --delay 45s --time .t --time-format '%d/%b/%Y:%H:%M:%S %z' --late late <in >out
	expect 0 1485 '' -- sh -c 'wc -l <late'
	expect 0 '*' '' -- sp-window --tumbling 10s --delay 50s --time .t --time-format '%d/%b/%Y:%H:%M:%S %z' <in
}

@test "keep: the fields that were asked for, in that order, after the bounds; late events stay complete" {
	cat >in <<'.'
{"ts":"2024-05-01T10:39:58.487Z","user":"u1","geo":{"country":"GR", "city":"\u0391"},"n":1.50,"x y":[1, 2]}
 { "n" : null , "user" : "a\"b" , "ts" : "2024-05-01T10:39:59Z" }
{"ts":"2024-05-01T10:41:00Z"}
{"ts":"2024-05-01T10:39:00Z","n":4}
{"ts":"2024-05-01T10:41:01Z","n":{"a":[}]}
{"ts":"2024-05-01T10:41:02Z","a":["torn}
.
	kept() { sp-window --tumbling 1m --late late --reject bad "$@" <in | grep -v '^{"$sp"' | sed 's/,"window_end":"[^"]*"//'; }
	expect 0 '{"window_start":"2024-05-01T10:39:00Z","n":1.50,"user":"u1","geo":{"country":"GR", "city":"\u0391"}}
{"window_start":"2024-05-01T10:39:00Z","n":null,"user":"a\"b"}
{"window_start":"2024-05-01T10:41:00Z"}
{"window_start":"2024-05-01T10:41:00Z","n":{"a":[}]}' '*' -- kept --keep '.n,.user,.geo.country,.geo.city,.n'
	[ "$(cat late)" = '{"ts":"2024-05-01T10:39:00Z","n":4}' ]
	[ "$(jq -r .position bad)" = 6 ]
	expect 0 '{"window_start":"2024-05-01T10:39:00Z","x y":[1, 2],"ts":"2024-05-01T10:39:58.487Z"}
{"window_start":"2024-05-01T10:39:00Z","ts":"2024-05-01T10:39:59Z"}
{"window_start":"2024-05-01T10:41:00Z","ts":"2024-05-01T10:41:00Z"}
{"window_start":"2024-05-01T10:41:00Z","ts":"2024-05-01T10:41:01Z"}' '*' -- kept --keep '.["x y"],."ts"'
	# results of one sp-agg through another window
	printf '{"window_start":"2024-05-01T10:39:00Z","window_end":"2024-05-01T10:40:00Z","k":1,"n":2}\n' >in
	expect 0 '{"window_start":"2024-05-01T10:00:00Z","ts":"2024-05-01T10:39:59.999Z","n":2}' '' -- eval \
		"sp-window --tumbling 1h --keep .n <in | grep -v '^{\"\$sp\"' | sed 's/,\"window_end\":\"[^\"]*\"//'"
	for bad in '' . a '.a,' '.a,,.b' '.a .b' ".$(head -c 2000 /dev/zero | tr '\0' x).\"" '.[0]' .window_end; do
		expect 64 '' '~sp-window: --keep: *' -- sp-window --tumbling 1m --keep "$bad" <in
	done
}

@test "keep: the results of sp-agg are the same as without it" {
	for i in $(seq 300); do
		printf '{"ts":%d,"k":"%d","v":%d.%d,"text":"x,\\"y\\":\\"%d"}\n' $((1714560000 + i * 7)) $((i % 7)) $((i * 37 % 11)) $((i % 10)) "$i"
	done >in
	for w in '--tumbling 1m' '--hopping 3m --advance 1m' '--session 1m'; do
		sp-window $w <in | sp-agg --by .k n=count 's=sum(.v)' 'big=count where .v > 5' >want
		sp-window $w --keep .k,.v <in | sp-agg --by .k n=count 's=sum(.v)' 'big=count where .v > 5' | cmp - want
		[ -s want ]
	done
	sp-window --tumbling 1m --keep .k,.v <in >kept
	expect 65 '*' '~sp-agg: standard input:2: no time at .ts*--keep*' -- sp-agg 'f=first(.v)' <kept
}

@test "if no event has a time that can be read, one line says so, and the others are counted" {
	for i in {1..12}; do echo '{"a":1}'; done >in
	expect 65 '{"$sp":"end","v":1}' 'sp-window: standard input:1: no time at .ts: say where it is with --time
sp-window: ... and 11 more: no time' -- sp-window --tumbling 1m <in
	expect 65 '' 'sp-capture: in:1: no time: there is no field ts; say where it is with --time EXPR, or --time now
sp-capture: ... and 11 more: no time' -- sp-capture in
	for i in {1..12}; do echo '{"ts":"x'$i'"}'; done >in
	expect 65 '*' "~sp-window: standard input:1: .ts: 'x1' is no time: *
sp-window: ... and 11 more: no time that can be read" -- sp-window --tumbling 1m <in
	# events with a time between them: each is reported
	{ echo '{"a":1}'; echo '{"ts":1714560000}'; echo '{"a":2}'; } >in
	expect 65 '*' 'sp-window: standard input:1: no time at .ts: say where it is with --time
sp-window: standard input:3: no time at .ts: say where it is with --time' -- sp-window --tumbling 1m <in
}

@test "--max-event means the same in all programs: the event as it entered the stream, and 64 KiB for what was added" {
	long() { printf '{"ts":1714560000,"x":"'; head -c $((1200000 - 24)) /dev/zero | tr '\0' x; printf '"}\n'; }
	long >in
	# --keep makes room for the whole line, too
	expect 0 1 '' -- sh -c 'sp-window --tumbling 1m --max-event 1200000 <in | sp-agg n=count --max-event 1200000 | jq .n'
	expect 0 '*' '' -- sh -c 'sp-window --tumbling 1m --max-event 1200000 --keep .x <in | sp-sink out.ndjson --max-event 1200000'
	expect 65 '*' 'sp-window: standard input:1: line over the limit of 1114112 bytes; see --max-event' -- sp-window --tumbling 1m <in
	expect 65 '*' '~sp-sink: standard input:1: *over the limit of 1114112 bytes; see --max-event' -- sp-sink - <in
	for program in 'sp-window --tumbling 1m' 'sp-agg n=count' 'sp-sink -' 'sp-publish kafka://localhost/t'; do
		for size in 63 2G; do
			# shellcheck disable=SC2086
			expect 64 '' "~*--max-event $size is out of range: 64 bytes to 1G" -- $program --max-event $size <in
		done
	done
}

@test "one event of 2099: its line, its time and --max-ahead are named" {
	printf '{"ts":"%s"}\n' 2024-05-01T10:00:00Z 2099-01-01T00:00:00Z 2024-05-01T10:00:01Z 2024-05-01T10:01:00Z 2099-01-02T00:00:00Z 2024-05-01T10:00:30Z >in
	# The last one is the latest: line 5 had closed its window most clearly.
	expect 0 '*' 'sp-window: 3 late events were set aside: line 5 had closed the windows; its time, 2099-01-02T00:00:00Z, is ahead of the clock: set such events aside with --max-ahead 1h, and keep late ones with --late FILE' \
		-- sp-window --tumbling 1m <in
	head -n 3 in >one
	expect 0 '*' 'sp-window: 1 late event was set aside: line 2 had closed the windows; its time, 2099-01-01T00:00:00Z, is ahead of the clock: set such events aside with --max-ahead 1h' \
		-- sp-window --hopping 2m --advance 1m --late late <one
	expect 0 '*' 'sp-window: 2 events were left out: more than 1h ahead of the clock; keep them with --late FILE' \
		-- sp-window --tumbling 2m --max-ahead 1h <in
	sp-window --session 1m <one >windowed
	expect 0 '*' 'sp-agg: 1 late event was set aside: the time of another, 2099-01-01T00:00:00Z, is ahead of the clock and had closed the sessions; set such events aside with sp-window --max-ahead 1h, and keep late ones with --late FILE' \
		-- sp-agg n=count <windowed
	expect 0 '*' '~*--max-ahead 1h' -- sp-agg n=count --late late <windowed
	# An event that only came early is named too.
	printf '{"ts":"%s"}\n' 2024-05-01T10:00:00Z 2024-05-02T00:00:00Z 2024-05-01T10:00:01Z >in
	expect 0 '*' 'sp-window: 1 late event was left out: the windows were closed already, by line 2 (2024-05-02T00:00:00Z); keep them with --late FILE, or wait longer with --delay' \
		-- sp-window --tumbling 1m <in
}

@test "keep: a field that no event has is said" {
	printf '{"ts":"2024-05-01T10:00:00Z","path":"/","geo":{"a":1}}\n' >in
	expect 0 '~*"path":"/"}*' 'sp-window: --keep .pth: no event had it (fields seen: .ts, .path, .geo, .geo.a; did you mean .path?)' \
		-- sp-window --tumbling 1m --keep .pth,.path <in
	expect 0 '*' '' -- sp-window --tumbling 1m --keep .geo.b,.path <in
}

@test "-t: a field that no event has is said, with the fields that they have" {
	printf '{"time":"2024-05-01T10:00:00Z","n":%d}\n' 1 2 3 >in
	expect 65 '{"$sp":"end","v":1}' 'sp-window: standard input:1: no time at .tme: say where it is with --time
sp-window: --time .tme: no event had it (fields seen: .time, .n; did you mean .time?)
sp-window: ... and 2 more: no time' -- sp-window --tumbling 1m -t .tme <in
	expect 65 '' 'sp-capture: in:1: no time: --time '\''.tme'\'' gives null
sp-capture: --time .tme: no event had it (fields seen: .time, .n; did you mean .time?)
sp-capture: ... and 2 more: no time' -- sp-capture --time .tme in
}
