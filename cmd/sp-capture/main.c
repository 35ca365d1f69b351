/* sp-capture -- turn sources into a stream of timestamped events. */
#include "sp-capture/capture.h"

int main(int argc, char *argv[])
{
	return capture_main(argc, argv);
}
