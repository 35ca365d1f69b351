# sp.bats -- the umbrella: it runs the program beside it, shows pages and versions, and refuses the rest in one line.
load helpers

@test "sp NAME runs sp-NAME, with its input, output and status" {
	expect 0 '{"ts":"1970-01-01T00:00:01Z"}' '' -- sp capture <<<'{"ts":1}'
	expect 65 '' '~sp-capture: *' -- sp capture --format ndjson <<<'[]'
	expect 64 '' '~sp-window: *' -- sp window
	expect 0 '~usage: sp-agg *' '' -- sp agg --help
}

@test "a name that is none, or leads out of the folder, is refused with the nearest" {
	expect 64 '' "sp: unknown program 'captur'; did you mean 'capture'?" -- sp captur
	expect 64 '' "~sp: unknown program '../bin/sp-agg'; *" -- sp ../bin/sp-agg
	expect 64 '' '~sp: which program? *' -- sp
	expect 64 '' "~sp: unknown option '--emit'; *" -- sp --emit update
	expect 64 '' '~sp: one page at a time*' -- sp help agg sink
}

@test "a program that is beside sp comes before that in PATH; one in PATH is found" {
	mkdir here path
	cp "$(command -v sp)" here/sp
	printf '#!/bin/sh\necho beside "$@"\n' >here/sp-agg
	printf '#!/bin/sh\necho path "$@"\n' | tee path/sp-agg >path/sp-extra
	chmod +x here/sp-agg path/sp-agg path/sp-extra
	expect 0 'beside a b' '' -- env PATH="$PWD/path:$PATH" here/sp agg a b
	expect 0 'path a' '' -- env PATH="$PWD/path:$PATH" here/sp extra a
	expect 69 '' 'sp: sp-sink is not installed: it is not beside sp, nor in PATH' -- env PATH="$PWD/path" here/sp sink
}

@test "sp --help lists each program with the line of its own --help" {
	local line name about listed=0
	while read -r name about; do
		expect 0 "~*$about"$'\n'"*" '' -- "sp-$name" --help
		listed=$((listed + 1))
	done < <(sp --help | sed -n '/^sp NAME/,$p' | sed -n 's/^  //p' | grep -v '^help \|^version ')
	[ "$listed" -eq "$(find "$ROOT"/cmd -maxdepth 1 -name 'sp-*' | grep -vc 'sp-.*-')" ]
}

@test "sp version prints the version of each program" {
	local version
	version=$(sp --version | cut -d' ' -f2)
	expect 0 "$(sp --help | sed -n '/^sp NAME/,$p' | sed -n "s/^  \\([a-z]*\\) .*/sp-\\1 $version/p" | grep -v 'sp-help\|sp-version')" '' \
		-- sp version
}

@test "sp help: the page as text where there is no man, by man on a terminal" {
	expect 0 '~*a streaming data platform made of small programs*' '' -- sp help
	expect 0 '~SP-AGG(1)*' '' -- sp help agg
	expect 0 '~SP-AGG(1)*' '' -- sp help sp-agg
	expect 0 '~SP-STREAM(5)*' '' -- sp help stream
	expect 64 '' "sp: unknown page 'windo'; did you mean 'window'?" -- sp help windo
	mkdir -p root/bin root/share/man/man1 path
	cp "$(command -v sp)" root/bin/sp
	cp "$ROOT/man/sp-agg.1" root/share/man/man1/
	printf '#!/bin/sh\necho man "$@"\n' >path/man
	chmod +x path/man
	expect 0 "~*man -M $PWD/root/bin/../share/man 1 sp-agg*" '' -- \
		env PATH="$PWD/path:$PATH" "$ROOT/tests/tools/pty.py" 200x20 root/bin/sp help agg </dev/null
}

@test "options of other tools are answered with the right one" {
	expect 64 '' 'sp-capture: unknown option --tail; write --follow' -- sp-capture --tail
	expect 64 '' 'sp-capture: unknown option --separator; write --delimiter CHAR' -- sp-capture --separator ';'
	expect 64 '' 'sp-window: unknown option --allowed-lateness; write --lateness DUR' -- sp-window --allowed-lateness 1m
	expect 64 '' "sp-sink: unknown option --table; write 'sqlite:FILE?table=T', or table: for a table for people" -- sp-sink --table t
	expect 64 '' 'sp-publish: unknown option --topic; write the topic in the operand: kafka://HOST:PORT/TOPIC' -- sp-publish --topic t
}

@test "a path where a name is wanted, and a name where a path is wanted: what to write" {
	expect 64 '' "sp-sink: --key 'a,.path': fields have no dot here: write path" -- sp-sink --key a,.path 'sqlite:x.db?table=t'
	expect 64 '' "sp-sink: --columns '.ts,.path': fields have no dot here: write ts" -- sp-sink --columns .ts,.path x.csv
	expect 64 '' 'sp-window: --time ts: write .ts' -- sp-window --tumbling 1m --time ts
	expect 64 '' "sp-window: --keep: '.a,country': a field has a dot: write .country" -- sp-window --tumbling 1m --keep .a,country
	expect 64 '' "sp-capture: --time: expression 'timestamp': timestamp/0 is not defined; a field is written .timestamp" -- \
		sp-capture --time timestamp
}
