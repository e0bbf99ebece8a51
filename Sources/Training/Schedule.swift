import Glibc

/// The course of the learning rate over one phase, as a factor on the optimizer's rate.
///
/// Every quantity is a share of the phase's steps, so one schedule fits 5 epochs and 300. The
/// factor changes with every step, not only between epochs.
///
/// ```swift
/// Schedule.cosine(warmUp: 0.05)
/// Schedule.step(at: [0.5, 0.75], factor: 0.1)      // MSDNet's 150 and 225 of 300 epochs
/// ```
public struct Schedule: Hashable, Codable, Sendable {
  /// The course after warm-up.
  public enum Course: Hashable, Codable, Sendable {
    /// The full rate throughout.
    case constant
    /// Multiplied by `factor` at each milestone, a share of the phase.
    case step(milestones: [Double], factor: Double)
    /// Half a cosine from the full rate down to `floor` times it.
    case cosine(floor: Double)
  }

  /// The course after warm-up.
  public var course: Course
  /// The share of the phase over which the rate first rises, linearly from near zero.
  public var warmUp: Double

  /// A course with a linear warm-up over a share of the phase, none unless said otherwise.
  public init(_ course: Course, warmUp: Double = 0) {
    self.course = course
    self.warmUp = warmUp
  }

  /// The full rate throughout, after warm-up.
  public static func constant(warmUp: Double = 0) -> Schedule {
    Schedule(.constant, warmUp: warmUp)
  }

  /// The full rate throughout.
  public static let constant = Schedule(.constant)

  /// The rate multiplied by `factor` at each milestone, given as shares of the phase.
  public static func step(
    at milestones: [Double], factor: Double = 0.1, warmUp: Double = 0
  ) -> Schedule {
    Schedule(.step(milestones: milestones, factor: factor), warmUp: warmUp)
  }

  /// Half a cosine from the full rate down to `floor` times it.
  ///
  /// SGDR, arXiv:1608.03983, equation 5, without restarts.
  public static func cosine(floor: Double = 0, warmUp: Double = 0) -> Schedule {
    Schedule(.cosine(floor: floor), warmUp: warmUp)
  }

  /// Half a cosine from the full rate down to zero.
  public static let cosine = Schedule(.cosine(floor: 0))

  /// The factor on the learning rate at a step, counted from 0, of a phase of `steps`.
  ///
  /// Warm-up over W steps is (t + 1)/(W + 1), so no step has rate zero and step W has the full
  /// rate. The cosine starts there: `floor + (1 − floor)(1 + cos π(t − W)/(T − W))/2`.
  public func factor(at step: Int, of steps: Int) -> Double {
    let rise = Int((warmUp * Double(steps)).rounded())
    if step < rise { return Double(step + 1) / Double(rise + 1) }
    switch course {
    case .constant: return 1
    case .step(let milestones, let factor):
      let passed = milestones.count { step >= Int(($0 * Double(steps)).rounded()) }
      return pow(factor, Double(passed))
    case .cosine(let floor):
      let progress = Double(step - rise) / Double(max(1, steps - rise))
      return floor + (1 - floor) * (1 + cos(.pi * progress)) / 2
    }
  }
}

extension Schedule: CustomStringConvertible {
  public var description: String {
    let rise = warmUp > 0 ? ", warm-up \(warmUp)" : ""
    switch course {
    case .constant: return "constant" + rise
    case .step(let milestones, let factor): return "step ×\(factor) at \(milestones)" + rise
    case .cosine(let floor): return (floor > 0 ? "cosine to ×\(floor)" : "cosine") + rise
    }
  }
}

extension Schedule {
  /// Throws a sentence if a number in the schedule makes no sense; `place` says where it stands.
  package func validate(_ place: String) throws(TrainingError) {
    if !(0..<1).contains(warmUp) {
      throw TrainingError(
        "\(place): warm-up is a share of the phase, from 0 up to but not including 1, got \(warmUp)."
      )
    }
    switch course {
    case .constant: break
    case .step(let milestones, let factor):
      if let odd = milestones.first(where: { !(0...1).contains($0) }) {
        throw TrainingError(
          """
          \(place): milestones are shares of the phase between 0 and 1, got \(odd); epoch 30 of 40 \
          is 0.75.
          """)
      }
      if !(factor.isFinite && factor > 0) {
        throw TrainingError("\(place): the step factor must be a number above 0, got \(factor).")
      }
    case .cosine(let floor):
      if !(0...1).contains(floor) {
        throw TrainingError("\(place): the cosine's floor must lie in 0…1, got \(floor).")
      }
    }
  }
}
