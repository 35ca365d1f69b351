# checkpoint-dir.bats -- sp-sink dir: as the end of a job: which files there are after stops, crashes and redos.
load helpers

A=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa B=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb C=cccccccccccccccccccccccccccccccc
PATH=${SP_BIN:-$ROOT/build/bin}/../tools:$PATH
BOX=D/.sp-job-web.9f2c77ab

# job [DIR [NAME]]: makes the folder of checkpoints of a job.
job() {
	mkdir -m 700 "${1:-J}"
	printf '{"sp":1,"job":"%s","cwd":"%s","shard":null}\n' "${2:-web.9f2c77ab}" "$PWD" >"${1:-J}/FORMAT"
}
# play RUN EPOCH [EPOCH'S RUN] LINES...: writes the stream of RUN that continues after EPOCH, with sums. "barrier 3",
# "stop 3" and "end 3" become control lines.
play() {
	local run=$1
	printf '{"$sp":"start","v":1,"job":"%s","run":"%s","dir":"%s","from":{"epoch":"%s","run":"%s"},"path":["sp-capture"]}\n' \
		"${JOB:-web.9f2c77ab}" "$run" "$PWD/${DIR:-J}" "$2" "$3" >stream
	shift 3
	printf '%s\n' "$@" | sed -E "s/^(barrier|stop|end) ([0-9]+)\$/{\"\$sp\":\"\1\",\"run\":\"$run\",\"epoch\":\"\2\"}/" >>stream
	stream_sums <stream
}
# files: the delivered files, with what is in them.
files() { (cd D && find . -type f ! -path '*/.sp-*' -printf '%P\n' | sort | while read -r f; do echo "$f: $(paste -sd' ' "$f")"; done); }
# box: what is in the folder of the job.
box() { (cd "$BOX" && printf '%s\n' *); }
sink() { sp-sink --checkpoint J "$@" dir:D; }
# is COMMAND TEXT: compares what COMMAND prints with TEXT.
is() { same_text "$1" "$($1)" "$2"; }

@test "the files of an epoch appear at its barrier, with epoch and run in their names" {
	job
	play $A 0 '' '{"a":1}' '{"a":2}' 'barrier 1' '{"a":3}' 'barrier 2' 'stop 3' | expect 0 '' '*' -- sink
	is files 'part-00000001-aaaaaaaa-000001.ndjson: {"a":1} {"a":2}
part-00000002-aaaaaaaa-000001.ndjson: {"a":3}'
	is box "3-$A.done"
	grep -q '"epoch":"3"' J/COMMITTED
	play $B 3 $A '{"a":4}' 'stop 4' | expect 0 '' '*' -- sink
	is files 'part-00000001-aaaaaaaa-000001.ndjson: {"a":1} {"a":2}
part-00000002-aaaaaaaa-000001.ndjson: {"a":3}
part-00000004-bbbbbbbb-000001.ndjson: {"a":4}'
	is box "4-$B.done"
}

@test "--roll-every is the interval that the source is asked for" {
	job
	play $A 0 '' 'stop 1' | sink
	grep -q '"pace":"300000"' J/COMMITTED
	play $B 1 $A 'stop 2' | sink --roll-every 10s
	grep -q '"pace":"10000"' J/COMMITTED
}

@test "a stream that breaks off leaves no file, and the next run stores its events once" {
	job
	play $A 0 '' '{"a":1}' 'barrier 1' '{"a":2}' | expect 75 '' '*' -- sink
	is files 'part-00000001-aaaaaaaa-000001.ndjson: {"a":1}'
	play $B 1 $A '{"a":2}' '{"a":3}' 'stop 2' | expect 0 '' '*' -- sink
	is files 'part-00000001-aaaaaaaa-000001.ndjson: {"a":1}
part-00000002-bbbbbbbb-000001.ndjson: {"a":2} {"a":3}'
	is box "2-$B.done"
}

@test "partitions, gzip, zstd and CSV: every file is whole by itself" {
	job
	play $A 0 '' '{"ts":"2026-05-01T10:00:00Z","a":1}' '{"ts":"2026-05-02T10:00:00Z","a":2}' 'barrier 1' \
		'{"ts":"2026-05-01T11:00:00Z","a":3}' 'stop 2' | expect 0 '' '*' -- sink --format csv --partition 'dt=%Y-%m-%d'
	is files 'dt=2026-05-01/part-00000001-aaaaaaaa-000001.csv: ts,a 2026-05-01T10:00:00Z,1
dt=2026-05-01/part-00000002-aaaaaaaa-000001.csv: ts,a 2026-05-01T11:00:00Z,3
dt=2026-05-02/part-00000001-aaaaaaaa-000002.csv: ts,a 2026-05-02T10:00:00Z,2'
	for c in gz zst; do
		rm -r D J
		job
		play $A 0 '' '{"a":1}' 'barrier 1' '{"a":2}' 'stop 2' | expect 0 '' '*' -- sink --format ndjson.$c
		for f in D/part-*.$c; do
			case $c in gz) gzip -dc "$f" ;; zst) zstd -qdc "$f" ;; esac
		done >all
		same_text all "$(cat all)" $'{"a":1}\n{"a":2}'
	done
}

@test "--roll-size and --max-open complete files within an epoch, and all of them appear at its barrier" {
	job
	local events=()
	for i in 1 2 3 4 5 6; do events+=("{\"k\":\"k$((i % 3))\",\"n\":$i}"); done
	play $A 0 '' "${events[@]}" | expect 75 '' '*' -- sink --roll-size 1 --partition 'k={k}'
	is files ''
	[ "$(box | grep -c part)" = 6 ]
	play $B 0 '' "${events[@]}" 'stop 1' | expect 0 '' '*' -- sink --roll-size 1 --partition 'k={k}'
	[ "$(files | wc -l)" = 6 ]
	is box "1-$B.done"
	play $C 1 $B "${events[@]}" 'stop 2' | expect 0 '' '*' -- sink --max-open 1 --upgrade --partition 'k={k}'
	[ "$(files | grep -c cccccccc)" = 6 ]
}

@test "a crash after the manifest: the next start delivers the same files, before anything else" {
	job
	play $A 0 '' '{"a":1}' 'barrier 1' '{"a":2}' 'stop 2' | sink
	# As the crash leaves it: the manifest is there, its files are not delivered, COMMITTED is one behind.
	mv D/part-00000002-* $BOX/000002.part
	mv $BOX/2-$A.done $BOX/2-$A
	echo rest >$BOX/000003.part
	sed -i 's/"epoch":"2"/"epoch":"1"/' J/COMMITTED
	play $B 1 $A '{"a":2}' 'stop 2' | expect 75 '' '~sp-sink: the store has epoch 2*' -- sink
	is files 'part-00000001-aaaaaaaa-000001.ndjson: {"a":1}
part-00000002-aaaaaaaa-000001.ndjson: {"a":2}'
	is box "2-$A.done"
	play $C 2 $A '{"a":3}' 'stop 3' | expect 0 '' '*' -- sink
	[ "$(files | wc -l)" = 3 ]
}

@test "files that somebody moves away do not come again, and are missed in no manifest" {
	job
	play $A 0 '' '{"a":1}' 'barrier 1' '{"a":2}' 'stop 2' | sink
	mkdir taken
	mv D/part-* taken
	play $B 2 $A '{"a":3}' 'stop 3' | expect 0 '' '*' -- sink
	is files 'part-00000003-bbbbbbbb-000001.ndjson: {"a":3}'
	# Moved away between the rename and the mark of the manifest: it is said, and the job goes on.
	mv $BOX/3-$B.done $BOX/3-$B
	rm D/part-*
	play $C 3 $B '{"a":4}' 'stop 4' | expect 0 '' '~*part-00000003-bbbbbbbb-000001.ndjson was stored by the run before*' -- sink
	is files 'part-00000004-cccccccc-000001.ndjson: {"a":4}'
}

@test "a file that is in the way is not replaced" {
	job
	mkdir D
	echo mine >D/part-00000001-aaaaaaaa-000001.ndjson
	play $A 0 '' '{"a":1}' 'stop 1' | expect 73 '' '~*part-00000001-aaaaaaaa-000001.ndjson: is there already*move it away*' -- sink
	is files 'part-00000001-aaaaaaaa-000001.ndjson: mine'
	rm D/part-*
	# The epoch is committed already, so the file comes now.
	play $B 0 '' '{"a":1}' 'stop 1' | expect 75 '' '*' -- sink
	is files 'part-00000001-aaaaaaaa-000001.ndjson: {"a":1}'
}

@test "other jobs and runs without checkpoints leave the files of a stopped job alone" {
	job
	job K other.12345678
	play $A 0 '' '{"a":1}' 'barrier 1' '{"a":2}' | expect 75 '' '*' -- sink
	before=$(box)
	[[ $before = *.part* ]]
	echo '{"p":1}' | expect 0 '' '' -- sp-sink dir:D
	JOB=other.12345678 DIR=K play $B 0 '' '{"o":1}' 'barrier 1' '{"o":2}' | expect 75 '' '*' -- sp-sink --checkpoint K dir:D
	is box "$before"
	[ "$(files | grep -c '{"p":1}\|{"o":1}\|{"a":1}')" = 3 ]
	[ "$(files | wc -l)" = 3 ]
	[ ! -e D/.sp-tmp ]
	play $C 1 $A '{"a":2}' 'stop 2' | expect 0 '' '*' -- sink
	[ "$(files | wc -l)" = 4 ]
}

@test "a damaged manifest, or one of another job, is 65 and changes nothing" {
	job
	play $A 0 '' '{"a":1}' 'stop 1' | sink
	cp -a D D.good
	echo >>$BOX/1-$A.done
	play $B 1 $A '{"a":2}' 'stop 2' | expect 65 '' "~sp-sink: */1-$A.done: the manifest is damaged*" -- sink
	rm -r D
	cp -a D.good D
	job K other.12345678
	mv $BOX D/.sp-job-other.12345678
	JOB=other.12345678 DIR=K play $B 1 $A '{"a":2}' 'stop 2' | expect 65 '' '~*another job*' -- sp-sink --checkpoint K dir:D
	is files 'part-00000001-aaaaaaaa-000001.ndjson: {"a":1}'
}

@test "a folder that knows nothing of the job is 65, or is adopted" {
	job
	play $A 0 '' '{"a":1}' 'stop 1' | sink
	rm -r D
	play $B 1 $A '{"a":2}' 'stop 2' | expect 65 '' '~*--adopt*' -- sink
	play $B 1 $A '{"a":2}' 'stop 2' | expect 0 '' '*' -- sink --adopt
	is files 'part-00000002-bbbbbbbb-000001.ndjson: {"a":2}'
}

@test "two processes of one job: the second one waits for nothing and ends with 75" {
	job
	mkfifo pipe
	sink <pipe 2>err &
	pid=$!
	exec 8>pipe
	play $A 0 '' '{"a":1}' 'barrier 1' >&8
	wait_for 20 test -e $BOX/1-$A.done
	# A copy of DIR has locks of its own, so the lock of the folder of the job decides.
	cp -a J K
	DIR=K play $B 1 $A '{"a":2}' 'stop 2' | expect 75 '' '~*another process stores the results of this job*' -- sp-sink --checkpoint K dir:D
	kill -9 $pid
	wait $pid || :
	exec 8>&-
	DIR=K play $C 1 $A '{"a":2}' 'stop 2' | expect 0 '' '*' -- sp-sink --checkpoint K dir:D
	[ "$(files | wc -l)" = 2 ]
}

@test "a link in the place of the folder of the job, or of a partition, is not followed" {
	job
	mkdir D elsewhere
	ln -s ../elsewhere $BOX
	play $A 0 '' '{"a":1}' 'stop 1' | expect 73 '' '~*symbolic link*' -- sink
	rm $BOX
	ln -s ../elsewhere D/k=x
	play $A 0 '' '{"k":"x"}' 'stop 1' | expect 73 '' '~*symbolic link*' -- sink --partition 'k={k}'
	[ -z "$(ls elsewhere)" ]
}
