# sp: one non-recursive Makefile. Everything built goes under build/.
#   make            the programs, in build/bin
#   make check      unit and command-line tests       make sanitize   the same under ASan and UBSan
#   make fuzz       fuzz every parser (libFuzzer)     make bench      sp and its peers side by side
#   make install    PREFIX=/usr/local DESTDIR=
# CC=clang, WERROR=-Werror and B=DIR may be given to each.
VERSION = 0.1.0
PREFIX ?= /usr/local
CC = gcc
B = build
OPT ?= -O2
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2 -Wundef -Wnull-dereference -Wvla -Wcast-qual -Wwrite-strings
HARDEN = -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DSP_VERSION='"$(VERSION)"' -Icommon -include common/base/banned.h \
	$(OPT) -g $(WARN) $(HARDEN) $(WERROR) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)

# A program is a folder cmd/sp-NAME; its sources are the .c files in it. Libraries by program:
PROGRAMS = $(patsubst cmd/%/main.c,%,$(wildcard cmd/sp-*/main.c))
# (libjq is loaded when an expression needs it: common/expr/jqlib.c says why.)
LIBS_sp-capture = -lz -lzstd -lpcre2-8 -lm
LIBS_sp-window = -lm
LIBS_sp-agg = -lxxhash -lm
LIBS_sp-publish = -lrdkafka -lm
# librdkafka's thread allocates what the program's frees: with glibc they wait for each other at every other message.
MALLOC = -ljemalloc
LIBS_sp-sink = -lsqlite3 -lz -lzstd -lxxhash -lm
TEST_LIBS = -lz -lzstd -lpcre2-8 -lxxhash -lsqlite3 -lrdkafka -lm

COMMON = $(wildcard common/*/*.c)
COMMON_O = $(COMMON:%.c=$B/%.o)
LIB = $B/libsp.a

all: $(PROGRAMS:%=$B/bin/%) $B/libexec/sp/sp-capture-kafka

$B/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(COMMON_O)
	@rm -f $@
	ar rcs $@ $^

# sp-capture is linked twice: loading librdkafka takes longer than all else at the start, so the program that
# people call does without it, and hands over to sp-capture-kafka when a source is kafka://.
CAPTURE_KAFKA = cmd/sp-capture/kafka_options.c cmd/sp-capture/kafka_lanes.c cmd/sp-capture/kafka_run.c cmd/sp-capture/kafka_status.c
NOT_sp-capture = $(CAPTURE_KAFKA)
$B/libexec/sp/sp-capture-kafka: $(patsubst %.c,$B/%.o,$(filter-out %/kafka_exec.c,$(wildcard cmd/sp-capture/*.c))) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_sp-capture) -lrdkafka $(MALLOC)

define program
$B/bin/$(1): $$(patsubst %.c,$B/%.o,$$(filter-out $(NOT_$(1)),$$(wildcard cmd/$(1)/*.c))) $(LIB)
	@mkdir -p $$(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $$@ $$^ $$(LIBS_$(1))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

UNIT = $(patsubst tests/unit/%.c,$B/unit/%,$(wildcard tests/unit/test_*.c))
$B/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/unit $(ALL_LDFLAGS) -MMD -MP -o $@ $< $(filter %.o,$^) $(LIB) $(TEST_LIBS)
unit: $(UNIT)
# Tests that reach into a program link that part of it.
FORMATS_O = $(patsubst %.c,$B/%.o,$(wildcard cmd/sp-capture/format*.c))
$B/unit/test_formats $B/unit/test_format_logs $B/bin/fuzz_formats: $(FORMATS_O)
FOLDS_O = $(patsubst %.c,$B/%.o,$(wildcard cmd/sp-agg/fold*.c))
$B/unit/test_folds $B/unit/test_fold_refuse $B/unit/test_fold_select $B/bin/fuzz_fold $B/bin/fuzz_fold_parse: $(FOLDS_O)
$B/bin/fuzz_kafka: $B/cmd/sp-capture/kafka_options.o
$B/unit/test_merge: $B/cmd/sp-capture/merge.o

SINK_O = $(patsubst %.c,$B/%.o,$(filter-out %/main.c,$(wildcard cmd/sp-sink/*.c)))
$B/unit/test_sink $B/bin/fuzz_sink_path $B/bin/fuzz_sink_csv: $(SINK_O)

# ---- small programs for the tests ----
TOOLS = $(patsubst tests/tools/%.c,$B/tools/%,$(wildcard tests/tools/*.c))
$B/tools/%: tests/tools/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -o $@ $< $(LIB) $(TEST_LIBS)
$B/tools/gen: tests/bench/gen.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< -lm
tools: $(TOOLS) $B/tools/gen

# ---- the same under sanitizers, and fuzzing (clang) ----
SAN = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# _FORTIFY_SOURCE would hide what the sanitizers look for.
NO_FORTIFY = HARDEN="-fstack-protector-strong -fPIE"
sanitize-build:
	@$(MAKE) --no-print-directory CC=clang B=$B/sanitize OPT="-O1 $(SAN)" MALLOC= $(NO_FORTIFY) all unit
sanitize: sanitize-build
	./scripts/check sanitize

FUZZ = $(patsubst tests/fuzz/%.c,$B/bin/%,$(wildcard tests/fuzz/fuzz_*.c))
# Run with B=build/fuzz, by fuzz-build.
$B/bin/fuzz_%: tests/fuzz/fuzz_%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Wno-missing-prototypes -fsanitize=fuzzer $(ALL_LDFLAGS) -MMD -MP -o $@ $< $(filter %.o,$^) \
		$(LIB) $(TEST_LIBS)
fuzz-programs: $(FUZZ)
fuzz-build:
	@$(MAKE) --no-print-directory CC=clang B=$B/fuzz OPT="-O1 $(SAN) -fsanitize=fuzzer-no-link" $(NO_FORTIFY) fuzz-programs
FUZZ_SECONDS ?= 600
fuzz: fuzz-build
	for t in $(notdir $(FUZZ)); do ./scripts/fuzz $$t $(FUZZ_SECONDS) || exit 1; done

check:
	./scripts/check
bench:
	./scripts/bench
bench-kafka:
	./scripts/bench-kafka

COMPLETIONS = $B/completions/sp.bash
$(COMPLETIONS): scripts/make-completions $(PROGRAMS:%=$B/bin/%)
	@mkdir -p $(@D)
	scripts/make-completions $B/bin $(PROGRAMS) >$@.tmp && mv $@.tmp $@
completions: $(COMPLETIONS)

DEST = $(DESTDIR)$(PREFIX)
MAN1 = $(wildcard man/*.1)
MAN5 = $(wildcard man/*.5)
MAN7 = $(wildcard man/*.7)
install: all completions
	install -d "$(DEST)/bin" "$(DEST)/libexec/sp" "$(DEST)/share/man/man1" "$(DEST)/share/man/man5" \
		"$(DEST)/share/man/man7" "$(DEST)/share/bash-completion/completions"
	install -m 755 $(PROGRAMS:%=$B/bin/%) "$(DEST)/bin"
	install -m 755 $B/libexec/sp/sp-capture-kafka "$(DEST)/libexec/sp"
	install -m 644 $(MAN1) "$(DEST)/share/man/man1"
	install -m 644 $(MAN5) "$(DEST)/share/man/man5"
	install -m 644 $(MAN7) "$(DEST)/share/man/man7"
	for p in $(PROGRAMS); do \
		install -m 644 $(COMPLETIONS) "$(DEST)/share/bash-completion/completions/$$p" || exit 1; done

clean:
	rm -rf $B

-include $(shell find $B -name '*.d' 2>/dev/null)
.PHONY: all unit tools completions check bench bench-kafka sanitize sanitize-build fuzz fuzz-build fuzz-programs install clean
