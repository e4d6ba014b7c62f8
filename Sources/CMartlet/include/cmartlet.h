// Linux system calls that Swift's Glibc overlay does not import (macros, variadics, or missing wrappers).
#ifndef CMARTLET_H
#define CMARTLET_H

#include <sys/types.h>

/// A file descriptor that becomes readable when `pid` ends, or -1 with errno set. Linux 5.3 or later; close-on-exec.
int martlet_pidfd_open(pid_t pid);

#endif
