import Tensors

// Which operations may run at the same time, now that it is known where their values lie.
extension MemoryPlan {
  /// Cuts a wave where an operation would write what another uses.
  func ends(of wave: Range<Int>) -> [Int] {
    var cuts: [Int] = [], read: [Access] = [], written: [Access] = []
    for step in wave {
      let reads = located(selection.reads(selection.nodes[step])), writes = writes(of: step)
      if writes.conflict(with: read + written) || reads.conflict(with: written) {
        cuts.append(step)
        (read, written) = ([], [])
      }
      read += reads
      written += writes
    }
    return wave.map { step in cuts.first { $0 > step } ?? wave.upperBound }
  }

  private func writes(of step: Int) -> [Access] {
    let output = located([selection.written(by: selection.nodes[step])])
    guard let index = workspaces[step], let offset = offsets[index] else { return output }
    return output + [offset.access(0..<selection.nodes[step].operation.workspace)]
  }

  /// Where values lie: the number of a block instead of a value's, and the floats of a sample there.
  private func located(_ accesses: [Access]) -> [Access] {
    accesses.map { access in
      let (home, range) = (place[access.value], access.range)
      // What lies outside lies apart from everything else.
      return offsets[home]?.access(range) ?? Access(value: home + 2, range: range)
    }
  }
}
