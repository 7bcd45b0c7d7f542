// Tiles of the processor's matrix unit (AMX): sixteen rows of 64 bytes, and a product of two of them.
#pragma once

#include <stdint.h>

namespace gansh {

/// Whether the processor has tiles for bfloat16, `DNNL_MAX_CPU_ISA` permits them, and so does the system, which is
/// asked once.
bool has_tiles();

}  // namespace gansh
