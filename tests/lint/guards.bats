# guards.bats -- the lint fails on what it is there for: each guard is shown a copy of the tree with one seeded fault.

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || exit 1
	export COPY=$BATS_FILE_TMPDIR/copy
	mkdir "$COPY"
	git ls-files -co --exclude-standard | grep -v '^tests/flink/expected' | tar -cf - -T - 2>/dev/null | tar -xf - -C "$COPY"
	cd "$COPY" || exit 1
	git init -q . && git add -A
}
setup() {
	cd "$COPY" || exit 1
	git checkout -q -- . && git clean -fdq
}

@test "the copy itself is clean" {
	run scripts/check-layers
	[ "$status" -eq 0 ]
	run scripts/check-names
	[ "$status" -eq 0 ]
}

@test "check-layers: an include upward" {
	echo '#include "state/pool.h"' >>common/text/utf8.c
	run scripts/check-layers
	[ "$status" -eq 1 ]
	[[ $output == *"common/text/utf8.c: includes common/state/pool.h, which is a floor above it"* ]]
}

@test "check-layers: a program that includes another program" {
	echo '#include "sp-sink/options.h"' >>cmd/sp-window/main.c
	run scripts/check-layers
	[ "$status" -eq 1 ]
	[[ $output == *"cmd/sp-window/main.c: includes cmd/sp-sink/options.h of another program"* ]]
}

@test "check-layers: a circle of includes" {
	echo '#include "base/opt.h"' >>common/base/buf.h
	run scripts/check-layers
	[ "$status" -eq 1 ]
	[[ $output == *"circle of includes: common/base/buf, common/base/opt"* ]]
}

@test "check-layers: an include that is not a path from common/ or cmd/" {
	echo '#include "buf.h"' >>common/base/err.c
	run scripts/check-layers
	[ "$status" -eq 1 ]
	[[ $output == *"\"buf.h\" is no file below common/ or cmd/"* ]]
}

@test "hdr-check: a header that needs another one before it" {
	printf '#ifndef BASE_NEEDY_H\n#define BASE_NEEDY_H\nstatic inline size_t needy(struct span s)\n{\n\treturn s.n;\n}\n#endif\n' >common/base/needy.h
	run make hdr-check
	[ "$status" -ne 0 ]
	[[ $output == *"needy.h"* ]]
}

@test "clang-format: a line that is laid out otherwise" {
	echo 'static int  x ( void ) { return 1 ; }' >>common/base/err.c
	run clang-format-14 --dry-run -Werror common/base/err.c
	[ "$status" -ne 0 ]
}

@test "check-names: a document that names a function, a file or a type that is gone" {
	printf 'See `no_such_function()`, `common/base/no_such.c`, `struct no_such_type` and [this](no/such.md).\n' >>CONTRIBUTING.md
	run scripts/check-names
	[ "$status" -eq 1 ]
	[[ $output == *"no function no_such_function()"* ]]
	[[ $output == *"no file common/base/no_such.c"* ]]
	[[ $output == *"no struct no_such_type"* ]]
	[[ $output == *"no file no/such.md"* ]]
}

@test "check-size: a function, a header and a share of comments over their limits" {
	{ printf 'int too_long(void);\nint too_long(void)\n{\n'; yes '	;' | head -n 70; printf '}\n'; } >>common/base/err.c
	yes '/* x */' | head -n 160 >>common/base/err.h
	yes 'int x;' | head -n 60000 >common/base/bare.c
	run scripts/check-size
	[ "$status" -eq 1 ]
	[[ $output == *"too_long() has 73 lines"* ]]
	[[ $output == *"common/base/err.h:"*"lines (at most 150)"* ]]
	[[ $output == *"comment text in"*"(at least 12 %)"* ]]
}

@test "check-man: a pipeline in the examples without pipefail" {
	sed -i '/^\$ set -o pipefail/d' man/sp-stream.5 README.md
	sed -i 's/ -o pipefail//' scripts/demo
	SP_BIN=$BATS_TEST_DIRNAME/../../build/bin run scripts/check-man
	[ "$status" -eq 1 ]
	[[ $output == *"man/sp-stream.5: 'set -o pipefail' is missing before: \$ sp-window "* ]]
	[[ $output == *"scripts/demo: 'set -o pipefail' is missing before: "* ]]
	[[ $output == *"README.md: 'set -o pipefail' is missing before: \$ sp-capture "* ]]
}
