# sp-agg: groups, windows, sessions, rows, rankings, limits, and input that is refused.
load helpers

six() {
	cat >e <<'.'
{"ts":"2024-05-01T10:00:00Z","k":"a","v":1}
{"ts":"2024-05-01T10:00:30Z","k":"b","v":2.5}
{"ts":"2024-05-01T10:01:10Z","k":"a","v":3}
{"ts":"2024-05-01T10:00:50Z","k":"a","v":4}
{"ts":"2024-05-01T10:03:10Z","k":"b","v":-1}
{"ts":"2024-05-01T10:03:15Z","k":null,"v":null}
.
}

# row START END REST: a row of windows on 2024-05-01, times as hh:mm:ss.
row() {
	printf '{"window_start":"2024-05-01T%sZ","window_end":"2024-05-01T%sZ",%s}\n' "$1" "$2" "$3"
}

@test "without windows: one row per key at the end, in order of first appearance" {
	six
	expect 0 '{"k":"a","n":3,"s":8}
{"k":"b","n":2,"s":1.5}
{"k":null,"n":1,"s":null}' '' -- sp-agg --by .k n=count 's=sum(.v)' <e
	expect 0 '{"n":6}' '' -- sp-agg n=count <e
	expect 0 '' '' -- sp-agg n=count </dev/null
}

@test "tumbling windows fire when the watermark passes them" {
	six
	sp-window --tumbling 1m --delay 30s <e >w
	expect 0 "$(row 10:00:00 10:01:00 '"k":"a","n":2')
$(row 10:00:00 10:01:00 '"k":"b","n":1')
$(row 10:01:00 10:02:00 '"k":"a","n":1')
$(row 10:03:00 10:04:00 '"k":"b","n":1')
$(row 10:03:00 10:04:00 '"k":null,"n":1')" '' -- sp-agg --by .k n=count <w
}

@test "rows are written as soon as their window is complete, while the input is open" {
	mkfifo in
	sp-agg n=count <in >out &
	exec 7>in
	six
	sp-window --tumbling 1m --delay 30s <e >&7
	wait_for 10 lines out 2
	exec 7>&-
	wait
	expect 0 "$(row 10:00:00 10:01:00 '"n":3')
$(row 10:01:00 10:02:00 '"n":1')
$(row 10:03:00 10:04:00 '"n":2')" '' -- cat out
}

@test "lateness: the row of a window that has fired is written again at once" {
	six
	sp-window --tumbling 1m --lateness 1m <e >w
	expect 0 "$(row 10:00:00 10:01:00 '"revision":0,"final":false,"k":"a","n":1')
$(row 10:00:00 10:01:00 '"revision":0,"final":false,"k":"b","n":1')
$(row 10:00:00 10:01:00 '"revision":1,"final":false,"k":"a","n":2')
$(row 10:01:00 10:02:00 '"revision":0,"final":true,"k":"a","n":1')
$(row 10:03:00 10:04:00 '"revision":0,"final":true,"k":"b","n":1')
$(row 10:03:00 10:04:00 '"revision":0,"final":true,"k":null,"n":1')" '' -- sp-agg --by .k n=count <w
}

@test "--emit update: a row at each change, and each row again when its window is complete" {
	six
	{ sp-window --tumbling 1m <e 2>/dev/null | head -n 5; echo '{"$sp":"end","v":1}'; } >w
	expect 0 "$(row 10:00:00 10:01:00 '"revision":0,"final":false,"n":1')
$(row 10:00:00 10:01:00 '"revision":1,"final":false,"n":2')
$(row 10:01:00 10:02:00 '"revision":0,"final":false,"n":1')
$(row 10:00:00 10:01:00 '"revision":2,"final":true,"n":2')
$(row 10:01:00 10:02:00 '"revision":1,"final":true,"n":1')" '' -- sp-agg n=count --emit update <w
}

@test "--emit DURATION: the rows that changed, by the clock" {
	mkfifo in
	sp-agg --by .k n=count --emit 10ms <in >out &
	exec 7>in
	six
	head -n 2 e >&7
	wait_for 10 lines out 2
	tail -n 1 e >&7
	wait_for 10 lines out 3
	exec 7>&-
	wait
	expect 0 '{"revision":0,"final":false,"k":"a","n":1}
{"revision":0,"final":false,"k":"b","n":1}
{"revision":0,"final":false,"k":null,"n":1}
{"revision":1,"final":true,"k":"a","n":1}
{"revision":1,"final":true,"k":"b","n":1}
{"revision":1,"final":true,"k":null,"n":1}' '' -- cat out
}

@test "sessions merge per key; one event can join two" {
	printf '{"ts":"2024-05-01T10:00:%sZ","k":"%s"}\n' 00 a 05 b 20 a 10 a 40 a >e
	sp-window --session 10s --delay 20s <e >w
	expect 0 "$(row 10:00:05 10:00:15 '"k":"b","n":1')
$(row 10:00:00 10:00:30 '"k":"a","n":3')
$(row 10:00:40 10:00:50 '"k":"a","n":1')" '' -- sp-agg --by .k n=count <w
}

@test "sessions: late events are appended to --late as sp-window read them, or counted" {
	printf '{"ts":"2024-05-01T10:00:%sZ"}\n' 00 30 05 11 >e
	sp-window --session 10s <e >w
	expect 0 '*' '' -- sp-agg n=count --late late <w
	expect 0 '{"ts":"2024-05-01T10:00:05Z"}
{"ts":"2024-05-01T10:00:11Z"}' '' -- cat late
	expect 0 '*' 'sp-agg: 2 late events were dropped: their sessions were over; --late FILE keeps late events' -- sp-agg n=count <w
}

@test "the row of a session that grows is retracted first" {
	printf '{"ts":"2024-05-01T10:00:%sZ"}\n' 00 20 08 >e
	sp-window --session 10s --lateness 1m <e >w
	expect 0 "$(row 10:00:00 10:00:10 '"revision":0,"final":false,"n":1')
$(row 10:00:00 10:00:10 '"revision":1,"final":true,"retracted":true,"n":1')
$(row 10:00:00 10:00:18 '"revision":0,"final":false,"n":2')
$(row 10:00:20 10:00:30 '"revision":0,"final":true,"n":1')" '' -- sp-agg n=count <w
}

@test "--count: a row for every N events of a key, and for the rest at the end" {
	six
	expect 0 '{"k":"a","v":[1,3]}
{"k":"b","v":[2.5,-1]}
{"k":"a","v":[4]}
{"k":null,"v":[]}' '' -- sp-agg --by .k --count 2 'v=collect(.v)' <<.
$(sed 's/"ts":"[^"]*",//' e)
.
	sp-window --tumbling 1m <e 2>/dev/null >w
	expect 65 '' 'sp-agg: standard input:1: --count is for streams without windows: leave out sp-window, or --count' \
		-- sp-agg --count 2 n=count <w
}

@test "--top: the best rows, ties by first appearance, nulls last, per key" {
	printf '{"g":%s,"k":"%s","v":%s}\n' 1 a 1 1 b 5 2 c 5 2 d null 1 e 2 >e
	expect 0 '{"k":"b","s":5}
{"k":"c","s":5}' '' -- sp-agg --by .k 's=sum(.v)' --top 2 --order s <e
	expect 0 '{"k":"a","s":1}
{"k":"e","s":2}
{"k":"b","s":5}
{"k":"c","s":5}
{"k":"d","s":null}' '' -- sp-agg --by .k 's=sum(.v)' --top 9 --order -s <e
	expect 0 '{"g":1,"k":"b","s":5}
{"g":2,"k":"c","s":5}' '' -- sp-agg --by .g --by .k 's=sum(.v)' --top 1 --order s --per g <e
	expect 64 '' "~sp-agg: unknown --order 'x'*" -- sp-agg --by .k 's=sum(.v)' --top 1 --order x
	expect 64 '' 'sp-agg: --top N and --order NAME need each other' -- sp-agg s=count --top 1
}

@test "--top of many keys equals sort" {
	seq 1 20000 | awk '{ print "{\"k\":" $1 ",\"v\":" ($1 * 7919) % 1000 "}" }' >e
	sp-agg --by .k 'v=max(.v)' --top 50 --order v <e >got
	sp-agg --by .k 'v=max(.v)' <e | sort -s -t: -k3,3nr | head -n 50 >want
	cmp got want
}

@test "keys: equal values are one group; so are null and missing" {
	printf '%s\n' '{"k":1}' '{"k":1.0}' '{"k":"1"}' '{"k":"\u0041"}' '{"k":"A"}' '{"k":null}' '{}' '{"k":{"b":1,"a":2}}' \
		'{"k":{"a":2.0, "b":1}}' '{"k":-0}' '{"k":0}' '{"k":[1, 2]}' >e
	expect 0 '{"k":1,"n":2}
{"k":"1","n":1}
{"k":"A","n":2}
{"k":null,"n":2}
{"k":{"a":2,"b":1},"n":2}
{"k":0,"n":2}
{"k":[1,2],"n":1}' '' -- sp-agg --by .k n=count <e
}

@test "several keys are kept apart, whatever their text" {
	printf '%s\n' '{"a":"x\ny","b":"z"}' '{"a":"x","b":"y\nz"}' '{"a":"x,","b":"y"}' '{"a":"x","b":",y"}' >e
	expect 0 '{"a":"x\ny","b":"z","n":1}
{"a":"x","b":"y\nz","n":1}
{"a":"x,","b":"y","n":1}
{"a":"x","b":",y","n":1}' '' -- sp-agg --by .a --by .b n=count <e
}

@test "names of columns: from paths, given, refused" {
	echo '{"geo":{"country":"GR"},"x":2}' >e
	expect 0 '{"country":"GR","d":4,"n":1}' '' -- sp-agg --by .geo.country --by 'd=.x * 2' n=count <e
	expect 64 '' "sp-agg: --by '.x * 2': not a path, so it needs a name: --by 'NAME=.x * 2'" -- sp-agg --by '.x * 2' n=count
	expect 64 '' "sp-agg: two columns are named 'n': rename one: NAME=..." -- sp-agg --by .n n=count
	expect 64 '' '~*sp-agg writes a field of this name itself*' -- sp-agg --by .window_start n=count
	expect 64 '' '~*sp-agg writes a field of this name itself*' -- sp-agg final=count
	expect 64 '' '~*names that begin with $sp*' -- sp-agg --by '.["$spx"]' n=count
	expect 64 '' '~*nothing to do*' -- sp-agg
}

@test "where: arguments are not evaluated if it is false; an event is rejected as a whole" {
	printf '%s\n' '{"t":"a","v":1}' '{"t":"b","v":"x"}' '{"t":"a","v":2}' >e
	expect 0 '{"n":3,"s":3}' '' -- sp-agg n=count 's=sum(.v) where .t == "a"' <e
	expect 65 '{"n":2,"s":3}' '~sp-agg: standard input:2: s: *not a number' -- sp-agg n=count 's=sum(.v)' <e
	expect 0 '{"n":2,"s":3}' '~sp-agg: standard input:2: s: *' -- sp-agg n=count 's=sum(.v)' --reject r <e
	expect 0 '2' '' -- jq .position r
}

@test "lines that are not events are rejected, the others counted" {
	printf '%s\n' '{"k":1}' 'rubbish' '[1]' '{"k":' '{"k":2}' >e
	expect 65 '{"n":2}' 'sp-agg: standard input:2: not a JSON object
sp-agg: standard input:3: not a JSON object
sp-agg: standard input:4: truncated JSON object' -- sp-agg 'n=count(.k)' <e
}

@test "refused: slices, sessions or watermarks without their windowing line" {
	six
	sp-window --hopping 2m --advance 1m --delay 1h <e | grep -v windowing >w
	expect 65 '' '~sp-agg: standard input:1: slices without a windowing line: *' -- sp-agg n=count <w
	sp-window --session 1m --delay 1h <e | grep -v windowing >w
	expect 65 '' '~sp-agg: standard input:1: sessions without a windowing line: *' -- sp-agg n=count <w
	sp-window --tumbling 1m --delay 1s <e 2>/dev/null | grep -v windowing >w
	expect 65 '*' '~sp-agg: standard input:*: a watermark without a windowing line: *' -- sp-agg n=count <w
}

@test "windows without any control line are kept apart and written at the end" {
	six
	sp-window --tumbling 1m --delay 1m <e | grep -v '^{"$sp"' >w
	expect 0 "$(row 10:00:00 10:01:00 '"n":3')
$(row 10:01:00 10:02:00 '"n":1')
$(row 10:03:00 10:04:00 '"n":2')" "~sp-agg: sp-window's control lines were filtered out: a cut stream cannot be noticed; *" \
		-- sp-agg n=count <w
	# Rows of another sp-agg have windows too, but no control lines belong to them. A stream without windows has none.
	expect 0 '~*"n":2}' '' -- sh -c "sp-agg n=count <w 2>/dev/null | sp-agg 'n=sum(.n)' | sp-agg 'n=sum(.n)'"
	expect 0 '{"n":6}' '' -- sp-agg n=count <e
}

@test "a field that no event has is said once, at the end and on the status line" {
	six
	said() { expect 0 "$1" "$2" -- sp-agg "${@:3}" <e; }
	said '{"url":null,"n":6}' '~sp-agg: --by .url: no event had it (fields seen: .ts*)' --by .url n=count
	said '{"n":0}' '~sp-agg: where .kk == "a": no event had .kk (fields seen: .ts, .k, .v)' 'n=count where .kk == "a"'
	said '{"n":null,"m":null}' 'sp-agg: sum(.nothing): no event had it (fields seen: .ts, .k, .v)' 'n=sum(.nothing)' 'm=avg(.nothing)'
	# One event that has the field is enough, and so is the other side of an alternative.
	echo '{"ts":"2024-05-01T10:00:00Z","url":null,"geo":{"country":"GR"}}' >>e
	said '*' '' --by .url n=count
	said '*' '' --by 'x=.nothing // .url' --by 'y=.k // .geo.country' n=count
	said '*' '~*no event had .nothing (*no event had .no (*' --by 'x=.nothing // .no' n=count
	said '*' '~sp-agg: --by .geo.contry: no event had it (*; did you mean .geo.country?)' --by .geo.contry n=count
	said '*' '~*; --by .url2: no event had it' --by .url2 n=count --status
	# Nothing is said of an input without events.
	expect 0 '' '' -- sp-agg --by .url n=count </dev/null
}

@test "a comparison of two types is said: their order decides it, not the values" {
	printf '{"s":"%s","n":%s,"b":true,"a":[2]}\n' 200 1 500 2 404 3 >e
	said() { expect 0 "{\"n\":$1}" "${2:+sp-agg: $2}" -- sp-agg "n=count where $3" <e; }
	said 3 'where .s >= 500: compares a string with a number in 3 events; use (.s|tonumber)' '.s >= 500'
	said 1 '' '(.s|tonumber) >= 500'
	said 0 'where .s == 500: compares a string with a number in 3 events; use (.s|tonumber)' '.s == 500'
	said 0 'where .n > 0 and 500 > .s: compares a number with a string in 3 events; use tonumber or tostring' '.n > 0 and 500 > .s'
	said 3 'where .n < "2": compares a number with a string in 3 events; use (.n|tostring)' '.n < "2"'
	said 3 'where .n < .s: compares a number with a string in 3 events; use tonumber or tostring' '.n < .s'
	said 0 'where .b == 1: compares true or false with a number in 3 events; their types decide, not their values' '.b == 1'
	said 3 'where .n < .a: compares a number with an array in 3 events; their types decide, not their values' '.n < .a'
	said 0 '' '.b == false'
	# Null is a missing field. A field may hold "-" where there is no number, and be compared with it.
	printf '{"s":"-","n":null}\n{"s":7}\n' >>e
	said 1 '' '.s == 7'
	said 4 '' '.s != "-"'
	said 2 '' '.n >= 2'
	said 1 '' '.n == 2'
	said 3 '' '.n > null'
	said 4 'where .s >= 500: compares a string with a number in 4 events; use (.s|tonumber)' '.s >= 500'
	# Each expression is counted once for an event, however often it is used.
	expect 0 '*' 'sp-agg: --by .s > 5: compares a string with a number in 4 events; use (.s|tonumber)' -- \
		sp-agg --by 'x=.s > 5' 'n=count where .s > 5' 'm=collect(.s > 5)' <e
}

@test "a stream of windows without its end line is cut off: no open window is written" {
	six
	sp-window --tumbling 1m --delay 1m <e >w
	expect 0 '{"$sp":"end","v":1}' '' -- tail -n 1 w
	sp-agg n=count <w >whole
	# Every line that may be the last: what was complete is written, what was open is not, and each cut is noticed.
	for n in $(seq 1 $(($(wc -l <w) - 1))); do
		head -n "$n" w >cut
		expect 75 '*' "~sp-agg: standard input: cut off after line $n: the end line is missing, *--torn-ok" -- sp-agg n=count <cut
		head -n "$(wc -l <.out)" whole | cmp - .out
		# The same with a part of the next line after it, which may be a control line.
		{ cat cut; sed "$((n + 1))p;d" w | head -c 12; } >torn
		expect 75 '*' '~*: truncated *cut off after line*' -- sp-agg n=count <torn
		head -n "$(wc -l <.out)" whole | cmp - .out
		expect 0 '*' '' -- sp-agg n=count --torn-ok <cut
	done
	head -n 4 w >cut
	expect 0 "$(row 10:00:00 10:01:00 '"n":2')" '' -- sp-agg n=count --torn-ok <cut
	# Rejected lines do not hide it. What --emit update wrote before stays.
	echo 7 >>cut
	expect 75 '*' '~*not a JSON object*cut off after line 5*' -- sp-agg n=count <cut
	expect 75 "$(row 10:00:00 10:01:00 '"revision":0,"final":false,"n":1')
$(row 10:00:00 10:01:00 '"revision":1,"final":false,"n":2')" '*' -- sp-agg n=count --emit update <cut
}

@test "the end line ends nothing: streams may follow one another, and only the last line counts" {
	echo '{"ts":"2024-05-01T10:00:00Z","n":1}' | sp-window --session 1m >a
	echo '{"ts":"2024-05-01T10:00:30Z","n":2}' | sp-window --session 1m >b
	cat a b >ab
	expect 0 "$(row 10:00:00 10:01:30 '"n":2')" '' -- sp-agg n=count <ab
	{ cat a; head -n 2 b; } >ab
	expect 75 '' '~*cut off after line 5*' -- sp-agg n=count <ab
	{ cat a; head -n 1 b; } >ab
	expect 75 '' '~*cut off after line 4*' -- sp-agg n=count <ab
	{ cat a; printf '%s\n' '' '{"$sp":"novel","v":1}' ''; } >ab
	expect 0 '{"$sp":"novel","v":1}
'"$(row 10:00:00 10:01:00 '"n":1')" '' -- sp-agg n=count <ab
	# A stream that was cut off stays one when another follows: its open window lacks events.
	echo '{"ts":"2024-05-01T11:00:30Z","n":3}' >>more
	sp-window --session 1m <more >c
	{ head -n 2 a; cat c; } >ac
	expect 75 '' '~*cut off after line 2: the end line is missing, *' -- sp-agg n=count <ac
	expect 0 "$(row 10:00:00 10:01:00 '"n":1')
$(row 11:00:30 11:01:30 '"n":1')" '' -- sp-agg n=count --torn-ok <ac
	expect 75 '*' '~*cut off after line 2: the end line is missing, *' -- sp-window --tumbling 1h <ac
	expect 1 0 '' -- grep -c -e '"end"' -e T11 .out
	# Without events there is no window, and the end line alone is no stream of windows.
	expect 0 '{"$sp":"end","v":1}' '' -- sp-window --tumbling 1m </dev/null
	expect 0 '' '' -- sp-agg n=count <<<'{"$sp":"end","v":1}'
}

@test "kill -9 of sp-window in a pipe: no partial window is written" {
	mkfifo in mid
	sp-window --tumbling 1m <in >mid &
	local window=$!
	sp-agg n=count <mid >out 2>err &
	local agg=$!
	exec 7>in
	printf '{"ts":"2024-05-01T10:0%d:00Z"}\n' 0 1 2 >&7
	wait_for 10 lines out 2
	kill -9 $window
	exec 7>&-
	wait $window || :
	expect 75 '' '' -- wait $agg
	expect 0 "$(row 10:00:00 10:01:00 '"n":1')
$(row 10:01:00 10:02:00 '"n":1')" '' -- cat out
	expect 0 '~sp-agg: standard input: cut off after line 7: *' '' -- cat err
}

@test "refused: a changed order of lines, events without bounds, two kinds of windows" {
	six
	sp-window --tumbling 1m --delay 1s <e 2>/dev/null >w
	{ cat w; sed -n 2p w; } >again
	expect 65 '*' '~sp-agg: standard input:*: event {"window_start":"2024-05-01T10:00:00Z","window_end":"2024-05-01T10:01:00Z"} came after a watermark*' \
		-- sp-agg n=count <again
	{ head -n 1 w; head -n 1 e; tail -n 1 w; } >bare
	expect 65 '' 'sp-agg: standard input:2: event without window bounds in a stream of windows: it did not pass sp-window' \
		-- sp-agg n=count <bare
	{ cat w; cat w; } >twice
	expect 65 '*' '~*came after a watermark*cat of streams*' -- sp-agg n=count <twice
	# The windowing line again, after a stream that has ended.
	{ head -n 1 w; tail -n 1 w; cat w; } >same
	expect 0 '*' '' -- sp-agg n=count <same
	{ cat w; sp-window --tumbling 2m <e 2>/dev/null; } >other
	expect 65 '*' '~*a second windowing line that differs from the first*' -- sp-agg n=count <other
	{ head -n 1 w; sp-window --hopping 2m --advance 1m <e 2>/dev/null | grep slice; } >mixed
	expect 65 '' '~*bounds of another kind*' -- sp-agg n=count <mixed
}

@test "refused: rows that may be written again" {
	six
	sp-agg --by .k n=count --emit update <e >rows
	expect 65 '' '~sp-agg: standard input:1: rows with revisions as input*' -- sp-agg n=count <rows
	jq -c 'select(.final)|del(.revision,.final)' rows >last
	expect 0 '{"n":6}' '' -- sp-agg 'n=sum(.n)' <last
	echo '{"revision":7,"x":1}' >e
	expect 0 '{"n":1}' '' -- sp-agg n=count <e
}

@test "unknown control lines are passed on; a barrier without a start line is refused" {
	expect 0 '{"$sp":"new","x":1}' '' -- sp-agg n=count <<<'{"$sp":"new","x":1}'
	expect 65 '' '~sp-agg: a barrier without a start line*' -- sp-agg n=count <<<'{"$sp":"barrier","run":"1"}'
}

@test "--max-keys: an error that says what to do, or the row __other__" {
	six
	expect 65 '' '~sp-agg: standard input:2: more than 1 keys (--max-keys) in one window: *' -- sp-agg --by .k n=count --max-keys 1 <e
	expect 0 '{"k":"a","n":3}
{"k":"__other__","n":3}' '' -- sp-agg --by .k n=count --max-keys 1 --overflow other <e
	echo '{"k":"__other__"}' >>e
	expect 0 '{"k":"a","n":3}
{"k":"b","n":2}
{"k":"__other__","n":2}' '' -- sp-agg --by .k n=count --max-keys 2 --overflow other <e
	six
	sp-window --hopping 2m --advance 1m --delay 1h <e 2>/dev/null >w
	sp-window --hopping 2m --advance 1m --delay 1h --expand <e 2>/dev/null >x
	sp-agg --by .k n=count --max-keys 1 --overflow other <w >a
	sp-agg --by .k n=count --max-keys 1 --overflow other <x >b
	cmp a b
	sp-window --session 1s --delay 1h <e 2>/dev/null >w
	expect 0 '*' '' -- sp-agg --by .k n=count --max-keys 1 --overflow other <w
	grep -q __other__ .out
}

@test "--max-state: an error that says what to do" {
	seq 1 100000 | sed 's/.*/{"k":&}/' >e
	expect 65 '' '~sp-agg: standard input:*: groups need more than the 1048576 bytes of --max-state: *' -- sp-agg --by .k n=count --max-state 1M <e
	expect 0 '*' '' -- sp-agg --by .k n=count --max-state 100M <e
}

@test "first and last depend on event time; without ts on the order of arrival" {
	expect 0 '{"f":3,"l":1}' '' -- sp-agg 'f=first(.v)' 'l=last(.v)' <<.
{"ts":"2024-05-01T10:00:02Z","v":1}
{"ts":"2024-05-01T10:00:00Z","v":3}
{"ts":"2024-05-01T10:00:01Z","v":2}
.
	printf '{"v":%s}\n' 3 1 2 >e
	expect 0 '{"f":3,"l":2,"d":-1,"r":null}' '' -- sp-agg 'f=first(.v)' 'l=last(.v)' 'd=delta(.v)' 'r=rate(.v)' <e
	local first='let sp-capture read it first: sp-agg reads times only as sp-capture writes them'
	expect 65 '' "sp-agg: standard input:1: .ts: 'soon' is no time: no RFC 3339, no epoch; say with --time-format how it is written; $first" \
		-- sp-agg 'f=first(.v)' <<<'{"ts":"soon","v":1}'
	expect 65 '' "sp-agg: standard input:1: .ts: the time is true, not a string or a number; $first" \
		-- sp-agg 'f=first(.v)' <<<'{"ts":true,"v":1}'
	sp-window --tumbling 1m --time .at <<<'{"at":"2024-05-01T10:39:58Z","v":1}' | sed 's/2024-05-01T10:39:58Z/soon/' >in
	expect 65 '' "~sp-agg: standard input:2: .at: 'soon' is no time: *; sp-window could read it: a filter after sp-window has changed it" \
		-- sp-agg 'f=first(.v)' <in
}

@test "null and missing values sort below numbers, as in jq" {
	printf '%s\n' '{"x":-1}' '{"x":null}' '{}' '{"x":1}' >in
	expect 0 '{"a":3,"b":1}' '' -- sp-agg 'a=count where .x < 0' 'b=count where .x < 0 and .x != null' <in
	[ "$(jq -n '[inputs | select(.x < 0)] | length' in)" = 3 ]
}

@test "a time elsewhere is read where sp-window read it" {
	printf '{"at":%s,"v":%s}\n' 1714557602 1 1714557600 2 >e
	sp-window --tumbling 1h --time .at --delay 1m <e >w
	expect 0 "$(row 10:00:00 11:00:00 '"f":2,"r":-0.5')" '' -- sp-agg 'f=first(.v)' 'r=rate(.v)' <w
}

@test "status on SIGUSR1; metrics" {
	six
	mkfifo in
	sp-agg n=count --metrics m <in >out 2>err &
	local pid=$!
	exec 7>in
	cat e >&7
	wait_for 10 test -s m # by then it knows the signal
	wait_for 10 sh -c "kill -USR1 $pid; grep -q '6 events' err"
	exec 7>&-
	wait
	grep -q 'no windows: rows come at the end of the input' err
	expect 0 'sp_agg_events_total 6' '' -- grep '^sp_agg_events_total' m
}

@test "the first SIGINT is ignored while input is open" {
	mkfifo in
	bash -c 'exec sp-agg n=count --metrics m <in >out' &
	local pid=$!
	exec 7>in
	six
	cat e >&7
	wait_for 10 test -s m
	kill -INT $pid
	exec 7>&-
	wait $pid
	expect 0 '{"n":6}' '' -- cat out
}

@test "long lines, NUL bytes, deep nesting, no newline at the end" {
	head -c 2000000 /dev/zero | tr '\0' x >e
	printf '\n{"k":1}\n{"k":"\0"}\n%s\n{"k":3}' "$(printf '[%.0s' $(seq 1 100000))" >>e
	expect 65 '*' '*' -- sp-agg --by .k n=count <e
	grep -q '^{"k":3,"n":1}$' .out
	head -n 1 e >long
	expect 65 '' 'sp-agg: standard input:1: line over the limit of 65636 bytes; see --max-event' -- sp-agg n=count --max-event 100 <long
}

@test "many keys, whose groups are prefetched: the same as few keys at a time, whatever is between the events" {
	awk 'BEGIN { for (i = 0; i < 30000; i++) {
		k = (i * 7919) % 9000
		if (i % 1000 == 999) print "rubbish"
		if (i % 777 == 0) print "{\"k\":" k ",\"j\":\"a\\u0062\",\"v\":\"x\"}"
		print "{\"k\":" k ",\"j\":\"" (i % 500 ? "b" : "a\\u0062") "\",\"v\":" i "}" } }' >e
	python3 - >want <<'.'
import json
groups = {}
for line in open("e"):
    try:
        e = json.loads(line)
    except ValueError:
        continue
    if e["v"] != "x":
        groups.setdefault((e["k"], e["j"]), []).append(e)
for (k, j), es in groups.items():
    print(json.dumps({"k": k, "j": j, "n": len(es), "s": sum(e["v"] for e in es), "m": max(e["v"] + 1 for e in es), "x": j + "!", "c": es},
                     separators=(",", ":")))
.
	for size in 1 7 4096 1048576; do
		SP_READ_SIZE=$size sp-agg --by .k --by .j n=count 's=sum(.v)' 'm=max(.v + 1)' 'x=max(.j + "!")' 'c=collect(.)' --reject r <e 2>/dev/null |
			sed 's/\\u0062/b/g' >got
		cmp got want
		sed 's/^/{"window_start":"2024-05-01T10:00:00Z","window_end":"2024-05-01T10:01:00Z",/; s/,{/,/' e >w
		SP_READ_SIZE=$size sp-agg --by .k --by .j n=count 's=sum(.v)' 'm=max(.v + 1)' 'x=max(.j + "!")' 'c=collect(.)' --reject r <w 2>/dev/null |
			sed 's/\\u0062/b/g; s/"window_start":"2024-05-01T10:00:00Z","window_end":"2024-05-01T10:01:00Z",//' >got
		cmp got want
	done
	[ "$(jq -s length r)" = $((8 * (30 + 39))) ]
}

@test "sessions of many keys, which are prefetched: the same as few keys at a time, whatever is between the events" {
	awk 'BEGIN { srand(3); for (i = 0; i < 60000; i++) {
		# some of them nearly as late as gap, delay and lateness allow
		k = int(rand() * rand() * 30000); t = i * 10 - (rand() < 0.1 ? 115000 + int(rand() * 400) - 200 : 0)
		printf "{\"ts\":%.0f,\"k\":%d,\"v\":%s}\n", 1714521600000 + t, k, i % 777 ? i : "\"x\"" } }' >e
	sp-window --session 90s --delay 5s --time-format ms --lateness 20s <e | sed '0~1000s/^{//' >w
	for size in 1 4096 1048576; do
		rm -f l
		SP_READ_SIZE=$size sp-agg --by .k n=count 's=sum(.v)' 'x=last(.v)' --late l --reject r <w >got.$size 2>/dev/null
		mv l late.$size
	done
	[ "$(wc -l <got.1)" -gt 15000 ]
	cmp got.1 got.4096
	cmp got.1 got.1048576
	cmp late.1 late.1048576
}

@test "a filter that drops watermark lines changes no result of overlapping windows" {
	for i in 0 5 1 9 3 14 8 2 20 13 26; do printf '{"ts":"2024-05-01T00:00:%02dZ","k":%d}\n' $i $((i % 2)); done >in
	for kind in '--hopping 4s --advance 1s' '--cumulate 8s --advance 2s' '--hopping 4s --advance 1s --lateness 3s'; do
		# shellcheck disable=SC2086
		sp-window $kind <in >windowed 2>/dev/null
		sp-agg --by .k n=count <windowed >want
		grep -v '"watermark"' windowed | sp-agg --by .k n=count >got
		diff want got
	done
}

@test "a rejected event moves the watermark, also where watermark lines are dropped" {
	# The event at 6 s closes the windows that end before it, so the event at 4 s is late for them.
	for bad in '"x"' '1 "x"' '[1'; do
		printf '{"ts":"2024-05-01T00:00:%02dZ","v":%s}\n' 1 1 6 "$bad" 4 2 7 4 2 8 >in
		for kind in '--hopping 10s --advance 5s' '--cumulate 10s --advance 1s' '--hopping 4s --advance 3s' \
			'--cumulate 10s --advance 1s --lateness 3s' '--session 2s'; do
			for emit in close update; do
				# shellcheck disable=SC2086
				sp-window $kind <in >windowed
				sp-agg --emit $emit 's=sum(.v)' <windowed >want || [ $? -eq 65 ]
				grep -v '"watermark"' windowed | sp-agg --emit $emit 's=sum(.v)' >got || [ $? -eq 65 ]
				diff want got
			done
		done
	done
	# The first window has the event at 1 s alone.
	sp-window --hopping 10s --advance 5s <in | grep -v '"watermark"' >windowed
	expect 65 "$(printf '{"window_start":"%sZ","window_end":"%sZ","s":%s}\n' 2024-04-30T23:59:55 2024-05-01T00:00:05 1 \
		2024-05-01T00:00:00 2024-05-01T00:00:10 15 2024-05-01T00:00:05 2024-05-01T00:00:15 4)" '~sp-agg: standard input:3: *' -- \
		sp-agg 's=sum(.v)' <windowed
}

@test "a window with few keys takes a few hundred bytes" {
	python3 - >e <<'.'
from datetime import datetime, timedelta
for i in range(40000):
    t = (datetime(2024, 5, 1) + timedelta(seconds=i)).isoformat()
    for k in range(3):
        print('{"ts":"%sZ","k":%d,"v":%d}' % (t, k, i % 97))
.
	# peak KIBIBYTES WINDOW... -- OPTION...: fails if sp-agg takes more memory than that.
	peak() {
		local most=$1 window=()
		while shift && [ "$1" != -- ]; do window+=("$1"); done
		sp-window "${window[@]}" <in >windowed
		shift
		"$TOOLS/peak_memory.py" sp-agg --by .k n=count "$@" <windowed >rows 2>peak
		[ "$(tail -n 1 peak)" -lt "$most" ] || { cat peak; return 1; }
	}
	grep '"k":0' e >in
	peak 24000 --tumbling 1s --delay 9d --
	peak 28000 --tumbling 1s --delay 9d -- 's=sum(.v)' 'a=avg(.v)'
	peak 36000 --hopping 1000s --advance 1s --delay 9d -- 's=sum(.v)' 'a=avg(.v)'
	peak 50000 --hopping 10s --advance 1s --lateness 9d -- 's=sum(.v)' 'a=avg(.v)'
	peak 24000 --tumbling 1s --delay 9d -- --emit update
	mv e in
	peak 40000 --tumbling 1s --delay 9d -- 's=sum(.v)' 'a=avg(.v)'
	peak 50000 --hopping 1000s --advance 1s --delay 9d -- 's=sum(.v)' 'a=avg(.v)'
	# One event in 100,000 windows.
	head -n 1 in >one
	mv one in
	peak 50000 --hopping 100s --advance 1ms -- --emit update
	expect 0 200000 '' -- sh -c 'wc -l <rows'
}

@test "--max-state counts what is used: windows, slices, sessions and timers" {
	# counts WINDOW... -- OPTION...: the limit is reached when the process has about so much memory more than without
	# events.
	counts() {
		local window=() bytes
		while [ "$1" != -- ]; do window+=("$1") && shift; done
		shift
		sp-window --time-format ms "${window[@]}" <e >windowed
		"$TOOLS/peak_memory.py" sp-agg "$@" <windowed 2>&1 >/dev/null | tail -n 1 >peak
		bytes=$((($(cat peak) - 4500) * 1024))
		[ $bytes -gt 12000000 ] || { cat peak; return 1; }
		expect 65 '*' '~*groups need more than the * bytes of --max-state*' -- sp-agg --max-state $((bytes * 85 / 100)) "$@" <windowed
		expect 0 '*' '' -- sp-agg --max-state $((bytes * 115 / 100)) "$@" <windowed
	}
	awk 'BEGIN { for (i = 0; i < 60000; i++) printf "{\"ts\":%d,\"k\":%d,\"v\":%d}\n", i * 7919 % 60000 * 1000, i, i % 97 }' >e
	counts --tumbling 1s --delay 9d -- n=count
	counts --hopping 1000s --advance 1s --delay 9d -- n=count 's=sum(.v)'
	counts --hopping 5s --advance 1s --lateness 9d -- n=count
	counts --session 10ms --delay 9d -- n=count 's=sum(.v)' 'a=avg(.v)' 'm=median(.v)' 'c=collect(.v)'
	counts --session 10ms --delay 9d -- --by .k n=count 's=sum(.v)' 'a=avg(.v)' 'm=median(.v)' 'c=collect(.v)'
	# One event in 60,000 windows.
	sed -i 1q e
	counts --hopping 60s --advance 1ms -- --emit update n=count
}

@test "many open windows in any order: each event costs O(log n)" {
	# 500,000 windows, each with one event; the numbers of the windows are far from sorted.
	awk 'BEGIN { for (i = 0; i < 500000; i++) printf "{\"ts\":%d,\"v\":%d}\n", i * 7919 % 500000 * 1000, i % 97 }' >e
	for option in '--delay 9d' '--lateness 9d'; do
		# shellcheck disable=SC2086
		sp-window --time-format ms --tumbling 1s $option <e >windowed
		timeout 15 sp-agg --by .v n=count <windowed >rows
		expect 0 500000 '' -- sh -c 'cut -c1-40 rows | sort -u | wc -l'
	done
}

@test "many open sessions of one key: each event costs O(log n), in any order" {
	# make ORDER: 50,000 sessions 500 ms apart, then 49,999 events that each join two of them
	make() {
		python3 - "$1" >e <<'.'
import random, sys
from datetime import datetime, timedelta
order, n = sys.argv[1], 50000
one, two = list(range(n)), list(range(n - 1))
if order == "shuffled":
    random.Random(1).shuffle(one)
    random.Random(2).shuffle(two)
if order == "down":
    one.reverse()
    two.reverse()
for at, i in [(1500 * i, i) for i in one] + [(1500 * i + 750, i) for i in two]:
    print('{"ts":"%sZ","k":1,"v":%d}' % ((datetime(2024, 5, 1) + timedelta(milliseconds=at)).isoformat(timespec="milliseconds"), i))
.
	}
	for order in down shuffled; do
		make $order
		sp-window --session 1s --delay 3d <e >windowed
		expect 0 '{"window_start":"2024-05-01T00:00:00Z","window_end":"2024-05-01T20:49:59.500Z","k":1,"n":99999,"u":50000}' '' -- \
			timeout 30 sp-agg --by .k n=count 'u=count_distinct(.v)' <windowed
		head -n 50001 windowed >open
		expect 0 50000 '' -- sh -c 'timeout 30 sp-agg --by .k n=count --torn-ok <open | wc -l'
		# Sessions that have fired and wait for late events.
		sp-window --session 1s --lateness 3d <e >windowed
		expect 0 '~{"window_start":"2024-05-01T00:00:00Z","window_end":"2024-05-01T20:49:59.500Z",*,"final":true,"k":1,"n":99999}' '' -- \
			sh -c 'timeout 30 sp-agg --by .k n=count <windowed | tail -n 1'
	done
}

@test "a truncated line is rejected, even if no expression reads the missing part" {
	expect 65 '{"n":1}' $'sp-agg: standard input:1: truncated JSON object\nsp-agg: standard input:3: truncated JSON object' -- \
		sp-agg n=count <<<$'{"a":1,\n{"a":1} \n{"a":1}x'
}

@test "collect alone is in the order of event time, as beside last" {
	printf '%s\n' '{"ts":3,"n":3}' '{"ts":1,"n":1}' '{"ts":2,"n":2}' >e
	expect 0 '{"c":[1,2,3]}' '' -- sp-agg 'c=collect(.n)' <e
	expect 0 '{"c":[1,2,3],"l":3}' '' -- sp-agg 'c=collect(.n)' 'l=last(.n)' <e
}

@test "a condition that assigns is refused, with the operator that was meant" {
	expect 64 '' "sp-agg: n: '.status = 500' is always true: = assigns in jq; did you mean ==?" -- \
		sp-agg 'n=count where .status = 500' <<<'{"status":200}'
	expect 64 '' "~sp-agg: n: '.n += 1' is always true: += changes the event; *" -- sp-agg 'n=count where .n += 1' <<<'{"n":1}'
	expect 0 '{"n":1}' '' -- sp-agg 'n=count where .n += 1 | .n == 2' <<<'{"n":1}'
}

@test "a column without NAME= is called what the operand is" {
	echo '{"x":2,"s":500}' >e
	expect 0 '{"count":1}' '' -- sp-agg count <e
	expect 0 '{"sum(.x)":2,"count where .s >= 500":1}' '' -- sp-agg 'sum(.x)' ' count where .s >= 500 ' <e
	expect 0 '{"sum(.x)":2}' '' -- sp-agg 'sum(.x)' --top 1 --order 'sum(.x)' <e
	expect 64 '' "sp-agg: two columns are named 'count': rename one: NAME=..." -- sp-agg count count <e
}

@test "--by takes several keys with commas between them" {
	echo '{"path":"/","s":200,"l":[1,2]}' >e
	expect 0 '{"path":"/","s":200,"n":1}' '' -- sp-agg --by .path,.s n=count <e
	expect 0 '{"p":"/","x":[1,2],"s":"a,b"}' '' -- sp-agg --by ' p=.path , x=[.l[0],2] ' --by 's="a,b"' <e
	expect 0 '{"path":"/","s":200,"n":1}' '' -- sp-agg --by .path,.s n=count --top 1 --order n --per .path,s <e
	expect 64 '' "sp-agg: --by '.path,': a key is missing at a comma" -- sp-agg --by .path, n=count <e
	expect 64 '' "sp-agg: --by: expression '.a)': byte 3: ')' where an operator should follow" -- sp-agg --by '.a)' <e
}

@test "a field without its dot is answered with the path" {
	expect 64 '' "sp-agg: --by 'path': write .path" -- sp-agg --by path count
	expect 64 '' "sp-agg: --by 'geo.country': write .geo.country" -- sp-agg --by .a,geo.country count
	expect 64 '' "sp-agg: --by 'user-agent': write .[\"user-agent\"]" -- sp-agg --by user-agent count
	# a function of jq, which gives the same for every event
	expect 64 '' "sp-agg: --by 'type': write .type" -- sp-agg --by x=type count
	expect 64 '' "sp-agg: n: expression 'ms': ms/0 is not defined; a field is written .ms" -- sp-agg 'n=sum(ms)'
}

@test "an operand that the shell has split: quote it" {
	expect 64 '' "~sp-agg: 'where' is a part of an operand, *quote the whole*" -- sp-agg errors=count where .status == 500
	expect 64 '' "~sp-agg: '=' is a part of an operand, *quote the whole*" -- sp-agg n = count
}

@test "names of functions and options in other tools are answered with ours" {
	expect 64 '' "sp-agg: 'm=mean(.x)': unknown function 'mean'; write avg(EXPR)" -- sp-agg 'm=mean(.x)'
	expect 64 '' "sp-agg: 'p95(.x)': unknown function 'p95'; write quantile(EXPR, 0.95)" -- sp-agg 'p95(.x)'
	expect 64 '' "sp-agg: 'n=COUNT': unknown function 'COUNT'; write count" -- sp-agg n=COUNT
	expect 64 '' 'sp-agg: unknown option --group-by; write --by KEY' -- sp-agg --group-by .x count
	expect 64 '' "~sp-window: unknown time format 'epoch_ms'; write ms (*" -- sp-window --tumbling 1m --time-format epoch_ms
	expect 64 '' "~sp-window: unknown time format 'iso8601'; write rfc3339 or auto (*" -- sp-window --tumbling 1m --time-format iso8601
}

@test "--help has a line for each function, whose example runs" {
	echo '{"ts":"2024-05-01T10:00:00Z","path":"/","status":500,"ms":2,"bytes":3,"user":"a","host":"h","total":1}' >e
	sp-agg --help | sed -n '/^Functions:/,/^$/p' | awk -F '  +' 'NF == 4 { print $3 }' >examples
	[ "$(wc -l <examples)" = 24 ]
	while read -r example; do
		expect 0 '*' '' -- sp-agg "$example" <e
	done <examples
}

@test "derived columns: expressions over earlier columns" {
	printf '%s\n' '{"k":"a","s":500,"x":1}' '{"k":"a","s":200,"x":2}' '{"k":"b","s":200,"x":null}' >e
	expect 0 '{"n":3,"errors":1,"rate":33.333333333333336,"r":33.33,"q":33.3}' '' -- \
		sp-agg n=count 'errors=count where .s >= 500' 'rate=100*errors/n' 'r=round(100*errors/n, 2)' 'q=round(rate; 1)' <e
	# null and a division by zero give null
	expect 0 '{"k":"a","t":3,"n":2,"mean":1.5,"more":4,"z":null,"l":"a: 2"}
{"k":"b","t":null,"n":0,"mean":null,"more":null,"z":null,"l":"b: 0"}' '' -- \
		sp-agg --by .k 't=sum(.x)' 'n=count(.x)' 'mean=t/n' 'more=t+1' 'z=n/0' 'l="\(k): \(n)"' <e
	expect 0 '{"top":[{"value":200,"count":2}],"most":200,"set":[1,2],"mean":1.5}' '' -- \
		sp-agg 'top=topk(.s, 1)' 'most=top[0].value' 'set=collect_set(.x)' 'mean=(set|add)/(set|length)' <e
	# in the arguments of functions, too
	expect 0 '{"t":1}' '' -- sp-agg 't=sum(round((.x // 0)/3, 2))' <e
}

@test "derived columns rank: --order and --top" {
	printf '{"k":"%s","e":%s}\n' a 1 a 0 b 1 c 0 d null >e
	set -- --by .k n=count 'errors=sum(.e)' 'rate=100*errors/n'
	expect 0 '{"k":"b","n":1,"errors":1,"rate":100}
{"k":"a","n":2,"errors":1,"rate":50}' '' -- sp-agg "$@" --top 2 --order rate <e
	expect 0 '{"k":"c","n":1,"errors":0,"rate":0}
{"k":"a","n":2,"errors":1,"rate":50}
{"k":"b","n":1,"errors":1,"rate":100}
{"k":"d","n":1,"errors":null,"rate":null}' '' -- sp-agg "$@" --top 9 --order -rate <e
}

@test "derived columns are computed again for each revision" {
	six
	sp-window --tumbling 1m --lateness 1m <e >w
	expect 0 "$(row 10:00:00 10:01:00 '"revision":0,"final":false,"n":2,"t":3.5,"mean":1.75')
$(row 10:00:00 10:01:00 '"revision":1,"final":false,"n":3,"t":7.5,"mean":2.5')
$(row 10:01:00 10:02:00 '"revision":0,"final":true,"n":1,"t":3,"mean":3')
$(row 10:03:00 10:04:00 '"revision":0,"final":true,"n":2,"t":-1,"mean":-0.5')" '' -- sp-agg n=count 't=sum(.v)' 'mean=t/n' <w
}

@test "derived columns: what is refused, and with which cure" {
	expect 64 '' "sp-agg: 'x=.s': .s is a field of an event, and a row stands for many: choose a function, such as sum(.s) or last(.s)" -- sp-agg 'x=.s'
	expect 64 '' "~*'x=n + .s': .s is a field of an event*" -- sp-agg n=count 'x=n + .s'
	expect 64 '' "~*'x=\[.s\]|length': .s is a field of an event*" -- sp-agg n=count 'x=[.s]|length'
	expect 64 '' '~*: .s is a field of an event*' -- sp-agg n=count 'x="\(n) .k count(1)" + .s'
	expect 64 '' '~*: .s is a field of an event*' -- sp-agg n=count 'x="\(n) \(.s)"'
	echo '{"a":1}' | expect 0 '{"n":1,"x":"1 .s, count(1) where: \"1\""}' '' -- sp-agg n=count 'x="\(n) .s, count(1) where: \"\("\(n)")\""'
	expect 64 '' "~sp-agg: 'err=100\*count(.x)/count()': count cannot stand inside of an expression: make it a column of its own*" -- \
		sp-agg 'err=100*count(.x)/count()'
	expect 64 '' "~*max cannot stand inside of an expression*" -- sp-agg 'd=max(.x) - avg(.x)'
	expect 64 '' "sp-agg: x: expression 'eror/n': there is no earlier column 'eror'; did you mean 'error'?" -- sp-agg n=count error=count 'x=eror/n'
	expect 64 '' "sp-agg: x: expression '2*n': there is no earlier column 'n'" -- sp-agg 'x=2*n' n=count
	expect 64 '' "sp-agg: 'n/2': a derived column needs a name: 'NAME=n/2'" -- sp-agg n=count n/2
	expect 64 '' "sp-agg: 'x=n/2 where .s': 'where' belongs after a function, not after an expression" -- sp-agg n=count 'x=n/2 where .s'
	expect 64 '' "~*unknown function 'floor'*" -- sp-agg 'x=floor(.s)'
	expect 64 '' "sp-agg: 'n=sum(.x) when .y': expected 'where EXPR', not 'when .y'" -- sp-agg 'n=sum(.x) when .y'
	expect 64 '' "sp-agg: 'sum(.x) as total': the name comes first: total=sum(.x)" -- sp-agg 'sum(.x) as total'
	expect 64 '' "sp-agg: two columns are named 'n': rename one: NAME=..." -- sp-agg n=count n=n*2
}

@test "derived columns: a value that cannot be computed is null, and is reported" {
	printf '%s\n' '{"k":"a"}' '{"k":"b"}' >e
	expect 65 '{"k":"a","l":"a","x":null}
{"k":"b","l":"b","x":null}' "sp-agg: x is null in a row: expression 'l-1': string (\"a\") and number (1) cannot be subtracted
sp-agg: ... and 1 more: x is null in a row" -- sp-agg --by .k 'l=last(.k)' 'x=l-1' <e
	# a function of jq that fails on null: SQL gives null
	echo '{"v":null}' >e
	expect 0 '{"t":null,"x":null}' '' -- sp-agg 't=sum(.v)' 'x=t|sqrt' <e
}
