// Calls of Linux that its headers declare only under _GNU_SOURCE, as Swift's Glibc module does not.
#include <linux/falloc.h>
#include <sys/types.h>

int fallocate(int file, int mode, off_t offset, off_t length);
int syncfs(int file);
