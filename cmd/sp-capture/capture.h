/* capture.h -- the whole of sp-capture, for its own main() and for that of each driver. */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

/* Parses the command line, runs, reports. Returns the exit status. */
int capture_main(int argc, char *argv[]);
#endif
