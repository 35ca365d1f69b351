/* page.h -- showing a manual page. */
#ifndef SP_PAGE_H
#define SP_PAGE_H

/* Shows the page NAME ("agg", "sp-agg", "stream"; NULL: sp(7), the way in) by man(1) where that is installed and
 * standard output is a terminal, else as text. Returns the exit status; does not return when man(1) takes over. */
int page_show(const char *name);
#endif
