/* page.c -- showing a manual page.
 *
 * The pages lie beside the programs: PREFIX/share/man for man(1), PREFIX/share/doc/sp/NAME.SECTION.txt rendered by
 * mandoc(1) when sp was built, for machines that have no man(1) and for output that is not a terminal. In a build tree
 * only the rendered pages are there, in build/man. */
#include "sp/page.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/opt.h"
#include "sp/programs.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAGES_MAX = 64, PAGE_BYTES_MAX = 4 << 20 };

/* The pages, in the order in which a name is looked for: the way in comes before the umbrella's own page. */
static const struct page {
	const char *name, *section;
} pages[] = {
	{ "sp", "7" },
	{ "sp", "1" },
	{ "sp-capture", "1" },
	{ "sp-window", "1" },
	{ "sp-agg", "1" },
	{ "sp-publish", "1" },
	{ "sp-sink", "1" },
	{ "sp-stream", "5" },
	{ "sp-expr", "7" },
};
enum { PAGE_COUNT = sizeof pages / sizeof *pages };

/* NAME with or without "sp-". Returns NULL with E (EX_USAGE, the nearest named) if there is no such page. */
static const struct page *find_page(const char *name, struct err *e)
{
	const char *names[PAGE_COUNT + 1] = { NULL };
	for (size_t i = 0; i < PAGE_COUNT; i++) {
		const char *rest = strncmp(pages[i].name, "sp-", 3) == 0 ? pages[i].name + 3 : pages[i].name;
		if (strcmp(name, pages[i].name) == 0 || strcmp(name, rest) == 0)
			return &pages[i];
		names[i] = rest;
	}
	(void)!opt_choice("page", name, names, e);
	return NULL;
}

/* Replaces this program by man(1), which looks below FOLDER/../share/man. Returns if there is no man(1), or no page. */
static void show_by_man(const struct page *page, const char *folder)
{
	char manual[PROGRAM_PATH_MAX + 64], file[PROGRAM_PATH_MAX + 128];
	snprintf(manual, sizeof manual, "%s/../share/man", folder);
	snprintf(file, sizeof file, "%s/man%s/%s.%s", manual, page->section, page->name, page->section);
	if (!isatty(STDOUT_FILENO) || access(file, R_OK) != 0)
		return;
	execlp("man", "man", "-M", manual, page->section, page->name, (char *)NULL);
}

/* Appends the file PATH to OUT. Returns -1 with E when it cannot be read. */
static int read_file(const char *path, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, err_status_read(errno), errno, "%s", path);
	ssize_t n;
	char *to;
	while ((to = buf_room(out, 1 << 16)) && (n = read(fd, to, 1 << 16)) > 0)
		out->n += (size_t)n;
	int failed = !to ? err_oom(e, path) : n < 0 ? err_errno(e, EX_IOERR, errno, "%s", path) : 0;
	close(fd);
	return failed;
}

static int show_as_text(const struct page *page, const char *folder, struct err *e)
{
	static const char *const places[] = { "/../share/doc/sp/", "/../man/" };
	char path[PROGRAM_PATH_MAX + 128] = "";
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		snprintf(path, sizeof path, "%s%s%s.%s.txt", folder, places[i], page->name, page->section);
		if (access(path, R_OK) == 0)
			break;
	}
	struct buf text;
	buf_init(&text, PAGE_BYTES_MAX);
	int status = read_file(path, &text, e) < 0 ? -1 : diag_print(buf_span(&text).p, text.n);
	buf_release(&text);
	return status;
}

int page_show(const char *name)
{
	struct err e = ERR_INIT;
	char folder[PROGRAM_PATH_MAX];
	const struct page *page = name ? find_page(name, &e) : &pages[0];
	if (!page || program_own_folder(folder, &e) < 0)
		return diag_err(&e);
	show_by_man(page, folder);
	int status = show_as_text(page, folder, &e);
	return status < 0 ? diag_err(&e) : status;
}
