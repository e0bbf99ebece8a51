import Glibc
import Inference
import Testing

@Suite struct BudgetTests {
  @Test(arguments: [0.05, 0.5, 1, 1.5, 1.95])
  func sharesAddUpToOne(_ ratio: Double) throws {
    let shares = try Allocation(ratio: ratio).shares(exits: 5)
    #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    for (early, late) in zip(shares, shares.dropFirst()) {
      #expect(abs(late / early - ratio) < 1e-9)
    }
  }

  @Test func bothSpellingsAgree() throws {
    let q = 0.3
    let shares = try Allocation(leaving: q).shares(exits: 4)
    for k in 0..<3 {
      let reaching = shares[k...].reduce(0, +)
      // The last exit takes the tail of the geometric series, so it is exact only in the limit.
      #expect(shares[k] / reaching >= q)
    }
    #expect(throws: InferenceError.self) { try Allocation(ratio: 0).shares(exits: 3) }
    #expect(throws: InferenceError.self) { try Allocation(leaving: 1).shares(exits: 3) }
  }

  @Test(arguments: Criterion.allCases)
  func samplesLeaveInTheSharesOfTheAllocation(_ criterion: Criterion) throws {
    let logits = try Synthetic.logits()
    for allocation in Allocation.standard {
      let outcome = try logits.leaving(at: logits.policy(allocation, criterion: criterion))
      let shares = try allocation.shares(exits: 3)
      #expect(outcome.distribution.reduce(0, +) == logits.count)
      // No two of these scores are equal, so the shares are met exactly, but for rounding down.
      for exit in 0..<2 {
        #expect(outcome.distribution[exit] == Int((400 * shares[exit] + 1e-9).rounded(.down)))
      }
      let expected = zip(shares, logits.exits).reduce(0) { $0 + $1.0 * Double($1.1.multiplyAdds) }
      #expect(abs(outcome.multiplyAdds - expected) <= 2 * 420.0 / 400)
    }
  }

  @Test func tiesLeaveTogether() throws {
    let same = try ExitLogits(
      exits: [
        .init(name: "a", multiplyAdds: 1, lazyMultiplyAdds: 1),
        .init(name: "b", multiplyAdds: 2, lazyMultiplyAdds: 2),
      ], labels: [0, 0, 0, 0], classes: 2,
      logits: [[2, 0, 2, 0, 2, 0, 1, 0], [1, 0, 1, 0, 1, 0, 1, 0]])
    let outcome = try same.leaving(at: same.policy(Allocation(ratio: 1)))
    #expect(outcome.distribution == [3, 1])
  }

  @Test func orderChangesNothing() throws {
    let logits = try Synthetic.logits()
    let shuffled = try logits.samples((0..<logits.count).shuffled())
    for allocation in Allocation.standard {
      #expect(try logits.policy(allocation) == shuffled.policy(allocation))
    }
  }

  @Test func costGrowsWithTheRatio() throws {
    let validation = try Synthetic.logits(seed: 1)
    let curve = try validation.budgetedCurve(on: validation)
    #expect(curve.points.count == 39)
    let slack = 2 * 420.0 / 400
    for (a, b) in zip(curve.points, curve.points.dropFirst()) {
      #expect(b.multiplyAdds >= a.multiplyAdds - slack)
    }
    let test = try Synthetic.logits(count: 300, seed: 2)
    let other = try validation.budgetedCurve(on: test)
    #expect(other.points.allSatisfy { $0.distribution.reduce(0, +) == 300 })
    #expect(try other.budgetTable().description.contains("max"))
  }

  @Test(arguments: Criterion.allCases)
  func aBudgetIsKeptAndUsed(_ criterion: Criterion) throws {
    let logits = try Synthetic.logits()
    for budget in [0.26, 0.4, 0.6, 0.9, 1.05] {
      let policy = try logits.policy(spending: budget, criterion: criterion)
      let spent = try logits.leaving(at: policy).costFraction
      #expect(spent <= budget)
      #expect(spent > budget - 0.02)
    }
    #expect(throws: InferenceError.self) { try logits.policy(spending: 0.1) }
  }

  @Test func thresholdsOfOtherExitsAreRefused() throws {
    #expect(throws: InferenceError.self) {
      try Synthetic.logits().budgetedCurve(on: Synthetic.pair())
    }
  }

  @Test func aFileKeepsEverything() throws {
    let path = "/tmp/offramp-exit-logits-\(UInt64.random(in: 0...UInt64.max)).safetensors"
    defer { unlink(path) }
    let plain = try Synthetic.logits()
    try plain.save(to: path)
    #expect(try ExitLogits(contentsOf: path) == plain)
    let hard = try ExitLogits(
      exits: plain.exits, labels: plain.labels, classes: plain.classes, logits: plain.logits,
      difficulty: plain.labels.map { Float($0) / 8 })
    try hard.save(to: path)
    #expect(try ExitLogits(contentsOf: path) == hard)
    #expect(throws: (any Error).self) { try ExitLogits(contentsOf: path + ".absent") }
  }
}
