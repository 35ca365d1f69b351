# helpers.bash -- a real broker for a test file: broker_up VERSION in setup_file, broker_down in teardown_file.
load ../cli/helpers
KAFKA_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/sp

# One broker of VERSION, on ports of its own; sets $BROKER (host:port) and $PORT for all tests of the file.
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
# A test that fails must not leave programs behind that try to reach its broker for ever.
end_jobs() {
	local p
	for p in $(jobs -p); do kill "$p" 2>/dev/null || :; done
}
teardown() {
	end_jobs
}
# Ten neighbouring ports that nobody listens on, below those that clients are given; prints the first.
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
# topic NAME [PARTITIONS]: makes it and waits until it can be used. Events of the past would be deleted by their age,
# and Kafka 4 refuses those of the future.
topic() {
	sp-publish "kafka://$BROKER/$1" --create "partitions=${2:-1},replication=1,retention.ms=-1" </dev/null
}
consume() {
	kcat -b "$BROKER" -C -e -q -t "$@"
}
