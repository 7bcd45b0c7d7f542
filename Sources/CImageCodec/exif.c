#include "internal.h"

enum { orientation_tag = 0x0112, short_type = 3 };

static uint32_t number(const uint8_t *bytes, int count, bool big_endian) {
  uint32_t value = 0;
  for (int i = 0; i < count; i++) {
    value |= (uint32_t)bytes[i] << (big_endian ? 8 * (count - 1 - i) : 8 * i);
  }
  return value;
}

uint32_t gansh_exif_orientation(const uint8_t *bytes, size_t count) {
  // JPEG has this before the block, and some writers of other formats put it there, too.
  if (count >= 6 && memcmp(bytes, "Exif\0\0", 6) == 0) {
    bytes += 6;
    count -= 6;
  }
  if (count < 8) return 1;
  bool big_endian = bytes[0] == 'M' && bytes[1] == 'M';
  if (!big_endian && (bytes[0] != 'I' || bytes[1] != 'I')) return 1;
  if (number(bytes + 2, 2, big_endian) != 42) return 1;
  size_t place = number(bytes + 4, 4, big_endian);
  if (place > count - 2) return 1;
  uint32_t entries = number(bytes + place, 2, big_endian);
  place += 2;
  for (uint32_t i = 0; i < entries && count - place >= 12; i++, place += 12) {
    const uint8_t *entry = bytes + place;
    if (number(entry, 2, big_endian) != orientation_tag) continue;
    if (number(entry + 2, 2, big_endian) != short_type) return 1;
    uint32_t orientation = number(entry + 8, 2, big_endian);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  return 1;
}
