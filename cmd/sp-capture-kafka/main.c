/* sp-capture-kafka -- the driver of sp-capture that reads kafka:// sources: sp-capture with librdkafka linked in. */
#include "sp-capture/capture.h"

int main(int argc, char *argv[])
{
	return capture_main(argc, argv);
}
