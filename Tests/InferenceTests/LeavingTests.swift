import Inference
import Testing

@Suite struct LeavingTests {
  @Test func scoresAreTheirFormulas() throws {
    let logits = try Synthetic.pair()
    #expect(abs(logits.confidence[0][0] - 0.9) < 1e-6)
    #expect(abs(logits.confidence[1][1] - 0.8) < 1e-6)
    // H(0.9) / log 2 and H(0.6) / log 2, in bits.
    #expect(abs(logits.entropy[0][0] - 0.468_996) < 1e-5)
    #expect(abs(logits.entropy[0][1] - 0.970_951) < 1e-5)
    #expect(logits.predictions == [[0, 0], [0, 1]])
    #expect(logits.accuracies == [0.5, 1])
    for (p, q) in zip(logits.probabilities(exit: 0), [0.9, 0.1, 0.6, 0.4] as [Float]) {
      #expect(abs(p - q) < 1e-6)
    }
  }

  @Test func theSureLeaveAndTheOthersStay() throws {
    let outcome = try Synthetic.pair().leaving(at: .confidence(0.8))
    #expect(outcome.exitOfSample == [0, 1])
    #expect(outcome.predictions == [0, 1])
    #expect(outcome.accuracy == 1)
    #expect(outcome.multiplyAdds == 70)
    #expect(outcome.costFraction == 0.7)
    #expect(outcome.distribution == [1, 1])
    let lazy = try Synthetic.pair().leaving(at: .entropy(0.5), counting: .lastHeadOnly)
    #expect(lazy.exitOfSample == [0, 1])
    #expect(lazy.multiplyAdds == 65)
  }

  @Test func zeroLetsAllLeaveAndOneNobody() throws {
    let logits = try Synthetic.logits()
    #expect(try logits.leaving(at: .confidence(0)).distribution == [400, 0, 0])
    #expect(try logits.leaving(at: .confidence(1)).distribution == [0, 0, 400])
    #expect(try logits.leaving(at: .entropy(1)).distribution == [400, 0, 0])
    #expect(try logits.leaving(at: .entropy(0)).distribution == [0, 0, 400])
  }

  /// Certainty beyond the last bit of a float: strictly above 1 is nobody, at least 1 is everybody.
  @Test func strictnessDecidesTies() throws {
    let sure = try ExitLogits(
      exits: [
        .init(name: "a", multiplyAdds: 1, lazyMultiplyAdds: 1),
        .init(name: "b", multiplyAdds: 2, lazyMultiplyAdds: 2),
      ], labels: [0], classes: 2, logits: [[1000, 0], [1000, 0]])
    func exit(_ policy: Policy) throws -> [Int] { try sure.leaving(at: policy).exitOfSample }
    #expect(try exit(Policy(.confidence, 1)) == [1])
    #expect(try exit(Policy(.confidence, 1, isStrict: false)) == [0])
    #expect(try exit(Policy(.entropy, 0)) == [1])
    #expect(try exit(Policy(.entropy, 0, isStrict: false)) == [0])
  }

  @Test func eachExitMayHaveItsThreshold() throws {
    let logits = try Synthetic.logits()
    let never = try logits.leaving(at: Policy(.confidence, thresholds: [nil, 0]))
    #expect(never.distribution == [0, 400, 0])
    let same = try logits.leaving(at: Policy(.confidence, thresholds: [0.7, 0.7]))
    #expect(try same.exitOfSample == logits.leaving(at: .confidence(0.7)).exitOfSample)
  }

  @Test(arguments: Criterion.allCases, [true, false])
  func samplesAreIndependent(_ criterion: Criterion, _ isStrict: Bool) throws {
    let logits = try Synthetic.logits()
    let order = (0..<logits.count).shuffled()
    let shuffled = try logits.samples(order)
    for threshold in stride(from: 0.05, to: 1, by: 0.1) {
      let policy = Policy(criterion, threshold, isStrict: isStrict)
      let a = try logits.leaving(at: policy)
      let b = try shuffled.leaving(at: policy)
      #expect(b.exitOfSample == order.map { a.exitOfSample[$0] })
      #expect(a.accuracy == b.accuracy)
      #expect(a.multiplyAdds == b.multiplyAdds)
      #expect(a.distribution == b.distribution)
      #expect(a.distribution.reduce(0, +) == logits.count)
    }
  }

  @Test func accuracyIsMadeOfThoseWhoLeft() throws {
    let outcome = try Synthetic.logits().leaving(at: .confidence(0.6))
    let parts = zip(outcome.accuracyOfLeavers, outcome.distribution).reduce(0.0) {
      $0 + ($1.0 ?? 0) * Double($1.1)
    }
    #expect(abs(parts / 400 - outcome.accuracy) < 1e-12)
  }

  @Test func badPoliciesAreSentences() throws {
    let logits = try Synthetic.logits()
    #expect(throws: InferenceError("The confidence threshold is 1.5; it must lie in 0…1.")) {
      try logits.leaving(at: .confidence(1.5))
    }
    #expect(throws: InferenceError("The entropy threshold is -0.1; it must lie in 0…1.")) {
      try logits.leaving(at: Policy(.entropy, thresholds: [0.5, -0.1]))
    }
    #expect(throws: InferenceError.self) { try logits.leaving(at: .confidence(.nan)) }
    #expect(
      throws: InferenceError(
        "3 exits need 1 threshold, or 2 (the last exit takes everybody who is left); the policy has "
          + "3.")
    ) { try logits.leaving(at: Policy(.confidence, thresholds: [0.5, 0.5, 0.5])) }
  }

  @Test func badLogitsAreSentences() throws {
    let exit = ExitLogits.Exit(name: "end", multiplyAdds: 1, lazyMultiplyAdds: 1)
    func make(_ labels: [Int32], _ logits: [Float]) throws {
      _ = try ExitLogits(exits: [exit], labels: labels, classes: 2, logits: [logits])
    }
    #expect(throws: InferenceError("There are no samples to evaluate: the split is empty.")) {
      try make([], [])
    }
    #expect(throws: InferenceError.self) { try make([2], [0, 0]) }
    #expect(throws: InferenceError.self) { try make([0], [0, 0, 0]) }
    #expect(throws: InferenceError.self) { try make([0], [0, .nan]) }
  }

  @Test func oneExitIsJustAClassifier() throws {
    let exit = ExitLogits.Exit(name: "end", multiplyAdds: 7, lazyMultiplyAdds: 7)
    let logits = try ExitLogits(
      exits: [exit], labels: [0, 1], classes: 2, logits: [[1, 0, 1, 0]])
    let outcome = try logits.leaving(at: .confidence(0.5))
    #expect(outcome.accuracy == 0.5)
    #expect(outcome.costFraction == 1)
    #expect(try logits.sweep(.confidence, thresholds: .quantiles(5)).points.count == 2)
  }

  @Test func theTextWarnsWhenAllLeaveTogether() throws {
    let logits = try Synthetic.pair()
    let text = try logits.leaving(at: .confidence(0.8)).description
    #expect(
      text == """
        confidence > 0.8: accuracy 100.00 %, 70 multiply-adds (70.00 % of the plain network)
        exit   left here    share  accuracy of these  multiply-adds
        early          1  50.00 %           100.00 %             30
        late           1  50.00 %           100.00 %            110
        """)
    #expect(
      try logits.leaving(at: .confidence(0)).description.contains(
        "every sample leaves at “early”"))
    #expect(logits.description.hasPrefix("2 exits, 2 samples, 2 classes\nexit   accuracy"))
  }
}
