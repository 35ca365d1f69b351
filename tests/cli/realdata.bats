# realdata.bats -- real files; jq and other tools give the expected results (tests/data/README.md: their origin).
load helpers

@test "earthquakes: events out of a GeoJSON document of one line, with times in ms" {
	sp-capture --format json --each .features --time .properties.time "$DATA/earthquakes.json.gz" >out
	expect 0 1707 '' -- sh -c 'wc -l <out'
	zcat "$DATA/earthquakes.json.gz" | jq -c '.features[]' >want
	expect 0 '' '' -- sh -c 'jq -c "del(.ts)" out | cmp - want'
	expect 0 '' '' -- sh -c 'zcat "$0" | jq -r ".features[].properties.time/1000|floor|todate|sub(\"Z\";\"\")" >times; jq -r ".ts[:19]" out | cmp - times' \
		"$DATA/earthquakes.json.gz"
}

@test "earthquakes: the whole document is over the event limit, and the message says what to do" {
	expect 65 '' '~sp-capture: *earthquakes.json.gz:1: document 1, event 1: more than 1048576 bytes (see --max-event); --each takes events out of a document' \
		-- sp-capture "$DATA/earthquakes.json.gz"
}

@test "flights: local times across both daylight saving changes equal the file's own UTC hours" {
	# The scheduled hour is local, time_hour the same hour in UTC.
	sp-capture "$DATA/flights.csv.gz" --tz America/New_York --in-order --time-format '%Y-%m-%d %H' \
		--time '"\(.year)-\(.month)-\(.day) \(.hour)"' >out
	expect 0 3264 '' -- sh -c 'wc -l <out'
	expect 0 '' '' -- jq -c 'select(.ts != .time_hour)' out
	expect 0 '{"f":0,"n":3264}' '' -- jq -cs '{f: map(select(.dep_delay == null)) | length, n: length}' out
}

@test "flights: an event whose time is NA is rejected" {
	expect 0 '3264' '' -- sh -c 'sp-capture "$0" --time .time_hour | wc -l' "$DATA/flights.csv.gz"
	na=$(zcat "$DATA/flights.csv.gz" | cut -d, -f4 | grep -c NA)
	[ "$na" -gt 0 ]
	sp-capture "$DATA/flights.csv.gz" --tz America/New_York --time-format '%Y-%m-%d %H %M' --reject bad.ndjson \
		--time '"\(.year)-\(.month)-\(.day) \(.dep_time/100|floor) \(.dep_time%100)"' >out 2>err
	expect 0 "$((3264 - na)) $na" '' -- sh -c 'echo $(wc -l <out) $(wc -l <bad.ndjson)'
}
