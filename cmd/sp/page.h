/* page.h -- shows a manual page. */
#ifndef SP_PAGE_H
#define SP_PAGE_H

/* Shows the manual page NAME, such as "agg", "sp-agg" or "stream"; if NAME is NULL, shows sp(7), the introduction. If
 * standard output is a terminal, and both man(1) and the page are installed, replaces this program by man(1). Otherwise
 * prints the page as text and returns the exit status. */
int page_show(const char *name);
#endif
