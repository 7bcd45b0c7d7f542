#include "LoopCode.h"

#if defined(__x86_64__)

#include <xbyak/xbyak.h>

#include "Library.h"

namespace gansh {
namespace {

class Assembler final : public LoopCode, private Xbyak::CodeGenerator {
  const std::vector<Access> &loads;
  const std::vector<Instruction> &instructions;
  const std::vector<Operand> &stores;
  const std::vector<LoopCode::Reduction> &reductions;
  const int32_t registers;
  /// Of scalars, and of loads that are one value a row: the registers that keep them; -1 where none was left.
  std::vector<int> kept_scalars, kept_loads;

  // Fixed registers. The rest of the general ones hold places, as many as there are.
  const Xbyak::Reg64 run_ = rdi, offset = rsi, scalars = rdx, count = rcx, scratch = rax,
                    rows = rbp;
  const std::vector<Xbyak::Reg64> held = {r8, r9, r10, r11, r12, r13, r14, r15, rbx};
  const Xbyak::Zmm first = zmm31, second = zmm30, zero = zmm29;
  static constexpr int first_fixed = 29;
  using Into = LoopCode::Reduction::Into;
  const Xbyak::Opmask rest = k1, chosen = k2;
  Xbyak::Label one, minus_one, sign_bit, all_but_sign, lowest;

public:
  Assembler(
      const std::vector<Access> &loads, int32_t registers,
      const std::vector<Instruction> &instructions, const std::vector<Operand> &stores,
      const std::vector<LoopCode::Reduction> &reductions)
      : CodeGenerator(4096, Xbyak::AutoGrow), loads(loads), instructions(instructions),
        stores(stores), reductions(reductions), registers(registers) {
    keep();
    assemble();
    ready(Xbyak::CodeArray::PROTECT_RE);
  }

  void run(Run &run) const override { getCode<void (*)(Run *)>()(&run); }

  static bool knows(gansh_op op) {
    switch (op) {
      case gansh_op_exp:
      case gansh_op_log:
      case gansh_op_tanh:
      case gansh_op_sigmoid:
      case gansh_op_softplus:
      case gansh_op_erf: return false;
      default: return true;
    }
  }

private:
  void assemble() {
    const std::vector<Xbyak::Reg64> saved = {rbx, rbp, r12, r13, r14, r15};
    for (const auto &reg : saved) push(reg);
    mov(scalars, ptr[run_ + offsetof(Run, scalars)]);
    for (size_t i = 0; i < held.size() && i < places(); i++) mov(held[i], place_slot(i));
    mov(rows, ptr[run_ + offsetof(Run, rows)]);
    vpxord(zero, zero, zero);
    for (size_t i = 0; i < reductions.size(); i++)
      if (reductions[i].into == Into::lanes) clear(i);
    for (size_t i = 0; i < kept_scalars.size(); i++)
      if (kept_scalars[i] >= 0) vbroadcastss(Xbyak::Zmm(kept_scalars[i]), ptr[scalars + 4 * (int)i]);
    Xbyak::Label row, again, after, done;
    L(row);
    for (size_t i = 0; i < loads.size(); i++)
      if (kept_loads[i] >= 0) vbroadcastss(Xbyak::Zmm(kept_loads[i]), ptr[pointer(i)]);
    for (size_t i = 0; i < reductions.size(); i++)
      if (reductions[i].into == Into::rows) clear(i);
    xor_(offset, offset);
    mov(count, ptr[run_ + offsetof(Run, vectors)]);
    test(count, count);
    jz(after, T_NEAR);
    align(16);
    L(again);
    body(false);
    add(offset, 64);
    dec(count);
    jnz(again, T_NEAR);
    L(after);
    mov(count, ptr[run_ + offsetof(Run, rest)]);
    test(count, count);
    jz(done, T_NEAR);
    mov(eax, 1);
    shl(eax, cl);
    dec(eax);
    kmovw(rest, eax);
    body(true);
    L(done);
    for (size_t i = 0, place = loads.size() + stores.size(); i < reductions.size(); i++) {
      if (reductions[i].into == Into::lanes) continue;
      if (reductions[i].into == Into::rows) vmovss(ptr[pointer(place)], folded(i));
      place++;
    }
    for (size_t i = 0; i < places(); i++) {
      auto step = ptr[run_ + (int)(offsetof(Run, steps) + 8 * i)];
      if (i < held.size()) {
        add(held[i], step);
      } else {
        mov(scratch, step);
        add(place_slot(i), scratch);
      }
    }
    dec(rows);
    jnz(row, T_NEAR);
    mov(scratch, ptr[run_ + offsetof(Run, lanes)]);
    for (size_t i = 0, place = 0; i < reductions.size(); i++)
      if (reductions[i].into == Into::lanes) vmovups(ptr[scratch + 64 * place++], lanes(i));
    vzeroupper();
    for (auto reg = saved.rbegin(); reg != saved.rend(); ++reg) pop(*reg);
    ret();
    align(4);
    constant(one, 0x3f800000);
    constant(minus_one, 0xbf800000);
    constant(sign_bit, 0x80000000);
    constant(all_but_sign, 0x7fffffff);
    constant(lowest, 0xff800000);
  }

  /// Gives what does not change along a row a register of its own, while there are any: it would be read
  /// again for each vector.
  void keep() {
    int next = registers + (int)reductions.size();
    auto reserve = [&](const Operand &operand) {
      const auto index = (size_t)operand.index;
      if (operand.kind == Operand::scalar) {
        if (index >= kept_scalars.size()) kept_scalars.resize(index + 1, -1);
        if (kept_scalars[index] < 0 && next < first_fixed) kept_scalars[index] = next++;
      } else if (index < loads.size() && loads[index] == Access::broadcast) {
        if (kept_loads[index] < 0 && next < first_fixed) kept_loads[index] = next++;
      }
    };
    kept_loads.assign(loads.size(), -1);
    for (const Instruction &instruction : instructions) {
      const int count = instruction.op == gansh_op_select ? 3 : instruction.op >= gansh_op_add ? 2 : 1;
      for (int i = 0; i < count; i++) reserve(instruction.operands[i]);
    }
    for (const Operand &store : stores) reserve(store);
    for (const auto &reduction : reductions) reserve(reduction.source);
  }

  void constant(Xbyak::Label &label, uint32_t bits) {
    L(label);
    dd(bits);
  }

  // MARK: Places

  size_t places() const {
    size_t sums = 0;
    for (const auto &reduction : reductions) sums += reduction.into != Into::lanes;
    return loads.size() + stores.size() + sums;
  }

  Xbyak::Address place_slot(size_t place) {
    return ptr[run_ + (int)(offsetof(Run, places) + 8 * place)];
  }

  /// The register that holds a place now.
  Xbyak::Reg64 pointer(size_t place) {
    if (place < held.size()) return held[place];
    mov(scratch, place_slot(place));
    return scratch;
  }

  // MARK: Values

  Xbyak::Zmm lanes(size_t reduction) const { return Xbyak::Zmm(registers + (int)reduction); }

  /// Begins a reduction that is kept in a register.
  void clear(size_t reduction) {
    if (reductions[reduction].maximum)
      vbroadcastss(lanes(reduction), ptr[rip + lowest]);
    else
      vpxord(lanes(reduction), lanes(reduction), lanes(reduction));
  }

  /// What its lanes come to, in the lowest.
  Xbyak::Xmm folded(size_t reduction) {
    const Xbyak::Zmm from = lanes(reduction);
    const Xbyak::Ymm half(first.getIdx()), other(second.getIdx()), low(from.getIdx());
    const Xbyak::Xmm quarter(first.getIdx()), rest_of_it(second.getIdx());
    auto fold = [&](const auto &to, const auto &a, const auto &b) {
      if (reductions[reduction].maximum)
        vmaxps(to, a, b);
      else
        vaddps(to, a, b);
    };
    // A short row leaves the upper lanes as they began, and these change nothing.
    const int64_t width = reductions[reduction].width;
    Xbyak::Ymm eight = low;
    if (width > 8) {
      vextractf64x4(half, from, 1);
      fold(half, half, low);
      eight = half;
    }
    Xbyak::Xmm four(eight.getIdx());
    if (width > 4) {
      vextractf32x4(rest_of_it, eight, 1);
      fold(quarter, four, rest_of_it);
      four = quarter;
    }
    vpermilps(rest_of_it, four, 0x4E);
    fold(quarter, four, rest_of_it);
    vpermilps(rest_of_it, quarter, 0xB1);
    fold(quarter, quarter, rest_of_it);
    return quarter;
  }

  Xbyak::Zmm result(const Instruction &instruction) const {
    return Xbyak::Zmm(instruction.result - (int)loads.size());
  }

  /// The register that holds an operand; `into` where it has to be read first.
  Xbyak::Zmm fetch(const Operand &operand, const Xbyak::Zmm &into, bool masked) {
    if (operand.kind == Operand::scalar) {
      const int kept = kept_scalars[(size_t)operand.index];
      if (kept >= 0) return Xbyak::Zmm(kept);
      vbroadcastss(into, ptr[scalars + 4 * operand.index]);
      return into;
    }
    if (operand.index >= (int)loads.size()) return Xbyak::Zmm(operand.index - (int)loads.size());
    if (kept_loads[(size_t)operand.index] >= 0)
      return Xbyak::Zmm(kept_loads[(size_t)operand.index]);
    auto from = pointer((size_t)operand.index);
    switch (loads[(size_t)operand.index]) {
      case Access::vector:
        if (masked)
          vmovups(into | rest | T_z, ptr[from + offset]);
        else
          vmovups(into, ptr[from + offset]);
        break;
      case Access::repeated: vmovups(into, ptr[from]); break;
      case Access::broadcast: vbroadcastss(into, ptr[from]); break;
    }
    return into;
  }

  // MARK: Body

  void body(bool masked) {
    // More streams than the processor follows by itself, as an optimiser has.
    size_t streams = 0;
    for (const Access load : loads) streams += load == Access::vector;
    if (!masked && streams >= 4)
      for (size_t i = 0; i < loads.size(); i++)
        if (loads[i] == Access::vector) prefetcht0(ptr[pointer(i) + offset + 1024]);
    for (const Instruction &instruction : instructions) emit(instruction, masked);
    size_t place = loads.size();
    for (const Operand &source : stores) {
      auto value = fetch(source, first, masked);
      auto to = pointer(place++);
      if (masked)
        vmovups(ptr[to + offset] | rest, value);
      else
        vmovups(ptr[to + offset], value);
    }
    for (size_t i = 0; i < reductions.size(); i++) {
      const auto &reduction = reductions[i];
      auto value = fetch(reduction.source, first, masked);
      if (reduction.into != Into::columns) {
        place += reduction.into == Into::rows;
        auto sum = masked ? lanes(i) | rest : lanes(i);
        if (reduction.maximum)
          vmaxps(sum, value, lanes(i));
        else
          vaddps(sum, lanes(i), value);
        continue;
      }
      auto to = pointer(place++);
      if (masked)
        vmovups(second | rest | T_z, ptr[to + offset]);
      else
        vmovups(second, ptr[to + offset]);
      if (reduction.maximum)
        vmaxps(second, value, second);
      else
        vaddps(second, second, value);
      if (masked)
        vmovups(ptr[to + offset] | rest, second);
      else
        vmovups(ptr[to + offset], second);
    }
  }

  void emit(const Instruction &instruction, bool masked) {
    auto to = result(instruction);
    auto a = fetch(instruction.operands[0], first, masked);
    bool binary = instruction.op >= gansh_op_add && instruction.op <= gansh_op_greater;
    auto b = binary ? fetch(instruction.operands[1], second, masked) : second;
    switch (instruction.op) {
      case gansh_op_copy: vmovaps(to, a); break;
      case gansh_op_negate: vpxord(to, a, ptr_b[rip + sign_bit]); break;
      case gansh_op_absolute: vpandd(to, a, ptr_b[rip + all_but_sign]); break;
      case gansh_op_sqrt: vsqrtps(to, a); break;
      case gansh_op_sign:
        vcmpps(chosen, a, zero, greater);
        vcmpps(k3, a, zero, less);
        vbroadcastss(to | chosen | T_z, ptr[rip + one]);
        vbroadcastss(to | k3, ptr[rip + minus_one]);
        break;
      case gansh_op_add: vaddps(to, a, b); break;
      case gansh_op_subtract: vsubps(to, a, b); break;
      case gansh_op_multiply: vmulps(to, a, b); break;
      case gansh_op_divide: vdivps(to, a, b); break;
      // The processor gives the second where either is NaN; the first has to go before.
      case gansh_op_maximum:
      case gansh_op_minimum:
        vcmpps(chosen, a, a, unordered);
        if (instruction.op == gansh_op_maximum)
          vmaxps(second, a, b);
        else
          vminps(second, a, b);
        vmovaps(second | chosen, a);
        vmovaps(to, second);
        break;
      case gansh_op_greater:
        vcmpps(chosen, a, b, greater);
        vbroadcastss(to | chosen | T_z, ptr[rip + one]);
        break;
      case gansh_op_select: {
        vcmpps(chosen, a, zero, greater);
        auto no = fetch(instruction.operands[2], second, masked);
        auto yes = fetch(instruction.operands[1], first, masked);
        vblendmps(to | chosen, no, yes);
        break;
      }
      default: break;
    }
  }

  static constexpr uint8_t greater = 0x1E, less = 0x11, unordered = 0x03;  // quiet
};

}  // namespace

std::unique_ptr<LoopCode> LoopCode::make(
    const std::vector<Access> &loads, int32_t registers,
    const std::vector<Instruction> &instructions, const std::vector<Operand> &stores,
    const std::vector<Reduction> &reductions) {
  if ((int)dnnl::get_effective_cpu_isa() < (int)dnnl::cpu_isa::avx512_core) return nullptr;
  if (registers + (int)reductions.size() > 28) return nullptr;
  if (loads.size() + stores.size() + reductions.size() > most_places) return nullptr;
  for (const Instruction &instruction : instructions)
    if (!Assembler::knows(instruction.op)) return nullptr;
  try {
    return std::make_unique<Assembler>(loads, registers, instructions, stores, reductions);
  } catch (const std::exception &) {
    // No memory that may hold code, say: the loop is interpreted.
    return nullptr;
  }
}

}  // namespace gansh

#else

namespace gansh {
std::unique_ptr<LoopCode> LoopCode::make(
    const std::vector<Access> &, int32_t, const std::vector<Instruction> &,
    const std::vector<Operand> &, const std::vector<Reduction> &) {
  return nullptr;
}
}  // namespace gansh

#endif
