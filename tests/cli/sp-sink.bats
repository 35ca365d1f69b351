# sp-sink.bats -- the targets of sp-sink: files, folders, SQLite, the table for people. A file under its final name is complete.
load helpers

events() { printf '%s\n' "$@"; }
# left: prints the temporary files anywhere below.
left() { find . -name '*.sp-tmp' -type f; }
# many N: prints N events.
many() { awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
	printf "{\"ts\":\"2024-05-01T%02d:%02d:%02dZ\",\"n\":%d,\"s\":\"x%d\"}\n", i / 3600 % 24, i / 60 % 60, i % 60, i, i % 7 }'; }
query() { sqlite3 -cmd '.nullvalue NULL' "$@"; }

# ---- command line ----

@test "a target is needed, one only, and options must fit it" {
	expect 64 '' 'sp-sink: no TARGET given; the targets are -, FILE, dir:PATH, sqlite:FILE?table=T and table:' -- sp-sink </dev/null
	expect 64 '' "sp-sink: only one TARGET is possible, not also 'b.csv'" -- sp-sink a.csv b.csv </dev/null
	expect 64 '' 'sp-sink: --key has no meaning for FILE; it is for the target sqlite:FILE?table=T or table:' -- sp-sink --key a a.csv </dev/null
	expect 64 '' 'sp-sink: --append has no meaning for table:; it is for the target FILE' -- sp-sink --append table: </dev/null
	expect 64 '' 'sp-sink: --columns is for CSV and TSV files' -- sp-sink --columns a a.ndjson </dev/null
	expect 64 '' 'sp-sink: --partition has no meaning for FILE; it is for the target dir:PATH' -- sp-sink --partition %Y a.ndjson </dev/null
	expect 64 '' 'sp-sink: --roll-size has no meaning for FILE; it is for the target dir:PATH' -- sp-sink --roll-size 1M a.ndjson </dev/null
	expect 64 '' 'sp-sink: --roll-every has no meaning for table:; it is for the target dir:PATH' -- sp-sink --roll-every 1m table: </dev/null
	expect 64 '' 'sp-sink: --max-open has no meaning for -; it is for the target dir:PATH' -- sp-sink --max-open 5 - </dev/null
	expect 64 '' '~sp-sink: --roll-size: *' -- sp-sink --roll-size x dir:d </dev/null
	expect 64 '' '~sp-sink: --tz: *' -- sp-sink --tz Europe/Atens table: </dev/null
	[ -z "$(ls)" ]
}

@test "a name that does not say the format is an error (64) that lists the targets" {
	expect 64 '' '~sp-sink: out.parquet: *.ndjson, .csv or .tsv*--format*-, FILE, dir:PATH, sqlite:FILE?table=T and table:' -- \
		sp-sink out.parquet </dev/null
	expect 64 '' "sp-sink: unknown format 'cvs'; did you mean 'csv'?" -- sp-sink --format cvs out </dev/null
	events '{"a":1}' | expect 0 '' '' -- sp-sink --format csv out.parquet
	[ "$(cat out.parquet)" = $'a\n1' ]
}

@test "an unknown scheme is an unknown target, unless the name ends in a known format" {
	known='the targets are -, FILE, dir:PATH, sqlite:FILE?table=T and table:'
	local named='to write a file of that name'
	expect 64 '' "sp-sink: unknown target 'mysql:'; $known ($named: ./mysql:foo)" -- sp-sink mysql:foo </dev/null
	expect 64 '' "sp-sink: unknown target 's3:'; $known ($named: ./s3://b/x.csv)" -- sp-sink s3://b/x.csv </dev/null
	expect 64 '' "sp-sink: unknown target 'kafka:'; sp-publish writes to Kafka ($named: ./kafka://h/t)" -- sp-sink kafka://h/t </dev/null
	# The whole scheme counts, not its first letter.
	expect 64 '' "sp-sink: unknown target 'delta:'; $known ($named: ./delta:x)" -- sp-sink delta:x </dev/null
	expect 64 '' "sp-sink: unknown target 'dirs:'; did you mean dir:PATH? ($named: ./dirs:x)" -- sp-sink dirs:x </dev/null
	expect 64 '' "sp-sink: unknown target 'sqlit:'; did you mean sqlite:FILE?table=T? ($named: ./sqlit:x?table=t)" -- sp-sink 'sqlit:x?table=t' </dev/null
	[ -z "$(ls)" ]
	expect 0 '' '' -- sp-sink report:1.csv </dev/null
	expect 0 '' '' -- sp-sink ./mysql:foo --format csv </dev/null
	expect 0 '' '' -- sp-sink 10:30.ndjson </dev/null
	[ "$(ls)" = $'10:30.ndjson\nmysql:foo\nreport:1.csv' ]
}

# ---- lines ----

@test "standard output: events as they are, control lines consumed" {
	events '{"$sp":"windowing","v":1}' ' {"a": 1.50,"b":"\u00e9"} ' '{"$sp":"watermark","ts":"2024-05-01T10:39:59.999Z"}' |
		expect 0 '{"a": 1.50,"b":"\u00e9"}' '' -- sp-sink -
}

@test "a line that is not an event is rejected with its place, and the run goes on" {
	events '{"a":1}' 'no' '[1]' '{"a":1}}' '{"a":2}' >in
	expect 65 $'{"a":1}\n{"a":2}' '~sp-sink: standard input:2: byte 1: no object*standard input:3: *standard input:4: *' -- sp-sink - <in
	expect 0 $'{"a":1}\n{"a":2}' '*' -- sp-sink --reject dead - <in
	[ "$(wc -l <dead)" = 3 ]
	[ "$(jq -r '"\(.position) \(.raw)"' dead)" = $'2 no\n3 [1]\n4 {"a":1}}' ]
}

@test "a file appears under its name when it is complete" {
	mkfifo in
	sp-sink out.ndjson <in &
	pid=$!
	exec 7>in
	echo '{"a":1}' >&7
	wait_for 10 bash -c 'ls -A | grep -q sp-tmp'
	[ ! -e out.ndjson ]
	exec 7>&-
	wait $pid
	[ "$(cat out.ndjson)" = '{"a":1}' ]
	[ -z "$(left)" ]
}

@test "a file is replaced as a whole; permissions are kept, links are followed" {
	echo old >real.ndjson
	chmod 640 real.ndjson
	ln -s real.ndjson link.ndjson
	events '{"a":1}' | expect 0 '' '' -- sp-sink link.ndjson
	[ -L link.ndjson ]
	[ "$(cat real.ndjson)" = '{"a":1}' ]
	[ "$(stat -c %a real.ndjson)" = 640 ]
	: | expect 0 '' '' -- sp-sink empty.csv
	[ -e empty.csv ] && [ ! -s empty.csv ]
}

@test "SIGTERM and a second SIGINT leave the old file and nothing else" {
	echo old >out.csv
	local signal
	for signal in TERM HUP INT; do
		rm -f in
		mkfifo in
		env --default-signal=INT sp-sink out.csv <in &
		pid=$!
		exec 7>in
		echo '{"a":1}' >&7
		wait_for 10 bash -c 'ls -A | grep -q sp-tmp'
		[ $signal != INT ] || { kill -INT $pid; wait_for 10 grep -q '^SigPnd:.*0$' /proc/$pid/status; }
		wait_for 10 bash -c "kill -$signal $pid 2>/dev/null; ! kill -0 $pid 2>/dev/null"
		status=0
		wait $pid || status=$?
		exec 7>&-
		[ $status = $((128 + $(kill -l $signal))) ]
		[ "$(cat out.csv)" = old ]
		[ -z "$(left)" ]
	done
}

@test "temporary files of a killed run are removed by the next one, those of a live run are not" {
	mkfifo in
	sp-sink out.ndjson <in &
	pid=$!
	exec 7>in
	wait_for 10 bash -c 'ls -A | grep -q sp-tmp'
	events '{"a":1}' | sp-sink out.ndjson
	[ "$(left | wc -l)" = 1 ]
	kill -9 $pid
	wait $pid || :
	exec 7>&-
	events '{"a":2}' | sp-sink out.ndjson
	[ -z "$(left)" ]
	[ "$(cat out.ndjson)" = '{"a":2}' ]
	touch .more.gz.1-0123456789abcdef.sp-tmp
	events '{"a":3}' | sp-sink --append more.gz --format ndjson.gz
	[ -z "$(left)" ]
	[ "$(zcat more.gz)" = '{"a":3}' ]
}

@test "gzip and zstd by name and by --format" {
	many 5000 >in
	local f
	for f in ndjson.gz ndjson.zst; do
		expect 0 '' '' -- sp-sink "out.$f" <in
	done
	zcat out.ndjson.gz | cmp - in
	zstd -qdc out.ndjson.zst | cmp - in
	sp-sink --format ndjson.gz - <in | zcat | cmp - in
	sp-sink --format ndjson.zst - <in | zstd -qdc | cmp - in
	gzip -t out.ndjson.gz
	zstd -qt out.ndjson.zst
}

@test "compressed output is written while the input stays open" {
	mkfifo in
	sp-sink --format ndjson.zst - <in >out &
	pid=$!
	exec 7>in
	echo '{"a":1}' >&7
	wait_for 10 bash -c "zstd -qdc out 2>/dev/null | grep -q a"
	exec 7>&-
	wait $pid
}

@test "--append adds lines as they come; the file need not exist" {
	events '{"a":1}' | expect 0 '' '' -- sp-sink --append out.ndjson
	mkfifo in
	sp-sink --append out.ndjson <in &
	pid=$!
	exec 7>in
	echo '{"a":2}' >&7
	wait_for 10 lines out.ndjson 2
	: | expect 75 '' 'sp-sink: out.ndjson: another sp-sink appends to this file; try again when it has ended' -- sp-sink --append out.ndjson
	kill $pid
	wait $pid || :
	exec 7>&-
	[ "$(cat out.ndjson)" = $'{"a":1}\n{"a":2}' ]
}

@test "--append first ends a last line that has no newline" {
	printf '{"a":1}' >out.ndjson
	events '{"a":2}' | expect 0 '' '' -- sp-sink --append out.ndjson
	[ "$(cat out.ndjson)" = $'{"a":1}\n{"a":2}' ]
}

@test "--append keeps the columns of the file, compressed or not" {
	local f cat
	for f in csv:cat csv.gz:zcat csv.zst:zstdcat; do
		cat=${f#*:} f=${f%:*}
		events '{"a":1,"b":"x"}' | expect 0 '' '' -- sp-sink --append "out.$f"
		events '{"b":"y","a":2}' | expect 0 '' '' -- sp-sink --append "out.$f"
		events '{"c":3}' | expect 65 '' 'sp-sink: standard input:1: field "c" is not a column; give all columns with --columns' -- sp-sink --append "out.$f"
		[ "$($cat "out.$f")" = $'a,b\n1,x\n2,y' ]
		: | expect 65 '' "sp-sink: out.$f: has other columns than --columns" -- sp-sink --append --columns b,a "out.$f"
	done
	mv out.csv no.csv.gz
	: | expect 65 '' 'sp-sink: no.csv.gz: the name ends in .gz, but the content is not gzip' -- sp-sink --append no.csv.gz
}

@test "file: a link may lead to a file that does not exist; /dev/stdout is written as the shell opened it" {
	mkdir sub
	ln -s sub/new.ndjson link.ndjson
	events '{"a":1}' | expect 0 '' '' -- sp-sink link.ndjson
	[ "$(readlink link.ndjson)" = sub/new.ndjson ]
	[ "$(cat sub/new.ndjson)" = '{"a":1}' ]
	ln -s b.ndjson a.ndjson
	ln -s a.ndjson b.ndjson
	events '{"a":1}' | expect 73 '' 'sp-sink: a.ndjson: Too many levels of symbolic links' -- sp-sink a.ndjson
	echo old >log.ndjson
	events '{"a":1}' | sp-sink -f ndjson /dev/stdout >>log.ndjson
	events '{"a":2}' | sp-sink --append -f ndjson /dev/fd/7 7>>log.ndjson
	[ "$(cat log.ndjson)" = $'old\n{"a":1}\n{"a":2}' ]
	events '{"a":1}' | expect 73 '' '~*: File name too long' -- sp-sink "$(printf '%0260d' 0).csv"
}

@test "append: a CSV header with a newline in a name, or after a byte-order mark" {
	events '{"a\nb":1,"c":2}' | sp-sink n.csv
	events '{"c":3,"a\nb":4}' | expect 0 '' '' -- sp-sink --append n.csv
	[ "$(cat n.csv)" = $'"a\nb",c\n1,2\n4,3' ]
	printf '\357\273\277a,b\r\n1,2\r\n' >bom.csv
	events '{"b":3,"a":4}' | expect 0 '' '' -- sp-sink --append bom.csv
	[ "$(tail -n 1 bom.csv)" = 4,3 ]
}

@test "append: a pipe without a reader is waited for, and one that loses it ends the run" {
	mkfifo p.ndjson
	events '{"a":1}' | sp-sink --append p.ndjson & local writer=$!
	[ "$(timeout 10 cat p.ndjson)" = '{"a":1}' ]
	wait $writer
	many 100000 | timeout 10 sp-sink --append -f ndjson /dev/stdout | head -n 1 >first
	[ "${PIPESTATUS[*]}" = '141 141 0' ] || { echo "${PIPESTATUS[*]}"; return 1; }
}

@test "append: SIGTERM never leaves an incomplete member" {
	head -c 30000000 /dev/urandom | base64 -w 300 | sed 's/.*/{"s":"&"}/' >in # it hardly gets smaller, so writing the member takes long
	events '{"first":1}' | sp-sink a.ndjson.zst
	local n
	for n in 1 2 3 4; do
		cp a.ndjson.zst b.ndjson.zst
		sp-sink --append b.ndjson.zst <in & local writer=$!
		grew() { [ "$(stat -c %s b.ndjson.zst)" -gt "$(stat -c %s a.ndjson.zst)" ] || ! kill -0 $writer 2>/dev/null; }
		until grew; do :; done
		kill -TERM $writer 2>/dev/null || :
		wait $writer || :
		zstd -qt b.ndjson.zst
	done
}

# ---- CSV, TSV ----

@test "CSV: columns of the first event, quotes of RFC 4180, null and the empty string are different" {
	events '{"a":"x,y","b":"say \"hi\"","c":null,"d":"","e":[1, {"k":"v"}],"f":true,"g":1.50}' \
		'{"g":2,"a":"two\nlines"}' >in
	expect 0 'a,b,c,d,e,f,g
"x,y","say ""hi""",,"","[1,{""k"":""v""}]",true,1.50
"two
lines",,,,,,2' '' -- sp-sink --format csv - <in
	sp-sink --format csv - <in >out.csv
	python3 -c 'import csv; rows = list(csv.reader(open("out.csv", newline="")))
assert rows[1] == ["x,y", "say \"hi\"", "", "", "[1,{\"k\":\"v\"}]", "true", "1.50"], rows[1]
assert rows[2] == ["two\nlines", "", "", "", "", "", "2"], rows[2]'
}

@test "TSV: escapes instead of quotes" {
	events '{"a":"x\ty","b":"back\\slash\nline","c":null}' |
		expect 0 $'a\tb\tc\nx\\ty\tback\\\\slash\\nline\t' '' -- sp-sink --format tsv -
}

@test "CSV: an event with another field is rejected, also under --columns" {
	events '{"a":1}' '{"a":1,"b":2}' '{"a":3}' |
		expect 65 $'a\n1\n3' 'sp-sink: standard input:2: field "b" is not a column; give all columns with --columns' -- sp-sink --format csv -
	events '{"b":2,"a":1}' | expect 0 $'a,"b,c",b\n1,,2' '' -- sp-sink --format csv --columns 'a,"b,c",b' -
	: | expect 0 'a,b' '' -- sp-sink --format csv --columns a,b -
	events '{}' '{"a":"\u0000"}' '{"a":1}' |
		expect 65 $'a\n1' '~*:1: an event without fields has no columns*:2: field "a" has a NUL character, which CSV cannot hold' -- \
			sp-sink --format csv -
	: | expect 64 '' "sp-sink: --columns: column 'a' twice" -- sp-sink --format csv --columns a,a -
}

@test "CSV: another delimiter, in the cells, the header and a file that is continued" {
	events '{"a":"x;y","b;c":"1,5","d":1.5}' >in
	expect 0 $'a;"b;c";d\n"x;y";1,5;1.5' '' -- sp-sink --format csv --delimiter ';' - <in
	sp-sink x.csv --delimiter ';' <in
	expect 0 '' '' -- sp-sink x.csv --delimiter ';' --append <in
	expect 0 $'a;"b;c";d\n"x;y";1,5;1.5\n"x;y";1,5;1.5' '' -- cat x.csv
	expect 65 '' "sp-sink: x.csv: its header line seems to have the delimiter ';': give --delimiter ';'" -- sp-sink x.csv --append <in
	expect 64 '' 'sp-sink: --delimiter is for CSV files' -- sp-sink --format tsv --delimiter ';' - <in
	expect 64 '' "sp-sink: --delimiter 'tab': for tabs give --format tsv" -- sp-sink --format csv --delimiter tab - <in
	expect 64 '' "sp-sink: --delimiter '.': numbers and words have this character; give another one" -- sp-sink --format csv --delimiter . - <in
	expect 64 '' "sp-sink: --delimiter ';;': give one character of ASCII that is no quote, or tab" -- sp-sink --format csv --delimiter ';;' - <in
	expect 64 '' '~sp-sink: --delimiter has no meaning for table:*' -- sp-sink table: --delimiter ';' <in
}

@test "a row of nulls is not an empty line, and comes back" {
	events '{"a":null,"b":null}' >in
	expect 0 $'a,b\n"",' '' -- sp-sink --format csv - <in
	expect 0 $'a\tb\n\\N\t' '' -- sp-sink --format tsv - <in
	expect 0 '~{"ts":"*","a":null,"b":null}' '' -- sp-capture --time now < <(sp-sink --format tsv - <in)
}

@test "CSV: a row of a single null is not an empty line" {
	events '{"a":null}' '{"a":1}' | expect 0 $'a\n""\n1' '' -- sp-sink --format csv -
}

@test "CSV: a hundred thousand columns" {
	awk 'BEGIN { printf "{"; for (i = 0; i < 100000; i++) printf "%s\"%x\":%d", i ? "," : "", i, i % 10; print "}" }' >in
	cat in in | expect 0 '*' '' -- timeout 60 sp-sink out.csv
	[ "$(head -1 out.csv | tr , '\n' | wc -l)" = 100000 ]
	[ "$(sed -n 2p out.csv | md5sum)" = "$(sed -n 3p out.csv | md5sum)" ]
}

# ---- failures ----

@test "a full disk and a size limit are errors (74) that leave no file" {
	events '{"a":1}' | expect 74 '' 'sp-sink: /dev/full: No space left on device' -- sp-sink --format csv /dev/full
	events '{"a":1}' | expect 0 '' '' -- sp-sink --format csv.gz /dev/null
	many 30000 >in
	ulimit -f 64
	expect 74 '' 'sp-sink: out.ndjson: File too large' -- sp-sink out.ndjson <in
	expect 74 '' '~sp-sink: lake/part-*: File too large' -- sp-sink dir:lake <in
	expect 74 '' 'sp-sink: out.db: disk I/O error' -- sp-sink 'sqlite:out.db?table=t' <in
	[ ! -e out.ndjson ] && [ -z "$(left)" ] && [ -z "$(find lake -type f)" ]
}

@test "--append on a full disk leaves complete lines" {
	many 30000 >in
	printf '{"old":1}\n' >out.ndjson
	ulimit -f 64
	expect 74 '' 'sp-sink: out.ndjson: File too large' -- sp-sink --append out.ndjson <in
	head -1 out.ndjson | grep -q old
	jq -c . out.ndjson >/dev/null
	[ "$(tail -c 1 out.ndjson | od -An -c | tr -d ' ')" = '\n' ]
}

@test "targets that cannot be created: one line, 73" {
	mkdir d.csv
	: | expect 73 '' 'sp-sink: d.csv is a folder; to write files in it, give dir:d.csv' -- sp-sink d.csv
	: | expect 73 '' 'sp-sink: no/such.csv: cannot be created: No such file or directory' -- sp-sink no/such.csv
	touch file
	: | expect 73 '' 'sp-sink: file: Not a directory' -- sp-sink dir:file
	: | expect 73 '' 'sp-sink: no/such.db: cannot be opened: No such file or directory' -- sp-sink 'sqlite:no/such.db?table=t'
	: | expect 64 '' 'sp-sink: sqlite: needs a file and a table: write sqlite:FILE?table=NAME' -- sp-sink sqlite:x.db
	: | expect 64 '' "sp-sink: unknown parameter 'tabel'; did you mean 'table'?" -- sp-sink 'sqlite:x.db?tabel=t'
	: | expect 64 '' 'sp-sink: dir: needs a folder: write dir:PATH' -- sp-sink dir:
}

@test "targets without permission: one line, 77" {
	mkdir ro
	# As another user: root has all permissions.
	as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else "$@"; fi; }
	chmod 755 . ro
	[ "$(id -u)" = 0 ] || chmod 555 ro
	: | expect 77 '' 'sp-sink: ro/a.csv: cannot be created: Permission denied' -- as sp-sink ro/a.csv
	: | expect 77 '' 'sp-sink: ro/.sp-tmp: Permission denied' -- as sp-sink dir:ro
	: | expect 77 '' 'sp-sink: ro/x.db: cannot be opened: Permission denied' -- as sp-sink 'sqlite:ro/x.db?table=t'
	[ -z "$(ls -A ro)" ]
}

# ---- folders ----

@test "dir: folders by event time and field, in a zone" {
	events '{"ts":"2024-05-01T22:39:58Z","app":"web"}' '{"ts":"2024-05-01T23:00:00.5Z","app":"db"}' \
		'{"window_start":"2024-05-01T20:00:00Z","window_end":"2024-05-01T21:00:00Z","app":"web"}' \
		'{"ts":1714602000,"app":"web"}' >in
	expect 0 '' '' -- sp-sink dir:lake --partition 'dt=%Y-%m-%d/hour=%H/app={app}' <in
	[ "$(cd lake && find . -type d | sort)" = ".
./dt=2024-05-01
./dt=2024-05-01/hour=20
./dt=2024-05-01/hour=20/app=web
./dt=2024-05-01/hour=22
./dt=2024-05-01/hour=22/app=web
./dt=2024-05-01/hour=23
./dt=2024-05-01/hour=23/app=db" ] || { (cd lake && find . -type d | sort); return 1; }
	[ "$(sort in)" = "$(find lake -type f -name 'part-*.ndjson' -exec cat {} + | sort)" ] || return 1
	expect 0 '' '' -- sp-sink dir:local --partition %Y-%m-%d --tz Europe/Athens <in
	[ "$(ls -A local)" = $'2024-05-01\n2024-05-02' ]
}

@test "dir: values cannot leave PATH" {
	events '{"v":"../../etc"}' '{"v":".."}' '{"v":"."}' '{"v":""}' '{"v":null}' '{}' '{"v":"a/b"}' '{"v":".sp-tmp"}' \
		'{"v":"\u0000\n"}' '{"v":"ä"}' '{"v":1.5}' '{"v":false}' '{"v":"__HIVE_DEFAULT_PARTITION__"}' >in
	mkdir -p x/y
	expect 0 '' '' -- sp-sink dir:x/y --partition '{v}' <in
	[ "$(ls -A x)" = y ]
	[ "$(LC_ALL=C ls -A x/y)" = "$(printf '%s\n' %00%0A %2E %2E. %2E.%2F..%2Fetc %2Esp-tmp %C3%A4 1.5 \
		__HIVE_DEFAULT_PARTITION__ a%2Fb false)" ] || { ls -A x/y; return 1; }
	events '{"v":{"a":1}}' '{"v":[]}' | expect 65 '' '~*field "v" is an object or array*' -- sp-sink dir:x/y --partition '{v}'
	printf '{"v":"%0300d"}\n' 1 | expect 65 '' '~*longer than 255 bytes' -- sp-sink dir:x/y --partition '{v}'
}

@test "dir: no symbolic link below PATH is followed, PATH itself may be one" {
	mkdir out lake
	ln -s lake here
	events '{"v":1}' | expect 0 '' '' -- sp-sink dir:here --partition 'a/{v}'
	[ "$(cd lake && find . -type f -printf '%h\n')" = ./a/1 ]
	why='is a symbolic link, and links below dir:PATH are not followed because they may lead out of it'
	ln -s ../out lake/b
	events '{"v":1}' | expect 73 '' "sp-sink: here/b $why" -- sp-sink dir:here --partition 'b/{v}'
	ln -s ../../out lake/a/2
	events '{"v":2}' | expect 73 '' "sp-sink: here/a/2 $why" -- sp-sink dir:here --partition 'a/{v}'
	ln -s ../out lake/.sp-tmp
	events '{"v":1}' | expect 73 '' "sp-sink: lake/.sp-tmp $why" -- sp-sink dir:lake
	[ -z "$(ls -A out)" ]
	[ "$(find lake -type f | wc -l)" = 1 ]
}

@test "dir: templates that cannot name a folder are errors (64)" {
	local t
	for t in /abs ../x a/../b a//b a/ '{' '{}' '}' '%' '%D' '.x' ''; do
		expect 64 '' "~sp-sink: --partition '*" -- sp-sink dir:d --partition "$t" </dev/null || { echo "template: $t"; return 1; }
	done
	[ -z "$(ls)" ]
	events '{"a":1}' | expect 0 '' '' -- sp-sink dir:d --partition '100%%{{a}}={a}'
	[ "$(ls d)" = '100%{a}=1' ]
}

@test "dir: an event without time is rejected where time is needed" {
	events '{"a":1}' '{"ts":"yesterday"}' | expect 65 '' '~*:1: no event time: --partition needs the field ts or window_start*:2: no event time: *' -- \
		sp-sink dir:d --partition %Y
	events '{"a":1}' | expect 0 '' '' -- sp-sink dir:d
	[ "$(cat d/part-*.ndjson)" = '{"a":1}' ]
}

@test "dir: files are completed by size, by age, and when too many are open" {
	many 20000 >in
	expect 0 '' '' -- sp-sink dir:size --roll-size 256k <in
	[ "$(ls size | wc -l)" -ge 3 ] && cat size/* | cmp - in
	many 70 >few
	expect 0 '' '' -- sp-sink dir:open --partition '{s}' --max-open 3 <few
	[ "$(cat open/*/* | sort)" = "$(sort few)" ]
	[ "$(ls open/x1 | wc -l)" = 10 ]
	mkfifo fifo
	sp-sink dir:age --roll-every 200ms <fifo &
	pid=$!
	exec 7>fifo
	echo '{"a":1}' >&7
	wait_for 10 bash -c '[ "$(ls age 2>/dev/null | wc -l)" = 1 ]'
	exec 7>&-
	wait $pid
}

@test "dir: compressed files; each CSV file has a header" {
	events '{"k":1,"v":"a"}' '{"k":2,"v":"b"}' '{"k":1,"v":"c"}' | expect 0 '' '' -- sp-sink dir:d --partition 'k={k}' --format csv.gz
	[ "$(zcat d/k=1/part-*.csv.gz)" = $'k,v\n1,a\n1,c' ]
	[ "$(zcat d/k=2/part-*.csv.gz)" = $'k,v\n2,b' ]
	events '{}' | expect 65 '' '*' -- sp-sink dir:none --format csv
	[ -z "$(find none -type f)" ]
}

@test "dir: a crash leaves temporary names only, and the next start removes them" {
	mkfifo in
	sp-sink dir:lake --partition '{a}' <in &
	pid=$!
	exec 7>in
	printf '{"a":1}\n{"a":2}\n' >&7
	wait_for 10 bash -c '[ "$(ls -A lake/.sp-tmp 2>/dev/null | wc -l)" = 2 ]'
	: | sp-sink dir:lake
	[ "$(find lake -type f | wc -l)" = 2 ] # those of the living are not touched
	kill -9 $pid
	wait $pid || :
	exec 7>&-
	[ -z "$(find lake -name 'part-*')" ]
	events '{"a":3}' | expect 0 '' '' -- sp-sink dir:lake --partition '{a}'
	[ "$(cd lake && find . -type f -printf '%h\n')" = ./3 ]
	[ ! -e lake/.sp-tmp ]
}

@test "dir: SIGTERM removes incomplete files" {
	mkfifo in
	sp-sink dir:lake <in &
	pid=$!
	exec 7>in
	echo '{"a":1}' >&7
	wait_for 10 bash -c '[ "$(ls -A lake/.sp-tmp 2>/dev/null | wc -l)" = 1 ]'
	kill $pid
	wait $pid || :
	exec 7>&-
	[ -z "$(find lake -type f)" ]
}

@test "dir: a run that ends removes nothing that another one uses" {
	many 3000 | sp-sink dir:lake --roll-size 0 & local long=$!
	local n=0
	while kill -0 $long 2>/dev/null; do
		events '{"short":1}' | sp-sink dir:lake
		n=$((n + 1))
	done
	wait $long
	[ "$(cat lake/*.ndjson | wc -l)" = $((3000 + n)) ]
	[ ! -e lake/.sp-tmp ]
	: | expect 64 '' '~sp-sink: dir: takes no parameters*' -- sp-sink 'dir:lake?format=csv'
}

# ---- SQLite ----

@test "sqlite: columns and types from the events, new fields become columns" {
	events '{"i":1,"r":1.5,"t":"x","b":true,"o":{"k": [1]},"z":null}' '{"i":2,"new":"n"}' |
		expect 0 '' '' -- sp-sink 'sqlite:x.db?table=t'
	[ "$(query x.db 'select * from t')" = $'1|1.5|x|1|{"k":[1]}|NULL|NULL\n2|NULL|NULL|NULL|NULL|n|NULL' ] || { query x.db 'select * from t'; return 1; }
	[ "$(query x.db "select group_concat(name || ':' || type) from pragma_table_info('t')")" = \
		'i:INTEGER,r:REAL,t:TEXT,b:INTEGER,o:TEXT,new:TEXT,z:' ] || { query x.db .schema; return 1; }
	[ "$(query x.db 'pragma journal_mode')" = wal ]
	events '{"i":3,"later":1}' | expect 0 '' '' -- sp-sink 'sqlite:x.db?table=t'
	[ "$(query x.db 'select count(*), sum(i), sum(later) from t')" = '3|6|1' ]
}

@test "sqlite: no value is changed to fit a type: big integers, digits in strings" {
	events '{"i":1,"r":0.5}' '{"i":9223372036854775807,"r":9007199254740993}' '{"i":9223372036854775808,"r":2}' \
		'{"i":"007","r":"1e3"}' '{"i":-123456789012345678901234567890,"r":"x"}' |
		expect 0 '' '' -- sp-sink 'sqlite:x.db?table=t'
	[ "$(query x.db 'select i, typeof(i), r, typeof(r) from t')" = '1|integer|0.5|real
9223372036854775807|integer|9007199254740993|integer
9223372036854775808|text|2|integer
007|text|1e3|text
-123456789012345678901234567890|text|x|text' ] || { query x.db 'select i, typeof(i), r, typeof(r) from t'; return 1; }
	events '{"n":123456789012345678901234567890}' '{"n":5}' '{"n":1.50}' '{"n":false}' | sp-sink 'sqlite:x.db?table=u'
	[ "$(query x.db 'select n, typeof(n) from u')" = $'123456789012345678901234567890|text\n5|text\n1.50|text\nfalse|text' ]
}

@test "sqlite: a user's table keeps its types and rules" {
	query x.db 'create table t(id integer primary key, a text not null, d decimal default 0)'
	events '{"id":1,"a":"x","d":1.5,"more":true}' '{"id":1,"a":"twice"}' '{"id":2}' '{"id":3,"a":"y","d":99999999999999999999}' |
		expect 65 '' '~*:2: refused by the table: UNIQUE *:3: refused by the table: NOT NULL *:4: field "d": its value would change *' -- \
			sp-sink 'sqlite:x.db?table=t'
	[ "$(query x.db 'select * from t')" = '1|x|1.5|1' ]
	query x.db 'create view v as select 1'
	: | expect 73 '' 'sp-sink: x.db: v is a view, not a table' -- sp-sink 'sqlite:x.db?table=v'
}

@test "sqlite: a column that a view, a trigger, a rule or an index depends on is not changed" {
	local sql changed='~*its value would change in a column of that type*'
	for sql in 'create view w as select a from T' 'create trigger g after insert on t begin delete from u where x = (select max(a) from t); end' \
		'create index i on t(a)'; do
		rm -f x.db
		events '{"a":1}' | sp-sink 'sqlite:x.db?table=t'
		query x.db 'create table u(x)' "$sql"
		events '{"a":2}' '{"a":"007"}' '{"a":3}' | expect 65 '' "$changed" -- sp-sink 'sqlite:x.db?table=t'
		[ "$(query x.db 'select group_concat(a) from t' "select count(*) from sqlite_schema where sql like '%sp-sink old%'")" = $'1,2,3\n0' ]
	done
	for sql in 'create table t(a integer check (length(a) <= 2))' 'create table t(a integer collate nocase)' 'create table t(a integer, b text)'; do
		rm -f x.db
		query x.db "$sql"
		events '{"a":"0010"}' | expect 65 '' "$changed" -- sp-sink 'sqlite:x.db?table=t'
		[ "$(query x.db 'select sql from sqlite_schema')" = "CREATE TABLE ${sql#create table }" ]
	done
}

@test "sqlite: a default is used for every event that lacks the column, and for no other" {
	query x.db 'create table t(a, b integer not null default 7, c default 9)'
	events '{"a":1}' '{"a":2,"b":3,"c":4}' '{"a":3}' '{"a":4,"c":null}' | expect 0 '' '' -- sp-sink 'sqlite:x.db?table=t'
	[ "$(query x.db 'select * from t')" = $'1|7|9\n2|3|4\n3|7|9\n4|7|NULL' ]
	query x.db 'create table g(a, twice as (2 * a))'
	events '{"a":2,"twice":4}' '{"a":3}' | expect 65 '' '~*:1: field "twice": the table computes that column*' -- sp-sink 'sqlite:x.db?table=g'
	[ "$(query x.db 'select * from g')" = '3|6' ]
}

@test "sqlite: two runs may create the table and its columns at the same time" {
	mkfifo one two
	sp-sink 'sqlite:x.db?table=t' <one & local first=$!
	sp-sink 'sqlite:x.db?table=t' <two & local second=$!
	exec 8>one 9>two
	rows() { [ "$(query -readonly x.db 'select count(*) from t' 2>/dev/null)" = "$1" ]; }
	events '{"a":1,"n":1}' >&8
	wait_for 10 rows 1
	events '{"a":2,"n":"x"}' >&9
	wait_for 10 rows 2
	events '{"a":3,"m":3}' >&8
	wait_for 10 rows 3
	events '{"m":4}' >&9
	exec 8>&- 9>&-
	wait $first
	wait $second
	[ "$(query x.db 'select a, n, m from t order by rowid')" = $'1|1|NULL\n2|x|NULL\n3|NULL|3\nNULL|NULL|4' ]
}

@test "sqlite: a ROLLBACK by a rule of the table is reported" {
	query x.db 'create table t(a integer unique on conflict rollback)'
	events '{"a":1}' '{"a":2}' '{"a":1}' | expect 65 '' "~sp-sink: standard input:3: x.db: a ROLLBACK in the table's definition (UNIQUE*) has undone 2 events*" -- \
		sp-sink 'sqlite:x.db?table=t'
	: | expect 64 '' '~*needs a file and a table*' -- sp-sink 'sqlite://?table=t'
}

@test "sqlite: --key replaces rows, null equals null, retracted rows are deleted" {
	events '{"w":1,"k":"a","n":1}' '{"w":1,"k":null,"n":2}' '{"w":1,"k":"a","n":3,"revision":1}' '{"w":1,"n":4}' '{"w":2,"k":"a","n":5}' \
		'{"w":1,"k":"b","n":6}' '{"w":1,"k":"b","n":6,"retracted":true}' '{"w":9,"k":"q","retracted":true}' '{"w":3,"k":"c","n":7,"retracted":false}' |
		expect 0 '' '' -- sp-sink --key w,k 'sqlite:x.db?table=t'
	[ "$(query x.db 'select w, k, n, revision from t order by w, k')" = $'1|NULL|4|NULL\n1|a|3|1\n2|a|5|NULL\n3|c|7|NULL' ] || { query x.db 'select * from t'; return 1; }
	! query x.db .schema | grep retracted
	events '{"w":1,"k":"a","n":10}' | expect 0 '' '' -- sp-sink --key w,k 'sqlite:x.db?table=t'
	[ "$(query x.db 'select n from t where w = 1 and k = "a"; select count(*) from t')" = $'10\n4' ]
	query x.db 'explain query plan select * from t where w is 1 and k is 2' | grep -q 'USING INDEX'
}

@test "sqlite: columns of the key give up their type, too; the user's other columns are kept" {
	events '{"k":1,"v":1}' '{"k":99999999999999999999,"v":2}' '{"k":99999999999999999999,"v":3}' '{"k":"1","v":4}' |
		expect 0 '' '' -- sp-sink --key k 'sqlite:x.db?table=t'
	[ "$(query x.db 'select k, typeof(k), v from t order by v')" = $'1|integer|1\n99999999999999999999|text|3\n1|text|4' ]
	query x.db 'alter table t add column mine default "m"'
	events '{"k":1,"v":9}' | sp-sink --key k 'sqlite:x.db?table=t'
	[ "$(query x.db 'select v, mine from t where k is 1')" = '9|m' ]
	query x.db .schema | grep -q 'CREATE INDEX'
}

@test "sqlite: --key leaves nothing of the old row, no matter which run created its columns" {
	events '{"k":1,"a":1,"b":1}' | sp-sink --key k 'sqlite:x.db?table=t'
	events '{"k":1,"a":2}' | expect 0 '' '' -- sp-sink --key k 'sqlite:x.db?table=t'
	[ "$(query x.db 'select * from t')" = '1|2|NULL' ]
}

@test "sqlite: a table with no columns but the key" {
	events '{"a":1,"b":null}' '{"b":null,"a":1}' '{"a":2}' | expect 0 '' 'sp-sink: --key b: null in every event' -- sp-sink --key a,b 'sqlite:x.db?table=t'
	[ "$(query x.db 'select a, b from t')" = $'1|NULL\n2|NULL' ]
}

@test "sqlite: names are quoted, whatever they contain" {
	events '{"select":1,"a\"b":2,"x; drop table t":3,"":4,"日本":5,"a.b":6}' |
		expect 0 '' '' -- sp-sink --key '"select"' 'sqlite:x.db?table=my%20%22t%22;--'
	[ "$(query x.db 'select "select", "a""b", "x; drop table t", "", "日本", "a.b" from "my ""t"";--"')" = '1|2|3|4|5|6' ]
	events '{"a":1,"A":2}' '{"B":1}' '{"b":2}' '{"n\u0000":1}' |
		expect 65 '' '~*:1: field "A": names that differ only in case are one column in SQLite*:4: field "n\\u0000" has a NUL*' -- \
			sp-sink 'sqlite:x.db?table=u'
	[ "$(query x.db 'select b from u')" = $'1\n2' ]
}

@test "sqlite: an event with too many columns is rejected, and the run goes on" {
	awk 'BEGIN { print "{\"a\":1}"; printf "{"; for (i = 0; i < 3000; i++) printf "%s\"c%d\":1", i ? "," : "", i; print "}"; print "{\"a\":2}" }' |
		expect 65 '' '~*:2: 3000 new fields: the table would have more than 2000 columns*' -- sp-sink 'sqlite:x.db?table=t'
	[ "$(query x.db 'select * from t')" = $'1\n2' ]
}

@test "sqlite: events without values" {
	events '{"a":null,"b":null}' '{"a":null}' '{"a":5}' '{}' | expect 65 '' '~*:4: an event without fields has no columns' -- sp-sink 'sqlite:x.db?table=t'
	[ "$(query x.db 'select a, b from t')" = $'NULL|NULL\nNULL|NULL\n5|NULL' ]
}

@test "sqlite: rows are committed a second after they came" {
	mkfifo in
	sp-sink 'sqlite:x.db?table=t' <in &
	pid=$!
	exec 7>in
	echo '{"a":1}' >&7
	wait_for 10 bash -c '[ "$(sqlite3 -readonly x.db "select count(*) from t" 2>/dev/null)" = 1 ]'
	echo '{"a":2}' >&7
	wait_for 10 bash -c '[ "$(sqlite3 -readonly x.db "select count(*) from t" 2>/dev/null)" = 2 ]'
	exec 7>&-
	wait $pid
}

@test "sqlite: SIGTERM leaves complete transactions" {
	many 300000 >in
	mkfifo fifo
	sp-sink 'sqlite:x.db?table=t' <fifo &
	pid=$!
	exec 7>fifo
	cat in >&7 &
	wait_for 30 bash -c '[ "$(sqlite3 -readonly x.db "select count(*) from t" 2>/dev/null)" -ge 1000 ]'
	kill $pid
	wait $pid || :
	exec 7>&-
	[ "$(query x.db 'pragma integrity_check')" = ok ]
	[ "$(query x.db 'select count(*) = max(n) + 1 from t')" = 1 ]
}

@test "sqlite: a locked database is 75, a file that is not a database 73" {
	query x.db 'create table t(a)'
	mkfifo hold
	sqlite3 x.db <hold >locked &
	pid=$!
	exec 7>hold
	printf 'begin immediate;\nselect 1;\n' >&7
	wait_for 10 test -s locked
	echo '{"a":1}' | expect 75 '' 'sp-sink: x.db: locked by another program for 5 s; try again when it has ended' -- \
		sp-sink 'sqlite:x.db?table=t'
	exec 7>&-
	wait $pid
	many 50 >no.db
	: | expect 73 '' 'sp-sink: no.db is not an SQLite database' -- sp-sink 'sqlite:no.db?table=t'
	[ "$(wc -l <no.db)" = 50 ]
}

# ---- table ----

@test "table: numbers are aligned to the right, times are as short as possible" {
	events '{"window_start":"2024-05-01T10:39:00Z","path":"/a","n":5,"p99":1.25}' \
		'{"window_start":"2024-05-01T10:40:00Z","path":"/long/path","n":1234567,"p99":130}' \
		'{"window_start":"2024-05-01T10:41:00Z","path":null,"n":-3,"p99":null}' |
		expect 0 'window_start      path              n     p99
────────────────  ──────────  ───────  ──────
2024-05-01 10:39  /a                5    1.25
2024-05-01 10:40  /long/path  1234567  130
2024-05-01 10:41  -                -3    -' '' -- sp-sink table:
}

@test "table: days, seconds, fractions, a zone" {
	events '{"t":"2024-05-01T00:00:00Z"}' | expect 0 $'t\n──────────\n2024-05-01' '' -- sp-sink table:
	events '{"t":"2024-05-01T00:00:00Z"}' '{"t":"2024-05-01T10:00:07.25Z"}' |
		expect 0 $'t\n──────────────────────\n2024-05-01 00:00:00\n2024-05-01 10:00:07.25' '' -- sp-sink table:
	events '{"t":"2024-05-01T21:00:00Z"}' | expect 0 $'t\n──────────\n2024-05-02' '' -- sp-sink --tz Europe/Athens table:
}

@test "table: a time whose local year has five digits is shown as it came" {
	events '{"t":"9999-12-31T23:59:59Z"}' | expect 0 $'t\n────────────────────\n9999-12-31T23:59:59Z' '' -- sp-sink --tz Asia/Tokyo table:
	events '{"t":"0000-01-01T00:00:00Z"}' | expect 0 '~*0000-01-01T00:00:00Z' '' -- sp-sink --tz America/New_York table:
}

@test "table: wide characters, combining marks, and nothing that moves the cursor" {
	events '{"名前":"日本","x":"é|"}' '{"名前":"e\u0301","x":"\u001b[31m\u202e\n"}' '{"名前":"👍","x":{"a":"\u0007"}}' |
		expect 0 '名前  x
────  ──────────────────
日本  é|
é     \u001b[31m\u202e\n
👍    {"a":"\u0007"}' '' -- sp-sink table:
}

@test "table: after 10,000 rows a new column starts a new table; nothing is cut" {
	(awk 'BEGIN { for (i = 0; i < 10000; i++) print "{\"a\":" i "}" }'; echo '{"a":1,"b":"x"}') |
		expect 0 '*' '' -- sp-sink table:
	[ "$(tail -4 .out)" = $'\n   a  b\n────  ─\n   1  x' ]
	[ "$(wc -l <.out)" = 10006 ]
}

@test "table: not on a terminal, rows that come again are shown once, in their last form" {
	r() { echo "{\"window_start\":\"2024-05-01T10:39:00Z\",\"revision\":$1,\"final\":$2,\"status\":$3,\"n\":$4}"; }
	(r 0 false 200 1; r 0 false 404 1; r 1 false 200 2; r 2 true 200 9; r 1 true 404 3) |
		expect 0 'window_start      revision  final  status  n
────────────────  ────────  ─────  ──────  ─
2024-05-01 10:39         2  true      200  9
2024-05-01 10:39         1  true      404  3' '' -- sp-sink table:
	events '{"k":1,"n":1}' '{"k":2,"n":1}' '{"k":1,"n":5}' '{"k":2,"n":1,"retracted":true}' |
		expect 0 $'k  n\n─  ─\n1  5' '' -- sp-sink --key k table:
}

@test "table: on a terminal it is repainted in place" {
	r() { echo "{\"window_start\":\"2024-05-01T10:$1:00Z\",\"revision\":$2,\"final\":false,\"status\":$3,\"n\":$4}"; }
	(r 39 0 200 1; r 39 0 404 1; r 39 1 200 31; echo '%wait 31'; echo %show
		r 40 0 200 7; r 39 2 200 99; echo '%wait 99'; echo %show; echo '%resize 40x6'; echo '%wait older'; echo %show) >steps
	TERM=xterm expect 0 '-- screen
window_start      status   n
────────────────  ──────  ──
2024-05-01 10:39     200  31
2024-05-01 10:39     404   1
-- screen
window_start      status   n
────────────────  ──────  ──
2024-05-01 10:39     200  99
2024-05-01 10:39     404   1
2024-05-01 10:40     200   7
-- screen
window_start      status   n
────────────────  ──────  ──
2024-05-01 10:39     404   1
2024-05-01 10:40     200   7
(1 older row above)
-- end
window_start      status   n
────────────────  ──────  ──
2024-05-01 10:39     200  99
2024-05-01 10:39     404   1
2024-05-01 10:40     200   7
-- status 0' '' -- "$TOOLS/pty.py" 60x20 sp-sink table: <steps
}

@test "table: lines that a narrower terminal has wrapped are removed, too" {
	r() { echo "{\"revision\":$1,\"final\":false,\"key\":\"$2\",\"a column of results\":$3}"; }
	(r 0 a 1; r 0 b 2; echo '%wait b'; echo '%resize 20x12'; echo '%wait …'; r 1 a 77; echo '%wait 77'; echo %show) >steps
	TERM=xterm expect 0 '-- screen
key  a column of re…
───  ───────────────
a                 77
b                  2
-- end
key  a column of re…
───  ───────────────
a                 77
b                  2
-- status 0' '' -- "$TOOLS/pty.py" 60x12 sp-sink table: <steps
}

@test "table: on a terminal long values are cut; rows that do not come again are printed" {
	(echo '{"id":1,"text":"a rather long text that does not fit","n":12345}'; echo '%wait 12345'; echo %show; echo '{"id":2,"text":"b","n":1}') >steps
	TERM=xterm expect 0 '-- screen
id  text                   n
──  ─────────────────  ─────
 1  a rather long te…  12345
-- end
id  text                   n
──  ─────────────────  ─────
 1  a rather long te…  12345
 2  b                      1
-- status 0' '' -- "$TOOLS/pty.py" 28x10 sp-sink table: <steps
}

# ---- pipelines ----

@test "sp-window | sp-agg | sp-sink: updates and retractions end as the final rows" {
	[ -x "$(command -v sp-agg)" ]
	events '{"ts":"2024-05-01T10:00:00Z","u":"a"}' '{"ts":"2024-05-01T10:40:00Z","u":"a"}' '{"ts":"2024-05-01T10:20:00Z","u":"a"}' \
		'{"ts":"2024-05-01T10:21:00Z","u":null}' >in
	sp-window --session 30m --delay 1h <in | sp-agg --by .u n=count --emit update | sp-sink --key window_start,window_end,u 'sqlite:x.db?table=t'
	[ "$(query x.db 'select window_start, window_end, u, n from t order by u')" = \
		$'2024-05-01T10:21:00Z|2024-05-01T10:51:00Z|NULL|1\n2024-05-01T10:00:00Z|2024-05-01T11:10:00Z|a|3' ] || { query x.db 'select * from t'; return 1; }
}

@test "--status ends with a line, --metrics with a file" {
	many 3 | expect 0 '' '~*sp-sink: 3 events, */s*' -- sp-sink --status --metrics m out.csv
	grep -q '^sp_sink_events_total 3$' m
}

@test "--tz: times of the zone with their offset in CSV and TSV, refused where it has no effect" {
	events '{"ts":"2024-05-01T10:39:58.487Z","a":"2024-05-01 10:39:58Z","b":"x2024-05-01T10:39:58Z","c":["2024-05-01T10:39:58Z"]}' \
		'{"ts":"2024-10-27T00:30:00Z","a":"1850-05-01T00:00:00Z","b":"9999-12-31T23:59:59Z"}' \
		'{"ts":"2024-10-27T01:30:00.123456789Z","a":"0000-01-01T00:00:00Z"}' >in
	# The hour that comes twice in autumn stays two hours. What is no time, or has no local time of four digits, stays.
	expect 0 'ts,a,b,c
2024-05-01T13:39:58.487+03:00,2024-05-01 10:39:58Z,x2024-05-01T10:39:58Z,"[""2024-05-01T10:39:58Z""]"
2024-10-27T03:30:00+03:00,1850-05-01T00:00:00Z,9999-12-31T23:59:59Z,
2024-10-27T03:30:00.123456789+02:00,0000-01-01T00:00:00Z,,' '' -- sp-sink -f csv --tz Europe/Athens - <in
	expect 0 $'ts\n2024-05-01T08:09:58.487-02:30' '' -- sh -c 'head -n 1 in | jq -c "{ts}" | sp-sink -f tsv --tz America/St_Johns -'
	expect 0 $'ts\n2024-05-01T10:39:58.487Z' '' -- sh -c 'head -n 1 in | jq -c "{ts}" | sp-sink -f csv --tz UTC -'
	# The same instants come back.
	sp-sink --tz Asia/Kolkata out.csv <in
	expect 0 "$(jq -c '.ts' in)" '' -- sh -c 'sp-capture out.csv | jq -c .ts'
	expect 64 '' '~sp-sink: --tz is for CSV and TSV files: *' -- sp-sink --tz Europe/Athens out.ndjson <in
	expect 64 '' '~sp-sink: --tz is for CSV and TSV files: *' -- sp-sink --tz Europe/Athens - <in
	expect 64 '' '~sp-sink: --tz has no meaning for sqlite:*' -- sp-sink --tz Europe/Athens 'sqlite:s.db?table=t' <in
	expect 64 '' '~sp-sink: --tz: only folders are named by times*' -- sp-sink --tz Europe/Athens dir:d <in
	expect 64 '' '~sp-sink: --tz: only folders are named by times*' -- sp-sink --tz Europe/Athens dir:d --partition 'b={b}' <in
	[ ! -e out.ndjson ] && [ ! -e s.db ] && [ ! -e d ]
}

@test "the letters of version 0.1 that mean something else in sp-capture are still accepted, but not shown" {
	events '{"a":1,"b":2}' | expect 0 'b,a' '' -- sh -c 'sp-sink -fcsv -c b,a out && sp-sink -a -f csv out </dev/null && head -n 1 out'
	expect 0 '' '' -- sh -c "sp-sink --help | grep -- '^  -[fac],' || :"
}

@test "--key: a field that no event has is refused, and nothing is stored; one that is always null is said" {
	printf '{"window_start":"2024-05-01T10:0%d:00Z","status":%d,"n":1,"x":null}\n' 0 200 0 500 1 200 1 500 >in
	expect 65 '' 'sp-sink: --key stauts: no event had it (fields seen: .window_start, .status, .n, .x; did you mean .status?); rows would replace each other, so nothing is stored' \
		-- sp-sink 'sqlite:s.db?table=t' --key window_start,stauts <in
	expect 0 0 '' -- sqlite3 s.db "select count(*) from sqlite_schema where name = 't'"
	expect 65 '' '~sp-sink: --key stauts: no event had it*' -- sp-sink table: --key window_start,stauts <in
	# A column is a member of the event itself, so the hint names no deeper ones.
	expect 65 '' '~sp-sink: --key o.k: no event had it (fields seen: .o, .n); *' -- \
		sp-sink 'sqlite:s.db?table=t' --key o.k <<<'{"o":{"k":1},"n":2}'
	# SQLite ignores case. One event with the field is enough. A null is said.
	expect 0 '' '' -- sp-sink 'sqlite:s.db?table=t' --key window_start,STATUS <in
	expect 0 4 '' -- sqlite3 s.db 'select count(*) from t'
	{ cat in; echo '{"stauts":7}'; } >one
	expect 0 '' '' -- sp-sink 'sqlite:s.db?table=one' --key window_start,stauts <one
	expect 0 '' 'sp-sink: --key x: null in every event' -- sp-sink 'sqlite:s.db?table=x' --key status,x <in
	expect 0 '' '' -- sp-sink 'sqlite:s.db?table=none' --key stauts </dev/null
	# The clock does not decide: the first commit waits for the field.
	mkfifo pipe
	sp-sink 'sqlite:s.db?table=live' --key stauts <pipe 2>err &
	local pid=$!
	exec 7>pipe
	cat in >&7
	wait_for 10 grep -q 'sp-sink: --key stauts: no event had it (.*); rows would .*, so nothing is stored before an event has it' err
	echo '{"stauts":1}' >&7
	wait_for 10 sh -c '[ "$(sqlite3 s.db "select count(*) from live")" = 2 ]'
	exec 7>&-
	expect 0 '' '' -- wait $pid
	expect 0 1 '' -- sh -c 'wc -l <err'
}

@test "--partition: a field that no event has is said" {
	events '{"app":"a","z":1}' >in
	expect 0 '' 'sp-sink: --partition ap: no event had it (fields seen: .app, .z; did you mean .app?)' -- sp-sink dir:d --partition 'a={{ap}}/{ap}-{z}' <in
	expect 0 '' '' -- sp-sink dir:d --partition 'a={app}' <in
	expect 0 '' '~*; --partition ap: no event had it*' -- sp-sink dir:d --partition 'a={ap}' --status <in
}
