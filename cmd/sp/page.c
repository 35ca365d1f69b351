/* page.c -- shows a manual page.
 *
 * The pages are installed next to the programs in two forms. Those in PREFIX/share/man are for man(1). The texts
 * PREFIX/share/doc/sp/NAME.SECTION.txt were rendered by mandoc(1) when sp was built; they are for machines without
 * man(1) and for output that is not a terminal. A build tree has only the texts, in build/man. */
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

/* All pages. A name is searched in this order, so `sp help sp` shows sp(7), the introduction, and not sp(1). */
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
	{ "sp-run", "1" },
	{ "sp-stream", "5" },
	{ "sp-expr", "7" },
};
enum { PAGE_COUNT = sizeof pages / sizeof *pages };

/* Returns the page NAME, which may be written without "sp-". Returns NULL with E set (EX_USAGE) if there is no such
 * page; the message suggests the most similar name, or lists all names if none is similar. */
static const struct page *find_page(const char *name, struct err *e)
{
	const char *names[PAGE_COUNT + 1] = { NULL };
	for (size_t i = 0; i < PAGE_COUNT; i++) {
		const char *short_name = strncmp(pages[i].name, "sp-", 3) == 0 ? pages[i].name + 3 : pages[i].name;
		if (strcmp(name, pages[i].name) == 0 || strcmp(name, short_name) == 0)
			return &pages[i];
		names[i] = short_name;
	}
	/* NAME is not in NAMES, so opt_choice() always sets E. */
	(void)!opt_choice("page", name, names, e);
	return NULL;
}

/* Replaces this program by man(1), which shows PAGE from FOLDER/../share/man. Returns only if that is not possible:
 * standard output is not a terminal, the page is not installed there, or man(1) is missing. */
static void show_by_man(const struct page *page, const char *folder)
{
	char manual[PROGRAM_PATH_MAX + 64], file[PROGRAM_PATH_MAX + 128];
	snprintf(manual, sizeof manual, "%s/../share/man", folder);
	snprintf(file, sizeof file, "%s/man%s/%s.%s", manual, page->section, page->name, page->section);
	if (!isatty(STDOUT_FILENO) || access(file, R_OK) != 0)
		return;
	execlp("man", "man", "-M", manual, page->section, page->name, (char *)NULL);
}

/* Appends the file PATH to OUT. Returns 0, or -1 with E set if the file cannot be read or memory is exhausted. */
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

/* Prints the rendered text of PAGE from an installation or a build tree around FOLDER. Returns the exit status, or -1
 * with E set if the text cannot be read. */
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
	/* If neither folder has the page, PATH is in the second, and the error message names that path. */
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
