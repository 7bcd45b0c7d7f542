#include "Sorting.h"

#include <stdint.h>
#include <string.h>

enum { bits = 11, digits = 3, values_of_a_digit = 1 << bits };

/// A number whose order as an unsigned integer is that of the float.
static inline uint32_t key(float value) {
  uint32_t word;
  memcpy(&word, &value, sizeof word);
  return word & 0x80000000u ? ~word : word | 0x80000000u;
}

static inline uint32_t digit(uint32_t key, int place) { return key >> (place * bits) & (values_of_a_digit - 1); }

void floats_sort(float *values, float *room, size_t count) {
  size_t starts[digits][values_of_a_digit] = {{0}};
  for (size_t i = 0; i < count; ++i) {
    uint32_t own = key(values[i]);
    for (int place = 0; place < digits; ++place) ++starts[place][digit(own, place)];
  }
  for (int place = 0; place < digits; ++place) {
    size_t before = 0;
    for (size_t value = 0; value < values_of_a_digit; ++value) {
      size_t own = starts[place][value];
      starts[place][value] = before;
      before += own;
    }
  }
  float *from = values, *to = room;
  for (int place = 0; place < digits; ++place) {
    for (size_t i = 0; i < count; ++i) to[starts[place][digit(key(from[i]), place)]++] = from[i];
    float *last = from;
    from = to;
    to = last;
  }
  // Three passes end in the room.
  memcpy(values, from, count * sizeof(float));
}
