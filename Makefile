# sp: one non-recursive Makefile. Everything built goes under build/ (B=DIR for another place).
# CC=clang, OPT=-O0, WERROR=-Werror, CFLAGS and LDFLAGS may be given. V=1 shows the commands.
#
# A folder cmd/sp-NAME is a program; its sources are all .c files below it. A folder cmd/sp-NAME-DRIVER is a driver of
# that program: a program of its own that may link a heavy library, installed in libexec/sp/. All files of a program but
# main.c form a library, build/lib/sp-NAME.a, which its drivers and its unit tests link.
#
##   make             build the programs: build/bin, build/libexec/sp
##   make test        unit tests and command-line tests: no network, no root, two minutes at most
##   make check       every test, as on a submission (installs what is missing)
##   make lint        floors and include circles, layout, headers alone, manual pages, shell scripts
##   make fmt         lay out the C files as .clang-format says
##   make hdr-check   compile each header alone
##   make sanitize    the unit tests under ASan and UBSan (clang)
##   make fuzz        fuzz every parser, FUZZ_SECONDS=600 each (clang)
##   make fault-build the programs with fail points for the tests of checkpoints: build/fault-points
##   make bench       sp and its peers side by side; make bench-kafka the same for Kafka
##   make cover       line coverage of the unit and command-line tests: build/cover/index.html
##   make compdb      compile_commands.json for editors
##   make install     into $(DESTDIR)$(PREFIX); make uninstall takes it away
##   make dist        a source archive of HEAD: build/sp-VERSION.tar.gz
##   make clean
VERSION = 0.1.0
PREFIX ?= /usr/local
CC = gcc
B = build
OPT ?= -O2
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2 -Wundef -Wnull-dereference -Wvla -Wcast-qual -Wwrite-strings
HARDEN = -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DSP_VERSION='"$(VERSION)"' -Icommon -Icmd -include common/base/banned.h \
	$(OPT) -g $(WARN) $(HARDEN) $(WERROR) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)

# $(call say,CC) prints "  CC      file" before a command that is not shown itself.
ifeq ($(V),1)
Q =
say =
else
Q = @
say = @printf '  %-7s %s\n' $(1) '$@';
endif

# ---- what there is ----

MAINS = $(patsubst cmd/%/main.c,%,$(wildcard cmd/sp*/main.c))
DRIVERS = $(foreach m,$(MAINS),$(if $(word 3,$(subst -, ,$m)),$m))
PROGRAMS = $(filter-out $(DRIVERS),$(MAINS))
# cmd/sp-capture-kafka is a driver of sp-capture.
driver_of = $(word 1,$(subst -, ,$(1)))-$(word 2,$(subst -, ,$(1)))
sources = $(sort $(shell find $(1) -name '*.c'))
objects = $(patsubst %.c,$B/%.o,$(call sources,$(1)))

# Libraries by program. (libjq is loaded when an expression needs it: common/expr/jqlib.c says why.)
LIBS_sp-capture = -lz -lzstd -lpcre2-8 -lm
LIBS_sp-window = -lm
LIBS_sp-agg = -lxxhash -lm
LIBS_sp-publish = -lrdkafka -lm
LIBS_sp-sink = -lsqlite3 -lz -lzstd -lxxhash -lm
# librdkafka's thread allocates what the program's frees: with glibc they wait for each other at every other message.
MALLOC = -ljemalloc
LIBS_sp-capture-kafka = -lrdkafka $(MALLOC)
TEST_LIBS = -lz -lzstd -lpcre2-8 -lxxhash -lsqlite3 -lrdkafka -lm

all: $(PROGRAMS:%=$B/bin/%) $(DRIVERS:%=$B/libexec/sp/%) pages

# ---- compiling and linking ----

$B/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

LIB = $B/libsp.a
$(LIB): $(call objects,common)
	@rm -f $@
	$(call say,AR)ar rcs $@ $^


define program
$B/lib/$(1).a: $$(filter-out $B/cmd/$(1)/main.o,$$(call objects,cmd/$(1)))
	@mkdir -p $$(@D) && rm -f $$@
	$$(call say,AR)ar rcs $$@ $$^
$B/bin/$(1): $B/cmd/$(1)/main.o $B/lib/$(1).a $(LIB)
	@mkdir -p $$(@D)
	$$(call say,LD)$(CC) $$(ALL_CFLAGS) $$(ALL_LDFLAGS) -o $$@ $$^ $$(LIBS_$(1))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$p)))

define driver
$B/lib/$(1).a: $$(filter-out $B/cmd/$(1)/main.o,$$(call objects,cmd/$(1)))
	@mkdir -p $$(@D) && rm -f $$@
	$$(call say,AR)ar rcs $$@ $$^
$B/libexec/sp/$(1): $$(call objects,cmd/$(1)) $B/lib/$(call driver_of,$(1)).a $(LIB)
	@mkdir -p $$(@D)
	$$(call say,LD)$(CC) $$(ALL_CFLAGS) $$(ALL_LDFLAGS) -o $$@ $$^ $$(LIBS_$(call driver_of,$(1))) $$(LIBS_$(1))
endef
$(foreach d,$(DRIVERS),$(eval $(call driver,$d)))

# ---- unit tests: tests/unit/FOLDER/test_x.c; FOLDER is a floor of common/ or a program, whose library it links ----

UNIT_SOURCES = $(wildcard tests/unit/*/test_*.c)
UNIT = $(UNIT_SOURCES:tests/unit/%.c=$B/unit/%)
unit: $(UNIT)
define unit
$B/unit/$(1): tests/unit/$(1).c $(filter $B/lib/$(patsubst %/,%,$(dir $(1))).a,$(MAINS:%=$B/lib/%.a)) $(LIB)
	@mkdir -p $$(@D)
	$$(call say,LD)$(CC) $$(ALL_CFLAGS) -Itests/unit $$(ALL_LDFLAGS) -MMD -MP -o $$@ $$(filter-out %.h,$$^) $$(TEST_LIBS)
endef
$(foreach t,$(UNIT_SOURCES:tests/unit/%.c=%),$(eval $(call unit,$t)))

# ---- small programs for the tests ----

TOOLS = $(patsubst tests/tools/%.c,$B/tools/%,$(wildcard tests/tools/*.c))
$B/tools/%: tests/tools/%.c $(LIB)
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -o $@ $< $(LIB) $(TEST_LIBS)
$B/tools/gen: tests/bench/gen.c
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< -lm
tools: $(TOOLS) $B/tools/gen

# ---- the same under sanitizers, and fuzzing (clang) ----

SAN = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# _FORTIFY_SOURCE would hide what the sanitizers look for.
NO_FORTIFY = HARDEN="-fstack-protector-strong -fPIE"
CLANG ?= clang
need-clang:
	@command -v $(CLANG) >/dev/null || { echo "make: '$(CLANG)' is not installed; ./scripts/setup check installs it" >&2; exit 1; }
sanitize-build: need-clang
	@$(MAKE) --no-print-directory CC=$(CLANG) B=$B/sanitize OPT="-O1 $(SAN)" MALLOC= $(NO_FORTIFY) all unit
sanitize: sanitize-build
	./scripts/check sanitize

# The programs with fail points and known defects (common/base/fault.h), for the tests of checkpoints.
fault-build:
	@$(MAKE) --no-print-directory B=$B/fault-points CFLAGS="$(CFLAGS) -DSP_FAULT" all

# A fuzz target links every program's library. Run with B=build/fuzz, by fuzz-build.
FUZZ = $(patsubst tests/fuzz/%.c,$B/bin/%,$(wildcard tests/fuzz/fuzz_*.c))
$B/bin/fuzz_%: tests/fuzz/fuzz_%.c $(DRIVERS:%=$B/lib/%.a) $(PROGRAMS:%=$B/lib/%.a) $(LIB)
	@mkdir -p $(@D)
	$(call say,LD)$(CC) $(ALL_CFLAGS) -Wno-missing-prototypes -fsanitize=fuzzer $(ALL_LDFLAGS) -MMD -MP -o $@ $(filter-out %.h,$^) \
		$(TEST_LIBS)
fuzz-programs: $(FUZZ)
fuzz-build: need-clang
	@$(MAKE) --no-print-directory CC=$(CLANG) B=$B/fuzz OPT="-O1 $(SAN) -fsanitize=fuzzer-no-link" MALLOC= $(NO_FORTIFY) fuzz-programs
FUZZ_SECONDS ?= 600
fuzz: fuzz-build
	for t in $(notdir $(FUZZ)); do ./scripts/fuzz $$t $(FUZZ_SECONDS) || exit 1; done

# ---- tests, lint, measurements ----

test: all unit tools
	@SP_NO_SETUP=1 SP_QUICK=1 ./scripts/check --no-build unit cli
check:
	./scripts/check
bench:
	./scripts/bench
bench-kafka:
	./scripts/bench-kafka
lint: all
	@SP_NO_SETUP=1 ./scripts/check --no-build lint

C_FILES = $(shell git ls-files '*.c' '*.h' '*.inc')
CLANG_FORMAT ?= clang-format-14
fmt:
	$(CLANG_FORMAT) -i $(C_FILES)

HEADERS = $(sort $(shell find common cmd -name '*.h'))
hdr-check: $(HEADERS:%=$B/hdr/%.ok)
$B/hdr/%.h.ok: %.h
	@mkdir -p $(@D)
	$(call say,HDR)echo '#include "$(patsubst common/%,%,$(patsubst cmd/%,%,$<))"' | $(CC) $(ALL_CFLAGS) -MMD -MP -MT $@ -MF $(@:.ok=.d) \
		-fsyntax-only -x c - && touch $@

cover:
	@$(MAKE) --no-print-directory B=$B/cover OPT="-O0 --coverage" $(NO_FORTIFY) all unit
	for t in $(UNIT:$B/%=$B/cover/%); do $$t >/dev/null || exit 1; done
	SP_BIN=$(CURDIR)/$B/cover/bin tests/cli/run >/dev/null || :
	gcovr --root . --object-directory $B/cover --filter common --filter cmd --html-details $B/cover/index.html --print-summary

compdb: compile_commands.json
compile_commands.json: Makefile $(call sources,common cmd)
	@flags=$$(printf '%s' '$(subst ','\'',$(ALL_CFLAGS))' | sed 's/["\\]/\\&/g'); between=; \
	{ echo '['; for f in $(call sources,common cmd); do \
		printf '%s{"directory": "%s", "file": "%s", "command": "cc %s -c %s"}' "$$between" '$(CURDIR)' $$f "$$flags" $$f; \
		between=",$$(printf '\nx')"; between=$${between%x}; done; echo; echo ']'; } >$@
	@echo "  GEN     $@"

# ---- manual pages as text, which `sp help` shows where there is no man(1) ----

MAN = $(wildcard man/*.[157])
PAGES = $(if $(shell command -v mandoc),$(MAN:man/%=$B/man/%.txt))
pages: $(PAGES)
$B/man/%.txt: man/%
	@mkdir -p $(@D)
	$(call say,MANDOC)mandoc -T utf8 -O width=78 $< | LC_ALL=C.UTF-8 sed 's/.\x08//g' >$@.tmp && mv $@.tmp $@

# ---- installing ----

COMPLETIONS = $B/completions/sp.bash
$(COMPLETIONS): scripts/make-completions $(PROGRAMS:%=$B/bin/%)
	@mkdir -p $(@D)
	$(call say,GEN)scripts/make-completions $B/bin $(PROGRAMS) >$@.tmp && mv $@.tmp $@
completions: $(COMPLETIONS)

DEST = $(DESTDIR)$(PREFIX)
INSTALLED = $(PROGRAMS:%=bin/%) $(DRIVERS:%=libexec/sp/%) $(foreach m,$(MAN),share/man/man$(subst .,,$(suffix $m))/$(notdir $m)) \
	$(PAGES:$B/man/%=share/doc/sp/%) \
	$(PROGRAMS:%=share/bash-completion/completions/%)
install: all completions
	install -d "$(DEST)/bin" "$(DEST)/libexec/sp" "$(DEST)/share/man/man1" "$(DEST)/share/man/man5" \
		"$(DEST)/share/man/man7" "$(DEST)/share/doc/sp" "$(DEST)/share/bash-completion/completions"
	install -m 755 $(PROGRAMS:%=$B/bin/%) "$(DEST)/bin"
	install -m 755 $(DRIVERS:%=$B/libexec/sp/%) "$(DEST)/libexec/sp"
	for m in $(MAN); do install -m 644 $$m "$(DEST)/share/man/man$${m##*.}" || exit 1; done
	[ -z "$(PAGES)" ] || install -m 644 $(PAGES) "$(DEST)/share/doc/sp"
	for p in $(PROGRAMS); do \
		install -m 644 $(COMPLETIONS) "$(DEST)/share/bash-completion/completions/$$p" || exit 1; done
uninstall:
	for f in $(INSTALLED); do rm -f "$(DEST)/$$f"; done
	-rmdir "$(DEST)/libexec/sp" "$(DEST)/share/doc/sp"

dist:
	@mkdir -p $B
	git archive --format=tar.gz --prefix=sp-$(VERSION)/ -o $B/sp-$(VERSION).tar.gz HEAD
	@echo "$B/sp-$(VERSION).tar.gz"

help:
	@sed -n 's/^##   //p' Makefile

clean:
	rm -rf $B compile_commands.json

-include $(shell find $B -name '*.d' 2>/dev/null)
.PHONY: all unit tools pages completions test check lint fmt hdr-check cover compdb bench bench-kafka sanitize sanitize-build need-clang \
	fuzz fuzz-build fuzz-programs install uninstall dist help clean
