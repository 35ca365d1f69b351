# broken.bats -- what a real broker cannot be made to give: broken batches, offsets that go away, rights that are taken
# away. Each ends in one clear line, and what stood before is written.
load helpers

# fake FAULT: a broker with it; sets $TOPIC.
fake() {
	"$TOOLS/fake_broker.py" "$1" port 3>&- &
	wait_for 10 test -s port
	TOPIC=kafka://127.0.0.1:$(cat port)/t
}
EVENT_0='{"ts":"2024-05-01T00:00:00Z","i":0}'

@test "a whole topic" {
	fake none
	check 0 "$EVENT_0"$'\n''{"ts":"2024-05-01T00:00:01Z","i":1}'$'\n''{"ts":"2024-05-01T00:00:02Z","i":2}' '' -- \
		timeout 20 sp-capture "$TOPIC" -e
}

@test "a wrong checksum" {
	fake crc
	check 65 "$EVENT_0" '~sp-capture: t?0?@1: cannot be read: *CRC32C*; start after it with -o' -- timeout 20 sp-capture "$TOPIC" -e
	check 65 "$EVENT_0" '~*CRC32C*' -- timeout 20 sp-capture "$TOPIC"
	check 0 '{"ts":"2024-05-01T00:00:02Z","i":2}' '' -- timeout 20 sp-capture "$TOPIC" -e -o 2
}

@test "an unknown codec" {
	fake codec
	check 65 "$EVENT_0" '~sp-capture: t?0?@1: cannot be read: *codec*; start after it with -o' -- timeout 20 sp-capture "$TOPIC" -e
	check 0 '{"ts":"2024-05-01T00:00:02Z","i":2}' '' -- timeout 20 sp-capture "$TOPIC" -e -o 2
}

@test "what cannot be unpacked" {
	fake lz4
	check 65 "$EVENT_0" '~sp-capture: t?0?@1: cannot be read: *ecompress*; start after it with -o' -- timeout 20 sp-capture "$TOPIC" -e
}

@test "an offset that is deleted under the reader" {
	fake range
	check 65 "$EVENT_0" '~sp-capture: t?0?@1: offset out of range: *choose another start with -o*' -- timeout 20 sp-capture "$TOPIC" -e
}

@test "the right to read is taken away" {
	fake denied
	check 77 "$EVENT_0" '~sp-capture: t?0?@1: *uthorization failed' -- timeout 20 sp-capture "$TOPIC" -e
}

@test "a start that hangs is ended by the first signal" {
	fake deaf
	mkfifo quiet
	for s in INT:130 TERM:143; do
		for c in 'sp-capture TOPIC' 'sp-capture TOPIC -G web' 'sp-publish TOPIC'; do
			check "${s#*:}" '' '' -- timeout --preserve-status -s "${s%:*}" 1 ${c/TOPIC/"$TOPIC"} <>quiet
		done
	done
}
