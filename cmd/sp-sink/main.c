/* sp-sink -- writes events to a store. */
#include "sp-sink/sink.h"
#include "sp-sink/target/target.h"

int main(int argc, char *argv[])
{
	return sink_main(argc, argv, target_types);
}
