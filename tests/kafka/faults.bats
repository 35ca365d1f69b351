# faults.bats -- brokers that are killed: no event is lost, written twice, or out of order within its key.
load helpers
setup() { cd "$BATS_TEST_TMPDIR" || return 1; nodes=''; }
teardown() {
	local n
	end_jobs
	for n in ${nodes:-}; do "$ROOT/scripts/broker" kill "$BATS_TEST_TMPDIR/$n"; done
}

libs() {
	export KAFKA_LIBS=$KAFKA_CACHE/kafka-${KAFKA_VERSION:-3.9.2}
	"$ROOT/scripts/broker" fetch "${KAFKA_VERSION:-3.9.2}" "$KAFKA_LIBS"
}
# end_offset TOPIC: prints the offset after the last message of its first partition.
end_offset() {
	local n
	n=$(kcat -b "$BROKER" -X socket.timeout.ms=2000 -Q -t "$1:0:-1" 2>/dev/null | sed 's/.* //')
	echo "${n:-0}"
}
reached() { [ "$(end_offset "$1")" -ge "$2" ]; }
# recent N USERS: prints N events of the previous hour. A broker that is killed forgets the producers of messages older than
# a day, and may then write a batch twice (sp-publish(1), CAVEATS).
recent() { "$ROOT/build/tools/gen" "$@" | sed "s/2024-05-01T00/$(date -u -d '-1 hour' +%FT%H)/"; }

@test "a million keyed events, the broker killed three times: each is written once, in order within its key" {
	libs
	PORT=$(free_ports) BROKER=127.0.0.1:$PORT nodes=broker
	"$ROOT/scripts/broker" start broker "$PORT" 3>&-
	recent 1000000 5000 >in
	sp-publish "kafka://$BROKER/killed" --create partitions=3,retention.ms=-1 </dev/null
	sp-capture "kafka://$BROKER/killed" -G reader >live 2>live.err 3>&- & reader=$!
	{ "$TOOLS/slowly.py" 60000 <in | sp-publish "kafka://$BROKER/killed" --key .user 2>err
		echo "${PIPESTATUS[1]}" >status; } 3>&- &
	for n in 20000 110000 200000; do
		wait_for 60 reached killed $n
		"$ROOT/scripts/broker" kill broker
		"$ROOT/scripts/broker" start broker "$PORT" 3>&-
	done
	wait_for 120 test -s status
	[ "$(cat status)" = 0 ]
	# Each loss of the connection is reported once.
	expect 0 '~sp-publish: brokers unreachable: *sp-publish: brokers reachable again*' '' -- cat err
	consume killed -f '%k %s\n' >out
	expect 0 '' '' -- "$TOOLS/each_once.py" in out
	# A reader waits for the broker meanwhile, and continues.
	wait_for 60 lines live 1000000
	kill -INT $reader
	wait $reader
	sort live | cmp - <(sort in)
	expect 0 '~sp-capture: brokers unreachable: *sp-capture: brokers reachable again*' '' -- cat live.err
}

@test "three brokers, the leader killed under load: each event is written once, in order within its key" {
	libs
	export KAFKA_CLUSTER_ID=sp0000000000000cluster
	local -a ports
	for n in 1 2 3; do ports[n]=$(free_ports); done
	export KAFKA_VOTERS=1@127.0.0.1:$((ports[1] + 1)),2@127.0.0.1:$((ports[2] + 1)),3@127.0.0.1:$((ports[3] + 1))
	nodes='1 2 3'
	for n in 1 2 3; do KAFKA_NODE=$n "$ROOT/scripts/broker" start $n "${ports[n]}" 3>&- & done
	wait
	for n in 1 2 3; do "$ROOT/scripts/broker" wait $n; done
	BROKER=127.0.0.1:${ports[1]},127.0.0.1:${ports[2]},127.0.0.1:${ports[3]}
	recent 200000 5000 >in
	# Whichever broker is asked next, it knows the topic and its limit by then.
	expect 0 '' '' -- sp-publish "kafka://$BROKER/led" --create partitions=3,replication=3,retention.ms=-1 </dev/null
	sp-capture "kafka://$BROKER/led" -G reader >live 2>live.err 3>&- & reader=$!
	{ "$TOOLS/slowly.py" 40000 <in | sp-publish "kafka://$BROKER/led" --key .user 2>err
		echo "${PIPESTATUS[1]}" >status; } 3>&- &
	wait_for 60 reached led 10000
	wait_for 60 lines live 1000 # it has joined its group
	leader=$(kcat -b "$BROKER" -L -t led | sed -n 's/.*partition 0, leader \([0-9]\),.*/\1/p')
	"$ROOT/scripts/broker" kill "$leader"
	wait_for 120 test -s status
	cat err
	! grep 'no permission to read' err
	[ "$(cat status)" = 0 ]
	consume led -f '%k %s\n' >out
	expect 0 '' '' -- "$TOOLS/each_once.py" in out
	# A reader continues with the new leader; a later reader reads from the remaining brokers.
	wait_for 60 lines live 200000
	kill -INT $reader
	wait $reader
	cat live.err
	sort live | cmp - <(sort in)
	timeout 60 sp-capture "kafka://$BROKER/led" -e 2>err | sort >got
	sort in | cmp - got
}
