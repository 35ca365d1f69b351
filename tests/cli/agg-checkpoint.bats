#!/usr/bin/env bats
# sp-agg (and sp-window before it) under checkpoints: what survives from run to run, and what is refused.
load helpers
SUMS=$ROOT/build/tools/stream_sums

# Makes the folder of a job.
job() {
	mkdir -m 700 job
	printf '{"sp":1,"job":"t.00000001","cwd":"/","shard":null}\n' >job/FORMAT
}

# run_id N: the run number N.
run_id() {
	printf '%032x' "$1"
}

# part RUN EPOCH FROM_RUN KIND: a stream of one epoch, with the events of standard input. It continues after EPOCH - 1 of
# FROM_RUN, and ends with a line of KIND.
part() {
	local from=''
	[ "$2" = 1 ] || from=$(run_id "$3")
	{
		printf '{"$sp":"start","v":1,"job":"t.00000001","run":"%s","dir":"%s","from":{"epoch":"%s","run":"%s"},"path":["sp-capture"]}\n' \
			"$(run_id "$1")" "$PWD/job" "$(($2 - 1))" "$from"
		cat
		printf '{"$sp":"%s","run":"%s","epoch":"%s"}\n' "$4" "$(run_id "$1")" "$2"
	} | "$SUMS"
}

rows() {
	grep -v '^{"$sp"' || :
}

@test "cut at every line: all stores, ways to emit and functions" {
	expect 0 '*' '*' -- python3 "$TOOLS/diff_checkpoint.py"
}

@test "stop keeps the groups, the next run goes on with them, end writes them" {
	job
	printf '{"k":"a"}\n{"k":"b"}\n' | part 1 1 0 stop >s1
	printf '{"k":"a"}\n' | part 2 2 1 end >s2
	printf '{"k":"c"}\n' | part 3 3 2 end >s3
	sp-agg --by .k n=count <s1 >r1 2>err
	[ "$(cat err)" = 'sp-agg: stopped after epoch 1 with 2 keys open: the next run goes on from here' ]
	[ -z "$(rows <r1)" ]
	expect 0 '*' '' -- sp-agg --by .k n=count <s2
	[ "$(rows <.out)" = '{"k":"a","n":2}
{"k":"b","n":1}' ]
	# Nothing is open after end, so the line may change.
	expect 0 '*' '' -- sp-agg --by .k m=count <s3
	[ "$(rows <.out)" = '{"k":"c","m":1}' ]
}

@test "--metrics counts the events of this run, status.json too" {
	job
	printf '{"k":"a"}\n{"k":"b"}\n' | part 1 1 0 stop >s1
	printf '{"k":"a"}\n' | part 2 2 1 stop >s2
	sp-agg --by .k n=count <s1 >/dev/null 2>&1
	sp-agg --by .k n=count --metrics m <s2 >/dev/null 2>&1
	grep -q '^sp_agg_events_total 1$' m
	[ "$(jq -c '[.events_in,.keys,.epoch]' job/sp-agg/status.json)" = '[1,2,"2"]' ]
}

@test "other options while something is open: both texts are named; nothing is open: they may change" {
	job
	printf '{"k":"a","x":1}\n' | part 1 1 0 stop >s1
	printf '{"k":"a","x":2}\n' | part 2 2 1 stop >s2
	sp-agg --by .k n=count <s1 >/dev/null 2>&1
	expect 65 '' "~sp-agg: *--by was '.k' and is '.x', with 1 key open: *" -- sp-agg --by .x n=count <s2
	expect 65 '' "~sp-agg: *columns was 'n=count' and is 'n=count, s=sum(.x)', with 1 key open: *" -- sp-agg --by .k n=count 's=sum(.x)' <s2
	expect 65 '' "~sp-agg: *--count was 'none' and is '2', with 1 key open: *" -- sp-agg --by .k --count 2 n=count <s2
	expect 65 '' "~sp-agg: *--emit was 'close' and is 'update', with 1 key open: *" -- sp-agg --by .k --emit update n=count <s2
	expect 0 '*' '*' -- sp-agg --by .k --max-keys 5 n=count <s2
}

@test "--upgrade: columns of the same text go on, new ones begin empty, the rest is refused" {
	job
	export SP_CHECKPOINT_OPTIONS=upgrade
	printf '{"k":"a","x":1}\n' | part 1 1 0 stop >s1
	printf '{"k":"a","x":2}\n' | part 2 2 1 stop >s2
	printf '{"k":"a","x":4}\n' | part 3 3 2 end >s3
	sp-agg --by .k n=count 's=sum(.x)' 'hi=max(.x)' <s1 >/dev/null 2>&1
	expect 65 '' "~sp-agg: *--by was '.k' and is '.x', which --upgrade cannot bridge, with 1 key open: *" -- sp-agg --by .x n=count <s2
	expect 65 '' "~sp-agg: *--emit was 'close' and is 'update', which --upgrade cannot bridge*" -- sp-agg --by .k --emit update n=count <s2
	expect 0 '*' "sp-agg: column 'n=count' is dropped, with what it has counted
sp-agg: column 'm=count' begins empty: it counts from here on
sp-agg: stopped after epoch 2 with 1 key open: the next run goes on from here" -- sp-agg --by .k 'hi=max(.x)' m=count 's=sum(.x)' <s2
	expect 0 '*' '' -- sp-agg --by .k 'hi=max(.x)' m=count 's=sum(.x)' <s3
	[ "$(rows <.out)" = '{"k":"a","hi":4,"m":2,"s":7}' ]
}

@test "other windows are refused while windows are open, also where sp-window does not stand in front" {
	job
	event='{"window_start":"2024-05-01T10:00:00Z","window_end":"2024-05-01T10:01:00Z","ts":"2024-05-01T10:00:05Z"}'
	line() {
		sp-window --tumbling "$1" --lateness "$2" </dev/null | head -n 1
		echo '{"ts":"2024-05-01T10:00:05Z"}' | sp-window --tumbling "$1" --lateness "$2" | head -n 1
	}
	{ line 1m 0 | tail -n 1; echo "$event"; } | part 1 1 0 stop >s1
	{ line 5m 0 | tail -n 1; echo "$event"; } | part 2 2 1 stop >s2
	{ line 1m 1h | tail -n 1; echo "$event"; } | part 2 2 1 stop >s3
	echo '{"ts":"2024-05-01T10:00:05Z"}' | part 2 2 1 stop >s4
	sp-agg n=count <s1 >/dev/null 2>err
	[ "$(cat err)" = 'sp-agg: stopped after epoch 1 with 1 key in 1 window open: the next run goes on from here' ]
	expect 65 '*' "~sp-agg: standard input:*: the windows of the stream were 'tumbling 1m' and are 'tumbling 5m', with 1 key in 1 window open: *" -- sp-agg n=count <s2
	expect 65 '*' "~*'tumbling 1m' and are 'tumbling 1m, lateness 1h'*" -- sp-agg n=count <s3
	expect 65 '*' "~*'tumbling 1m' and are 'none'*" -- sp-agg n=count <s4
}

@test "end closes the windows for good: later events of them are late, others go on" {
	job
	for kind in '--tumbling 1m' '--tumbling 1m --lateness 1h' '--hopping 1m --advance 20s' '--session 1m'; do
		rm -rf job late && job
		printf '{"ts":"2024-05-01T10:00:05Z"}\n{"ts":"2024-05-01T10:00:50Z"}\n' | part 1 1 0 end >s1
		printf '{"ts":"2024-05-01T10:00:06Z"}\n{"ts":"2024-05-01T12:00:05Z"}\n' | part 2 2 1 end >s2
		for s in s1 s2; do
			# shellcheck disable=SC2086
			if [ "$kind" = '--session 1m' ]; then
				sp-window $kind <$s | sp-agg --late late n=count
			else
				sp-window $kind --late late <$s | sp-agg n=count
			fi >$s.out 2>$s.err
			[ -z "$(cat $s.err)" ] || { cat $s.err; false; }
		done
		rows <s1.out | grep -q '"n":2'
		! rows <s2.out | grep -q '"window_start":"2024-05-01T10' || { echo "$kind"; cat s2.out; false; }
		rows <s2.out | grep -q '"window_start":"2024-05-01T1[12].*"n":1'
		[ "$(cat late)" = '{"ts":"2024-05-01T10:00:06Z"}' ]
	done
}

@test "after end the windows may change, to other kinds and to none" {
	job
	local n=1
	for kind in '--tumbling 1m' '--hopping 1m --advance 20s' '' '--session 1m' '--tumbling 5m' ''; do
		printf '{"ts":"2024-05-0%dT10:00:05Z","k":"a"}\n' $n | part $n $n $((n - 1)) end >s
		# sp-window's own state is not what is tested here, so it begins anew.
		# shellcheck disable=SC2086
		if [ "$kind" ]; then
			{ head -n 1 s; grep -v '^{"$sp"' s | sp-window $kind | grep -v '"$sp":"end"'; tail -n 1 s; }
		else
			cat s
		fi | sp-agg --loose n=count >out 2>err || { echo "$kind"; cat err; false; }
		[ -z "$(cat err)" ] || { echo "$kind"; cat err; false; }
		rows <out | grep -q '"n":1}$' || { echo "$kind"; cat out; false; }
		n=$((n + 1))
	done
}

@test "--max-state: what was enough before a restart is enough after it" {
	for kind in '' '--tumbling 10s' '--hopping 60s --advance 10s --lateness 1h' '--session 5s --lateness 1h'; do
		rm -rf job && job
		for i in {0..999}; do
			printf '{"ts":"2024-05-01T10:%02d:%02dZ","k":"user%d","x":%d}\n' $((i / 17)) $((i % 60)) $((i % 300)) "$i"
		done | part 1 1 0 stop >s1
		part 2 2 1 stop </dev/null >s2
		echo '{"ts":"2024-05-01T10:59:00Z","k":"user1","x":1}' | part 3 3 2 stop >s3
		for s in s1 s2 s3; do
			limit=1G
			[ $s = s1 ] || limit=$(($(cat bytes.s1) + 512))
			# shellcheck disable=SC2086
			if [ "$kind" ]; then sp-window --delay 1h $kind <$s; else cat $s; fi | sp-agg --by .k n=count 'q=median(.x)' \
				--max-state "$limit" >out 2>err || { echo "$kind $s"; cat err; false; }
			jq -r .state_bytes job/sp-agg/status.json >bytes.$s
		done
		[ "$(cat bytes.s2)" -gt 0 ]
	done
}
