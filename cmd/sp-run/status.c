/* status.c -- stub */
#include "sp-run/status.h"
int status_show(const struct run_options *o)
{
	(void)o;
	return 0;
}
int status_dry_run(const struct run_options *o)
{
	(void)o;
	return 0;
}
