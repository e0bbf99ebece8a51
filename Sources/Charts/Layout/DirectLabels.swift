/// Places labels beside the ends of lines so that none covers another.
package enum DirectLabels {
  /// The positions nearest to the wished ones that keep neighbours `spacing` apart and stay within
  /// `bounds`; the order of the answer is the order of the question.
  ///
  /// Labels that collide form a block which is centred on the mean of its wishes (pooling of
  /// adjacent violators), so no label moves further than it must.
  package static func positions(
    wished: [Double], spacing: Double, within bounds: ClosedRange<Double>
  ) -> [Double] {
    struct Block {
      var members: [Int]
      var center: Double
    }
    var blocks: [Block] = []
    for index in wished.indices.sorted(by: { (wished[$0], $0) < (wished[$1], $1) }) {
      blocks.append(Block(members: [index], center: wished[index]))
      while true {
        let last = blocks.count - 1
        blocks[last].center = clamped(blocks[last].center, blocks[last].members.count)
        guard last > 0, let block = blocks.last else { break }
        let before = blocks[last - 1]
        let gap = spacing * Double(before.members.count + block.members.count) / 2
        guard block.center - before.center < gap - 1e-9 else { break }
        let members = before.members + block.members
        blocks.removeLast(2)
        blocks.append(Block(members: members, center: center(members)))
      }
    }
    var positions = wished
    for block in blocks {
      let first = block.center - spacing * Double(block.members.count - 1) / 2
      for (rank, member) in block.members.enumerated() {
        positions[member] = first + spacing * Double(rank)
      }
    }
    return positions

    func center(_ members: [Int]) -> Double {
      members.reduce(0) { $0 + wished[$1] } / Double(members.count)
    }
    func clamped(_ center: Double, _ count: Int) -> Double {
      let half = spacing * Double(count - 1) / 2
      return max(min(center, bounds.upperBound - half), bounds.lowerBound + half)
    }
  }
}
