#include "internal.h"

#include <zlib.h>

uint32_t gansh_checksum(uint32_t before, const uint8_t *bytes, size_t count) {
  uLong sum = before;
  while (count > 0) {
    uInt part = count > 1 << 30 ? 1 << 30 : (uInt)count;
    sum = crc32(sum, bytes, part);
    bytes += part;
    count -= part;
  }
  return (uint32_t)sum;
}
