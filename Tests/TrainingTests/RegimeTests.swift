import FoundationEssentials
import Networks
import Testing
import Training

@Suite struct RegimeTests {
  @Test func namedRegimesAreThoseOfThePaper() {
    #expect(Regime.disjoint.phases.map(\.part) == [.backbone, .exits])
    #expect(Regime.joint.phases.map(\.part) == [.everything])
    #expect(Regime.mixed.phases.map(\.part) == [.backbone, .everything])
    #expect(Regime.all.map(\.name) == ["disjoint", "joint", "mixed"])
  }

  @Test func aRegimeCanBeWrittenInBraces() {
    let deep = true
    let regime = Regime("mine") {
      Phase(.backbone, share: 0.25)
      if deep { Phase(.exits) }
      for rate in [0.1, 0.01] { Phase(.everything, learningRate: rate) }
    }
    #expect(regime.phases.map(\.part) == [.backbone, .exits, .everything, .everything])
    #expect(regime.phases.map(\.learningRate) == [nil, nil, 0.1, 0.01])
  }

  @Test(
    arguments: [
      ([1, 1], 20, [10, 10]), ([0.25, 0.75], 20, [5, 15]), ([1, 1], 5, [3, 2]),
      ([0.01, 0.99], 10, [1, 9]), ([1, 1, 1], 3, [1, 1, 1]), ([3, 1, 1], 4, [2, 1, 1]),
    ] as [([Double], Int, [Int])])
  func sharesDivideTheTotal(shares: [Double], total: Int, expected: [Int]) throws {
    let regime = Regime("shares", shares.map { Phase(.everything, share: $0) })
    #expect(try regime.epochs(for: .total(total)) == expected)
  }

  @Test func everyDivisionAddsUpAndLeavesNoPhaseEmpty() throws {
    for total in 3...40 {
      for weight in [0.001, 0.3, 1, 7, 500] {
        let shares = [weight, 1, 2]
        let regime = Regime("sums", shares.map { Phase(.everything, share: $0) })
        let parts = try regime.epochs(for: .total(total))
        #expect(parts.reduce(0, +) == total)
        #expect(parts.allSatisfy { $0 >= 1 })
      }
    }
  }

  @Test func epochsOfAPhaseComeOffTheTotal() throws {
    let regime = Regime("fixed", Phase(.backbone, epochs: 4), Phase(.everything))
    #expect(try regime.epochs(for: .total(10)) == [4, 6])
    #expect(try regime.epochs(for: .perPhase(10)) == [4, 10])
    #expect(try Regime.mixed.epochs(for: .perPhase(7)) == [7, 7])
  }

  @Test func mistakesGetASentence() {
    func message(_ regime: Regime, _ epochs: Int) -> String? {
      do { _ = try regime.epochs(for: .total(epochs)) } catch { return error.message }
      return nil
    }
    #expect(message(Regime("empty", []), 3)?.contains("has no phases") == true)
    #expect(message(.joint, 0) == "joint: epochs must be at least 1, got 0.")
    #expect(message(.mixed, 1)?.contains("has 2 phases and needs at least 2 epochs") == true)
    #expect(
      message(Regime("all", Phase(.backbone, epochs: 3)), 5)?.contains("say 3 epochs in all")
        == true)
    #expect(
      message(Regime("odd", Phase(.exits, share: -1)), 5)
        == "The regime \"odd\", phase 1 (exits): the share of the epochs must be a number above 0, "
        + "got -1.0.")
    #expect(
      message(Regime("odd", Phase(.exits, learningRate: .nan)), 5)?.contains("learning rate")
        == true)
    #expect(
      message(Regime("odd", Phase(.exits, earlyStopping: EarlyStopping(patience: 0))), 5)?
        .contains("patience") == true)
    #expect(
      message(Regime("odd", Phase(.exits, optimizer: SGD(learningRate: 0.1, momentum: 1))), 5)?
        .contains("momentum") == true)
  }

  @Test func aRegimeSurvivesStorage() throws {
    let regime = Regime(
      "stored",
      Phase(.backbone, share: 2, schedule: .step(at: [0.5]), optimizer: AdamW(learningRate: 0.01)),
      Phase(.everything, epochs: 3, learningRate: 0.5, earlyStopping: EarlyStopping(patience: 4)))
    let data = try JSONEncoder().encode(regime)
    let back = try JSONDecoder().decode(Regime.self, from: data)
    #expect(back == regime)
    #expect(back.hashValue == regime.hashValue)
    #expect(
      Regime("a", Phase(.exits, optimizer: Adam()))
        != Regime("a", Phase(.exits, optimizer: AdamW())))
  }

  @Test func aRegimeReadsAsASentence() {
    #expect("\(Regime.mixed)" == "mixed: backbone, then everything")
    let mine = Regime("mine", Phase(.backbone, epochs: 5, learningRate: 0.02))
    #expect("\(mine)" == "mine: backbone (5 epochs, learning rate 0.02)")
  }
}
