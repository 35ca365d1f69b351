# install.bats -- what `make install` installs works where it is installed.
load helpers

# Installs into the folder "x y", whose name has a space.
install_here() {
	env -u MAKEFLAGS -u MAKELEVEL make -s -C "$ROOT" install PREFIX=/usr DESTDIR="$PWD/x y"
}

@test "make install installs programs, manual pages and completions" {
	install_here
	local main p
	for main in "$ROOT"/cmd/sp-*/main.c; do
		p=$(basename "$(dirname "$main")")
		[[ $p != sp-*-* ]] || continue # a driver
		expect 0 "~$p [0-9]*" '' -- "x y/usr/bin/$p" --version
		[ -s "x y/usr/share/man/man1/$p.1" ]
		grep -q "$p" "x y/usr/share/bash-completion/completions/$p"
	done
	[ -s "x y/usr/share/man/man5/sp-stream.5" ] && [ -s "x y/usr/share/man/man7/sp.7" ]
	install_here # again, over the first
}

@test "the installed sp-capture finds its Kafka driver, also through a link, and reports when it is missing" {
	install_here
	expect 0 '~*bootstrap.servers*' '' -- "x y/usr/bin/sp-capture" -X list
	ln -s "x y/usr/bin/sp-capture" cap
	expect 0 '~*bootstrap.servers*' '' -- ./cap -X list
	rm -r "x y/usr/libexec"
	expect 69 '' 'sp-capture: kafka:// needs sp-capture-kafka (package sp-stream-kafka)' -- ./cap kafka://127.0.0.1:1/t
	expect 69 '' 'sp-capture: kafka:// needs sp-capture-kafka (package sp-stream-kafka)' -- ./cap -X list
	expect 64 '' '~sp-capture: -G, -p, -o, *, -X and -F are for a source kafka://...' -- ./cap -G g /dev/null
	expect 0 '{"ts":"1970-01-01T00:00:01Z"}' '' -- ./cap <<<'{"ts":1}'
}

@test "SP_LIBEXEC names the folder of the drivers, before the one beside the program" {
	mkdir drivers
	printf '#!/bin/sh\necho "driver: $*"\n' >drivers/sp-capture-kafka
	chmod +x drivers/sp-capture-kafka
	SP_LIBEXEC=$PWD/drivers expect 0 'driver: -e kafka://h/t' '' -- sp-capture -e kafka://h/t
	expect 0 '~*bootstrap.servers*' '' -- env SP_LIBEXEC= sp-capture -X list
	SP_LIBEXEC=$PWD/none expect 69 '' 'sp-capture: kafka:// needs sp-capture-kafka (package sp-stream-kafka)' -- \
		sp-capture kafka://h/t
	# a driver that is there but cannot be started
	chmod -x drivers/sp-capture-kafka
	SP_LIBEXEC=$PWD/drivers expect 69 '' '~*sp-capture-kafka: Permission denied' -- sp-capture kafka://h/t
	# files need no driver
	SP_LIBEXEC=$PWD/none expect 0 '{"ts":"1970-01-01T00:00:01Z"}' '' -- sp-capture <<<'{"ts":1}'
}
