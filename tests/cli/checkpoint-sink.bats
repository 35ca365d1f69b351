# checkpoint-sink.bats -- sp-sink as the end of a job: what the store has after stops, crashes and repairs.
load helpers

A=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa B=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb C=cccccccccccccccccccccccccccccccc
PATH=${SP_BIN:-$ROOT/build/bin}/../tools:$PATH
T='sqlite:s.db?table=t'

# job [DIR]: makes the folder of checkpoints of job web.9f2c77ab.
job() {
	mkdir -m 700 "${1:-J}"
	printf '{"sp":1,"job":"web.9f2c77ab","cwd":"%s","shard":null}\n' "$PWD" >"${1:-J}/FORMAT"
}
# stream RUN EPOCH [EPOCH'S RUN]: writes the stream of RUN that continues after EPOCH. Arguments after these are lines;
# "barrier 3", "stop 3" and "end 3" become control lines. IDS and DIR may say other things about the start.
stream() {
	local run=$1 dir=${DIR:-$PWD/J}
	printf '{"$sp":"start","v":1,"job":"web.9f2c77ab","run":"%s","dir":"%s","from":{"epoch":"%s","run":"%s"},"path":[%s]}\n' \
		"$run" "$dir" "$2" "$3" "${IDS:-\"sp-capture\"}"
	shift 3
	printf '%s\n' "$@" | sed -E "s/^(barrier|stop|end) ([0-9]+)\$/{\"\$sp\":\"\1\",\"run\":\"$run\",\"epoch\":\"\2\"}/"
}
# play RUN EPOCH RUN LINES...: the same with sums.
play() { stream "$@" | stream_sums; }
query() { sqlite3 -cmd '.nullvalue NULL' s.db "$@"; }
committed() { sed -E 's/^\{"epoch":"([0-9]+)","run":"(.).*/\1 \2/' "${1:-J}/COMMITTED"; }
# is COMMAND... TEXT: compares what COMMAND prints with TEXT.
is() {
	local want=${*: -1}
	same_text "${*:1:$#-1}" "$("${@:1:$#-1}")" "$want"
}

@test "rows and their epoch are stored together, and a stop ends with 0" {
	job
	play $A 0 '' '{"a":1}' '{"a":2}' 'barrier 1' '{"a":3}' 'stop 2' | expect 0 '' '*' -- sp-sink --checkpoint J "$T"
	is query 'SELECT a FROM t' $'1\n2\n3'
	is query 'SELECT job, epoch, run FROM sp_epoch' "web.9f2c77ab|2|$A"
	is committed '2 a'
	play $B 2 $A '{"a":4}' 'barrier 3' 'stop 4' | expect 0 '' '*' -- sp-sink --checkpoint J "$T"
	is query 'SELECT a FROM t' $'1\n2\n3\n4'
	is committed '4 b'
	grep -q '"path":\["sp-capture","sp-sink"\]' J/COMMITTED
}

@test "a stream that breaks off is 75, and nothing of its last epoch is stored" {
	job
	play $A 0 '' '{"a":1}' 'barrier 1' '{"a":2,"b":1}' | expect 75 '' '~*ended without a stop or end line*' -- sp-sink --checkpoint J "$T"
	is query 'SELECT * FROM t' 1
	is committed '1 a'
	# A line that was cut off is no reject.
	{ play $B 1 $A '{"a":2,"b":1}'; printf '{"a":'; } | expect 75 '' '*' -- sp-sink --checkpoint J "$T"
	is query 'SELECT * FROM t' 1
}

@test "a store that is ahead of COMMITTED corrects it with 75, and the next start is right" {
	job
	play $A 0 '' '{"a":1}' 'barrier 1' '{"a":2}' 'stop 2' | sp-sink --checkpoint J "$T"
	play $B 1 $A '{"a":2}' 'stop 2' | expect 75 '' '~sp-sink: the store has epoch 2*' -- sp-sink --checkpoint J "$T"
	is query 'SELECT a FROM t' $'1\n2'
	is committed '2 a'
	play $C 2 $A '{"a":3}' 'stop 3' | expect 0 '' '*' -- sp-sink --checkpoint J "$T"
	is query 'SELECT a FROM t' $'1\n2\n3'
}

@test "a store of the same epoch, but of another run, corrects COMMITTED too" {
	job
	play $A 0 '' '{"a":1}' 'stop 1' | sp-sink --checkpoint J "$T"
	play $B 1 $C '{"a":2}' 'stop 2' | expect 75 '' '*' -- sp-sink --checkpoint J "$T"
	is committed '1 a'
}

@test "a store that knows nothing of the job is 65, or is adopted" {
	job
	play $A 0 '' '{"a":1}' 'stop 1' | sp-sink --checkpoint J "$T"
	rm s.db
	play $B 1 $A '{"a":2}' 'stop 2' | expect 65 '' '~*knows nothing of job web.9f2c77ab*rm -r*--adopt' -- sp-sink --checkpoint J "$T"
	is committed '1 a'
	# The same with a database that others have made.
	rm -f s.db*
	query 'CREATE TABLE t(a)'
	play $B 1 $A '{"a":2}' 'stop 2' | expect 65 '' '*' -- sp-sink --checkpoint J "$T"
	play $B 1 $A '{"a":2}' 'stop 2' | expect 0 '' '*' -- sp-sink --checkpoint J --adopt "$T"
	is query 'SELECT a FROM t' 2
	is query 'SELECT epoch, run FROM sp_epoch' "2|$B"
	is committed '2 b'
}

@test "an adopted store stays adopted if the run is killed before its first commit" {
	job
	play $A 0 '' '{"a":1}' 'stop 1' | sp-sink --checkpoint J "$T"
	rm s.db
	play $B 1 $A '{"a":2}' | expect 75 '' '*' -- sp-sink --checkpoint J --adopt "$T"
	play $C 1 $A '{"a":3}' 'stop 2' | expect 0 '' '*' -- sp-sink --checkpoint J "$T"
	is query 'SELECT a FROM t' 3
}

@test "a restored backup of the store goes on if the snapshots of that time are there" {
	job
	play $A 0 '' '{"a":1}' 'stop 1' | sp-sink --checkpoint J "$T"
	cp s.db backup.db
	play $B 1 $A '{"a":2}' 'barrier 2' '{"a":3}' 'stop 3' | sp-sink --checkpoint J "$T"
	cp backup.db s.db
	play $C 3 $B '{"a":4}' 'stop 4' | expect 75 '' '*' -- sp-sink --checkpoint J "$T"
	is committed '1 a'
	play $C 1 $A '{"a":2}' '{"a":3}' '{"a":4}' 'stop 2' | expect 0 '' '*' -- sp-sink --checkpoint J "$T"
	is query 'SELECT a FROM t' $'1\n2\n3\n4'
	# Without the snapshot of that time the state is lost.
	cp backup.db s.db
	rm J/sp-sink/1-$A.snap
	play $B 2 $C '{"a":5}' 'stop 3' | expect 75 '' '*' -- sp-sink --checkpoint J "$T"
	play $B 1 $A '{"a":5}' 'stop 2' | expect 65 '' '~*snapshot*' -- sp-sink --checkpoint J "$T"
	is query 'SELECT a FROM t' 1
}

@test "another line before the sink is 65, or --upgrade" {
	job
	play $A 0 '' '{"a":1}' 'stop 1' | sp-sink --checkpoint J "$T"
	IDS='"sp-capture","sp-window"' play $B 1 $A '{"a":2}' 'stop 2' | expect 65 '' '~*were sp-capture,sp-sink and are sp-capture,sp-window,sp-sink*--upgrade' -- sp-sink --checkpoint J "$T"
	IDS='"sp-capture","sp-window"' play $B 1 $A '{"a":2}' 'stop 2' | expect 0 '' '*' -- sp-sink --checkpoint J --upgrade "$T"
	is query 'SELECT a FROM t' $'1\n2'
	grep -q '"path":\["sp-capture","sp-window","sp-sink"\]' J/COMMITTED
}

@test "another --key or table in the middle of a job is 65, and free after an end" {
	job
	play $A 0 '' '{"a":1,"n":1}' 'stop 1' | sp-sink --checkpoint J --key a "$T"
	play $B 1 $A '{"a":1,"n":2}' 'stop 2' | expect 65 '' '~sp-sink: *--key*store of 1 events*--end*--upgrade*' -- sp-sink --checkpoint J --key a,n "$T"
	play $B 1 $A '{"a":1,"n":2}' 'stop 2' | expect 65 '' '~sp-sink: *table*' -- sp-sink --checkpoint J --key a 'sqlite:s.db?table=u'
	is query 'SELECT * FROM t' '1|1'
	# The file may be moved.
	mv s.db r.db
	play $B 1 $A '{"a":1,"n":2}' 'end 2' | expect 0 '' '*' -- sp-sink --checkpoint J --key a 'sqlite:r.db?table=t'
	mv r.db s.db
	is query 'SELECT * FROM t' '1|2'
	play $C 2 $B '{"a":1,"n":3}' 'stop 3' | expect 0 '' '*' -- sp-sink --checkpoint J --key a,n 'sqlite:s.db?table=u'
	is query 'SELECT * FROM u' '1|3'
	play $A 3 $C '{"a":1,"n":3,"retracted":true}' '{"a":2,"n":3}' 'stop 4' | expect 0 '' '*' -- sp-sink --checkpoint J --upgrade --key n 'sqlite:s.db?table=u'
	is query 'SELECT * FROM u' '2|3'
}

@test "keyed rows and retractions are right after a crash in the middle" {
	job
	play $A 0 '' '{"k":"x","n":1}' '{"k":"y","n":1}' 'barrier 1' '{"k":"x","n":9}' '{"k":"y","retracted":true}' | expect 75 '' '*' -- sp-sink --checkpoint J --key k "$T"
	is query 'SELECT * FROM t' $'x|1\ny|1'
	play $B 1 $A '{"k":"x","n":2}' '{"k":"y","retracted":true}' 'stop 2' | expect 0 '' '*' -- sp-sink --checkpoint J --key k "$T"
	is query 'SELECT * FROM t' 'x|2'
	# A field of the key that an earlier run has had needs not be in this one.
	play $C 2 $B '{"n":3}' 'stop 3' | expect 0 '' '*' -- sp-sink --checkpoint J --key k "$T"
	is query 'SELECT * FROM t' $'x|2\nNULL|3'
}

@test "a field of --key that no event of the first epoch has is 65, and nothing is stored" {
	job
	play $A 0 '' '{"a":1}' 'barrier 1' '{"k":1}' 'stop 2' | expect 65 '' '~*--key k: no event had it*nothing is stored*' -- sp-sink --checkpoint J --key k "$T"
	is query 'SELECT count(*) FROM sqlite_schema' 0
}

@test "columns that had only nulls are declared at the end of the job, over restarts" {
	job
	play $A 0 '' '{"a":1,"b":null,"c":null}' 'barrier 1' 'stop 2' | sp-sink --checkpoint J "$T"
	is query "SELECT group_concat(name) FROM pragma_table_info('t')" a
	play $B 2 $A '{"a":2,"b":5}' 'stop 3' | sp-sink --checkpoint J "$T"
	is query "SELECT group_concat(name) FROM pragma_table_info('t')" a,b
	play $C 3 $B 'end 4' | sp-sink --checkpoint J "$T"
	is query "SELECT group_concat(name || type) FROM pragma_table_info('t')" aINTEGER,bINTEGER,c
	is query 'SELECT * FROM t' $'1|NULL|NULL\n2|5|NULL'
}

@test "dead letters of an epoch that comes again are in the file once" {
	job
	play $A 0 '' '{"a":1}' 'no event' 'barrier 1' '{"a":2}' 'nor this' '{"a":3}' | expect 75 '' '*' -- sp-sink --checkpoint J --reject r.ndjson "$T"
	lines r.ndjson 2
	play $B 1 $A '{"a":2}' 'nor this' '{"a":3}' 'stop 2' | expect 0 '' '*' -- sp-sink --checkpoint J --reject r.ndjson "$T"
	is query 'SELECT a FROM t' $'1\n2\n3'
	is grep -o '"raw":.*' r.ndjson $'"raw":"no event"}\n"raw":"nor this"}'
	is grep -o '"position":[0-9]*' r.ndjson $'"position":2\n"position":4'
	# What the table refuses is a dead letter too.
	query 'CREATE TABLE u(a CHECK (a > 0))'
	play $C 2 $B '{"a":-1}' '{"a":1}' 'stop 3' | expect 0 '' '*' -- sp-sink --checkpoint J --upgrade --reject r.ndjson 'sqlite:s.db?table=u'
	is query 'SELECT a FROM u' 1
	lines r.ndjson 3
	play $A 3 $C '{"a":-1}' '{"a":2}' 'stop 4' | expect 65 '' '*' -- sp-sink --checkpoint J 'sqlite:s.db?table=u'
	is query 'SELECT a FROM u' $'1\n2'
}

@test "events of long epochs are held until the barrier: same rows, same dead letters" {
	job
	query 'CREATE TABLE t(a CHECK (a > 0))'
	play $A 0 '' '{"a":1}' '{"a":-1}' '{"a":2}' 'barrier 1' '{"a":3}' 'barrier 2' '{"a":4}' |
		SP_CHECKPOINT_OPTIONS=every=60000 expect 75 '' '*' -- sp-sink --checkpoint J --reject r.ndjson "$T"
	is query 'SELECT a FROM t' $'1\n2\n3'
	is grep -o '"position":[0-9]*' r.ndjson '"position":2'
}

@test "a second run of the job, on a copy of DIR, is found at the commit" {
	job
	play $A 0 '' '{"a":1}' 'stop 1' | sp-sink --checkpoint J "$T"
	cp -a J K
	mkfifo pipe
	sp-sink --checkpoint J "$T" <pipe 2>err &
	local pid=$! status=0
	exec 5> >(stream_sums >pipe)
	stream $B 1 $A '{"a":"zombie"}' 'barrier 2' >&5
	wait_for 20 grep -q '"epoch":"2"' J/COMMITTED
	DIR=$PWD/K play $C 1 $A '{"a":2}' 'stop 2' | expect 75 '' '*' -- sp-sink --checkpoint K "$T"
	DIR=$PWD/K play $C 2 $B '{"a":3}' 'stop 3' | expect 65 '' '*' -- sp-sink --checkpoint K "$T"
	# The copy with the snapshot of that epoch goes on, and then the first run is the zombie.
	cp J/sp-sink/2-$B.snap K/sp-sink/
	DIR=$PWD/K play $C 2 $B '{"a":3}' 'stop 3' | expect 0 '' '*' -- sp-sink --checkpoint K "$T"
	printf '{"a":"zombie 2"}\n{"$sp":"barrier","run":"%s","epoch":"3"}\n' $B >&5
	exec 5>&-
	wait $pid || status=$?
	[ $status = 65 ]
	grep -q 'another run has taken over' err
	is query 'SELECT a FROM t' $'1\nzombie\n3'
	is query 'SELECT epoch, run FROM sp_epoch' "3|$C"
}

@test "two jobs store to one table, and a table of the user keeps its rules" {
	job
	query "CREATE TABLE t(id INTEGER PRIMARY KEY, a, at TEXT DEFAULT 'now', CHECK (a <> 0)); CREATE VIEW v AS SELECT a FROM t; INSERT INTO t(a) VALUES (7)"
	play $A 0 '' '{"a":1}' 'stop 1' | expect 0 '' '*' -- sp-sink --checkpoint J "$T"
	mkdir -m 700 K
	sed 's/web.9f2c77ab/log.11111111/' J/FORMAT >K/FORMAT
	DIR=$PWD/K stream $B 0 '' '{"a":2,"new":"x"}' 'stop 1' | sed 's/web.9f2c77ab/log.11111111/' | stream_sums | expect 0 '' '*' -- sp-sink --checkpoint K "$T"
	play $C 1 $A '{"a":3}' 'stop 2' | expect 0 '' '*' -- sp-sink --checkpoint J "$T"
	is query 'SELECT * FROM t' $'1|7|now|NULL\n2|1|now|NULL\n3|2|now|x\n4|3|now|NULL'
	is query 'SELECT job, epoch FROM sp_epoch ORDER BY job' $'log.11111111|1\nweb.9f2c77ab|2'
}

@test "a file is no end of a job (64); standard output and table: get events at least once" {
	job
	for target in x.ndjson x.csv; do
		play $A 0 '' '{"a":1}' 'stop 1' | expect 64 '' '~*dir:PATH*sqlite:FILE*' -- sp-sink --checkpoint J $target
	done
	[ ! -e x.csv ]
	play $A 0 '' '{"a":1}' 'barrier 1' '{"a":2}' 'stop 2' | expect 0 $'{"a":1}\n{"a":2}' '~*at least once*' -- sp-sink --checkpoint J -
	is committed '2 a'
	play $B 2 $A '{"a":3}' 'stop 3' | expect 0 '{"a":3}' '*' -- sp-sink --checkpoint J -
	[ "$(grep -c 'at least once' .err)" = 0 ]
	is committed '3 b'
	job K
	DIR=$PWD/K play $A 0 '' '{"a":1}' 'stop 1' | expect 0 $'a\n─\n1' '~*at least once*' -- sp-sink --checkpoint K table:
}

@test "events without a start line, and a start line without --checkpoint, are 65" {
	job
	echo '{"a":1}' | expect 65 '' '~*start line*' -- sp-sink --checkpoint J "$T"
	play $A 0 '' '{"a":1}' 'stop 1' | expect 65 '' '~*--checkpoint*' -- sp-sink "$T"
	{ play $A 0 '' '{"a":1}' | sed 's/}$/ }/'; stream $A 0 '' 'barrier 1' | tail -1; } | expect 65 '' '*' -- sp-sink --checkpoint J "$T"
	[ ! -e J/COMMITTED ]
}

@test "a stream whose sum is wrong is not stored" {
	job
	play $A 0 '' '{"a":1}' '{"a":2}' 'stop 1' | grep -v '"a":1' | expect 65 '' '~*epoch 1*--loose' -- sp-sink --checkpoint J "$T"
	is query 'SELECT count(*) FROM sqlite_schema' 0
	play $A 0 '' '{"a":1}' '{"a":2}' 'stop 1' | grep -v '"a":1' | expect 0 '' '*' -- sp-sink --checkpoint J --loose "$T"
	is query 'SELECT a FROM t' 2
}

@test "a full disk is 74, nothing of the epoch is stored, and the next run is right" {
	job
	play $A 0 '' '{"a":1}' 'stop 1' | sp-sink --checkpoint J "$T"
	local rows
	rows=$(seq 2 20000 | sed 's/.*/{"a":&}/')
	# Write-ahead log and database may not grow over 64 KiB; the signal that would kill the writer is ignored.
	play $B 1 $A "$rows" 'stop 2' | (trap '' XFSZ; ulimit -f 64; expect 74 '' '*' -- sp-sink --checkpoint J "$T")
	is query 'SELECT a FROM t' 1
	is committed '1 a'
	play $C 1 $A "$rows" 'stop 2' | expect 0 '' '*' -- sp-sink --checkpoint J "$T"
	is query 'SELECT count(*), count(DISTINCT a), max(a) FROM t' '20000|20000|20000'
}

@test "while a long epoch is open, other programs can write to the database" {
	job
	mkfifo pipe
	SP_CHECKPOINT_OPTIONS=every=60000 sp-sink --checkpoint J --status "$T" <pipe 2>err &
	local pid=$!
	exec 5> >(stream_sums >pipe)
	stream $A 0 '' '{"a":1}' '{"a":2}' >&5
	wait_for 20 grep -q '"events_in":2' J/sp-sink/status.json
	# No wait for a lock: sqlite3 fails at once if there is one.
	query 'CREATE TABLE other(x); INSERT INTO other VALUES (1)'
	is query 'SELECT count(*) FROM sqlite_schema' 1
	printf '{"$sp":"stop","run":"%s","epoch":"1"}\n' $A >&5
	exec 5>&-
	wait $pid
	is query 'SELECT a FROM t' $'1\n2'
}

@test "two sinks of one run are 65 at once" {
	job
	mkfifo pipe
	sp-sink --checkpoint J "$T" <pipe 2>/dev/null &
	local pid=$!
	exec 5> >(stream_sums >pipe)
	stream $A 0 '' '{"a":1}' >&5
	wait_for 20 grep -q $A J/sp-sink/lock
	play $A 0 '' '{"a":1}' 'stop 1' | expect 65 '' '~*sp-sink*' -- sp-sink --checkpoint J 'sqlite:u.db?table=t'
	exec 5>&-
	wait $pid || [ $? = 75 ]
	is query 'SELECT count(*) FROM sqlite_schema' 0
}

@test "a database that another program has locked is 75, and the next run is right" {
	job
	query 'CREATE TABLE other(x)' 'PRAGMA journal_mode=WAL' >/dev/null
	mkfifo hold
	sqlite3 s.db <hold >locked &
	local pid=$!
	exec 4>hold
	printf '%s\n' 'BEGIN IMMEDIATE;' "SELECT 'yes';" >&4
	wait_for 10 test -s locked
	play $A 0 '' '{"a":1}' 'stop 1' | expect 75 '' '~*s.db: locked by another program*' -- sp-sink --checkpoint J "$T"
	printf 'COMMIT;\n' >&4
	exec 4>&-
	wait $pid
	play $B 0 '' '{"a":1}' 'stop 1' | expect 0 '' '*' -- sp-sink --checkpoint J "$T"
	is query 'SELECT a FROM t' 1
}
