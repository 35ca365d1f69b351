load helpers
setup_file() { broker_up "${KAFKA_VERSION:-3.9.2}"; }
teardown_file() { broker_down; }

@test "a line becomes a message, byte for byte; status 0 means acknowledged" {
	printf '{"ts":"2024-05-01T00:00:00.123Z", "a": 1.10}\n{"b":"ü"}\n' >in
	expect 0 '' '' -- sp-publish "kafka://$BROKER/bytes" --create partitions=1 <in
	expect 0 "$(cat in)" '' -- consume bytes
}

@test "a message has the event's own time, or that of --timestamp" {
	topic times
	expect 0 '' '' -- sp-publish "kafka://$BROKER/times" <<<'{"ts":"2024-05-01T00:00:00.123Z","at":1500000000}'
	expect 0 '' '' -- sp-publish "kafka://$BROKER/times" --timestamp .at <<<'{"ts":"2024-05-01T00:00:00.123Z","at":1500000000}'
	expect 0 $'1714521600123\n1500000000000' '' -- consume times -f '%T\n'
}

@test "--key and --header: text of strings, JSON of other values, none for null" {
	topic keys
	printf '%s\n' '{"k":"a b"}' '{"k":[1, 2]}' '{"k":null}' '{"k":7,"h":"x"}' >in
	expect 0 '' '' -- sp-publish "kafka://$BROKER/keys" --key .k --header 'h=.h' --header 'two=2' <in
	expect 0 $'3 a b h=NULL,two=2\n6 [1, 2] h=NULL,two=2\n-1  h=NULL,two=2\n1 7 h=x,two=2' '' -- consume keys -f '%K %k %h\n'
}

@test "a key goes to the partition that Java's murmur2 partitioner chooses" {
	topic murmur 6
	for k in alice bob carol dave erin frank; do echo "{\"k\":\"$k\"}"; done >in
	expect 0 '' '' -- sp-publish "kafka://$BROKER/murmur" --key .k <in
	# murmur2 of the key, its sign bit cleared, modulo 6: Kafka's org.apache.kafka.common.utils.Utils.murmur2
	python3 - <<'.' >want
def murmur2(b):
    m, h, M = 0x5bd1e995, 0x9747b28c ^ len(b), 0xffffffff
    for i in range(0, len(b) // 4 * 4, 4):
        k = int.from_bytes(b[i:i + 4], "little") * m & M
        k = (k ^ k >> 24) * m & M
        h = (h * m & M) ^ k
    t = b[len(b) // 4 * 4:]
    if t:
        h = (h ^ int.from_bytes(t, "little")) * m & M
    h = (h ^ h >> 13) * m & M
    return h ^ h >> 15
for k in sorted("alice bob carol dave erin frank".split()):
    print(k, (murmur2(k.encode()) & 0x7fffffff) % 6)
.
	consume murmur -f '%k %p\n' | sort | diff - want
}

@test "--partition, -p, --value and tombstones" {
	topic parts 3
	expect 0 '' '' -- sp-publish "kafka://$BROKER/parts" -p 2 --value .v <<<'{"v":"text"}'
	expect 0 '' '' -- sp-publish "kafka://$BROKER/parts" --partition .p --key .k --value .v --null-value <<<'{"p":1,"k":"x","v":null}'
	expect 0 'text' '' -- consume parts -p 2
	expect 0 'x -1' '' -- consume parts -p 1 -f '%k %S'
	expect 65 '' 'sp-publish: standard input:1: --value gives null; --null-value makes a tombstone of it' -- \
		sp-publish "kafka://$BROKER/parts" --value .v <<<'{"v":null}'
}

@test "control lines are not published" {
	topic control
	printf '{"$sp":"watermark","ts":"2024-05-01T10:39:59.999Z"}\n{"a":1}\n' >in
	expect 0 '' '' -- sp-publish "kafka://$BROKER/control" <in
	expect 0 '{"a":1}' '' -- consume control
}

@test "a missing topic is reported at once, with its name" {
	expect 69 '' "sp-publish: kafka://$BROKER: there is no topic 'nothere'; --create partitions=N creates it" -- \
		sp-publish "kafka://$BROKER/nothere" <<<'{}'
}

@test "--create sets the topic's properties and refuses what it does not understand" {
	expect 0 '' '' -- sp-publish "kafka://$BROKER/made" --create partitions=4,replication=1,retention.ms=3600000 <<<'{}'
	[ "$(kcat -b "$BROKER" -L -t made | grep -c 'partition [0-9]')" = 4 ]
	expect 64 '' "sp-publish: --create: partitions: 'x' is not a whole number" -- \
		sp-publish "kafka://$BROKER/made2" --create partitions=x <<<'{}'
	expect 69 '' '~*made3*no.such.property*' -- sp-publish "kafka://$BROKER/made3" --create partitions=1,no.such.property=1 <<<'{}'
}

@test "a message that is too large is refused, and the others are written" {
	expect 0 '' '' -- sp-publish "kafka://$BROKER/large" --create partitions=1,max.message.bytes=20000 </dev/null
	python3 -c 'import random
for i in range(100): print("{\"i\":%d,\"x\":\"%s\"}" % (i, "".join(random.choice("abcdefghijklmnop") for _ in range(60000 if i == 50 else 100))))' >in
	expect 0 '' '~*line 51*' -- sp-publish "kafka://$BROKER/large" --reject bad <in
	[ "$(wc -l <bad)" = 1 ]
	[ "$(consume large | wc -l)" = 99 ]
	expect 65 '' '~*1 of 100 messages were not published; the first was line 51*' -- sp-publish "kafka://$BROKER/large" <in
}

@test "a time that the broker refuses is reported with the reason" {
	topic ahead
	case ${KAFKA_VERSION:-3.9.2} in
	3.*) expect 0 '' '' -- sp-publish "kafka://$BROKER/ahead" <<<'{"ts":"2124-01-01T00:00:00Z"}' ;;
	*) expect 65 '' '~sp-publish: standard input:1: Broker: Invalid timestamp *message.timestamp.after.max.ms*' -- \
		sp-publish "kafka://$BROKER/ahead" <<<'{"ts":"2124-01-01T00:00:00Z"}' ;;
	esac
}

@test "secrets on the command line are refused; an unknown property is answered with the nearest" {
	expect 64 '' "sp-publish: -X sasl.password: other users can see a command line: put it into a file (-F FILE) or the environment (SP_KAFKA_SASL_PASSWORD)" -- \
		sp-publish -X sasl.password=x "kafka://$BROKER/t"
	expect 64 '' "sp-publish: unknown Kafka property 'lingr.ms'; did you mean 'linger.ms'?" -- sp-publish -X lingr.ms=1 "kafka://$BROKER/t"
	expect 64 '' "sp-publish: Kafka property 'transactional.id': transactions are not supported" -- \
		sp-publish -X transactional.id=x "kafka://$BROKER/t"
}

# codecs TOPIC: how the batches of its partition 0 are compressed, by Kafka's numbers (3: lz4, 4: zstd), from the broker's file.
codecs() {
	python3 - "$BATS_FILE_TMPDIR/broker/data/$1-0/00000000000000000000.log" <<'.'
import struct, sys
log, at, found = open(sys.argv[1], "rb").read(), 0, []
while at + 61 <= len(log) and log[at + 16] == 2:
    found.append(struct.unpack(">h", log[at + 21:at + 23])[0] & 7)
    at += 12 + struct.unpack(">i", log[at + 8:at + 12])[0]
print(*found)
.
}

@test "a property may be set under its other name, and message.timeout.ms may be short" {
	topic aliases
	printf '{"ts":"2024-01-01T00:00:00Z","text":"%01000d"}\n' 0 >in
	for property in x compression.codec=zstd compression.type=zstd delivery.timeout.ms=4000 message.timeout.ms=1000; do
		[ $property != x ] && set -- -X $property || set --
		expect 0 '' '' -- sp-publish "$@" "kafka://$BROKER/aliases" <in
	done
	[ "$(codecs aliases)" = '3 4 4 3 3' ]
}

@test "SIGTERM and SIGINT end the run after all events read so far are published" {
	topic term
	mkfifo pipe
	for signal in TERM INT; do
		env --default-signal=INT sp-publish "kafka://$BROKER/term" <pipe 3>&- & publisher=$!
		exec 7>pipe
		echo "{\"signal\":\"$signal\"}" >&7
		arrived() { consume term | grep -q "$signal"; }
		wait_for 10 arrived
		kill -$signal $publisher
		wait $publisher
		exec 7>&-
	done
}

# As tests/cli/conform.bats tests the other programs.
@test "conform: odd input is rejected, and good events are published" {
	topic odd
	expect 0 '' '' -- sp-publish "kafka://$BROKER/odd" </dev/null
	expect 66 '' '~sp-publish: *irectory*' -- sp-publish "kafka://$BROKER/odd" </
	expect 0 '' '' -- sp-publish "kafka://$BROKER/odd" < <(printf '{"a":1}')
	expect 0 '' '' -- sp-publish "kafka://$BROKER/odd" < <(printf '\n{"a":2}\r\n \t\r\n\r\n')
	{ head -c 50000000 /dev/zero | tr '\0' x; printf '\n{"a":3}\n'; } >in
	expect 65 '' '~sp-publish: standard input:1: *' -- sp-publish "kafka://$BROKER/odd" --key .a <in
	python3 -c 'import random,sys; sys.stdout.buffer.write(random.Random(1).randbytes(300000))' >in
	expect 65 '' '~sp-publish: standard input:1: *' -- sp-publish "kafka://$BROKER/odd" --key .a <in
	[ "$(wc -l <.err)" -le 60 ]
	! LC_ALL=C grep -q '[^ -~]' .err
	expect 0 $'{"a":1}\n{"a":2}\n{"a":3}' '' -- consume odd
}
