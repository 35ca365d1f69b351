# sp: one non-recursive Makefile. Everything built goes under build/.
#   make            the programs, in build/bin
#   make check      unit and command-line tests       make sanitize   the same under ASan and UBSan
#   make fuzz       fuzz every parser (libFuzzer)     make bench      sp and its peers side by side
#   make install    PREFIX=/usr/local DESTDIR=
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
LIBS_sp-capture = -lz -lzstd -lpcre2-8 -ljq -lm
LIBS_sp-window = -lm
LIBS_sp-agg = -ljq -lxxhash -lm
LIBS_sp-sink = -lsqlite3 -lz -lzstd -lm
TEST_LIBS = -lz -lzstd -lpcre2-8 -ljq -lxxhash -lsqlite3 -lm

COMMON = $(wildcard common/*/*.c)
COMMON_O = $(COMMON:%.c=$B/%.o)
LIB = $B/libsp.a

all: $(PROGRAMS:%=$B/bin/%)

$B/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(COMMON_O)
	@rm -f $@
	ar rcs $@ $^

define program
$B/bin/$(1): $$(patsubst %.c,$B/%.o,$$(wildcard cmd/$(1)/*.c)) $(LIB)
	@mkdir -p $$(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $$@ $$^ $$(LIBS_$(1))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

UNIT = $(patsubst tests/unit/%.c,$B/unit/%,$(wildcard tests/unit/test_*.c))
$B/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/unit $(ALL_LDFLAGS) -MMD -MP -o $@ $< $(LIB) $(TEST_LIBS)
unit: $(UNIT)

clean:
	rm -rf $B

-include $(shell find $B -name '*.d' 2>/dev/null)
.PHONY: all unit clean
