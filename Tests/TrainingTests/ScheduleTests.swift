import Glibc
import Testing
import Training

@Suite struct ScheduleTests {
  @Test func cosineIsPyTorchs() {
    for (step, expected) in PyTorch.cosine12.enumerated() {
      #expect(abs(Schedule.cosine(floor: 0.1).factor(at: step, of: 12) - expected) < 1e-8)
    }
  }

  @Test func stepIsPyTorchs() {
    let schedule = Schedule.step(at: [0.5, 0.75], factor: 0.2)
    for (step, expected) in PyTorch.step12.enumerated() {
      #expect(abs(schedule.factor(at: step, of: 12) - expected) < 1e-12)
    }
  }

  @Test(arguments: [
    Schedule.constant, .constant(warmUp: 0.1), .cosine, .cosine(floor: 0.2, warmUp: 0.3),
    .step(at: [0.5, 0.75]), .step(at: [0.2], factor: 0.5, warmUp: 0.1),
  ])
  func factorsRiseThenFallWithinBounds(schedule: Schedule) {
    for steps in [1, 2, 3, 10, 97, 1000] {
      let factors = (0..<steps).map { schedule.factor(at: $0, of: steps) }
      let rise = Int((schedule.warmUp * Double(steps)).rounded())
      #expect(factors.allSatisfy { $0 > 0 && $0 <= 1 })
      #expect(zip(factors.prefix(rise), factors.prefix(rise).dropFirst()).allSatisfy { $0 < $1 })
      #expect(zip(factors.dropFirst(rise), factors.dropFirst(rise + 1)).allSatisfy { $0 >= $1 })
    }
  }

  @Test func warmUpEndsAtTheFullRate() {
    let schedule = Schedule.constant(warmUp: 0.25)
    #expect((0..<8).map { schedule.factor(at: $0, of: 8) } == [1 / 3, 2 / 3, 1, 1, 1, 1, 1, 1])
    #expect(Schedule.cosine(warmUp: 0.25).factor(at: 2, of: 8) == 1)
  }

  @Test func theSameScheduleFitsAnyLength() {
    let schedule = Schedule.cosine(floor: 0.1)
    #expect(abs(schedule.factor(at: 5, of: 10) - schedule.factor(at: 500, of: 1000)) < 1e-12)
  }

  @Test func mistakesGetASentence() {
    func message(_ schedule: Schedule) -> String? {
      do { try schedule.validate("Here") } catch { return error.message }
      return nil
    }
    #expect(message(.cosine) == nil)
    #expect(message(.step(at: [0.5, 0.9], warmUp: 0.1)) == nil)
    #expect(message(.constant(warmUp: 1))?.hasPrefix("Here: warm-up is a share") == true)
    #expect(message(.step(at: [30]))?.contains("epoch 30 of 40 is 0.75") == true)
    #expect(message(.step(at: [0.5], factor: 0))?.contains("factor") == true)
    #expect(message(.cosine(floor: 2))?.contains("floor") == true)
  }
}
