# helpers.bash -- a real broker for the tests of one file: broker_up VERSION in setup_file, broker_down in teardown_file.
load ../cli/helpers
KAFKA_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/sp

# broker_up VERSION: starts a broker on ports of its own; sets $BROKER (host:port) and $PORT for all tests of the file.
broker_up() {
	export KAFKA_LIBS=$KAFKA_CACHE/kafka-$1
	"$ROOT/scripts/broker" fetch "$1" "$KAFKA_LIBS"
	PORT=$(free_ports)
	BROKER=127.0.0.1:$PORT
	export PORT BROKER
	"$ROOT/scripts/broker" start "$BATS_FILE_TMPDIR/broker" "$PORT" 3>&-
}
broker_down() {
	"$ROOT/scripts/broker" kill "$BATS_FILE_TMPDIR/broker"
}
# A failed test must not leave programs running that try to reach its broker for ever.
end_jobs() {
	local p
	for p in $(jobs -p); do kill "$p" 2>/dev/null || :; done
}
teardown() {
	end_jobs
}
# free_ports: prints the first of ten free neighbouring ports, below the range that the kernel assigns to clients.
free_ports() {
	python3 - <<'.'
import random, socket
while True:
    base = random.randrange(20000, 32000, 10)
    try:
        socks = []
        for p in range(base, base + 10):
            s = socket.socket(); s.bind(("127.0.0.1", p)); socks.append(s)
        print(base)
        break
    except OSError:
        pass
    finally:
        for s in socks: s.close()
.
}
# topic NAME [PARTITIONS]: creates NAME and waits until it can be used. retention.ms=-1 keeps events of the past, which the
# broker would delete for their age; Kafka 4 refuses events of the future.
topic() {
	sp-publish "kafka://$BROKER/$1" --create "partitions=${2:-1},replication=1,retention.ms=-1" </dev/null
}
# consume TOPIC [KCAT_OPTION...]: prints all messages of TOPIC.
consume() {
	kcat -b "$BROKER" -C -e -q -t "$@"
}
