#!/usr/bin/env bats
# Checkpoints in programs between source and end: the protocol of the stage (common/checkpoint), seen through sp-window.
load helpers

RUN=0123456789abcdef0123456789abcdef
OLD=ffffffffffffffff0123456789abcdef

# Makes the folder of checkpoints of the job web.00000000 as a source does.
make_dir() {
	DIR=$PWD/web
	mkdir -m 700 "$DIR"
	echo '{"sp":1,"job":"web.00000000","cwd":"/","shard":null}' >"$DIR/FORMAT"
}

# start EPOCH RUN-OF-EPOCH [PATH]: the start line of RUN.
start() {
	echo "{\"\$sp\":\"start\",\"v\":1,\"job\":\"web.00000000\",\"run\":\"$RUN\",\"dir\":\"$DIR\",\"from\":{\"epoch\":\"$1\",\"run\":\"$2\"},\"path\":[${3-\"sp-capture\"}]}"
}

# mark KIND EPOCH: a barrier, stop or end line of RUN, to which sums() adds the sum.
mark() {
	echo "{\"\$sp\":\"$1\",\"run\":\"$RUN\",\"epoch\":\"$2\"}"
}

sums() {
	"$ROOT/build/tools/stream_sums"
}

event() {
	echo "{\"ts\":\"2024-05-01T10:0$1:00Z\",\"n\":$1}"
}

@test "a stream is cut at every line, and continued by another process" {
	SP_EVERY_LINES=${SP_EVERY_LINES-12} expect 0 '~*cuts, 0 differ' '' -- python3 "$TOOLS/every_line.py" "$(dirname "$(command -v sp-window)")" "$ROOT/build/tools"
}

@test "stop leaves windows open, end closes them" {
	make_dir
	{ start 0 ''; event 1; mark stop 1; } | sums >in
	expect 0 '~*"path":\["sp-capture","sp-window"\]*"$sp":"stop"*' '~*windows up to 2024-05-01T10:02:00Z open*' -- sp-window --tumbling 1m <in
	{ start 1 $RUN; mark end 2; } | sums >in
	expect 0 '~*"$sp":"end"*' '' -- sp-window --tumbling 1m <in
	# The window is closed now, and the next one is not.
	{ start 2 $RUN; event 1; event 2; mark stop 3; } | sums >in
	expect 0 '~*"n":2}*' '~*windows up to 2024-05-01T10:03:00Z open*1 late event*' -- sp-window --tumbling 1m <in
}

@test "the second program of a name has a place of its own" {
	make_dir
	{ start 0 ''; event 1; mark end 1; } | sums >in
	expect 0 '~*"path":\["sp-capture","sp-window","sp-window.2"\]*' '*' -- bash -c 'sp-window --tumbling 1m <in | sp-window --tumbling 1h'
	[ -e web/sp-window.2/1-$RUN.snap ]
}

@test "an input that ends without stop or end: the program in front has died" {
	make_dir
	{ start 0 ''; event 1; mark barrier 1; echo 'no event'; } | sums >in
	expect 75 '~*"barrier"*' '~*without a stop or end line*' -- sp-window --tumbling 1m <in
	expect 75 '' 'sp-window: the input ended before its start line: a program before has failed, and says why' -- env SP_CHECKPOINT="$DIR" sp-window --tumbling 1m </dev/null
	{ start 0 ''; event 1; } | head -c -1 >in
	expect 75 '*' '~*without a stop or end line*' -- sp-window --tumbling 1m <in
}

@test "lines that were lost or changed are noticed, unless --loose" {
	make_dir
	{ start 0 ''; event 1; event 2; event 3; mark stop 1; } | sums >in
	grep -v '"n":2' in >less
	expect 65 '*' '~*epoch 1 is not what the program before has written*--loose*' -- sp-window --tumbling 1m <less
	sed 's/"n":2/"n":7/' in >changed
	expect 65 '*' '~*epoch 1*--loose*' -- sp-window --tumbling 1m <changed
	expect 0 '*' '*' -- sp-window --tumbling 1m --loose <less
}

@test "epochs rise by one, of one run; one start line, in front" {
	make_dir
	{ start 0 ''; mark barrier 2; } | sums >in
	expect 65 '*' '~*epoch 2 comes after epoch 0*' -- sp-window --tumbling 1m <in
	{ start 0 ''; mark barrier 1; } | sed "s/^\({\"\$sp\":\"barrier\",\"run\":\"\)$RUN/\1$OLD/" | sums >in
	expect 65 '*' '~*another run*' -- sp-window --tumbling 1m <in
	mark barrier 1 | sums >in
	expect 65 '' '~*without a start line*' -- sp-window --tumbling 1m <in
	{ start 0 ''; start 0 ''; } >in
	expect 65 '*' '~*two streams were joined*' -- sp-window --tumbling 1m <in
	{ event 1; start 0 ''; } >in
	expect 65 '*' '~*two streams were joined*' -- sp-window --tumbling 1m <in
	{ start 0 ''; mark stop 1; event 1; } | sums >in
	expect 65 '*' '~*two streams were joined*' -- sp-window --tumbling 1m <in
	event 1 >in
	expect 65 '' '~*before the start line*begin the line with sp-capture*' -- env SP_CHECKPOINT="$DIR" sp-window --tumbling 1m <in
}

@test "only the folder of the job is written to, and only if it is closed to others" {
	make_dir
	{ start 0 ''; mark stop 1; } | sums >in
	expect 65 '' '~*SP_CHECKPOINT*' -- env SP_CHECKPOINT=/ sp-window --tumbling 1m <in
	sed 's/web.00000000/web.00000001/' in >other
	expect 65 '' '*' -- sp-window --tumbling 1m <other
	chmod 755 web
	expect 77 '' '*' -- sp-window --tumbling 1m <in
	[ ! -e web/sp-window ]
}

@test "other windows are refused while windows are open" {
	make_dir
	{ start 0 ''; event 1; mark stop 1; } | sums >in
	expect 0 '*' '*' -- sp-window --tumbling 1m <in
	{ start 1 $RUN; mark end 2; } | sums >in
	expect 65 '' '~*--tumbling was *1m* and is *2m*' -- sp-window --tumbling 2m <in
	expect 0 '*' '' -- sp-window --tumbling 1m --delay 1m --lateness 1s <in
	{ start 2 $RUN; event 3; mark end 3; } | sums >in
	expect 0 '*' '' -- sp-window --tumbling 2m <in
}

@test "under sp-run dead letters are kept in the folder, and the exit status is reported" {
	make_dir
	: >status
	{ start 0 ''; echo 'no event'; mark stop 1; } | sums >in
	expect 0 '*' "~*rejected lines are kept in $DIR/sp-window/rejects.ndjson*" -- env SP_CHECKPOINT="$DIR" SP_STATUS="$PWD/status" sp-window --tumbling 1m <in
	[ "$(wc -l <web/sp-window/rejects.ndjson)" = 1 ]
	expect 64 '' '*' -- env SP_CHECKPOINT="$DIR" SP_STATUS="$PWD/status" sp-window --no-such-option
	expect 73 '' '*' -- env SP_CHECKPOINT="$DIR" SP_STATUS="$PWD/status" sp-window --tumbling 1m --late no/folder
	expect 65 '*' '*' -- sp-window --tumbling 1m <in
	[ "$(cat status)" = $'sp-window 0\nsp-window 64\nsp-window 73' ]
}

@test "two programs must not share a file of dead letters" {
	make_dir
	mkfifo fifo
	# The first one lives until the second one has ended.
	sp-window --tumbling 1m --reject letters <fifo 2>/dev/null |
		{ sp-window --tumbling 1h --reject letters 2>err || echo $? >status; } >out &
	exec 8>fifo
	start 0 '' >&8
	wait_for 20 lines status 1
	exec 8>&-
	[ "$(cat status)" = 73 ]
	grep 'letters: another program writes to it' err
	wait
}

@test "SIGINT and SIGTERM are left to the source" {
	make_dir
	mkfifo fifo
	sp-window --tumbling 1m <fifo >out 2>err &
	local pid=$!
	exec 8>fifo
	start 0 '' >&8
	wait_for 20 lines out 1
	kill -INT $pid
	kill -TERM $pid
	kill -TERM $pid
	{ start 0 ''; event 1; mark stop 1; } | sums | tail -n +2 >&8
	exec 8>&-
	wait $pid
	grep -q '"stop"' out
}
