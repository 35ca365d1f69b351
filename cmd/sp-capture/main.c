/* sp-capture -- turn files, logs and pipes into a stream of timestamped events. */
#include "sp-capture/capture.h"
#include "sp-capture/source/table.h"

int main(int argc, char *argv[])
{
	return capture_main(argc, argv, source_types);
}
