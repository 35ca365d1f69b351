# formats.bats -- each format of sp-capture as a user sees it. (The many small cases are in tests/unit/sp-capture.)
load helpers

@test "csv and tsv equal Python's csv module on generated tables" {
	expect 0 '180 passed, 0 failed' '' -- python3 "$TOOLS/diff_csv.py" 60
}

@test "events that sp-sink writes as a table come back from sp-capture as they were" {
	expect 0 '60 passed, 0 failed' '' -- python3 "$TOOLS/diff_tables.py" 60
}

@test "tsv: values with tab, newline, carriage return, backslash and a leading quote pass from sp-sink to sp-capture" {
	printf '%s\n' '{"ts":"2024-05-01T10:00:00Z","a":"x\ty\nz\r\\t","b":"\"Giliap"}' '{"ts":"2024-05-01T10:00:01Z","a":"\"q\"","b":"\\N"}' >in
	sp-sink x.tsv <in
	expect 0 "$(cat in)" '' -- sp-capture x.tsv
	expect 0 "$(cat in)" '' -- sp-capture x.tsv --quote none
	printf 'ts\ttitle\n2024-05-01T10:00:00Z\t"Giliap\n2024-05-01T10:00:01Z\t\\N\n' >imdb.tsv
	expect 65 '{"ts":"2024-05-01T10:00:01Z","title":null}' \
		'sp-capture: imdb.tsv:2: no closing quote of the field at byte 22 up to the end of the input; --quote none takes quotes as text' -- sp-capture imdb.tsv
	expect 0 '{"ts":"2024-05-01T10:00:00Z","title":"\"Giliap"}
{"ts":"2024-05-01T10:00:01Z","title":null}' '' -- sp-capture imdb.tsv --quote none
	expect 64 '' 'sp-capture: --quote is for --format csv, not ndjson' -- sp-capture --format ndjson --quote none imdb.tsv
}

@test "combined equals a regular expression in Python on 10,000 real lines, and reports the torn one" {
	expect 0 'rejected: lines [8899], should [8899]
10000 passed, 0 failed' '' -- python3 "$TOOLS/diff_clf.py" "$DATA/apache_access.log.gz"
}

@test "without --format the first line decides, and --status names the format" {
	cat >cases <<-'END'
		ndjson	{"ts":"2024-05-01T10:00:00Z"}
		json	[{"ts":"2024-05-01T10:00:00Z"}]
		csv	ts,a\n2024-05-01T10:00:00Z,1
		csv	ts;a\n2024-05-01T10:00:00Z;1
		csv	ts|a\n2024-05-01T10:00:00Z|1
		csv	sep=;\nts;a\n2024-05-01T10:00:00Z;1
		w3c	#Version: 1.0\n#Fields: date time a\n2024-05-01 10:00:00 1
		w3c	#separator \\x09\n#fields\tts\ta\n1714557600\t1
		tsv	ts\ta\n2024-05-01T10:00:00Z\t1
		logfmt	ts=2024-05-01T10:00:00Z a=1
		clf	10.0.0.1 - - [01/May/2024:10:00:00 +0000] "GET / HTTP/1.1" 200 1
		combined	10.0.0.1 - - [01/May/2024:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"
		syslog	<34>1 2024-05-01T10:00:00Z h a - - - x
	END
	while IFS=$'\t' read -r name text; do
		printf "$text\n" | expect 0 '~{"ts":"2024-05-01T10:00:00Z"*' "~*format decided: $name*" -- sp-capture --status
		printf '\xef\xbb\xbf\r\n'"${text//\\n/\\r\\n}\r\n" | expect 0 '~{"ts":"2024-05-01T10:00:00Z"*' '' -- sp-capture
	done <cases
}

@test "the message about text without a time names --time" {
	echo 'plain text' | expect 65 '' \
		"~sp-capture: standard input: no format fits half*sp-capture: standard input:1: no time: *--time*" -- sp-capture
	echo 'plain text' | expect 0 '~{"ts":"20*Z","line":"plain text"}' '' -- sp-capture --time now --format line
}

@test "rubbish before ndjson costs only its own line, and a message names the format that was detected" {
	events() { for i in 1 2 3; do echo '{"ts":"2024-05-01T10:00:0'$i'Z"}'; done; }
	for rubbish in 'Downloading ... done' 'ser":"ann"}' 'a;b' 'a,b'; do
		{ echo "$rubbish"; events; } >in
		for size in 1 5 65536; do
			SP_READ_SIZE=$size expect 65 "$(events)" "~sp-capture: in:1: byte 1: *" -- sp-capture in
		done
	done
	printf 'a b\n1 2\n' >in
	tried='ndjson, json, *csv, tsv*'
	expect 65 '' "~sp-capture: in: no format fits half of its first lines (tried: $tried), so each line is text; --format NAME says which it is
sp-capture: in:1: no time: there is no field ts; say where it is with --time EXPR, or --time now (by its first lines this is format line; else say --format)
sp-capture: ... and 1 more: no time" -- sp-capture in
	printf 'a,b\n1,2\n' >in
	local seen='sp-capture: --time .c: no event had it (fields seen: .a, .b)'
	expect 65 '' "sp-capture: in:2: no time: --time '.c' gives null (by its first lines this is format csv; else say --format)
$seen" -- sp-capture in --time .c
	expect 65 '' "sp-capture: in:2: no time: --time '.c' gives null
$seen" -- sp-capture in --time .c --format csv
}

# good N: prints N events that sp-capture passes unchanged.
good() {
	for ((i = 1; i <= $1; i++)); do echo "{\"ts\":\"2024-05-01T10:00:00Z\",\"n\":$i}"; done
}

@test "most of the first lines decide the format: file, pipe, gzip, several files" {
	combined='192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "-" "x"'
	clf='192.0.2.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1'
	syslog='<13>May 17 2015 10:05:03 h app: x'
	rfc5424='<13>1 2015-05-17T10:05:03Z h app - - - x'
	logfmt='ts=2015-05-17T10:05:03Z a=1'
	ndjson='{"ts":"2015-05-17T10:05:03Z"}'
	# The second half of a line, a header, a comment, a banner: one event each is lost, and no more.
	for first in '/5.0 (X11; Linux)"' '-- Logs begin at Sun 2015-05-17 10:00:00 UTC. --' '# written by hand' 'Starting ...' '{"msg":"up"}'; do
		for line in "$combined" "$clf" "$syslog" "$rfc5424" "$logfmt" "$ndjson"; do
			printf '%s\n' "$first" "$line" "$line" "$line" >in
			sp-capture in >out 2>err || true
			[ "$(grep -c '"ts":"2015-05-17T10:05:03Z"' out)" = 3 ] || { echo "$first | $line"; cat out err; false; }
			! grep 'no format' err
			sp-capture <in >piped 2>err || true
			cat in | SP_READ_SIZE=1 sp-capture >bytes 2>err || true
			gzip -c in >in.gz
			sp-capture in.gz >zipped 2>err || true
			cmp out piped && cmp out bytes && cmp out zipped
		done
	done
	printf '%s\n' '/5.0 (X11)"' "$combined" "$combined" >a
	printf '%s\n' '-- Logs begin --' "$syslog" "$syslog" >b
	sp-capture a b >out 2>err || true
	[ "$(grep -c client out) $(grep -c '"app"' out)" = '2 2' ]
}

@test "access logs with a virtual host, a list of addresses, any user, or text after the agent are recognized" {
	printf '%s [07/Oct/2018:23:19:17 +0200] "GET /x HTTP/1.1" 404 269 "-" "x"%s\n' \
		'default 192.0.2.240 - -' '' '2001:db8::95e, 198.51.100.97 127.0.0.1 - -' '' '192.0.2.1 - ""' '' \
		'192.0.2.1 - \"q\" ]' '' '192.0.2.1 - -' ' 485 0.023 [web-80] [] k="v"' >access.log
	sp-capture access.log >out
	[ "$(jq -c '[.ts, .client, .vhost, .user, .forwarded, .status, .extra]' out)" = '["2018-10-07T21:19:17Z","192.0.2.240","default",null,null,404,null]
["2018-10-07T21:19:17Z","2001:db8::95e",null,null,"2001:db8::95e, 198.51.100.97",404,null]
["2018-10-07T21:19:17Z","192.0.2.1",null,"",null,404,null]
["2018-10-07T21:19:17Z","192.0.2.1",null,"\"q\" ]",null,404,null]
["2018-10-07T21:19:17Z","192.0.2.1",null,null,null,404,"485 0.023 [web-80] [] k=\"v\""]' ]
}

@test "text is taken as text once no format has half of the first lines, and that is said once" {
	{ good 2; printf '%s\n' one two three; } >in
	expect 0 '~*"line":"three"}' "~sp-capture: in: no format fits half of its first lines (tried: ndjson, *), so each line is text; --format NAME says which it is" -- \
		sp-capture --time now in in
	expect 0 '~*"line":"three"}' '' -- sp-capture --time now --format line in
}

@test "a hundred lines are looked at, not more" {
	{ for i in {1..50}; do echo rubbish; done; good 50; for i in {1..500}; do echo rubbish; done; } >in
	sp-capture in 2>/dev/null >out || true
	good 50 | cmp - out
	{ for i in {1..51}; do echo rubbish; done; good 500; } >in
	sp-capture in 2>err >out || true
	[ ! -s out ] && grep 'no format fits' err
}

@test "a pipe that pauses or trickles does not wait for a hundred lines" {
	mkfifo in
	sp-capture <in >out 2>err &
	pid=$!
	exec 9>in
	good 1 >&9
	wait_for 10 lines out 1
	good 1 >&9
	wait_for 10 lines out 2
	exec 9>&-
	wait $pid
	# A line comes before the input has paused long enough, again and again.
	(while good 1; do sleep 0.1; done) >in 2>/dev/null &
	writer=$!
	timeout 20 sp-capture --limit 3 <in >out 2>err || true
	kill $writer 2>/dev/null || true
	[ "$(wc -l <out)" = 3 ]
	# A header alone is no reason to decide. A second program has the line a little later, and decides at its pause,
	# because text with --time now is an event. So the first program has had its pause as well.
	mkfifo later
	sp-capture <in >out 2>err &
	pid=$!
	sp-capture --time now <later >decided 2>/dev/null &
	second=$!
	exec 9>in 8>later
	echo '-- Logs begin --' >&9
	echo '-- Logs begin --' >&8
	wait_for 10 lines decided 1
	good 2 >&9
	wait_for 10 lines out 2
	exec 9>&- 8>&-
	wait $pid || true
	wait $second || true
}

@test "a followed file is not kept waiting for a hundred lines" {
	{ echo 'second half"}'; good 2; } >log
	sp-capture --follow log >out 2>err &
	pid=$!
	wait_for 10 lines out 2
	good 1 >>log
	wait_for 10 lines out 3
	kill -INT $pid
	wait $pid || true
	# Rubbish alone does not decide, unlike for a second program that starts later and takes any text.
	echo rubbish >log
	sp-capture --follow log >out 2>err &
	pid=$!
	sp-capture --follow --time now log >decided 2>/dev/null &
	second=$!
	wait_for 10 lines decided 1
	good 2 >>log
	wait_for 10 lines out 2
	kill -INT $pid $second
	wait $pid || true
	wait $second || true
}

@test "with --time now the first line of text is written before a second one comes" {
	mkfifo in
	sp-capture --time now <in >out &
	exec 9>in
	echo 'first line' >&9
	wait_for 10 lines out 1
	exec 9>&-
	wait $!
}

@test "a conversion that strptime(3) does not know is refused at once" {
	expect 64 '' 'sp-capture: time format has %Q, which strptime(3) does not have' -- sp-capture --time-format '%Y-%Q' </dev/null
	expect 0 '{"ts":"2024-05-01T00:00:00Z"}' '' -- sp-capture --time-format 'at %% %U %Y-%m-%d' < <(echo '{"ts":"at % 17 2024-05-01"}')
}

@test "an option of one format selects it, and is refused with another" {
	printf '{"d":[{"ts":1},{"ts":2}]}\n' >d
	expect 0 '{"ts":"1970-01-01T00:00:01Z"}
{"ts":"1970-01-01T00:00:02Z"}' '' -- sp-capture --each .d d
	expect 0 '{"ts":"1970-01-01T00:00:01Z","b":2}' '' -- sp-capture --columns ts,b < <(echo 1,2)
	expect 0 '{"ts":"1970-01-01T00:00:01Z","b":"x"}' '' -- sp-capture --pattern '(?<ts>.) (?<b>.)' < <(echo 1 x)
	expect 64 '' 'sp-capture: --each is for --format json, not csv' -- sp-capture --format csv --each .d d
	expect 64 '' 'sp-capture: --columns is for --format csv, not ndjson' -- sp-capture --format ndjson --columns a d
	expect 64 '' 'sp-capture: --pattern is for --format regex, not json' -- sp-capture --each .d --pattern x d
}

@test "for an unknown format the nearest name is suggested" {
	expect 64 '' "~sp-capture: *unknown format 'cvs'; did you mean 'csv'?*" -- sp-capture --format cvs
}

@test "csv: delimiter, decimal comma, title lines and comments of other programs" {
	printf '\xef\xbb\xbfts;"Betrag; netto";Ort\r\n2024-05-01T10:00:00Z;1.234,56;"Köln; Deutz"\r\n;;\r\n' >de.csv
	expect 0 '{"ts":"2024-05-01T10:00:00Z","Betrag; netto":1234.56,"Ort":"Köln; Deutz"}' '' -- sp-capture de.csv --decimal ,
	printf 'Report of May\n\n# all times in UTC\nts^n\n# first\n1^2\n' >title.csv
	expect 0 '{"ts":"1970-01-01T00:00:01Z","n":2}' '' -- sp-capture title.csv --skip 1 --comment '#' --delimiter ^
	expect 0 '{"ts":"1970-01-01T00:00:01Z","n":2}' '' -- sp-capture --columns ts,n < <(echo '1|2')
	printf 'Sales\n\nts,n\n1,2\n3,4\n' >title.csv
	for size in 1 65536; do
		SP_READ_SIZE=$size expect 65 '' 'sp-capture: title.csv:3: has 2 fields, the header 1 (to skip lines above the header: --skip N or --comment CHAR)
sp-capture: title.csv:4: has 2 fields, the header 1 (to skip lines above the header: --skip N or --comment CHAR)
sp-capture: title.csv:5: has 2 fields, the header 1 (to skip lines above the header: --skip N or --comment CHAR)' -- \
			sp-capture title.csv
	done
	expect 0 '{"ts":"1970-01-01T00:00:01Z","n":2}
{"ts":"1970-01-01T00:00:03Z","n":4}' '' -- sp-capture title.csv --skip 2
	printf 'ts,n\n1,2\n ,\n,\n' | expect 0 '*' '~*1 event, *2 empty rows skipped; format csv' -- sp-capture --status --format csv
	expect 64 '' 'sp-capture: --delimiter is for --format csv, not tsv' -- sp-capture --format tsv --delimiter , de.csv
	expect 64 '' "sp-capture: --decimal ';': give . or ," -- sp-capture --decimal ';' de.csv
}

@test "w3c: logs of IIS and Zeek, with columns that change" {
	printf '#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2024-05-01 10:00:00\r\n#Fields: date time cs-uri-stem sc-status time-taken\r\n2024-05-01 10:00:01 /a 200 15\r\nbad\r\n#Fields: date time sc-status\r\n2024-05-01 10:00:02 -\r\n' >iis.log
	for size in 1 7 65536; do
		SP_READ_SIZE=$size expect 65 '{"ts":"2024-05-01T10:00:01Z","date":"2024-05-01","time":"10:00:01","cs-uri-stem":"/a","sc-status":200,"time-taken":15}
{"ts":"2024-05-01T10:00:02Z","date":"2024-05-01","time":"10:00:02","sc-status":null}' 'sp-capture: iis.log:6: has 1 field, the line #Fields 5' -- sp-capture iis.log
	done
	printf '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#fields\tts\tuid\tanswers\n#types\ttime\tstring\tvector[string]\n1714557600.5\tC1\ta,b\n1714557601\t7\t(empty)\n#close\tx\n' >dns.log
	expect 0 '{"ts":"2024-05-01T10:00:00.5Z","uid":"C1","answers":["a","b"]}
{"ts":"2024-05-01T10:00:01Z","uid":"7","answers":null}' '' -- sp-capture dns.log
}

@test "csv: columns get names where the header has none; a header that cannot be used ends the run; a ragged row does not" {
	printf 'ts,a,a,,\n1,2,3,4,5\n1,2,3,4,5\n' >twice.csv
	expect 0 '{"ts":"1970-01-01T00:00:01Z","a":2,"a_2":3,"column_4":4,"column_5":5}
{"ts":"1970-01-01T00:00:01Z","a":2,"a_2":3,"column_4":4,"column_5":5}' \
		"sp-capture: twice.csv: column 3 is another 'a' and becomes a_2, column 4 has no name and becomes column_4, column 5 has no name and becomes column_5" -- \
		sp-capture twice.csv
	printf 'ts,$sp\n1,2\n' >reserved.csv
	expect 65 '' "sp-capture: reserved.csv: column 2 is named '\$sp': names that begin with \$sp are reserved; give the names with --columns, and --skip 1" -- sp-capture reserved.csv
	expect 0 '{"ts":"1970-01-01T00:00:01Z","b":2}' '' -- sp-capture reserved.csv --columns ts,b --skip 1
	printf 'ts,a\n2024-05-01T10:00:00Z\n2024-05-01T10:00:00Z,"1"\n' >ragged.csv
	expect 65 '{"ts":"2024-05-01T10:00:00Z","a":1}' 'sp-capture: ragged.csv:2: has 1 field, the header 2' -- sp-capture ragged.csv
}

@test "csv: the dead letter of a row with newlines is the whole row, and later line numbers are right" {
	printf 'ts,a\n2024-05-01T10:00:00Z,"x\ny",3\nbad\n' >in.csv
	expect 0 '' 'sp-capture: in.csv:2: has 3 fields, the header 2
sp-capture: in.csv:4: has 1 field, the header 2' -- sp-capture in.csv --reject bad.ndjson
	expect 0 '2 "2024-05-01T10:00:00Z,\"x\ny\",3"
4 "bad"' '' -- jq -r '"\(.position) \(.raw|tojson)"' bad.ndjson
}

@test "csv: a quote that is never closed costs one line of a large file, in bounded memory" {
	{
		printf 'ts,a\n2024-05-01T10:00:00Z,"oops\n'
		yes '2024-05-01T10:00:01Z,x' | head -n 2000000
	} >open.csv
	(ulimit -v 100000 && sp-capture open.csv >out 2>err) || [ $? = 65 ]
	expect 0 'sp-capture: open.csv:2: record of more than 1048576 bytes (see --max-event): is a closing quote missing?' '' -- cat err
	expect 0 2000000 '' -- sh -c 'wc -l <out'
}

@test "csv: a million columns, in time and memory that grow with them" {
	python3 -c '
n = 1000000
print(",".join(f"c{i}" for i in range(n)))
print(",".join("1" * n))' >wide.csv
	expect 65 '' 'sp-capture: wide.csv: the header line: record of more than 1048576 bytes (see --max-event)' -- \
		timeout 20 sp-capture wide.csv --format csv --time now
	timeout 20 sp-capture wide.csv --format csv --time now --max-event 64M >wide.ndjson
	expect 0 '"c999999":1}' '' -- tail -c 13 wide.ndjson
}

@test "json: a large document is never held as a whole" {
	python3 -c '
import sys
sys.stdout.write("{\"meta\":[" + ",".join("{\"skip\":[%d]}" % i for i in range(300000)) + "],\"features\":[")
for i in range(300000):
    sys.stdout.write("%s{\"ts\":%d,\"p\":{\"x\":\"]}\"},\n \"q\":1}" % ("," if i else "", 1714557600 + i))
sys.stdout.write("]}")' >large.json
	(ulimit -v 120000 && sp-capture --format json --each .features large.json >out.ndjson) || return 1
	expect 0 '300000' '' -- sh -c 'wc -l <out.ndjson'
	expect 0 '{"ts":"2024-05-04T21:19:59Z","p":{"x":"]}"},"q":1}' '' -- tail -n 1 out.ndjson
}

@test "json: an event over the limit is skipped, whatever its length" {
	python3 -c 'print("[{\"ts\":1,\"x\":\"" + "]\\\"" * 5000000 + "\"},\n{\"ts\":2}]")' >long.json
	(ulimit -v 60000 && sp-capture long.json >out 2>err) || [ $? = 65 ]
	expect 0 'sp-capture: long.json:1: document 1, event 1: more than 1048576 bytes (see --max-event); --each takes events out of a document' '' -- cat err
	expect 0 '{"ts":"1970-01-01T00:00:02Z"}' '' -- cat out
}

@test "json: a document without the member of --each is reported; nothing after a fault in the structure is read" {
	echo '{"a":1}{"data":{"items":[{"ts":5},7]}}' >in.json
	expect 65 '{"ts":"1970-01-01T00:00:05Z"}' "sp-capture: in.json:1: document 1 has no .data.items: no member 'data'
sp-capture: in.json:1: document 2, event 2, byte 1: no object" -- sp-capture --format json --each .data.items in.json
	printf '[{"ts":5}\n{"ts":6}]' >comma.json
	expect 65 '{"ts":"1970-01-01T00:00:05Z"}' "sp-capture: comma.json:2: document 1 at byte 11: ',' or ']' expected: the rest is not read" \
		-- sp-capture comma.json
}

# The members of a syslog event that has only host, app and message.
syslog_event() {
	echo "{\"ts\":\"$1\",\"host\":\"h\",\"app\":\"a\",\"pid\":null,\"severity\":null,\"facility\":null,\"msgid\":null,\"message\":\"x\",\"data\":null}"
}

@test "syslog: local times in --tz, and the first year by the last change of the file" {
	printf 'Mar  1 10:00:00 h a: x\n' >messages
	touch -d 2024-03-01T07:00Z messages
	expect 0 "$(syslog_event 2024-03-01T08:00:00Z)" '' -- sp-capture messages --tz Europe/Athens
	touch -d 2024-02-28T07:59Z messages
	expect 0 "$(syslog_event 2023-03-01T08:00:00Z)" '' -- sp-capture messages --tz Europe/Athens
	expect 0 "$(syslog_event 2019-03-01T08:00:00Z)" '' -- sp-capture messages --tz Europe/Athens --year 2019
	gzip -k messages
	expect 0 "$(syslog_event 2023-03-01T08:00:00Z)" '' -- sp-capture messages.gz --tz Europe/Athens
	expect 0 "$(syslog_event 2023-03-01T08:00:00Z)" '' -- sp-capture --tz Europe/Athens <messages
	# A pipe, and a file that lost its date, are as of now.
	now=$(date -u '+%b %e %H:%M:%S') year=$(date -u +%Y)
	echo "$now h a: x" | expect 0 "~{\"ts\":\"$year-*" '' -- sp-capture
	echo "$now h a: x" >messages
	touch -d 1980-01-01 messages
	expect 0 "~{\"ts\":\"$year-*" '' -- sp-capture messages
}

@test "syslog: Heroku, journalctl and Cisco are known without --format" {
	printf '%s\n' '<40>1 2012-11-30T06:45:29+00:00 host app web.3 - State changed from starting to up' >drain
	expect 0 '{"ts":"2012-11-30T06:45:29Z","host":"host","app":"app","pid":"web.3","severity":"emerg","facility":"syslog","msgid":null,"message":"State changed from starting to up","data":null}' '' \
		-- sp-capture drain
	printf '83 %s\n' "$(cat drain)" >frames
	expect 0 "$(sp-capture drain)" '' -- sp-capture frames
	printf '%s\n' '2012-11-30T06:45:29.123456+00:00 app[web.1]: x' >text
	expect 0 '{"ts":"2012-11-30T06:45:29.123456Z","host":null,"app":"app","pid":"web.1","severity":null,"facility":null,"msgid":null,"message":"x","data":null}' '' \
		-- sp-capture text
	for time in 'Nov 24 10:00:00' 'Nov 24 10:00:00.000000' '2024-11-24T10:00:00+0000' '2024-11-24T10:00:00.000000+00:00' \
		'Sun 2024-11-24 10:00:00 UTC' '1732442400.000000'; do
		printf '%s\n' '-- Logs begin at Sun 2024-11-24 09:00:00 UTC. --' "$time h a: x" '-- Boot 3f2a --' "$time h a: x" >journal
		expect 0 "$(syslog_event 2024-11-24T10:00:00Z; syslog_event 2024-11-24T10:00:00Z)" '' \
			-- sh -c "sp-capture journal --year 2024 | sed 's/[.]000000Z/Z/'"
	done
	echo '-- No entries --' | expect 0 '' '' -- sp-capture
	# The abbreviations of --tz tell the two parts of a repeated hour apart.
	printf '%s h a: x\n' 'Sun 2024-10-27 02:30:00 CEST' 'Sun 2024-10-27 02:30:00 CET' 'Sun 2024-10-27 02:30:00 EST' >zones
	expect 65 "$(syslog_event 2024-10-27T00:30:00Z; syslog_event 2024-10-27T01:30:00Z)" \
		"sp-capture: zones:3: the time zone 'EST' is not known; give the zone with --tz (such as Europe/Athens)" \
		-- sp-capture zones --tz Europe/Berlin
	printf '%s\n' '*Nov 24 10:00:00.123: %LINK-3-UPDOWN: x' >cisco
	expect 0 '~{"ts":"2024-11-24T10:00:00.123Z","host":null,"app":"%LINK-3-UPDOWN",*' '' -- sp-capture cisco --year 2024
}

@test "journalctl -o export is known without --format; the hint for -o json names its time" {
	printf '__CURSOR=s=1\n__REALTIME_TIMESTAMP=1714557600123456\nMESSAGE\n\3\0\0\0\0\0\0\0a\nb\n_PID=1\n_PID=2\n\n' >journal
	printf '__CURSOR=s=2\n__REALTIME_TIMESTAMP=1714557601123456\nMESSAGE=c=d\n\n' >>journal
	expect 0 '{"ts":"2024-05-01T10:00:00.123456Z","__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1714557600123456","MESSAGE":"a\nb","_PID":["1","2"]}
{"ts":"2024-05-01T10:00:01.123456Z","__CURSOR":"s=2","__REALTIME_TIMESTAMP":"1714557601123456","MESSAGE":"c=d"}' '' -- sp-capture journal
	sp-capture journal | sed 's/"ts":"[^"]*",//' >journal.json
	expect 65 '' "~sp-capture: journal.json:1: no time: there is no field ts; did you mean --time '.__REALTIME_TIMESTAMP'?*" -- \
		sp-capture journal.json
	sp-capture journal >want
	expect 0 "$(cat want)" '' -- sp-capture journal.json --time .__REALTIME_TIMESTAMP
}

@test "text sequences of RFC 7464 (jq --seq) are read, on one line or many" {
	jq -n --seq -c '{ts: 1}, {ts: 2}' >lines
	jq -n --seq '{ts: 1}, {ts: 2}' >pretty
	[ "$(head -c 1 lines)" = $'\x1e' ]
	want=$(printf '{"ts":"1970-01-01T00:00:0%sZ"}\n' 1 2)
	expect 0 "$want" '' -- sp-capture lines
	expect 0 "$want" '' -- sp-capture pretty
	printf '\x1e{"ts":1}\n\x1e{"ts":3,"x":[\x1e{"ts":2}\n' >cut
	expect 65 "$want" '~sp-capture: cut:2: byte 15: *' -- sp-capture cut
	printf '\x1e{"ts":\n1}\n\x1e{"ts":3,\n"x":[\n\x1e{"ts":\n2}\n' >cut
	expect 65 "$want" '~sp-capture: cut:3: document 2 is not complete: *' -- sp-capture cut --format json
}

@test "syslog: structured data never has a name twice" {
	echo '<34>1 2024-05-01T10:00:00Z h a - - [x ip="1" ip="2"][y][x ip="3"] m' >in
	expect 0 '{"x":[{"ip":["1","2"]},{"ip":"3"}],"y":{}}' '' -- sh -c 'sp-capture in | sed "s/.*\"data\":\(.*\)}/\1/"'
}

@test "times without a year: the years of a file run forward, by one rule for syslog and --time-format" {
	printf '%s h a: x\n' 'Nov 24 10:00:00' 'Nov 30 10:00:00' 'Dec  3 10:00:00' >year
	touch -d 2024-12-31T12:00Z year
	expect 0 "$(for t in 11-24 11-30 12-03; do syslog_event 2024-${t}T10:00:00Z; done)" '' -- sp-capture year
	printf '{"t":"%s"}\n' 'Nov 24 10:00:00' 'Nov 30 10:00:00' 'Dec  3 10:00:00' >year.ndjson
	touch -d 2024-12-31T12:00Z year.ndjson
	pattern='%b %d %H:%M:%S'
	expect 0 '2024-11-24 2024-11-30 2024-12-03 ' '' -- sh -c "sp-capture year.ndjson -t .t --time-format '$pattern' | cut -c8-17 | tr '\n' ' '"
	printf '%s h a: x\n' 'Nov 24 10:00:00' 'Jan  2 10:00:00' 'Dec 31 23:59:59' 'Dec  3 10:00:00' 'Jun  3 10:00:00' 'Dec 13 10:00:00' 'Feb 29 10:00:00' >years
	touch -d 2026-11-27T12:00Z years
	expect 0 "$(for t in 2022-11-24 2023-01-02; do syslog_event ${t}T10:00:00Z; done
		syslog_event 2022-12-31T23:59:59Z
		for t in 2022-12-03 2023-06-03 2023-12-13 2024-02-29; do syslog_event ${t}T10:00:00Z; done)" '' -- sp-capture years --year 2022
	sed -n 's/ h a: x/"}/; s/^/{"t":"/p' years >years.ndjson
	expect 0 '2022-11-24 2023-01-02 2022-12-31 2022-12-03 2023-06-03 2023-12-13 2024-02-29 ' '' -- \
		sh -c "sp-capture years.ndjson -t .t --time-format '$pattern' --year 2022 | cut -c8-17 | tr '\n' ' '"
}

@test "times without a year: years that run on beyond the last change of the file are reported once" {
	printf '%s h a: x\n' 'Nov 24 10:00:00' 'Mar  1 10:00:00' 'Apr  1 10:00:00' >years
	touch -d 2026-11-27T12:00Z years
	expect 0 "$(for t in 2026-11-24 2027-03-01 2027-04-01; do syslog_event ${t}T10:00:00Z; done)" \
		"sp-capture: years: a time without a year is read as 2027-03-01, after the last change of the file (2026-11-27); give the year of the first time with --year" \
		-- sp-capture years
	sed -n 's/ h a: x/"}/; s/^/{"t":"/p' years >years.ndjson
	touch -d 2026-11-27T12:00Z years.ndjson
	expect 0 '~*' "sp-capture: years.ndjson: a time without a year is read as 2027-03-01, after the last change of the file (2026-11-27); give the year of the first time with --year" \
		-- sp-capture years.ndjson -t .t --time-format '%b %d %H:%M:%S'
	expect 0 "~*" '' -- sp-capture years --year 2025
	printf '%s h a: x\n' 'Feb 28 10:00:00' 'Feb 29 10:00:00' 'Mar  1 10:00:00' >leap
	touch -d 2026-11-27T12:00Z leap
	expect 0 "$(for t in 2026-02-28 2024-02-29 2024-03-01; do syslog_event ${t}T10:00:00Z; done)" \
		"sp-capture: leap: a time without a year is read as 2024-02-29, a leap day, but the one before it as 2026-02-28; give the year of the first time with --year" \
		-- sp-capture leap
	expect 65 "$(for t in 2023-02-28 2023-03-01; do syslog_event ${t}T10:00:00Z; done)" "~sp-capture: leap:2: *" -- sp-capture leap --year 2023
}

@test "--year: only years, and only where times may have none" {
	echo '{"ts":1}' >in
	for year in 0 10000 24x -1; do
		expect 64 '' '~sp-capture: --year: *' -- sp-capture in --year=$year
	done
	for format in '--format ndjson' '--time-format %Y-%m-%d' '--time-format s'; do
		# shellcheck disable=SC2086
		expect 64 '' "~sp-capture: --year is for times without a year: *" -- sp-capture in --year 2024 $format
	done
}

@test "regex: a pattern that backtracks without end costs only the line" {
	printf 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\naa\n' >in
	expect 65 '~{"ts":"*","x":"aa"}' '~sp-capture: in:1: --pattern backtracks too much on this line (1,000,000 steps)*' \
		-- timeout 10 sp-capture in --format regex --pattern '^(?<x>(a+)+)$' --time now
	expect 64 '' "~sp-capture: *--pattern: missing closing parenthesis at byte 7" -- sp-capture --format regex --pattern '(?<x>a' in
	expect 64 '' "~sp-capture: *--format regex needs --pattern" -- sp-capture --format regex in
}

@test "the events are the same however the input is cut into reads" {
	printf 'a,b\n1,"x\ny"\n"2"x,1\n3,"z\n4,5\n' >c.csv
	printf '{"f":[{"a":1},{"b":[1,\n2]}, 3]}\n{"f":0}' >j.json
	for f in "c.csv --format csv" "j.json --format json --each .f" "$DATA/apache_access.log.gz" "$DATA/flights.csv.gz"; do
		rm -f whole.*
		# shellcheck disable=SC2086
		sp-capture $f --time '"2024-05-01T10:00:00Z"' --reject whole.bad >whole.out 2>whole.err
		for size in 1 7 65536; do
			rm -f cut.*
			# shellcheck disable=SC2086
			SP_READ_SIZE=$size sp-capture $f --time '"2024-05-01T10:00:00Z"' --reject cut.bad >cut.out 2>cut.err
			cmp whole.out cut.out && cmp whole.err cut.err && cmp whole.bad cut.bad
		done
		[ -s whole.out ]
	done
}
