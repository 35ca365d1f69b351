load helpers
setup_file() { broker_up "${KAFKA_VERSION:-3.9.2}"; }
teardown_file() { broker_down; }

# keep: topic properties for events of the past, which a broker would otherwise delete for their age.
keep() { echo "partitions=$1,retention.ms=-1"; }
events() { "$ROOT/build/tools/gen" "$@"; }

@test "a topic is read as it was written; -e ends at its end" {
	events 20000 >in
	sp-publish "kafka://$BROKER/all" --create "$(keep 1)" <in
	expect 0 '*' '' -- sp-capture "kafka://$BROKER/all" -e
	cmp in "$BATS_TEST_TMPDIR/.out"
}

@test "six partitions merge to the same stream in every run, whichever is fetched first" {
	events 20000 >in
	sp-publish "kafka://$BROKER/six" --create "$(keep 6)" --key .user <in
	sp-capture "kafka://$BROKER/six" -e >one
	sp-capture "kafka://$BROKER/six" -e -X fetch.message.max.bytes=2000 -X queued.min.messages=100 >two
	cmp one two
	sort in >a; sort one >b; cmp a b
	# the disorder is that of the source, so late events are the same in both
	for f in one two; do sp-window --tumbling 1s --delay 2s --late late.$f <$f >windows.$f 2>/dev/null; done
	cmp windows.one windows.two
	[ ! -s late.one ]
}

@test "the windows of six partitions, some of them empty, equal those of the file" {
	events 30000 40 >in
	sp-publish "kafka://$BROKER/few" --create "$(keep 6)" --partition '(.user[-1:] | tonumber) % 3 * 2' <in
	sp-capture "kafka://$BROKER/few" -e | sp-window --tumbling 1s --delay 2s |
		sp-agg --by .country n=count 's=sum(.amount)' | sort >topic
	sp-window --tumbling 1s --delay 2s <in | sp-agg --by .country n=count 's=sum(.amount)' | sort >file
	cmp topic file
	[ "$(wc -l <file)" -gt 100 ]
}

@test "--envelope keeps binary keys and values, headers, null and empty values" {
	python3 - >in <<'.'
import base64, json
b = lambda x: base64.b64encode(x).decode()
def e(n, **k):
    print(json.dumps(dict(ts="2024-05-01T00:00:00Z", timestamp=1714521600000 + n, **k)))
e(0, key="k", headers=[], value='{"a": 1.10}')
e(1, key=None, headers=[{"name": "h", "value": "v"}, {"name": "h", "value": None}, {"name": "e", "value": ""}], value=None)
e(2, key="", headers=[], value="")
e(3, key_base64=b(b"\xff\x00"), headers=[{"name": "ü", "value_base64": b(bytes(range(256)))}], value_base64=b(bytes(range(256))))
.
	expect 0 '' '' -- sp-publish "kafka://$BROKER/env" --create "$(keep 1)" --envelope <in
	sp-capture "kafka://$BROKER/env" -e --envelope >one
	expect 0 '' '' -- sp-publish "kafka://$BROKER/env2" --create "$(keep 1)" --envelope <one
	sp-capture "kafka://$BROKER/env2" -e --envelope >two
	diff <(jq -c 'del(.topic)' one) <(jq -c 'del(.topic)' two)
	python3 - <<'.'
import base64, json
b = lambda r, k: base64.b64decode(r[k + "_base64"]) if k + "_base64" in r else None if r[k] is None else r[k].encode()
for a, c in zip(open("in"), open("two")):
    a, c = json.loads(a), json.loads(c)
    assert a["timestamp"] == c["timestamp"]
    assert b(a, "key") == b(c, "key") and b(a, "value") == b(c, "value"), (a, c)
    assert [(h["name"], b(h, "value")) for h in a["headers"]] == [(h["name"], b(h, "value")) for h in c["headers"]]
.
}

@test "kcat sees the same bytes" {
	topic kc
	printf 'key:value\n' | kcat -b "$BROKER" -P -t kc -K: -H a=b
	expect 0 '~*"key":"key","headers":[[]{"name":"a","value":"b"}[]],"value":"value"}' '' -- \
		sp-capture "kafka://$BROKER/kc" -e --envelope
}

@test "a message that is not an event is rejected with its topic, partition and offset" {
	topic bad
	printf '{"ts":"2024-05-01T00:00:00Z"}\nrubbish\n{"a":1}\n' | kcat -b "$BROKER" -P -t bad
	printf '\0\0\0\0\001{"ts":"2024-05-01T00:00:01Z"}' >v; kcat -b "$BROKER" -P -t bad v
	expect 65 '{"ts":"2024-05-01T00:00:00Z"}' '~*bad?0?@1: byte 1:*bad?0?@2: no time*bad?0?@3: begins with the schema registry*' -- \
		sp-capture "kafka://$BROKER/bad" -e
	expect 0 $'{"ts":"2024-05-01T00:00:00Z"}\n{"ts":"2024-05-01T00:00:01Z"}' '*' -- \
		sp-capture "kafka://$BROKER/bad" -e --registry skip --reject dead
	expect 0 $'bad[0] 1 rubbish\nbad[0] 2 {"a":1}' '' -- jq -r '"\(.source) \(.position) \(.raw)"' dead
}

@test "messages in other formats, and the message's own time" {
	topic csv
	printf 'a,1\nb,2\n' | kcat -b "$BROKER" -P -t csv
	expect 0 '~{"ts":"20??-*Z","name":"a","n":1}?{"ts":"20*Z","name":"b","n":2}' '' -- \
		sp-capture "kafka://$BROKER/csv" -e --format csv --columns name,n --time kafka
	expect 0 '~{"ts":"20*Z","line":"a,1"}*' '' -- sp-capture "kafka://$BROKER/csv" -e --format line --time kafka
}

@test "-o: beginning, end, numbers, from the end, times" {
	topic off
	for i in 1 2 3 4 5; do echo "{\"ts\":\"2024-01-01T00:00:0${i}Z\",\"i\":$i}"; done | sp-publish "kafka://$BROKER/off"
	i() { sp-capture "kafka://$BROKER/off" -e "$@" | jq -r .i | tr '\n' ' '; }
	[ "$(i)" = '1 2 3 4 5 ' ]
	[ "$(i -o beginning)" = '1 2 3 4 5 ' ]
	[ "$(i -o end)" = '' ]
	[ "$(i -o 3)" = '4 5 ' ]
	[ "$(i -o -2)" = '4 5 ' ]
	[ "$(i -o s@2024-01-01T00:00:03Z)" = '3 4 5 ' ]
	[ "$(i -o s@2024-01-01T00:00:02Z -o e@2024-01-01T00:00:04Z)" = '2 3 ' ]
	expect 65 '' '~*off?0?@9: offset out of range: the partition has offsets 0 to 5' -- sp-capture "kafka://$BROKER/off" -o 9
	expect 64 '' "~*unknown offset 'begining'; did you mean 'beginning'?" -- sp-capture "kafka://$BROKER/off" -o begining
}

@test "--shard and -p divide the partitions among readers" {
	events 6000 >in
	sp-publish "kafka://$BROKER/shards" --create "$(keep 6)" --key .user <in
	for s in 0/4 1/4 2/4 3/4; do sp-capture "kafka://$BROKER/shards" -e --shard $s; done | sort >a
	sort in >b; cmp a b
	for p in 0,2 1 3-5; do sp-capture "kafka://$BROKER/shards" -e -p $p; done | sort >a
	cmp a b
	expect 69 '' "sp-capture: topic 'shards' has no partition 6, only 0 to 5" -- sp-capture "kafka://$BROKER/shards" -p 6
	expect 64 '' '~*--shard*' -- sp-capture "kafka://$BROKER/shards" --shard 4/4
}

@test "a group continues at its committed offsets, even if its reader is killed again and again; no event is lost" {
	events 200000 >in
	sp-publish "kafka://$BROKER/group" --create "$(keep 3)" --key .user <in
	sp-capture "kafka://$BROKER/group" -G g --limit 1000 >first
	[ "$(wc -l <first)" = 1000 ]
	mkfifo pipe
	# A slow reader: the pipe is full, and the program in the middle of a write, when it is killed.
	"$TOOLS/slowly.py" 60000 <pipe >second 3>&- &
	reader=$!
	exec 8>pipe
	for n in 2000 40000 80000; do
		sp-capture "kafka://$BROKER/group" -G g -X session.timeout.ms=1500 >&8 3>&- & captor=$!
		wait_for 30 lines second $n
		kill -9 $captor
		wait $captor || :
	done
	timeout 60 sp-capture "kafka://$BROKER/group" -G g -e >&8
	exec 8>&-
	wait $reader
	sort -u first second >got; sort -u in >want; cmp got want
}

@test "two members of a group share the topic; the other one takes over when one leaves" {
	events 2000 >in
	sp-publish "kafka://$BROKER/two" --create "$(keep 4)" --key .user <in
	sp-capture "kafka://$BROKER/two" -G pair -X heartbeat.interval.ms=200 --status --metrics m >one 2>err 3>&- & a=$!
	wait_for 20 lines one 2000
	sp-capture "kafka://$BROKER/two" -G pair -X heartbeat.interval.ms=200 >other 3>&- & b=$!
	both() {
		events 200 >more; sp-publish "kafka://$BROKER/two" --key .user <more
		[ "$(wc -l <other)" -gt 0 ]
	}
	wait_for 30 both
	kill -TERM $a; wait $a # sooner than the session's 45 seconds
	n=$(wc -l <other)
	alone() { sp-publish "kafka://$BROKER/two" --key .user <more; [ "$(wc -l <other)" -gt $((n + 150)) ]; }
	wait_for 30 alone
	kill -INT $b; wait $b
}

@test "a group member whose standard output is closed leaves the group" {
	events 50000 >in
	sp-publish "kafka://$BROKER/heads" --create "$(keep 2)" <in
	local n status
	for n in 1 2; do # the second finds no member whose session has yet to end, which takes 45 seconds
		status=0
		timeout 30 bash -c "set -o pipefail; sp-capture 'kafka://$BROKER/heads' -G heads 2>err.$n | head -n 1 >head.$n" || status=$?
		[ "$status" = 141 ]
		[ ! -s err.$n ]
		lines head.$n 1
	done
	# only what a reader may have had is done: the rest is read by the next
	expect 0 '*' '' -- timeout 30 sp-capture "kafka://$BROKER/heads" -G heads -e
	[ "$(wc -l <.out)" -gt 20000 ]
}

@test "offsets of events that could not be written are not committed" {
	events 20000 >in
	sp-publish "kafka://$BROKER/full" --create "$(keep 2)" --key .user <in
	expect 74 '' 'sp-capture: standard output: No space left on device' -- \
		bash -c "sp-capture 'kafka://$BROKER/full' -G full -e >/dev/full"
	(ulimit -f 1000; sp-capture "kafka://$BROKER/full" -G full -e >part 2>/dev/null) || [ $? = 74 ]
	[ "$(wc -l <part)" -gt 1000 ]
	[ "$(wc -l <part)" -lt 20000 ]
	sp-capture "kafka://$BROKER/full" -G full -e >rest
	grep -h '}$' part rest | sort -u >got; sort -u in >want; cmp got want
}

@test "a member ends although its broker is gone" {
	local own=$BATS_TEST_TMPDIR/broker port
	port=$(free_ports)
	"$ROOT/scripts/broker" start "$own" "$port" 3>&-
	events 1000 >in
	sp-publish "kafka://127.0.0.1:$port/gone" --create "$(keep 2)" <in
	sp-capture "kafka://127.0.0.1:$port/gone" -G gone >out 2>/dev/null 3>&- & captor=$!
	wait_for 20 lines out 1000
	"$ROOT/scripts/broker" kill "$own"
	kill -TERM $captor
	over() { ! kill -0 $captor 2>/dev/null; }
	wait_for 25 over # librdkafka by itself would go on for a minute
	wait $captor || [ $? = 143 ]
}

@test "members of a group join, leave and are killed: the others read on, and no event is lost" {
	local quick=(-X heartbeat.interval.ms=100 -X session.timeout.ms=1500)
	events 100000 >all
	# A slow reader and a backlog: much is read ahead when the first guest comes.
	head -n 40000 all | sp-publish "kafka://$BROKER/inn" --create "$(keep 6)" --key .user
	sp-capture "kafka://$BROKER/inn" -G inn "${quick[@]}" > >("$TOOLS/slowly.py" 10000 >stays 3>&-) 3>&- & a=$!
	wait_for 20 lines stays 1000
	{ tail -n +40001 all | "$TOOLS/slowly.py" 6000 | sp-publish "kafka://$BROKER/inn" --key .user; } 3>&- & p=$!
	for guest in 1 2 3 4 5 6; do
		sp-capture "kafka://$BROKER/inn" -G inn "${quick[@]}" >guest.$guest 3>&- & g=$!
		wait_for 20 lines guest.$guest 1
		if [ $((guest % 2)) = 0 ]; then kill -INT $g; else kill -KILL $g; fi
		wait $g || [ $? = 137 ]
	done
	wait $p
	# A write to a file is torn by SIGKILL now and then: the event comes whole to another member.
	all() { grep -h '}$' stays guest.* | sort -u | cmp -s - <(sort -u all); }
	wait_for 30 all
	kill -INT $a
	wait $a
}

@test "with -e a member without partitions ends, and the member that reads continues" {
	events 100 >in
	sp-publish "kafka://$BROKER/crowd" --create "$(keep 1)" <in
	sp-capture "kafka://$BROKER/crowd" -G crowd >one 3>&- & a=$!
	wait_for 20 lines one 100
	# Partitions are dealt out by the order of names; a client.id is the beginning of one.
	expect 0 '' '' -- timeout 30 sp-capture "kafka://$BROKER/crowd" -G crowd -e -X client.id=zz
	sp-publish "kafka://$BROKER/crowd" <in
	wait_for 20 lines one 200
	kill -INT $a
	wait $a
	expect 0 '' '' -- timeout 30 sp-capture "kafka://$BROKER/crowd" -G crowd -e
	expect 0 '*' '' -- timeout 30 sp-capture "kafka://$BROKER/crowd" -G another -e
	[ "$(wc -l <.out)" = 200 ]
}

@test "aborted transactions are not read, later ones are" {
	topic tx
	"$ROOT/build/tools/transactions" "$BROKER" tx
	expect 0 $'{"ts":"2030-01-01T00:00:01Z","committed":1}\n{"ts":"2030-01-01T00:00:02Z","committed":2}' '' -- \
		timeout 30 sp-capture "kafka://$BROKER/tx" -e
}

@test "-L lists brokers, topics, offsets and the group's lag; -J as JSON" {
	topic list 2
	for i in 1 2 3; do echo "{\"ts\":\"2024-01-01T00:00:0${i}Z\"}"; done | sp-publish "kafka://$BROKER/list" -p 1
	sp-capture "kafka://$BROKER/list" -G lister --limit 2 >/dev/null
	expect 0 "~*list  2 partitions*leader 1, 1 of 1 in sync, offsets 0 to 3 (3)*lister  0 members*list?1?  at 2, 1 behind*" '' -- \
		sp-capture -L "kafka://$BROKER/list"
	sp-capture -L -J "kafka://$BROKER/list" >j
	[ "$(jq -c '.groups[] | select(.group == "lister") | .offsets' j)" = '[{"topic":"list","partition":1,"offset":2,"lag":1}]' ]
}

@test "live: an event is written at once, and SIGINT ends the run" {
	topic live
	sp-capture "kafka://$BROKER/live" >out 3>&- & captor=$!
	sp-publish "kafka://$BROKER/live" <<<'{"ts":"2024-01-01T00:00:00Z"}'
	wait_for 20 lines out 1
	kill -INT $captor
	wait $captor
}

@test "live: slowly arriving messages are written without waiting for more" {
	topic trickle 2
	sp-capture "kafka://$BROKER/trickle" >rows 2>err 3>&- & captor=$!
	for ((end = SECONDS + 30; SECONDS < end;)); do
		[ ! -s rows ] || break
		echo '{"ts":"2024-01-01T00:00:01Z"}'
		read -rt 0.05 <> <(:) || :
	done | sp-publish "kafka://$BROKER/trickle" -p 0 3>&- & feeder=$!
	wait_for 20 lines rows 1
	wait $feeder
	kill -INT $captor
	wait $captor
}

@test "live: empty and idle partitions do not hold up the others" {
	topic lively 6
	now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }
	: >events
	sp-capture "kafka://$BROKER/lively" 3>&- >events &
	captor=$!
	tail -c +1 -f events --pid=$captor 3>&- | sp-window --tumbling 1s 3>&- | sp-agg n=count >rows 3>&- &
	put() { sp-publish "kafka://$BROKER/lively" -p "$1" <<<"{\"ts\":\"2024-01-01T00:00:0$2Z\"}"; }
	put 0 1
	wait_for 20 lines events 1
	put 3 2 # partition 0 is idle now, four have never had anything
	wait_for 5 lines rows 1
	start=$(now_ms)
	put 0 3
	wait_for 5 lines rows 2
	# sp-publish's own start is in it.
	[ $(($(now_ms) - start)) -lt 2000 ]
	kill -INT $captor
	wait
	expect 0 $'1\n1\n1' '' -- jq .n rows
}

@test "--status and --metrics: messages, lag, and the partition that holds the others up" {
	topic told 2
	printf '%s\n' '{"ts":"2024-01-01T00:00:01Z"}' '{"ts":"2024-01-01T00:00:02Z"}' | sp-publish "kafka://$BROKER/told" -p 0
	printf '%s\n' '{"ts":"2024-01-01T00:00:05Z"}' | sp-publish "kafka://$BROKER/told" -p 1
	expect 0 '*' '~*3 events*; 3 messages, * lag 0*told?0? at 2024-01-01T00:00:02Z*' -- sp-capture "kafka://$BROKER/told" -e --status --metrics m
	for line in 'kafka_consumer_lag{topic="told",partition="0"} 0' 'sp_capture_kafka_messages_total 3' \
		'sp_capture_kafka_head_seconds{topic="told",partition="1"} 1704067205.000'; do
		grep -qxF "$line" m || { cat m; return 1; }
	done
}

@test "--status and --metrics: how long the broker takes to answer" {
	topic slow 1
	sp-capture "kafka://$BROKER/slow" --status --metrics m >rows 2>err 3>&- & captor=$!
	wait_for 20 grep -qE 'broker 1 answers in [0-9.]+ ms, p99 [0-9.]+' err
	kill -INT $captor
	wait $captor
	for quantile in 0.5 0.99; do
		grep -E '^sp_capture_kafka_latency_seconds\{broker="1",quantile="'$quantile'"\} [0-9.]+$' m
	done
}

@test "a missing topic, no topic, no broker" {
	expect 69 '' "sp-capture: kafka://$BROKER: there is no topic 'nothere'" -- sp-capture "kafka://$BROKER/nothere"
	expect 64 '' '~*are for a source kafka://*' -- sp-capture -G g in.log
	expect 64 '' '~sp-capture: no broker is given: *' -- sp-capture kafka:///x
	expect 64 '' '~sp-publish: no broker is given: *' -- sp-publish kafka:///x </dev/null
	expect 64 '' '~*SP_KAFKA_SASL_PASSWORD*' -- sp-capture "kafka://$BROKER/x" -X sasl.password=secret
}

@test "the offset of a message with several records is committed after the last record" {
	printf '"a\\nb\\nc"\n"d"\n"e\\nf"\n' | jq -c '{v: .}' | sp-publish "kafka://$BROKER/several" --create "$(keep 1)" --value .v
	read_some() { sp-capture "kafka://$BROKER/several" -G several --format line --time kafka "$@" | jq -r .line | tr '\n' ' '; }
	[ "$(read_some --limit 1)" = 'a ' ]
	[ "$(read_some --limit 3)" = 'a b c ' ] # a again: its message was not done
	[ "$(read_some --limit 1)" = 'd ' ]
	[ "$(read_some --limit 1)" = 'e ' ]
	[ "$(read_some -e)" = 'e f ' ]
	[ "$(read_some -e)" = '' ]
}
