# broken.bats -- faults that a real broker cannot be made to have, from tests/tools/fake_broker.py: damaged batches,
# offsets deleted while they are read, revoked rights. Each ends sp-capture with one line of error, after the events before
# the fault were written.
load helpers

# fake FAULT: starts a broker with FAULT; sets $TOPIC.
fake() {
	"$TOOLS/fake_broker.py" "$1" port 3>&- &
	wait_for 10 test -s port
	TOPIC=kafka://127.0.0.1:$(cat port)/t
}
EVENT_0='{"ts":"2024-05-01T00:00:00Z","i":0}'

@test "without a fault the whole topic is read" {
	fake none
	expect 0 "$EVENT_0"$'\n''{"ts":"2024-05-01T00:00:01Z","i":1}'$'\n''{"ts":"2024-05-01T00:00:02Z","i":2}' '' -- \
		timeout 20 sp-capture "$TOPIC" -e
}

@test "a batch with a wrong checksum" {
	fake crc
	expect 65 "$EVENT_0" '~sp-capture: t?0?@1: cannot be read: *CRC32C*; start after it with -o' -- timeout 20 sp-capture "$TOPIC" -e
	expect 65 "$EVENT_0" '~*CRC32C*' -- timeout 20 sp-capture "$TOPIC"
	expect 0 '{"ts":"2024-05-01T00:00:02Z","i":2}' '' -- timeout 20 sp-capture "$TOPIC" -e -o 2
}

@test "a batch with an unknown compression codec" {
	fake codec
	expect 65 "$EVENT_0" '~sp-capture: t?0?@1: cannot be read: *codec*; start after it with -o' -- timeout 20 sp-capture "$TOPIC" -e
	expect 0 '{"ts":"2024-05-01T00:00:02Z","i":2}' '' -- timeout 20 sp-capture "$TOPIC" -e -o 2
}

@test "a batch that cannot be decompressed" {
	fake lz4
	expect 65 "$EVENT_0" '~sp-capture: t?0?@1: cannot be read: *ecompress*; start after it with -o' -- timeout 20 sp-capture "$TOPIC" -e
}

@test "an offset that is deleted while it is read" {
	fake range
	expect 65 "$EVENT_0" '~sp-capture: t?0?@1: offset out of range: *choose another start with -o*' -- timeout 20 sp-capture "$TOPIC" -e
}

@test "the right to read is revoked" {
	fake denied
	expect 77 "$EVENT_0" '~sp-capture: t?0?@1: *uthorization failed' -- timeout 20 sp-capture "$TOPIC" -e
}

@test "the first signal ends a start that hangs" {
	fake deaf
	mkfifo quiet
	for s in INT:130 TERM:143; do
		for c in 'sp-capture TOPIC' 'sp-capture TOPIC -G web' 'sp-publish TOPIC'; do
			expect "${s#*:}" '' '' -- timeout --preserve-status -s "${s%:*}" 1 ${c/TOPIC/"$TOPIC"} <>quiet
		done
	done
}
