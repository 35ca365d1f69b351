# times.bats -- how times are read: formats, zones, numbers, and what is refused instead of guessed.
load helpers

# times FORMAT TEXT...: prints the times that sp-capture reads from the texts.
times() {
	local format=$1
	shift
	printf '{"t":"%s"}\n' "$@" | sp-capture -t .t --time-format "$format" | sed 's/^{"ts":"\([^"]*\)".*/\1/'
}

@test "seconds and nanoseconds in two fields keep every digit" {
	local e
	for e in '.s + .n/1e9' '.s + .n/1000000000' '(.s*1e9 + .n)/1e9' '.s + .n/1000/1e6'; do
		expect 0 '{"ts":"2024-05-01T10:40:00.999999999Z","s":1714560000,"n":999999999}' '' -- \
			sp-capture -t "$e" <<<'{"s":1714560000,"n":999999999}'
	done
}

@test "every conversion equals Python's strptime and glibc's on random times" {
	expect 0 '~*, 0 failed' '' -- python3 "$TOOLS/diff_strptime.py" --seed 1
	expect 0 '~*, 0 failed' '' -- python3 "$TOOLS/diff_strptime.py" --seed "$(date +%j)" --formats 200
}

@test "weeks and days of the year give the date" {
	[ "$(times %G-W%V-%u 2024-W18-3)" = 2024-05-01T00:00:00Z ]
	[ "$(times '%g W%V %a' '24 W18 Wed')" = 2024-05-01T00:00:00Z ]
	[ "$(times '%Y %U %w' '2024 17 3')" = 2024-05-01T00:00:00Z ]
	[ "$(times '%Y %W %A' '2024 18 Wednesday')" = 2024-05-01T00:00:00Z ]
	[ "$(times %Y-%j 2024-122)" = 2024-05-01T00:00:00Z ]
}

@test "a conversion whose value would be ignored is refused at the start" {
	local f
	expect 64 '' "sp-capture: time format '%m/%d/%Y %H:%M:%S %p' has %p, which goes with %I: %H is the hour of a clock of 24 hours" -- \
		sp-capture -t .t --time-format '%m/%d/%Y %H:%M:%S %p' <<<'{"t":"05/01/2024 1:39:58 PM"}'
	for f in '%F %I:%M' %G-%m-%d %G-W%V %Y-W%V-%u '%Y %U' '%W %u' '%m-%d %U' '%Y-%m %a' %C-%m-%d '%s %F' '%F %f %L' '%F %Z%Z'; do
		expect 64 '' '~sp-capture: time format *' -- sp-capture -t .t --time-format "$f" <<<'{"t":1}'
	done
	# what says the date again is compared with it
	expect 65 '' "sp-capture: standard input:1: .t: 'Mon 2024-05-01' contradicts itself: %a of '%a %F' does not fit the rest" -- \
		sp-capture -t .t --time-format '%a %F' <<<'{"t":"Mon 2024-05-01"}'
}

@test "Z, UTC or GMT as text at the end of a format is UTC, whatever --tz is" {
	local f
	for f in '%FT%TZ' '%F %T UTC' '%F %H:%M:%S.%f GMT' '%F %H:%M:%S.%-LZ'; do
		expect 0 '~{"ts":"2024-05-01T10:39:58*Z",*' '' -- sp-capture -t .t --time-format "$f" --tz Europe/Berlin \
			<<<"{\"t\":\"$(sed 's/%FT/2024-05-01T/; s/%F/2024-05-01/; s/%T/10:39:58/; s/%H:%M:%S/10:39:58/; s/%f/0/; s/%-L/0/' <<<"$f")\"}"
	done
	expect 0 '{"ts":"2024-05-01T08:39:58Z","t":"2024-05-01T10:39:58"}' '' -- sp-capture -t .t --time-format %FT%T --tz Europe/Berlin \
		<<<'{"t":"2024-05-01T10:39:58"}'
}

@test "auto: the forms of ISO 8601, and a zone or an offset after a blank" {
	[ "$(times auto '2024-05-01 10:39:58 UTC' '2024-05-01 10:39:58 +0200' 2021-10-11T12:55Z '2024-05-01 10:39' '2024-05-01 10:39:58,5' \
		2024-05-01t10:39:58z 2024-W18-3 2024-122 20240501T103958Z)" = '2024-05-01T10:39:58Z
2024-05-01T08:39:58Z
2021-10-11T12:55:00Z
2024-05-01T10:39:00Z
2024-05-01T10:39:58.5Z
2024-05-01T10:39:58Z
2024-05-01T00:00:00Z
2024-05-01T00:00:00Z
2024-05-01T10:39:58Z' ]
}

@test "auto: digits that may be a date are refused with both readings" {
	expect 65 '' "sp-capture: standard input:1: .t: '20261126' may be the date 2026-11-26T00:00:00Z or, in s since 1970, 1970-08-23T12:05:26Z: \
say which with --time-format %Y%m%d or --time-format s" -- sp-capture -t .t <<<'{"t":20261126}'
	expect 65 '' '~*2026-11-26T10:00:00Z*2612*--time-format %Y%m%d%H%M%S or --time-format ms' -- sp-capture -t .t <<<'{"t":"20261126100000"}'
	expect 65 '' '~*2026-11-26T10:00:00Z*1976*--time-format %Y%m%d%H%M or --time-format ms' -- sp-capture -t .t <<<'{"t":202611261000}'
	[ "$(times s 20261126)" = 1970-08-23T12:05:26Z ]
	[ "$(times auto 1714560000 1714560000123 20241301)" = '2024-05-01T10:40:00Z
2024-05-01T10:40:00.123Z
1970-08-23T06:35:01Z' ]
}

@test "a fraction that the format ends its seconds with is optional; %-L is milliseconds without zeros in front" {
	[ "$(times '%F %H:%M:%S.%f' '2024-05-01 10:39:58' '2024-05-01 10:39:58.5')" = '2024-05-01T10:39:58Z
2024-05-01T10:39:58.5Z' ]
	[ "$(times '%F %H:%M:%S:%-L' '2024-05-01 10:39:58:11')" = 2024-05-01T10:39:58.011Z ]
}

@test "names of zones: those of --tz's zone; others are refused by name" {
	printf '{"t":"%s"}\n' '2024-05-01 10:39 CEST' '2024-10-27 02:30 CET' '2024-05-01 10:39 GMT' '2024-05-01 10:39 EST' >in
	expect 65 '{"ts":"2024-05-01T08:39:00Z","t":"2024-05-01 10:39 CEST"}
{"ts":"2024-10-27T01:30:00Z","t":"2024-10-27 02:30 CET"}
{"ts":"2024-05-01T10:39:00Z","t":"2024-05-01 10:39 GMT"}' "~sp-capture: in:4: .t: '2024-05-01 10:39 EST': the zone name EST is not one that the zone of --tz has; *--tz *" -- \
		sp-capture -t .t --time-format '%F %R %Z' --tz Europe/Berlin in
	expect 65 '*' '~sp-capture: in:1: .t: *the zone name CEST is known only with its zone; give*--tz *' -- sp-capture -t .t --time-format '%F %R %Z' in
}

@test "a date and a time of day in two fields: the message has the expression that joins them" {
	expect 65 '' "sp-capture: standard input:2: no time: there is no field ts; did you mean --time '.date + \" \" + .time'?" -- \
		sp-capture <<<$'date,time,v\n2024-05-01,10:39:58,2'
	expect 0 '{"ts":"2024-05-01T10:39:58Z","Date":"2024-05-01","Time":"10:39:58"}' '' -- \
		sp-capture -t '.Date + " " + .Time' <<<'Date=2024-05-01 Time=10:39:58'
	# a time of day alone is proposed to nobody
	expect 65 '' '~*no time: there is no field ts; say where it is with --time EXPR, or --time now' -- sp-capture <<<'{"time":"10:39:58"}'
	expect 65 '' "~*did you mean --time '.time'?" -- sp-capture <<<'{"time":"2024-05-01 10:39:58","date":"2024-05-01"}'
}

@test "AM and PM are no names of zones" {
	expect 65 '' "~*'2024-05-01 10:39:58 PM' is no time: no RFC 3339, no epoch; say with --time-format how it is written" -- \
		sp-capture -t .t <<<'{"t":"2024-05-01 10:39:58 PM"}'
}

@test "--tz takes an offset, in every program that has --tz" {
	local tz
	for tz in +02:00 +0200 +02; do
		[ "$(sp-capture -t .t --tz "$tz" <<<'{"t":"2024-05-01 10:39"}')" = '{"ts":"2024-05-01T08:39:00Z","t":"2024-05-01 10:39"}' ]
	done
	echo '{"ts":"2024-05-01T22:30:00Z"}' >in
	sp-window --tumbling day --tz +02:00 <in >windowed
	grep -q '"tz":"+02:00"' windowed
	expect 0 '{"window_start":"2024-05-01T22:00:00Z","window_end":"2024-05-02T22:00:00Z","n":1}' '' -- sp-agg n=count <windowed
	sp-sink --tz -03:30 --partition '%Y-%m-%d-%H' dir:out <in
	ls out | grep -q 2024-05-01-19
	expect 64 '' "sp-capture: unknown time zone '+2'; an offset has the form +02:00" -- sp-capture --tz +2 in
}

# windows OPTION...: the windows that sp-window writes for the events on standard input, without their times of day.
windows() {
	sp-window "$@" | grep -v '^{"$sp' | jq -r '[.window_start, .window_end] | map(.[:10]) | join(" ")'
}

@test "windows of quarters, years, and several weeks, months and years" {
	printf '{"ts":"%s"}\n' 2024-02-29T12:00:00Z 2024-05-01T12:00:00Z 2024-12-31T23:59:59Z >in
	[ "$(windows --tumbling quarter <in)" = '2024-01-01 2024-04-01
2024-04-01 2024-07-01
2024-10-01 2025-01-01' ]
	[ "$(windows --tumbling 3month <in)" = "$(windows --tumbling quarter <in)" ]
	[ "$(windows --tumbling year <in | uniq -c | xargs)" = '3 2024-01-01 2025-01-01' ]
	[ "$(windows --tumbling 10year <in | uniq)" = '2020-01-01 2030-01-01' ]
	[ "$(windows --tumbling 2week <in | head -n 1)" = '2024-02-19 2024-03-04' ]
	# 1970-01-01 was a Thursday
	[ "$(windows --tumbling 7d <in | sed -n 2p)" = '2024-04-25 2024-05-02' ]
	[ "$(windows --tumbling week <in | sed -n 2p)" = '2024-04-29 2024-05-06' ]
	# the clock of a zone
	expect 0 '{"window_start":"2024-06-30T21:00:00Z","window_end":"2024-09-30T21:00:00Z","n":1}' '' -- sp-agg n=count \
		< <(sp-window --tumbling quarter --tz Europe/Athens <<<'{"ts":"2024-06-30T22:00:00Z"}')
	grep -q '"size":"quarter"' < <(sp-window --tumbling 3month <in)
	local size
	for size in fortnight 3monht 1month1day; do
		expect 64 '' "sp-window: --tumbling: '$size' is not a length: give a duration such as 10m, or day, week, month, quarter, year, 3month" -- \
			sp-window --tumbling "$size"
	done
}

@test "hopping and cumulating windows of months, quarters and years" {
	echo '{"ts":"2024-05-15T12:00:00Z"}' >in
	sp-window --hopping quarter --advance month <in | sp-agg n=count >out
	[ "$(jq -r '.window_start[:7] + " " + .window_end[:7]' out | xargs)" = '2024-03 2024-06 2024-04 2024-07 2024-05 2024-08' ]
	sp-window --cumulate year --advance quarter <in | sp-agg n=count >out
	[ "$(jq -r '.window_start[:7] + " " + .window_end[:7]' out | xargs)" = '2024-01 2024-07 2024-01 2024-10 2024-01 2025-01' ]
	[ "$(sp-window --hopping year --advance day <in | sp-agg n=count | wc -l)" = 366 ]
	expect 64 '' 'sp-window: the advance must divide the size of a window, counted in months' -- \
		sp-window --hopping quarter --advance 2month
	expect 64 '' 'sp-window: an advance of months needs windows of months' -- sp-window --cumulate 90d --advance month
}

@test "a --time-format that would have no effect is refused" {
	expect 64 '' 'sp-capture: --time-format has no effect with --time now' -- sp-capture --time now --time-format s </dev/null
	local name line
	while read -r name line; do
		expect 64 '' "sp-capture: standard input: --time-format has no effect: format $name finds its times itself; name another field with --time" -- \
			sp-capture --time-format %s <<<"$line"
	done <<-'END'
		syslog <13>May  1 10:39:58 h a: x
		combined 192.0.2.1 - - [05/May/2020:21:25:27 +0000] "GET / HTTP/1.0" 200 5 "-" "x"
		clf 192.0.2.1 - - [05/May/2020:21:25:27 +0000] "GET / HTTP/1.0" 200 5
	END
	expect 64 '' '~*format journal finds its times itself*' -- sp-capture --format journal --time-format %s <<<'MESSAGE=x'
	# with --time, the format is for that field
	expect 0 '~{"ts":"2024-05-01T10:40:00Z",*' '' -- sp-capture -t .message --time-format s <<<'<13>May  1 10:39:58 h a: 1714560000'
}
